/*
 * Precision factors in pairs of doubles, for matrices that are large and ill-conditioned. See
 * pairs.c.
 */
#ifndef GMIX_LINALG_PAIRS_H
#define GMIX_LINALG_PAIRS_H

#include <stdbool.h>
#include <stddef.h>

#include <gmix/context.h>

/* True of matrices large enough, and of numbers moderate enough, on a processor that multiplies
 * and adds in one operation. a: packed, D x D. */
bool gmix_i_pairs_serve(size_t d, const double *a);

/* inv = l^-1 where a = l l^T, all packed; false if a is not positive definite, or ctx ends it (linalg.h). work: four packed
 * matrices. Cost: D^3 / 3 multiply-adds of ten operations. */
bool gmix_i_factor_in_pairs(gmix_ctx *ctx, size_t d, const double *a, double *inv,
                            double *work);

#endif
