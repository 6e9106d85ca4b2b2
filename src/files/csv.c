/*
 * The CSV reader: dialect, names, choice of columns, numbers. Cells of columns that are
 * not chosen are never looked at, so they may hold text.
 */
#include "files/csv_reading.h"

#include <math.h>
#include <stdio.h>

#include "files/between_columns.h"
#include "files/csv_texts.h"
#include "files/kept_text.h"
#include "files/log_columns.h"

enum { SAMPLE = 256 }; /* records that tell whether more than plain numbers is there */

static bool probe(const char *first, size_t n) {
    (void)first, (void)n;
    return true;
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
        csv->blank_first = csv->blank_first || (j == 0 && cell.start == cell.stop);
        text = copy_name(&cell, j, text);
    }
    csv->names = data->names;
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

/* Which column of the file is what. slots: n_columns. */
static void set_slots(const struct gmix_i_csv *csv, const struct gmix_i_columns *columns,
                      size_t *slots) {
    for (size_t j = 0; j < csv->n_columns; j++) {
        slots[j] = j == columns->weights     ? GMIX_I_CSV_WEIGHT
                   : j == columns->labels    ? GMIX_I_CSV_LABEL
                   : j == columns->row_names ? GMIX_I_CSV_ROW_NAME
                                             : GMIX_I_CSV_SKIP;
    }
    for (size_t k = 0; k < columns->n_features; k++) {
        slots[columns->features[k]] = k;
    }
}

/* What is of the text at hand alone. */
static void forget_text(struct gmix_i_csv_reading *r) {
    gmix_i_free(r->ctx, r->labels);
    gmix_i_free(r->ctx, r->censored);
    gmix_i_free(r->ctx, r->row_names);
    gmix_i_csv_plan_free(r->ctx, &r->plan);
    r->labels = r->row_names = NULL;
    r->censored = NULL;
}

void gmix_i_csv_end(struct gmix_i_csv_reading *r) {
    forget_text(r);
    gmix_i_free(r->ctx, r->kinds);
    gmix_i_free(r->ctx, r->were);
    gmix_i_free(r->ctx, r->what);
    gmix_i_free(r->ctx, r->forms);
    gmix_i_free(r->ctx, r->forms_were);
    gmix_i_free(r->ctx, r->slots);
    gmix_i_columns_free(r->ctx, &r->columns);
}

/* Memory for what is parsed: at most as many cells as the file has bytes. */
static gmix_status make_room(struct gmix_i_csv_reading *r, struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = r->ctx;
    const size_t n = r->n_rows, d = r->columns.n_features;
    GMIX_TRY(gmix_i_calloc(ctx, r->csv.file, n * d, sizeof(double), &data->values));
    if (r->columns.weights != GMIX_I_NO_COLUMN) {
        GMIX_TRY(gmix_i_calloc(ctx, "weights", n, sizeof(double), &data->weights));
    }
    if (r->columns.labels != GMIX_I_NO_COLUMN) {
        GMIX_TRY(gmix_i_calloc(ctx, "labels", n, sizeof *r->labels, &r->labels));
    }
    if (r->columns.row_names != GMIX_I_NO_COLUMN) {
        GMIX_TRY(gmix_i_calloc(ctx, "row names", n, sizeof *r->row_names, &r->row_names));
    }
    data->table = (gmix_table){.data = data->values,
                               .dtype = GMIX_F64,
                               .n_rows = n,
                               .n_cols = d,
                               .row_stride = (ptrdiff_t)d,
                               .col_stride = 1,
                               .weights = data->weights};
done:
    return status;
}

/* What the columns hold: from the first records if these are plain numbers alone, else from all. */
static gmix_status find_kinds(struct gmix_i_csv_reading *r) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = r->ctx;
    const size_t n = r->csv.n_columns;
    size_t names_rows = GMIX_I_NO_COLUMN;
    GMIX_TRY(gmix_i_calloc(ctx, "columns", n, sizeof *r->kinds, &r->kinds));
    GMIX_TRY(gmix_i_calloc(ctx, "columns", n, sizeof *r->what, &r->what));
    GMIX_TRY(gmix_i_calloc(ctx, "columns", n, sizeof *r->forms, &r->forms));
    GMIX_TRY(gmix_i_calloc(ctx, "columns", n, sizeof *r->slots, &r->slots));
    GMIX_TRY(gmix_i_csv_survey(ctx, &r->csv, SAMPLE, r->kinds));
    r->known = r->csv.row_names || !gmix_i_csv_all_plain(&r->csv, r->kinds) ||
               ((!r->opts->row_names || r->opts->row_names[0]) &&
                gmix_i_csv_may_name_rows(&r->csv, r->kinds));
    if (r->known) {
        GMIX_TRY(gmix_i_csv_survey(ctx, &r->csv, SIZE_MAX, r->kinds));
        r->classified = true;
        GMIX_TRY(gmix_i_csv_classify(ctx, &r->csv, r->kinds, r->what, &names_rows));
        if (r->csv.row_names && r->n_rows == 1) {
            names_rows = 0;
            r->what[0] = GMIX_I_KIND_IDENTIFIER;
        }
        if (r->csv.row_names && names_rows != 0) { /* row names are all different */
            const struct gmix_i_csv_fault fault = gmix_i_csv_fault_at(
                GMIX_I_CSV_RAGGED, gmix_i_csv_record(&r->csv, r->csv.body, r->csv.end),
                0);
            r->csv.row_names = false;
            r->csv.n_columns--;
            GMIX_TRY(gmix_i_csv_fail(ctx, &r->csv, &fault));
        }
    }
    if (r->opts->row_names && !r->opts->row_names[0]) {
        for (size_t j = 0; j < n; j++) {
            r->what[j] =
                r->what[j] == GMIX_I_KIND_IDENTIFIER ? GMIX_I_KIND_NUMBERS : r->what[j];
        }
    }
    GMIX_TRY(gmix_i_columns_select(ctx, r->csv.file, (const char *const *)r->csv.names, n,
                                   r->opts, r->what, names_rows, &r->columns));
    if (r->csv.names) {
        GMIX_TRY(gmix_i_columns_check_choice(ctx, r->csv.file,
                                             (const char *const *)r->csv.names, n,
                                             r->opts, &r->columns));
    }
    set_slots(&r->csv, &r->columns, r->slots);
done:
    return status;
}

/* Room for the sides of bounds, where there are some among the features. */
static gmix_status make_censored(struct gmix_i_csv_reading *r) {
    bool any = false;
    for (size_t k = 0; k < r->columns.n_features; k++) {
        any = any || r->kinds[r->columns.features[k]].n_censored > 0;
    }
    return any && !r->censored
               ? gmix_i_calloc(r->ctx, "bounds", r->n_rows * r->columns.n_features, 1,
                               &r->censored)
               : GMIX_OK;
}

/* Whether what was read of a column would be the same numbers in another form. */
static bool are_same_numbers(const struct gmix_i_csv_kind *kind, unsigned a, unsigned b) {
    const unsigned both = 1u << a | 1u << b, low = a < b ? a : b, high = a < b ? b : a;
    return a < GMIX_I_N_FORMS && b < GMIX_I_N_FORMS && (kind->forms & both) == both &&
           !(kind->differ[low] >> high & 1);
}

/* Of a later piece: numbers that were given away cannot become others. */
static gmix_status check_forms(const struct gmix_i_csv_reading *r) {
    for (size_t j = 0; r->forms_were && j < r->csv.n_columns; j++) {
        const unsigned was = r->forms_were[j], is = r->forms[j];
        if (gmix_i_csv_is_text_slot(r->slots[j]) || was == is ||
            (r->was_known && are_same_numbers(&r->were[j], was, is))) {
            continue;
        }
        const char *const at = r->kinds[j].narrowed;
        return gmix_i_fail(
            r->ctx, GMIX_ERR_PARSE,
            "%s: numbers of column %zu are written otherwise from line %zu on than "
            "before, and those were read already; say how they are written, by decimal "
            "and thousands, or read the file whole",
            r->csv.file, j + 1,
            gmix_i_csv_line(
                &r->csv, at ? at : gmix_i_csv_record(&r->csv, r->csv.body, r->csv.end)));
    }
    return GMIX_OK;
}

/* Parses as the columns' forms say; where a cell is no number in its column's, and it was
 * not known what the columns hold, finds that out and parses again. */
static gmix_status parse(struct gmix_i_csv_reading *r, struct gmix_i_csv_target *target) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = r->ctx;
    struct gmix_i_csv_fault fault;
    for (;;) {
        if (r->known) {
            GMIX_TRY(make_censored(r));
            target->censored = r->censored;
            GMIX_TRY(gmix_i_csv_decide_forms(ctx, &r->csv, r->kinds, r->slots,
                                             r->opts->dates == 1, r->forms));
            GMIX_TRY(check_forms(r));
            r->csv.forms = r->forms;
        }
        GMIX_TRY(gmix_i_csv_parse(ctx, &r->csv, r->plan, target, &fault));
        if (fault.kind == GMIX_I_CSV_FINE) {
            break;
        }
        if (r->known || (fault.kind != GMIX_I_CSV_NOT_NUMBER &&
                         fault.kind != GMIX_I_CSV_BAD_WEIGHT)) {
            GMIX_TRY(gmix_i_csv_fail(ctx, &r->csv, &fault));
        }
        GMIX_TRY(gmix_i_csv_survey(ctx, &r->csv, SIZE_MAX, r->kinds));
        r->known = true;
    }
done:
    return status;
}

/* Parses the chosen columns into data. */
static gmix_status read_cells(struct gmix_i_csv_reading *r, struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = r->ctx;
    struct gmix_i_csv *const csv = &r->csv;
    GMIX_TRY(make_room(r, data));
    struct gmix_i_csv_target target = {.slots = r->slots,
                                       .values = data->values,
                                       .n_features = r->columns.n_features,
                                       .weights = data->weights,
                                       .labels = r->labels,
                                       .row_names = r->row_names};
    GMIX_TRY(parse(r, &target));
    if (data->weights) {
        GMIX_TRY(check_weights(ctx, csv, data->weights, r->n_rows, r->columns.weights));
    }
    if (r->labels) {
        GMIX_TRY(gmix_i_csv_labels(ctx, csv, r->labels, r->n_rows, data));
    }
    if (r->row_names) {
        const size_t j = r->columns.row_names;
        const char *const heading =
            csv->names && !(j == 0 && csv->blank_first) ? csv->names[j] : "row";
        GMIX_TRY(gmix_i_csv_row_names(ctx, r->row_names, r->n_rows, heading, data));
    }
done:
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

/* What is made of the cells that were read. */
static gmix_status finish(struct gmix_i_csv_reading *r, struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(choose_names(r->ctx, &r->columns, data));
    GMIX_TRY(gmix_i_log_features(r->ctx, r->csv.file, &r->columns, data));
    if (r->censored) {
        GMIX_TRY(gmix_i_censored_take(r->ctx, r->censored, data));
    }
done:
    return status;
}

gmix_status gmix_i_csv_begin(gmix_ctx *ctx, const struct gmix_i_bytes *bytes,
                             const gmix_read_options *opts,
                             struct gmix_i_csv_reading *r) {
    *r = (struct gmix_i_csv_reading){.ctx = ctx, .opts = opts};
    const gmix_status status = gmix_i_csv_open(ctx, bytes, opts, &r->csv);
    r->csv.censors = opts->n_between + opts->n_bins + opts->n_errors == 0;
    return status;
}

gmix_status gmix_i_csv_first(struct gmix_i_csv_reading *r, struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = r->ctx;
    GMIX_TRY(read_names(ctx, &r->csv, data));
    GMIX_TRY(gmix_i_csv_plan(ctx, &r->csv, &r->plan, &r->n_rows));
    if (r->n_rows == 0) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA, "%s has a header and no rows", r->csv.file);
    }
    GMIX_TRY(check_size(ctx, &r->csv, r->n_rows));
    GMIX_TRY(find_kinds(r));
    GMIX_TRY(read_cells(r, data));
    GMIX_TRY(
        gmix_i_csv_note(ctx, &r->csv, r->kinds, r->what, &r->columns, r->opts, data));
    GMIX_TRY(finish(r, data));
done:
    return status;
}

/* What is known of the columns, before more is; and no more pointers into text that is gone. */
static gmix_status remember(struct gmix_i_csv_reading *r) {
    gmix_status status = GMIX_OK;
    const size_t n = r->csv.n_columns;
    if (!r->were) {
        GMIX_TRY(gmix_i_calloc(r->ctx, "columns", n, sizeof *r->were, &r->were));
        GMIX_TRY(
            gmix_i_calloc(r->ctx, "columns", n, sizeof *r->forms_were, &r->forms_were));
    }
    for (size_t j = 0; j < n; j++) {
        struct gmix_i_csv_kind *const kind = &r->kinds[j];
        kind->narrowed = kind->clash = kind->doubtful = kind->text = kind->censored =
            NULL;
    }
    memcpy(r->were, r->kinds, n * sizeof *r->were);
    memcpy(r->forms_were, r->forms, n);
    r->was_known = r->known;
done:
    return status;
}

/* Columns that were left out for what they hold, or are features by it, still hold such. */
static gmix_status check_kinds(const struct gmix_i_csv_reading *r) {
    for (size_t j = 0; r->classified && r->columns.by_default && j < r->csv.n_columns;
         j++) {
        const unsigned what = r->what[j];
        if (gmix_i_csv_is_still(&r->csv, &r->kinds[j], j, r->what[j])) {
            continue;
        }
        if (what == GMIX_I_KIND_IDENTIFIER) {
            return gmix_i_fail(
                r->ctx, GMIX_ERR_PARSE,
                "%s: column %zu may number the rows, or be a feature, which takes all of "
                "them to know; say which columns are wanted, or read the file whole",
                r->csv.file, j + 1);
        }
        return gmix_i_fail(
            r->ctx, GMIX_ERR_PARSE,
            "%s: column %zu holds %s up to line %zu and not behind it; say which "
            "columns are wanted, or read the file whole",
            r->csv.file, j + 1, what == GMIX_I_KIND_NUMBERS ? "numbers" : "no numbers",
            gmix_i_csv_line(&r->csv, r->csv.body) - 1);
    }
    return GMIX_OK;
}

gmix_status gmix_i_csv_next(struct gmix_i_csv_reading *r, struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = r->ctx;
    forget_text(r);
    GMIX_TRY(remember(r));
    GMIX_TRY(read_names(ctx, &r->csv, data));
    GMIX_TRY(gmix_i_csv_plan(ctx, &r->csv, &r->plan, &r->n_rows));
    if (r->n_rows == 0) {
        return GMIX_OK;
    }
    GMIX_TRY(check_size(ctx, &r->csv, r->n_rows));
    if (r->known) {
        GMIX_TRY(gmix_i_csv_survey_on(ctx, &r->csv, SIZE_MAX, r->kinds));
        GMIX_TRY(check_kinds(r));
    }
    GMIX_TRY(read_cells(r, data));
    GMIX_TRY(finish(r, data));
done:
    return status;
}

static gmix_status load(gmix_ctx *ctx, struct gmix_i_bytes *bytes,
                        const gmix_read_options *opts, struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    struct gmix_i_csv_reading r;
    GMIX_TRY(gmix_i_csv_begin(ctx, bytes, opts, &r));
    GMIX_TRY(gmix_i_csv_first(&r, data));
    if (opts->keep_text) {
        GMIX_TRY(gmix_i_text_keep(ctx, &r.csv, r.slots, bytes, data));
    }
done:
    gmix_i_csv_end(&r);
    return status;
}

const struct gmix_i_reader gmix_i_reader_csv = {"csv", probe, load};
