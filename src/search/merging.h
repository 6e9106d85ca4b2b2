/*
 * Components of a mixture as parts: taken together, taken apart. Everything in the frame's units.
 */
#ifndef GMIX_SEARCH_MERGING_H
#define GMIX_SEARCH_MERGING_H

#include "base/rng.h"
#include "family/family.h"

/* The component other than a, with rows, that is closest to it as variances tell: it takes most of
 * a's rows over where a goes. a if there is none. Cost: K D. */
size_t gmix_i_part_neighbour(const gmix_i_params *p, size_t a);

/* Mean (D) and covariance (cov_len) of components a and b together. matrix: D x D scratch. */
void gmix_i_part_merged(const gmix_i_params *p, size_t a, size_t b, double *matrix,
                        double *mean, double *cov);

/* Eigenvalues, ascending, of covariance a in the metric of b: a v = e b v, v' b v = 1. Packed, dense.
 * axes: D x D, row i becomes a v_i; NULL: not wanted. INFINITY where b is singular, without axes.
 * work: 3 D^2 + D (D + 1) / 2. Cost: about 10 D^3. */
void gmix_i_relative_eigen(size_t d, const double *a, const double *b, double *e,
                           double *axes, double *work);

/* Component a becomes a part of its neighbour, which gets the moments of the two together; a keeps a
 * weight of 0. scratch: D x D + D + cov_len. False if there is no neighbour. */
bool gmix_i_part_absorb(gmix_i_params *p, size_t a, double *scratch);

#endif
