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
