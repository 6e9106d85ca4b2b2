/* Cells of a text table as texts: labels and row names. */
#ifndef GMIX_FILES_CSV_TEXTS_H
#define GMIX_FILES_CSV_TEXTS_H

#include "files/csv.h"
#include "files/reader.h"

/* Labels from their column's cells, into data and its table. */
gmix_status gmix_i_csv_labels(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                              const struct gmix_i_csv_cell *cells, size_t n_rows,
                              struct gmix_data *data);

/* Row names and what their column is called, into data. */
gmix_status gmix_i_csv_row_names(gmix_ctx *ctx, const struct gmix_i_csv_cell *cells,
                                 size_t n_rows, const char *heading,
                                 struct gmix_data *data);

#endif
