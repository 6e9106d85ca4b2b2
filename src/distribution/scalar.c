/*
 * Distribution functions and quantiles of mixtures of one feature. See scalar.h.
 *
 *     F(x) = sum_k w_k Phi((x - mu_k) / sd_k),   1 - F(x) = sum_k w_k Phi((mu_k - x) / sd_k)
 *
 * The smaller of the two is found, in logarithms, so that tails of 1e-300 have all digits. A
 * quantile lies between the smallest and the largest quantile of the components. Newton's steps on
 * log F, whose slope is f / F, find it; between components far apart F is flat, and there, or
 * when a step leaves the bracket, halving takes over.
 * log Phi below -20: the asymptotic series of Mills' ratio (Abramowitz & Stegun 26.2.12), whose
 * first term left out is 1e-12 there and falls.
 *
 * Student's t has for z^2 / 2 the exponent (df + 1) / 2 log(1 + z^2 / df), and its own tails.
 */
#include "distribution/scalar.h"

#include <float.h>

#include "linalg/gamma_functions.h"
#include "linalg/incomplete_gamma.h"

static const double LOG_SQRT_2PI = 0.91893853320467274178;
static const double LOG_HALF = -0.69314718055994530942;

double gmix_i_log_phi(double z) {
    if (z > -20.0) {
        return z > 5.0 ? log1p(-0.5 * erfc(z * M_SQRT1_2))
                       : log(0.5 * erfc(-z * M_SQRT1_2));
    }
    const double u = 1.0 / (z * z);
    double series = 0.0;
    for (int i = 8; i >= 1; i--) { /* 1 - u (1 - 3 u (1 - 5 u (...))) */
        series = u * (2.0 * i - 1.0) * (1.0 - series);
    }
    return -0.5 * z * z - LOG_SQRT_2PI - log(-z) + log1p(-series);
}

/* exp(log phi - log Phi): the slope of log Phi. */
static double hazard(double z, double log_phi) {
    return exp(-0.5 * z * z - LOG_SQRT_2PI - log_phi);
}

double gmix_i_phi_inverse(double log_p) {
    if (log_p > LOG_HALF) {
        return -gmix_i_phi_inverse(log(-expm1(log_p)));
    }
    /* log Phi is concave: from the left Newton overshoots once and comes back from the right */
    double z = log_p > -2.0 ? 0.0 : -sqrt(fmax(0.0, -2.0 * log_p - log(-log_p) - 2.0));
    for (int i = 0; i < 60; i++) {
        const double value = gmix_i_log_phi(z);
        const double step = (value - log_p) / hazard(z, value);
        z -= step;
        if (fabs(step) <= 4.0 * DBL_EPSILON * fmax(1.0, fabs(z))) {
            break;
        }
    }
    return z;
}

/* log of the sum of e^a and e^b. */
static double add_logs(double a, double b) {
    const double most = fmax(a, b);
    return isinf(most) ? most : most + log1p(exp(fmin(a, b) - most));
}

double gmix_i_scalar_height(double w, double sd, double df) {
    const double half = 0.5 * df;
    return log(w / sd) +
           (isfinite(df) ? gmix_i_log_gamma_ratio(half, 0.5) - 0.5 * log(half) : 0.0);
}

double gmix_i_scalar_share(const gmix_i_scalar *s, size_t k, double z) {
    if (!s->df) {
        return s->height[k] - 0.5 * z * z;
    }
    const double df = s->df[k];
    return s->height[k] -
           0.5 * (df + 1.0) *
               (fabs(z) < 1e150 ? log1p(z * z / df) : 2.0 * log(fabs(z)) - log(df));
}

double gmix_i_scalar_reach(const gmix_i_scalar *s, size_t k) {
    return s->df ? fmin(-gmix_i_student_inverse(s->df[k], -40.0), 1e30) : 40.0;
}

static double log_head(const gmix_i_scalar *s, size_t k, double z) {
    return s->df ? gmix_i_student_log_head(s->df[k], z) : gmix_i_log_phi(z);
}

static double head(const gmix_i_scalar *s, size_t k, double z) {
    return s->df ? exp(gmix_i_student_log_head(s->df[k], z)) : 0.5 * erfc(-z * M_SQRT1_2);
}

static bool is_inside(const gmix_i_scalar *s, double x) {
    return s->noise > 0.0 && x >= s->lower && x <= s->upper;
}

double gmix_i_scalar_log_density(const gmix_i_scalar *s, double x) {
    double most = is_inside(s, x) ? log(s->noise / (s->upper - s->lower)) : -INFINITY;
    double sum = most > -INFINITY ? 1.0 : 0.0;
    for (size_t k = 0; k < s->k; k++) {
        const double z = (x - s->mu[k]) / s->sd[k];
        const double l = gmix_i_scalar_share(s, k, z) - LOG_SQRT_2PI;
        if (l > most) {
            sum = 1.0 + (sum > 0.0 ? sum * exp(most - l) : 0.0);
            most = l;
        } else if (l > most - 745.0) {
            sum += exp(l - most);
        }
    }
    return most + log(sum);
}

double gmix_i_scalar_log_tail(const gmix_i_scalar *s, double x, bool upper) {
    double plain = 0.0, in_logs = -INFINITY;
    if (s->noise > 0.0) {
        const double part = (x - s->lower) / (s->upper - s->lower);
        plain = s->noise * fmin(fmax(upper ? 1.0 - part : part, 0.0), 1.0);
    }
    for (size_t k = 0; k < s->k; k++) {
        const double z = (upper ? s->mu[k] - x : x - s->mu[k]) / s->sd[k];
        if (z > -20.0) {
            plain += s->w[k] * head(s, k, z);
        } else if (s->w[k] > 0.0) {
            in_logs = add_logs(in_logs, log(s->w[k]) + log_head(s, k, z));
        }
    }
    return plain > 1e-290 ? log(plain + exp(in_logs)) : add_logs(log(plain), in_logs);
}

double gmix_i_scalar_between(const gmix_i_scalar *s, double a, double b) {
    double sum = 0.0;
    for (size_t k = 0; k < s->k; k++) {
        double low = (a - s->mu[k]) / s->sd[k], high = (b - s->mu[k]) / s->sd[k];
        if (low > 0.0) { /* on the side where both tails are small */
            const double other = -low;
            low = -high;
            high = other;
        }
        sum += s->w[k] * (head(s, k, high) - head(s, k, low));
    }
    if (s->noise > 0.0) {
        const double inside = fmin(b, s->upper) - fmax(a, s->lower);
        sum += s->noise * fmax(inside, 0.0) / (s->upper - s->lower);
    }
    return sum;
}

/* Smallest and largest quantile of the parts. */
static void bracket(const gmix_i_scalar *s, double log_p, bool upper, double *low,
                    double *high) {
    const double normal = s->df ? 0.0 : gmix_i_phi_inverse(log_p);
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t k = 0; k < s->k; k++) {
        if (s->w[k] > 0.0) {
            const double z = s->df ? gmix_i_student_inverse(s->df[k], log_p) : normal;
            const double x = s->mu[k] + (upper ? -z : z) * s->sd[k];
            *low = fmin(*low, x);
            *high = fmax(*high, x);
        }
    }
    if (s->noise > 0.0) {
        const double part = exp(log_p) * (s->upper - s->lower);
        const double x = upper ? s->upper - part : s->lower + part;
        *low = fmin(*low, x);
        *high = fmax(*high, x);
    }
}

double gmix_i_scalar_quantile(const gmix_i_scalar *s, double log_p, bool upper) {
    if (log_p > LOG_HALF) { /* the other tail has the digits */
        return gmix_i_scalar_quantile(s, log(-expm1(log_p)), !upper);
    }
    double low, high;
    bracket(s, log_p, upper, &low, &high);
    double x = 0.5 * (low + high);
    for (int i = 0; i < 300 && low < high; i++) {
        const double tail = gmix_i_scalar_log_tail(s, x, upper);
        const double excess = tail - log_p;
        if ((excess > 0.0) != upper) {
            high = x;
        } else {
            low = x;
        }
        const double slope = exp(gmix_i_scalar_log_density(s, x) - tail);
        const double step = (upper ? -1.0 : 1.0) * excess / slope;
        double next = x - step;
        if (!(next > low && next < high) || i % 10 == 9) {
            next = low + 0.5 * (high - low);
        }
        const bool done = fabs(next - x) <= 2.0 * DBL_EPSILON * fabs(x) || next == low ||
                          next == high || excess == 0.0;
        x = excess == 0.0 ? x : next;
        if (done) {
            break;
        }
    }
    return x;
}

/* d log share / dz, and the second derivative of the share over the share. */
static double share_slope(const gmix_i_scalar *s, size_t k, double z, double *second) {
    if (!s->df) {
        *second = z * z - 1.0;
        return -z;
    }
    const double df = s->df[k], at = fmax(fmin(z, 1e150), -1e150);
    const double rest = (df + 1.0) / (df + at * at), slope = -rest * at;
    *second = slope * slope - rest * ((df - at * at) / (df + at * at));
    return slope;
}

double gmix_i_scalar_slope(const gmix_i_scalar *s, double x, double *curvature) {
    double most = -INFINITY, sum = 0.0, first = 0.0, second = 0.0;
    for (size_t k = 0; k < s->k; k++) {
        if (s->w[k] == 0.0) {
            continue;
        }
        const double z = (x - s->mu[k]) / s->sd[k];
        const double l = gmix_i_scalar_share(s, k, z);
        double bend;
        const double a = share_slope(s, k, z, &bend) / s->sd[k];
        if (l > most) {
            const double by = exp(most - l);
            sum *= by;
            first *= by;
            second *= by;
            most = l;
        }
        const double r = exp(l - most);
        sum += r;
        first += r * a;
        second += r * (bend / (s->sd[k] * s->sd[k]));
    }
    first /= sum;
    if (curvature) {
        *curvature = second / sum - first * first;
    }
    return first;
}
