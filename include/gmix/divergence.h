/**
 * Two mixtures beside each other: divergences with their errors, distances in closed form, and
 * which component became which. And a mixture with fewer components in place of one.
 *
 * Between Gaussian mixtures the Kullback-Leibler divergence has no closed form. Here it is an
 * integral found by quadrature (one feature) or a mean over draws with its standard error
 * (several), beside bounds that hold for certain. The approximations in the literature are off by
 * factors of 4 to 20 for two fits to the same data, and some are negative: they have a function of
 * their own, and are nothing to decide by.
 *
 * Features are matched by name where both models have names. A noise component is uniform over its
 * box and 0 outside, so that a mixture is a distribution. All calls: NULLs are GMIX_ERR_ARGUMENT; GMIX_ERR_SHAPE if features do not match;
 * GMIX_ERR_NOMEM; outputs are untouched unless the call returns GMIX_OK.
 */
#ifndef GMIX_DIVERGENCE_H
#define GMIX_DIVERGENCE_H

#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A number and its standard error; of quadrature, the estimate of what it is off by. */
typedef struct gmix_estimate {
    double value, error;
} gmix_estimate;

/** How much is sampled. Set by gmix_divergence_options_init(). */
typedef struct gmix_divergence_options {
    size_t struct_size; /* set by _init */
    double tolerance;   /* standard error to stop at, in nats, > 0; default 1e-3 */
    size_t max_draws;   /* from each model, 1000 .. 1e8; default 1e6 */
    uint64_t seed;      /* default 0 */
} gmix_divergence_options;

GMIX_API void gmix_divergence_options_init_sized(gmix_divergence_options *opts,
                                                 size_t struct_size);

static inline void gmix_divergence_options_init(gmix_divergence_options *opts) {
    gmix_divergence_options_init_sized(opts, sizeof *opts);
}

/** What there is between mixtures p and q. Logarithms are natural. */
typedef struct gmix_divergences {
    gmix_estimate kl_pq, kl_qp; /* integral of p log(p / q); of q log(q / p) */
    double kl_pq_lower, kl_pq_upper, kl_qp_lower, kl_qp_upper; /* hold for certain */
    gmix_estimate jensen_shannon;                              /* 0 .. log 2 */
    gmix_estimate hellinger;       /* squared: 1 - integral of sqrt(p q) */
    gmix_estimate total_variation; /* half the integral of |p - q| */
    gmix_estimate entropy_p, entropy_q;

    /* Closed forms: integrals of p^2, q^2 and p q; of (p - q)^2; and the Cauchy-Schwarz
     * divergence, -log(pq / sqrt(pp qq)). In the features' units. With noise and covariances of three
     * and more features, to 1e-10 or so of pp, or the 1e-8 of the box's probabilities. */
    double pp, qq, pq, ise, cauchy_schwarz;

    /* The squared distance MW2 of Delon & Desolneux (2020): optimal transport between
     * components, each carried over by the optimal map between Gaussians. It is never below the
     * squared Wasserstein distance W2 of the densities, and may be far above. Noise is carried as
     * what has its moments: exact from box to box, and from or to a Gaussian less by at most 1.3 % of
     * the product of its sd and the box's width, in each feature. */
    double mw2;
    double w1; /* Wasserstein distance W1 of the densities; NaN in several dimensions */
    double w2; /* the squared W2 of the densities; NaN likewise */

    size_t k_p, k_q; /* components of p and q, and one more, the last, for noise */
    double
        *plan; /* k_p x k_q: what MW2 carries from one component to the other; rows sum to
                       the weights of p, columns to those of q */
    size_t n_draws; /* from each model; 0 for quadrature */
    void *owner;    /* of the array; not for callers */
} gmix_divergences;

/**
 * Compares two mixtures.
 *
 * @param p, q  Of the same features.
 * @param opts  NULL for defaults.
 * @param out   [out] To be released by gmix_divergences_free().
 * @return GMIX_OK; GMIX_ERR_OPTION; GMIX_ERR_SINGULAR; GMIX_ERR_CANCELLED; GMIX_ERR_MODEL, for one feature,
 *         where components are so far apart that doubles do not tell what lies within one of them.
 *
 * Draws are stratified by component, with the control variate q / p - 1; for the same seed they
 * do not depend on the number of threads. A model and itself have 0 everywhere, exactly.
 * Upper bounds: Hershey & Olsen (2007), "Approximating the Kullback Leibler divergence between
 * Gaussian mixture models", ICASSP; lower ones: Durrieu, Thiran & Kelly (2012), ICASSP, or 0.
 */
GMIX_API gmix_status gmix_compare_models(gmix_ctx *ctx, const gmix_model *p,
                                         const gmix_model *q,
                                         const gmix_divergence_options *opts,
                                         gmix_divergences *out);
GMIX_API void gmix_divergences_free(gmix_divergences *divergences);

/** Names of distances, NULL-terminated; static:
 *
 *   mw2              the square root of MW2 squared: in the features' units, and a metric
 *   ise, cauchy-schwarz   as above; these three are closed forms
 *   hellinger        the square root of the squared one: a metric, at most 1
 *   jensen-shannon, total-variation   as above
 *   kl               of the column's mixture from the row's: not the same both ways
 */
GMIX_API const char *const *gmix_distance_names(void);

/**
 * Distances of n mixtures from each other.
 *
 * @param models    n >= 1, of the same features, which are matched as for two.
 * @param distance  One of these names.
 * @param opts      NULL for defaults; closed forms need none.
 * @param values    [out] n x n, with 0 on the diagonal.
 * @param errors    [out] n x n: their standard errors, 0 for closed forms; or NULL.
 * @return as gmix_compare_models(), which every pair costs.
 */
GMIX_API gmix_status gmix_distances_find(gmix_ctx *ctx, size_t n,
                                         const gmix_model *const *models,
                                         const char *distance,
                                         const gmix_divergence_options *opts,
                                         double *values, double *errors);

/** Names of approximations: "goldberger", "variational", "product", "moments"; and the bounds
 * "upper", "durrieu-lower", "durrieu-upper". NULL-terminated; static. */
GMIX_API const char *const *gmix_kl_approximation_names(void);

/**
 * A published approximation of the divergence of q from p, by its name.
 *
 *   goldberger     each component of p with the best of q (Goldberger, Gordon & Greenspan 2003)
 *   variational    Hershey & Olsen (2007)
 *   product        of Gaussians' overlaps, the same paper
 *   moments        of Gaussians with the moments of p and q
 *   upper, durrieu-lower, durrieu-upper   bounds, as they are: a lower one may be negative
 *
 * @return GMIX_OK; GMIX_ERR_OPTION for another name: the message lists them; GMIX_ERR_MODEL for a model
 *         with noise: these are formulas for Gaussians.
 */
GMIX_API gmix_status gmix_kl_approximation(gmix_ctx *ctx, const gmix_model *p,
                                           const gmix_model *q, const char *name,
                                           double *out);

/** A step of a reduction: two components become one. */
typedef struct gmix_merge {
    size_t first,
        second; /* places among the components before the step; first < second. The
                             new one takes the place of first, and later ones move up */
    double
        cost; /* bounds what the step adds to the divergence of the result from the model */
} gmix_merge;

/** Names of what may be done with a reduced mixture; NULL-terminated, static:
 *
 *   transport      components of the model are given anew to the components that are nearest to them
 *                  (by Kullback-Leibler), and these get their moments, until nothing changes: the
 *                  composite transportation divergence (Zhang, Zhang & Chen 2023) never rises
 *   squared-error  weights, means and covariances are moved to where the integrated squared error
 *                  to the model is least nearby (Williams & Maybeck 2006); it never rises. The mean
 *                  and covariance of the whole do not stay
 */
GMIX_API const char *const *gmix_refinement_names(void);

/**
 * A mixture of fewer components that is near in the sense of Kullback-Leibler: the pair whose
 * merging costs least is merged, again and again, into a Gaussian with its moments, so that mean
 * and covariance of the whole stay as they are.
 *
 * @param k       Components to be left, 1 .. K.
 * @param refine  One of these names, or NULL for none.
 * @param steps   [out] K - k merges, of the caller's; or NULL.
 * @param out     [out] Of family "full" (of the model's own for k = K): what is between two means
 *                belongs to a merged covariance. A noise component stays; classes do not.
 * @return GMIX_OK; GMIX_ERR_OPTION for k or refine out of range; GMIX_ERR_CANCELLED.
 *
 * The cost of a step bounds its own loss; the loss of several is not the sum of them:
 * gmix_compare_models() measures it. Cost: O(K^2 D^3) for the pairs, K D^3 for a step.
 * Source: Runnalls (2007), "Kullback-Leibler approach to Gaussian mixture reduction", IEEE TAES.
 */
GMIX_API gmix_status gmix_model_reduce(gmix_ctx *ctx, const gmix_model *model, size_t k,
                                       const char *refine, gmix_merge *steps,
                                       gmix_model **out);

#ifdef __cplusplus
}
#endif
#endif
