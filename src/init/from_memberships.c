/*
 * The start "memberships": row i belongs to component k to the degree init_memberships[i, k].
 * They need not sum to 1: what they are to each other over all rows makes the weights.
 */
#include <math.h>
#include <string.h>

#include "init/init.h"

typedef struct memberships {
    const double *given; /* N x K */
    size_t k;
} memberships;

static void fill_given(void *arg, const gmix_i_tile *tile, void *resp, size_t *active,
                       gmix_i_norm_sums *sums, void *work) {
    (void)sums;
    (void)work;
    const memberships *const from = arg;
    const size_t k = from->k, n = tile->n;
    const double *const rows = from->given + tile->first * k;
    double *const r = resp;
    memset(r, 0, k * n * sizeof *r);
    for (size_t c = 0; c < k; c++) {
        active[c] = tile->n_rows;
        for (size_t i = 0; i < tile->n_rows; i++) {
            r[c * n + i] = tile->w[i] * rows[i * k + c];
        }
    }
}

static gmix_status check(gmix_ctx *ctx, const double *given, uint64_t n, size_t k) {
    for (uint64_t i = 0; i < n * k; i++) {
        if (!(given[i] >= 0.0) || isinf(given[i])) {
            return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                               "init_memberships of row %llu in component %llu is %g: it "
                               "must be a number "
                               "of at least 0",
                               (unsigned long long)(i / k), (unsigned long long)(i % k),
                               given[i]);
        }
    }
    return GMIX_OK;
}

static gmix_status start(gmix_ctx *ctx, gmix_i_start_task *task, size_t run,
                         gmix_i_params *out) {
    (void)run;
    gmix_status status = GMIX_OK;
    memberships from = {.given = task->opts->init_memberships, .k = out->k};
    if (!from.given) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION, "the start 'memberships' needs init_memberships");
    }
    GMIX_TRY(check(ctx, from.given, task->survey->n_rows, out->k));
    gmix_i_set_centres(task->prepared, NULL);
    GMIX_TRY(gmix_i_start_from_fill(ctx, task, fill_given, &from, out));
done:
    return status;
}

const gmix_i_init gmix_i_init_memberships = {
    .name = "memberships", .deterministic = true, .given = true, .start = start};
