/* Columns of bounds. */
#ifndef GMIX_FILES_BETWEEN_COLUMNS_H
#define GMIX_FILES_BETWEEN_COLUMNS_H

#include "base/base.h"
#include "files/reader.h"

/* Pairs of columns of data become bounds of its table's cells, if the options name some. */
gmix_status gmix_i_between_columns_take(gmix_ctx *ctx, const gmix_read_options *opts,
                                        struct gmix_data *data);

/* The same of values that are bounds themselves where a cell's side is -1 (below the value) or 1
 * (above). sides: N x D. */
gmix_status gmix_i_censored_take(gmix_ctx *ctx, const signed char *sides,
                                 struct gmix_data *data);

#endif
