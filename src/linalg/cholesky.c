/*
 * Cholesky factors of packed matrices, and their inverses. See linalg.h.
 *
 * Row-oriented (a row of a packed lower matrix is contiguous):
 *     l_ij = (a_ij - sum_{t<j} l_it l_jt) / l_jj
 *     m_ij = -(sum_{j<=t<i} l_it m_tj) / l_ii,  m_ii = 1 / l_ii       (m = l^-1)
 * Sums run over eight partial sums so that they vectorise in a fixed order. Up to six features
 * they are too short for that: there everything is unrolled, one sum and no loop, which takes half
 * the time.
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

#define INLINE static inline __attribute__((always_inline))
#ifdef __clang__
#define UNROLL /* unrolls what it can, and warns where it was told and cannot */
#else
#define UNROLL _Pragma("GCC unroll 8")
#endif

/* x . y in one sum. */
INLINE double short_dot(size_t n, const double *x, const double *y) {
    double sum = 0.0;
    UNROLL
    for (size_t t = 0; t < n; t++) {
        sum += x[t] * y[t];
    }
    return sum;
}

/* x . y in eight interleaved partial sums, unless `small`. */
INLINE double dot(const bool small, size_t n, const double *x, const double *y) {
    if (small) {
        return short_dot(n, x, y);
    }
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

INLINE bool factor_rows(const bool small, const size_t d, const double *a, double *l) {
    UNROLL
    for (size_t i = 0; i < d; i++) {
        const double *const ai = a + gmix_i_packed_len(i);
        double *const li = l + gmix_i_packed_len(i);
        UNROLL
        for (size_t j = 0; j < i; j++) {
            const double *const lj = l + gmix_i_packed_len(j);
            li[j] = (ai[j] - dot(small, j, li, lj)) / lj[j];
        }
        const double pivot = ai[i] - dot(small, i, li, li);
        if (!(pivot > 0.0) || !isfinite(pivot)) {
            return false;
        }
        li[i] = sqrt(pivot);
    }
    return true;
}

MULTIVERSION static bool factor_wide(size_t d, const double *a, double *l) {
    return factor_rows(false, d, a, l);
}

static bool factor(size_t d, const double *a, double *l) {
    switch (d) {
    case 1:
        return factor_rows(true, 1, a, l);
    case 2:
        return factor_rows(true, 2, a, l);
    case 3:
        return factor_rows(true, 3, a, l);
    case 4:
        return factor_rows(true, 4, a, l);
    case 5:
        return factor_rows(true, 5, a, l);
    case 6:
        return factor_rows(true, 6, a, l);
    default:
        return factor_wide(d, a, l);
    }
}

bool gmix_i_cholesky(size_t d, const double *a, double *l) {
    return factor(d, a, l);
}

/* m = l^-1, row by row: row i is a combination of the rows above it. */
INLINE void invert_rows(const size_t d, const double *l, double *m) {
    UNROLL
    for (size_t i = 0; i < d; i++) {
        const double *const li = l + gmix_i_packed_len(i);
        double *const mi = m + gmix_i_packed_len(i);
        UNROLL
        for (size_t j = 0; j < i; j++) {
            mi[j] = 0.0;
        }
        UNROLL
        for (size_t t = 0; t < i; t++) {
            const double *const mt = m + gmix_i_packed_len(t);
            const double f = li[t];
            UNROLL
            for (size_t j = 0; j <= t; j++) {
                mi[j] += f * mt[j];
            }
        }
        const double inverse = 1.0 / li[i];
        UNROLL
        for (size_t j = 0; j < i; j++) {
            mi[j] *= -inverse;
        }
        mi[i] = inverse;
    }
}

MULTIVERSION static void invert_wide(size_t d, const double *l, double *m) {
    invert_rows(d, l, m);
}

static void invert(size_t d, const double *l, double *m) {
    switch (d) {
    case 1:
        invert_rows(1, l, m);
        break;
    case 2:
        invert_rows(2, l, m);
        break;
    case 3:
        invert_rows(3, l, m);
        break;
    case 4:
        invert_rows(4, l, m);
        break;
    case 5:
        invert_rows(5, l, m);
        break;
    case 6:
        invert_rows(6, l, m);
        break;
    default:
        invert_wide(d, l, m);
        break;
    }
}

/* Factor and inverse in long double, for what double cannot hold; rounds at the end. */
static bool factor_exactly(size_t d, const double *a, double *inv, long double *work) {
    long double *const l = work, *const m = work + gmix_i_packed_len(d);
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
            } else if (s > 0.0L && isfinite(s)) {
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
    }
    for (size_t i = 0; i < gmix_i_packed_len(d); i++) {
        inv[i] = (double)m[i];
    }
    return true;
}

size_t gmix_i_factor_work(size_t d) {
    return 2 * gmix_i_packed_len(d) * sizeof(long double);
}

/* Does the part of its variance that a feature does not share with those before it, 1 - R^2,
 * fall below `least` for any? */
static bool shares_more(size_t d, const double *a, const double *l, double least) {
    for (size_t i = 0; i < d; i++) {
        const size_t at = gmix_i_packed_len(i) + i;
        if (l[at] * l[at] < least * a[at]) {
            return true;
        }
    }
    return false;
}

bool gmix_i_precision_factor(size_t d, const double *a, double *inv, void *work) {
    const double ill_conditioned =
        1e-4; /* condition >= 1e4: double would miss 1e-9 soon */
    double *const l = work;
    if (!factor(d, a, l) || shares_more(d, a, l, ill_conditioned)) {
        return factor_exactly(d, a, inv, work);
    }
    invert(d, l, inv);
    return true;
}
