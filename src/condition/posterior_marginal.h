/* Marginals of models with a posterior. */
#ifndef GMIX_CONDITION_POSTERIOR_MARGINAL_H
#define GMIX_CONDITION_POSTERIOR_MARGINAL_H

#include "model/mixture.h"

/* From the marginal of the model's point, the model of the same features with their posterior. */
gmix_status gmix_i_posterior_marginal(gmix_ctx *ctx, const gmix_model *model, size_t n,
                                      const size_t *features, const gmix_model *point,
                                      gmix_model **out);

#endif
