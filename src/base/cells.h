/*
 * A table's cells, for those who look at single ones or hand on some of the rows. Passes over all
 * rows have data/pass.h.
 */
#ifndef GMIX_BASE_CELLS_H
#define GMIX_BASE_CELLS_H

#include <gmix/table.h>

/* Cell (i, j), as a double. */
static inline double gmix_i_table_cell(const gmix_table *t, size_t i, size_t j) {
    const ptrdiff_t column =
        t->col_offsets ? t->col_offsets[j] : (ptrdiff_t)j * t->col_stride;
    const ptrdiff_t at = (ptrdiff_t)i * t->row_stride + column;
    return t->dtype == GMIX_F32 ? (double)((const float *)t->data)[at]
                                : ((const double *)t->data)[at];
}

static inline double gmix_i_row_weight(const gmix_table *t, size_t i) {
    return t->weights ? t->weights[i] : 1.0;
}

/* GMIX_ERR_DATA for weights that are none, or all 0. */
gmix_status gmix_i_check_weights(gmix_ctx *ctx, const gmix_table *t);

/* Rows first .. first + n as a table without weights and labels, which need not make sense for
 * some of the rows alone. */
static inline gmix_table gmix_i_table_slice(const gmix_table *t, size_t first, size_t n) {
    gmix_table part = *t;
    const ptrdiff_t cell = t->dtype == GMIX_F32 ? sizeof(float) : sizeof(double);
    part.data = (const char *)t->data + (ptrdiff_t)first * t->row_stride * cell;
    part.n_rows = n;
    part.errors = t->errors ? t->errors + first * t->errors_len : NULL;
    part.lower = t->lower ? t->lower + first * t->n_cols : NULL;
    part.upper = t->upper ? t->upper + first * t->n_cols : NULL;
    part.weights = NULL;
    part.labels = NULL;
    return part;
}

#endif
