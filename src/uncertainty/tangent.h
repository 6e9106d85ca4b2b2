/*
 * The directions in which a family lets the covariances of its components move, without
 * knowing the family. Its M-step M brings any matrices to the nearest of the family, and leaves
 * the family's own alone: so dM, at covariances of the family, is a projection onto the
 * tangent space of all it allows, of n_free dimensions; and c -> M(c + Q z) are coordinates z
 * around c.
 */
#ifndef GMIX_UNCERTAINTY_TANGENT_H
#define GMIX_UNCERTAINTY_TANGENT_H

#include "model/mixture.h"

typedef struct gmix_i_tangent {
    size_t n;      /* K x L: entries of all covariances in the frame */
    size_t n_free; /* columns of Q */
    double *q;     /* n x n_free */
    bool flat;     /* M(c + Q z) = c + Q z */
    /* For M alone: */
    const gmix_model *model;
    gmix_i_params params;
    gmix_i_bounds bounds;
    double *memory, *moments, *unit; /* unit: n, sizes of the entries */
} gmix_i_tangent;

/* GMIX_ERR_SINGULAR where the family is not smooth: axes of equal variances, say. */
gmix_status gmix_i_tangent_new(gmix_ctx *ctx, const gmix_model *model,
                               gmix_i_tangent *out);
void gmix_i_tangent_free(gmix_ctx *ctx, gmix_i_tangent *tangent);

/* out (n_free x n_free) = the second derivatives of g^T M(c + Q z) at z = 0. g: n. */
gmix_status gmix_i_tangent_curvature(gmix_ctx *ctx, gmix_i_tangent *t, const double *g,
                                     double *out);

#endif
