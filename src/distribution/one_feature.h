/* A model of one feature as a scalar mixture in its frame. */
#ifndef GMIX_DISTRIBUTION_ONE_FEATURE_H
#define GMIX_DISTRIBUTION_ONE_FEATURE_H

#include "distribution/scalar.h"
#include "model/mixture.h"

/* *memory: to be released by gmix_i_free(), whatever the status. GMIX_ERR_SHAPE, with a
 * message, if the model has several features. */
gmix_status gmix_i_one_feature(gmix_ctx *ctx, const gmix_model *model, double **memory,
                               gmix_i_scalar *out);

static inline double gmix_i_to_frame(const gmix_model *m, double x) {
    return (x - m->frame.shift[0]) * m->frame.inv_scale[0];
}
static inline double gmix_i_from_frame(const gmix_model *m, double x) {
    return m->frame.shift[0] + m->frame.scale[0] * x;
}

/* Where numbers have to tell apart what lies within a component: GMIX_ERR_MODEL if doubles about a mean are farther
 * apart than a quarter of its sd. s is in the frame of the model. */
gmix_status gmix_i_scalar_is_told(gmix_ctx *ctx, const gmix_model *model,
                                  const gmix_i_scalar *s);

#endif
