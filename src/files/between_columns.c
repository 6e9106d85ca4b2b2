/* Columns of bounds: of every feature a lower one and an upper one; no number is no bound, and none on either
 * side a missing cell. */
#include "files/between_columns.h"

#include <math.h>

#include "base/cells.h"

/* Where pictures put a cell. */
static double middle(double lower, double upper) {
    const double half = 0.5 * lower + 0.5 * upper;
    return isfinite(half)    ? half
           : isfinite(lower) ? lower
           : isfinite(upper) ? upper
                             : (double)NAN;
}

static void read_cell(const gmix_table *t, size_t i, size_t j, double *lower,
                      double *upper) {
    const double low = gmix_i_table_cell(t, i, 2 * j),
                 high = gmix_i_table_cell(t, i, 2 * j + 1);
    const bool missing = isnan(low) && isnan(high);
    *lower = missing || !isnan(low) ? low : (double)-INFINITY;
    *upper = missing || !isnan(high) ? high : (double)INFINITY;
}

gmix_status gmix_i_between_columns_take(gmix_ctx *ctx, const gmix_read_options *opts,
                                        struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    gmix_table *const t = &data->table;
    const size_t n = t->n_rows, d = opts->n_between / 2;
    double *middles = NULL;
    if (d == 0) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "bounds", 2 * n * d, sizeof(double), &data->bounds));
    GMIX_TRY(gmix_i_calloc(ctx, "bounds", n * d, sizeof *middles, &middles));
    double *const lower = data->bounds, *const upper = data->bounds + n * d;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < d; j++) {
            const size_t at = i * d + j;
            read_cell(t, i, j, &lower[at], &upper[at]);
            middles[at] = middle(lower[at], upper[at]);
        }
    }
    for (size_t j = 0; j < d && data->names; j++) {
        data->names[j] = data->names[2 * j];
    }
    gmix_i_free(ctx, data->values);
    data->values = middles;
    middles = NULL;
    t->struct_size = sizeof *t;
    t->data = data->values;
    t->dtype = GMIX_F64;
    t->n_cols = d;
    t->row_stride = (ptrdiff_t)d;
    t->col_stride = 1;
    t->lower = lower;
    t->upper = upper;
done:
    gmix_i_free(ctx, middles);
    return status;
}

gmix_status gmix_i_censored_take(gmix_ctx *ctx, const signed char *sides,
                                 struct gmix_data *data) {
    gmix_table *const t = &data->table;
    const size_t cells = t->n_rows * t->n_cols;
    const double *const values = data->values; /* a text table is doubles */
    const gmix_status status =
        gmix_i_calloc(ctx, "bounds", 2 * cells, sizeof(double), &data->bounds);
    for (size_t i = 0; status == GMIX_OK && i < cells; i++) {
        const double value = values[i];
        data->bounds[i] = sides[i] < 0 ? (double)-INFINITY : value;
        data->bounds[cells + i] = sides[i] > 0 ? (double)INFINITY : value;
    }
    if (status == GMIX_OK) {
        t->struct_size = sizeof *t;
        t->lower = data->bounds;
        t->upper = data->bounds + cells;
    }
    return status;
}
