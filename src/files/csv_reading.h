/*
 * A text table on its way into data: whole, or piece by piece. What columns are there, which are
 * features, how their numbers are written is decided on the first piece; later ones that say
 * otherwise are refused, so that what was read stays right.
 */
#ifndef GMIX_FILES_CSV_READING_H
#define GMIX_FILES_CSV_READING_H

#include "files/csv_kinds.h"
#include "files/reader.h"

struct gmix_i_csv_reading {
    gmix_ctx *ctx;
    struct gmix_i_csv
        csv; /* of a later piece: its end moved, and its body's first line */
    const gmix_read_options *opts;
    struct gmix_i_columns columns;
    struct gmix_i_csv_plan *plan;
    struct gmix_i_csv_kind *kinds; /* of all records if `known`, else of the first */
    unsigned char *what, *forms;   /* per column: enum gmix_i_kind; the numbers' form */
    size_t *slots;
    struct gmix_i_csv_cell *labels, *row_names;
    signed char *censored; /* n_rows x features; NULL: no cell is */
    size_t n_rows;
    bool known, classified; /* `what` was found out */

    struct gmix_i_csv_kind *were; /* before this piece; NULL: it is the first */
    unsigned char *forms_were;
    bool was_known;
};

/* How the text is cut. The options must stay. */
gmix_status gmix_i_csv_begin(gmix_ctx *ctx, const struct gmix_i_bytes *bytes,
                             const gmix_read_options *opts, struct gmix_i_csv_reading *r);
/* Its rows; then those of the next piece, which r->csv was set to: n_rows 0 if it has none. */
gmix_status gmix_i_csv_first(struct gmix_i_csv_reading *r, struct gmix_data *data);
gmix_status gmix_i_csv_next(struct gmix_i_csv_reading *r, struct gmix_data *data);
void gmix_i_csv_end(struct gmix_i_csv_reading *r);

#endif
