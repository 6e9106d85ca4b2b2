/* Which columns of a file become features, and which one the weights. */
#ifndef GMIX_FILES_COLUMNS_H
#define GMIX_FILES_COLUMNS_H

#include <gmix/files.h>

#include "base/base.h"

#define GMIX_I_NO_COLUMN SIZE_MAX

struct gmix_i_columns {
    size_t *features; /* n_features columns of the file, in the order wanted */
    size_t n_features;
    size_t weights; /* column of the file, or GMIX_I_NO_COLUMN */
    size_t labels;  /* the same */
};

/*
 * Looks up opts->columns, opts->weights and opts->labels among the n columns of a file: by name where
 * there are names, else by 0-based number. To be released by gmix_i_columns_free().
 */
gmix_status gmix_i_columns_select(gmix_ctx *ctx, const char *file,
                                  const char *const *names, size_t n,
                                  const gmix_read_options *opts,
                                  struct gmix_i_columns *out);
void gmix_i_columns_free(gmix_ctx *ctx, struct gmix_i_columns *columns);

/* Fails if two of the n names are the same. */
gmix_status gmix_i_columns_check_names(gmix_ctx *ctx, const char *file,
                                       const char *const *names, size_t n);

#endif
