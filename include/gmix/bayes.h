/**
 * Bayesian mixtures: what a fit with the option `bayes` knows of its parameters (docs/bayes.md).
 *
 * With the priors
 *
 *     mu_k | Sigma_k ~ N(m, Sigma_k / kappa),  Sigma_k ~ inverse-Wishart(nu, Psi),
 *     pi ~ Dirichlet(gamma, ..., gamma), or sticks v_k ~ Beta(1, gamma), pi_k = v_k prod_(j<k) (1 - v_j)
 *
 * (for diagonal families inverse gamma distributions of variances, nu / 2 and Psi_j / 2), the posterior is
 * approximated by independent factors of the same form (Attias 2000; Bishop 2006, 10.2), those nearest to it
 * in the sense that the lower bound of the log-evidence log p(rows) is highest. The bound has all constants: it
 * can be compared between numbers of components, families and priors. A model holds the posterior
 * beside a point: weights E[pi_k], means E[mu_k], covariances E[Sigma_k^-1]^-1 = Psi_k / nu_k. Its density is
 * the posterior predictive one, a mixture of Student's t. Marginals and conditionals of it are of the same
 * kind; those of conditionals have fixed weights, the probabilities of components given what is known.
 *
 * Families with such a prior: full, tied, diag, spherical, EEI and EII.
 */
#ifndef GMIX_BAYES_H
#define GMIX_BAYES_H

#include "fit.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Posterior distributions of a mixture's parameters. Set by gmix_posterior_init(). */
typedef struct gmix_posterior {
    size_t struct_size; /* set by _init */
    const char
        *weights; /* "dirichlet", "process", or "fixed": numbers without a distribution */
    double bound; /* of the log-evidence; NaN: unknown */
    double n_rows; /* weight of the rows that it is of; NaN: unknown */

    /* Parameters, K each: of the Dirichlet distribution; of a process those of the sticks, Beta(alpha_k,
     * beta_k), components in the order of sticks, the last beta 0. beta NULL: no sticks; alpha, too: fixed. */
    const double *alpha, *beta;
    const double *kappa; /* K: rows that each mean is worth */
    const double *dof;   /* K: nu of each covariance, all the same where it is shared */

    /* The prior: gamma, kappa, nu, m (D), and Psi in the layout of one component; NULL: unknown. */
    double concentration, prior_shrinkage, prior_dof;
    const double *prior_mean, *prior_covariance;
} gmix_posterior;

/** Sets all members to their defaults. The size lets a library serve programs that were compiled with an
 * older, smaller struct. */
GMIX_API void gmix_posterior_init_sized(gmix_posterior *posterior, size_t struct_size);

static inline void gmix_posterior_init(gmix_posterior *posterior) {
    gmix_posterior_init_sized(posterior, sizeof *posterior);
}

/** The model's posterior, owned by it; NULL if its parameters are points. Give one to
 * gmix_model_new_with() by gmix_model_extras.posterior. */
GMIX_API const gmix_posterior *gmix_model_posterior(const gmix_model *model);

/**
 * The mixture of Gaussians at the point that a model with a posterior holds, for what needs Gaussians. Of
 * a model without a posterior, a copy.
 *
 * @param points  [out] To be released by gmix_model_free().
 * @return GMIX_OK; GMIX_ERR_ARGUMENT; GMIX_ERR_NOMEM.
 */
GMIX_API gmix_status gmix_model_points(gmix_ctx *ctx, const gmix_model *model,
                                       gmix_model **points);

/** Credible intervals, of equal tails. */
typedef struct gmix_credible {
    double *weights;   /* K x 2: lower and upper ends */
    double *means;     /* K x D x 2 */
    double *variances; /* K x D x 2 */
} gmix_credible;

/**
 * Credible intervals of the marginal posteriors: of weights Beta (of a process, the Beta distribution
 * of the weight's mean and variance; of fixed ones the weight twice), of means Student's t, of variances inverse gamma.
 *
 * @param level  Probability between the ends, 0 .. 1, exclusive.
 * @param out    Arrays of the caller's; NULL members are left out.
 * @return GMIX_OK; GMIX_ERR_OPTION: level; GMIX_ERR_MODEL: the model has no posterior;
 *         GMIX_ERR_ARGUMENT.
 */
GMIX_API gmix_status gmix_posterior_intervals(gmix_ctx *ctx, const gmix_model *model,
                                              double level, const gmix_credible *out);

/**
 * How much hangs on the prior: each of its numbers ten times as large and a tenth, one at a time, and the
 * posterior that is found from where the model is.
 *
 * @param x      The rows that the model was fitted to.
 * @param opts   The options of that fit.
 * @param model  What came of it.
 * @param out    [out] GMIX_N_PRIOR_CHANGES of them: room for them is in gmix_report.prior_changes, by which
 *               they come into model files, summaries and pages.
 * @return GMIX_OK; GMIX_ERR_MODEL if the model has no posterior, or does not know its prior; else as gmix_fit().
 *
 * Cost: eight runs from a start that is given.
 */
GMIX_API gmix_status gmix_prior_sensitivity(gmix_ctx *ctx, const gmix_table *x,
                                            const gmix_fit_options *opts,
                                            const gmix_model *model,
                                            gmix_prior_change *out);

#ifdef __cplusplus
}
#endif
#endif
