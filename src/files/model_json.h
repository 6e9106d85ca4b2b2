/* Model files: what the reader and the writer share. docs/model-format.md describes them.
 */
#ifndef GMIX_FILES_MODEL_JSON_H
#define GMIX_FILES_MODEL_JSON_H

#include <gmix/files.h>

#include "files/bytes.h"

#define GMIX_I_MODEL_FORMAT "gmix-model"
enum { GMIX_I_MODEL_VERSION = 1 };

#endif
