/* Approximations and bounds of the Kullback-Leibler divergence between mixtures. */
#ifndef GMIX_BETWEEN_APPROXIMATIONS_H
#define GMIX_BETWEEN_APPROXIMATIONS_H

#include "between/mixture_parts.h"

/* What all of them are made of, for mixtures p and q. */
typedef struct gmix_i_pairs {
    const gmix_i_mixture_parts *p, *q;
    double *kl;     /* K_p x K_q: of a component of q from one of p */
    double *own_kl; /* K_p x K_p */
    double
        *overlap;  /* K_p x K_q: logs of integrals of products, or of bounds above them */
    double *own;   /* K_p x K_p */
    double *log_w; /* K_p: log weights */
    double *log_v; /* K_q */
    double *phi, *psi; /* K_p x K_q: of the upper bound, logs */
    double *work;      /* gmix_i_gaussians_work() */
} gmix_i_pairs;

gmix_status gmix_i_pairs_new(gmix_ctx *ctx, const gmix_i_mixture_parts *p,
                             const gmix_i_mixture_parts *q, gmix_i_pairs *out);
void gmix_i_pairs_free(gmix_ctx *ctx, gmix_i_pairs *pairs);

double gmix_i_kl_upper(const gmix_i_pairs *pairs);
double gmix_i_kl_durrieu(const gmix_i_pairs *pairs, bool upper);

#endif
