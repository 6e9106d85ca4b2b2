/*
 * What must be known of the data before a fit: counts, means, spreads, bad cells, ties.
 */
#ifndef GMIX_DATA_SURVEY_H
#define GMIX_DATA_SURVEY_H

#include <math.h>

#include "data/tile.h"

/* What becomes of missing cells (NaN). */
typedef enum gmix_i_missing {
    GMIX_I_MISSING_EM,    /* the others of the row are used */
    GMIX_I_MISSING_DROP,  /* the row is left out */
    GMIX_I_MISSING_REFUSE /* they are an error */
} gmix_i_missing;

/* How finely a feature was recorded: resolution.c. */
typedef struct gmix_i_grain {
    double step;       /* h, in the feature's unit; 0: none is known */
    double atom;       /* a value that is there far too often for its neighbours */
    double atom_share; /* of the rows; 0: there is none */
    double
        local; /* the median gap times the number of values: about the width of what most rows lie
                   * in, however far it is from the rest; 0: not known */
    size_t n_values; /* distinct ones, among the rows that were looked at */
    bool on_grid;    /* nearly all values are multiples of h, but for an offset */
} gmix_i_grain;

typedef struct gmix_i_survey {
    size_t d;
    uint64_t n_rows;
    double total_weight; /* of the rows that are used */
    /* Of observed cells in rows that are used; D each. */
    double *mean, *sd;        /* weighted; sd with divisor sum of weights */
    double *lowest, *highest; /* of rows with a weight */
    gmix_i_grain *grain;      /* D; steps are 0 until the resolution is found or given */
    double log_noise_volume;  /* over which noise is uniform, if no option says it */
    int32_t largest_label;    /* of all rows; -1: none has a label */
    double labelled_weight;   /* of the rows that have one */
    uint64_t n_missing_cells, n_incomplete_rows,
        n_empty_rows; /* empty: nothing observed */
} gmix_i_survey;

/* Reads all rows once. Fails with GMIX_ERR_NONFINITE naming the first bad cells, with
 * GMIX_ERR_DATA for bad weights, no rows, or a column that is constant or has
 * no cell. ridge: 0, or what will be added to variances: then a constant column is no error, and its
 * sd is the root of that. */
gmix_status gmix_i_survey_new(gmix_ctx *ctx, const gmix_i_input *in,
                              gmix_i_missing missing, double ridge, gmix_i_survey *out);
void gmix_i_survey_free(gmix_ctx *ctx, gmix_i_survey *survey);

/* GMIX_ERR_NONFINITE, with a message, if a table has an infinite cell; *n_missing counts
 * those that are NaN. Allocates nothing. */
gmix_status gmix_i_check_cells(gmix_ctx *ctx, const gmix_i_input *in,
                               uint64_t *n_missing);

/* The first distinct rows of positive weight, at most `most` of them, in rows (most x D);
 * *count tells how many there are. Missing cells take the value of `filler` (D); rows that
 * the input drops do not count. Reads only as far as needed. */
gmix_status gmix_i_find_distinct(gmix_ctx *ctx, const gmix_i_input *in,
                                 const double *filler, size_t most, double *rows,
                                 size_t *count);

#endif
