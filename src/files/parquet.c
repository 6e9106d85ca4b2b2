/*
 * The Parquet reader: flat columns of numbers, and columns of text as labels; row group by row group, the columns
 * asked for alone. Nulls are NaN. Rejected: Apache's own library, which is C++, larger than all of gmix, and not in
 * Debian; carquet, which is one author's and young.
 *
 * What the default writers of pyarrow, Polars, DuckDB, Spark and pandas make is read; what is not, is refused by
 * the column's name.
 */
#include <math.h>
#include <stdio.h>

#include "files/columns.h"
#include "files/label_column.h"
#include "files/log_columns.h"
#include "files/parquet_page.h"
#include "files/reader.h"

/* A text may begin so, too: but neither with the byte that pages and footers begin with, nor end so. */
static bool probe(const char *first, size_t n) {
    return n >= 5 && memcmp(first, "PAR1", 4) == 0 &&
           (first[4] == '\x15' || (n >= 12 && (memcmp(first + n - 4, "PAR1", 4) == 0 ||
                                               memcmp(first + n - 4, "PARE", 4) == 0)));
}

/* "days" or "hours", of dates and times that can be read so; else NULL. */
static const char *dates_as(const struct gmix_i_parquet_column *c) {
    const char *const other = c->per_one > 0.0 && c->other ? c->other : "";
    return strcmp(other, "dates") == 0   ? "days"
           : strcmp(other, "times") == 0 ? "hours"
                                         : NULL;
}

static bool are_numbers(const struct gmix_i_parquet_column *c,
                        const gmix_read_options *opts) {
    return !c->other || (opts->dates == 1 && dates_as(c));
}

/* What columns hold, as for text files. The index that pandas writes names rows. */
static gmix_status find_kinds(gmix_ctx *ctx, const struct gmix_i_parquet *p,
                              const gmix_read_options *opts, unsigned char **out) {
    static const char INDEX[] = "__index_level_";
    const gmix_status status = gmix_i_calloc(ctx, "columns", p->n_columns, 1, out);
    for (size_t j = 0; j < p->n_columns && status == GMIX_OK; j++) {
        const struct gmix_i_parquet_column *const c = &p->columns[j];
        const bool is_index = strncmp(c->name, INDEX, sizeof INDEX - 1) == 0;
        const bool dates = c->other && strcmp(c->other, "dates") == 0;
        const bool times = c->other && strcmp(c->other, "times") == 0;
        (*out)[j] = (unsigned char)(c->other && are_numbers(c, opts) ? GMIX_I_KIND_NUMBERS
                                    : dates                          ? GMIX_I_KIND_DATES
                                    : times                          ? GMIX_I_KIND_TIMES
                                    : c->other                       ? GMIX_I_KIND_TEXT
                                    : is_index ? GMIX_I_KIND_IDENTIFIER
                                               : GMIX_I_KIND_NUMBERS);
    }
    return status;
}

static bool is_used(const struct gmix_i_columns *columns, size_t j) {
    bool used = j == columns->weights || j == columns->labels;
    for (size_t k = 0; k < columns->n_features && !used; k++) {
        used = columns->features[k] == j;
    }
    return used;
}

/* Which columns were left out by themselves. */
static gmix_status note_left_out(gmix_ctx *ctx, const struct gmix_i_parquet *p,
                                 const struct gmix_i_columns *columns,
                                 struct gmix_data *data) {
    enum { NOTE = 400, LEAST = 120 };
    gmix_status status = GMIX_OK;
    char note[NOTE];
    size_t n = 0, used = 0;
    for (size_t j = 0; j < p->n_columns && columns->by_default; j++) {
        const char *const other = p->columns[j].other;
        if ((other || strncmp(p->columns[j].name, "__index", 7) == 0) &&
            !is_used(columns, j) && used + LEAST < NOTE) {
            used += (size_t)snprintf(note + used, NOTE - used, "%s%.60s%s'%.60s' (%s)",
                                     n ? "" : "", n ? "" : p->file,
                                     n ? ", " : ": left out: ", p->columns[j].name,
                                     other ? other : "identifiers");
            n++;
        }
    }
    if (n > 0) {
        GMIX_TRY(gmix_i_calloc(ctx, "notes", used + 1, 1, &data->notes[0]));
        memcpy(data->notes[0], note, used);
    }
done:
    return status;
}

static gmix_status copy_names(gmix_ctx *ctx, const struct gmix_i_parquet *p,
                              const struct gmix_i_columns *columns,
                              struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    const size_t n = columns->n_features;
    size_t size = 1;
    for (size_t k = 0; k < n; k++) {
        size += strlen(p->columns[columns->features[k]].name) + 1;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "column names", n, sizeof *data->names, &data->names));
    GMIX_TRY(gmix_i_calloc(ctx, "column names", size, 1, &data->name_text));
    char *at = data->name_text;
    for (size_t k = 0; k < n; k++) {
        const char *const name = p->columns[columns->features[k]].name;
        const size_t length = strlen(name) + 1;
        data->names[k] = memcpy(at, name, length);
        at += length;
    }
    data->table.names = (const char *const *)data->names;
done:
    return status;
}

static gmix_status want_numbers(gmix_ctx *ctx, const struct gmix_i_parquet *p, size_t j,
                                const gmix_read_options *opts) {
    const struct gmix_i_parquet_column *const c = &p->columns[j];
    if (are_numbers(c, opts)) {
        return GMIX_OK;
    }
    const char *const as = dates_as(c);
    return gmix_i_fail(ctx, GMIX_ERR_DATA, "%s: column '%.80s' holds %s, no numbers%s%s",
                       p->file, c->name, c->other, as ? ": dates = 1 makes them " : "",
                       as ? as : "");
}

/* Columns one after the other. */
static gmix_status read_features(gmix_ctx *ctx, const struct gmix_i_parquet *p,
                                 const struct gmix_i_columns *columns,
                                 const gmix_read_options *opts, struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    const size_t n = p->n_rows, d = columns->n_features;
    size_t cells, bytes;
    if (__builtin_mul_overflow(n, d, &cells) ||
        __builtin_mul_overflow(cells, sizeof(double), &bytes)) {
        bytes = SIZE_MAX;
    }
    GMIX_TRY(gmix_i_check_input(ctx, p->file, bytes));
    GMIX_TRY(gmix_i_calloc(ctx, p->file, cells, sizeof(double), &data->values));
    for (size_t k = 0; k < d; k++) {
        GMIX_TRY(want_numbers(ctx, p, columns->features[k], opts));
        GMIX_TRY(gmix_i_parquet_read_numbers(ctx, p, columns->features[k],
                                             (double *)data->values + k * n));
    }
    data->table.data = data->values;
    data->table.dtype = GMIX_F64;
    data->table.row_stride = 1;
    data->table.col_stride = (ptrdiff_t)n;
done:
    return status;
}

static gmix_status read_weights(gmix_ctx *ctx, const struct gmix_i_parquet *p, size_t j,
                                const gmix_read_options *opts, struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    if (j == GMIX_I_NO_COLUMN) {
        return GMIX_OK;
    }
    GMIX_TRY(want_numbers(ctx, p, j, opts));
    GMIX_TRY(gmix_i_calloc(ctx, "weights", p->n_rows, sizeof(double), &data->weights));
    GMIX_TRY(gmix_i_parquet_read_numbers(ctx, p, j, data->weights));
    for (size_t i = 0; i < p->n_rows; i++) {
        if (!(data->weights[i] >= 0.0) || isinf(data->weights[i])) {
            GMIX_FAIL(ctx, GMIX_ERR_DATA,
                      "%s: row %zu, column '%.80s': %g is no weight: weights are numbers "
                      ">= 0, and none may be missing",
                      p->file, i + 1, p->columns[j].name, data->weights[i]);
        }
    }
    data->table.weights = data->weights;
done:
    return status;
}

struct labelling {
    gmix_ctx *ctx;
    struct gmix_i_labels *labels;
};

static gmix_status take_labels(void *arg, size_t first, size_t n,
                               const struct gmix_i_span *texts) {
    gmix_status status = GMIX_OK;
    const struct labelling *const l = arg;
    for (size_t i = 0; i < n; i++) {
        const struct gmix_i_span *const t = &texts[i];
        if (t->at && !gmix_i_labels_unknown(t->at, t->n)) {
            GMIX_TRY(gmix_i_labels_put(l->ctx, l->labels, first + i, t->at, t->n));
        }
    }
done:
    return status;
}

/* Numbers are texts that read back to them; null and NaN are no class. */
static gmix_status number_labels(const struct labelling *l,
                                 const struct gmix_i_parquet *p,
                                 const gmix_read_options *opts, size_t j) {
    gmix_status status = GMIX_OK;
    double *numbers = NULL;
    char text[32];
    GMIX_TRY(want_numbers(l->ctx, p, j, opts));
    GMIX_TRY(gmix_i_calloc(l->ctx, "labels", p->n_rows, sizeof *numbers, &numbers));
    GMIX_TRY(gmix_i_parquet_read_numbers(l->ctx, p, j, numbers));
    for (size_t i = 0; i < p->n_rows; i++) {
        if (!isnan(numbers[i])) {
            const int n = snprintf(text, sizeof text, "%.15g", numbers[i]);
            GMIX_TRY(gmix_i_labels_put(l->ctx, l->labels, i, text, (size_t)n));
        }
    }
done:
    gmix_i_free(l->ctx, numbers);
    return status;
}

static gmix_status read_labels(gmix_ctx *ctx, const struct gmix_i_parquet *p, size_t j,
                               const gmix_read_options *opts, struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    struct labelling l = {.ctx = ctx};
    if (j == GMIX_I_NO_COLUMN) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_check_input(ctx, p->file, p->n_rows));
    GMIX_TRY(gmix_i_labels_begin(ctx, p->n_rows, &l.labels));
    GMIX_TRY(p->columns[j].is_text ? gmix_i_parquet_read_texts(ctx, p, j, take_labels, &l)
                                   : number_labels(&l, p, opts, j));
    GMIX_TRY(gmix_i_labels_end(ctx, l.labels, data));
done:
    gmix_i_labels_free(ctx, &l.labels);
    return status;
}

static gmix_status choose(gmix_ctx *ctx, const struct gmix_i_parquet *p,
                          const gmix_read_options *opts, struct gmix_i_columns *columns) {
    gmix_status status = GMIX_OK;
    unsigned char *kinds = NULL;
    const char **names = NULL;
    GMIX_TRY(find_kinds(ctx, p, opts, &kinds));
    GMIX_TRY(gmix_i_calloc(ctx, "column names", p->n_columns, sizeof *names, &names));
    for (size_t j = 0; j < p->n_columns; j++) {
        names[j] = p->columns[j].name;
    }
    GMIX_TRY(gmix_i_columns_select(ctx, p->file, names, p->n_columns, opts, kinds,
                                   GMIX_I_NO_COLUMN, columns));
done:
    gmix_i_free(ctx, kinds);
    gmix_i_free(ctx, names);
    return status;
}

/* One row group alone, of which *one is a view. */
static gmix_status take_piece(gmix_ctx *ctx, const struct gmix_i_parquet *p, size_t piece,
                              struct gmix_i_parquet *one) {
    *one = *p;
    if (piece > p->n_groups) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION, "%s has %zu row groups, not %zu",
                           p->file, p->n_groups, piece);
    }
    if (piece > 0) {
        one->chunks += (piece - 1) * p->n_columns;
        one->group_rows += piece - 1;
        one->n_groups = 1;
        one->n_rows = one->group_rows[0];
    }
    return GMIX_OK;
}

static gmix_status load(gmix_ctx *ctx, struct gmix_i_bytes *bytes,
                        const gmix_read_options *opts, struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    struct gmix_i_parquet whole = {0}, p;
    struct gmix_i_columns columns = {0};
    GMIX_TRY(gmix_i_parquet_open(ctx, bytes, &whole));
    if (opts->n_missing > 0 || (opts->row_names && opts->row_names[0])) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "%s is Parquet: words for missing cells and names of rows are for text "
                  "files",
                  whole.file);
    }
    GMIX_TRY(take_piece(ctx, &whole, opts->piece, &p));
    data->n_pieces = whole.n_groups;
    if (p.n_rows == 0 && (opts->piece == 0 || whole.n_rows == 0)) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA, "%s has no rows", p.file);
    }
    GMIX_TRY(choose(ctx, &p, opts, &columns));
    data->table.n_rows = p.n_rows;
    data->table.n_cols = columns.n_features;
    GMIX_TRY(read_weights(ctx, &p, columns.weights, opts, data));
    GMIX_TRY(read_labels(ctx, &p, columns.labels, opts, data));
    GMIX_TRY(read_features(ctx, &p, &columns, opts, data));
    GMIX_TRY(copy_names(ctx, &p, &columns, data));
    GMIX_TRY(note_left_out(ctx, &p, &columns, data));
    GMIX_TRY(gmix_i_log_features(ctx, p.file, &columns, data));
done:
    gmix_i_columns_free(ctx, &columns);
    gmix_i_parquet_free(ctx, &whole);
    return status;
}

const struct gmix_i_reader gmix_i_reader_parquet = {"parquet", probe, load};
