/* Model files: what the reader and the writer share. docs/model-format.md describes them.
 */
#ifndef GMIX_FILES_MODEL_JSON_H
#define GMIX_FILES_MODEL_JSON_H

#include <gmix/files.h>

#include "files/bytes.h"

#define GMIX_I_MODEL_FORMAT "gmix-model"
enum { GMIX_I_MODEL_VERSION = 1 };

/* A message of gmix_model_new(), with the name of the file put before it. */
gmix_status gmix_i_model_in_file(gmix_ctx *ctx, gmix_status status, const char *file);

#endif
