/*
 * Rows that lie apart from all others: one to three, in some feature further from the rest than three times its
 * range (and four steps of a discrete one), and no more than one row in ten. A typo, or an outlier of another kind.
 */
#ifndef GMIX_DATA_APART_H
#define GMIX_DATA_APART_H

#include <gmix/table.h>

enum { GMIX_I_MOST_APART = 3 };

typedef struct gmix_i_apart_rows {
    size_t n, row[GMIX_I_MOST_APART]; /* rising */
} gmix_i_apart_rows;

/* Looks at all cells of the rows that have a weight. Cost: N D. */
void gmix_i_find_apart(const gmix_table *x, gmix_i_apart_rows *out);

#endif
