/*
 * Statistics are the currency: a pass turns rows and responsibilities into one additive
 * buffer, and the M-step turns the buffer into parameters.
 *
 *     buffer = [ log-likelihood | sum_i w_i log max_k r_ik | sum_i w_i | rows of the noise
 *                component | component 0 | ... ]
 *
 * Whoever says how a tile's responsibilities come about (from the model: the E-step; from
 * k-means labels, given labels or chance: the starts) hands in a `fill` function.
 */
#ifndef GMIX_STATS_STATISTICS_H
#define GMIX_STATS_STATISTICS_H

#include "stats/constraints.h"

enum { GMIX_I_LOGLIK, GMIX_I_LOGMAP, GMIX_I_WEIGHT, GMIX_I_NOISE, GMIX_I_STATS_HEAD };

/* Fills resp (K x n reals, weighted; zero in padding rows) and active (K) for a tile. */
typedef void gmix_i_fill_fn(void *arg, const gmix_i_tile *tile, void *resp,
                            size_t *active, gmix_i_norm_sums *sums, void *work);

/* How the rows of a block become statistics, centred as `prepared` says. */
typedef struct gmix_i_filling {
    const gmix_i_scratches *scratches;
    const gmix_i_frame *frame;
    const gmix_i_prepared *prepared;
    gmix_i_fill_fn *fill;
    void *arg;
} gmix_i_filling;

/* Adds a block to a buffer. */
void gmix_i_accumulate_block(const gmix_i_filling *filling, const gmix_i_block *block,
                             int thread, double *stats);

/* Memory for passes with K components of one family over one input. */
typedef struct gmix_i_accumulator {
    const gmix_i_input *input;
    const gmix_i_frame *frame;
    const gmix_i_kernels *kernels;
    const gmix_i_shape *shape;
    size_t k, d, len; /* len: doubles in a buffer */
    gmix_i_cut cut;
    gmix_i_scratches scratches;
    double *slots; /* n_slots x len; the total ends in the first */
} gmix_i_accumulator;

gmix_status gmix_i_accumulator_new(gmix_ctx *ctx, const gmix_i_input *input,
                                   const gmix_i_frame *frame,
                                   const gmix_i_kernels *kernels,
                                   const gmix_i_shape *shape, size_t k,
                                   gmix_i_accumulator *out);
void gmix_i_accumulator_free(gmix_ctx *ctx, gmix_i_accumulator *a);

/* One pass; *total points to the buffer, valid until the next pass. Statistics are
 * centred as q says. Allocates nothing for a table. */
gmix_status gmix_i_accumulate(gmix_ctx *ctx, gmix_i_accumulator *a,
                              const gmix_i_prepared *q, gmix_i_fill_fn *fill, void *arg,
                              double **total);

/* Sets the log-densities (K x n reals) of components that a labelled row may not belong to
 * to -infinity. class_of: K; without it, or without labels, nothing happens. */
void gmix_i_hold_labels(const gmix_i_kernels *kernels, const gmix_i_tile *tile, size_t k,
                        const int32_t *class_of, void *logdens);

/* Row rules of fits (family/row_rule.h): labels, of int32_t[K], the classes of components; trimming, of
 * a gmix_i_trim (trim.h). */
extern const gmix_i_row_rule_kind gmix_i_rule_labels, gmix_i_rule_trim;

/* Labelled rows are of components of their class, from now on; class_of: K, or NULL for nothing. */
void gmix_i_heed_labels(gmix_i_prepared *q, const int32_t *class_of);

/* The `fill` of the E-step; arg is a gmix_i_prepared, whose rules it keeps. */
gmix_i_fill_fn gmix_i_fill_from_model;

/*
 * M-step: statistics centred at `centre` (K x D) to parameters. Uses the buffer up. A
 * component without weight keeps its mean and covariance and gets the weight 0.
 */
void gmix_i_m_step(double *stats, const double *centre,
                   const gmix_i_constraints *constraints, gmix_i_params *p);

/* The M-step of the moments that parameters have themselves: brings covariances that were made
 * up to the family's own kind and within the bounds, and frozen ones to their values. work: K (1 + D + cov_len) doubles. */
void gmix_i_m_step_own(const gmix_i_constraints *constraints, double *work,
                       gmix_i_params *p);

#endif
