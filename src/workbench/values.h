/* The values of one feature, sorted. */
#ifndef GMIX_WORKBENCH_VALUES_H
#define GMIX_WORKBENCH_VALUES_H

#include <gmix/table.h>

#include "base/base.h"

void gmix_i_sort_values(size_t n, double *values);

/* *values: those that are there, rising, to be freed by the caller; at least three. N x 1 without
 * row weights. n_distinct: how many are different; may be NULL. */
gmix_status gmix_i_values_of(gmix_ctx *ctx, const gmix_table *x, double **values,
                             size_t *n, size_t *n_distinct);

#endif
