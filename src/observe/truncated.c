/* A standard normal between bounds. See truncated.h. */
#include "observe/truncated.h"

#include <math.h>

static const double LOG_SQRT_2PI = 0.91893853320467274178;
static const double NARROW = 1e-3, FAR = -20.0;

double gmix_i_log_normal_below(double z) {
    if (z > FAR) {
        return z > 5.0 ? log1p(-0.5 * erfc(z * M_SQRT1_2))
                       : log(0.5 * erfc(-z * M_SQRT1_2));
    }
    if (isinf(z)) {
        return -INFINITY;
    }
    const double u = 1.0 / (z * z);
    double series = 0.0;
    for (int i = 8; i >= 1; i--) { /* 1 - u (1 - 3 u (1 - 5 u (...))) */
        series = u * (2.0 * i - 1.0) * (1.0 - series);
    }
    return -0.5 * z * z - LOG_SQRT_2PI - log(-z) + log1p(-series);
}

static double log_density(double z) {
    return isinf(z) ? -INFINITY : -0.5 * z * z - LOG_SQRT_2PI;
}

/* The density over the width is exp(-m t - t^2 / 2), t from the middle m. */
static gmix_i_truncated narrow(double a, double b) {
    const double m = 0.5 * (a + b), w = b - a, third = w * w / 12.0;
    return (gmix_i_truncated){.log_p = log_density(m) + log(w) +
                                       log1p((m * m - 1.0) * w * w / 24.0),
                              .mean = m - m * third,
                              .variance = third};
}

/* log (Phi(b) - Phi(a)), with b <= 0 or bounds on either side. */
static double log_between(double a, double b) {
    if (b > 0.0) {
        return log(0.5 * (erf(b * M_SQRT1_2) - erf(a * M_SQRT1_2)));
    }
    const double upper = gmix_i_log_normal_below(b);
    return upper + log(-expm1(gmix_i_log_normal_below(a) - upper));
}

static double within(double x, double low, double high) {
    return x < low ? low : x > high ? high : x;
}

gmix_i_truncated gmix_i_truncate(double a, double b) {
    if (a > 0.0) { /* the left side is where digits are */
        gmix_i_truncated t = gmix_i_truncate(-b, -a);
        t.mean = -t.mean;
        return t;
    }
    if (isinf(a) && isinf(b)) {
        return (gmix_i_truncated){.variance = 1.0};
    }
    if ((b - a) * fmax(1.0, fmax(fabs(a), fabs(b))) < NARROW) {
        return narrow(a, b);
    }
    gmix_i_truncated t = {.log_p = log_between(a, b)};
    const double at_a = exp(log_density(a) - t.log_p),
                 at_b = exp(log_density(b) - t.log_p);
    const double mean = at_a - at_b, width = b - a;
    const double second = (isinf(a) ? 0.0 : a * at_a) - (isinf(b) ? 0.0 : b * at_b);
    t.mean = within(mean, a, b);
    /* no more than where all of it is at the bounds, nor than without them */
    t.variance = within(1.0 + second - mean * mean, 0.0, fmin(1.0, width * width / 4.0));
    return t;
}
