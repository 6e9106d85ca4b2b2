/* Tails of the chi-squared distribution with whole degrees of freedom. */
#ifndef GMIX_DISTRIBUTION_CHI_SQUARED_H
#define GMIX_DISTRIBUTION_CHI_SQUARED_H

#include <stddef.h>

/* P(chi-squared_n > x), n >= 0; 1 for n = 0. Relative accuracy 1e-13. Cost: O(n). */
double gmix_i_chi_squared_tail(size_t n, double x);

/* Its logarithm, also where the tail itself is below the smallest double. */
double gmix_i_chi_squared_log_tail(size_t n, double x);

/* P(chi-squared_n <= x), for what is near the centre: 1 minus the tail has no digits there. 0 for n =
 * 0 and x <= 0. Cost: O(n + x). */
double gmix_i_chi_squared_head(size_t n, double x);

#endif
