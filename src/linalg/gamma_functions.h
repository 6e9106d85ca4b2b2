/*
 * The logarithm of the gamma function and its derivative, x > 0: the same bits with any C library,
 * and no global is written, as lgamma() does.
 */
#ifndef GMIX_LINALG_GAMMA_FUNCTIONS_H
#define GMIX_LINALG_GAMMA_FUNCTIONS_H

#include <stddef.h>

double gmix_i_log_gamma(double x);
double gmix_i_digamma(double x);

/* log Gamma(x + a) - log Gamma(x), a >= 0, which keeps its digits where x is large. */
double gmix_i_log_gamma_ratio(double x, double a);

/* log B(a, b). */
double gmix_i_log_beta(double a, double b);

/* log Gamma_D(x) = D (D - 1) / 4 log pi + sum_(i < D) log Gamma(x - i / 2), x > (D - 1) / 2, and its
 * derivative. */
double gmix_i_log_multigamma(size_t d, double x);
double gmix_i_multidigamma(size_t d, double x);

#endif
