/*
 * Squared Mahalanobis distances |L_oo^-1 (x_o - mu_o)|^2 of rows from every component, in the
 * features that a row has.
 */
#include <math.h>
#include <string.h>

#include <gmix/distribution.h>

#include "base/structs.h"
#include "condition/conditioner.h"
#include "infer/apply.h"

typedef struct measurer {
    const gmix_table *table;
    size_t *features; /* D: all */
    gmix_i_conditioner complete;
    gmix_i_conditioner *own; /* per thread */
    double *scratch;         /* per thread: D x D + 2 D */
    bool *singular;          /* per thread */
    double *out;
} measurer;

static void measure_row(const gmix_model *m, const gmix_i_conditioner *p, const double *x,
                        double *z, double *out) {
    for (size_t c = 0; c < m->k; c++) {
        const double *const mean = m->params.means + c * m->d;
        for (size_t i = 0; i < p->o; i++) {
            z[i] = x[p->place[i]] - mean[p->order[i]];
        }
        out[c] = gmix_i_root_solve(p->o, p->root + c * gmix_i_packed_len(m->d), z, z);
    }
}

static void measure_rows(void *arg, const gmix_model *m, const gmix_i_tile_result *from) {
    const measurer *const to = arg;
    const gmix_i_tile *const tile = from->tile;
    const size_t d = m->d, first = (size_t)tile->first;
    double *const matrix = to->scratch + (size_t)from->thread * (d * d + 2 * d);
    double *const x = matrix + d * d, *const z = x + d;
    const gmix_i_rows rows = gmix_i_table_rows(to->table, first, tile->n_rows).rows;
    size_t gap = 0;
    for (size_t i = 0; i < tile->n_rows; i++) {
        const uint64_t *bits = NULL;
        if (tile->gaps && gap < tile->gaps->n && tile->gaps->row[gap] == i) {
            bits = tile->gaps->observed + gap++ * tile->gaps->words;
        }
        const gmix_i_conditioner *const p = gmix_i_conditioner_of(
            m, d, to->features, 0, bits, matrix, &to->complete, &to->own[from->thread]);
        to->singular[from->thread] = to->singular[from->thread] || p->failed;
        for (size_t j = 0; j < d; j++) {
            x[j] = (gmix_i_cell(&rows, i, j) - m->frame.shift[j]) * m->frame.inv_scale[j];
        }
        measure_row(m, p, x, z, to->out + (first + i) * m->k);
    }
}

static gmix_status measure(gmix_ctx *ctx, const gmix_model *m, measurer *to) {
    gmix_status status = GMIX_OK;
    const size_t threads = (size_t)ctx->opts.n_threads, d = m->d;
    GMIX_TRY(gmix_i_conditioner_new(ctx, m, 0, &to->complete));
    GMIX_TRY(gmix_i_calloc(ctx, "features", d, sizeof *to->features, &to->features));
    GMIX_TRY(gmix_i_calloc(ctx, "distances", threads * (d * d + 2 * d),
                           sizeof *to->scratch, &to->scratch));
    GMIX_TRY(
        gmix_i_calloc(ctx, "distances", threads, sizeof *to->singular, &to->singular));
    GMIX_TRY(gmix_i_calloc(ctx, "distances", threads, sizeof *to->own, &to->own));
    for (size_t t = 0; t < threads; t++) {
        GMIX_TRY(gmix_i_conditioner_new(ctx, m, 0, &to->own[t]));
    }
    for (size_t j = 0; j < d; j++) {
        to->features[j] = j;
    }
    gmix_i_conditioner_make(m, d, to->features, 0, NULL, to->scratch, &to->complete);
    bool singular = to->complete.failed;
    if (!singular) {
        GMIX_TRY(gmix_i_apply(ctx, m, to->table, false, measure_rows, to));
    }
    for (size_t t = 0; t < threads; t++) {
        singular = singular || to->singular[t];
    }
    if (singular) {
        GMIX_FAIL(
            ctx, GMIX_ERR_SINGULAR,
            "the covariance of a component is next to singular: it has no distances");
    }
done:
    for (size_t t = 0; to->own && t < threads; t++) {
        gmix_i_conditioner_free(ctx, &to->own[t]);
    }
    return status;
}

gmix_status gmix_mahalanobis(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                             double *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    if (!model || !x || !out) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "the model, the table or the output is NULL");
    }
    measurer to = {.table = x, .out = out};
    const gmix_status status = measure(ctx, model, &to);
    gmix_i_conditioner_free(ctx, &to.complete);
    gmix_i_free(ctx, to.features);
    gmix_i_free(ctx, to.scratch);
    gmix_i_free(ctx, to.singular);
    gmix_i_free(ctx, to.own);
    return status;
}
