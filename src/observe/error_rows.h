/*
 * Loops over rows with errors, LANES of them side by side (data/measured.h), for one component at a
 * time. With V = F F^T the component's covariance, S_n that of the row's errors,
 *
 *     T_n = V + S_n = L L^T,   y = L^-1 (x_n - mu),   W = L^-1 F   (lower triangular),
 *
 * the row has the log-density  -1/2 log det T - 1/2 |y|^2  and a constant, and its true value the mean
 * mu + F g, g = W^T y, and the covariance F (I - W^T W) F^T. So what a pass has to add up are
 *
 *     sum r   |   sum r g   |   sum r (g g^T - W^T W)
 *
 * and the mean of (true value - mu) (true value - mu)^T is F (I + [third] / [first]) F^T: positive
 * semidefinite by construction, to rounding that is relative to V, however small S or V is. Features
 * that are missing have no part in T, y and W.
 */
#ifndef GMIX_OBSERVE_ERROR_ROWS_H
#define GMIX_OBSERVE_ERROR_ROWS_H

#include "data/measured.h"

/* A component as the loops want it. */
typedef struct gmix_i_error_component {
    const double *mean;       /* D */
    const double *cov, *root; /* V, F: packed lower */
    double log_weight;
} gmix_i_error_component;

/* Doubles of scratch that the loops want; and those of a component's sums. */
size_t gmix_i_error_rows_work(size_t d);
static inline size_t gmix_i_error_sums_len(size_t d) {
    return 1 + d + d * (d + 1) / 2;
}

/* out: a log-density for every row, and for what fills up the lanes. */
void gmix_i_error_densities(const gmix_i_noisy_rows *rows,
                            const gmix_i_error_component *component, double *out,
                            double *work);

/* Adds rows, weighted by r, to sums. */
void gmix_i_error_moments(const gmix_i_noisy_rows *rows,
                          const gmix_i_error_component *component, const double *r,
                          double *sums, double *work);

/* The true value of row `index`: its mean less mu (D), and its covariance (packed lower; NULL: not
 * wanted). */
void gmix_i_error_posterior(const gmix_i_noisy_rows *rows,
                            const gmix_i_error_component *component, size_t index,
                            double *offset, double *cov, double *work);

#endif
