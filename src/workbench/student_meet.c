/*
 * Where the weighted densities of two components of Student's t meet. With y = x - m, B = df s^2 the derivative of
 * the difference of their logarithms is 0 where
 *
 *     (df_i + 1) y_i (B_j + y_j^2) = (df_j + 1) y_j (B_i + y_i^2):
 *
 * a cubic, whose own derivative is a quadratic. So the line falls into four pieces at most on which the difference
 * rises or falls throughout, and each has a root where its ends differ in sign. All roots are found by halving: there are
 * few of them.
 */
#include "workbench/student_meet.h"

#include <float.h>

enum { MOST_HALVINGS = 2200 }; /* from one end of the doubles to the other */

typedef struct pair {
    const gmix_i_scalar *s;
    size_t i, j;
    double cubic[4]; /* about the mean of i, in scales of i; rising powers */
} pair;

static double difference(const pair *p, double y) {
    const gmix_i_scalar *const s = p->s;
    const double x = s->mu[p->i] + s->sd[p->i] * y;
    return gmix_i_scalar_share(s, p->i, y) -
           gmix_i_scalar_share(s, p->j, (x - s->mu[p->j]) / s->sd[p->j]);
}

static double cubic_at(const pair *p, double y) {
    const double *const c = p->cubic;
    return ((c[3] * y + c[2]) * y + c[1]) * y + c[0];
}

/* Adds the root between a and b, if the function differs in sign there. */
static size_t add_root(double (*f)(const pair *, double), const pair *p, double a,
                       double b, double *out) {
    const bool rises = f(p, b) > 0.0;
    if (!(a < b) || rises == (f(p, a) > 0.0)) {
        return 0;
    }
    for (int n = 0; n < MOST_HALVINGS; n++) {
        const double middle = 0.5 * a + 0.5 * b;
        if (middle <= a || middle >= b) {
            break;
        }
        if ((f(p, middle) > 0.0) == rises) {
            b = middle;
        } else {
            a = middle;
        }
    }
    *out = b;
    return 1;
}

/* Roots of a function that rises or falls throughout between the n points in `at`. */
static size_t add_roots(double (*f)(const pair *, double), const pair *p,
                        const double *at, size_t n, double far, double *out) {
    size_t found = 0;
    double before = -far;
    for (size_t i = 0; i <= n; i++) {
        const double end = i < n ? at[i] : far;
        found += add_root(f, p, before, end, out + found);
        before = end;
    }
    return found;
}

/* Where the cubic turns, rising. */
static size_t turns(const double *c, double *out) {
    const double a = 3.0 * c[3], b = 2.0 * c[2], under = b * b - 4.0 * a * c[1];
    if (a == 0.0) {
        out[0] = -c[1] / b;
        return b != 0.0 && isfinite(out[0]);
    }
    if (!(under > 0.0)) {
        return 0;
    }
    const double q = -0.5 * (b + copysign(sqrt(under), b));
    const double first = q / a, second = q != 0.0 ? c[1] / q : -first;
    out[0] = fmin(first, second);
    out[1] = fmax(first, second);
    return isfinite(out[1] - out[0]) ? 2 : 0;
}

size_t gmix_i_student_meet(const gmix_i_scalar *s, size_t i, size_t j, double *roots) {
    pair p = {.s = s, .i = i, .j = j};
    const double off = (s->mu[j] - s->mu[i]) / s->sd[i], width = s->sd[j] / s->sd[i];
    const double u = s->df[i] + 1.0, v = s->df[j] + 1.0, wide = s->df[j] * width * width;
    const double far = 1e30 * (1.0 + fabs(off) + width);
    double at[2] = {0.0}, level[3] = {0.0};
    p.cubic[0] = v * off * s->df[i];
    p.cubic[1] = u * (wide + off * off) - v * s->df[i];
    p.cubic[2] = off * (v - 2.0 * u);
    p.cubic[3] = u - v;
    const size_t n = add_roots(cubic_at, &p, at, turns(p.cubic, at), far, level);
    const size_t found = add_roots(difference, &p, level, n, far, roots);
    for (size_t r = 0; r < found; r++) {
        roots[r] = s->mu[i] + s->sd[i] * roots[r];
    }
    return found;
}
