/*
 * Impartial trimming (Neykov et al. 2007, doi:10.1016/j.csda.2006.12.024; Garcia-Escudero et
 * al. 2008): every E-step leaves out the rows of the lowest density, of total weight
 * T = fraction x W. With the score c_n = log p(x_n) of a row, h_n <= w_n the weight that it keeps,
 *
 *     sum_n h_n c_n -> max,   sum_n h_n = W - T,
 *
 * is solved by h_n = w_n above a threshold t, 0 below, and the same share of w_n for all rows
 * at it: so the result depends neither on the order of rows nor on threads, and whole weights are
 * repeated rows. EM on the kept rows and the next choice of them both raise the sum, so it never
 * falls.
 *
 * Rows with missing cells have densities in fewer dimensions. Their scores count a missing
 * feature as the mean of the log-density of a Gaussian with the feature's variance,
 *
 *     c_n = log p(x_o) - sum_{j missing} (log sd_j + log(2 pi e) / 2),
 *
 * which makes them comparable whatever the units; a constant per row, so the sum of scores is
 * what never falls.
 */
#ifndef GMIX_STATS_TRIM_H
#define GMIX_STATS_TRIM_H

#include "data/survey.h"
#include "stats/statistics.h"

/* The weight that trimming a fraction takes, a whole number if it is one but for rounding, and what is
 * left. */
static inline double gmix_i_trimmed_weight(const gmix_i_survey *survey, double fraction) {
    const double weight = fraction * survey->total_weight;
    const double whole = floor(weight + 0.5);
    return fabs(weight - whole) <= 1e-9 * weight ? whole : weight;
}
static inline double gmix_i_kept_weight(const gmix_i_survey *survey, double fraction) {
    return survey->total_weight - gmix_i_trimmed_weight(survey, fraction);
}

typedef struct gmix_i_trim_slot gmix_i_trim_slot;

typedef struct gmix_i_trim {
    double weight, kept; /* T; W - T */
    double threshold; /* t: of scores in the frame, as gmix_i_trim_scores() gives them */
    double share;     /* that rows at the threshold keep */
    double *missing;  /* D: what a missing feature counts */
    size_t d, rows, n_slots;
    gmix_i_trim_slot *slots;     /* working memory of passes */
    double *scores;              /* two times n_slots x rows */
    struct gmix_i_scored *found; /* rows near the threshold */
} gmix_i_trim;

/* For passes of this accumulator. */
gmix_status gmix_i_trim_new(gmix_ctx *ctx, const gmix_i_accumulator *a,
                            const gmix_i_survey *survey, double fraction,
                            gmix_i_trim *out);
void gmix_i_trim_free(gmix_ctx *ctx, gmix_i_trim *trim);

/* Finds the threshold for parameters made ready in q, exactly: one pass for some ten thousand
 * rows, two or three for more. Memory does not grow with N. */
gmix_status gmix_i_trim_find(gmix_ctx *ctx, gmix_i_accumulator *a,
                             const gmix_i_prepared *q, gmix_i_trim *trim);

/* Scores of a tile's rows: n, valid until the slot's next tile. lse: what `normalise` gave. */
const double *gmix_i_trim_scores(const gmix_i_trim *trim, const gmix_i_kernels *kernels,
                                 const gmix_i_tile *tile, const void *lse);

/* What the missing features of the tile's index-th incomplete row count in its score. */
double gmix_i_trim_filler(const gmix_i_trim *trim, const gmix_i_tile *tile, size_t index);

/* The share of its weight that a row of this score keeps. */
static inline double gmix_i_trim_share(const gmix_i_trim *trim, double score) {
    return score > trim->threshold ? 1.0 : score < trim->threshold ? 0.0 : trim->share;
}

/* True of one that was made. As a rule of rows (gmix_i_rule_trim) it takes those below the threshold
 * out of responsibilities, active and sums; sums->loglik becomes the sum of scores. */
static inline bool gmix_i_trim_is_on(const gmix_i_trim *trim) {
    return trim->slots != NULL;
}

/* Where a tile's log-sums are put: n reals. */
void *gmix_i_trim_lse(const gmix_i_trim *trim, const gmix_i_tile *tile);

#endif
