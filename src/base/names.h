/* Names of features and columns. */
#ifndef GMIX_BASE_NAMES_H
#define GMIX_BASE_NAMES_H

#include "base/base.h"

/* *repeated: a name that is there twice, or NULL. Cost: n log n comparisons, n pointers. */
gmix_status gmix_i_names_repeated(gmix_ctx *ctx, const char *const *names, size_t n,
                                  const char **repeated);

/* Fails with `fault` if a name is NULL (then GMIX_ERR_ARGUMENT) or there twice. */
gmix_status gmix_i_names_check(gmix_ctx *ctx, const char *const *names, size_t n,
                               gmix_status fault);

#endif
