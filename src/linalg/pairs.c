/*
 * Cholesky factor and its inverse in pairs of doubles, x = high + low (Dekker 1971,
 * doi:10.1007/BF01397083):
 *
 *     x y = p + e,          p = x_high y_high,
 *                           e = fma(x_high, y_high, -p) + x_high y_low + x_low y_high
 *     sum + x y = s + c,    s = sum + p without its rounding error, which goes to c with e
 *
 * so that sums of products are as if in twice the precision (Ogita, Rump & Oishi 2005,
 * doi:10.1137/030601818, Dot2). It vectorises, which long double does not: a tenth of its time for
 * a thousand features. The order of operations is that of cholesky.c.
 */
#include "linalg/pairs.h"

#include <math.h>
#include <string.h>

#include "base/clones.h"
#include "linalg/linalg.h"

/* Without the instruction, fma() is a slow function. */
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__)
#define WITH_FMA __attribute__((target_clones("avx512f", "fma", "default")))
#define HAS_FMA __builtin_cpu_supports("fma")
#elif defined(__FP_FAST_FMA)
#define WITH_FMA
#define HAS_FMA true
#else
#define WITH_FMA
#define HAS_FMA false
#endif

enum { LEAST = 32, LANES = 8, PANEL = 16, TILE = 128 };

typedef struct pair {
    double high, low;
} pair;

/* A packed matrix. */
typedef struct pairs {
    double *high, *low;
} pairs;

GMIX_I_PART pair settled(double high, double low) {
    const double sum = high + low;
    return (pair){sum, low - (sum - high)};
}

/* (s, c) += x y */
GMIX_I_PART void add_product(double *s, double *c, double x_high, double x_low,
                             double y_high, double y_low) {
    const double p = x_high * y_high;
    double e = fma(x_high, y_high, -p);
    e = fma(x_high, y_low, e);
    e = fma(x_low, y_high, e);
    const double sum = *s + p, part = sum - *s;
    const double lost = (*s - (sum - part)) + (p - part);
    *s = sum;
    *c += lost + e;
}

GMIX_I_PART pair quotient(pair x, pair y) {
    const double q = x.high / y.high;
    const double left = fma(-q, y.high, x.high) + (x.low - q * y.low);
    return settled(q, left / y.high);
}

/* a - x . y */
WITH_FMA static pair subtract_dot(double a, size_t n, const double *restrict x_high,
                                  const double *restrict x_low,
                                  const double *restrict y_high,
                                  const double *restrict y_low) {
    double s[LANES] = {0}, c[LANES] = {0};
    size_t t = 0;
    for (; t + LANES <= n; t += LANES) {
        for (size_t u = 0; u < LANES; u++) {
            add_product(&s[u], &c[u], x_high[t + u], x_low[t + u], y_high[t + u],
                        y_low[t + u]);
        }
    }
    for (; t < n; t++) {
        add_product(&s[0], &c[0], x_high[t], x_low[t], y_high[t], y_low[t]);
    }
    double sum = a, rest = 0.0;
    for (size_t u = 0; u < LANES; u++) {
        add_product(&sum, &rest, -1.0, 0.0, s[u], 0.0);
        rest -= c[u];
    }
    return settled(sum, rest);
}

/* y += f x */
WITH_FMA static void add_multiple(size_t n, pair f, const double *restrict x_high,
                                  const double *restrict x_low, double *restrict y_high,
                                  double *restrict y_low) {
    for (size_t j = 0; j < n; j++) {
        add_product(&y_high[j], &y_low[j], f.high, f.low, x_high[j], x_low[j]);
    }
}

/* x *= f */
WITH_FMA static void scale(size_t n, pair f, double *restrict high,
                           double *restrict low) {
    for (size_t j = 0; j < n; j++) {
        const double p = high[j] * f.high;
        const double e = fma(high[j], f.high, -p) + (high[j] * f.low + low[j] * f.high);
        high[j] = p + e;
        low[j] = e - (high[j] - p);
    }
}

/* Entries j = from .. to - 1 of row i of l. */
static void factor_row(size_t i, size_t from, size_t to, const double *a,
                       const pairs *l) {
    const size_t at = gmix_i_packed_len(i);
    double *const high = l->high + at, *const low = l->low + at;
    for (size_t j = from; j < to; j++) {
        const size_t row = gmix_i_packed_len(j);
        const pair left =
            subtract_dot(a[at + j], j, high, low, l->high + row, l->low + row);
        const pair q = quotient(left, (pair){l->high[row + j], l->low[row + j]});
        high[j] = q.high;
        low[j] = q.low;
    }
}

static bool finish_row(size_t i, const double *a, const pairs *l) {
    const size_t at = gmix_i_packed_len(i);
    double *const high = l->high + at, *const low = l->low + at;
    const pair pivot = subtract_dot(a[at + i], i, high, low, high, low);
    if (!(pivot.high > 0.0) || !isfinite(pivot.high)) {
        return false;
    }
    const double root = sqrt(pivot.high);
    const double left = fma(-root, root, pivot.high) + pivot.low;
    const pair diagonal = settled(root, 0.5 * left / root);
    high[i] = diagonal.high;
    low[i] = diagonal.low;
    return true;
}

/* Rows in panels, so that each row above them is read once for all. */
static bool factor(gmix_ctx *ctx, size_t d, const double *a, const pairs *l) {
    for (size_t first = 0; first < d; first += PANEL) {
        const size_t last = first + PANEL < d ? first + PANEL : d;
        if (gmix_i_wide_is_cut(ctx, d)) {
            return false;
        }
        for (size_t j = 0; j < first; j++) {
            for (size_t i = first; i < last; i++) {
                factor_row(i, j, j + 1, a, l);
            }
        }
        for (size_t i = first; i < last; i++) {
            factor_row(i, first, i, a, l);
            if (!finish_row(i, a, l)) {
                return false;
            }
        }
    }
    return true;
}

/* Row i of m += those of rows t = from .. to - 1 by l_it, columns c .. c + TILE - 1. */
static void combine(size_t i, size_t from, size_t to, size_t c, const pairs *l,
                    const pairs *m) {
    const size_t at = gmix_i_packed_len(i);
    for (size_t t = from; t < to; t++) {
        const size_t row = gmix_i_packed_len(t) + c;
        const size_t n = t + 1 - c < TILE ? t + 1 - c : TILE;
        add_multiple(n, (pair){l->high[at + t], l->low[at + t]}, m->high + row,
                     m->low + row, m->high + at + c, m->low + at + c);
    }
}

/* Divides row i of m by that of l, and turns its sign. */
static void end_row(size_t i, const pairs *l, const pairs *m) {
    const size_t at = gmix_i_packed_len(i);
    const pair diagonal = {l->high[at + i], l->low[at + i]};
    const pair inverse = quotient((pair){1.0, 0.0}, diagonal);
    scale(i, (pair){-inverse.high, -inverse.low}, m->high + at, m->low + at);
    m->high[at + i] = inverse.high;
    m->low[at + i] = inverse.low;
}

/* m = l^-1, in panels as well; false if it was cut short. */
static bool invert(gmix_ctx *ctx, size_t d, const pairs *l, const pairs *m) {
    memset(m->high, 0, gmix_i_packed_len(d) * sizeof *m->high);
    memset(m->low, 0, gmix_i_packed_len(d) * sizeof *m->low);
    for (size_t first = 0; first < d; first += PANEL) {
        const size_t last = first + PANEL < d ? first + PANEL : d;
        if (gmix_i_wide_is_cut(ctx, d)) {
            return false;
        }
        for (size_t c = 0; c < first; c += TILE) {
            for (size_t t = c; t < first; t++) {
                for (size_t i = first; i < last; i++) {
                    combine(i, t, t + 1, c, l, m);
                }
            }
        }
        for (size_t i = first; i < last; i++) {
            for (size_t c = 0; c < i; c += TILE) {
                combine(i, c < first ? first : c, i, c, l, m);
            }
            end_row(i, l, m);
        }
    }
    return true;
}

bool gmix_i_pairs_serve(size_t d, const double *a) {
    bool moderate = d >= LEAST && HAS_FMA;
    for (size_t i = 0; moderate && i < d; i++) {
        const double v = a[gmix_i_packed_len(i) + i]; /* so that no error underflows */
        moderate = v > 1e-100 && v < 1e100;
    }
    return moderate;
}

bool gmix_i_factor_in_pairs(gmix_ctx *ctx, size_t d, const double *a, double *inv,
                            double *work) {
    const size_t len = gmix_i_packed_len(d);
    const pairs l = {.high = work, .low = work + len};
    const pairs m = {.high = work + 2 * len, .low = work + 3 * len};
    if (!factor(ctx, d, a, &l) || !invert(ctx, d, &l, &m)) {
        return false;
    }
    memcpy(inv, m.high, len * sizeof *inv);
    return true;
}
