/*
 * Cholesky factors of packed matrices, and their inverses. See linalg.h.
 *
 * Row-oriented (a row of a packed lower matrix is contiguous):
 *     l_ij = (a_ij - sum_{t<j} l_it l_jt) / l_jj
 *     m_ij = -(sum_{j<=t<i} l_it m_tj) / l_ii,  m_ii = 1 / l_ii       (m = l^-1)
 * Sums run over eight partial sums so that they vectorise in a fixed order. Up to SMALL features
 * they are too short for that: see there. Beyond a few hundred the matrix is larger than what a processor
 * keeps near: a panel of rows goes through the rows above it together, each of which is then read once for
 * all of them. The sums are the same.
 */
#include "linalg/linalg.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "linalg/pairs.h"

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

enum { SMALL = 8, SMALL_LEN = SMALL * (SMALL + 1) / 2 };
enum { ROWS = 4, PANEL = 32, TILE = 64 };

/* return f(D, ...) with D a constant */
#define SMALL_CASE(d, f, ...) \
    case d:                   \
        return f(d, __VA_ARGS__);
#define SMALL_CASES(f, ...)       \
    SMALL_CASE(1, f, __VA_ARGS__) \
    SMALL_CASE(2, f, __VA_ARGS__) \
    SMALL_CASE(3, f, __VA_ARGS__) \
    SMALL_CASE(4, f, __VA_ARGS__) \
    SMALL_CASE(5, f, __VA_ARGS__) \
    SMALL_CASE(6, f, __VA_ARGS__) \
    SMALL_CASE(7, f, __VA_ARGS__) \
    SMALL_CASE(8, f, __VA_ARGS__)

/*
 * Up to SMALL features, unrolled: a - diag(less) = n p n^T, p diagonal, and n with ones on its diagonal, which are
 * not stored:
 *     u_ij = a_ij - sum_{t<j} u_it n_jt,   n_ij = u_ij / p_j,   p_i = a_ii - sum_{j<i} u_ij n_ij
 * The divisions wait for each other, but not for the roots of p. A quarter of the time that the
 * loops below take (D = 4: 26 ns in place of 140 for the precision factor).
 */
INLINE bool factor_small(const size_t d, const double *a, const double *less,
                         double *unit, double *pivot, double *inverse) {
    UNROLL
    for (size_t i = 0; i < d; i++) {
        double u[SMALL];
        double *const row = unit + gmix_i_packed_len(i);
        pivot[i] = a[gmix_i_packed_len(i) + i] - (less ? less[i] : 0.0);
        UNROLL
        for (size_t j = 0; j < i; j++) {
            u[j] = a[gmix_i_packed_len(i) + j];
            UNROLL
            for (size_t t = 0; t < j; t++) {
                u[j] -= u[t] * unit[gmix_i_packed_len(j) + t];
            }
            row[j] = u[j] * inverse[j];
            pivot[i] -= u[j] * row[j];
        }
        if (!(pivot[i] >= DBL_MIN && pivot[i] <= DBL_MAX)) {
            return false;
        }
        inverse[i] = 1.0 / pivot[i];
    }
    return true;
}

INLINE bool exceeds_small(const size_t d, const double *a, const double *least) {
    double unit[SMALL_LEN], pivot[SMALL], inverse[SMALL];
    return factor_small(d, a, least, unit, pivot, inverse);
}

/* l = n p^1/2 */
INLINE bool cholesky_small(const size_t d, const double *a, double *l) {
    double unit[SMALL_LEN], pivot[SMALL], inverse[SMALL];
    if (!factor_small(d, a, NULL, unit, pivot, inverse)) {
        return false;
    }
    UNROLL
    for (size_t j = 0; j < d; j++) {
        const double root = sqrt(pivot[j]);
        l[gmix_i_packed_len(j) + j] = root;
        UNROLL
        for (size_t i = j + 1; i < d; i++) {
            l[gmix_i_packed_len(i) + j] = unit[gmix_i_packed_len(i) + j] * root;
        }
    }
    return true;
}

/* inv = p^-1/2 n^-1, unless `least` is more than the own share of a feature. */
INLINE bool invert_small(const size_t d, const double *a, double least, double *inv) {
    double unit[SMALL_LEN], pivot[SMALL], inverse[SMALL];
    if (!factor_small(d, a, NULL, unit, pivot, inverse)) {
        return false;
    }
    double unit_inv[SMALL_LEN];
    bool sound = true;
    UNROLL
    for (size_t i = 0; i < d; i++) {
        const double root = sqrt(inverse[i]);
        sound = sound && pivot[i] >= least * a[gmix_i_packed_len(i) + i];
        UNROLL
        for (size_t j = 0; j < i; j++) {
            double sum = unit[gmix_i_packed_len(i) + j];
            UNROLL
            for (size_t t = j + 1; t < i; t++) {
                sum +=
                    unit[gmix_i_packed_len(i) + t] * unit_inv[gmix_i_packed_len(t) + j];
            }
            unit_inv[gmix_i_packed_len(i) + j] = -sum;
            inv[gmix_i_packed_len(i) + j] = -sum * root;
        }
        inv[gmix_i_packed_len(i) + i] = root;
    }
    return sound;
}

/* x . y in eight interleaved partial sums. */
INLINE double dot(size_t n, const double *x, const double *y) {
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

/* Those of ROWS rows x with y, whose sums the processor adds up side by side. */
INLINE void dots(size_t n, double *const *x, const double *y, double *out) {
    double s[ROWS][8] = {{0}}, rest[ROWS] = {0};
    size_t t = 0;
    for (; t + 8 <= n; t += 8) {
        UNROLL
        for (size_t r = 0; r < ROWS; r++) {
            UNROLL
            for (size_t u = 0; u < 8; u++) {
                s[r][u] += x[r][t + u] * y[t + u];
            }
        }
    }
    for (; t < n; t++) {
        UNROLL
        for (size_t r = 0; r < ROWS; r++) {
            rest[r] += x[r][t] * y[t];
        }
    }
    UNROLL
    for (size_t r = 0; r < ROWS; r++) {
        out[r] = ((s[r][0] + s[r][4]) + (s[r][1] + s[r][5])) +
                 ((s[r][2] + s[r][6]) + (s[r][3] + s[r][7])) + rest[r];
    }
}

/* Entries j of the ROWS rows of l from row n on, from - to, of which the earlier ones are there. They do not wait for
 * each other. */
INLINE void factor_rows(size_t n, size_t from, size_t to, const double *a, double *l) {
    double *rows[ROWS], sum[ROWS];
    for (size_t r = 0; r < ROWS; r++) {
        rows[r] = l + gmix_i_packed_len(n + r);
    }
    for (size_t j = from; j < to; j++) {
        const double *const lj = l + gmix_i_packed_len(j);
        dots(j, rows, lj, sum);
        UNROLL
        for (size_t r = 0; r < ROWS; r++) {
            rows[r][j] = (a[gmix_i_packed_len(n + r) + j] - sum[r]) / lj[j];
        }
    }
}

/* The rest of row i, from entry j on. */
INLINE bool finish_row(size_t i, size_t j, const double *a, double *l) {
    const double *const ai = a + gmix_i_packed_len(i);
    double *const li = l + gmix_i_packed_len(i);
    for (; j < i; j++) {
        const double *const lj = l + gmix_i_packed_len(j);
        li[j] = (ai[j] - dot(j, li, lj)) / lj[j];
    }
    const double pivot = ai[i] - dot(i, li, li);
    if (!(pivot > 0.0) || !isfinite(pivot)) {
        return false;
    }
    li[i] = sqrt(pivot);
    return true;
}

/* Rows first .. last - 1: by the handful, and what is left over one by one. */
MULTIVERSION static bool factor_panel(size_t first, size_t last, const double *a,
                                      double *l) {
    const size_t whole = first + (last - first) / ROWS * ROWS;
    for (size_t j = 0; last - first > ROWS && j < first; j++) {
        for (size_t n = first; n < whole; n += ROWS) {
            factor_rows(n, j, j + 1, a, l);
        }
    }
    bool positive = true;
    for (size_t n = first; n < whole && positive; n += ROWS) {
        factor_rows(n, last - first > ROWS ? first : 0, n, a, l);
        for (size_t r = 0; r < ROWS && positive; r++) {
            positive = finish_row(n + r, n, a, l);
        }
    }
    for (size_t i = whole; i < last && positive; i++) {
        positive = finish_row(i, 0, a, l);
    }
    return positive;
}

static bool cholesky_wide(gmix_ctx *ctx, size_t d, const double *a, double *l) {
    bool positive = true;
    for (size_t first = 0; first < d && positive; first += PANEL) {
        const size_t last = first + PANEL < d ? first + PANEL : d;
        positive = !gmix_i_wide_is_cut(ctx, d) && factor_panel(first, last, a, l);
    }
    return positive;
}

bool gmix_i_cholesky(gmix_ctx *ctx, size_t d, const double *a, double *l) {
    switch (d) {
        SMALL_CASES(cholesky_small, a, l)
    default:
        return cholesky_wide(ctx, d, a, l);
    }
}

static bool exceeds_wide(gmix_ctx *ctx, size_t d, const double *a, const double *least,
                         double *work) {
    memcpy(work, a, gmix_i_packed_len(d) * sizeof *work);
    for (size_t i = 0; i < d; i++) {
        work[gmix_i_packed_len(i) + i] -= least[i];
    }
    return cholesky_wide(ctx, d, work, work);
}

bool gmix_i_exceeds_diagonal(gmix_ctx *ctx, size_t d, const double *a,
                             const double *least, double *work) {
    switch (d) {
        SMALL_CASES(exceeds_small, a, least)
    default:
        return exceeds_wide(ctx, d, a, least, work);
    }
}

/* y += f x, n <= TILE */
INLINE void add(size_t n, double f, const double *x, double *y) {
    if (n == TILE) { /* a number that the compiler knows */
        for (size_t j = 0; j < TILE; j++) {
            y[j] += f * x[j];
        }
        return;
    }
    for (size_t j = 0; j < n; j++) {
        y[j] += f * x[j];
    }
}

/* Rows first .. last - 1 of m = l^-1, combinations of the rows above them: of those before the panel, a tile of their
 * columns after another; then of each other. */
MULTIVERSION static void invert_panel(size_t first, size_t last, const double *l,
                                      double *m) {
    memset(m + gmix_i_packed_len(first), 0,
           (gmix_i_packed_len(last) - gmix_i_packed_len(first)) * sizeof *m);
    for (size_t c = 0; c < first; c += TILE) {
        for (size_t t = c; t < first; t++) {
            const double *const mt = m + gmix_i_packed_len(t) + c;
            const size_t n = t + 1 - c < TILE ? t + 1 - c : TILE;
            for (size_t i = first; i < last; i++) {
                const size_t at = gmix_i_packed_len(i);
                add(n, l[at + t], mt, m + at + c);
            }
        }
    }
    for (size_t i = first; i < last; i++) {
        const double *const li = l + gmix_i_packed_len(i);
        double *const mi = m + gmix_i_packed_len(i);
        for (size_t t = first; t < i; t++) {
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

/* False if it was cut short. */
static bool invert(gmix_ctx *ctx, size_t d, const double *l, double *m) {
    enum { LINES = 16 };
    bool whole = true;
    for (size_t first = 0; first < d && whole; first += LINES) {
        invert_panel(first, first + LINES < d ? first + LINES : d, l, m);
        whole = !gmix_i_wide_is_cut(ctx, d);
    }
    return whole;
}

/* inv = l^-1, unless `least` is more than the own share of a feature. */
static bool invert_wide(gmix_ctx *ctx, size_t d, const double *a, double least,
                        double *inv, double *l) {
    if (!cholesky_wide(ctx, d, a, l)) {
        return false;
    }
    for (size_t i = 0; i < d; i++) {
        const size_t at = gmix_i_packed_len(i) + i;
        if (!(l[at] * l[at] >= least * a[at])) {
            return false;
        }
    }
    return invert(ctx, d, l, inv);
}

/* The precision factor in double; false if the part of its variance that a feature does not share
 * with those before it, 1 - R^2, is less than `least` for any, or nothing. */
static bool invert_factor(gmix_ctx *ctx, size_t d, const double *a, double least,
                          double *inv, double *work) {
    switch (d) {
        SMALL_CASES(invert_small, a, least, inv)
    default:
        return invert_wide(ctx, d, a, least, inv, work);
    }
}

/* Factor and inverse in long double, for what double cannot hold; rounds at the end. Where D is
 * large that takes a second a thousand features: see pairs.h. */
static bool factor_exactly(gmix_ctx *ctx, size_t d, const double *a, double *inv,
                           long double *work) {
    long double *const l = work, *const m = work + gmix_i_packed_len(d);
    for (size_t i = 0; i < d; i++) {
        long double *const li = l + gmix_i_packed_len(i), *const mi =
                                                              m + gmix_i_packed_len(i);
        if (i % PANEL == 0 && gmix_i_wide_is_cut(ctx, d)) {
            return false;
        }
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
    const size_t real = sizeof(long double) > 2 * sizeof(double) ? sizeof(long double)
                                                                 : 2 * sizeof(double);
    return 2 * gmix_i_packed_len(d) * real;
}

bool gmix_i_precision_factor(gmix_ctx *ctx, size_t d, const double *a, double *inv,
                             void *work) {
    if (invert_factor(ctx, d, a, GMIX_I_LEAST_SHARE, inv, work)) {
        return true;
    }
    return gmix_i_pairs_serve(d, a) ? gmix_i_factor_in_pairs(ctx, d, a, inv, work)
                                    : factor_exactly(ctx, d, a, inv, work);
}
