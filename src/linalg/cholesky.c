/*
 * Cholesky factors of packed matrices, and their inverses. See linalg.h.
 *
 * Row-oriented (a row of a packed lower matrix is contiguous):
 *     l_ij = (a_ij - sum_{t<j} l_it l_jt) / l_jj
 *     m_ij = -(sum_{j<=t<i} l_it m_tj) / l_ii,  m_ii = 1 / l_ii       (m = l^-1)
 * Sums run over eight partial sums so that they vectorise in a fixed order.
 */
#include "linalg/linalg.h"

#include <math.h>
#include <string.h>

/* Static functions only: the resolver of a public one would be exported. */
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__)
#define MULTIVERSION __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define MULTIVERSION
#endif

/* x . y in eight interleaved partial sums. */
static inline double dot(size_t n, const double *x, const double *y) {
    double s[8] = {0};
    size_t t = 0;
    for (; t + 8 <= n; t += 8) {
        for (size_t u = 0; u < 8; u++) {
            s[u] += x[t + u] * y[t + u];
        }
    }
    double rest = 0.0;
    for (; t < n; t++) {
        rest += x[t] * y[t];
    }
    return ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7])) + rest;
}

MULTIVERSION static bool factor(size_t d, const double *a, double *l) {
    for (size_t i = 0; i < d; i++) {
        const double *const ai = a + gmix_i_packed_len(i);
        double *const li = l + gmix_i_packed_len(i);
        for (size_t j = 0; j < i; j++) {
            const double *const lj = l + gmix_i_packed_len(j);
            li[j] = (ai[j] - dot(j, li, lj)) / lj[j];
        }
        const double pivot = ai[i] - dot(i, li, li);
        if (!(pivot > 0.0) || !isfinite(pivot)) {
            return false;
        }
        li[i] = sqrt(pivot);
    }
    return true;
}

bool gmix_i_cholesky(size_t d, const double *a, double *l) {
    return factor(d, a, l);
}

/* m = l^-1, row by row: row i is a combination of the rows above it. */
MULTIVERSION static void invert(size_t d, const double *l, double *m) {
    for (size_t i = 0; i < d; i++) {
        const double *const li = l + gmix_i_packed_len(i);
        double *const mi = m + gmix_i_packed_len(i);
        memset(mi, 0, (i + 1) * sizeof *mi);
        for (size_t t = 0; t < i; t++) {
            const double *const mt = m + gmix_i_packed_len(t);
            const double f = li[t];
            for (size_t j = 0; j <= t; j++) {
                mi[j] += f * mt[j];
            }
        }
        const double inverse = 1.0 / li[i];
        for (size_t j = 0; j < i; j++) {
            mi[j] *= -inverse;
        }
        mi[i] = inverse;
    }
}

/* Factor and inverse in long double, for what double cannot hold; rounds at the end. */
static bool factor_exactly(size_t d, const double *a, double *inv, double *log_det,
                           long double *work) {
    long double *const l = work, *const m = work + gmix_i_packed_len(d);
    long double sum_log = 0.0L;
    for (size_t i = 0; i < d; i++) {
        long double *const li = l + gmix_i_packed_len(i), *const mi =
                                                              m + gmix_i_packed_len(i);
        for (size_t j = 0; j <= i; j++) {
            const long double *const lj = l + gmix_i_packed_len(j);
            long double s = a[gmix_i_packed_len(i) + j];
            for (size_t t = 0; t < j; t++) {
                s -= li[t] * lj[t];
            }
            if (j < i) {
                li[j] = s / lj[j];
            } else if (s > 0.0L) {
                li[i] = sqrtl(s);
            } else {
                return false;
            }
        }
        for (size_t j = 0; j < i; j++) {
            long double s = 0.0L;
            for (size_t t = j; t < i; t++) {
                s += li[t] * m[gmix_i_packed_len(t) + j];
            }
            mi[j] = -s / li[i];
        }
        mi[i] = 1.0L / li[i];
        sum_log += logl(li[i]);
    }
    for (size_t i = 0; i < gmix_i_packed_len(d); i++) {
        inv[i] = (double)m[i];
    }
    *log_det = (double)(2.0L * sum_log);
    return true;
}

size_t gmix_i_factor_work(size_t d) {
    return 2 * gmix_i_packed_len(d) * sizeof(long double);
}

/* Squared, 1 - R^2 of feature i given those before it: how much of its variance is its
 * own. */
static double smallest_own_share(size_t d, const double *a, const double *l) {
    double smallest = 1.0;
    for (size_t i = 0; i < d; i++) {
        const size_t at = gmix_i_packed_len(i) + i;
        smallest = fmin(smallest, l[at] * l[at] / a[at]);
    }
    return smallest;
}

bool gmix_i_precision_factor(size_t d, const double *a, double *inv, double *log_det,
                             void *work) {
    const double ill_conditioned =
        1e-4; /* condition >= 1e4: double would miss 1e-9 soon */
    double *const l = work;
    if (!factor(d, a, l) || smallest_own_share(d, a, l) < ill_conditioned) {
        return factor_exactly(d, a, inv, log_det, work);
    }
    invert(d, l, inv);
    double sum_log = 0.0;
    for (size_t i = 0; i < d; i++) {
        sum_log += log(l[gmix_i_packed_len(i) + i]);
    }
    *log_det = 2.0 * sum_log;
    return true;
}
