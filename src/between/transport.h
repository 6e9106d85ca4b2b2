/* Optimal transport between two sets of weights. */
#ifndef GMIX_BETWEEN_TRANSPORT_H
#define GMIX_BETWEEN_TRANSPORT_H

#include "base/base.h"

/* The plan (n x m, rows sum to a, columns to b, both sum to 1) of least cost (n x m, >= 0); gives
 * that cost in *total. Cost: O((n + m) n m) or little more. */
gmix_status gmix_i_transport(gmix_ctx *ctx, size_t n, size_t m, const double *a,
                             const double *b, const double *cost, double *plan,
                             double *total);

#endif
