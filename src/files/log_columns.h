/* Columns read as their natural logarithms: features called "log(NAME)". */
#ifndef GMIX_FILES_LOG_COLUMNS_H
#define GMIX_FILES_LOG_COLUMNS_H

#include "files/columns.h"
#include "files/reader.h"

/* The column in "log(NAME)", by its name or number; GMIX_I_NO_COLUMN where it is none. */
size_t gmix_i_log_column(const char *wanted, const char *const *names, size_t n);

/* Takes logarithms of the features that columns->logs marks, and calls them so; where a file has no names,
 * features are called by the numbers of their columns. GMIX_ERR_DATA for a value that has none. */
gmix_status gmix_i_log_features(gmix_ctx *ctx, const char *file,
                                const struct gmix_i_columns *columns,
                                struct gmix_data *data);

#endif
