/*
 * Source rows to a tile: x[j n + i] = (src(i, j) - shift_j) inv_scale_j, in double
 * whatever the source and the tile are, so that single precision loses nothing to an
 * offset.
 *
 * Columns contiguous in the source are copied; rows contiguous are transposed in
 * registers, a square of vectors at a time (pairs are separated when D = 2); anything
 * else goes cell by cell. Also `convert`, and `sqdist` of k-means.
 */
#ifndef GMIX_KERNELS_FAST_PACK_H
#define GMIX_KERNELS_FAST_PACK_H

#include "kernels/fast_simd.h"

#define SQUARE ((size_t)WIDTH / sizeof(double)) /* doubles in a vector */
typedef float half_vec __attribute__((vector_size(WIDTH / 2)));

INLINE dvec d_set(double a) {
    return a - (dvec){0};
}

/* SQUARE source numbers at p, as doubles. */
INLINE dvec d_source(const void *p, int is_single) {
    if (!is_single)
        return d_load(p);
    half_vec a;
    memcpy(&a, p, sizeof a);
    return __builtin_convertvector(a, dvec);
}

INLINE void r_store(REAL *p, dvec a) {
#ifdef GMIX_SINGLE
    const half_vec narrow = __builtin_convertvector(a, half_vec);
    memcpy(p, &narrow, sizeof narrow);
#else
    v_store(p, a);
#endif
}

INLINE const void *cell_at(const gmix_i_rows *src, size_t i, size_t j, int is_single) {
    const ptrdiff_t column =
        src->col_offsets ? src->col_offsets[j] : (ptrdiff_t)j * src->col_stride;
    const ptrdiff_t at = (ptrdiff_t)i * src->row_stride + column;
    return (const char *)src->data +
           at * (ptrdiff_t)(is_single ? sizeof(float) : sizeof(double));
}

INLINE double cell(const gmix_i_rows *src, size_t i, size_t j, int is_single) {
    const void *p = cell_at(src, i, j, is_single);
    return is_single ? (double)*(const float *)p : *(const double *)p;
}

/* Rows from .. n_rows - 1 of features j0 .. d - 1, cell by cell. */
INLINE void pack_cells(const int S, size_t n, size_t j0, size_t d, size_t from,
                       const gmix_i_rows *src, const double *shift,
                       const double *inv_scale, REAL *x) {
    for (size_t i = from; i < src->n_rows; i++)
        for (size_t j = j0; j < d; j++)
            x[j * n + i] = (REAL)((cell(src, i, j, S) - shift[j]) * inv_scale[j]);
}

INLINE void pack_columns(const int S, size_t n, size_t d, size_t whole,
                         const gmix_i_rows *src, const double *shift,
                         const double *inv_scale, REAL *x) {
    for (size_t j = 0; j < d; j++)
        for (size_t i = 0; i < whole; i += SQUARE)
            r_store(x + j * n + i,
                    (d_source(cell_at(src, i, j, S), S) - d_set(shift[j])) *
                        d_set(inv_scale[j]));
}

/* Transposes SQUARE vectors of SQUARE doubles. */
INLINE void transpose_square(dvec *a) {
#if WIDTH == 64
    dvec b[8];
    UNROLL
    for (int i = 0; i < 8; i += 2) {
        b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    UNROLL
    for (int i = 0; i < 8; i++) {
        const int p = i & ~2;
        a[i] = i & 2 ? __builtin_shufflevector(b[p], b[p + 2], 2, 3, 10, 11, 6, 7, 14, 15)
                     : __builtin_shufflevector(b[p], b[p + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    }
    UNROLL
    for (int i = 0; i < 4; i++) {
        const dvec lo = a[i], hi = a[i + 4];
        a[i] = __builtin_shufflevector(lo, hi, 0, 1, 2, 3, 8, 9, 10, 11);
        a[i + 4] = __builtin_shufflevector(lo, hi, 4, 5, 6, 7, 12, 13, 14, 15);
    }
#elif WIDTH == 32
    const dvec p = __builtin_shufflevector(a[0], a[1], 0, 4, 2, 6);
    const dvec q = __builtin_shufflevector(a[0], a[1], 1, 5, 3, 7);
    const dvec r = __builtin_shufflevector(a[2], a[3], 0, 4, 2, 6);
    const dvec s = __builtin_shufflevector(a[2], a[3], 1, 5, 3, 7);
    a[0] = __builtin_shufflevector(p, r, 0, 1, 4, 5);
    a[1] = __builtin_shufflevector(q, s, 0, 1, 4, 5);
    a[2] = __builtin_shufflevector(p, r, 2, 3, 6, 7);
    a[3] = __builtin_shufflevector(q, s, 2, 3, 6, 7);
#else
    const dvec p = a[0];
    a[0] = __builtin_shufflevector(p, a[1], 0, 2);
    a[1] = __builtin_shufflevector(p, a[1], 1, 3);
#endif
}

/* The even and odd entries of two vectors. */
INLINE void separate(dvec a, dvec b, dvec *even, dvec *odd) {
#if WIDTH == 64
    *even = __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14);
    *odd = __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15);
#elif WIDTH == 32
    *even = __builtin_shufflevector(a, b, 0, 2, 4, 6);
    *odd = __builtin_shufflevector(a, b, 1, 3, 5, 7);
#else
    *even = __builtin_shufflevector(a, b, 0, 2);
    *odd = __builtin_shufflevector(a, b, 1, 3);
#endif
}

/* Contiguous rows of two features. */
INLINE void pack_pairs(const int S, size_t n, size_t whole, const gmix_i_rows *src,
                       const double *shift, const double *inv_scale, REAL *x) {
    const size_t size = S ? sizeof(float) : sizeof(double);
    const char *from = src->data;
    for (size_t i = 0; i < whole; i += SQUARE) {
        dvec even, odd;
        separate(d_source(from + 2 * i * size, S),
                 d_source(from + (2 * i + SQUARE) * size, S), &even, &odd);
        r_store(x + i, (even - d_set(shift[0])) * d_set(inv_scale[0]));
        r_store(x + n + i, (odd - d_set(shift[1])) * d_set(inv_scale[1]));
    }
}

/* C features from j of SQUARE rows; reads SQUARE numbers of each row, whatever C is. */
INLINE void pack_square(const int S, const size_t C, size_t n, size_t i, size_t j,
                        const gmix_i_rows *src, const double *shift,
                        const double *inv_scale, REAL *x) {
    dvec a[WIDTH / sizeof(double)];
    UNROLL
    for (size_t p = 0; p < SQUARE; p++)
        a[p] = d_source(cell_at(src, i + p, j, S), S);
    transpose_square(a);
    UNROLL
    for (size_t p = 0; p < C; p++)
        r_store(x + (j + p) * n + i,
                (a[p] - d_set(shift[j + p])) * d_set(inv_scale[j + p]));
}

#define PACK_REST(C)                                                \
    case C:                                                         \
        pack_square(S, C, n, i, squares, src, shift, inv_scale, x); \
        break;

/* Rows of contiguous features, in squares. The last features may not fill one; reading
 * past them is reading the next row, so the last rows of the source (returned: the first
 * of them) are left to pack_cells. */
INLINE size_t pack_rows(const int S, size_t n, size_t d, const gmix_i_rows *src,
                        const double *shift, const double *inv_scale, REAL *x) {
    const size_t squares = d - d % SQUARE, stride = (size_t)src->row_stride;
    const size_t cells = (src->n_rows - 1) * stride + d; /* that may be read */
    size_t i = 0;
    for (; i + SQUARE <= src->n_rows; i += SQUARE) {
        const size_t end = (i + SQUARE - 1) * stride + squares + SQUARE;
        if (squares < d && end > cells)
            break;
        for (size_t j = 0; j < squares; j += SQUARE)
            pack_square(S, SQUARE, n, i, j, src, shift, inv_scale, x);
        switch (d - squares) {
            PACK_REST(1)
#if WIDTH > 16
            PACK_REST(2)
            PACK_REST(3)
#endif
#if WIDTH > 32
            PACK_REST(4)
            PACK_REST(5)
            PACK_REST(6)
            PACK_REST(7)
#endif
        default:
            break;
        }
    }
    return i;
}

INLINE void pack_source(const int S, size_t n, size_t d, const gmix_i_rows *src,
                        const double *shift, const double *inv_scale, REAL *x) {
    size_t whole = src->n_rows - src->n_rows % SQUARE;
    if (src->row_stride == 1)
        pack_columns(S, n, d, whole, src, shift, inv_scale, x);
    else if (src->col_stride == 1 && d == 2 && src->row_stride == 2)
        pack_pairs(S, n, whole, src, shift, inv_scale, x);
    else if (src->col_stride == 1 && src->row_stride >= (ptrdiff_t)d)
        whole = pack_rows(S, n, d, src, shift, inv_scale, x);
    else
        whole = 0;
    pack_cells(S, n, 0, d, whole, src, shift, inv_scale, x);
}

static void fast_pack(size_t n, size_t d, const gmix_i_rows *src, const double *shift,
                      const double *inv_scale, void *x) {
    if (src->is_single)
        pack_source(1, n, d, src, shift, inv_scale, x);
    else
        pack_source(0, n, d, src, shift, inv_scale, x);
    for (size_t j = 0; j < d; j++)
        for (size_t i = src->n_rows; i < n; i++)
            ((REAL *)x)[j * n + i] = 0;
}

static void fast_convert(size_t m, const double *from, void *to) {
    REAL *out = to;
    for (size_t i = 0; i < m; i++)
        out[i] = (REAL)from[i];
}

/* out[c] = sum_j (x_j - centre_cj)^2: components are lanes, V vectors of them at once. */
INLINE void distance_block(const int V, size_t k, size_t d, const double *x,
                           const double *centres_t, double *out) {
    dvec q[4] = {{0}};
    for (size_t j = 0; j < d; j++) {
        const dvec xj = d_set(x[j]);
        UNROLL
        for (int v = 0; v < V; v++) {
            const dvec t = xj - d_load(centres_t + j * k + (size_t)v * SQUARE);
            q[v] += t * t;
        }
    }
    memcpy(out, q, (size_t)V * sizeof(dvec));
}

static void fast_sqdist(size_t k, size_t d, const double *x, const double *centres_t,
                        double *out) {
    size_t c = 0;
    for (; c + 4 * SQUARE <= k; c += 4 * SQUARE)
        distance_block(4, k, d, x, centres_t + c, out + c);
    for (; c + SQUARE <= k; c += SQUARE)
        distance_block(1, k, d, x, centres_t + c, out + c);
    for (; c < k; c++) {
        out[c] = 0;
        for (size_t j = 0; j < d; j++) {
            const double t = x[j] - centres_t[j * k + c];
            out[c] += t * t;
        }
    }
}

#endif
