/*
 * Between the survey's two files: what it counts (survey.c), and what that means for whoever
 * asked (refuse.c).
 */
#ifndef GMIX_DATA_TALLY_H
#define GMIX_DATA_TALLY_H

#include "data/survey.h"

/* One slot's share of the survey; at the end, the first one's is the sum. */
typedef struct gmix_i_tally {
    uint64_t n_rows, bad_cells, bad_rows;
    uint64_t n_missing_cells, n_incomplete_rows, n_empty_rows;
    uint64_t bad_row[3]; /* the first ones, in order */
    size_t bad_column;   /* of bad_row[0] */
    double bad_value;
    uint64_t bad_weight_row; /* 1-based; 0: none */
    double bad_weight, largest_weight;
    uint64_t bad_label_row; /* 1-based; 0: none */
    int32_t bad_label, largest_label;
    double labelled_weight;
    double weight;
    double *seen; /* D: weight of the observed cells; `weight` where none is missing */
    double *mean, *m2, *lowest, *highest; /* D each */
} gmix_i_tally;

typedef struct gmix_i_block_moments gmix_i_block_moments;

/* Tallies side by side, and what making them takes. */
typedef struct gmix_i_tallies {
    size_t d, n;
    gmix_i_missing missing;
    gmix_i_tally *at;             /* n: per slot */
    gmix_i_block_moments *blocks; /* n */
    double *columns;              /* the memory behind their numbers */
    bool *flags;
} gmix_i_tallies;

/* n tallies of D features; blocks have `rows` rows at most. */
gmix_status gmix_i_tallies_new(gmix_ctx *ctx, size_t d, gmix_i_missing missing, size_t n,
                               size_t rows, gmix_i_tallies *out);
void gmix_i_tallies_free(gmix_ctx *ctx, gmix_i_tallies *t);

/* Of a pass: counts a block in the tally of its slot; arg is a gmix_i_tallies. */
void gmix_i_tally_block(void *arg, const gmix_i_block *block, int thread);

/* all += t. Means and squares depend on the order, to rounding; nothing else does. */
void gmix_i_tally_join(gmix_i_tally *all, const gmix_i_tally *t, size_t d);

/* What a fit keeps of a tally: its variances are m2 / seen, or the ridge. */
gmix_status gmix_i_survey_from_tally(gmix_ctx *ctx, const gmix_i_tally *t, size_t d,
                                     double ridge, gmix_i_survey *out);

/* GMIX_OK, or what is wrong with cells, rows and weights, columns; with units that squares
 * of doubles cannot hold. */
gmix_status gmix_i_refuse_cells(gmix_ctx *ctx, const gmix_i_input *in,
                                const gmix_i_tally *t);
gmix_status gmix_i_refuse_rows(gmix_ctx *ctx, const gmix_i_tally *t,
                               gmix_i_missing missing);
gmix_status gmix_i_refuse_columns(gmix_ctx *ctx, const gmix_i_input *in,
                                  const gmix_i_tally *t, double ridge);
gmix_status gmix_i_refuse_spreads(gmix_ctx *ctx, const gmix_i_input *in,
                                  const gmix_i_survey *survey);

#endif
