/**
 * Regression by a mixture: what some features (targets) are, row by row, given the others.
 *
 * A Gaussian mixture of all features has a conditional distribution of the targets for every row
 * of inputs, again a mixture (gmix_model_condition()): its mean curves, its spread depends on
 * where the row is, and it may have several modes. This is not the mixture of linear regressions
 * of flexmix or mixtools, which does not model the inputs, and whose weights therefore do not
 * depend on them; here a row is explained by the components that it lies in.
 *
 * Missing inputs are left out of account: what is said follows from the row's other cells, and
 * without any from the marginal. A noise component stays part of the answer, uniform over its
 * box: far from all components it takes over, and the spread says so.
 */
#ifndef GMIX_REGRESSION_H
#define GMIX_REGRESSION_H

#include "derive.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What is wanted beyond moments. Set by gmix_regress_options_init(). */
typedef struct gmix_regress_options {
    size_t struct_size; /* set by _init */

    /* Levels of the quantiles, each within 0 .. 1, exclusive. Default: none. */
    size_t n_quantiles;
    const double *quantiles;

    /* Probability of highest-density regions, within 0 .. 1, exclusive; 0 (default): none. */
    double region_mass;
} gmix_regress_options;

/** Sets all options to their defaults. The size lets a library serve programs that were
 * compiled with an older, smaller struct. */
GMIX_API void gmix_regress_options_init_sized(gmix_regress_options *opts,
                                              size_t struct_size);

static inline void gmix_regress_options_init(gmix_regress_options *opts) {
    gmix_regress_options_init_sized(opts, sizeof *opts);
}

/** Where results go: arrays of the caller's, NULL for what is not wanted. N rows, T targets. */
typedef struct gmix_regression {
    size_t struct_size; /* sizeof(gmix_regression); 0: that of version 0.2 */
    double *mean;       /* N x T: E[y | x] */
    double *sd;         /* N x T: square roots of the conditional variances */
    double *covariance; /* N x T x T */
    double *quantiles;  /* N x T x n_quantiles: of each target by itself */

    /* N x T x R x 2, R = gmix_regression_n_intervals(): the ends of the intervals of each target's
     * highest-density region, rising; NaN where there are fewer than R. */
    double *regions;

    double *weights;         /* N x K: responsibilities of the components, given x, as
                                gmix_responsibilities() has them: those far below 1e-16 are 0;
                                noise's is what they miss of 1 */
    gmix_evidence *evidence; /* N: how well the inputs agree with the model */
} gmix_regression;

/** Intervals that a region of one target may have: K, or K + 2 with noise. */
GMIX_API size_t gmix_regression_n_intervals(const gmix_model *model);

/**
 * The conditional distribution of the targets for every row of a table of inputs.
 *
 * @param n_targets  T, 1 .. D - 1.
 * @param targets    T features of the model; results are in this order.
 * @param x          N x (D - T): the other features, in the model's order; NaN where missing.
 *                   Row weights have no effect.
 * @param opts       NULL for defaults.
 * @param out        What is wanted. Untouched unless the call returns GMIX_OK; only
 *                   GMIX_ERR_CANCELLED may leave some rows written.
 *
 * @return GMIX_OK; GMIX_ERR_ARGUMENT for targets that are not there, or all or none of the
 *         features; GMIX_ERR_SHAPE if x is not D - T wide; GMIX_ERR_NONFINITE for infinite
 *         cells; GMIX_ERR_OPTION for a level outside 0 .. 1, or arrays for quantiles or regions
 *         that no option asks for; GMIX_ERR_SINGULAR; GMIX_ERR_NOMEM; GMIX_ERR_CANCELLED.
 *
 * Var[y] is E[Var] + Var[E], the second about the mean, so that an offset of 1e8 costs no
 * digits. The results do not depend on the number of threads.
 * Cost: O(N K (D^2 + T^2)), and for quantiles some eight evaluations of K distribution functions
 * each, for regions some hundreds. Covariances are factored once for complete rows, and
 * for an incomplete one when its pattern is not that of the incomplete row before.
 * Source: Ghahramani & Jordan (1994); Sung (2004), "Gaussian mixture regression and
 * classification", Rice University.
 */
GMIX_API gmix_status gmix_regress(gmix_ctx *ctx, const gmix_model *model,
                                  size_t n_targets, const size_t *targets,
                                  const gmix_table *x, const gmix_regress_options *opts,
                                  const gmix_regression *out);

#ifdef __cplusplus
}
#endif
#endif
