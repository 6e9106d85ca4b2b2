/* Log-densities, responsibilities, labels and scores of rows. See gmix/infer.h. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/cells.h"
#include "base/structs.h"
#include "infer/take.h"
#include "record/criterion_table.h"

static gmix_status check_arguments(gmix_ctx *ctx, const gmix_model *model,
                                   const void *out) {
    return model && out
               ? GMIX_OK
               : gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "the model or the output is NULL");
}

/* Runs a pass whose results go to the caller's array. A cell that is not finite is found
 * before the first row is written. */
static gmix_status fill_rows(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                             unsigned how, gmix_i_take_fn *take, void *out) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(check_arguments(ctx, model, out));
    GMIX_TRY(gmix_i_apply(ctx, model, x, how, take, out));
done:
    return status;
}

void gmix_i_take_densities(const gmix_model *model, const gmix_i_tile_result *r,
                           double *out) {
    for (size_t i = 0; i < r->tile->n_rows; i++) {
        out[i] = fmax(r->lse[i] - model->frame.log_det, -DBL_MAX);
    }
    const gmix_i_gap_rows *const gaps = r->tile->gaps;
    for (size_t g = 0; gaps && g < gaps->n;
         g++) { /* the sum of the weights, to the bit */
        out[gaps->row[g]] = gmix_i_gap_is_empty(gaps, g) ? 0.0 : out[gaps->row[g]];
    }
}

static void take_densities(void *arg, const gmix_model *model,
                           const gmix_i_tile_result *r) {
    gmix_i_take_densities(model, r, (double *)arg + r->tile->first);
}

gmix_status gmix_log_density(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                             double *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    return fill_rows(ctx, model, x, 0, take_densities, out);
}

void gmix_i_take_responsibilities(const gmix_model *model, const gmix_i_tile_result *r,
                                  double *out) {
    const size_t k = model->k, n = r->tile->n;
    for (size_t i = 0; i < r->tile->n_rows; i++) {
        for (size_t c = 0; c < k; c++) {
            out[i * k + c] = r->resp[c * n + i];
        }
    }
}

static void take_responsibilities(void *arg, const gmix_model *model,
                                  const gmix_i_tile_result *r) {
    gmix_i_take_responsibilities(model, r, (double *)arg + r->tile->first * model->k);
}

gmix_status gmix_responsibilities(gmix_ctx *ctx, const gmix_model *model,
                                  const gmix_table *x, double *resp) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    return fill_rows(ctx, model, x, GMIX_I_APPLY_TAILS, take_responsibilities, resp);
}

void gmix_i_take_labels(const gmix_model *model, const gmix_i_tile_result *r,
                        int32_t *label, double *certainty) {
    const size_t n = r->tile->n;
    for (size_t i = 0; i < r->tile->n_rows; i++) {
        size_t best = 0;
        for (size_t c = 1; c < model->k + model->prepared.has_noise; c++) {
            best = r->resp[c * n + i] > r->resp[best * n + i] ? c : best;
        }
        if (label) {
            label[i] = best == model->k ? -1 : (int32_t)best;
        }
        if (certainty) {
            certainty[i] = r->resp[best * n + i];
        }
    }
}

static void take_labels(void *arg, const gmix_model *model, const gmix_i_tile_result *r) {
    gmix_i_take_labels(model, r, (int32_t *)arg + r->tile->first, NULL);
}

gmix_status gmix_labels(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                        int32_t *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    return fill_rows(ctx, model, x, 0, take_labels, out);
}

/* Sums of one slot. */
typedef struct slot_sums {
    double loglik, logmap, weight;
} slot_sums;

static void take_sums(void *arg, const gmix_model *model, const gmix_i_tile_result *r) {
    (void)model;
    slot_sums *const s = (slot_sums *)arg + r->tile->slot;
    s->loglik = fmax(s->loglik + r->sums->loglik, -DBL_MAX);
    s->logmap += r->sums->logmap;
    s->weight += r->tile->weight;
}

gmix_status gmix_score_sized(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                             gmix_criteria *out, size_t size) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    slot_sums sums[GMIX_I_MOST_SLOTS] = {0}, all = {0};
    GMIX_TRY(check_arguments(ctx, model, out));
    if (x) {
        GMIX_TRY(gmix_i_check_weights(ctx, x));
    }
    GMIX_TRY(gmix_i_apply(ctx, model, x, GMIX_I_APPLY_WEIGHTS, take_sums, sums));
    for (size_t s = 0; s < GMIX_I_MOST_SLOTS; s++) {
        all.loglik = fmax(all.loglik + sums[s].loglik, -DBL_MAX);
        all.logmap += sums[s].logmap;
        all.weight += sums[s].weight;
    }
    const double loglik = all.loglik - all.weight * model->frame.log_det;
    const gmix_i_criterion_terms terms = {.log_likelihood = loglik,
                                          .log_map = all.logmap,
                                          .p = (double)gmix_model_n_parameters(model),
                                          .n = all.weight};
    const gmix_criteria whole = {.log_likelihood = loglik,
                                 .mean_log_likelihood = loglik / all.weight,
                                 .aic = gmix_i_criterion_value(GMIX_I_AIC, &terms),
                                 .bic = gmix_i_criterion_value(GMIX_I_BIC, &terms),
                                 .icl = gmix_i_criterion_value(GMIX_I_ICL, &terms),
                                 .n_parameters = gmix_model_n_parameters(model)};
    memset(out, 0, size);
    memcpy(out, &whole, size < sizeof whole ? size : sizeof whole);
done:
    return status;
}
