/* Columns of Parquet files, page by page. */
#ifndef GMIX_FILES_PARQUET_PAGE_H
#define GMIX_FILES_PARQUET_PAGE_H

#include "files/parquet_values.h"

/* All rows of a column of numbers, nulls as NaN; out: n_rows. GMIX_ERR_PARSE for damage, GMIX_ERR_UNSUPPORTED for
 * what is not read: both name the column. */
gmix_status gmix_i_parquet_read_numbers(gmix_ctx *ctx, const struct gmix_i_parquet *p,
                                        size_t column, double *out);

/* Takes n rows of a column of texts, from row `first` on; texts live as long as the call. */
typedef gmix_status gmix_i_parquet_take(void *arg, size_t first, size_t n,
                                        const struct gmix_i_span *texts);

/* The same for a column of texts, page by page. */
gmix_status gmix_i_parquet_read_texts(gmix_ctx *ctx, const struct gmix_i_parquet *p,
                                      size_t column, gmix_i_parquet_take *take,
                                      void *arg);

#endif
