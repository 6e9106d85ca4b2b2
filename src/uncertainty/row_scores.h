/*
 * Scores: derivatives of a row's log-density under every component, and sums of them and of
 * second derivatives over all rows, in the model's frame.
 *
 * Coordinates, P in all: t, with log pi_k = t_k - log sum_l exp t_l (K, and one more with a
 * noise component), then for every component mu_k (D) and the entries of Sigma_k as its shape
 * holds them (L). With A = Sigma_k^-1, b = A (x - mu_k), and V the symmetric matrix of
 * a coordinate,
 *
 *     d log N / d mu = b,                  d log N / dV = (b^T V b - tr A V) / 2,
 *     d2 / dmu dmu = -A,   d2 / dmu dV = -A V b,   d2 / dV dW = tr(A V A W) / 2 - b^T V A W b
 *
 * which holds, too, of incomplete rows, errors of measurement and projections, with the A and b of row_view.h.
 * Louis (1982): with s_k the derivatives of log(pi_k N_k), H_k the second ones, r_k the
 * responsibilities, a row's observed information is
 *
 *     -( sum_k r_k H_k + sum_k r_k s_k s_k^T - (sum_k r_k s_k) (sum_k r_k s_k)^T ).
 */
#ifndef GMIX_UNCERTAINTY_ROW_SCORES_H
#define GMIX_UNCERTAINTY_ROW_SCORES_H

#include "model/mixture.h"

/* Sizes of the coordinates. */
typedef struct gmix_i_coordinates {
    size_t k, d, len; /* len: L */
    size_t n_t;       /* K, + 1 with noise */
    size_t each;      /* D + L */
    size_t n;         /* P */
    bool dense;       /* else variances alone */
} gmix_i_coordinates;

gmix_i_coordinates gmix_i_coordinates_of(const gmix_model *model);

/* From one entry of a covariance, row i and column j <= i, to the next; the first is 0, 0. */
static inline void gmix_i_next_entry(const gmix_i_coordinates *c, size_t *i, size_t *j) {
    if (c->dense && *j < *i) {
        ++*j;
    } else {
        ++*i;
        *j = c->dense ? 0 : *i;
    }
}

/*
 * The gradient (P) and the observed information (P x P, both triangles) of the log-likelihood
 * of all rows of an input, errors and projections beside them. weights: N. GMIX_ERR_NONFINITE for infinite cells;
 * GMIX_ERR_CANCELLED. Cost: N P^2 / 2, for rows with missing cells, errors or projections N K (D^3 / 3 + L^2) besides.
 */
gmix_status gmix_i_observed_information(gmix_ctx *ctx, const gmix_model *model,
                                        const gmix_i_input *input, const double *weights,
                                        double *gradient, double *information);

#endif
