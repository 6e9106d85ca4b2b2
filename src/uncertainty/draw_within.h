/* Rows of a mixture of one feature, given that they lie between bounds. */
#ifndef GMIX_UNCERTAINTY_DRAW_WITHIN_H
#define GMIX_UNCERTAINTY_DRAW_WITHIN_H

#include "model/mixture.h"

/*
 * n rows, each a function of the seed and its number: a component by its share of what lies within, and the
 * quantile of its normal there. bounds: in the data's units. GMIX_ERR_SINGULAR if next to nothing lies
 * within.
 */
gmix_status gmix_i_draw_within(gmix_ctx *ctx, const gmix_model *model,
                               const double bounds[2], size_t n, uint64_t seed,
                               double *rows);

#endif
