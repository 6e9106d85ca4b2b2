/*
 * Incomplete gamma functions by their series or continued fraction (Abramowitz & Stegun 6.5.29, 6.5.31),
 * incomplete beta functions by the continued fraction 26.5.8, both by the modified method of Lentz. Their
 * inverses by Newton's steps on log x, kept within a bracket that halves where a step leaves it.
 */
#include "linalg/incomplete_gamma.h"

#include <math.h>
#include <stdbool.h>

#include "linalg/gamma_functions.h"

static const double TINY = 1e-300;
static const double LARGE =
    1e6; /* what quantiles of closed forms have eight digits beyond */
enum { MOST_TERMS = 20000, MOST_STEPS = 200 };

/* log(x^a e^-x / Gamma(a)), from differences where a is large. */
static double log_gamma_front(double a, double x) {
    return a * log(x) - x - gmix_i_log_gamma(a);
}

static double gamma_series(double a, double x) {
    double term = 1.0 / a, sum = term;
    for (int i = 1; i < MOST_TERMS && term > 1e-17 * sum; i++) {
        term *= x / (a + i);
        sum += term;
    }
    return sum;
}

static double gamma_fraction(double a, double x) {
    double b = x + 1.0 - a, c = 1.0 / TINY, d = 1.0 / b, h = d;
    for (int i = 1; i < MOST_TERMS; i++) {
        const double an = -i * (i - a);
        b += 2.0;
        d = an * d + b;
        d = fabs(d) < TINY ? TINY : d;
        c = b + an / c;
        c = fabs(c) < TINY ? TINY : c;
        d = 1.0 / d;
        h *= d * c;
        if (fabs(d * c - 1.0) < 1e-16) {
            break;
        }
    }
    return h;
}

double gmix_i_gamma_head(double a, double x) {
    if (!(x > 0.0)) {
        return 0.0;
    }
    const double front = exp(log_gamma_front(a, x));
    return x < a + 1.0 ? front * gamma_series(a, x) : 1.0 - front * gamma_fraction(a, x);
}

static double beta_fraction(double a, double b, double x) {
    double c = 1.0, d = 1.0 - (a + b) * x / (a + 1.0);
    d = 1.0 / (fabs(d) < TINY ? TINY : d);
    double h = d;
    for (int i = 1; i < MOST_TERMS; i++) {
        const double m = i;
        const double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        const double odd =
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        for (int half = 0; half < 2; half++) {
            const double an = half ? odd : even;
            d = 1.0 + an * d;
            d = 1.0 / (fabs(d) < TINY ? TINY : d);
            c = 1.0 + an / c;
            c = fabs(c) < TINY ? TINY : c;
            h *= d * c;
        }
        if (fabs(d * c - 1.0) < 1e-16) {
            break;
        }
    }
    return h;
}

double gmix_i_beta_head(double a, double b, double x) {
    if (!(x > 0.0) || !(x < 1.0)) {
        return x > 0.0 ? 1.0 : 0.0;
    }
    const double front = exp(a * log(x) + b * log1p(-x) - gmix_i_log_beta(a, b));
    return x < (a + 1.0) / (a + b + 2.0) ? front * beta_fraction(a, b, x) / a
                                         : 1.0 - front * beta_fraction(b, a, 1.0 - x) / b;
}

/* What a quantile is sought of; log x is the variable of a gamma, log(x / (1 - x)) of a beta distribution,
 * whose densities have no poles in them. */
typedef struct sought {
    double a, b, p; /* b = 0: gamma */
} sought;

static double argument(const sought *s, double t) {
    return s->b > 0.0 ? 1.0 / (1.0 + exp(-t)) : exp(t);
}

static double head(const sought *s, double x) {
    return s->b > 0.0 ? gmix_i_beta_head(s->a, s->b, x) : gmix_i_gamma_head(s->a, x);
}

/* The density in t. */
static double slope(const sought *s, double x) {
    return s->b > 0.0
               ? exp(s->a * log(x) + s->b * log1p(-x) - gmix_i_log_beta(s->a, s->b))
               : exp(log_gamma_front(s->a, x));
}

static double find(const sought *s, double start) {
    double low = -745.0, high = 709.0, t = start;
    for (int i = 0; i < MOST_STEPS && high - low > 1e-15 * (1.0 + fabs(t)); i++) {
        const double x = argument(s, t), off = head(s, x) - s->p;
        if (off > 0.0) {
            high = t;
        } else {
            low = t;
        }
        double next = t - off / slope(s, x);
        if (!(next > low && next < high)) {
            next = 0.5 * (low + high);
        }
        if (fabs(next - t) <= 1e-15 * (1.0 + fabs(t))) {
            return argument(s, next);
        }
        t = next;
    }
    return argument(s, t);
}

static double gamma_found(double a, double p) {
    return find(&(sought){.a = a, .p = p}, log(a));
}

/* Of the standard normal distribution: z^2 / 2 is a gamma variable of shape 1/2. */
static double normal_quantile(double p) {
    const double tail = p < 0.5 ? p : 1.0 - p;
    const double z = tail < 0.5 ? sqrt(2.0 * gamma_found(0.5, 1.0 - 2.0 * tail)) : 0.0;
    return p < 0.5 ? -z : z;
}

/* Wilson & Hilferty's cube root where a is large. */
double gmix_i_gamma_quantile(double a, double p) {
    if (!(a > LARGE)) {
        return gamma_found(a, p);
    }
    const double root = 1.0 - 1.0 / (9.0 * a) + normal_quantile(p) / (3.0 * sqrt(a));
    return a * root * root * root;
}

/* Abramowitz & Stegun 26.5.22, where both are large. */
static double large_beta(double a, double b, double p) {
    const double z = -normal_quantile(p), lambda = (z * z - 3.0) / 6.0;
    const double u = 1.0 / (2.0 * a - 1.0), v = 1.0 / (2.0 * b - 1.0), h = 2.0 / (u + v);
    const double w =
        z * sqrt(h + lambda) / h - (v - u) * (lambda + 5.0 / 6.0 - 2.0 / (3.0 * h));
    return a / (a + b * exp(2.0 * w));
}

/* Where a is large and b is not, -log x is next to a gamma variable. */
double gmix_i_beta_quantile(double a, double b, double p) {
    if (!(fmax(a, b) > LARGE)) {
        return find(&(sought){.a = a, .b = b, .p = p}, log(a / b));
    }
    if (fmin(a, b) > sqrt(LARGE)) {
        return large_beta(a, b, p);
    }
    return a > b ? exp(-gmix_i_gamma_quantile(b, 1.0 - p) / (a + 0.5 * (b - 1.0)))
                 : -expm1(-gmix_i_gamma_quantile(a, p) / (b + 0.5 * (a - 1.0)));
}

/* t^2 / (df + t^2) is Beta(1/2, df/2) for either sign; of many degrees t is next to normal. */
double gmix_i_student_quantile(double df, double p) {
    const double tail = p < 0.5 ? p : 1.0 - p;
    if (tail >= 0.5) {
        return 0.0;
    }
    if (df > LARGE) {
        const double z = normal_quantile(p);
        return z + z * (z * z + 1.0) / (4.0 * df);
    }
    const double x = gmix_i_beta_quantile(0.5 * df, 0.5, 2.0 * tail);
    const double t = sqrt(df * (1.0 - x) / x);
    return p < 0.5 ? -t : t;
}

/* log I_x(a, b), x = 1 / (1 + r), from log(1 + r) and log x (1 + r) = 0: what no x holds where r is huge. */
static double log_beta_head_at(double a, double b, double log_r) {
    const double r = exp(log_r);
    const double log_x = log_r > 700.0 ? -log_r : -log1p(r), log_rest = log_r + log_x;
    const double x = exp(log_x), rest = exp(log_rest);
    const double front = a * log_x + b * log_rest - gmix_i_log_beta(a, b);
    return x < (a + 1.0) / (a + b + 2.0)
               ? front + log(beta_fraction(a, b, x) / a)
               : log1p(-exp(front) * beta_fraction(b, a, rest) / b);
}

double gmix_i_ratio_log_tail(double n, double df, double f) {
    return f > 0.0 ? log_beta_head_at(0.5 * df, 0.5 * n, log(f) + log(n) - log(df)) : 0.0;
}

/* Where the continued fraction is long: the normal deviate of the same probability (Hill 1970, Algorithm
 * 395), whose first term left out is below 1e-13 there. NaN elsewhere. */
static double normal_deviate(double df, double z) {
    const double a = df - 0.5, b = 48.0 * a * a;
    const double u = sqrt(a * log1p(z * z / df)), square = u * u;
    if (!(df > 1000.0) || !(u < 20.0) || square * square > 1e-5 * b) {
        return NAN;
    }
    const double far = ((4.0 * square + 33.0) * square + 240.0) * square + 855.0;
    return u +
           u * ((square + 3.0) - far / (10.0 * (b + 0.8 * square * square + 100.0))) / b;
}

double gmix_i_student_log_head(double df, double z) {
    if (z == 0.0 || isinf(z)) {
        return z < 0.0 ? -INFINITY : z > 0.0 ? 0.0 : log(0.5);
    }
    const double u = normal_deviate(df, z);
    const double tail =
        isnan(u)
            ? log(0.5) + log_beta_head_at(0.5 * df, 0.5, 2.0 * log(fabs(z)) - log(df))
            : log(0.5 * erfc(u * M_SQRT1_2));
    return z < 0.0 ? tail : log1p(-exp(tail));
}

/* Newton's steps on the tail's logarithm, which falls with log |z|, in a bracket that halves where one
 * leaves it. */
double gmix_i_student_inverse(double df, double log_p) {
    if (log_p > log(0.5)) {
        return -gmix_i_student_inverse(df, log(-expm1(log_p)));
    }
    const double constant = -gmix_i_log_beta(0.5 * df, 0.5) - 0.5 * log(df);
    double low = -80.0, high = 709.0, t = 0.0;
    for (int i = 0; i < MOST_STEPS; i++) {
        const double z = exp(t), tail = gmix_i_student_log_head(df, -z);
        if (tail > log_p) {
            low = t;
        } else {
            high = t;
        }
        const double power =
            0.5 * (df + 1.0) * (t > 300.0 ? 2.0 * t - log(df) : log1p(z * z / df));
        double next = t + (tail - log_p) * exp(tail - constant + power - t);
        if (!(next > low && next < high)) {
            next = 0.5 * (low + high);
        }
        const bool done = fabs(next - t) <= 1e-15 * (1.0 + fabs(t)) || next == t;
        t = next;
        if (done) {
            break;
        }
    }
    return -exp(t);
}
