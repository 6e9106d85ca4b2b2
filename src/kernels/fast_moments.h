/*
 * Weighted moments of one component, z = x - c:
 *
 *   n_k = sum r,   s = sum r z,   S = sum r z z^T.
 *
 * Rows are lanes, so an entry of S is a vector accumulator whose lanes are summed once,
 * at the end of the tile. S is cut into blocks of I x J entries: per step of LANES rows,
 * I loads of r z_i and J of z_j feed I J fused multiply-adds. The blocks on the diagonal
 * are triangles, computed exactly; they also form r z_i (kept in work for the rectangles
 * to their left) and s. Up to SMALL_MOMENTS features all entries are held at once.
 *
 * Rows of zero responsibility: where enough of them are, a component takes only its own
 * rows instead (fast_moments_rows.h), the cheaper way by counted operations. The exact path
 * writes x - c to work first.
 *
 * Lanes hold float in single precision: at most n / LANES terms are added before a sum is
 * widened to double.
 *
 * Against matrix products: D = 16 and 64 run at 63 to 70 GFLOP/s of D (D + 3) per row on
 * a core whose OpenBLAS dgemm reaches 70 to 74 on large squares (AVX-512, double), and
 * use the symmetry exactly. That rate is the comparison; dsyrk on these shapes was not
 * timed. Features as lanes were rejected by counting: half of each diagonal block is
 * wasted.
 */
#ifndef GMIX_KERNELS_FAST_MOMENTS_H
#define GMIX_KERNELS_FAST_MOMENTS_H

#include "kernels/fast_moments_rows.h"

#if N_REGISTERS == 32
#define MOMENT_I 4
#define MOMENT_J 6
#define SMALL_MOMENTS 5
#else
#define MOMENT_I 3
#define MOMENT_J 4
#define SMALL_MOMENTS 3
#endif

/* Rows as the blocks see them: feature j at z + j * stride, `rows` a multiple of LANES.
 * Passed by value: through a pointer, every store would make the compiler reload it. */
typedef struct moment_rows {
    const REAL *z, *r;
    size_t stride, rows;
} moment_rows;

/* out[i] += the sum of the lanes of acc[i], for constant m <= 32. */
INLINE void add_sums(int m, const vec *acc, double *out) {
    double sums[32];
    v_sums(m, acc, sums);
    UNROLL
    for (int i = 0; i < m; i++)
        out[i] += sums[i];
}

/* Everything about D <= SMALL_MOMENTS features; U vectors a step keep the units busy. */
INLINE void moments_all(const int D, const int U, size_t n, const REAL *x, const REAL *r,
                        const REAL *c, double *stats) {
    enum { MOST = 1 + SMALL_MOMENTS + SMALL_MOMENTS * (SMALL_MOMENTS + 1) / 2 };
    const int entries = 1 + D + D * (D + 1) / 2;
    vec acc[4][MOST] = {{{0}}};
    for (size_t row = 0; row < n; row += (size_t)U * LANES) {
        UNROLL
        for (int u = 0; u < U; u++) {
            const size_t at = row + (size_t)u * LANES;
            const vec rv = v_load(r + at);
            vec z[SMALL_MOMENTS];
            acc[u][0] += rv;
            UNROLL
            for (int i = 0; i < D; i++) {
                z[i] = v_load(x + (size_t)i * n + at);
                if (c)
                    z[i] -= v_set(c[i]);
                const vec rz = rv * z[i];
                acc[u][1 + i] += rz;
                UNROLL
                for (int j = 0; j <= i; j++) {
                    vec *s = &acc[u][1 + D + i * (i + 1) / 2 + j];
                    *s = v_fma(rz, z[j], *s);
                }
            }
        }
    }
    UNROLL
    for (int u = 1; u < U; u++)
        UNROLL
    for (int i = 0; i < entries; i++)
        acc[0][i] += acc[u][i];
    add_sums(entries, acc[0], stats);
}

#define MOMENTS_SMALL(D, U)                          \
    case D:                                          \
        if (c)                                       \
            moments_all(D, U, n, x, r, c, stats);    \
        else                                         \
            moments_all(D, U, n, x, r, NULL, stats); \
        break;

static void moments_small(size_t n, size_t d, const REAL *x, const REAL *r, const REAL *c,
                          double *stats) {
    switch (d) {
        MOMENTS_SMALL(1, 2)
        MOMENTS_SMALL(2, 2)
        MOMENTS_SMALL(3, 1)
#if SMALL_MOMENTS > 3
        MOMENTS_SMALL(4, 1)
        MOMENTS_SMALL(5, 1)
#endif
    default:
        break;
    }
}

/* Features i0 .. i0 + I - 1 against themselves: writes r z_i to rz, adds s_i and S_ij. */
INLINE void moment_triangle(const int I, const moment_rows in, size_t i0, REAL *rz,
                            double *first, double *second) {
    enum { MOST = MOMENT_I + MOMENT_I * (MOMENT_I + 1) / 2 };
    vec acc[MOST] = {{0}};
    double sums[32];
    for (size_t row = 0; row < in.rows; row += LANES) {
        const vec rv = v_load(in.r + row);
        vec z[MOMENT_I];
        UNROLL
        for (int i = 0; i < I; i++) {
            z[i] = v_load(in.z + (i0 + (size_t)i) * in.stride + row);
            const vec rzi = rv * z[i];
            v_store(rz + (size_t)i * in.stride + row, rzi);
            acc[i] += rzi;
            UNROLL
            for (int j = 0; j <= i; j++) {
                vec *s = &acc[I + i * (i + 1) / 2 + j];
                *s = v_fma(rzi, z[j], *s);
            }
        }
    }
    v_sums(I + I * (I + 1) / 2, acc, sums);
    UNROLL
    for (int i = 0; i < I; i++) {
        const size_t at = i0 + (size_t)i;
        first[at] += sums[i];
        UNROLL
        for (int j = 0; j <= i; j++)
            second[at * (at + 1) / 2 + i0 + (size_t)j] += sums[I + i * (i + 1) / 2 + j];
    }
}

/* Features i0 .. i0 + I - 1 (as rz) against j0 .. j0 + J - 1. */
INLINE void moment_rectangle(const int I, const int J, const moment_rows in, size_t i0,
                             size_t j0, const REAL *rz, double *second) {
    /* A row of sums is padded so that it can be one vector. */
    const int pad = SUM_GROUP == 8 && J > 4 ? 8 : J == 3 ? 4 : J;
    vec acc[MOMENT_I][8] = {{{0}}};
    const REAL *zj = in.z + j0 * in.stride;
    double sums[MOMENT_I * 8];
    for (size_t row = 0; row < in.rows; row += LANES) {
        vec z[MOMENT_J];
        UNROLL
        for (int j = 0; j < J; j++)
            z[j] = v_load(zj + (size_t)j * in.stride + row);
        UNROLL
        for (int i = 0; i < I; i++) {
            const vec rzi = v_load(rz + (size_t)i * in.stride + row);
            UNROLL
            for (int j = 0; j < J; j++)
                acc[i][j] = v_fma(rzi, z[j], acc[i][j]);
        }
    }
    vec rows[MOMENT_I * 8];
    UNROLL
    for (int i = 0; i < I * pad; i++)
        rows[i] = acc[i / pad][i % pad];
    v_sums(I * pad, rows, sums);
    UNROLL
    for (int i = 0; i < I; i++) {
        const size_t at = i0 + (size_t)i;
        double *row = second + at * (at + 1) / 2 + j0;
        UNROLL
        for (int j = 0; j < J; j++)
            row[j] += sums[i * pad + j];
    }
}

/* All that is left of the triangle at i0: j < i0, MOMENT_J at a time and an even rest. */
static void moment_strip(const moment_rows in, size_t i0, const REAL *rz,
                         double *second) {
    for (size_t j = 0; j < i0;) {
        const size_t left = i0 - j;
        const size_t take = left <= MOMENT_J          ? left
                            : left < 2 * MOMENT_J - 2 ? (left + 1) / 2
                                                      : MOMENT_J;
        switch (take) {
        case 1:
            moment_rectangle(MOMENT_I, 1, in, i0, j, rz, second);
            break;
        case 2:
            moment_rectangle(MOMENT_I, 2, in, i0, j, rz, second);
            break;
        case 3:
            moment_rectangle(MOMENT_I, 3, in, i0, j, rz, second);
            break;
        case 4:
            moment_rectangle(MOMENT_I, 4, in, i0, j, rz, second);
            break;
#if MOMENT_J > 4
        case 5:
            moment_rectangle(MOMENT_I, 5, in, i0, j, rz, second);
            break;
        case 6:
            moment_rectangle(MOMENT_I, 6, in, i0, j, rz, second);
            break;
#endif
        default:
            break;
        }
        j += take;
    }
}

static void moments_blocks(const moment_rows in, size_t d, REAL *rz, double *stats) {
    double *first = stats + 1, *second = stats + 1 + d;
    size_t i = d % MOMENT_I;
    switch (i) {
    case 1:
        moment_triangle(1, in, 0, rz, first, second);
        break;
    case 2:
        moment_triangle(2, in, 0, rz, first, second);
        break;
#if MOMENT_I > 3
    case 3:
        moment_triangle(3, in, 0, rz, first, second);
        break;
#endif
    default:
        break;
    }
    for (; i < d; i += MOMENT_I) {
        moment_triangle(MOMENT_I, in, i, rz, first, second);
        moment_strip(in, i, rz, second);
    }
}

static void centre_rows(size_t n, size_t d, const REAL *x, const REAL *c, REAL *z) {
    for (size_t j = 0; j < d; j++)
        for (size_t i = 0; i < n; i += LANES)
            v_store(z + j * n + i, v_load(x + j * n + i) - v_set(c[j]));
}

/* One component from all rows. work: (D + MOMENT_I) n reals. */
static void moments_spread(size_t n, size_t d, const REAL *x, const REAL *r,
                           const REAL *c, double *stats, void *work) {
    REAL *z = work, *rz = z + d * n;
    moment_rows in = {x, r, n, n};
    if (c) {
        centre_rows(n, d, x, c, z);
        in.z = z;
    }
    stats[0] += d_sum(v_widen(sum_rows(n, r)));
    moments_blocks(in, d, rz, stats);
}

/* Costs, in multiply-adds of vectors, of a component from all rows, and from its own: the
 * products of S with what lies above the diagonal, and 5 for each vector of y. Measured, the
 * second is 2.3, 1.5 and 1.17 times the first for as many rows of D = 8, 16 and 64 (AVX2,
 * double; float 2.9, 1.8 and 1.19). */
INLINE size_t spread_cost(size_t n, size_t d) {
    return n * (d * (d + 3) / 2) / LANES;
}

INLINE size_t rows_cost(size_t active, size_t d) {
    size_t blocks = 0;
    for (size_t i = 0; i < d; i += OUTER_I)
        blocks += OUTER_I * ((i + OUTER_I - 1) / LANES + 1);
    return (blocks + 5 * round_lanes(d) / LANES) * active;
}

/* The centre of a component, or NULL where there is none or it is zero. */
INLINE const REAL *centre_of(size_t d, const REAL *centre) {
    for (size_t j = 0; centre && j < d; j++)
        if (centre[j] != 0)
            return centre;
    return NULL;
}

INLINE size_t moments_work(size_t n, size_t d) {
    const size_t spread = (d + MOMENT_I) * n * sizeof(REAL);
    const size_t rows = moments_rows_work(n, d);
    return n * round_lanes(d) * sizeof(REAL) + (spread > rows ? spread : rows);
}

static void fast_moments_dense(size_t n, size_t d, size_t k, const void *x, const void *r,
                               const void *centre, const size_t *active, double *stats,
                               void *work) {
    const size_t len = 1 + d + d * (d + 1) / 2;
    REAL *panels = work;
    void *rest = panels + n * round_lanes(d);
    int transposed = 0;
    for (size_t c = 0; c < k; c++, stats += len) {
        const REAL *rc = (const REAL *)r + c * n;
        const REAL *cc = centre_of(d, centre ? (const REAL *)centre + c * d : NULL);
        if (active[c] == 0)
            continue;
        if (d <= SMALL_MOMENTS) {
            moments_small(n, d, x, rc, cc, stats);
        } else if (rows_cost(active[c], d) >= spread_cost(n, d)) {
            moments_spread(n, d, x, rc, cc, stats, rest);
        } else {
            if (!transposed)
                transpose_panels(n, d, x, panels);
            transposed = 1;
            moments_rows(n, d, panels, rc, cc, stats, rest);
        }
    }
}

#endif
