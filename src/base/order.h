/* Sorted numbers and their quantiles. */
#ifndef GMIX_BASE_ORDER_H
#define GMIX_BASE_ORDER_H

#include <stddef.h>

/* Sorts n numbers, none of them NaN. */
void gmix_i_sort_reals(double *x, size_t n);

/* Quantile p, 0 .. 1, of n >= 1 sorted numbers, between neighbours (type 7 of Hyndman & Fan
 * 1996, as R's default). */
double gmix_i_quantile(const double *sorted, size_t n, double p);

#endif
