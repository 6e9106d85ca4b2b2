/*
 * The M-step of a law with factors as a problem of its own: from scatter S_k = W_k / n_k to
 * loadings and uniquenesses,
 *
 *     maximise  Q = -1/2 sum_k n_k (log |Sigma_k| + tr Sigma_k^-1 S_k).
 *
 * Points x are (q + 1) x D blocks as those of params (factor_law.h), one per component; common
 * loadings are there K times.
 */
#ifndef GMIX_FAMILY_FACTOR_PROBLEM_H
#define GMIX_FAMILY_FACTOR_PROBLEM_H

#include "family/factor_law.h"

typedef struct gmix_i_factor_problem {
    const gmix_i_family *law;
    size_t k, d, q;
    bool common;
    gmix_ctx *ctx;
    double total;       /* sum_k n_k */
    const double *n;    /* K */
    double *s;          /* K x D x D; NULL: not known but for its diagonals */
    double *variance;   /* K x D: these */
    double *c;          /* K x q x D: (S_k beta_k^T)^T */
    double *theta;      /* K x q x q: the factors' second moments */
    double *beta;       /* q x D; and g, as long: Lambda^T Psi^-1 */
    double *small;      /* 4 q q + q */
    double *square;     /* 3 D D + D */
    double *floor;      /* D: of uniquenesses, above 0 */
    gmix_i_moments own; /* of the uniquenesses' family */
    gmix_i_bounds bounds;
} gmix_i_factor_problem;

static inline double *gmix_i_factor_block(const gmix_i_factor_problem *p, double *x,
                                          size_t c) {
    return x + c * (p->q + 1) * p->d;
}

/* A point to begin at for component c or, with common loadings, for all, from scatter alone:
 * principal axes of correlations. */
void gmix_i_factors_begin(const gmix_i_factor_problem *p, size_t c, double *x);

/* Gives factors that are without loadings those along which the scatter leaves most; Q does not
 * fall. scratch: as x. */
void gmix_i_factors_fill(const gmix_i_factor_problem *p, double *x, double *scratch);

/* Probabilistic principal components, in closed form (Tipping & Bishop 1999); false: the law's
 * are not, with loadings in common and variances that are not. */
bool gmix_i_factors_closed(const gmix_i_factor_problem *p, double *x);

/* One step of parameter-expanded EM (Liu, Rubin & Wu 1998) from x to `to`; returns Q(x) / n. */
double gmix_i_factors_step(const gmix_i_factor_problem *p, const double *x, double *to);

/* The same from what was found of the factors: c, theta and variance of p. */
void gmix_i_factors_maximise(const gmix_i_factor_problem *p, const double *x, double *to);

/* to = x0 - 2 alpha r + alpha^2 v, r = x1 - x0, v = (x2 - x1) - r, alpha = -|r| / |v|, the
 * uniquenesses in logarithms (SQUAREM, Varadhan & Roland 2008); false if there is nothing to
 * extrapolate. x2 may be `to`. */
bool gmix_i_factors_extrapolate(const gmix_i_factor_problem *p, const double *x0,
                                const double *x1, const double *x2, double *to);

/* The uniquenesses that the law makes of those of x, weighted with rows. */
void gmix_i_factors_settle(const gmix_i_factor_problem *p, double *x);

#endif
