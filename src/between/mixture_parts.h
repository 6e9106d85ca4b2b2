/*
 * The parts of a mixture: its components and, last, its noise, which is uniform over its box and 0
 * outside; and what there is between any two of them.
 */
#ifndef GMIX_BETWEEN_MIXTURE_PARTS_H
#define GMIX_BETWEEN_MIXTURE_PARTS_H

#include "between/gaussians.h"

typedef struct gmix_i_mixture_parts {
    gmix_i_gaussians
        as; /* K, or K + 1 with noise: the last the Gaussian with its moments */
    const double *lower,
        *upper; /* D: of the noise, borrowed from the model; NULL: none */
    double log_volume;
} gmix_i_mixture_parts;

gmix_status gmix_i_mixture_parts_new(gmix_ctx *ctx, const gmix_model *model,
                                     gmix_i_mixture_parts *out);
void gmix_i_mixture_parts_free(gmix_ctx *ctx, gmix_i_mixture_parts *parts);

static inline bool gmix_i_part_is_noise(const gmix_i_mixture_parts *p, size_t i) {
    return p->lower && i + 1 == p->as.k;
}

/* Whether x (D) lies in the noise's box. */
bool gmix_i_mixture_parts_box_has(const gmix_i_mixture_parts *p, const double *x);

/* Whether the box of the noise of a lies in that of b; both have noise. */
bool gmix_i_mixture_parts_box_within(const gmix_i_mixture_parts *a,
                                     const gmix_i_mixture_parts *b);

/* log of the volume that the two boxes have in common; -INFINITY: none. */
double gmix_i_mixture_parts_common(const gmix_i_mixture_parts *a,
                                   const gmix_i_mixture_parts *b);

double gmix_i_part_entropy(const gmix_i_mixture_parts *p, size_t i);

/* Divergence KL(a_i | b_j): infinite from a Gaussian to noise, as it is from what a box does not hold. */
double gmix_i_part_kl(const gmix_i_mixture_parts *a, size_t i,
                      const gmix_i_mixture_parts *b, size_t j, double *work);

/* log of the integral of a_i b_j; with noise and a Gaussian, of no less than that. */
double gmix_i_part_overlap(const gmix_i_mixture_parts *a, size_t i,
                           const gmix_i_mixture_parts *b, size_t j, double *work);

#endif
