/**
 * A mixture as a distribution: moments, distribution functions, quantiles, probabilities of
 * boxes, distances.
 *
 * A noise component is taken for what it is inside its box and for 0 outside, so that
 * probabilities add up to 1 (densities elsewhere in gmix go on outside of the box, since a row
 * that is far from everything is noise).
 *
 * All calls: NULLs are GMIX_ERR_ARGUMENT unless it says otherwise; GMIX_ERR_NOMEM. Outputs are
 * the caller's and untouched unless the call returns GMIX_OK.
 */
#ifndef GMIX_DISTRIBUTION_H
#define GMIX_DISTRIBUTION_H

#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Moments of the mixture. At a maximum of the likelihood of family "full", mean and
 * covariance are the data's own (with divisor N).
 *
 * @param mean        [out] D; any of these may be NULL.
 * @param covariance  [out] D x D: E[Var] + Var[E], the second about the mean, so that an offset
 *                    costs no digits.
 * @param skewness    [out] D: E (x - m)^3 / sd^3, of each feature.
 * @param kurtosis    [out] D: E (x - m)^4 / sd^4 - 3, of each feature.
 *
 * Of models with a posterior (bayes.h) these are moments of Student's t: infinite, or NaN, where a
 * component has too few degrees of freedom, no more than 2 for the covariance, 3, 4 for the others.
 */
GMIX_API gmix_status gmix_moments(gmix_ctx *ctx, const gmix_model *model, double *mean,
                                  double *covariance, double *skewness, double *kurtosis);

/**
 * Distribution function of a mixture of one feature, in logarithms: both tails have all their
 * digits wherever they are (1e-300 and beyond).
 *
 * @param x          n values; infinite ones are fine.
 * @param log_lower  [out] n: log P(X <= x); or NULL.
 * @param log_upper  [out] n: log P(X > x); or NULL.
 * @return GMIX_OK; GMIX_ERR_SHAPE if the model has several features (a marginal has one; for
 *         several, gmix_box_probability()); GMIX_ERR_NONFINITE if a value is NaN.
 */
GMIX_API gmix_status gmix_cdf(gmix_ctx *ctx, const gmix_model *model, size_t n,
                              const double *x, double *log_lower, double *log_upper);

/**
 * Quantiles of a mixture of one feature: x with P(X <= x) = p, or with P(X > x) = p.
 *
 * @param p      n probabilities, exclusive of 0 and 1: 1e-300 and 1 - 1e-16 are fine.
 * @param upper  0: p is what lies below; 1: above. What is nearer to 1 than a double tells
 *               is asked for from above.
 * @param x      [out] n.
 * @return GMIX_OK; GMIX_ERR_SHAPE as above; GMIX_ERR_OPTION for a p that is none.
 *
 * Newton's steps on the logarithm of the smaller tail, within a bracket; relative accuracy
 * 1e-14 where the density is not next to 0. Where the distribution function is flat between
 * components far apart, the x at which a double of it changes.
 */
GMIX_API gmix_status gmix_quantiles(gmix_ctx *ctx, const gmix_model *model, size_t n,
                                    const double *p, int upper, double *x);

/** How exact a probability is to be. Set by gmix_box_options_init(). */
typedef struct gmix_box_options {
    size_t struct_size; /* set by _init */

    /* Standard error to stop at, > 0; default 1e-6. */
    double tolerance;

    /* Most points for a component, 1000 .. 1e9; default 1e6. */
    size_t max_points;

    uint64_t seed; /* of the shifts of the lattice; default 0 */
} gmix_box_options;

GMIX_API void gmix_box_options_init_sized(gmix_box_options *opts, size_t struct_size);

static inline void gmix_box_options_init(gmix_box_options *opts) {
    gmix_box_options_init_sized(opts, sizeof *opts);
}

/**
 * The probability of a box, P(lower_j < X_j <= upper_j for all j).
 *
 * In one and two dimensions, and for families with diagonal matrices in any, by quadrature, to
 * 1e-12; else by a randomly shifted lattice of points (quasi-Monte-Carlo) with the error that 12
 * shifts show.
 *
 * @param lower, upper  D each; -INFINITY and INFINITY are bounds like others.
 * @param opts          NULL for defaults.
 * @param probability   [out]
 * @param error         [out] Its standard error (three of them are a safe bound); or NULL.
 * @return GMIX_OK; GMIX_ERR_ARGUMENT if a bound is NaN; GMIX_ERR_OPTION; GMIX_ERR_CANCELLED.
 *
 * The result is a function of the seed and does not depend on the number of threads.
 * Source: Genz (1992), "Numerical computation of multivariate normal probabilities", J. Comp.
 * Graph. Stat. 1; variables in the order of Gibson, Glasbey & Elston (1994).
 */
GMIX_API gmix_status gmix_box_probability(gmix_ctx *ctx, const gmix_model *model,
                                          const double *lower, const double *upper,
                                          const gmix_box_options *opts,
                                          double *probability, double *error);

/**
 * Squared Mahalanobis distances of rows from components, (x - mu_k)^T Sigma_k^-1 (x - mu_k).
 * Of a row with missing cells, in the features that are there; 0 without any.
 *
 * @param x    N x D table.
 * @param out  [out] N x K, row-major.
 * @return GMIX_OK; GMIX_ERR_SHAPE; GMIX_ERR_NONFINITE for infinite cells; GMIX_ERR_CANCELLED.
 * Cost: O(N K D^2).
 */
GMIX_API gmix_status gmix_mahalanobis(gmix_ctx *ctx, const gmix_model *model,
                                      const gmix_table *x, double *out);

#ifdef __cplusplus
}
#endif
#endif
