/*
 * Gaussians with their features in another order: known ones (o) first, wanted ones (t) next.
 * With the Cholesky factor of the covariance in this order,
 *
 *     L = [L_oo 0; L_to L_tt],   z = L_oo^-1 (x_o - mu_o),
 *
 * the log-density of x_o follows from z and the diagonal of L_oo, and x_t given x_o has the mean
 * mu_t + L_to z and the covariance L_tt L_tt^T: positive definite whatever rounding does,
 * which Sigma_tt - Sigma_to Sigma_oo^-1 Sigma_ot is not. All in the model's frame.
 */
#ifndef GMIX_CONDITION_ORDERED_ROOT_H
#define GMIX_CONDITION_ORDERED_ROOT_H

#include "model/mixture.h"

/* Packed lower factor of the covariance of the n features of `order` under component c.
 * matrix: D x D doubles to work with. False if it is not positive definite. */
bool gmix_i_ordered_root(const gmix_model *model, size_t c, size_t n, const size_t *order,
                         double *matrix, double *root);

/* z = L^-1 x of the leading o features; gives |z|^2. z may be x. */
double gmix_i_root_solve(size_t o, const double *root, const double *x, double *z);

/* sum of log L_ii, i < o. */
double gmix_i_root_log_det(size_t o, const double *root);

/* Row `row` of L times z, of the leading o columns. */
static inline double gmix_i_root_row(size_t o, const double *root, size_t row,
                                     const double *z) {
    const double *const l = root + row * (row + 1) / 2;
    double sum = 0.0;
    for (size_t j = 0; j < o; j++) {
        sum += l[j] * z[j];
    }
    return sum;
}

/* (L_tt L_tt^T)_ij, i >= j: covariances of the features behind the leading o. */
static inline double gmix_i_root_rest(size_t o, const double *root, size_t i, size_t j) {
    const double *const a = root + (o + i) * (o + i + 1) / 2 + o;
    const double *const b = root + (o + j) * (o + j + 1) / 2 + o;
    double sum = 0.0;
    for (size_t l = 0; l <= j; l++) {
        sum += a[l] * b[l];
    }
    return sum;
}

#endif
