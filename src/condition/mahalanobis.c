/*
 * Squared Mahalanobis distances |L_oo^-1 (x_o - mu_o)|^2 of rows from every component, in the
 * features that a row has.
 */
#include "condition/mahalanobis.h"

#include <math.h>
#include <string.h>

#include <gmix/distribution.h>

#include "base/structs.h"
#include "model/posterior.h"

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

void gmix_i_measure(gmix_i_measurer *m, const gmix_model *model,
                    const gmix_i_tile_result *from, const gmix_table *table, size_t first,
                    double *out) {
    const gmix_i_tile *const tile = from->tile;
    const size_t d = model->d, thread = (size_t)from->thread;
    double *const matrix = m->scratch + thread * (d * d + 2 * d);
    double *const x = matrix + d * d, *const z = x + d;
    const gmix_i_rows rows = gmix_i_table_rows(table, first, tile->n_rows).rows;
    size_t gap = 0;
    for (size_t i = 0; i < tile->n_rows; i++) {
        const uint64_t *bits = NULL;
        if (tile->gaps && gap < tile->gaps->n && tile->gaps->row[gap] == i) {
            bits = tile->gaps->observed + gap++ * tile->gaps->words;
        }
        const gmix_i_conditioner *const p = gmix_i_conditioner_of(
            model, d, m->features, 0, bits, matrix, &m->complete, &m->own[thread]);
        m->singular[thread] = m->singular[thread] || p->failed;
        for (size_t j = 0; j < d; j++) {
            x[j] = (gmix_i_cell(&rows, i, j) - model->frame.shift[j]) *
                   model->frame.inv_scale[j];
        }
        measure_row(model, p, x, z, out + i * model->k);
    }
}

static gmix_status measurer_new(gmix_ctx *ctx, const gmix_model *model, size_t threads,
                                gmix_i_measurer *m) {
    gmix_status status = GMIX_OK;
    const size_t d = model->d;
    const char *const what = "distances";
    m->n_threads = threads;
    GMIX_TRY(gmix_i_conditioner_new(ctx, model, 0, &m->complete));
    GMIX_TRY(gmix_i_calloc(ctx, what, d, sizeof *m->features, &m->features));
    GMIX_TRY(gmix_i_calloc(ctx, what, threads * (d * d + 2 * d), sizeof *m->scratch,
                           &m->scratch));
    GMIX_TRY(gmix_i_calloc(ctx, what, threads, sizeof *m->singular, &m->singular));
    GMIX_TRY(gmix_i_calloc(ctx, what, threads, sizeof *m->own, &m->own));
    for (size_t t = 0; t < threads; t++) {
        GMIX_TRY(gmix_i_conditioner_new(ctx, model, 0, &m->own[t]));
    }
    for (size_t j = 0; j < d; j++) {
        m->features[j] = j;
    }
    gmix_i_conditioner_make(model, d, m->features, 0, NULL, m->scratch, &m->complete);
    m->singular[0] = m->complete.failed;
    GMIX_TRY(gmix_i_measured(ctx, m));
done:
    if (status != GMIX_OK) {
        gmix_i_measurer_free(ctx, m);
    }
    return status;
}

gmix_status gmix_i_measurer_ready(gmix_ctx *ctx, const gmix_model *model,
                                  size_t n_threads, gmix_i_measurer *m) {
    if (n_threads > m->n_threads || !m->singular) {
        gmix_i_measurer_free(ctx, m);
        return measurer_new(ctx, model, n_threads, m);
    }
    memset(m->singular, 0, m->n_threads * sizeof *m->singular);
    return GMIX_OK;
}

void gmix_i_measurer_free(gmix_ctx *ctx, gmix_i_measurer *m) {
    for (size_t t = 0; m->own && t < m->n_threads; t++) {
        gmix_i_conditioner_free(ctx, &m->own[t]);
    }
    gmix_i_conditioner_free(ctx, &m->complete);
    gmix_i_free(ctx, m->own);
    gmix_i_free(ctx, m->features);
    gmix_i_free(ctx, m->scratch);
    gmix_i_free(ctx, m->singular);
    *m = (gmix_i_measurer){0};
}

gmix_status gmix_i_measured(gmix_ctx *ctx, const gmix_i_measurer *m) {
    bool singular = false;
    for (size_t t = 0; t < m->n_threads; t++) {
        singular = singular || m->singular[t];
    }
    return singular ? gmix_i_fail(ctx, GMIX_ERR_SINGULAR,
                                  "the covariance of a component is next to singular: it "
                                  "has no distances")
                    : GMIX_OK;
}

typedef struct measuring {
    const gmix_table *table;
    gmix_i_measurer measurer;
    double *out;
} measuring;

static void measure_tile(void *arg, const gmix_model *m, const gmix_i_tile_result *from) {
    measuring *const to = arg;
    const size_t first = (size_t)from->tile->first;
    gmix_i_measure(&to->measurer, m, from, to->table, first, to->out + first * m->k);
}

gmix_status gmix_mahalanobis(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                             double *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, model, "Mahalanobis distances");
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    measuring to = {.table = x, .out = out};
    if (!model || !x || !out) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "the model, the table or the output is NULL");
    }
    GMIX_TRY(gmix_i_refuse_errors(ctx, x));
    GMIX_TRY(
        gmix_i_measurer_ready(ctx, model, (size_t)ctx->opts.n_threads, &to.measurer));
    GMIX_TRY(gmix_i_apply(ctx, model, x, 0, measure_tile, &to));
    GMIX_TRY(gmix_i_measured(ctx, &to.measurer));
done:
    gmix_i_measurer_free(ctx, &to.measurer);
    return status;
}
