/**
 * The directions in which the components of a mixture differ most: dimension reduction for
 * model-based clustering (Scrucca 2010, doi:10.1007/s11222-009-9138-7; R's MclustDR).
 */
#ifndef GMIX_PROJECTION_H
#define GMIX_PROJECTION_H

#include "derive.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Directions, best first. Release with gmix_projection_free(). */
typedef struct gmix_projection {
    size_t struct_size; /* sizeof(gmix_projection); 0: that of version 0.2 */
    size_t n_features;  /* D */
    size_t
        n_directions; /* that tell components apart: eigenvalues above 1e-9 of the sum */
    double *eigenvalues; /* D, falling */
    double *directions;  /* D x D: rows v of length 1, in the data's units; the largest
                            coefficient of each is positive */
    void *owner;         /* of the arrays; not for callers */
} gmix_projection;

/**
 * Finds the directions: solutions v of M v = l S v, with
 *
 *     M = 2 lambda B S^-1 B + 2 (1 - lambda) sum_k pi_k (S_k - W) S^-1 (S_k - W),
 *     B = sum_k pi_k (mu_k - mu) (mu_k - mu)^T,   W = sum_k pi_k S_k,
 *
 * B for what differs in the means, the rest for covariances. With lambda = 1, sqrt(l / 2) is the share
 * of the variance along v that lies between the means.
 *
 * @param x       N x D: S and mu are the covariance and mean of its complete rows, of which there are
 *                more than D; NULL: those of the mixture (noise left out), which are the same for a maximum
 *                of the likelihood in the family full.
 * @param lambda  0 .. 1: 1 looks at means alone, and has at most K - 1 directions.
 * @param out     [out] Zeroed or as gmix_projection_free() left it.
 *
 * @return GMIX_OK; GMIX_ERR_OPTION for lambda; GMIX_ERR_SHAPE; GMIX_ERR_NONFINITE; GMIX_ERR_SINGULAR
 *         where S is; GMIX_ERR_ARGUMENT; GMIX_ERR_NOMEM.
 *
 * The mixture of the projected rows is exact: gmix_model_transform() by the first directions. Shifts and
 * units of the data change no eigenvalue. Cost: O(N D^2 + K D^3).
 */
GMIX_API gmix_status gmix_projection_find(gmix_ctx *ctx, const gmix_model *model,
                                          const gmix_table *x, double lambda,
                                          gmix_projection *out);
GMIX_API void gmix_projection_free(gmix_projection *projection);

#ifdef __cplusplus
}
#endif
#endif
