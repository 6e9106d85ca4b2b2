/*
 * Stirling's series (Abramowitz & Stegun 6.1.40, 6.3.18), after the recurrence has taken x to where
 * its terms fall below the last digit:
 *
 *     log Gamma(x) = (x - 1/2) log x - x + 1/2 log 2 pi + s(x),   s(x) = 1 / (12 x) - 1 / (360 x^3) + ...
 */
#include "linalg/gamma_functions.h"

#include <math.h>

static const double HALF_LOG_2PI = 0.91893853320467274178;
static const double LOG_PI = 1.14472988584940017414;
static const double LEAST =
    12.0; /* where the series begins: its next term is below 1e-17 */

static double stirling_rest(double x) {
    const double y = 1.0 / (x * x);
    return (1.0 / 12.0 - y * (1.0 / 360.0 -
                              y * (1.0 / 1260.0 -
                                   y * (1.0 / 1680.0 -
                                        y * (1.0 / 1188.0 - y * (691.0 / 360360.0 -
                                                                 y * (1.0 / 156.0))))))) /
           x;
}

/* x becomes one in the range of the series; the logarithm of x (x + 1) ... of what was passed. */
static double raise(double *x) {
    double product = 1.0;
    while (*x < LEAST) {
        product *= *x;
        *x += 1.0;
    }
    return log(product);
}

double gmix_i_log_gamma(double x) {
    const double passed = raise(&x);
    return (x - 0.5) * log(x) - x + HALF_LOG_2PI + stirling_rest(x) - passed;
}

double gmix_i_digamma(double x) {
    double sum = 0.0;
    while (x < LEAST) {
        sum -= 1.0 / x;
        x += 1.0;
    }
    const double y = 1.0 / (x * x);
    const double rest =
        y * (1.0 / 12.0 -
             y * (1.0 / 120.0 -
                  y * (1.0 / 252.0 -
                       y * (1.0 / 240.0 - y * (1.0 / 132.0 - y * (691.0 / 32760.0))))));
    return sum + log(x) - 0.5 / x - rest;
}

/* The logarithms of the two, which nearly cancel, are one of their ratio. */
double gmix_i_log_gamma_ratio(double x, double a) {
    double y = x + a;
    const double above = raise(&y), below = raise(&x), step = y - x;
    return (x - 0.5) * log1p(step / x) + step * (log(y) - 1.0) + stirling_rest(y) -
           stirling_rest(x) - above + below;
}

double gmix_i_log_beta(double a, double b) {
    return a < b ? gmix_i_log_gamma(a) - gmix_i_log_gamma_ratio(b, a)
                 : gmix_i_log_gamma(b) - gmix_i_log_gamma_ratio(a, b);
}

double gmix_i_log_multigamma(size_t d, double x) {
    double sum = 0.25 * (double)d * ((double)d - 1.0) * LOG_PI;
    for (size_t i = 0; i < d; i++) {
        sum += gmix_i_log_gamma(x - 0.5 * (double)i);
    }
    return sum;
}

double gmix_i_multidigamma(size_t d, double x) {
    double sum = 0.0;
    for (size_t i = 0; i < d; i++) {
        sum += gmix_i_digamma(x - 0.5 * (double)i);
    }
    return sum;
}
