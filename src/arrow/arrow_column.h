/* Columns of Arrow arrays as doubles. */
#ifndef GMIX_ARROW_ARROW_COLUMN_H
#define GMIX_ARROW_ARROW_COLUMN_H

#include <gmix/arrow.h>

#include "base/base.h"

/* How a column's cells are read: n of them from number `start` on, to every stride-th double. */
typedef struct gmix_i_arrow_kind {
    const char *format;
    void (*read)(const void *values, size_t start, size_t n, double *out,
                 ptrdiff_t stride);
} gmix_i_arrow_kind;

/* The kind of a column's schema; NULL if it is no number, and *why says what it is. */
const gmix_i_arrow_kind *gmix_i_arrow_kind_of(const struct ArrowSchema *schema,
                                              const char **why);

/* True if an array can be a column of so many rows from its parent's offset on. */
bool gmix_i_arrow_is_sound(const struct ArrowArray *column, int64_t offset, int64_t rows);

/* True if some cell of it may be null. */
static inline bool gmix_i_arrow_has_nulls(const struct ArrowArray *array) {
    return array->null_count != 0 && array->n_buffers > 0 && array->buffers[0];
}

/* n cells from row `first` of the parent on; those that are null are NaN. */
void gmix_i_arrow_cells(const gmix_i_arrow_kind *kind, const struct ArrowArray *column,
                        const struct ArrowArray *parent, size_t first, size_t n,
                        double *out, ptrdiff_t stride);

#endif
