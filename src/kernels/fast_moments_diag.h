/*
 * Weighted moments of all components, diagonal:
 *
 *   n_k = sum_i r_ik,   s_kj = sum_i r_ik z_ij,   S_kjj = sum_i r_ik z_ij^2,   z = x -
 * c_k.
 *
 * Dense components (most rows take part): rows are lanes, C components by J features make
 * 2 C J accumulators; C loads of r and J of x feed 2 C J fused multiply-adds and J
 * squares. Centred moments pay two more operations an entry.
 *
 * Sparse components: features are lanes. The tile is transposed once into work; a
 * component then costs in proportion to its own rows. With hundreds of components this is
 * the rule: a row takes part in a few. The cheaper way is chosen per component by
 * counting operations.
 */
#ifndef GMIX_KERNELS_FAST_MOMENTS_DIAG_H
#define GMIX_KERNELS_FAST_MOMENTS_DIAG_H

#include "kernels/fast_moments.h"

#define SPREAD_C 4 /* components at once */
#if N_REGISTERS == 32
#define SPREAD_J 3     /* features at once */
#define SPREAD_FIRST 2 /* at first, beside n_k */
#else
#define SPREAD_J 1
#define SPREAD_FIRST 1
#endif
#define LIST_VECS 5   /* vectors of features at once */
#define DIAG_ROWS 128 /* rows after which lanes are added to the doubles */

/* One component: its responsibilities, centre (or NULL) and statistics. */
typedef struct diag_component {
    const REAL *r, *c;
    double *stats;
} diag_component;

INLINE size_t moments_diag_work(size_t n, size_t d) {
    return n * round_lanes(d) * sizeof(REAL) + (n + 4) * sizeof(int32_t);
}

/* Features j0 .. j0 + J - 1 of C components over all rows; n_k too if COUNT. */
INLINE void spread_block(const int C, const int J, const int COUNT, const int CENTRED,
                         size_t n, size_t d, size_t j0, const REAL *x,
                         const diag_component *of) {
    enum { MOST = 2 * SPREAD_C * SPREAD_J };
    vec acc[MOST] = {{0}}, count[SPREAD_C] = {{0}};
    double sums[MOST + SUM_GROUP];
    for (size_t row = 0; row < n; row += LANES) {
        vec xv[SPREAD_J], square[SPREAD_J];
        UNROLL
        for (int j = 0; j < J; j++) {
            xv[j] = v_load(x + (j0 + (size_t)j) * n + row);
            square[j] = xv[j] * xv[j];
        }
        UNROLL
        for (int c = 0; c < C; c++) {
            const vec r = v_load(of[c].r + row);
            if (COUNT)
                count[c] += r;
            UNROLL
            for (int j = 0; j < J; j++) {
                vec *a = &acc[2 * (c * J + j)];
                const vec z = CENTRED ? xv[j] - v_set(of[c].c[j0 + (size_t)j]) : xv[j];
                a[0] = v_fma(r, z, a[0]);
                a[1] = v_fma(r, CENTRED ? z * z : square[j], a[1]);
            }
        }
    }
    v_sums(2 * C * J, acc, sums);
    UNROLL
    for (int c = 0; c < C; c++) {
        if (COUNT)
            of[c].stats[0] += d_sum(v_widen(count[c]));
        UNROLL
        for (int j = 0; j < J; j++) {
            of[c].stats[1 + j0 + (size_t)j] += sums[2 * (c * J + j)];
            of[c].stats[1 + d + j0 + (size_t)j] += sums[2 * (c * J + j) + 1];
        }
    }
}

INLINE void spread_features(const int C, const int CENTRED, size_t n, size_t d,
                            const REAL *x, const diag_component *of) {
    size_t j = d < SPREAD_FIRST ? d : SPREAD_FIRST;
    if (j == SPREAD_FIRST)
        spread_block(C, SPREAD_FIRST, 1, CENTRED, n, d, 0, x, of);
    else
        spread_block(C, 1, 1, CENTRED, n, d, 0, x, of);
    for (; j + SPREAD_J <= d; j += SPREAD_J)
        spread_block(C, SPREAD_J, 0, CENTRED, n, d, j, x, of);
    for (; j < d; j++)
        spread_block(C, 1, 0, CENTRED, n, d, j, x, of);
}

/* Dense components, SPREAD_C at once, two, or one. */
static void spread_quad(size_t n, size_t d, const REAL *x, const diag_component *of) {
    if (of[0].c)
        spread_features(SPREAD_C, 1, n, d, x, of);
    else
        spread_features(SPREAD_C, 0, n, d, x, of);
}

static void spread_pair(size_t n, size_t d, const REAL *x, const diag_component *of) {
    if (of[0].c)
        spread_features(2, 1, n, d, x, of);
    else
        spread_features(2, 0, n, d, x, of);
}

static void spread_single(size_t n, size_t d, const REAL *x, const diag_component *of) {
    if (of[0].c)
        spread_features(1, 1, n, d, x, of);
    else
        spread_features(1, 0, n, d, x, of);
}

/* rows[i * width + j] = x[j * n + i]; columns from d on are zero. */
static void transpose_tile(size_t n, size_t d, size_t width, const REAL *x, REAL *rows) {
    for (size_t i = 0; i < n; i += 8) {
        for (size_t j = 0; j < d; j++)
            for (size_t p = 0; p < 8; p++)
                rows[(i + p) * width + j] = x[j * n + i + p];
        for (size_t p = 0; p < 8; p++)
            for (size_t j = d; j < width; j++)
                rows[(i + p) * width + j] = 0;
    }
}

/* Adds lanes to doubles: to[j] += a[j], j < m. */
INLINE void add_lanes(size_t m, const vec *a, double *to) {
    const REAL *lane = (const REAL *)a;
    for (size_t j = 0; j < m; j++)
        to[j] += (double)lane[j];
}

/* m listed rows of one component, V vectors of features from j0 on. */
INLINE void list_rows_block(const int V, const int CENTRED, size_t m, const int32_t *list,
                            size_t d, size_t width, size_t j0, const REAL *rows,
                            const diag_component *of) {
    vec s[LIST_VECS] = {{0}}, q[LIST_VECS] = {{0}}, c[LIST_VECS] = {{0}};
    for (size_t v = 0; CENTRED && v < (size_t)V * LANES && j0 + v < d; v++)
        ((REAL *)c)[v] = of->c[j0 + v];
    for (size_t i = 0; i < m; i++) {
        const REAL *x = rows + (size_t)list[i] * width + j0;
        const vec r = v_set(of->r[list[i]]);
        UNROLL
        for (int v = 0; v < V; v++) {
            const vec at = v_load(x + (size_t)v * LANES), z = CENTRED ? at - c[v] : at;
            s[v] = v_fma(r, z, s[v]);
            q[v] = v_fma(r * z, z, q[v]);
        }
    }
    const size_t here = d - j0 < (size_t)V * LANES ? d - j0 : (size_t)V * LANES;
    add_lanes(here, s, of->stats + 1 + j0);
    add_lanes(here, q, of->stats + 1 + d + j0);
}

INLINE void list_block(const int V, size_t m, const int32_t *list, size_t d, size_t width,
                       size_t j0, const REAL *rows, const diag_component *of) {
    if (of->c)
        list_rows_block(V, 1, m, list, d, width, j0, rows, of);
    else
        list_rows_block(V, 0, m, list, d, width, j0, rows, of);
}

static void list_features(size_t m, const int32_t *list, size_t d, size_t width,
                          const REAL *rows, const diag_component *of) {
    size_t j = 0;
    for (; j + LIST_VECS * LANES <= width; j += LIST_VECS * LANES)
        list_block(LIST_VECS, m, list, d, width, j, rows, of);
    switch ((width - j) / LANES) {
    case 1:
        list_block(1, m, list, d, width, j, rows, of);
        break;
    case 2:
        list_block(2, m, list, d, width, j, rows, of);
        break;
    case 3:
        list_block(3, m, list, d, width, j, rows, of);
        break;
    case 4:
        list_block(4, m, list, d, width, j, rows, of);
        break;
    default:
        break;
    }
}

/* A sparse component: n_k, then its rows, DIAG_ROWS at a time. */
static void list_component(size_t n, size_t d, size_t width, const REAL *rows,
                           int32_t *list, const diag_component *of) {
    const size_t m = list_rows(n, of->r, list);
    for (size_t i = 0; i < m; i++)
        of->stats[0] += (double)of->r[list[i]];
    for (size_t i = 0; i < m; i += DIAG_ROWS)
        list_features(m - i < DIAG_ROWS ? m - i : DIAG_ROWS, list + i, d, width, rows,
                      of);
}

/* Costs, in the same unit: a dense component, and a sparse one, whose rows wait for each
 * other (found by timing whole fits at D = 39, K = 256). */
INLINE size_t diag_spread_cost(size_t n, size_t d) {
    return 2 * d * n;
}

INLINE size_t diag_list_cost(size_t active, size_t d) {
    return (6 * round_lanes(d) + 12 * LANES) * active;
}

INLINE size_t diag_transpose_cost(size_t n, size_t d) {
    return 2 * LANES * d * n;
}

/* Is the transposed tile worth its making? Not for few components, whatever their lists save. */
static int lists_pay(size_t n, size_t d, size_t k, const size_t *active) {
    size_t saved = 0;
    if (k * diag_spread_cost(n, d) <= diag_transpose_cost(n, d))
        return 0;
    for (size_t c = 0; c < k; c++)
        if (active[c] && diag_list_cost(active[c], d) < diag_spread_cost(n, d))
            saved += diag_spread_cost(n, d) - diag_list_cost(active[c], d);
    return saved > diag_transpose_cost(n, d);
}

static void fast_moments_diag(size_t n, size_t d, size_t k, const void *x, const void *r,
                              const void *centre, const size_t *active, double *stats,
                              void *work) {
    const size_t width = round_lanes(d);
    REAL *rows = work;
    int32_t *list = (int32_t *)(void *)(rows + n * width);
    diag_component dense[SPREAD_C];
    size_t n_dense = 0;
    const int lists = lists_pay(n, d, k, active);
    if (lists)
        transpose_tile(n, d, width, x, rows);
    for (size_t c = 0; c < k; c++) {
        const diag_component of = {(const REAL *)r + c * n,
                                   centre ? (const REAL *)centre + c * d : NULL,
                                   stats + c * (1 + 2 * d)};
        if (active[c] == 0)
            continue;
        if (lists && diag_list_cost(active[c], d) < diag_spread_cost(n, d)) {
            list_component(n, d, width, rows, list, &of);
            continue;
        }
        dense[n_dense++] = of;
        if (n_dense == SPREAD_C) {
            spread_quad(n, d, x, dense);
            n_dense = 0;
        }
    }
    if (n_dense >= 2)
        spread_pair(n, d, x, dense);
    if (n_dense % 2 == 1)
        spread_single(n, d, x, &dense[n_dense - 1]);
}

#endif
