/* Cells of a text table as texts: names, labels and row names. */
#include "files/csv_texts.h"

#include "files/label_column.h"
#include "text/utf8.h"

/* Writes the character at p; a byte that is no UTF-8 is taken for Latin-1. */
static const char *copy_character(const char *p, char **text) {
    const size_t n = gmix_i_utf8_length((const unsigned char *)p);
    const unsigned char byte = (unsigned char)*p;
    if (n == 0) {
        *(*text)++ = (char)(0xC0 | byte >> 6);
        *(*text)++ = (char)(0x80 | (byte & 0x3F));
        return p + 1;
    }
    memcpy(*text, p, n);
    *text += n;
    return p + n;
}

char *gmix_i_csv_copy(const struct gmix_i_csv_cell *cell, char *text) {
    for (const char *p = cell->start; p < cell->stop;) {
        const bool doubled = cell->quoted && *p == '"' && p + 1 < cell->stop;
        p = copy_character(p, &text) + doubled;
    }
    *text++ = '\0';
    return text;
}

gmix_status gmix_i_csv_labels(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                              const struct gmix_i_csv_cell *cells, size_t n_rows,
                              struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    struct gmix_i_labels *labels = NULL;
    char *text = NULL;
    size_t capacity = 0;
    GMIX_TRY(gmix_i_labels_begin(ctx, n_rows, &labels));
    for (size_t i = 0; i < n_rows; i++) {
        const size_t n = (size_t)(cells[i].stop - cells[i].start);
        if (gmix_i_labels_unknown(cells[i].start, n) ||
            gmix_i_csv_is_named_missing(csv, &cells[i])) {
            continue;
        }
        GMIX_TRY(gmix_i_grow(ctx, "labels", &text, &capacity, 2 * n + 1, 1));
        char *const end = gmix_i_csv_copy(&cells[i], text);
        GMIX_TRY(gmix_i_labels_put(ctx, labels, i, text, (size_t)(end - text) - 1));
    }
    GMIX_TRY(gmix_i_labels_end(ctx, labels, data));
done:
    gmix_i_labels_free(ctx, &labels);
    gmix_i_free(ctx, text);
    return status;
}

gmix_status gmix_i_csv_row_names(gmix_ctx *ctx, const struct gmix_i_csv_cell *cells,
                                 size_t n_rows, const char *heading,
                                 struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    size_t size = 0;
    for (size_t i = 0; i < n_rows; i++) {
        size += 2 * (size_t)(cells[i].stop - cells[i].start) + 1;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "row names", n_rows, sizeof *data->row_names,
                           &data->row_names));
    GMIX_TRY(gmix_i_calloc(ctx, "row names", size, 1, &data->row_text));
    GMIX_TRY(gmix_i_calloc(ctx, "row names", strlen(heading) + 1, 1, &data->row_heading));
    memcpy(data->row_heading, heading, strlen(heading) + 1);
    char *text = data->row_text;
    for (size_t i = 0; i < n_rows; i++) {
        data->row_names[i] = text;
        text = gmix_i_csv_copy(&cells[i], text);
    }
done:
    return status;
}
