/* The features of two models that speak of the same thing. */
#ifndef GMIX_CONDITION_MATCHED_H
#define GMIX_CONDITION_MATCHED_H

#include "model/mixture.h"

/* order[j]: the feature of b that is feature j of a, by name if both have names. D entries.
 * GMIX_ERR_SHAPE if they do not match. */
gmix_status gmix_i_match_features(gmix_ctx *ctx, const gmix_model *a, const gmix_model *b,
                                  size_t *order);

/* The same, in *order, to be released by gmix_i_free() whatever the status; and neither model has
 * noise (GMIX_ERR_MODEL). */
gmix_status gmix_i_match_proper(gmix_ctx *ctx, const gmix_model *a, const gmix_model *b,
                                size_t **order);

#endif
