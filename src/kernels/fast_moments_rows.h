/*
 * Weighted moments of one component from its own rows alone, z = x - c:
 *
 *   n_k = sum r,   s = sum q y,   S = sum y y^T,   q = sqrt(r), y = q z,
 *
 * over the rows with r != 0, which cost one step of every block of S: I numbers of y,
 * spread over the lanes, times J vectors of y. Features are lanes, so there are none to
 * sum, and a row of zero responsibility costs nothing. The price is the blocks on the
 * diagonal, where up to LANES - 1 lanes of a vector lie above it.
 *
 * The tile is transposed once for all components, into panels of LANES features, and the y
 * of at most LIST_ROWS rows are written to panels of their own: blocks read memory in
 * order, and in single precision no more terms are added before a sum is widened to double.
 *
 * Rejected: whole rows in place of panels (128 or 512 bytes apart, they fall into the same
 * few sets of the first cache; 1.7 times the time); r z and z in place of y (twice the
 * memory, or an index for every load); gathering rows into a tile for blocks whose lanes
 * are rows, which pays only where two thirds of the rows are zero (D = 16).
 */
#ifndef GMIX_KERNELS_FAST_MOMENTS_ROWS_H
#define GMIX_KERNELS_FAST_MOMENTS_ROWS_H

#include "kernels/fast_simd.h"

#define OUTER_I 4 /* features spread over the lanes at once */
#if N_REGISTERS == 32
#define OUTER_J 5 /* vectors of features at once */
#else
#define OUTER_J 3
#endif
#ifdef GMIX_SINGLE
#define LIST_ROWS 96
#define REAL_SQRT __builtin_sqrtf
#else
#define LIST_ROWS 144
#define REAL_SQRT __builtin_sqrt
#endif
#define WEIGH 4 /* panels at once */

typedef int32_t four_rows __attribute__((vector_size(16)));

INLINE size_t round_lanes(size_t d) {
    return (d + LANES - 1) / LANES * LANES;
}

/* Lists the rows of non-zero responsibility; list has room for n + 4. */
INLINE size_t list_rows(size_t n, const REAL *r, int32_t *list) {
    static const int32_t set[16][4] = {
        {0}, {0},    {1},    {0, 1},    {2},    {0, 2},    {1, 2},    {0, 1, 2},
        {3}, {0, 3}, {1, 3}, {0, 1, 3}, {2, 3}, {0, 2, 3}, {1, 2, 3}, {0, 1, 2, 3}};
    size_t m = 0;
    for (size_t row = 0; row < n; row += LANES) {
        const unsigned bits = m_bits(m_ne(v_load(r + row), v_set(0)));
        UNROLL
        for (size_t lane = 0; lane < LANES; lane += 4) {
            const unsigned some = bits >> lane & 15;
            four_rows rows;
            memcpy(&rows, set[some], sizeof rows);
            rows += (int32_t)(row + lane);
            memcpy(list + m, &rows, sizeof rows);
            m += (size_t)__builtin_popcount(some);
        }
    }
    return m;
}

INLINE vec sum_rows(size_t n, const REAL *r) {
    vec even = {0}, odd = {0};
    for (size_t i = 0; i < n; i += 2 * LANES) {
        even += v_load(r + i);
        odd += v_load(r + i + LANES);
    }
    return even + odd;
}

/* panels[(v * n + i) * LANES + p] = x[(v * LANES + p) * n + i]; features from d on are zero.
 */
static void transpose_panels(size_t n, size_t d, const REAL *x, REAL *panels) {
    for (size_t j = 0; j < d; j += LANES) {
        const size_t here = d - j < LANES ? d - j : LANES;
        if (here < LANES)
            memset(panels + j * n, 0, n * LANES * sizeof(REAL));
        for (size_t i = 0; i < n; i++)
            for (size_t p = 0; p < here; p++)
                panels[j * n + i * LANES + p] = x[(j + p) * n + i];
    }
}

/* m rows of y; panel v of row i is at y + (v * LIST_ROWS + i) * LANES. */
typedef struct outer_rows {
    const REAL *y;
    size_t m;
} outer_rows;

/* to[j] += a[j], j < m <= LANES. */
INLINE void add_first(size_t m, const vec *a, double *to) {
    const REAL *lane = (const REAL *)a;
    for (size_t j = 0; j < m; j++)
        to[j] += (double)lane[j];
}

/* to[j] += a[j], j < LANES. */
INLINE void add_vec(const vec *a, double *to) {
    UNROLL
    for (int p = 0; p < PARTS; p++) {
        const dvec sum = d_load(to) + v_part(*a, p);
        memcpy(to, &sum, sizeof sum);
        to += LANES / PARTS;
    }
}

/* Adds a block of S, features i0 .. i0 + I - 1 by J vectors from j0 on, up to the diagonal. */
INLINE void add_block(const int I, const int J, const vec *block, size_t i0, size_t j0,
                      double *second) {
    UNROLL
    for (int p = 0; p < I; p++) {
        const size_t at = i0 + (size_t)p;
        double *row = second + at * (at + 1) / 2;
        UNROLL
        for (int j = 0; j < J; j++) {
            const size_t first = j0 + (size_t)j * LANES;
            if (first + LANES <= at + 1)
                add_vec(block + p * J + j, row + first);
            else if (first <= at)
                add_first(at + 1 - first, block + p * J + j, row + first);
        }
    }
}

INLINE size_t panel_at(size_t j) {
    return j / LANES * (LIST_ROWS * LANES) + j % LANES;
}

/* Features i0 .. i0 + I - 1 against J vectors of features from j0 on. U rows a step, each
 * with its own accumulators, where few would wait for each other. */
INLINE void outer_block(const int I, const int J, const int U, const outer_rows in,
                        size_t i0, size_t j0, double *second) {
    vec acc[2][OUTER_I][OUTER_J] = {{{{0}}}};
    const REAL *yi = in.y + panel_at(i0), *yj = in.y + panel_at(j0);
    for (size_t i = 0; i < in.m; i += (size_t)U) {
        UNROLL
        for (int u = 0; u < U; u++) {
            vec z[OUTER_J];
            UNROLL
            for (int j = 0; j < J; j++)
                z[j] = v_load(yj + panel_at((size_t)j * LANES));
            UNROLL
            for (int p = 0; p < I; p++) {
                const vec a = v_set(yi[panel_at((size_t)p)]);
                UNROLL
                for (int j = 0; j < J; j++)
                    acc[u][p][j] = v_fma(a, z[j], acc[u][p][j]);
            }
            yi += LANES;
            yj += LANES;
        }
    }
    vec block[OUTER_I * OUTER_J];
    UNROLL
    for (int p = 0; p < I * J; p++)
        block[p] =
            U == 2 ? acc[0][p / J][p % J] + acc[1][p / J][p % J] : acc[0][p / J][p % J];
    /* From memory: gcc would keep the accumulators there if their addresses were taken. */
    __asm__ volatile("" : : "r"(block) : "memory");
    add_block(I, J, block, i0, j0, second);
}

#define OUTER_CASE(J, U)                                \
    case J:                                             \
        outer_block(I, J, U, in, i0, v *LANES, second); \
        break;

/* Features i0 .. i0 + I - 1 against all up to themselves: OUTER_J vectors at a time and an
 * even rest. */
INLINE void outer_strip(const int I, const outer_rows in, size_t i0, double *second) {
    const size_t vecs = (i0 + (size_t)I - 1) / LANES + 1;
    for (size_t v = 0; v < vecs;) {
        const size_t left = vecs - v;
        const size_t take = left <= OUTER_J      ? left
                            : left < 2 * OUTER_J ? (left + 1) / 2
                                                 : OUTER_J;
        switch (take) {
            OUTER_CASE(1, 2)
            OUTER_CASE(2, 1)
            OUTER_CASE(3, 1)
#if OUTER_J > 3
            OUTER_CASE(4, 1)
            OUTER_CASE(5, 1)
#endif
        default:
            break;
        }
        v += take;
    }
}

static void outer_strips(const outer_rows in, size_t d, double *second) {
    size_t i = 0;
    for (; i + OUTER_I <= d; i += OUTER_I)
        outer_strip(OUTER_I, in, i, second);
    switch (d - i) {
    case 1:
        outer_strip(1, in, i, second);
        break;
    case 2:
        outer_strip(2, in, i, second);
        break;
    case 3:
        outer_strip(3, in, i, second);
        break;
    default:
        break;
    }
}

/* One component of a tile in panels: its centre or NULL; its m rows and the roots q of their
 * responsibilities, with one of zero where m is odd. */
typedef struct listed {
    const REAL *panels, *c, *q;
    const int32_t *list;
    size_t n, d, m;
} listed;

/* V panels of y from v on; adds s. Rows take turns with two sums, which would wait for
 * themselves. */
INLINE void weigh_panels(const int V, const int CENTRED, const listed of, size_t v,
                         REAL *y, double *first) {
    vec s[2][WEIGH] = {{{0}}}, c[WEIGH] = {{0}};
    const size_t j0 = v * LANES, whole = (size_t)V * LANES, left = of.d - j0;
    if (CENTRED)
        memcpy(c, of.c + j0, (left < whole ? left : whole) * sizeof(REAL));
    for (size_t i = 0; i < of.m; i += 2) {
        UNROLL
        for (size_t u = 0; u < 2; u++) {
            const REAL *x = of.panels + j0 * of.n + (size_t)of.list[i + u] * LANES;
            const vec q = v_set(of.q[i + u]);
            UNROLL
            for (size_t p = 0; p < (size_t)V; p++) {
                const vec at = v_load(x + p * of.n * LANES);
                const vec a = (CENTRED ? at - c[p] : at) * q;
                s[u][p] = v_fma(q, a, s[u][p]);
                v_store(y + panel_at(j0 + p * LANES) + (i + u) * LANES, a);
            }
        }
    }
    UNROLL
    for (size_t p = 0; p < (size_t)V; p++) {
        const vec sum = s[0][p] + s[1][p];
        const size_t j = j0 + p * LANES;
        add_first(of.d - j < LANES ? of.d - j : LANES, &sum, first + j);
    }
}

INLINE void weigh_rows(const int CENTRED, const listed of, REAL *y, double *first) {
    const size_t panels = round_lanes(of.d) / LANES;
    size_t v = 0;
    for (; v + WEIGH <= panels; v += WEIGH)
        weigh_panels(WEIGH, CENTRED, of, v, y, first);
    for (; v < panels; v++)
        weigh_panels(1, CENTRED, of, v, y, first);
}

/* q_i = sqrt(r of row list[i]), i < m, and zeros up to the next multiple of 2. */
INLINE void roots_of(size_t m, const REAL *r, const int32_t *list, REAL *q) {
    for (size_t i = 0; i < m; i++)
        q[i] = r[list[i]];
    q[m] = 0;
    for (size_t i = 0; i < m; i++)
        q[i] = REAL_SQRT(q[i]);
}

/* work: what moments_rows_work says. */
static void moments_rows(size_t n, size_t d, const REAL *panels, const REAL *r,
                         const REAL *c, double *stats, void *work) {
    REAL *y = work, *q = y + LIST_ROWS * round_lanes(d);
    int32_t *list = (int32_t *)(void *)(q + n + 1);
    const size_t m = list_rows(n, r, list);
    const size_t parts = (m + LIST_ROWS - 1) / LIST_ROWS;
    list[m] = 0; /* goes with a root of zero */
    roots_of(m, r, list, q);
    stats[0] += d_sum(v_widen(sum_rows(n, r)));
    for (size_t part = 0, at = 0; part < parts; part++) {
        const size_t end = part + 1 == parts ? m : ((part + 1) * m / parts + 1) / 2 * 2;
        const listed of = {panels, c, q + at, list + at, n, d, end - at};
        if (c)
            weigh_rows(1, of, y, stats + 1);
        else
            weigh_rows(0, of, y, stats + 1);
        outer_strips((outer_rows){y, of.m}, d, stats + 1 + d);
        at = end;
    }
}

INLINE size_t moments_rows_work(size_t n, size_t d) {
    return (LIST_ROWS * round_lanes(d) + n + 1) * sizeof(REAL) +
           (n + 4) * sizeof(int32_t);
}

#endif
