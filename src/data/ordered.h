/*
 * A table in an order of its own: rows and columns where their values put them, not where they happened to
 * stand. What is drawn at random, or taken first among equals, is then the same however a table was sorted.
 */
#ifndef GMIX_DATA_ORDERED_H
#define GMIX_DATA_ORDERED_H

#include "data/pass.h"

typedef struct gmix_i_ordered {
    gmix_table table; /* N x D, row-major, with weights and labels where there are some */
    gmix_i_input input;
    size_t *columns; /* D: which of the data's columns each is */
    size_t *numbers; /* N: which of its rows; the input's row_numbers */
} gmix_i_ordered;

/* True of a table in memory with nothing known of its cells but their values. */
bool gmix_i_ordered_suits(const gmix_i_input *in);

/* Columns by skewness, then kurtosis: these change with no unit; columns alike in both stay as they were. Rows by
 * their cells in that order, missing ones last, then weight and label: those that still tie are the same row. Cost:
 * O(N log N D); memory N x D. */
gmix_status gmix_i_ordered_new(gmix_ctx *ctx, const gmix_i_input *in,
                               gmix_i_ordered *out);
void gmix_i_ordered_free(gmix_ctx *ctx, gmix_i_ordered *ordered);

#endif
