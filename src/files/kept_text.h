/* The text that a table was read from, kept to be written again. */
#ifndef GMIX_FILES_KEPT_TEXT_H
#define GMIX_FILES_KEPT_TEXT_H

#include "files/csv.h"
#include "files/reader.h"

struct gmix_i_kept_text {
    struct gmix_i_csv csv; /* names, forms and words for missing cells are NULL */
    const char *start;     /* of the bytes */
    char decimal;
    bool utf8;     /* all of it is */
    size_t *slots; /* n_columns, as in gmix_i_csv_target */
};

/* Moves the bytes into data, and keeps how they are cut into cells. */
gmix_status gmix_i_text_keep(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                             const size_t *slots, struct gmix_i_bytes *bytes,
                             struct gmix_data *data);

#endif
