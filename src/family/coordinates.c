/*
 * Coordinates in which any vector is n valid covariances: the logarithms of D positive numbers for
 * each, and the rest.
 *
 *     dense      Sigma = L L^T:  L_ii;  L_ij for j < i, by rows
 *     diagonal   v_j;            nothing
 *
 * Lengths are measured with the Fisher information of one row about each of them, and about the
 * mean (Sigma^-1 dSigma taken as diagonal).
 */
#include <math.h>
#include <string.h>

#include "base/clones.h"
#include "family/family.h"
#include "linalg/dot.h"
#include "linalg/eights.h"
#include "linalg/linalg.h"

enum { WIDE = 24 };

bool gmix_i_unconstrain_dense(gmix_ctx *ctx, size_t n, size_t d, const double *cov,
                              double *positive, double *rest, double *work) {
    const size_t len = gmix_i_packed_len(d);
    size_t done = 0;
    while (gmix_i_eights_serve(n - done, d)) {
        const size_t some = n - done < GMIX_I_EIGHTS ? n - done : GMIX_I_EIGHTS;
        const unsigned good =
            gmix_i_eights_split(some, d, cov + done * len, positive, rest);
        if (good != (1U << some) - 1) {
            break; /* not sure of all */
        }
        done += some;
        positive += some * d;
        rest += some * (len - d);
    }
    for (size_t c = done; c < n; c++) {
        if (!gmix_i_cholesky(ctx, d, cov + c * gmix_i_packed_len(d), work)) {
            return false;
        }
        for (size_t i = 0; i < d; i++) {
            const double *const row = work + gmix_i_packed_len(i);
            for (size_t j = 0; j < i; j++) {
                *rest++ = row[j];
            }
            *positive++ = row[i];
        }
    }
    return true;
}

/* cov = L L^T for n covariances; D is a constant where it is small. work: cov_len. */
GMIX_I_PART void square(size_t n, const size_t d, const double *positive,
                        const double *rest, double *cov, double *work) {
    for (size_t c = 0; c < n; c++, cov += gmix_i_packed_len(d)) {
        GMIX_I_UNROLL
        for (size_t i = 0; i < d; i++) {
            double *const row = work + gmix_i_packed_len(i);
            GMIX_I_UNROLL
            for (size_t j = 0; j < i; j++) {
                row[j] = *rest++;
            }
            row[i] = *positive++;
            GMIX_I_UNROLL
            for (size_t j = 0; j <= i; j++) {
                const double *const other = work + gmix_i_packed_len(j);
                double sum = row[j] * other[j];
                GMIX_I_UNROLL
                for (size_t t = 0; t < j; t++) {
                    sum += row[t] * other[t];
                }
                cov[gmix_i_packed_len(i) + j] = sum;
            }
        }
    }
}

GMIX_I_CLONES static double dot(size_t n, const double *x, const double *y) {
    return gmix_i_dot(n, x, y);
}

/* The same where rows are long: some of them at a time go along all before them, each of which is read once for
 * these. */
static void square_wide(gmix_ctx *ctx, size_t n, size_t d, const double *positive,
                        const double *rest, double *cov, double *work) {
    enum { ROWS = 32 };
    for (size_t c = 0; c < n; c++, cov += gmix_i_packed_len(d)) {
        for (size_t i = 0; i < d; i++) {
            double *const row = work + gmix_i_packed_len(i);
            memcpy(row, rest, i * sizeof *row);
            rest += i;
            row[i] = *positive++;
        }
        for (size_t first = 0; first < d && !gmix_i_wide_is_cut(ctx, d); first += ROWS) {
            const size_t end = first + ROWS < d ? first + ROWS : d;
            for (size_t j = 0; j < end; j++) {
                for (size_t i = j > first ? j : first; i < end; i++) {
                    cov[gmix_i_packed_len(i) + j] = dot(
                        j + 1, work + gmix_i_packed_len(i), work + gmix_i_packed_len(j));
                }
            }
        }
    }
}

void gmix_i_constrain_dense(gmix_ctx *ctx, size_t n, size_t d, const double *positive,
                            const double *rest, double *cov, double *work) {
    const size_t len = gmix_i_packed_len(d);
    while (gmix_i_eights_serve(n, d)) {
        const size_t some = n < GMIX_I_EIGHTS ? n : GMIX_I_EIGHTS;
        gmix_i_eights_square(some, d, positive, rest, cov);
        n -= some;
        positive += some * d;
        rest += some * (len - d);
        cov += some * len;
    }
    if (d < WIDE) {
        square(n, d, positive, rest, cov, work);
    } else {
        square_wide(ctx, n, d, positive, rest, cov, work);
    }
}

void gmix_i_information_dense(size_t n, size_t d, const double *cov,
                              const double *positive, double *of_mean,
                              double *of_positive, double *of_rest) {
    for (size_t c = 0; c < n; c++, positive += d) {
        for (size_t i = 0; i < d; i++) {
            const double own = 1.0 / (positive[i] * positive[i]);
            cov += i;
            *of_mean++ = 1.0 / *cov++;
            *of_positive++ = 2.0;
            for (size_t j = 0; j < i; j++) {
                *of_rest++ = own;
            }
        }
    }
}

bool gmix_i_unconstrain_diagonal(gmix_ctx *ctx, size_t n, size_t d, const double *cov,
                                 double *positive, double *rest, double *work) {
    (void)ctx, (void)rest, (void)work;
    bool valid = true;
    for (size_t i = 0; i < n * d; i++) {
        valid = valid && cov[i] > 0.0 && cov[i] < INFINITY;
        positive[i] = cov[i];
    }
    return valid;
}

void gmix_i_constrain_diagonal(gmix_ctx *ctx, size_t n, size_t d, const double *positive,
                               const double *rest, double *cov, double *work) {
    (void)ctx, (void)rest, (void)work;
    memcpy(cov, positive, n * d * sizeof *cov);
}

void gmix_i_information_diagonal(size_t n, size_t d, const double *cov,
                                 const double *positive, double *of_mean,
                                 double *of_positive, double *of_rest) {
    (void)positive, (void)of_rest;
    for (size_t i = 0; i < n * d; i++) {
        of_mean[i] = 1.0 / cov[i];
        of_positive[i] = 0.5;
    }
}
