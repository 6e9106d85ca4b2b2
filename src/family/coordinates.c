/*
 * Coordinates in which any vector is a valid covariance:
 *
 *     dense      Sigma = L L^T:  log L_ii,  L_ij for j < i
 *     diagonal   log v_j
 *
 * `scale` is the square root of the Fisher information of one row about each of them
 * (Sigma^-1 dSigma taken as diagonal): lengths are measured with it.
 */
#include <math.h>

#include "family/family.h"
#include "linalg/linalg.h"

static const double SQRT2 = 1.41421356237309504880;

bool gmix_i_unconstrain_dense(size_t d, const double *cov, double *free, double *scale) {
    if (!gmix_i_cholesky(d, cov, free)) {
        return false;
    }
    for (size_t i = 0; i < d; i++) {
        double *const row = free + gmix_i_packed_len(i);
        double *const unit = scale + gmix_i_packed_len(i);
        for (size_t j = 0; j < i; j++) {
            unit[j] = 1.0 / row[i];
        }
        row[i] = log(row[i]);
        unit[i] = SQRT2;
    }
    return true;
}

void gmix_i_constrain_dense(size_t d, const double *free, double *cov) {
    for (size_t i = 0; i < d; i++) {
        const double *const a = free + gmix_i_packed_len(i);
        for (size_t j = 0; j <= i; j++) {
            const double *const b = free + gmix_i_packed_len(j);
            double sum = exp(b[j]) * (i == j ? exp(a[j]) : a[j]);
            for (size_t t = 0; t < j; t++) {
                sum += a[t] * b[t];
            }
            cov[gmix_i_packed_len(i) + j] = sum;
        }
    }
}

bool gmix_i_unconstrain_diagonal(size_t d, const double *cov, double *free,
                                 double *scale) {
    bool positive = true;
    for (size_t j = 0; j < d; j++) {
        positive = positive && cov[j] > 0.0;
        free[j] = log(cov[j]);
        scale[j] = 1.0 / SQRT2;
    }
    return positive;
}

void gmix_i_constrain_diagonal(size_t d, const double *free, double *cov) {
    for (size_t j = 0; j < d; j++) {
        cov[j] = exp(free[j]);
    }
}
