/* Which columns of a file become features, and which ones weights, labels and row names. */
#ifndef GMIX_FILES_COLUMNS_H
#define GMIX_FILES_COLUMNS_H

#include <gmix/files.h>

#include "base/base.h"

#define GMIX_I_NO_COLUMN SIZE_MAX

/* What a column holds. Only numbers are features unless columns are named. */
enum gmix_i_kind {
    GMIX_I_KIND_NUMBERS,
    GMIX_I_KIND_IDENTIFIER, /* whole numbers that name rows */
    GMIX_I_KIND_TEXT,
    GMIX_I_KIND_DATES,
    GMIX_I_KIND_TIMES,
    GMIX_I_KIND_EMPTY
};

struct gmix_i_columns {
    size_t *features; /* n_features columns of the file, in the order wanted */
    bool *logs;       /* the same: is the logarithm wanted? */
    bool are_bins;    /* they are bounds and counts */
    size_t n_features;
    size_t weights;   /* column of the file, or GMIX_I_NO_COLUMN */
    size_t labels;    /* the same */
    size_t row_names; /* the same */
    bool by_default;  /* features are what is no other thing, not what was named */
};

/*
 * Looks up opts->columns, opts->weights, opts->labels and opts->row_names among the n columns of a
 * file: by name where there are names, else by 0-based number.
 *
 * kinds: what they hold, n; NULL: numbers. names_rows: the column that may be row names if
 * nothing else is known, or GMIX_I_NO_COLUMN. To be released by gmix_i_columns_free().
 */
gmix_status gmix_i_columns_select(gmix_ctx *ctx, const char *file,
                                  const char *const *names, size_t n,
                                  const gmix_read_options *opts,
                                  const unsigned char *kinds, size_t names_rows,
                                  struct gmix_i_columns *out);
void gmix_i_columns_free(gmix_ctx *ctx, struct gmix_i_columns *columns);

/* Fails if two of the n names are the same. */
gmix_status gmix_i_columns_check_names(gmix_ctx *ctx, const char *file,
                                       const char *const *names, size_t n);

/* Fails if what was chosen of the n columns is not told apart by their names: two of the chosen ones are called
 * the same, or one was asked for by a name that two have. */
gmix_status gmix_i_columns_check_choice(gmix_ctx *ctx, const char *file,
                                        const char *const *names, size_t n,
                                        const gmix_read_options *opts,
                                        const struct gmix_i_columns *columns);

#endif
