/* Tables of some features of a table, without a copy. */
#ifndef GMIX_ANOMALY_SOME_COLUMNS_H
#define GMIX_ANOMALY_SOME_COLUMNS_H

#include <gmix/table.h>

/* Some columns of a table: offsets has room for them. */
static inline gmix_table gmix_i_some_columns(const gmix_table *x, size_t n,
                                             const size_t *features, ptrdiff_t *offsets) {
    gmix_table some = *x;
    some.n_cols = n;
    some.names = NULL;
    some.labels = NULL;
    some.col_offsets = offsets;
    for (size_t i = 0; i < n; i++) {
        const size_t j = features[i];
        offsets[i] = x->col_offsets ? x->col_offsets[j] : (ptrdiff_t)j * x->col_stride;
    }
    return some;
}

#endif
