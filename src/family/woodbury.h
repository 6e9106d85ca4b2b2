/*
 * Components with q factors of many features, without a matrix: by Woodbury's identity
 *
 *     M = I + Lambda^T Psi^-1 Lambda = L L^T,   W = L^-1 Lambda^T Psi^-1 (q x D),   u = W (x - mu),
 *     (x - mu)^T Sigma^-1 (x - mu) = sum_j (x_j - mu_j)^2 / psi_j - |u|^2,
 *     log |Sigma| = sum_j log psi_j + 2 sum_t log L_tt,
 *
 * a row takes D (q + 1) multiply-adds for its density, where a matrix takes D^2 / 2. Of rows with
 * responsibilities r, EM for the factors wants
 *
 *     [ n | sum r (x_j - mu_j)^2  (D) | sum r (x_j - mu_j) (u, 1)^T  (D x padded) ],
 *
 * which costs as much. Rejected: rows u first and D x q products afterwards, which would keep N x q
 * numbers.
 */
#ifndef GMIX_FAMILY_WOODBURY_H
#define GMIX_FAMILY_WOODBURY_H

#include "data/tile.h"
#include "linalg/linalg.h"

/* More features than these are not worth matrices. */
enum { GMIX_I_MANY_FEATURES = 256 };

typedef struct gmix_i_woodbury {
    size_t k, d, q, padded; /* padded: q + 1 or a little more, a multiple of 4 */
    double *logc;           /* K: log-density of a row for which the squares are 0 */
    double *centre;         /* K x D: the means */
    double *precision;      /* K x D: 1 / psi */
    double *whiten;         /* K x D x padded: W^T, and zeros */
    double *root;           /* K x q (q + 1) / 2: L */
    double *scratch;        /* 2 q D */
} gmix_i_woodbury;

gmix_status gmix_i_woodbury_new(gmix_ctx *ctx, size_t k, size_t d, size_t q,
                                gmix_i_woodbury *out);
void gmix_i_woodbury_free(const gmix_allocator *from, gmix_i_woodbury *w);

/* From parameters, blocks of factor_law.h; false if a uniqueness is not above 0, or M is not
 * positive definite. */
bool gmix_i_woodbury_prepare(const double *weights, const double *means,
                             const double *blocks, gmix_i_woodbury *w);

/* Doubles of statistics of one component, and of the work that a tile of n rows takes. */
static inline size_t gmix_i_woodbury_len(const gmix_i_woodbury *w) {
    return 1 + w->d * (1 + w->padded);
}
size_t gmix_i_woodbury_work(const gmix_i_woodbury *w, size_t n);

/* out (K x n): log pi_k N(x | ...). work: rows u of all components, for the statistics. */
void gmix_i_woodbury_densities(const gmix_i_woodbury *w, size_t n, const double *x,
                               double *out, double *work);

/* The same of rows whose statistics are not wanted. */
void gmix_i_woodbury_score(const gmix_i_woodbury *w, size_t n, const double *x,
                           double *out);

/*
 * The same of the tile's rows with missing cells alone, in l (K x n). With the features m that a row lacks
 * and E = W_m Psi_m W_m^T (q x q), in units of L,
 *
 *     log |Sigma_oo| = log |Sigma| - sum_m log psi_j + log |I - E|,
 *     the squares: sum_o (x_j - mu_j)^2 / psi_j - u_o^T (I - E)^-1 u_o,  u_o = W_o (x_o - mu_o),
 *
 * whose scales log_scale (D) of what is missing are added, as gaps.h says.
 */
void gmix_i_woodbury_incomplete(const gmix_i_woodbury *w, const gmix_i_tile *tile,
                                const double *log_scale, double *l);

/* off^T Sigma_k^-1 off, for D differences from the mean. */
double gmix_i_woodbury_squares(const gmix_i_woodbury *w, size_t k, const double *off);

/* Adds the tile's rows, weighted by resp (K x n), to K blocks of statistics. */
void gmix_i_woodbury_moments(const gmix_i_woodbury *w, size_t n, const double *x,
                             const double *resp, const size_t *active, double *stats,
                             double *work);

#endif
