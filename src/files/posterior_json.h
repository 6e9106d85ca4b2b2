/* The member "posterior" of model files. */
#ifndef GMIX_FILES_POSTERIOR_JSON_H
#define GMIX_FILES_POSTERIOR_JSON_H

#include <gmix/bayes.h>

#include "files/json_in.h"
#include "files/json_out.h"

/* Nothing for a model without one. */
void gmix_i_json_posterior(struct gmix_i_json *json, const gmix_model *model);

/* The member of a file that has one. Arrays are in *numbers, the caller's to free; the word is the tree's. */
gmix_status gmix_i_posterior_from_json(gmix_ctx *ctx, const char *file,
                                       const json_t *root, const char *covariance,
                                       size_t k, size_t d, gmix_posterior *out,
                                       double **numbers);

#endif
