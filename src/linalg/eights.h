/*
 * Up to eight small matrices side by side: a lane of a processor's vectors is a matrix. Where components are many and
 * features few, what belongs to the components takes longer than the rows do; this way it takes a third.
 *
 * Matrices are packed lower, of 1 to GMIX_I_EIGHTS_MOST features, one after another; n of them, 2 to 8. What is done is said by
 * bits, that of the first the lowest: a matrix without its bit is one for linalg.h, as it is not positive definite, or may not
 * be, or is ill-conditioned. The bits of numbers are those of cholesky.c.
 */
#ifndef GMIX_LINALG_EIGHTS_H
#define GMIX_LINALG_EIGHTS_H

#include <stdbool.h>
#include <stddef.h>

enum { GMIX_I_EIGHTS = 8, GMIX_I_EIGHTS_MOST = 5 };

/* True if it is worth while. */
static inline bool gmix_i_eights_serve(size_t n, size_t d) {
    return n > 1 && d <= GMIX_I_EIGHTS_MOST;
}

/* a - diag(least) is positive definite. least: D, for all. */
unsigned gmix_i_eights_exceed(size_t n, size_t d, const double *a, const double *least);

/* inv = l^-1 where a = l l^T, if each feature has a share of its variance to itself, of `least`; the determinant of inv,
 * from 1e-140 to 1e140; and out = inv x, D for each. */
unsigned gmix_i_eights_invert(size_t n, size_t d, const double *a, double least,
                              const double *x, double *inv, double *det, double *out);

/* a = l l^T: the diagonals of l, D for each, and what is left of them by rows, D (D - 1) / 2. */
unsigned gmix_i_eights_split(size_t n, size_t d, const double *a, double *diagonal,
                             double *rest);

/* And back. */
void gmix_i_eights_square(size_t n, size_t d, const double *diagonal, const double *rest,
                          double *a);

#endif
