/*
 * Directions that separate the components, as in MclustDR (Scrucca 2010, "Dimension reduction
 * for model-based clustering", doi:10.1007/s11222-009-9138-7): those v that solve
 *
 *     M v = l Sigma v,   M = M_I Sigma^-1 M_I + M_II,
 *     M_I  = sum_k pi_k (mu_k - mu)(mu_k - mu)^T,
 *     M_II = sum_k pi_k (Sigma_k - S) Sigma^-1 (Sigma_k - S),   S = sum_k pi_k Sigma_k,
 *
 * with Sigma = M_I + S, the covariance of the mixture. Means and shapes both tell components
 * apart. Where fewer directions than wanted do, the largest variances make up for the rest.
 */
#ifndef GMIX_PLOT_DIRECTIONS_H
#define GMIX_PLOT_DIRECTIONS_H

#include "plot/plot_kind.h"

typedef struct gmix_i_directions {
    double *vectors;  /* D x 2: v, of unit variance; 0 for features left out */
    double *loadings; /* D x 2: of the standardised features, each column of length 1 */
    double *centre;   /* D: mean of the mixture */
    double share[2];  /* of the sum of l; 0 for directions that separate nothing */
} gmix_i_directions;

/* Of the features chosen, two at least. Cost: K D^3. GMIX_ERR_SINGULAR if the covariance of
 * the mixture cannot be inverted. */
gmix_status gmix_i_directions_new(gmix_i_plot *plot, const size_t *features, size_t n,
                                  gmix_i_directions *out);

/* The n_wanted features of n that tell the components apart best one by one (largest share
 * of variance between means), in their old order; n becomes their number. */
gmix_status gmix_i_informative(gmix_i_plot *plot, size_t *features, size_t *n,
                               size_t n_wanted);

/* Mean, and the variance of feature j between and within components. */
void gmix_i_feature_variance(const gmix_i_plot *plot, size_t j, double *mean,
                             double *between, double *within);

#endif
