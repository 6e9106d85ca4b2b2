/*
 * The parts of the eigensolver for wide matrices; see linalg.h for the whole.
 */
#ifndef GMIX_LINALG_TRIDIAGONAL_H
#define GMIX_LINALG_TRIDIAGONAL_H

#include "base/base.h"

/*
 * a = Q T Q^T with tridiagonal T: on return its diagonal is in `diagonal`, the element beside
 * diagonal[i - 1] and diagonal[i] in off[i], i = 1 .. d - 1, and Q^T in qt. a: D x D, row-major, of
 * which the lower triangle is read; overwritten; off may be its second row. D >= 4. ctx: NULL for one
 * thread, to the end. False if it was cut short (limit.h). Cost: 2 D^3 multiply-adds.
 */
bool gmix_i_tridiagonal(gmix_ctx *ctx, size_t d, double *a, double *diagonal, double *off,
                        double *qt);

/*
 * Eigenvalues of that T, in `diagonal`, and the rows of qt, from those of Q^T, become the
 * eigenvectors. room: for `size` >= 4 D doubles. False if it was cut short. Cost: 3 D^3
 * multiply-adds.
 */
bool gmix_i_implicit_ql(gmix_ctx *ctx, size_t d, double *diagonal, double *off,
                        double *qt, double *room, size_t size);

#endif
