/*
 * P(chi-squared_n > x) as a finite sum of positive terms (Abramowitz & Stegun 26.4.4-5), so that
 * nothing cancels in the tail: with y = x / 2,
 *
 *     n even:  e^-y sum_{i < n/2} y^i / i!
 *     n odd:   erfc(sqrt y) + e^-y sum_{i < (n-1)/2} y^(i + 1/2) / Gamma(i + 3/2).
 *
 * Every term carries its logarithm where y is large, since e^-y alone would underflow.
 */
#include "distribution/chi_squared.h"

#include <math.h>

static const double LOG_GAMMA_3_2 = -0.12078223763524522; /* log Gamma(3/2) */

double gmix_i_chi_squared_tail(size_t n, double x) {
    const double y = 0.5 * x;
    const size_t terms = n / 2;
    const double half = n % 2 ? 0.5 : 0.0;
    double sum = n % 2 ? erfc(sqrt(y)) : 0.0;
    if (n == 0 || !(x > 0.0)) {
        return 1.0;
    }
    if (isinf(y)) {
        return 0.0;
    }
    double log_term = half * log(y) - y - (n % 2 ? LOG_GAMMA_3_2 : 0.0);
    double term = exp(log_term);
    for (size_t i = 0; i < terms; i++) {
        sum += term;
        log_term += log(y / ((double)i + 1.0 + half));
        term = y < 600.0 ? term * (y / ((double)i + 1.0 + half)) : exp(log_term);
    }
    return fmin(sum, 1.0);
}

/* Far out, the last term is the largest by far, and the erfc is e^-y / sqrt(pi y) (1 - 1 / 2 y). */
double gmix_i_chi_squared_log_tail(size_t n, double x) {
    const double y = 0.5 * x, half = n % 2 ? 0.5 : 0.0;
    if (n == 0 || !(x > 0.0) || y < 600.0 || (double)n > y) {
        return log(gmix_i_chi_squared_tail(n, x));
    }
    double sum = n % 2 ? (1.0 - 0.5 / y) / sqrt(3.14159265358979323846 * y) : 0.0;
    double log_term = half * log(y) - (n % 2 ? LOG_GAMMA_3_2 : 0.0), top = 0.0;
    for (size_t i = 0; i < n / 2; i++) { /* rising, since i < y; all times e^y */
        sum = sum * exp(top - log_term) + 1.0;
        top = log_term;
        log_term += log(y / ((double)i + 1.0 + half));
    }
    return top + log(sum) - y;
}

/* y^(n/2) e^-y / Gamma(n/2 + 1) (1 + y / (n/2 + 1) + ...); Abramowitz & Stegun 6.5.29. */
double gmix_i_chi_squared_head(size_t n, double x) {
    const double y = 0.5 * x, a = 0.5 * (double)n;
    if (n == 0 || !(x > 0.0)) {
        return 0.0;
    }
    if (y > a + 1.0) {
        return 1.0 - gmix_i_chi_squared_tail(n, x);
    }
    double sum = 0.0, term = 1.0;
    for (size_t i = 1; term > 1e-17 * sum; i++) {
        sum += term;
        term *= y / (a + (double)i);
    }
    /* log Gamma(n/2 + 1), without lgamma(), which writes a global */
    double log_gamma = n % 2 ? LOG_GAMMA_3_2 : 0.0;
    for (size_t i = 1; i <= n / 2; i++) {
        log_gamma += log((double)i + (n % 2 ? 0.5 : 0.0));
    }
    return sum * exp(a * log(y) - y - log_gamma);
}
