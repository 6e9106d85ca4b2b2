/*
 * A mixture's components as Gaussians with whole matrices, for what there is between any two of
 * them. In the data's units; only differences of means are taken.
 */
#ifndef GMIX_BETWEEN_GAUSSIANS_H
#define GMIX_BETWEEN_GAUSSIANS_H

#include "model/mixture.h"

typedef struct gmix_i_gaussians {
    size_t k, d;
    double *w;       /* K; sum 1, less the noise that is not among them */
    double *mu;      /* K x D */
    double *cov;     /* K x D x D */
    double *root;    /* K x packed: Cholesky factors */
    double *log_det; /* K: of cov */
} gmix_i_gaussians;

/* Features in the order given (NULL: as they are). */
gmix_status gmix_i_gaussians_new(gmix_ctx *ctx, const gmix_model *model,
                                 const size_t *order, gmix_i_gaussians *out);
/* With `noise`, one more: the Gaussian with the moments of the model's noise. */
gmix_status gmix_i_gaussians_of(gmix_ctx *ctx, const gmix_model *model,
                                const size_t *order, bool noise, gmix_i_gaussians *out);
void gmix_i_gaussians_free(gmix_ctx *ctx, gmix_i_gaussians *cloud);

/* Factors component c anew after its cov has changed; false if that is not definite. */
bool gmix_i_gaussians_factor(gmix_i_gaussians *cloud, size_t c);

/* Doubles that the calls below work with. */
static inline size_t gmix_i_gaussians_work(size_t d) {
    return 4 * d * d + 2 * d;
}

/* Divergence KL(a_i | b_j) of Gaussians. */
double gmix_i_gaussian_kl(const gmix_i_gaussians *a, size_t i, const gmix_i_gaussians *b,
                          size_t j, double *work);

/* log of the integral of a_i b_j, log N(mu_i | mu_j, S_i + S_j). */
double gmix_i_gaussian_overlap(const gmix_i_gaussians *a, size_t i,
                               const gmix_i_gaussians *b, size_t j, double *work);

/* Squared W2 of Gaussians: |mu_i - mu_j|^2 + the Bures distance of their covariances. */
double gmix_i_gaussian_w2(const gmix_i_gaussians *a, size_t i, const gmix_i_gaussians *b,
                          size_t j, double *work);

#endif
