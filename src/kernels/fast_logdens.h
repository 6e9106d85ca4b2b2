/*
 * Log-densities under full covariances:  out[i] = logc - 1/2 |A (x_i - c) - b|^2.
 *
 * Rows are lanes. R vectors of rows by I rows of A make a block of R I accumulators,
 * which start at -b; the inner loop runs over columns j of A, loads R vectors of x and I
 * numbers of A, and does R I fused multiply-adds. The triangle at the end of each block
 * of rows of A is unrolled, so that no product with a zero is ever formed. D mod I rows
 * come first, where they are shortest. Up to SMALL_D features everything is unrolled and
 * x stays in registers; t starts as a product less b, which spares copies of b.
 *
 * Against matrix products: 80 to 83 GFLOP/s of D (D + 3) per row for D = 16 and 64, on a
 * core whose OpenBLAS dgemm reaches 70 to 74 on large squares (AVX-512, double); 45 and 49
 * on one that multiplies and adds 51.8 at most (AVX2). dtrmm (not timed) would have to
 * write A x out.
 *
 * The centred path writes x - c of a panel of rows to work first (D subtractions a row,
 * beside D (D + 3) / 2 multiply-adds) and then is the same code.
 */
#ifndef GMIX_KERNELS_FAST_LOGDENS_H
#define GMIX_KERNELS_FAST_LOGDENS_H

#include "kernels/fast_simd.h"

#if N_REGISTERS == 32
#define PANEL_VECS 4
#define SMALL_D 8
#else
#define PANEL_VECS 2
#define SMALL_D 6
#endif
#define BLOCK_ROWS 6 /* I */

/* q[v] += sum over I rows of A, from row i0 on, of (A x - b)^2, for R vectors of rows. x
 * has columns `stride` apart; a points to row i0. */
INLINE void dense_block(const int R, const int I, size_t i0, size_t stride, const REAL *x,
                        const REAL *a, const REAL *b, vec *q) {
    vec t[BLOCK_ROWS][PANEL_VECS], xv[PANEL_VECS];
    const REAL *row[BLOCK_ROWS];
    UNROLL
    for (int i = 0; i < I; i++) {
        row[i] = a + (size_t)i * i0 + (size_t)(i * (i + 1) / 2);
        UNROLL
        for (int v = 0; v < R; v++)
            t[i][v] = b ? v_set(-b[i0 + (size_t)i]) : v_set(0);
    }
    for (size_t j = 0; j < i0; j++) {
        UNROLL
        for (int v = 0; v < R; v++)
            xv[v] = v_load(x + j * stride + (size_t)v * LANES);
        UNROLL
        for (int i = 0; i < I; i++) {
            const vec aij = v_set(row[i][j]);
            UNROLL
            for (int v = 0; v < R; v++)
                t[i][v] = v_fma(aij, xv[v], t[i][v]);
        }
    }
    UNROLL
    for (int p = 0; p < I; p++) {
        const size_t j = i0 + (size_t)p;
        UNROLL
        for (int v = 0; v < R; v++)
            xv[v] = v_load(x + j * stride + (size_t)v * LANES);
        UNROLL
        for (int i = p; i < I; i++) {
            const vec aij = v_set(row[i][j]);
            UNROLL
            for (int v = 0; v < R; v++)
                t[i][v] = v_fma(aij, xv[v], t[i][v]);
        }
        UNROLL
        for (int v = 0; v < R; v++)
            q[v] = v_fma(t[p][v], t[p][v], q[v]);
    }
}

/* All blocks of A for R vectors of rows. */
INLINE void dense_panel(const int R, size_t d, size_t stride, const REAL *x,
                        const REAL *a, const REAL *b, vec logc, REAL *out) {
    vec q[PANEL_VECS] = {{0}};
    size_t i = d % BLOCK_ROWS;
    switch (i) {
    case 1:
        dense_block(R, 1, 0, stride, x, a, b, q);
        break;
    case 2:
        dense_block(R, 2, 0, stride, x, a, b, q);
        break;
    case 3:
        dense_block(R, 3, 0, stride, x, a, b, q);
        break;
    case 4:
        dense_block(R, 4, 0, stride, x, a, b, q);
        break;
    case 5:
        dense_block(R, 5, 0, stride, x, a, b, q);
        break;
    default:
        break;
    }
    for (; i < d; i += BLOCK_ROWS)
        dense_block(R, BLOCK_ROWS, i, stride, x, a + i * (i + 1) / 2, b, q);
    UNROLL
    for (int v = 0; v < R; v++)
        v_store(out + (size_t)v * LANES, v_fma(v_set((REAL)-0.5), q[v], logc));
}

/* The whole of D <= SMALL_D features for R vectors of rows. */
INLINE void dense_small(const int R, const int D, size_t n, const REAL *x, const REAL *a,
                        const REAL *c, const REAL *b, vec logc, REAL *out) {
    vec z[SMALL_D][PANEL_VECS], q[PANEL_VECS] = {{0}};
    UNROLL
    for (int i = 0; i < D; i++) {
        vec t[PANEL_VECS];
        UNROLL
        for (int v = 0; v < R; v++) {
            z[i][v] = v_load(x + (size_t)i * n + (size_t)v * LANES);
            if (c)
                z[i][v] -= v_set(c[i]);
        }
        const vec first = v_set(a[i * (i + 1) / 2]);
        UNROLL
        for (int v = 0; v < R; v++)
            t[v] = b ? v_fms(first, z[0][v], v_set(b[i])) : first * z[0][v];
        UNROLL
        for (int j = 1; j <= i; j++) {
            const vec aij = v_set(a[i * (i + 1) / 2 + j]);
            UNROLL
            for (int v = 0; v < R; v++)
                t[v] = v_fma(aij, z[j][v], t[v]);
        }
        UNROLL
        for (int v = 0; v < R; v++)
            q[v] = v_fma(t[v], t[v], q[v]);
    }
    UNROLL
    for (int v = 0; v < R; v++)
        v_store(out + (size_t)v * LANES, v_fma(v_set((REAL)-0.5), q[v], logc));
}

INLINE void small_rows(const int D, size_t n, const REAL *x, const REAL *a, const REAL *c,
                       const REAL *b, vec logc, REAL *out) {
    const size_t step = PANEL_VECS * LANES, whole = n - n % step;
    for (size_t i = 0; i < whole; i += step)
        dense_small(PANEL_VECS, D, n, x + i, a, c, b, logc, out + i);
    for (size_t i = whole; i < n; i += step / 2)
        dense_small(PANEL_VECS / 2, D, n, x + i, a, c, b, logc, out + i);
}

#define DENSE_SMALL(D)                                         \
    case D:                                                    \
        if (c)                                                 \
            small_rows(D, n, x, a, c, NULL, v_set(logc), out); \
        else                                                   \
            small_rows(D, n, x, a, NULL, b, v_set(logc), out); \
        break;

static void logdens_small(size_t n, size_t d, const REAL *x, const REAL *a, const REAL *c,
                          const REAL *b, REAL logc, REAL *out) {
    switch (d) {
        DENSE_SMALL(1)
        DENSE_SMALL(2)
        DENSE_SMALL(3)
        DENSE_SMALL(4)
        DENSE_SMALL(5)
        DENSE_SMALL(6)
#if SMALL_D > 6
        DENSE_SMALL(7)
        DENSE_SMALL(8)
#endif
    default:
        break;
    }
}

/* z = x - c for one panel, columns PANEL rows apart. */
INLINE void centre_panel(const int R, size_t n, size_t d, const REAL *x, const REAL *c,
                         REAL *z) {
    for (size_t j = 0; j < d; j++) {
        UNROLL
        for (int v = 0; v < R; v++)
            v_store(z + j * (size_t)R * LANES + (size_t)v * LANES,
                    v_load(x + j * n + (size_t)v * LANES) - v_set(c[j]));
    }
}

INLINE void logdens_panels(const int R, size_t from, size_t to, size_t n, size_t d,
                           const REAL *x, const REAL *a, const REAL *c, const REAL *b,
                           REAL logc, REAL *out, REAL *z) {
    const size_t step = (size_t)R * LANES;
    for (size_t i = from; i + step <= to; i += step) {
        if (c)
            centre_panel(R, n, d, x + i, c, z);
        dense_panel(R, d, c ? step : n, c ? z : x + i, a, c ? NULL : b, v_set(logc),
                    out + i);
    }
}

static void fast_logdens_dense(size_t n, size_t d, const void *x, const void *a,
                               const void *centre, const void *offset, double logc,
                               void *out, void *work) {
    if (d <= SMALL_D) {
        logdens_small(n, d, x, a, centre, offset, (REAL)logc, out);
        return;
    }
    /* A panel may be longer than the 32 rows that divide n; the rest takes a shorter one.
     */
    const size_t whole = n - n % (PANEL_VECS * LANES);
    logdens_panels(PANEL_VECS, 0, whole, n, d, x, a, centre, offset, (REAL)logc, out,
                   work);
    if (whole < n)
        logdens_panels(PANEL_VECS / 2, whole, n, n, d, x, a, centre, offset, (REAL)logc,
                       out, work);
}

#endif
