/* Model files: what the reader and the writer share. docs/model-format.md describes them.
 */
#ifndef GMIX_IO_MODEL_JSON_H
#define GMIX_IO_MODEL_JSON_H

#include <gmix/fit.h>

#include "io/bytes.h"

#define GMIX_I_MODEL_FORMAT "gmix-model"
enum { GMIX_I_MODEL_VERSION = 1 };

/* Dimensions of "covariances" for a family, by its layout: 1 to 3 of them; 0 if there is
 * no such family. */
size_t gmix_i_model_dims(const char *covariance, size_t k, size_t d, size_t dims[3]);

/* A message of gmix_model_new(), with the name of the file put before it. */
gmix_status gmix_i_model_in_file(gmix_ctx *ctx, gmix_status status, const char *file);

#endif
