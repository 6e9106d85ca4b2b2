/*
 * The density's slopes, and ascents on them, in the model's frame and for its Gaussian part: a
 * noise component adds a constant and moves nothing.
 *
 *     l(x) = log sum_k pi_k N(x | mu_k, S_k),  r_k the responsibilities, P_k = S_k^-1,
 *     g = sum_k r_k P_k (mu_k - x),
 *     H = sum_k r_k (P_k (mu_k - x) (mu_k - x)^T P_k - P_k) - g g^T.
 *
 * Of Student's t (models with a posterior), whose exponent is (df + D) / 2 log(1 + q / (df c)) with q the squared
 * distance under P_k and c the scale of t over the point's covariance, P_k becomes s P_k with
 * s = (df + D) / (c df + q), and its product above has the factor 1 + 2 / (df + D). Where t is a product over features,
 * each has its own s, with D = 1, and the factor is in the diagonal.
 *
 * P_k (mu_k - x) is formed by the factor of P_k: of a covariance with a condition of 1e13 rounding in P_k itself would move
 * a mode along the widest direction by a thousandth, where that in the factor stays in the narrow ones.
 */
#ifndef GMIX_DISTRIBUTION_CLIMB_H
#define GMIX_DISTRIBUTION_CLIMB_H

#include "model/mixture.h"

typedef struct gmix_i_hill {
    const gmix_model *model;
    double *precision; /* K x D x D */
    double *factor;    /* K x D (D + 1) / 2, packed: P_k = factor^T factor */
    double *constant;  /* K: log pi_k - 1/2 log det S_k - D/2 log 2 pi */
} gmix_i_hill;

gmix_status gmix_i_hill_new(gmix_ctx *ctx, const gmix_model *model, gmix_i_hill *out);
void gmix_i_hill_free(gmix_ctx *ctx, gmix_i_hill *hill);

/* Doubles that the calls below work with. */
size_t gmix_i_climb_work(size_t k, size_t d);

/* l(x); with gradient (D) and Hessian (D x D), if given. */
double gmix_i_hill_at(const gmix_i_hill *hill, const double *x, double *gradient,
                      double *hessian, double *work);

/* The slope of l at x along a way (D); 0 where rounding hides its sign. */
double gmix_i_hill_along(const gmix_i_hill *hill, const double *x, const double *way,
                         double *work);

/* Ascends from x (changed) to where the gradient vanishes, by mean-shift, and by Newton's
 * steps where the hill is concave and they gain. True if it got there. */
bool gmix_i_climb(const gmix_i_hill *hill, double *x, double *work);

/* Newton's method from x (changed) to the nearest critical point, up or down. True if it
 * got there; *n_up: directions in which the density rises from it (0: a mode); up: one of them
 * (D), of unit length. */
bool gmix_i_settle(const gmix_i_hill *hill, double *x, size_t *n_up, double *up,
                   double *work);

/* x_i solves a x = b for a symmetric positive definite a (D x D, lower triangle; used up).
 * False if it is not. b becomes x. */
bool gmix_i_solve_definite(size_t d, const double *a, double *b, double *root);

#endif
