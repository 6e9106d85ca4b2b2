/* Errors of measurement: checking them, and missing cells that are errors without bound. See
 * measured.h. */
#include "data/measured.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "linalg/linalg.h"

/* What the rows' errors are like. */
typedef struct kinds {
    bool any;      /* a cell that was observed has one */
    bool infinite; /* one without bound */
    bool everywhere;
} kinds;

static gmix_status refuse(gmix_ctx *ctx, const gmix_i_input *in, size_t row, size_t j,
                          double variance) {
    char label[96];
    if (isnan(variance)) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA,
                           "row %zu, %s: there is a value, and no error of it: 0 where "
                           "it is exact, infinite "
                           "where it says nothing",
                           (size_t)in->first + row + 1,
                           gmix_i_column_label(in, j, label));
    }
    return gmix_i_fail(ctx, GMIX_ERR_DATA,
                       "row %zu, %s: its error is below 0 (a variance of %g, or a "
                       "standard deviation of %g): 0 is "
                       "for an exact value, infinite for a missing one",
                       (size_t)in->first + row + 1, gmix_i_column_label(in, j, label),
                       variance, -sqrt(-variance));
}

/* The covariance of the row's errors, of the cells that count alone; how many they are. */
static size_t observed_block(const double *error, size_t d, const bool *counts,
                             double *block) {
    size_t o = 0, at = 0;
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; counts[i] && j <= i; j++) {
            if (counts[j]) {
                block[at++] = error[i * (i + 1) / 2 + j];
            }
        }
        o += counts[i];
    }
    return o;
}

/* A matrix that is no covariance; one that is singular is. work: 2 packed_len. */
static gmix_status check_matrix(gmix_ctx *ctx, size_t row, const double *error, size_t d,
                                const bool *counts, double *work, bool *definite) {
    double *const block = work, *const factor = work + gmix_i_packed_len(d);
    const size_t o = observed_block(error, d, counts, block);
    for (size_t t = 0; t < gmix_i_packed_len(o); t++) {
        if (!isfinite(block[t])) {
            return gmix_i_fail(ctx, GMIX_ERR_DATA,
                               "row %zu: a covariance of its errors is not finite",
                               row + 1);
        }
    }
    *definite = gmix_i_cholesky(NULL, o, block, factor);
    for (size_t i = 0; i < o && !*definite;
         i++) { /* a little more, for those that are singular */
        block[gmix_i_packed_len(i) + i] *= 1.0 + 1e-8;
        block[gmix_i_packed_len(i) + i] += 1e-300;
    }
    return *definite || gmix_i_cholesky(NULL, o, block, factor)
               ? GMIX_OK
               : gmix_i_fail(
                     ctx, GMIX_ERR_DATA,
                     "row %zu: the covariance of its errors is not positive semidefinite",
                     row + 1);
}

static gmix_status check_row(gmix_ctx *ctx, const gmix_i_input *in, size_t row,
                             const double *error, size_t len, bool *counts, double *work,
                             kinds *k) {
    gmix_status status = GMIX_OK;
    const size_t d = in->n_cols;
    const gmix_i_rows cells = gmix_i_table_rows(in->table, row, 1).rows;
    const bool weighs = !in->table->weights || in->table->weights[row] > 0.0;
    bool full = true;
    for (size_t j = 0; j < d; j++) {
        const double variance = error[gmix_i_variance_at(len, d, j)];
        counts[j] = !isnan(gmix_i_cell(&cells, 0, j));
        if (counts[j] && !(variance >= 0.0)) {
            return refuse(ctx, in, row, j, variance);
        }
        if (counts[j] && isinf(variance)) {
            k->infinite = true;
            counts[j] = false;
        }
        k->any = k->any || (counts[j] && variance > 0.0);
        full = full && (!counts[j] || variance > 0.0);
    }
    if (len > d && full) {
        GMIX_TRY(
            check_matrix(ctx, (size_t)in->first + row, error, d, counts, work, &full));
    }
    k->everywhere = k->everywhere && (full || !weighs);
done:
    return status;
}

static gmix_status check_rows(gmix_ctx *ctx, const gmix_i_input *in, const double *errors,
                              size_t len, kinds *k) {
    gmix_status status = GMIX_OK;
    const size_t d = in->n_cols;
    bool *counts = NULL;
    double *work = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "errors", d, sizeof *counts, &counts));
    GMIX_TRY(gmix_i_calloc(ctx, "errors", 2 * gmix_i_packed_len(d), sizeof *work, &work));
    *k = (kinds){.everywhere = true};
    for (size_t row = 0; row < in->table->n_rows; row++) {
        GMIX_TRY(check_row(ctx, in, row, errors + row * len, len, counts, work, k));
    }
done:
    gmix_i_free(ctx, counts);
    gmix_i_free(ctx, work);
    return status;
}

/* The table is that of out->cells from here on, with what else was given of its rows. */
static void show_cells(gmix_i_measurements *out, size_t n, size_t d) {
    const gmix_table given = out->table;
    out->table = gmix_table_f64(out->cells, n, d);
    out->table.weights = given.weights;
    out->table.names = given.names;
    out->table.labels = given.labels;
    out->table.n_classes = given.n_classes;
    out->table.class_names = given.class_names;
}

/* Copies in which cells are missing whose errors have no bound. */
static gmix_status strike_out(gmix_ctx *ctx, const gmix_i_input *in, const double *errors,
                              size_t len, gmix_i_measurements *out) {
    gmix_status status = GMIX_OK;
    const size_t n = in->table->n_rows, d = in->n_cols;
    const gmix_i_rows cells = gmix_i_table_rows(in->table, 0, n).rows;
    GMIX_TRY(
        gmix_i_calloc(ctx, "rows with errors", n * d, sizeof *out->cells, &out->cells));
    GMIX_TRY(gmix_i_calloc(ctx, "errors", n * len, sizeof *out->kept, &out->kept));
    memcpy(out->kept, errors, n * len * sizeof *errors);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < d; j++) {
            double *const variance = &out->kept[i * len + gmix_i_variance_at(len, d, j)];
            out->cells[i * d + j] =
                isinf(*variance) ? (double)NAN : gmix_i_cell(&cells, i, j);
            *variance = isinf(*variance) ? 0.0 : *variance;
        }
    }
    show_cells(out, n, d);
done:
    return status;
}

/* Of a covariance of errors in units of these variances, the smallest eigenvalue. work: 3 D^2 + D. */
static double smallest(const double *error, size_t d, const double *unit, double *work) {
    double *const scaled = work, *const v = work + d * d, *const w = v + d * d,
                  *const more = w + d;
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            const size_t at = gmix_i_packed_len(i) + j;
            scaled[at] = error[at] / sqrt(unit[i] * unit[j]);
        }
    }
    gmix_i_eigen_sorted(NULL, d, scaled, w, v, more);
    return w[0];
}

/* Variances: the smallest of each feature. */
static void find_least(const gmix_i_measurements *m, double *least) {
    const size_t d = m->errors.d, len = m->errors.len, n = m->table.n_rows;
    const gmix_i_rows cells = gmix_i_table_rows(&m->table, 0, n).rows;
    for (size_t j = 0; j < d; j++) {
        least[j] = INFINITY;
        for (size_t i = 0; i < n; i++) {
            if (!isnan(gmix_i_cell(&cells, i, j))) {
                least[j] =
                    fmin(least[j], m->errors.at[i * len + gmix_i_variance_at(len, d, j)]);
            }
        }
        least[j] = isfinite(least[j]) ? least[j] : 0.0;
    }
}

gmix_status gmix_i_errors_share(gmix_ctx *ctx, const gmix_i_errors *errors, size_t n,
                                const double *units, double *share) {
    gmix_status status = GMIX_OK;
    const size_t d = errors->d, len = errors->len;
    double *work = NULL, most = 1.0;
    *share = 1.0;
    if (len == d) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "errors", 3 * d * d + d, sizeof *work, &work));
    for (size_t j = 0; j < d; j++) {
        most = units[j] > 0.0 ? most : 0.0;
    }
    for (size_t i = 0; i < n && most > 0.0; i++) {
        most = fmin(most, smallest(errors->at + i * len, d, units, work));
    }
    *share = fmax(most - 1e-9, 0.0);
done:
    gmix_i_free(ctx, work);
    return status;
}

gmix_i_errors gmix_i_errors_slice(const gmix_i_errors *errors, size_t first,
                                  gmix_i_projected *projected) {
    gmix_i_errors part = *errors;
    part.at += first * errors->len;
    if (errors->projected) {
        *projected = *errors->projected;
        projected->values += first * projected->p;
        projected->matrices += first * projected->p * projected->d;
        projected->errors += first * projected->len;
        projected->own = NULL;
        part.projected = projected;
    }
    return part;
}

static gmix_status find_common(gmix_ctx *ctx, gmix_i_measurements *m) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_calloc(ctx, "errors", m->errors.d, sizeof *m->least, &m->least));
    find_least(m, m->least);
    double share;
    GMIX_TRY(gmix_i_errors_share(ctx, &m->errors, m->table.n_rows, m->least, &share));
    for (size_t j = 0; j < m->errors.d; j++) {
        m->least[j] *= share;
    }
    m->errors.least = m->least;
done:
    return status;
}

/* Where a cell is taken to be by whoever does not heed its bounds. */
static double stand_in(double lower, double upper) {
    const double middle = 0.5 * lower + 0.5 * upper;
    return lower == upper     ? lower
           : isfinite(middle) ? middle
           : isfinite(lower)  ? lower
           : isfinite(upper)  ? upper
                              : (double)NAN;
}

/* The cells that stand in; whether bounds differ anywhere, or everywhere. */
static gmix_status take_cells(gmix_ctx *ctx, const gmix_table *x, size_t first,
                              double *cells, bool *any, bool *everywhere) {
    const size_t d = x->n_cols;
    for (size_t i = 0; i < x->n_rows * d; i++) {
        const double lower = x->lower[i], upper = x->upper[i];
        const bool weighs = !x->weights || x->weights[i / d] > 0.0;
        if (lower > upper || isnan(lower) != isnan(upper) ||
            (isinf(lower) && lower == upper)) {
            return gmix_i_fail(ctx, GMIX_ERR_DATA,
                               "row %zu, column %zu: there is no cell from %g to %g",
                               first + i / d + 1, i % d + 1, lower, upper);
        }
        cells[i] = stand_in(lower, upper);
        *any = *any || lower < upper || (isnan(lower) && x->truncation);
        *everywhere = *everywhere && !(weighs && lower == upper);
    }
    return GMIX_OK;
}

static gmix_status take_bounds(gmix_ctx *ctx, const gmix_table *x, size_t first,
                               gmix_i_measurements *out) {
    gmix_status status = GMIX_OK;
    const size_t d = x->n_cols;
    bool any = false, everywhere = true;
    if (!x->lower || !x->upper || x->errors) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  x->errors
                      ? "a table has errors of measurement or bounds of cells, not both"
                      : "a table with bounds of cells has lower and upper ones");
    }
    GMIX_TRY(gmix_i_calloc(ctx, "cells between bounds", x->n_rows * d + 1,
                           sizeof *out->cells, &out->cells));
    GMIX_TRY(take_cells(ctx, x, first, out->cells, &any, &everywhere));
    out->table.data = out->cells;
    out->table.dtype = GMIX_F64;
    out->table.row_stride = (ptrdiff_t)d;
    out->table.col_stride = 1;
    out->table.col_offsets = NULL;
    if (any) {
        out->between = (gmix_i_between){.lower = x->lower,
                                        .upper = x->upper,
                                        .d = d,
                                        .everywhere = everywhere,
                                        .truncation = x->truncation};
    }
done:
    return status;
}

/* A row, or a cell between bounds, has to have something within. */
static gmix_status check_within(gmix_ctx *ctx, const gmix_table *x, size_t first,
                                double a, double b) {
    const gmix_i_rows cells = gmix_i_table_rows(x, 0, x->n_rows).rows;
    for (size_t i = 0; i < x->n_rows; i++) {
        const double low = x->lower ? x->lower[i] : gmix_i_cell(&cells, i, 0);
        const double high = x->upper ? x->upper[i] : low;
        const bool weighs = !x->weights || x->weights[i] > 0.0;
        const double from = fmax(low, a), to = fmin(high, b);
        const bool is_within = low == high ? from == to : from < to;
        if (weighs && isnan(low) && !x->lower) {
            return gmix_i_fail(ctx, GMIX_ERR_DATA,
                               "row %zu has no value: rows of a truncated sample have "
                               "one; leave it out",
                               first + i + 1);
        }
        if (weighs && !isnan(low) && !is_within) {
            char what[64];
            if (low == high) {
                snprintf(what, sizeof what, "%.10g", low);
            } else {
                snprintf(what, sizeof what, "from %.10g to %.10g", low, high);
            }
            return gmix_i_fail(ctx, GMIX_ERR_DATA,
                               "row %zu, %s, is not between the bounds %.10g and %.10g "
                               "of the truncation",
                               first + i + 1, what, a, b);
        }
    }
    return GMIX_OK;
}

static gmix_status take_truncation(gmix_ctx *ctx, const gmix_table *x, size_t first,
                                   gmix_i_measurements *out) {
    gmix_status status = GMIX_OK;
    const double *const bounds = x->truncation;
    if (!bounds) {
        return GMIX_OK;
    }
    if (x->n_cols != 1 || x->errors) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  x->errors ? "a truncated sample is one without errors of measurement"
                            : "a truncation is for one feature: the table has %zu",
                  x->n_cols);
    }
    if (!(bounds[0] < bounds[1])) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "a truncation from %g to %g: the lower bound comes first", bounds[0],
                  bounds[1]);
    }
    GMIX_TRY(check_within(ctx, x, first, bounds[0], bounds[1]));
    out->truncation = bounds;
    out->table.truncation = NULL;
done:
    return status;
}

/* Rows of zeros, whose errors say what was measured in their place. */
static gmix_status take_projections(gmix_ctx *ctx, const gmix_table *x,
                                    gmix_i_measurements *out) {
    gmix_status status = GMIX_OK;
    const size_t n = x->n_rows, d = x->n_cols;
    bool everywhere;
    gmix_i_input input;
    out->table = *x;
    out->table.projections = NULL;
    out->table.data = x->projections->values; /* there are some */
    GMIX_TRY(gmix_i_projected_take(ctx, x, &out->projected, &everywhere));
    GMIX_TRY(gmix_i_input_table(ctx, &out->table, &input));
    GMIX_TRY(gmix_i_calloc(ctx, "projections", n * d, sizeof *out->cells, &out->cells));
    GMIX_TRY(gmix_i_calloc(ctx, "projections", n * d, sizeof *out->kept, &out->kept));
    GMIX_TRY(gmix_i_calloc(ctx, "projections", d, sizeof *out->least, &out->least));
    show_cells(out, n, d);
    out->errors = (gmix_i_errors){.at = out->kept,
                                  .len = d,
                                  .d = d,
                                  .least = out->least,
                                  .everywhere = everywhere,
                                  .projected = &out->projected};
done:
    return status;
}

gmix_status gmix_i_measurements_new(gmix_ctx *ctx, const gmix_table *x,
                                    gmix_i_measurements *out) {
    return gmix_i_measurements_from(ctx, x, 0, out);
}

gmix_status gmix_i_measurements_from(gmix_ctx *ctx, const gmix_table *x,
                                     uint64_t first_row, gmix_i_measurements *out) {
    gmix_status status = GMIX_OK;
    const size_t first = (size_t)first_row;
    gmix_i_input input;
    kinds k;
    *out = (gmix_i_measurements){0};
    if (x && x->projections) {
        GMIX_TRY(take_projections(ctx, x, out));
        goto done;
    }
    if (!x || !(x->errors || x->lower || x->upper)) {
        out->table = x ? *x : (gmix_table){0};
        return x ? take_truncation(ctx, x, first, out) : GMIX_OK;
    }
    const size_t d = x->n_cols, len = x->errors_len;
    out->table = *x;
    out->table.errors = NULL;
    out->table.errors_len = 0;
    out->table.lower = out->table.upper = NULL;
    if (x->lower || x->upper) {
        GMIX_TRY(take_bounds(ctx, x, first, out));
        GMIX_TRY(take_truncation(ctx, x, first, out));
        goto done;
    }
    GMIX_TRY(take_truncation(ctx, x, first, out));
    GMIX_TRY(gmix_i_input_table(ctx, &out->table, &input));
    input.first = first_row;
    if (len != d && len != gmix_i_packed_len(d)) {
        GMIX_FAIL(ctx, GMIX_ERR_SHAPE,
                  "the errors have %zu numbers a row: %zu variances or %zu entries of a "
                  "covariance are "
                  "wanted",
                  len, d, gmix_i_packed_len(d));
    }
    GMIX_TRY(check_rows(ctx, &input, x->errors, len, &k));
    if (k.infinite) {
        GMIX_TRY(strike_out(ctx, &input, x->errors, len, out));
    }
    if (k.any) {
        out->errors = (gmix_i_errors){.at = out->kept ? out->kept : x->errors,
                                      .len = len,
                                      .d = d,
                                      .everywhere = k.everywhere};
        GMIX_TRY(find_common(ctx, out));
    }
done:
    if (status != GMIX_OK) {
        gmix_i_measurements_free(ctx, out);
    }
    return status;
}

void gmix_i_measurements_free(gmix_ctx *ctx, gmix_i_measurements *m) {
    gmix_i_free(ctx, m->cells);
    gmix_i_free(ctx, m->kept);
    gmix_i_free(ctx, m->least);
    *m = (gmix_i_measurements){0};
}

gmix_status gmix_i_input_measured(gmix_ctx *ctx, const gmix_table *x,
                                  gmix_i_measurements *out, gmix_i_input *input) {
    gmix_status status = GMIX_OK;
    *out = (gmix_i_measurements){0};
    if (x) {
        GMIX_TRY(gmix_i_measurements_new(ctx, x, out));
    }
    GMIX_TRY(gmix_i_input_table(ctx, x ? &out->table : NULL, input));
    input->errors = out->errors.at ? &out->errors : NULL;
    input->between = out->between.lower ? &out->between : NULL;
    input->truncation = out->truncation;
done:
    if (status != GMIX_OK) {
        gmix_i_measurements_free(ctx, out);
    }
    return status;
}

gmix_status gmix_i_input_to_fit(gmix_ctx *ctx, const gmix_table *x,
                                gmix_i_measurements *out, gmix_i_input *input) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_input_measured(ctx, x, out, input));
    if (out->errors.projected) {
        GMIX_TRY(gmix_i_projected_stand_in(ctx, out->errors.projected, x->n_rows,
                                           x->weights, out->cells));
    }
done:
    if (status != GMIX_OK) {
        gmix_i_measurements_free(ctx, out);
    }
    return status;
}
