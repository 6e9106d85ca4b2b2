/*
 * Which cells are to blame: every cell by the conditional distribution of its feature given the
 * row's others (gmix_regress()). See gmix/anomaly.h.
 *
 * A cell that is wrong makes its neighbours look wrong, too, but itself the most: for one component
 * |P_ij| <= sqrt(P_ii P_jj) in the precision matrix P.
 */
#include <math.h>

#include <gmix/anomaly.h>
#include <gmix/distribution.h>
#include <gmix/infer.h>
#include <gmix/regression.h>

#include "anomaly/some_columns.h"
#include "base/structs.h"
#include "model/mixture.h"
#include "model/posterior.h"

static const double LOG_2PI_E = 2.8378770664093454836;

typedef struct reasons {
    const gmix_model *model;
    const gmix_table *x;
    size_t *others;          /* D */
    ptrdiff_t *offsets;      /* D */
    double *l, *mean, *sd;   /* N */
    gmix_evidence *evidence; /* N */
    double *expected, *spread, *surprise;
} reasons;

static void put_feature(const reasons *r, size_t j) {
    const size_t d = r->model->d;
    for (size_t i = 0; i < r->x->n_rows; i++) {
        if (r->expected) {
            r->expected[i * d + j] = r->mean[i];
        }
        if (r->spread) {
            r->spread[i * d + j] = r->sd[i];
        }
        if (r->surprise) {
            r->surprise[i * d + j] =
                r->evidence[i].log_density - r->l[i] - 0.5 * LOG_2PI_E - log(r->sd[i]);
        }
    }
}

/* Cells that are not there are no surprise. */
static void clear_missing(const reasons *r) {
    const size_t d = r->model->d;
    for (size_t i = 0; r->surprise && i < r->x->n_rows; i++) {
        const gmix_i_rows rows = gmix_i_table_rows(r->x, i, 1).rows;
        for (size_t j = 0; j < d; j++) {
            if (isnan(gmix_i_cell(&rows, 0, j))) {
                r->surprise[i * d + j] = 0.0;
            }
        }
    }
}

/* The only feature: nothing else leads to expect anything. */
static gmix_status one_feature(gmix_ctx *ctx, reasons *r) {
    gmix_status status = GMIX_OK;
    double mean, variance;
    GMIX_TRY(gmix_moments(ctx, r->model, &mean, &variance, NULL, NULL));
    for (size_t i = 0; i < r->x->n_rows; i++) {
        r->mean[i] = mean;
        r->sd[i] = sqrt(variance);
    }
    put_feature(r, 0);
done:
    return status;
}

static gmix_status every_feature(gmix_ctx *ctx, reasons *r) {
    gmix_status status = GMIX_OK;
    const size_t d = r->model->d;
    for (size_t j = 0; j < d; j++) {
        size_t n = 0;
        for (size_t i = 0; i < d; i++) {
            if (i != j) {
                r->others[n++] = i;
            }
        }
        const gmix_table rest = gmix_i_some_columns(r->x, n, r->others, r->offsets);
        const gmix_regression to = {.struct_size = sizeof to,
                                    .mean = r->mean,
                                    .sd = r->sd,
                                    .evidence = r->evidence};
        GMIX_TRY(gmix_regress(ctx, r->model, 1, &j, &rest, NULL, &to));
        put_feature(r, j);
    }
done:
    return status;
}

gmix_status gmix_cell_reasons(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                              double *expected, double *sd, double *surprise) {
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, model, "reasons of cells");
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    reasons r = {.model = model, .x = x};
    double *whole = NULL;
    if (!model || !x) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the model or the table is NULL");
    }
    const size_t n = x->n_rows, d = model->d;
    GMIX_TRY(gmix_i_calloc(ctx, "reasons", 3 * n * d, sizeof *whole, &whole));
    GMIX_TRY(gmix_i_calloc(ctx, "reasons", 3 * n, sizeof *r.l, &r.l));
    GMIX_TRY(gmix_i_calloc(ctx, "reasons", n, sizeof *r.evidence, &r.evidence));
    GMIX_TRY(gmix_i_calloc(ctx, "features", d, sizeof *r.others, &r.others));
    GMIX_TRY(gmix_i_calloc(ctx, "features", d, sizeof *r.offsets, &r.offsets));
    r.mean = r.l + n;
    r.sd = r.mean + n;
    r.expected = whole;
    r.spread = whole + n * d;
    r.surprise = r.spread + n * d;
    GMIX_TRY(gmix_log_density(ctx, model, x, r.l));
    GMIX_TRY(d > 1 ? every_feature(ctx, &r) : one_feature(ctx, &r));
    clear_missing(&r);
    gmix_i_copy(expected ? expected : whole, whole, n * d * sizeof *whole);
    gmix_i_copy(sd ? sd : r.spread, r.spread, n * d * sizeof *whole);
    gmix_i_copy(surprise ? surprise : r.surprise, r.surprise, n * d * sizeof *whole);
done:
    gmix_i_free(ctx, whole);
    gmix_i_free(ctx, r.l);
    gmix_i_free(ctx, r.evidence);
    gmix_i_free(ctx, r.others);
    gmix_i_free(ctx, r.offsets);
    return status;
}
