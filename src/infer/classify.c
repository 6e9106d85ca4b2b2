/* Class posteriors and labels: responsibilities summed by class. See gmix/classes.h. */
#include <math.h>
#include <string.h>

#include <gmix/classes.h>

#include "base/structs.h"
#include "infer/take.h"

static gmix_status check_arguments(gmix_ctx *ctx, const gmix_model *model,
                                   const void *out) {
    if (!model || !out) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "the model or the output is NULL");
    }
    return model->classes.n > 0
               ? GMIX_OK
               : gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                             "the model has no classes: fit it to a table with labels");
}

static void take_posteriors(void *arg, const gmix_model *model,
                            const gmix_i_tile_result *r) {
    const gmix_i_classes *const classes = &model->classes;
    double *const out = (double *)arg + r->tile->first * classes->n;
    memset(out, 0, r->tile->n_rows * classes->n * sizeof *out);
    for (size_t c = 0; c < model->k; c++) {
        for (size_t i = 0; i < r->tile->n_rows; i++) {
            out[i * classes->n + (size_t)classes->of_component[c]] +=
                r->resp[c * r->tile->n + i];
        }
    }
}

gmix_status gmix_class_posteriors(gmix_ctx *ctx, const gmix_model *model,
                                  const gmix_table *x, double *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    GMIX_TRY(check_arguments(ctx, model, out));
    GMIX_TRY(gmix_i_apply(ctx, model, x, GMIX_I_APPLY_TAILS, take_posteriors, out));
done:
    return status;
}

/* The posterior of class c for row i of a tile. */
static double posterior(const gmix_model *model, const gmix_i_tile_result *r, size_t c,
                        size_t i) {
    double sum = 0.0;
    for (size_t k = 0; k < model->k; k++) {
        sum += (size_t)model->classes.of_component[k] == c ? r->resp[k * r->tile->n + i]
                                                           : 0.0;
    }
    return sum;
}

void gmix_i_take_classes(const gmix_model *model, const gmix_i_tile_result *r,
                         int32_t *out) {
    const size_t noise = model->k * r->tile->n;
    for (size_t i = 0; i < r->tile->n_rows; i++) {
        double best = model->prepared.has_noise ? r->resp[noise + i] : -1.0;
        out[i] = -1;
        for (size_t c = 0; c < model->classes.n; c++) {
            const double p = posterior(model, r, c, i);
            if (p > best) {
                best = p;
                out[i] = (int32_t)c;
            }
        }
    }
}

static void take_labels(void *arg, const gmix_model *model, const gmix_i_tile_result *r) {
    gmix_i_take_classes(model, r, (int32_t *)arg + r->tile->first);
}

gmix_status gmix_class_labels(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                              int32_t *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    GMIX_TRY(check_arguments(ctx, model, out));
    GMIX_TRY(gmix_i_apply(ctx, model, x, 0, take_labels, out));
done:
    return status;
}
