/* The rows of a tile that have errors, side by side. See measured.h. */
#include <math.h>
#include <string.h>

#include "data/measured.h"

enum { LANES = GMIX_I_LANES };

/* Beyond this much of a feature's scale, squared, more makes no difference, and products of a few
 * such numbers stay within a double. */
static const double MOST_VARIANCE = 1e60;

gmix_status gmix_i_noisy_rows_new(gmix_ctx *ctx, size_t rows, size_t d, size_t len,
                                  gmix_i_noisy_rows *out) {
    gmix_status status = GMIX_OK;
    const size_t n = (rows + LANES - 1) / LANES * LANES;
    *out = (gmix_i_noisy_rows){.d = d, .len = len};
    GMIX_TRY(gmix_i_calloc(ctx, "rows with errors", n * (2 * d + len + 1), sizeof(double),
                           &out->x));
    GMIX_TRY(gmix_i_calloc(ctx, "rows with errors", n, sizeof *out->row, &out->row));
    out->seen = out->x + n * d;
    out->error = out->seen + n * d;
    out->base = out->error + n * len;
done:
    if (status != GMIX_OK) {
        gmix_i_noisy_rows_free(ctx, out);
    }
    return status;
}

void gmix_i_noisy_rows_free(gmix_ctx *ctx, gmix_i_noisy_rows *rows) {
    gmix_i_free(ctx, rows->x);
    gmix_i_free(ctx, rows->row);
    *rows = (gmix_i_noisy_rows){0};
}

/* The variance of the error of feature j, but for what all rows share. */
static double variance_of(const gmix_i_errors *errors, const double *error, size_t j) {
    const double all = error[gmix_i_variance_at(errors->len, errors->d, j)];
    return errors->shared ? fmax(all - errors->shared[j], 0.0) : all;
}

/* True if a cell of row i that was observed has an error. */
static bool is_noisy(const gmix_i_errors *errors, const gmix_i_rows *rows, size_t i,
                     const double *error) {
    for (size_t j = 0; j < errors->d; j++) {
        if (variance_of(errors, error, j) > 0.0 && !isnan(gmix_i_cell(rows, i, j))) {
            return true;
        }
    }
    return errors->all_rows;
}

/* The numbers of one row, at its lane. */
typedef struct lane {
    double *x, *seen, *error, *base;
} lane;

static lane lane_of(const gmix_i_noisy_rows *rows, size_t index) {
    const size_t first = index / LANES * LANES, own = index % LANES;
    return (lane){.x = rows->x + first * rows->d + own,
                  .seen = rows->seen + first * rows->d + own,
                  .error = rows->error + first * rows->len + own,
                  .base = rows->base + first + own};
}

/* A row of no consequence: to fill up the last lanes. */
static void put_nothing(const gmix_i_noisy_rows *rows, size_t index) {
    const lane to = lane_of(rows, index);
    for (size_t t = 0; t < rows->len; t++) {
        to.error[t * LANES] = 0.0;
    }
    for (size_t j = 0; j < rows->d; j++) {
        to.x[j * LANES] = 0.0;
        to.seen[j * LANES] = 1.0;
        to.error[gmix_i_variance_at(rows->len, rows->d, j) * LANES] = 1.0;
    }
    *to.base = 0.0;
}

static void put_errors(const gmix_i_noisy_rows *rows, const gmix_i_errors *errors,
                       const double *error, const double *inv_scale, const lane *to) {
    const size_t d = rows->d;
    for (size_t i = 0; i < d && rows->len > d; i++) {
        for (size_t j = 0; j < i; j++) {
            const size_t t = i * (i + 1) / 2 + j;
            const bool both = to->seen[i * LANES] * to->seen[j * LANES] > 0.0;
            to->error[t * LANES] = both ? error[t] * inv_scale[i] * inv_scale[j] : 0.0;
        }
    }
    for (size_t j = 0; j < d; j++) {
        const size_t t = gmix_i_variance_at(rows->len, d, j);
        const double variance =
            variance_of(errors, error, j) * inv_scale[j] * inv_scale[j];
        to->error[t * LANES] = to->seen[j * LANES] == 0.0 ? 1.0
                               : rows->len > d            ? variance
                                                          : fmin(variance, MOST_VARIANCE);
    }
}

/* Row i of a block, whose tile is x. */
static void put_row(const gmix_i_rows *cells, size_t i, const gmix_i_errors *errors,
                    const double *error, const gmix_i_kernels *kernels, const void *x,
                    size_t n, const double *inv_scale, gmix_i_noisy_rows *rows) {
    const double log_2pi = 1.83787706640934548356;
    const lane to = lane_of(rows, rows->n);
    double base = 0.0;
    for (size_t j = 0; j < rows->d; j++) {
        const bool missing = isnan(gmix_i_cell(cells, i, j));
        to.x[j * LANES] = missing ? 0.0 : gmix_i_real_at(kernels, x, j * n + i);
        to.seen[j * LANES] = missing ? 0.0 : 1.0;
        base -= missing ? log(inv_scale[j]) : 0.5 * log_2pi;
        rows->masked = rows->masked || missing;
    }
    *to.base = base;
    put_errors(rows, errors, error, inv_scale, &to);
    rows->row[rows->n++] = i;
}

void gmix_i_noisy_rows_pack(const gmix_i_errors *errors, const gmix_i_block *block,
                            size_t first, size_t n, const gmix_i_kernels *kernels,
                            const void *x, const double *inv_scale,
                            gmix_i_noisy_rows *out) {
    out->n = 0;
    out->masked = false;
    for (size_t i = 0; i < block->rows.n_rows; i++) {
        const double *const error = errors->at + (first + i) * errors->len;
        if (is_noisy(errors, &block->rows, i, error)) {
            put_row(&block->rows, i, errors, error, kernels, x, n, inv_scale, out);
        }
    }
    for (size_t i = out->n; i % LANES != 0; i++) {
        put_nothing(out, i);
    }
}
