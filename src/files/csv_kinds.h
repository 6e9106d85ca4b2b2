/* Which columns of a text table are features by default, and which one names the rows. */
#ifndef GMIX_FILES_CSV_KINDS_H
#define GMIX_FILES_CSV_KINDS_H

#include "files/csv_survey.h"

/* True if some column of numbers may name rows, by its name or by the records surveyed. */
bool gmix_i_csv_may_name_rows(const struct gmix_i_csv *csv,
                              const struct gmix_i_csv_kind *kinds);

/* what: n_columns, of enum gmix_i_kind, from a survey of all records. *names_rows: the column
 * that names the rows, or GMIX_I_NO_COLUMN. */
gmix_status gmix_i_csv_classify(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                                const struct gmix_i_csv_kind *kinds, unsigned char *what,
                                size_t *names_rows);

/* True if a column that was found to be `what` still is, after more was surveyed; what takes all records in
 * one place, as whether cells are all different, is not asked again. */
bool gmix_i_csv_is_still(const struct gmix_i_csv *csv, const struct gmix_i_csv_kind *kind,
                         size_t column, unsigned char what);

/* The notes of a reader: what was left out, what names the rows, and numbers that were read by
 * other columns' signs. */
gmix_status gmix_i_csv_note(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                            const struct gmix_i_csv_kind *kinds,
                            const unsigned char *what,
                            const struct gmix_i_columns *columns,
                            const gmix_read_options *opts, struct gmix_data *data);

#endif
