/* Columns of errors of measurement. */
#ifndef GMIX_FILES_ERROR_COLUMNS_H
#define GMIX_FILES_ERROR_COLUMNS_H

#include "base/base.h"
#include "files/reader.h"

/* The last columns of data become its table's errors, if the options name some. */
gmix_status gmix_i_error_columns_take(gmix_ctx *ctx, const gmix_read_options *opts,
                                      struct gmix_data *data);

#endif
