/* A mixture moved to where the integrated squared error to another is least. */
#ifndef GMIX_BETWEEN_SQUARED_ERROR_H
#define GMIX_BETWEEN_SQUARED_ERROR_H

#include "between/gaussians.h"

/* Weights, means and covariances of the first n components of `now`, from where they are; the sum of
 * weights stays. */
gmix_status gmix_i_least_squares(gmix_ctx *ctx, const gmix_i_gaussians *from, size_t n,
                                 gmix_i_gaussians *now);

#endif
