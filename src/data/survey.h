/*
 * What must be known of the data before a fit: counts, means, spreads, bad cells, ties.
 */
#ifndef GMIX_DATA_SURVEY_H
#define GMIX_DATA_SURVEY_H

#include "data/tile.h"

typedef struct gmix_i_survey {
    size_t d;
    uint64_t n_rows;
    double total_weight;
    double *mean, *sd;        /* D each, weighted; sd with divisor sum of weights */
    double *lowest, *highest; /* D each, of rows with a weight */
    int32_t largest_label;    /* of all rows; -1: none has a label */
    double labelled_weight;   /* of the rows that have one */
} gmix_i_survey;

/* Reads all rows once. Fails with GMIX_ERR_NONFINITE naming the first bad cells, with
 * GMIX_ERR_DATA for bad weights, no rows, or a constant column. */
gmix_status gmix_i_survey_new(gmix_ctx *ctx, const gmix_i_input *in, gmix_i_survey *out);
void gmix_i_survey_free(gmix_ctx *ctx, gmix_i_survey *survey);

/* GMIX_ERR_NONFINITE, with a message, if a table has a NaN or infinite cell. */
gmix_status gmix_i_check_finite(gmix_ctx *ctx, const gmix_i_input *in);

/* The first distinct rows of positive weight, at most `most` of them, in rows (most x D);
 * *count tells how many there are. Reads only as far as needed. */
gmix_status gmix_i_find_distinct(gmix_ctx *ctx, const gmix_i_input *in, size_t most,
                                 double *rows, size_t *count);

#endif
