/**
 * The factors of laws with some ("mfa:3"; model.h, docs/many-features.md): what features go
 * together by, and where rows stand in it.
 *
 *     x = mu_k + Lambda_k z + e,   z ~ N(0, I_q),   e ~ N(0, Psi_k)
 */
#ifndef GMIX_FACTORS_H
#define GMIX_FACTORS_H

#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a law's components are made of, in the data's units. Release with gmix_factors_free(). */
typedef struct gmix_factors {
    size_t struct_size; /* sizeof(gmix_factors); 0: that of version 0.2 */
    size_t n_components, n_features, n_factors; /* K, D, q */
    double *loadings;     /* K x D x q; the same K times where they are common */
    double *uniquenesses; /* K x D: the variance that is each feature's own */
    double *
        communalities; /* K x D: the share of a feature's variance that the factors explain,
                              0 .. 1 */
    void *owner;       /* of the arrays; not for callers */
} gmix_factors;

/**
 * The loadings of a model, turned as its law says.
 *
 * @param out  [out] Zeroed or as gmix_factors_free() left it.
 * @return GMIX_OK; GMIX_ERR_OPTION for a family without factors; GMIX_ERR_ARGUMENT;
 *         GMIX_ERR_NOMEM.
 */
GMIX_API gmix_status gmix_factors_find(gmix_ctx *ctx, const gmix_model *model,
                                       gmix_factors *out);
GMIX_API void gmix_factors_free(gmix_factors *factors);

/**
 * Factor scores: the expected factors of every row given its observed cells, in the component that
 * most probably has it (Thomson's regression scores),
 *
 *     E[z | x] = (I + Lambda^T Psi^-1 Lambda)^-1 Lambda^T Psi^-1 (x - mu),
 *
 * of loadings, uniquenesses and mean of the row's observed cells. Their variance over a
 * component's rows is at most 1.
 *
 * @param x           N x D; missing cells are NaN.
 * @param components  [out] N: the component of each row, as gmix_labels() has it; or NULL.
 * @param scores      [out] N x q, row-major; NaN for a row that is noise.
 * @return GMIX_OK; GMIX_ERR_OPTION for a family without factors; GMIX_ERR_SHAPE;
 *         GMIX_ERR_NONFINITE; GMIX_ERR_ARGUMENT; GMIX_ERR_NOMEM. Outputs are written on success only.
 *
 * Cost: that of gmix_labels(), and O(N D q^2).
 */
GMIX_API gmix_status gmix_factor_scores(gmix_ctx *ctx, const gmix_model *model,
                                        const gmix_table *x, int32_t *components,
                                        double *scores);

#ifdef __cplusplus
}
#endif
#endif
