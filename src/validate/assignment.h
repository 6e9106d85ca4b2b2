/*
 * Assignment: a one-to-one matching of least cost, by the Hungarian method (Kuhn 1955; Munkres
 * 1957).
 */
#ifndef GMIX_VALIDATE_ASSIGNMENT_H
#define GMIX_VALIDATE_ASSIGNMENT_H

#include "base/base.h"

/*
 * Matches a with b so that as many as the shorter side has are matched and the sum of costs
 * (n_a x n_b, finite) is least. match: n_a, the b of each a, or -1. Cost: O(n_a n_b
 * min(n_a, n_b)).
 */
gmix_status gmix_i_assign(gmix_ctx *ctx, size_t n_a, size_t n_b, const double *costs,
                          int32_t *match);

#endif
