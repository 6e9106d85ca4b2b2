/* The state of an online fit in model files. */
#ifndef GMIX_FILES_STATE_JSON_H
#define GMIX_FILES_STATE_JSON_H

#include <gmix/model.h>

#include "files/json_in.h"
#include "files/json_out.h"

/* A member "state", if the model has one. */
void gmix_i_json_state(struct gmix_i_json *json, const gmix_model *model);

/* The member "state" of a file; *n = 0 without one. *state is to be freed in either case, if it was set. */
gmix_status gmix_i_json_get_state(gmix_ctx *ctx, const char *file, const json_t *root,
                                  const char *covariance, size_t k, size_t d,
                                  double **state, size_t *n);

#endif
