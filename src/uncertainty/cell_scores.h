/*
 * Scores of rows that are probabilities: cells between bounds, and what a truncation divides by. As in
 * row_scores.h, with the logarithm of
 *
 *     P_k = prod_j [ Phi((b_j - mu_kj) / sd_kj) - Phi((a_j - mu_kj) / sd_kj) ]
 *
 * in place of that of a density, for uncorrelated features. With E, Var, Cov of z, a standard normal between the bounds
 * alpha and beta, and V = sd^2, a feature's derivatives are
 *
 *     d / dmu = E z / sd,                       d / dV = (E z^2 - 1) / 2 V,
 *     d2 / dmu2 = (Var z - 1) / V,              d2 / dmu dV = (Cov(z, z^2) / 2 - E z) / (V sd),
 *     d2 / dV2 = (Var z^2 / 4 + 1/2 - E z^2) / V^2
 *
 * (Louis 1982, with x as what was not seen). Moments come by Gauss-Legendre quadrature, central ones about
 * the mean, so that nothing cancels in narrow bins or far tails.
 */
#ifndef GMIX_UNCERTAINTY_CELL_SCORES_H
#define GMIX_UNCERTAINTY_CELL_SCORES_H

#include "uncertainty/row_scores.h"

/*
 * Gradient (P) and observed information (P x P) of all rows, added to what is there. weights: N; the input's
 * bounds, in the data's units, and truncation. GMIX_ERR_OPTION for correlated features and for noise.
 * Without bounds only the part of the truncation is added.
 */
gmix_status gmix_i_cells_information(gmix_ctx *ctx, const gmix_model *model,
                                     const gmix_i_input *input, const double *weights,
                                     double *gradient, double *information);

#endif
