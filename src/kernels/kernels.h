/*
 * The hot loops: pointers and sizes in, numbers out. No context, no allocation, no
 * errors.
 *
 * A kernel works on a TILE: a block of rows, standardised and transposed, so that one
 * SIMD lane is one row. Feature j of row i is x[j * n + i], where n, the padded number of
 * rows, is a multiple of GMIX_I_TILE_ROWS. Padding rows are zero and carry the weight 0,
 * so no kernel has a tail to treat. Tiles, factors and K x n matrices start on 64-byte
 * boundaries.
 *
 * One table serves double and single precision: `void *` pointers are to `real_size`
 * bytes per number (called "real" below); whatever is accumulated over rows is double in
 * both.
 *
 *   log-density   l_k(x) = logc_k - 1/2 | A_k (x - c_k) - b_k |^2
 *
 * A_k is the inverse of the Cholesky factor of Sigma_k (lower triangular), or the
 * reciprocal standard deviations for a diagonal Sigma_k. Either c_k = mu_k and b_k = 0
 * (the centred path, always exact) or c_k = 0 and b_k = A_k mu_k (saves D subtractions,
 * loses digits when a component is much narrower than its distance from the origin). The
 * caller chooses.
 *
 *   statistics of component k, centred at c_k:   [ n_k | s_k (D) | S_k ]
 *     n_k = sum_i r_ik,  s_k = sum_i r_ik z_i,  S_k = sum_i r_ik z_i z_i^T,  z = x - c_k
 *
 * `ref.c` is complete and is the oracle; other levels overwrite slots that measure
 * faster.
 */
#ifndef GMIX_KERNELS_KERNELS_H
#define GMIX_KERNELS_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#define GMIX_I_TILE_ROWS 32 /* rows in a tile are padded to a multiple of this */
#define GMIX_I_LANES 8 /* components side by side in the kernels of incomplete rows */

/* A strided block of source rows: cell (i, j) is data[i * row_stride + j * col_stride].
 */
typedef struct gmix_i_rows {
    const void *data;
    size_t n_rows;
    ptrdiff_t row_stride, col_stride; /* in elements */
    int is_single;                    /* float, else double */
    const ptrdiff_t *col_offsets; /* D, in place of j * col_stride, which is 0; or NULL */
} gmix_i_rows;

/* Sums over the rows of a tile that `normalise` adds to. */
typedef struct gmix_i_norm_sums {
    double loglik; /* sum_i w_i log sum_k exp l_ik */
    double logmap; /* sum_i w_i log max_k r_ik, for ICL */
    double noise;  /* sum_i w_i r_ik of a noise component, if the caller has one */
} gmix_i_norm_sums;

typedef struct gmix_i_kernels {
    const char *level;     /* "ref", "avx2", "avx512", "neon", "simd128" */
    const char *precision; /* "double" or "single" */
    size_t real_size;      /* 8 or 4 */

    /* Converts m doubles to reals: means, factors, offsets. */
    void (*convert)(size_t m, const double *from, void *to);

    /* x[j * n + i] = (src(i, j) - shift[j]) * inv_scale[j], in double even where reals
     * are float; padding rows are set to zero. */
    void (*pack)(size_t n, size_t d, const gmix_i_rows *src, const double *shift,
                 const double *inv_scale, void *x);

    /* Scratch that the kernels below want, in bytes, for any call with these sizes. */
    size_t (*work_size)(size_t n, size_t d, size_t k);

    /* One component: out[i] = logc - 1/2 |A (x_i - centre) - offset|^2. A is packed by
     * rows, A[i (i + 1) / 2 + j] for j <= i. One of centre and offset (D reals each) is
     * NULL. */
    void (*logdens_dense)(size_t n, size_t d, const void *x, const void *a,
                          const void *centre, const void *offset, double logc, void *out,
                          void *work);

    /* All components: out[k * n + i] = logc[k] - 1/2 sum_j (scale[k D + j] x_ij -
     * offset[k D + j])^2. */
    void (*logdens_diag)(size_t n, size_t d, size_t k, const void *x, const void *scale,
                         const void *offset, const double *logc, void *out, void *work);

    /* Log-densities (log pi_k included) to responsibilities, in place: l[k * n + i]
     * becomes w[i] exp(l_ik - lse_i). lse (n reals) receives log sum_k exp l_ik unless
     * NULL; w (n doubles) may be NULL for all ones. active[k] counts the rows with a
     * non-zero responsibility in component k. Terms more than 38 nats (double) or 17.5
     * (single) below a row's largest are exactly zero. Fastest when lse is NULL and all
     * weights are 0 or 1: one logarithm then serves many rows. l may hold -inf, but not a
     * whole row of it unless w[i] is 0. */
    void (*normalise)(size_t n, size_t k, void *l, const double *w, void *lse,
                      size_t *active, gmix_i_norm_sums *sums);

    /* All components: stats[k (1 + D + D (D + 1) / 2) ..] += [n_k | s_k | S_k by rows,
     * packed lower]. centre (K D reals) may be NULL for zero; a centre of zeros is as fast.
     * active[k] is what normalise counted. */
    void (*moments_dense)(size_t n, size_t d, size_t k, const void *x, const void *r,
                          const void *centre, const size_t *active, double *stats,
                          void *work);

    /* All components: stats[k (1 + 2 D) ..] += [n_k | s_k | diagonal of S_k]. centre (K D
     * reals) may be NULL for zero. */
    void (*moments_diag)(size_t n, size_t d, size_t k, const void *x, const void *r,
                         const void *centre, const size_t *active, double *stats,
                         void *work);

    /*
     * Incomplete rows, one at a time, always double. LANES components stand side by side:
     * entry t of a list is the LANES numbers at t * LANES, of which the first k count.
     * x: the row's o observed cells; order: D features, the observed ones first, each
     * kind rising. `terms` is what the components are to a row with these cells, features
     * in that order (M = D - o):
     *
     *   dense      logc | mean (D) | A (o (o+1)/2) | B (M x o) | C (M (M+1)/2) | shift (D)
     *   diagonal   logc | mean (D) | scale (o)                 | C (M)         | shift (D)
     *
     * Log-density: logc - 1/2 |A (x - mean)|^2. Missing cells: mean + B (x - mean), B = 0
     * if diagonal, with covariance C. shift: mean less the centre of the statistics.
     * Moments: stats += r [1 | z | z z^T + C], z the completed row less the centre.
     * work: 2 D entries.
     */
    /* A, B and C of dense terms from covariances (packed, features in that order), which it
     * uses up. share: one entry, the least part of a feature's variance that those before it
     * leave to it, as long as that is positive. */
    void (*gap_terms_dense)(size_t d, size_t o, size_t k, double *cov, double *terms,
                            double *share);
    void (*gap_density_dense)(size_t d, size_t o, size_t k, const double *x,
                              const double *terms, double *out, double *work);
    void (*gap_density_diag)(size_t d, size_t o, size_t k, const double *x,
                             const double *terms, double *out);
    void (*gap_moments_dense)(size_t d, size_t o, size_t k, const double *x,
                              const size_t *order, const double *r, const double *terms,
                              double *stats, double *work);
    void (*gap_moments_diag)(size_t d, size_t o, size_t k, const double *x,
                             const size_t *order, const double *r, const double *terms,
                             double *stats);

    /* k-means, always double: out[c] = sum_j (x[j] - centres_t[j * k + c])^2, c < k. */
    void (*sqdist)(size_t k, size_t d, const double *x, const double *centres_t,
                   double *out);

    /* k-means: the centre (K x D reals) nearest to each row of a tile, the first in a tie, and
     * the squared distances (n reals each) to it and to the next; INFINITY if K is 1. K is at
     * most 2^24. */
    void (*nearest)(size_t n, size_t d, size_t k, const void *x, const void *centres,
                    int32_t *label, void *best, void *second);
} gmix_i_kernels;

/* The fastest table this machine can run; `single` asks for single precision. The level
 * is the one named by the environment variable GMIX_CPU if the machine has it. */
const gmix_i_kernels *gmix_i_kernels_pick(int single);

/* The table of one level by name, or NULL if this build or machine lacks it. */
const gmix_i_kernels *gmix_i_kernels_at(const char *name, int single);

/* Names of all levels of this build that this machine can run, slowest first;
 * NULL-terminated. */
const char *const *gmix_i_kernels_levels(void);

/* Rows per tile that suit D features and K components: a multiple of GMIX_I_TILE_ROWS
 * from 64 to 288, a function of D and K alone, the same for every level and precision. */
size_t gmix_i_kernels_tile_rows(size_t d, size_t k);

/* Number `at` of an array of reals, and to set it. */
static inline double gmix_i_real_at(const gmix_i_kernels *kernels, const void *reals,
                                    size_t at) {
    return kernels->real_size == sizeof(double) ? ((const double *)reals)[at]
                                                : (double)((const float *)reals)[at];
}
static inline void gmix_i_set_real(const gmix_i_kernels *kernels, void *reals, size_t at,
                                   double x) {
    if (kernels->real_size == sizeof(double)) {
        ((double *)reals)[at] = x;
    } else {
        ((float *)reals)[at] = (float)x;
    }
}

#endif
