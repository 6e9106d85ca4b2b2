/* What a reader should know of how a text table was read, a sentence each. See csv_kinds.h. */
#include <stdarg.h>
#include <stdio.h>

#include "files/csv_kinds.h"
#include "files/reader.h"

enum { NOTE_SIZE = 600, LIST_SIZE = 400, MOST_NAMED = 12 };

static gmix_status add_note(gmix_ctx *ctx, struct gmix_data *data, const char *text) {
    gmix_status status = GMIX_OK;
    size_t i = 0;
    const size_t n = strlen(text) + 1;
    while (i < GMIX_I_MOST_NOTES && data->notes[i]) {
        i++;
    }
    if (i < GMIX_I_MOST_NOTES) {
        GMIX_TRY(gmix_i_calloc(ctx, "notes", n, 1, &data->notes[i]));
        memcpy(data->notes[i], text, n);
    }
done:
    return status;
}

/* 'name', or column 3 where there are none: numbered as for the option columns. */
static void show_column(const struct gmix_i_csv *csv, size_t j, char text[80]) {
    if (csv->names && !(j == 0 && csv->blank_first)) {
        snprintf(text, 80, "'%.60s'", csv->names[j]);
    } else {
        snprintf(text, 80, "column %zu", j);
    }
}

static bool is_used(const struct gmix_i_columns *columns, size_t j) {
    bool used = j == columns->weights || j == columns->labels || j == columns->row_names;
    for (size_t k = 0; k < columns->n_features && !used; k++) {
        used = columns->features[k] == j;
    }
    return used;
}

static gmix_status note_left_out(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                                 const unsigned char *what,
                                 const struct gmix_i_columns *columns,
                                 struct gmix_data *data) {
    static const char *const WHY[] = {
        [GMIX_I_KIND_NUMBERS] = NULL,
        [GMIX_I_KIND_IDENTIFIER] = "identifiers",
        [GMIX_I_KIND_TEXT] = "text",
        [GMIX_I_KIND_DATES] = "dates: dates = 1 makes them days",
        [GMIX_I_KIND_TIMES] = "times: dates = 1 makes them hours",
        [GMIX_I_KIND_EMPTY] = "empty",
    };
    char list[LIST_SIZE] = "", note[NOTE_SIZE], column[80];
    size_t length = 0, n = 0, n_more = 0;
    for (size_t j = 0; j < csv->n_columns; j++) {
        if (is_used(columns, j) || !WHY[what[j]]) {
            continue;
        }
        show_column(csv, j, column);
        const size_t need = strlen(column) + strlen(WHY[what[j]]) + 6;
        if (n == MOST_NAMED || length + need >= LIST_SIZE) {
            n_more++;
            continue;
        }
        length += (size_t)snprintf(list + length, LIST_SIZE - length, "%s%s (%s)",
                                   n++ ? ", " : "", column, WHY[what[j]]);
    }
    if (n == 0) {
        return GMIX_OK;
    }
    const size_t at =
        (size_t)snprintf(note, sizeof note, "%.100s: left out: %s", csv->file, list);
    if (n_more > 0 && at < sizeof note) {
        snprintf(note + at, sizeof note - at, " and %zu more", n_more);
    }
    return add_note(ctx, data, note);
}

static gmix_status note_row_names(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                                  const unsigned char *what,
                                  const struct gmix_i_columns *columns,
                                  struct gmix_data *data) {
    const size_t j = columns->row_names;
    char note[NOTE_SIZE], column[80];
    show_column(csv, j, column);
    const bool numbers = what[j] == GMIX_I_KIND_IDENTIFIER;
    snprintf(note, sizeof note, "%.100s: %s names the rows and is no feature%s",
             csv->file, column, numbers ? "; row_names = none makes it one" : "");
    return add_note(ctx, data, note);
}

/* Identifiers that are features because there are texts beside them and no other numbers. */
static gmix_status note_only_identifiers(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                                         const unsigned char *what,
                                         const struct gmix_i_columns *columns,
                                         struct gmix_data *data) {
    const size_t n = columns->n_features;
    if (n == 0 || n == csv->n_columns ||
        what[columns->features[0]] != GMIX_I_KIND_IDENTIFIER) {
        return GMIX_OK;
    }
    char note[NOTE_SIZE], column[80];
    show_column(csv, columns->features[0], column);
    snprintf(note, sizeof note,
             "%.100s: %s seems to number the rows; it is a feature because there is no "
             "other column of numbers",
             csv->file, column);
    return add_note(ctx, data, note);
}

/* Commas that were read as other columns' signs say. */
static gmix_status note_signs(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                              const struct gmix_i_csv_kind *kinds,
                              const struct gmix_i_columns *columns,
                              struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    for (size_t k = 0; k < columns->n_features; k++) {
        const size_t j = columns->features[k];
        const unsigned form = csv->forms[j];
        char note[NOTE_SIZE], column[80];
        if (form == GMIX_I_FORM_PLAIN || form >= GMIX_I_N_FORMS) {
            continue;
        }
        bool other = false;
        for (unsigned f = 0; f < GMIX_I_N_FORMS; f++) {
            other =
                other || ((kinds[j].forms >> f & 1) && (kinds[j].differ[f] >> form & 1));
            other =
                other || ((kinds[j].forms >> f & 1) && (kinds[j].differ[form] >> f & 1));
        }
        if (!other) {
            continue;
        }
        show_column(csv, j, column);
        const bool comma = gmix_i_number_forms[form].decimal == ',';
        snprintf(note, sizeof note,
                 "%.100s: commas in %s are %s, as other columns have decimal %s; "
                 "decimal = %c if not",
                 csv->file, column, comma ? "decimal ones" : "between thousands",
                 comma ? "commas" : "points", comma ? '.' : ',');
        GMIX_TRY(add_note(ctx, data, note));
    }
done:
    return status;
}

/* Cells that are bounds, of the columns that are used. */
static gmix_status note_censored(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                                 const struct gmix_i_csv_kind *kinds,
                                 const struct gmix_i_columns *columns,
                                 struct gmix_data *data) {
    char note[NOTE_SIZE], column[80];
    gmix_status status = GMIX_OK;
    for (size_t k = 0; k < columns->n_features; k++) {
        const size_t j = columns->features[k], n = kinds[j].n_censored;
        if (n > 0) {
            show_column(csv, j, column);
            snprintf(note, sizeof note,
                     "%.100s: %zu cell%s of %s with < or > %s taken for bounds",
                     csv->file, n, n == 1 ? "" : "s", column, n == 1 ? "is" : "are");
            GMIX_TRY(add_note(ctx, data, note));
        }
    }
done:
    return status;
}

gmix_status gmix_i_csv_note(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                            const struct gmix_i_csv_kind *kinds,
                            const unsigned char *what,
                            const struct gmix_i_columns *columns,
                            const gmix_read_options *opts, struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    if (columns->by_default) {
        GMIX_TRY(note_left_out(ctx, csv, what, columns, data));
        GMIX_TRY(note_only_identifiers(ctx, csv, what, columns, data));
    }
    if (columns->by_default && !opts->row_names &&
        columns->row_names != GMIX_I_NO_COLUMN) {
        GMIX_TRY(note_row_names(ctx, csv, what, columns, data));
    }
    if (csv->forms) {
        GMIX_TRY(note_signs(ctx, csv, kinds, columns, data));
    }
    GMIX_TRY(note_censored(ctx, csv, kinds, columns, data));
    if (csv->years) {
        char note[NOTE_SIZE];
        snprintf(note, sizeof note,
                 "%.100s: the years of the first line are taken for names; header = 0 if "
                 "it is a row",
                 csv->file);
        GMIX_TRY(add_note(ctx, data, note));
    }
done:
    return status;
}
