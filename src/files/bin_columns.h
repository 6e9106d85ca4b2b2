/* Columns of a histogram. */
#ifndef GMIX_FILES_BIN_COLUMNS_H
#define GMIX_FILES_BIN_COLUMNS_H

#include "base/base.h"
#include "files/reader.h"

/* The columns of data become bounds and weights of its table, if the options name some. */
gmix_status gmix_i_bin_columns_take(gmix_ctx *ctx, const char *file,
                                    const gmix_read_options *opts,
                                    struct gmix_data *data);

#endif
