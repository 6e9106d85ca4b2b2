/*
 * The CSV reader: dialect, names, choice of columns, numbers. Cells of columns that are
 * not chosen are never looked at, so they may hold text.
 */
#include "files/csv.h"

#include <math.h>
#include <stdio.h>

#include "files/csv_survey.h"
#include "files/label_column.h"
#include "files/reader.h"
#include "text/utf8.h"

enum { SAMPLE = 256 }; /* records that tell whether more than plain numbers is there */

static bool probe(const char *first, size_t n) {
    (void)first, (void)n;
    return true;
}

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

/* Writes a header cell as a name; returns what follows it in `text`. */
static char *copy_name(const struct gmix_i_csv_cell *cell, size_t column, char *text) {
    return cell->start == cell->stop ? text + sprintf(text, "column%zu", column + 1) + 1
                                     : gmix_i_csv_copy(cell, text);
}

/* The names of all columns of the file, in data until the choice is made. */
static gmix_status read_names(gmix_ctx *ctx, struct gmix_i_csv *csv,
                              struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    if (!csv->header) {
        return GMIX_OK;
    }
    const char *const first = gmix_i_csv_record(csv, csv->text, csv->end);
    const size_t size = (size_t)(csv->body - first);
    const size_t generated = sizeof "column" + 20; /* also longer than "row.names" */
    GMIX_TRY(gmix_i_calloc(ctx, "column names", csv->n_columns, sizeof *data->names,
                           &data->names));
    GMIX_TRY(gmix_i_calloc(ctx, "column names", 2 * size + csv->n_columns * generated, 1,
                           &data->name_text));
    char *text = data->name_text;
    struct gmix_i_csv_cell cell = {.next = first};
    if (csv->row_names) {
        static const char unnamed[] = "row.names"; /* as R calls them */
        data->names[0] = memcpy(text, unnamed, sizeof unnamed);
        text += sizeof unnamed;
    }
    for (size_t j = csv->row_names; j < csv->n_columns; j++) {
        cell = gmix_i_csv_cell(csv, cell.next);
        data->names[j] = text;
        if (cell.unclosed || cell.trailing) {
            const struct gmix_i_csv_fault fault = gmix_i_csv_fault_at(
                cell.unclosed ? GMIX_I_CSV_UNCLOSED : GMIX_I_CSV_TRAILING, first, j);
            GMIX_TRY(gmix_i_csv_fail(ctx, csv, &fault));
        }
        text = copy_name(&cell, j, text);
    }
    csv->names = data->names;
    GMIX_TRY(gmix_i_columns_check_names(ctx, csv->file, (const char *const *)data->names,
                                        csv->n_columns));
done:
    return status;
}

/* Names the first row with a weight that is none. */
static gmix_status check_weights(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                                 const double *weights, size_t n, size_t column) {
    const char *p = gmix_i_csv_record(csv, csv->body, csv->end);
    size_t bad = 0;
    while (bad < n && weights[bad] >= 0.0 && isfinite(weights[bad])) {
        bad++;
    }
    if (bad == n) {
        return GMIX_OK;
    }
    for (size_t i = 0; i < bad; i++) {
        p = gmix_i_csv_record(csv, gmix_i_csv_after(csv, p), csv->end);
    }
    const struct gmix_i_csv_fault fault =
        gmix_i_csv_fault_at(GMIX_I_CSV_BAD_WEIGHT, p, column);
    return gmix_i_csv_fail(ctx, csv, &fault);
}

/* Rows times columns beyond the number of bytes: some line is too short. Says which,
 * before memory for cells that are not there is asked for. */
static gmix_status check_size(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                              size_t n_rows) {
    const size_t bytes = (size_t)(csv->end - csv->body) + 1;
    if (n_rows <= bytes / csv->n_columns) {
        return GMIX_OK;
    }
    const char *p = gmix_i_csv_record(csv, csv->body, csv->end);
    while (p < csv->end && gmix_i_csv_width(csv, p) == csv->n_columns) {
        p = gmix_i_csv_record(csv, gmix_i_csv_after(csv, p), csv->end);
    }
    const struct gmix_i_csv_fault fault = gmix_i_csv_fault_at(GMIX_I_CSV_RAGGED, p, 0);
    return gmix_i_csv_fail(ctx, csv, &fault);
}

static gmix_status set_labels(gmix_ctx *ctx, const struct gmix_i_csv *csv,
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

/* Which column of the file is what. slots: n_columns. */
static void set_slots(const struct gmix_i_csv *csv, const struct gmix_i_columns *columns,
                      size_t *slots) {
    for (size_t j = 0; j < csv->n_columns; j++) {
        slots[j] = j == columns->weights  ? GMIX_I_CSV_WEIGHT
                   : j == columns->labels ? GMIX_I_CSV_LABEL
                                          : GMIX_I_CSV_SKIP;
    }
    for (size_t k = 0; k < columns->n_features; k++) {
        slots[columns->features[k]] = k;
    }
}

/* Memory for what is parsed: at most as many cells as the file has bytes. */
static gmix_status make_room(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                             const struct gmix_i_columns *columns, size_t n_rows,
                             struct gmix_data *data, struct gmix_i_csv_cell **labels) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_calloc(ctx, csv->file, n_rows * columns->n_features, sizeof(double),
                           &data->values));
    if (columns->weights != GMIX_I_NO_COLUMN) {
        GMIX_TRY(gmix_i_calloc(ctx, "weights", n_rows, sizeof(double), &data->weights));
    }
    if (columns->labels != GMIX_I_NO_COLUMN) {
        GMIX_TRY(gmix_i_calloc(ctx, "labels", n_rows, sizeof **labels, labels));
    }
    data->table = (gmix_table){.data = data->values,
                               .dtype = GMIX_F64,
                               .n_rows = n_rows,
                               .n_cols = columns->n_features,
                               .row_stride = (ptrdiff_t)columns->n_features,
                               .col_stride = 1,
                               .weights = data->weights};
done:
    return status;
}

/* Parses what the columns' forms say; where a cell is no number in its column's, and it was
 * not known what the columns hold, finds that out and parses again. */
static gmix_status parse(gmix_ctx *ctx, struct gmix_i_csv *csv,
                         const struct gmix_i_csv_plan *plan,
                         const struct gmix_i_csv_target *target,
                         struct gmix_i_csv_kind *kinds, unsigned char *forms) {
    gmix_status status = GMIX_OK;
    struct gmix_i_csv_fault fault;
    bool known = !gmix_i_csv_all_plain(csv, kinds);
    for (;;) {
        if (known) {
            GMIX_TRY(gmix_i_csv_survey(ctx, csv, SIZE_MAX, kinds));
            GMIX_TRY(gmix_i_csv_decide_forms(ctx, csv, kinds, target->slots, forms));
            csv->forms = forms;
        }
        GMIX_TRY(gmix_i_csv_parse(ctx, csv, plan, target, &fault));
        if (fault.kind == GMIX_I_CSV_FINE) {
            break;
        }
        if (known || (fault.kind != GMIX_I_CSV_NOT_NUMBER &&
                      fault.kind != GMIX_I_CSV_BAD_WEIGHT)) {
            GMIX_TRY(gmix_i_csv_fail(ctx, csv, &fault));
        }
        known = true;
    }
done:
    return status;
}

/* Parses the chosen columns into data. */
static gmix_status read_cells(gmix_ctx *ctx, struct gmix_i_csv *csv,
                              const struct gmix_i_columns *columns,
                              struct gmix_i_csv_kind *kinds, struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    struct gmix_i_csv_plan *plan = NULL;
    struct gmix_i_csv_cell *labels = NULL;
    unsigned char *forms = NULL;
    size_t *slots = NULL, n_rows;
    GMIX_TRY(gmix_i_csv_plan(ctx, csv, &plan, &n_rows));
    if (n_rows == 0) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA, "%s has a header and no rows", csv->file);
    }
    GMIX_TRY(check_size(ctx, csv, n_rows));
    GMIX_TRY(gmix_i_calloc(ctx, "columns", csv->n_columns, sizeof *slots, &slots));
    GMIX_TRY(gmix_i_calloc(ctx, "columns", csv->n_columns, sizeof *forms, &forms));
    set_slots(csv, columns, slots);
    GMIX_TRY(make_room(ctx, csv, columns, n_rows, data, &labels));
    const struct gmix_i_csv_target target = {slots, data->values, columns->n_features,
                                             data->weights, labels};
    GMIX_TRY(parse(ctx, csv, plan, &target, kinds, forms));
    if (data->weights) {
        GMIX_TRY(check_weights(ctx, csv, data->weights, n_rows, columns->weights));
    }
    if (labels) {
        GMIX_TRY(set_labels(ctx, csv, labels, n_rows, data));
    }
done:
    csv->forms = NULL;
    gmix_i_free(ctx, labels);
    gmix_i_free(ctx, forms);
    gmix_i_free(ctx, slots);
    gmix_i_csv_plan_free(ctx, &plan);
    return status;
}

/* Leaves only the names of the chosen columns, in their order. */
static gmix_status choose_names(gmix_ctx *ctx, const struct gmix_i_columns *columns,
                                struct gmix_data *data) {
    if (!data->names) {
        return GMIX_OK;
    }
    char **chosen;
    const gmix_status status =
        gmix_i_calloc(ctx, "column names", columns->n_features, sizeof *chosen, &chosen);
    if (status == GMIX_OK) {
        for (size_t k = 0; k < columns->n_features; k++) {
            chosen[k] = data->names[columns->features[k]];
        }
        gmix_i_free(ctx, data->names);
        data->names = chosen;
        data->table.names = (const char *const *)chosen;
    }
    return status;
}

static gmix_status load(gmix_ctx *ctx, struct gmix_i_bytes *bytes,
                        const gmix_read_options *opts, struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    struct gmix_i_csv csv;
    struct gmix_i_columns columns = {0};
    struct gmix_i_csv_kind *kinds = NULL;
    GMIX_TRY(gmix_i_csv_open(ctx, bytes, opts, &csv));
    GMIX_TRY(read_names(ctx, &csv, data));
    GMIX_TRY(gmix_i_calloc(ctx, "columns", csv.n_columns, sizeof *kinds, &kinds));
    GMIX_TRY(gmix_i_csv_survey(ctx, &csv, SAMPLE, kinds));
    GMIX_TRY(gmix_i_columns_select(ctx, csv.file, (const char *const *)csv.names,
                                   csv.n_columns, opts, &columns));
    GMIX_TRY(read_cells(ctx, &csv, &columns, kinds, data));
    GMIX_TRY(choose_names(ctx, &columns, data));
done:
    gmix_i_free(ctx, kinds);
    gmix_i_columns_free(ctx, &columns);
    return status;
}

const struct gmix_i_reader gmix_i_reader_csv = {"csv", probe, load};
