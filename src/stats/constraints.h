/*
 * What the M-step has to respect: the bounds of covariances, which families know, and what they do
 * not: a conjugate prior, and parameters that are frozen.
 *
 * The prior (Fraley & Raftery 2007, doi:10.1007/s00357-007-0004-5), in the frame, whose
 * origin is the prior mean mu_P:
 *
 *     mu_k | Sigma_k ~ N(mu_P, Sigma_k / kappa),   Sigma_k ~ IW(nu, Lambda),
 *     pi ~ Dirichlet(alpha)
 *
 * (per feature: inverse gamma with nu / 2 and varsigma^2 / 2). Its logarithm has the form of
 * the expected log-likelihood of some more rows:
 *
 *     -1/2 sum_k [ dof log |Sigma_k| + tr Sigma_k^-1 (scatter + kappa mu_k mu_k^T) ]
 *         + (alpha - 1) sum_k log pi_k,      dof = [kappa > 0] + share (nu + D + 1),
 *
 * so it is added to the statistics, and any family's update then finds the posterior mode.
 * A covariance shared by K components has the prior once: its share of it is 1 / K for each. A variational
 * fit has the same form with other numbers of rows, and another objective (variational.h).
 */
#ifndef GMIX_STATS_CONSTRAINTS_H
#define GMIX_STATS_CONSTRAINTS_H

#include "conjugate/niw.h"

/* Numbers of a variational fit's prior (variational.h), in the frame. */
typedef struct gmix_i_hyper {
    const gmix_i_conjugate *law;
    bool process;         /* weights are sticks, else Dirichlet */
    double concentration; /* gamma */
    double kappa, nu;
    double log_det; /* log |Psi|, as of niw.h */
    double total;   /* weight of all rows */
} gmix_i_hyper;

typedef struct gmix_i_prior {
    double shrinkage; /* kappa: the rows that the prior mean is worth */
    double dof;       /* see above, in rows */
    double
        *scatter; /* cov_len: share x Lambda; NULL: no prior on means and covariances */

    double dirichlet;          /* alpha - 1 */
    const double *mean;        /* D, in the frame; NULL: its origin */
    const gmix_i_hyper *hyper; /* of a variational fit; NULL: modes are sought */
} gmix_i_prior;

/* What is frozen keeps its value from `values`. */
typedef struct gmix_i_frozen {
    bool *weights, *means, *covariances; /* K each */
    bool all_covariances;
    gmix_i_params values;
} gmix_i_frozen;

typedef struct gmix_i_constraints {
    const gmix_i_bounds *bounds;
    const gmix_i_prior *prior;   /* NULL: none */
    const gmix_i_frozen *frozen; /* NULL: nothing is */
    double *work; /* gmix_i_variational_work() doubles, if the prior has hyper */
} gmix_i_constraints;

/* Adds the prior's rows for means and covariances to statistics centred at `centre`. */
void gmix_i_prior_add(const gmix_i_constraints *constraints, const gmix_i_shape *shape,
                      const double *centre, const gmix_i_moments *m);

/* The log-prior of parameters that q has factored, up to a constant that does not depend on
 * them, in the data's units; 0 without a prior. */
double gmix_i_log_prior(const gmix_i_constraints *constraints, const gmix_i_params *p,
                        const gmix_i_prepared *q, const gmix_i_frame *frame);

/* The log-likelihood, less a constant, of n rows with scatter share x Lambda + kappa d_k d_k^T, d_k from the
 * prior mean. factor: Sigma_k^-1/2. */
double gmix_i_prior_loglik(const gmix_i_constraints *constraints, const gmix_i_params *p,
                           const double *factor, size_t k, double n);

/* True if every component of the family has its covariance to itself. */
bool gmix_i_family_is_separable(const gmix_i_family *family, size_t k, size_t d);

#endif
