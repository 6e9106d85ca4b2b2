/*
 * Variational Bayes (Attias 2000; Bishop 2006, 10.2) as EM with other weights and another objective.
 * With conjugate priors, and q the product of its factors,
 *
 *     q(mu_k, Sigma_k) = NIW(m_k, kappa_k, nu_k, Psi_k),      kappa_k = kappa + n_k, nu_k = nu + n_k,
 *     q(pi) = Dirichlet(gamma + n_k), or of the sticks of a Dirichlet process, below,
 *
 * the E-step is that of Gaussians N(m_k, Psi_k / nu_k) of the weights
 *
 *     w_k = exp( E[log pi_k] + 1/2 (psi_D(nu_k / 2) + D log(2 / nu_k)) - D / (2 kappa_k) ),
 *
 * also where cells are missing, since exp E[log N(x)] is such a Gaussian times a constant. The M-step is that
 * of a posterior mode whose prior counts nu rows for a covariance and gamma for a weight: means become m_k,
 * covariances Psi_k / nu_k = E[Sigma_k^-1]^-1, weights E[pi_k] or, of a process, n_k / N. So parameters are
 * the state of q, and all that moves, starts and accelerates them is EM's. What never falls is
 *
 *     log p(rows) >= sum_n log sum_k w_k N(x_n | m_k, Psi_k / nu_k) - KL(q(pi)) - KL(q(mu, Sigma)),
 *
 * complete, with all constants.
 *
 * Sticks: pi_k = v_k prod_(j < k) (1 - v_j), v_k ~ Beta(1, gamma), v_K = 1 (Ishwaran & James 2001;
 * Blei & Jordan 2006), q(v_k) = Beta(1 + n_k, gamma + sum_(j > k) n_j). Which component is first is of no
 * consequence for the rows: their order is the one of the highest bound, by size (Kurihara, Welling & Teh
 * 2007) but for the last, which has no stick of its own.
 */
#ifndef GMIX_STATS_VARIATIONAL_H
#define GMIX_STATS_VARIATIONAL_H

#include "stats/constraints.h"

/* Doubles of memory that K components want in the calls below. */
static inline size_t gmix_i_variational_work(size_t k) {
    return 5 * k + 1;
}

/* What q says of a component's weight: Dirichlet(a), or the stick Beta(a, b); b = 0 for the last. */
typedef struct gmix_i_stick {
    double a, b;
} gmix_i_stick;

/* n_k, which the weights of parameters stand for. */
double gmix_i_variational_rows(const gmix_i_hyper *h, const gmix_i_params *p, size_t k);

/* nu_k; kappa_k is h->kappa and the rows. */
double gmix_i_variational_dof(const gmix_i_hyper *h, const gmix_i_params *p, size_t k);

/* Components in the order of their sticks; n (K), order (K): out. work: K. */
void gmix_i_variational_order(const gmix_i_hyper *h, const gmix_i_params *p, double *n,
                              double *work, size_t *order);

/* q(pi): sticks, K, of components in their own places; order: of a process. */
void gmix_i_variational_sticks(const gmix_i_hyper *h, const gmix_i_params *p,
                               const size_t *order, gmix_i_stick *sticks);

/* E[pi_k] from sticks that lie in order. */
void gmix_i_sticks_mean(bool process, size_t k, const gmix_i_stick *sticks, double *mean);

/* Weights of the E-step: K + 1, the last 0. work: gmix_i_variational_work(). */
void gmix_i_variational_weights(const gmix_i_hyper *h, const gmix_i_params *p,
                                double *work, double *weights);

/* KL(q(pi)) + KL(q(mu, Sigma)). q: the covariances factored. work: as above. */
double gmix_i_variational_divergence(const gmix_i_constraints *constraints,
                                     const gmix_i_params *p, const gmix_i_prepared *q,
                                     double *work);

#endif
