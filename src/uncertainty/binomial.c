/*
 * Binomial random numbers. With fewer than ten successes expected, distances between successes,
 * which are geometric (Devroye 1986, X.4.3); with more, rejection from a transformed uniform
 * (Hormann 1993, doi:10.1080/00949659308811496, BTRS), in a time that does not depend on n. Its
 * ratio of probabilities is formed of logarithms of ratios near 1 and the tails of Stirling's
 * series, so that counts of 1e12 keep their digits.
 */
#include "uncertainty/binomial.h"

#include <math.h>

static double by_distances(gmix_i_stream *s, double n, double p) {
    const double scale = 1.0 / log1p(-p);
    double successes = 0.0;
    for (double at = 0.0;; successes++) {
        at += 1.0 + floor(log(gmix_i_next_uniform(s)) * scale);
        if (!(at <= n)) {
            return successes;
        }
    }
}

/* log k! less (k + 1/2) log (k + 1) - (k + 1) + 1/2 log 2 pi */
static double tail(double k) {
    static const double first[] = {0.08106146679532726,  0.04134069595540929,
                                   0.02767792568499834,  0.02079067210376509,
                                   0.01664469118982119,  0.01387612882307075,
                                   0.01189670994589177,  0.01041126526197209,
                                   0.009255462182712733, 0.008330563433362871};
    if (k < 10.0) {
        return first[(int)k];
    }
    const double x = 1.0 / (k + 1.0), square = x * x;
    return (1.0 / 12.0 - (1.0 / 360.0 - square / 1260.0) * square) * x;
}

/* a log (x / y) where the two are near each other. */
static double times_log_ratio(double a, double x, double y) {
    return a * log1p((x - y) / y);
}

/* p <= 1/2 and n p >= 10 */
static double by_rejection(gmix_i_stream *s, double n, double p) {
    const double q = 1.0 - p, spread = sqrt(n * p * q), odds = p / q;
    const double b = 1.15 + 2.53 * spread, a = -0.0873 + 0.0248 * b + 0.01 * p;
    const double c = n * p + 0.5, quick = 0.92 - 4.2 / b;
    const double alpha = (2.83 + 5.1 / b) * spread, mode = floor((n + 1.0) * p);
    const double at_mode = tail(mode) + tail(n - mode);
    for (;;) {
        const double u = gmix_i_next_uniform(s) - 0.5, v = gmix_i_next_uniform(s);
        const double inside = 0.5 - fabs(u);
        const double k = floor((2.0 * a / inside + b) * u + c);
        if (inside >= 0.07 && v <= quick) {
            return k;
        }
        if (!(k >= 0.0 && k <= n)) {
            continue;
        }
        const double log_ratio =
            times_log_ratio(mode + 0.5, mode + 1.0, odds * (n - mode + 1.0)) +
            times_log_ratio(n + 1.0, n - mode + 1.0, n - k + 1.0) +
            times_log_ratio(k + 0.5, odds * (n - k + 1.0), k + 1.0) + at_mode - tail(k) -
            tail(n - k);
        if (log(v * alpha / (a / (inside * inside) + b)) <= log_ratio) {
            return k;
        }
    }
}

double gmix_i_next_binomial(gmix_i_stream *s, double n, double p) {
    if (!(n > 0.0 && p > 0.0)) {
        return 0.0;
    }
    if (p >= 1.0) {
        return n;
    }
    const double rarer = fmin(p, 1.0 - p);
    const double k =
        n * rarer < 10.0 ? by_distances(s, n, rarer) : by_rejection(s, n, rarer);
    return p == rarer ? k : n - k;
}
