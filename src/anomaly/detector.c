/* Detectors in use: see gmix/anomaly.h. */
#include "anomaly/detector.h"

#include <math.h>
#include <stdlib.h>

#include <gmix/model.h>

#include "base/structs.h"

gmix_status gmix_i_detector_room(gmix_ctx *ctx, size_t count, size_t size, void *out) {
    void *const block = gmix_i_alloc(&ctx->opts.allocator, count, size);
    if (!block) {
        return gmix_i_fail_nomem(ctx, "a detector", count * size);
    }
    memcpy(out, &block, sizeof block);
    return GMIX_OK;
}

void gmix_detector_free(gmix_detector **detector) {
    gmix_detector *const det = detector ? *detector : NULL;
    if (!det) {
        return;
    }
    for (size_t v = 0; v < det->n_views; v++) {
        gmix_model_free(&det->whole[v]);
    }
    for (size_t i = 0; det->part && i < det->folds * det->n_views; i++) {
        gmix_model_free(&det->part[i]);
    }
    const gmix_allocator from = det->from;
    gmix_i_release(&from, det->part);
    gmix_i_release(&from, det->score);
    gmix_i_release(&from, det->held_out);
    gmix_i_release(&from, det->calibrating);
    gmix_i_release(&from, det->begin);
    gmix_i_release(&from, det->sorted);
    gmix_i_release(&from, det);
    *detector = NULL;
}

const gmix_model *gmix_detector_model(const gmix_detector *detector) {
    return detector->whole[detector->n_views - 1];
}

size_t gmix_detector_n_rows(const gmix_detector *detector) {
    return detector->n;
}

size_t gmix_detector_n_calibrating(const gmix_detector *detector) {
    return detector->n_calibrating;
}

gmix_status gmix_detector_training(gmix_ctx *ctx, const gmix_detector *det, double *score,
                                   double *p) {
    GMIX_I_CTX(ctx);
    if (!det) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "the detector is NULL");
    }
    const size_t m = det->n_calibrating;
    const double top = det->sorted[m - 1];
    if (score) {
        memcpy(score, det->score, det->n * sizeof *score);
    }
    for (size_t i = 0; p && i < det->n; i++) {
        const double held_out = det->held_out[i];
        const size_t count = gmix_i_count_from(m, det->sorted, held_out);
        /* one that calibrates has counted itself */
        p[i] = held_out <= top ? (double)count / (double)m
                               : gmix_i_anomaly_p(det, count, held_out);
    }
    return GMIX_OK;
}

/* Sums over the folds: how many of their calibrating scores are at least the row's under the same
 * fits, and these scores. */
static gmix_status compare_folds(gmix_ctx *ctx, const gmix_detector *det,
                                 const gmix_table *x, double *own, size_t *count,
                                 double *sum) {
    gmix_status status = GMIX_OK;
    for (size_t f = 0; f < det->folds; f++) {
        const double *const rising = det->calibrating + det->begin[f];
        GMIX_TRY(gmix_i_anomaly_score(ctx, det->n_views, det->part + f * det->n_views, x,
                                      own));
        for (size_t i = 0; i < x->n_rows; i++) {
            count[i] +=
                gmix_i_count_from(det->begin[f + 1] - det->begin[f], rising, own[i]);
            sum[i] += own[i] / (double)det->folds;
        }
    }
done:
    return status;
}

gmix_status gmix_detector_apply(gmix_ctx *ctx, const gmix_detector *det,
                                const gmix_table *x, double *score, double *p) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    double *own = NULL, *sum = NULL;
    size_t *count = NULL;
    if (!det || !x) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the detector or the table is NULL");
    }
    GMIX_TRY(gmix_i_calloc(ctx, "scores", 2 * x->n_rows, sizeof *own, &own));
    GMIX_TRY(gmix_i_calloc(ctx, "scores", x->n_rows, sizeof *count, &count));
    sum = own + x->n_rows;
    if (p) {
        GMIX_TRY(compare_folds(ctx, det, x, own, count, sum));
    }
    if (score) {
        GMIX_TRY(gmix_i_anomaly_score(ctx, det->n_views, det->whole, x, own));
        memcpy(score, own, x->n_rows * sizeof *score);
    }
    for (size_t i = 0; p && i < x->n_rows; i++) {
        p[i] = gmix_i_anomaly_p(det, count[i], sum[i]);
    }
done:
    gmix_i_free(ctx, own);
    gmix_i_free(ctx, count);
    return status;
}

/* A p-value and where it belongs. */
typedef struct ranked {
    double p;
    size_t row;
} ranked;

static int by_p(const void *a, const void *b) {
    const ranked *const x = a, *const y = b;
    return x->p != y->p ? (x->p > y->p) - (x->p < y->p)
                        : (x->row > y->row) - (x->row < y->row);
}

gmix_status gmix_adjust_p_values(gmix_ctx *ctx, size_t n, const double *p,
                                 double *adjusted) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    ranked *all = NULL;
    if (!p || !adjusted) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the p-values or the output is NULL");
    }
    GMIX_TRY(gmix_i_calloc(ctx, "p-values", n, sizeof *all, &all));
    for (size_t i = 0; i < n; i++) {
        if (!(p[i] >= 0.0 && p[i] <= 1.0)) {
            GMIX_FAIL(ctx, GMIX_ERR_DATA, "p-value %zu is %g: they are from 0 to 1",
                      i + 1, p[i]);
        }
        all[i] = (ranked){p[i], i};
    }
    qsort(all, n, sizeof *all, by_p);
    double least = 1.0;
    for (size_t i = n; i-- > 0;) {
        least = fmin(least, all[i].p * (double)n / (double)(i + 1));
        adjusted[all[i].row] = least;
    }
done:
    gmix_i_free(ctx, all);
    return status;
}
