/*
 * A mixture that is being put together from the parts of others, in the data's units, and the
 * family that it can have.
 */
#ifndef GMIX_CONDITION_DRAFT_H
#define GMIX_CONDITION_DRAFT_H

#include "model/mixture.h"

typedef struct gmix_i_draft {
    const gmix_i_family *family;
    size_t k, d;
    double *weights;    /* K + 1: the last is that of the noise */
    double *means;      /* K x D */
    double *matrices;   /* K x D x D */
    double *lower;      /* D: of the noise; used if its weight is positive */
    double *upper;      /* D */
    const char **names; /* D, borrowed; used if `named` */
    bool named;
    const gmix_i_classes *classes;      /* of the K components; borrowed; or NULL */
    const char *const *component_names; /* K, borrowed; or NULL */
    double *kappa, *dof; /* 2 K in one block: of posteriors with these weights; or NULL */
} gmix_i_draft;

gmix_status gmix_i_draft_new(gmix_ctx *ctx, const gmix_i_family *family, size_t k,
                             size_t d, gmix_i_draft *out);
void gmix_i_draft_free(gmix_ctx *ctx, gmix_i_draft *parts);

/* The model; matrices need not be symmetric to the last bit: the lower triangle counts. */
gmix_status gmix_i_draft_build(gmix_ctx *ctx, const gmix_i_draft *parts,
                               gmix_model **out);

/* Checks that n features of the model are there and different. */
gmix_status gmix_i_features_check(gmix_ctx *ctx, const gmix_model *model, size_t n,
                                  const size_t *features);

/* The family of blocks of the covariances: rows and columns of some features, or what is left
 * of them when others are known. */
const gmix_i_family *gmix_i_block_family(const gmix_i_family *family);

/* The family of A Sigma A^T. */
const gmix_i_family *gmix_i_image_family(const gmix_i_family *family);

#endif
