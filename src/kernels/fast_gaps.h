/*
 * Incomplete rows: components are lanes, so rows need not share a pattern of missing cells
 * to be worked on at full width. A row's moments then cost about as much as those of a
 * complete row in the kernels over rows, loads and stores of the sums included.
 *
 * Rejected: rows as lanes, which wants many rows of one pattern at a time.
 *
 * The LANES components are worked off in vectors of SQUARE doubles, as many as hold the
 * first k.
 */
#ifndef GMIX_KERNELS_FAST_GAPS_H
#define GMIX_KERNELS_FAST_GAPS_H

#include "kernels/fast_simd.h"

#define ENTRY ((size_t)GMIX_I_LANES)
#define GAP_WIDTH ((size_t)WIDTH / sizeof(double))

#ifdef GMIX_SINGLE
INLINE dvec gap_fma(dvec a, dvec b, dvec c) {
    return a * b + c;
}
#else
#define gap_fma v_fma
#endif

INLINE void gap_store(double *p, dvec a) {
    memcpy(p, &a, sizeof a);
}

INLINE void gap_add(double *p, dvec a, dvec b) {
    gap_store(p, gap_fma(a, b, d_load(p)));
}

INLINE dvec gap_spread(double a) {
    return a - (dvec){0};
}

/* Row i of a packed triangle. */
INLINE double *gap_row(double *packed, size_t i) {
    return packed + i * (i + 1) / 2 * ENTRY;
}

/* sum_t a_t b_t, two lists of entries. */
INLINE dvec gap_dot(size_t m, const double *a, const double *z) {
    dvec sum = {0}, other = {0};
    size_t j = 0;
    for (; j + 2 <= m; j += 2) {
        sum = gap_fma(d_load(a + j * ENTRY), d_load(z + j * ENTRY), sum);
        other = gap_fma(d_load(a + (j + 1) * ENTRY), d_load(z + (j + 1) * ENTRY), other);
    }
    if (j < m)
        sum = gap_fma(d_load(a + j * ENTRY), d_load(z + j * ENTRY), sum);
    return sum + other;
}

/* out_j += f row_j, j < m. */
INLINE void gap_add_row(size_t m, dvec f, const double *row, double *out) {
    for (size_t j = 0; j < m; j++)
        gap_add(out + j * ENTRY, f, d_load(row + j * ENTRY));
}

/* S = L L^T in place, but for 1 / L_ii on the diagonal; the least L_ii^2 / S_ii. */
INLINE dvec gap_factor(size_t d, double *s) {
    dvec share = gap_spread(1);
    for (size_t i = 0; i < d; i++) {
        double *const si = gap_row(s, i);
        for (size_t j = 0; j < i; j++) {
            const double *const sj = gap_row(s, j);
            const dvec rest = d_load(si + j * ENTRY) - gap_dot(j, si, sj);
            gap_store(si + j * ENTRY, rest * d_load(sj + j * ENTRY));
        }
        const dvec own = d_load(si + i * ENTRY), pivot = own - gap_dot(i, si, si);
        dvec inverse;
        for (size_t lane = 0; lane < GAP_WIDTH; lane++) {
            const double part = pivot[lane] / own[lane];
            share[lane] = part < share[lane] || part != part ? part : share[lane];
            inverse[lane] = 1 / __builtin_sqrt(pivot[lane]);
        }
        gap_store(si + i * ENTRY, inverse);
    }
    return share;
}

/* A = L_oo^-1: row i is a combination of the rows above it. */
INLINE void gap_invert(size_t o, double *l, double *a) {
    for (size_t i = 0; i < o; i++) {
        double *const ai = gap_row(a, i);
        const double *const li = gap_row(l, i);
        const dvec inverse = d_load(li + i * ENTRY);
        for (size_t j = 0; j < i; j++)
            gap_store(ai + j * ENTRY, (dvec){0});
        for (size_t t = 0; t < i; t++)
            gap_add_row(t + 1, d_load(li + t * ENTRY), gap_row(a, t), ai);
        for (size_t j = 0; j < i; j++)
            gap_store(ai + j * ENTRY, -(d_load(ai + j * ENTRY) * inverse));
        gap_store(ai + i * ENTRY, inverse);
    }
}

/* With S = L L^T: A = L_oo^-1, B = L_mo A, C = L_mm L_mm^T. */
static void fast_gap_terms_dense(size_t d, size_t o, size_t k, double *cov, double *terms,
                                 double *share) {
    for (size_t v = 0; v < k; v += GAP_WIDTH) {
        double *const l = cov + v, *const a = terms + v + (1 + d) * ENTRY;
        double *const b = gap_row(a, o), *const c = b + (d - o) * o * ENTRY;
        gap_store(share + v, gap_factor(d, l));
        gap_invert(o, l, a);
        for (size_t i = o; i < d; i++) { /* 1 / L_ii becomes L_ii again */
            double *const own = gap_row(l, i) + i * ENTRY;
            gap_store(own, gap_spread(1) / d_load(own));
        }
        for (size_t i = o; i < d; i++) {
            double *const bi = b + (i - o) * o * ENTRY;
            const double *const li = gap_row(l, i);
            for (size_t j = 0; j < o; j++)
                gap_store(bi + j * ENTRY, (dvec){0});
            for (size_t t = 0; t < o; t++)
                gap_add_row(t + 1, d_load(li + t * ENTRY), gap_row(a, t), bi);
            for (size_t j = o; j <= i; j++)
                gap_store(gap_row(c, i - o) + (j - o) * ENTRY,
                          gap_dot(j - o + 1, li + o * ENTRY, gap_row(l, j) + o * ENTRY));
        }
    }
}

/* z = x - mean. */
INLINE void gap_from_mean(size_t o, const double *x, const double *terms, double *z) {
    for (size_t j = 0; j < o; j++)
        gap_store(z + j * ENTRY, gap_spread(x[j]) - d_load(terms + (1 + j) * ENTRY));
}

static void fast_gap_density_dense(size_t d, size_t o, size_t k, const double *x,
                                   const double *terms, double *out, double *work) {
    for (size_t v = 0; v < k; v += GAP_WIDTH) {
        const double *a = terms + v + (1 + d) * ENTRY;
        dvec q = {0};
        gap_from_mean(o, x, terms + v, work);
        for (size_t i = 0; i < o; i++) {
            const dvec y = gap_dot(i + 1, a, work);
            q = gap_fma(y, y, q);
            a += (i + 1) * ENTRY;
        }
        gap_store(out + v, d_load(terms + v) - gap_spread(0.5) * q);
    }
}

static void fast_gap_density_diag(size_t d, size_t o, size_t k, const double *x,
                                  const double *terms, double *out) {
    for (size_t v = 0; v < k; v += GAP_WIDTH) {
        const double *const mean = terms + v + ENTRY, *const scale = mean + d * ENTRY;
        dvec q = {0};
        for (size_t j = 0; j < o; j++) {
            const dvec y =
                d_load(scale + j * ENTRY) * (gap_spread(x[j]) - d_load(mean + j * ENTRY));
            q = gap_fma(y, y, q);
        }
        gap_store(out + v, d_load(terms + v) - gap_spread(0.5) * q);
    }
}

/* The completed row less the centre, features in their own order: z, D entries. from_mean:
 * D entries of scratch. */
INLINE void gap_complete(size_t d, size_t o, const double *x, const size_t *order,
                         const double *terms, double *z, double *from_mean) {
    const double *const a = terms + (1 + d) * ENTRY, *b = a + o * (o + 1) / 2 * ENTRY;
    const double *const shift = a + d * (d + 1) / 2 * ENTRY;
    gap_from_mean(o, x, terms, from_mean);
    for (size_t i = o; i < d; i++) {
        gap_store(from_mean + i * ENTRY, gap_dot(o, b, from_mean));
        b += o * ENTRY;
    }
    for (size_t i = 0; i < d; i++)
        gap_store(z + order[i] * ENTRY,
                  d_load(from_mean + i * ENTRY) + d_load(shift + i * ENTRY));
}

/* S += r C over the missing features. */
INLINE void gap_add_covariance(size_t m, const size_t *order, dvec r, const double *c,
                               double *second) {
    for (size_t a = 0; a < m; a++) {
        double *const row = second + order[a] * (order[a] + 1) / 2 * ENTRY;
        for (size_t b = 0; b <= a; b++, c += ENTRY)
            gap_add(row + order[b] * ENTRY, r, d_load(c));
    }
}

static void fast_gap_moments_dense(size_t d, size_t o, size_t k, const double *x,
                                   const size_t *order, const double *r,
                                   const double *terms, double *stats, double *work) {
    for (size_t v = 0; v < k; v += GAP_WIDTH) {
        const dvec weight = d_load(r + v);
        double *const first = stats + v + ENTRY, *s = first + d * ENTRY;
        gap_complete(d, o, x, order, terms + v, work, work + d * ENTRY);
        gap_store(stats + v, d_load(stats + v) + weight);
        for (size_t i = 0; i < d; i++) {
            const dvec rz = weight * d_load(work + i * ENTRY);
            gap_store(first + i * ENTRY, d_load(first + i * ENTRY) + rz);
            for (size_t j = 0; j <= i; j++, s += ENTRY)
                gap_add(s, rz, d_load(work + j * ENTRY));
        }
        gap_add_covariance(d - o, order + o, weight,
                           terms + v + (1 + d + o * (o + 1) / 2 + (d - o) * o) * ENTRY,
                           first + d * ENTRY);
    }
}

static void fast_gap_moments_diag(size_t d, size_t o, size_t k, const double *x,
                                  const size_t *order, const double *r,
                                  const double *terms, double *stats) {
    for (size_t v = 0; v < k; v += GAP_WIDTH) {
        const dvec weight = d_load(r + v);
        const double *const mean = terms + v + ENTRY, *const own = mean + d * ENTRY,
                            *const shift = own + d * ENTRY;
        double *const first = stats + v + ENTRY, *const second = first + d * ENTRY;
        gap_store(stats + v, d_load(stats + v) + weight);
        for (size_t a = 0; a < d; a++) {
            const int seen = a < o;
            const dvec from_mean =
                seen ? gap_spread(x[a]) - d_load(mean + a * ENTRY) : (dvec){0};
            const dvec z = from_mean + d_load(shift + a * ENTRY);
            const dvec c = seen ? (dvec){0} : d_load(own + a * ENTRY);
            double *const at = first + order[a] * ENTRY;
            gap_store(at, d_load(at) + weight * z);
            gap_add(second + order[a] * ENTRY, weight, gap_fma(z, z, c));
        }
    }
}

#endif
