/* The minimum of a smooth function of several numbers, from its values and slopes. */
#ifndef GMIX_BETWEEN_DESCEND_H
#define GMIX_BETWEEN_DESCEND_H

#include "base/base.h"

/* The function's value at x (n), and its slopes. */
typedef double gmix_i_slope_fn(void *self, const double *x, double *slopes);

/* Limited-memory BFGS (Nocedal 1980) with steps that are halved until they go down enough; x is where
 * it begins and ends, and is never higher than where it began. Ends when a step gains less than a part
 * in 1e13 of `unit`. GMIX_OK; GMIX_ERR_NOMEM; GMIX_ERR_CANCELLED. */
gmix_status gmix_i_descend(gmix_ctx *ctx, size_t n, gmix_i_slope_fn *f, void *self,
                           double unit, double *x);

#endif
