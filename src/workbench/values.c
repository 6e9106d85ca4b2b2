/* The values of one feature. See values.h. */
#include "workbench/values.h"

#include <math.h>
#include <stdlib.h>

#include "data/pass.h"

static int compare_doubles(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void gmix_i_sort_values(size_t n, double *values) {
    qsort(values, n, sizeof *values, compare_doubles);
}

gmix_status gmix_i_values_of(gmix_ctx *ctx, const gmix_table *x, double **values,
                             size_t *n, size_t *n_distinct) {
    gmix_status status = GMIX_OK;
    double *found = NULL;
    size_t count = 0, distinct = 1;
    if (x->n_cols != 1) {
        GMIX_FAIL(ctx, GMIX_ERR_SHAPE, "the table has %zu columns, not 1", x->n_cols);
    }
    if (x->weights) {
        GMIX_FAIL(
            ctx, GMIX_ERR_DATA,
            "the rows have weights: a distance between distribution functions is one "
            "of rows that count once");
    }
    GMIX_TRY(gmix_i_calloc(ctx, "rows", x->n_rows, sizeof *found, &found));
    const gmix_i_rows rows = gmix_i_table_rows(x, 0, x->n_rows).rows;
    for (size_t i = 0; i < x->n_rows; i++) {
        const double cell = gmix_i_cell(&rows, i, 0);
        if (isinf(cell)) {
            GMIX_FAIL(ctx, GMIX_ERR_NONFINITE, "row %zu is %g", i, cell);
        }
        if (!isnan(cell)) {
            found[count++] = cell;
        }
    }
    if (count < 3) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA, "%zu row%s too few to test a fit", count,
                  count == 1 ? " is" : "s are");
    }
    gmix_i_sort_values(count, found);
    for (size_t i = 1; i < count; i++) {
        distinct += found[i] > found[i - 1];
    }
    if (n_distinct) {
        *n_distinct = distinct;
    }
    *n = count;
    *values = found;
    found = NULL;
done:
    gmix_i_free(ctx, found);
    return status;
}
