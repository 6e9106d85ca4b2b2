/* Columns of a histogram: upper bounds and counts, or lower ones, too. Bins begin where the one before them
 * ends; the first is open below, and one without an upper bound above. */
#include "files/bin_columns.h"

#include <math.h>

#include "base/cells.h"

/* Bin i from its row. */
static void read_bin(const gmix_table *t, size_t n_columns, size_t i,
                     const double *before, double *lower, double *upper, double *count) {
    const double top = gmix_i_table_cell(t, i, n_columns - 2);
    *upper = isnan(top) ? INFINITY : top;
    *lower = before ? *before : -INFINITY;
    if (n_columns == 3) {
        const double bottom = gmix_i_table_cell(t, i, 0);
        *lower = isnan(bottom) ? -INFINITY : bottom;
    }
    *count = gmix_i_table_cell(t, i, n_columns - 1);
}

static gmix_status check_bin(gmix_ctx *ctx, const char *file, size_t i, double lower,
                             double upper, double count) {
    if (!(lower < upper)) {
        return gmix_i_fail(
            ctx, GMIX_ERR_DATA,
            "%s: row %zu: a bin from %g to %g: upper bounds rise from row to row", file,
            i + 1, lower, upper);
    }
    return count >= 0.0 && isfinite(count)
               ? GMIX_OK
               : gmix_i_fail(ctx, GMIX_ERR_DATA,
                             "%s: row %zu: %g is no count: counts are numbers >= 0", file,
                             i + 1, count);
}

/* Where pictures put a bin: its middle; an open one as wide as its neighbour. */
static double middle(const double *lower, const double *upper, size_t n, size_t i) {
    const size_t next = i + 1 < n ? i + 1 : i, before = i > 0 ? i - 1 : i;
    const double width =
        isinf(lower[i]) ? upper[next] - lower[next] : upper[before] - lower[before];
    const double half = isfinite(width) ? 0.5 * width : 0.0;
    return isinf(lower[i])   ? upper[i] - half
           : isinf(upper[i]) ? lower[i] + half
                             : 0.5 * lower[i] + 0.5 * upper[i];
}

gmix_status gmix_i_bin_columns_take(gmix_ctx *ctx, const char *file,
                                    const gmix_read_options *opts,
                                    struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    gmix_table *const t = &data->table;
    const size_t n = t->n_rows;
    double *middles = NULL;
    if (opts->n_bins == 0) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "bins", 2 * n, sizeof(double), &data->bounds));
    GMIX_TRY(gmix_i_calloc(ctx, "bins", n, sizeof(double), &data->weights));
    GMIX_TRY(gmix_i_calloc(ctx, "bins", n, sizeof *middles, &middles));
    double *const lower = data->bounds, *const upper = data->bounds + n;
    for (size_t i = 0; i < n; i++) {
        read_bin(t, opts->n_bins, i, i > 0 ? &upper[i - 1] : NULL, &lower[i], &upper[i],
                 &data->weights[i]);
        GMIX_TRY(check_bin(ctx, file, i, lower[i], upper[i], data->weights[i]));
    }
    for (size_t i = 0; i < n; i++) {
        middles[i] = middle(lower, upper, n, i);
    }
    gmix_i_free(ctx, data->values);
    data->values = middles;
    middles = NULL;
    if (data->names) {
        data->names[0] = data->names[opts->n_bins - 2];
    }
    const gmix_table given = *t;
    *t = gmix_table_f64(data->values, n, 1);
    t->names = given.names;
    t->weights = data->weights;
    t->lower = lower;
    t->upper = upper;
done:
    gmix_i_free(ctx, middles);
    return status;
}
