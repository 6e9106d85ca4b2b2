/**
 * Mixtures made from mixtures: a Gaussian mixture stays one when features are left out, when
 * some of them become known, under linear maps, and under multiplication.
 *
 *   marginal   p(x_t)                          some features, whatever the others are
 *   condition  p(x_t | x_o)                    some features, where others are known
 *   transform  the distribution of A x + b
 *   product    p(x) q(x) / integral of p q     two sources that speak of the same thing
 *
 * The results are ordinary models: they are scored, sampled, drawn, written and read like any
 * other, and all of this applies to them again. They keep the names of the features, the
 * classes of the components, the order of the components and, where it can hold them, the
 * covariance family; "full" or "diag" where it cannot (a block of matrices with one shape need
 * not have one).
 *
 * A noise component stays what it is under the first two: uniform over its box, in the features
 * that are left. All calls: NULLs are GMIX_ERR_ARGUMENT; GMIX_ERR_NOMEM; *out is untouched
 * unless the call returns GMIX_OK, and then released by gmix_model_free().
 */
#ifndef GMIX_DERIVE_H
#define GMIX_DERIVE_H

#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The distribution of some features.
 *
 * @param n         How many, 1 .. D.
 * @param features  n of 0 .. D - 1, in the order that the result is to have them.
 *
 * @return GMIX_OK; GMIX_ERR_ARGUMENT if there is no such feature or one is there twice.
 * Weights, means and covariances of the result are the model's own numbers, to the last bit.
 */
GMIX_API gmix_status gmix_model_marginal(gmix_ctx *ctx, const gmix_model *model, size_t n,
                                         const size_t *features, gmix_model **out);

/** How well known values agree with a model: what to look at before what follows from them. */
/* In arrays of one for each row: it will not grow. */
typedef struct gmix_evidence {
    double log_density; /* log p(x_o), in the data's units; 0 without any value */

    /* The Mahalanobis distance from the nearest component (by that distance, among those of
     * positive weight), and the probability that a row of the model is as far as this from
     * all of them, at most: that of chi-squared with as many degrees of freedom as there are
     * values. Below 0.001, say, the model is asked about a place it knows nothing of. Noise does not count. */
    double distance, tail;
} gmix_evidence;

/**
 * The distribution of the other features where some have known values. Component k becomes
 *
 *     weight      pi_k N(x_o | mu_o, Sigma_oo) / p(x_o)
 *     mean        mu_t + Sigma_to Sigma_oo^-1 (x_o - mu_o)
 *     covariance  Sigma_tt - Sigma_to Sigma_oo^-1 Sigma_ot.
 *
 * @param n         How many values are given, 1 .. D - 1.
 * @param features  n of 0 .. D - 1.
 * @param values    n, in the data's units. NaN: not known after all; that feature is then left
 *                  out of both sides, and without any value the result is the marginal.
 * @param evidence  [out] How well the values agree with the model; may be NULL.
 *
 * @return GMIX_OK; GMIX_ERR_ARGUMENT if there is no such feature, one is there twice, or none
 *         is left; GMIX_ERR_NONFINITE for an infinite value; GMIX_ERR_DATA for values so far
 *         away that their density under every component is below the range of a double's
 *         logarithm.
 *
 * Weights are found in logarithms; one below 1e-308 is 0. Far from the data means go on along
 * straight lines: see `evidence`. For many rows, gmix_regress().
 * Source: Bishop (2006), section 2.3.1.
 */
GMIX_API gmix_status gmix_model_condition(gmix_ctx *ctx, const gmix_model *model,
                                          size_t n, const size_t *features,
                                          const double *values, gmix_model **out,
                                          gmix_evidence *evidence);

/**
 * The distribution of y = A x + b.
 *
 * @param n       Rows of A, 1 .. D: features of the result.
 * @param matrix  n x D, row-major, with linearly independent rows.
 * @param offset  n, or NULL for 0.
 * @param names   n names for the new features, all different, or NULL for none.
 *
 * @return GMIX_OK; GMIX_ERR_NONFINITE; GMIX_ERR_SINGULAR if the rows of A are linearly
 *         dependent, or next to it (y then lies in a plane, where it has no density);
 *         GMIX_ERR_MODEL for a model with noise unless every row and column of A has at most
 *         one number that is not 0: the image of a box is a box under no other map.
 */
GMIX_API gmix_status gmix_model_transform(gmix_ctx *ctx, const gmix_model *model,
                                          size_t n, const double *matrix,
                                          const double *offset, const char *const *names,
                                          gmix_model **out);

/**
 * The normalised product of two densities: what is believed after two independent sources,
 * under a flat prior. It has a component for every pair, K_a x K_b of them, those of the
 * first component of `a` first; pairs whose weight is below 1e-308 are left out. Means and
 * covariances are those of products of Gaussians,
 *
 *     S = S_a (S_a + S_b)^-1 S_b,   m = mu_a + S_a (S_a + S_b)^-1 (mu_b - mu_a),
 *
 * and the weights are in proportion to pi_a pi_b N(mu_a | mu_b, S_a + S_b). The density of noise is taken
 * for 1 / volume everywhere, as by gmix_log_density(), of which the result's is the sum less log_scale:
 * noise times a Gaussian is that Gaussian (those of `a` come after the pairs, then those of `b`), and
 * noise times noise is noise over what the boxes have in common.
 *
 * @param b          Of as many features. Where both models have names, features are matched by
 *                   name; the result has the order of `a`.
 * @param log_scale  [out] log of the integral of p q, in the data's units; may be NULL.
 *
 * @return GMIX_OK; GMIX_ERR_SHAPE if the features do not match; GMIX_ERR_MODEL if both
 *         have noise and the boxes have nothing in common; GMIX_ERR_DATA if the
 *         two are so far apart that no pair has a density above 0. gmix_model_reduce() makes fewer
 *         components of the result.
 */
GMIX_API gmix_status gmix_model_product(gmix_ctx *ctx, const gmix_model *a,
                                        const gmix_model *b, gmix_model **out,
                                        double *log_scale);

#ifdef __cplusplus
}
#endif
#endif
