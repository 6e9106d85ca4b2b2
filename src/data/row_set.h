/* Distinct rows, up to a limit: an open-addressing table of hashes and copies. */
#ifndef GMIX_DATA_ROW_SET_H
#define GMIX_DATA_ROW_SET_H

#include "data/pass.h"

typedef struct gmix_i_row_set {
    const double *filler; /* D: for missing cells; NULL: rows with some do not count */
    size_t d, n_rows, n_slots; /* n_slots: a power of two, twice the limit at least */
    size_t limit;
    double *rows;  /* limit x D, the caller's */
    size_t *slots; /* 1 + index into rows; 0: free */
    double *row;   /* D: the one at hand */
} gmix_i_row_set;

gmix_status gmix_i_row_set_new(gmix_ctx *ctx, size_t d, size_t limit, double *rows,
                               gmix_i_row_set *set);
void gmix_i_row_set_free(gmix_ctx *ctx, gmix_i_row_set *set);

/* Takes row i of a block; false if it does not count, is there already, or there is no room. */
bool gmix_i_row_set_add(gmix_i_row_set *set, const gmix_i_rows *rows, size_t i);

#endif
