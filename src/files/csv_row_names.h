/* Files whose header is one cell shorter than their rows. */
#ifndef GMIX_FILES_CSV_ROW_NAMES_H
#define GMIX_FILES_CSV_ROW_NAMES_H

#include "files/csv.h"

/* Sets csv->row_names, and n_columns with it, if the rows have one cell more than the header
 * and begin with names. GMIX_ERR_PARSE if the first cells may be parts of numbers as well. */
gmix_status gmix_i_csv_find_row_names(gmix_ctx *ctx, struct gmix_i_csv *csv);

#endif
