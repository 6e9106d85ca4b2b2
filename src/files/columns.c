/* Columns by name, number or pattern. See columns.h. */
#include "files/columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "files/column_patterns.h"
#include "files/log_columns.h"

enum { LIST_SIZE = 240 };

static gmix_status fail_repeated(gmix_ctx *ctx, const char *file, const char *name) {
    return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                       "%s: two columns are called '%.80s'; give every column its own "
                       "name in the first line, or choose columns by number",
                       file, name);
}

gmix_status gmix_i_columns_check_names(gmix_ctx *ctx, const char *file,
                                       const char *const *names, size_t n) {
    const char *repeated;
    const gmix_status status = gmix_i_names_repeated(ctx, names, n, &repeated);
    return status == GMIX_OK && repeated ? fail_repeated(ctx, file, repeated) : status;
}

/* How often a name is there. */
static size_t count_name(const char *name, const char *const *names, size_t n) {
    size_t count = 0;
    for (size_t j = 0; name && j < n; j++) {
        count += strcmp(names[j], name) == 0;
    }
    return count;
}

gmix_status gmix_i_columns_check_choice(gmix_ctx *ctx, const char *file,
                                        const char *const *names, size_t n,
                                        const gmix_read_options *opts,
                                        const struct gmix_i_columns *columns) {
    gmix_status status = GMIX_OK;
    const char *repeated = NULL, **chosen = NULL;
    const struct {
        const char *const *names;
        size_t n;
    } asked[] = {{opts->columns, opts->n_columns},
                 {opts->errors, opts->n_errors},
                 {opts->bins, opts->n_bins},
                 {opts->between, opts->n_between},
                 {opts->log_columns, opts->n_log_columns},
                 {&opts->weights, 1},
                 {&opts->labels, 1},
                 {&opts->row_names, 1}};
    GMIX_TRY(gmix_i_names_repeated(ctx, names, n, &repeated));
    if (!repeated) {
        goto done;
    }
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        for (size_t j = 0; j < asked[i].n; j++) {
            if (count_name(asked[i].names[j], names, n) > 1) {
                GMIX_TRY(fail_repeated(ctx, file, asked[i].names[j]));
            }
        }
    }
    GMIX_TRY(gmix_i_calloc(ctx, "column names", columns->n_features + 1, sizeof *chosen,
                           &chosen));
    for (size_t k = 0; k < columns->n_features; k++) {
        chosen[k] = names[columns->features[k]];
    }
    GMIX_TRY(gmix_i_columns_check_names(ctx, file, chosen, columns->n_features));
done:
    gmix_i_free(ctx, (void *)chosen);
    return status;
}

/* "'a', 'b', 'c', ...", as many as fit. */
static void list_names(const char *const *names, size_t n, char list[LIST_SIZE]) {
    size_t length = 0;
    list[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        const size_t need = strlen(names[i]) + 4;
        if (length + need + 6 > LIST_SIZE) {
            snprintf(list + length, LIST_SIZE - length, "%s...", i > 0 ? ", " : "");
            return;
        }
        length += (size_t)snprintf(list + length, LIST_SIZE - length, "%s'%s'",
                                   i > 0 ? ", " : "", names[i]);
    }
}

static gmix_status fail_unknown(gmix_ctx *ctx, const char *file, const char *wanted,
                                const char *const *names, size_t n) {
    if (!names && n == 1) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "%s has no column '%.80s': its only column is unnamed; its "
                           "number is 0",
                           file, wanted);
    }
    if (!names) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "%s has no column '%.80s': its columns are unnamed; their "
                           "numbers are 0 to %zu",
                           file, wanted, n - 1);
    }
    char list[LIST_SIZE];
    list_names(names, n, list);
    const char *const nearest = gmix_i_nearest(wanted, names, n);
    if (nearest) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "%s has no column '%.80s'; did you mean '%.80s'? It has %s",
                           file, wanted, nearest, list);
    }
    return gmix_i_fail(ctx, GMIX_ERR_OPTION, "%s has no column '%.80s'; it has %s", file,
                       wanted, list);
}

static gmix_status find_column(gmix_ctx *ctx, const char *file, const char *wanted,
                               const char *const *names, size_t n, size_t *out) {
    if (!wanted) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "a column wanted is NULL");
    }
    *out = gmix_i_columns_find(wanted, strlen(wanted), names, n);
    if (*out != GMIX_I_NO_COLUMN) {
        return GMIX_OK;
    }
    return fail_unknown(ctx, file, wanted, names, n);
}

/* The column of labels where none is named: the only one beside row names. */
static gmix_status only_column(gmix_ctx *ctx, const char *file, const char *const *names,
                               size_t n, size_t names_rows, size_t *out) {
    if (n == 1 || (n == 2 && names_rows < n)) {
        *out = n == 2 && names_rows == 0;
        return GMIX_OK;
    }
    char list[LIST_SIZE] = "numbered from 0";
    if (names) {
        list_names(names, n, list);
    }
    return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                       "%s has %zu columns, %s: say which one holds the labels", file, n,
                       list);
}

/* Marks column j as used; fails if it was. */
static gmix_status use(gmix_ctx *ctx, const char *file, const char *wanted, bool *used,
                       size_t j) {
    if (used[j]) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "%s: column '%.80s' is asked for twice (a column of weights "
                           "or labels is no feature)",
                           file, wanted);
    }
    used[j] = true;
    return GMIX_OK;
}

/* A choice of features on its way. */
struct choice {
    gmix_ctx *ctx;
    const char *file;
    const char *const *names;
    size_t n;
    const unsigned char *kinds;
    bool *used, *set; /* n flags: columns that are taken; what a pattern stands for */
    struct gmix_i_columns *out;
};

static bool is_kind(const struct choice *c, size_t j, enum gmix_i_kind kind) {
    return c->kinds ? c->kinds[j] == kind : kind == GMIX_I_KIND_NUMBERS;
}

static void add(struct choice *c, size_t j) {
    if (!c->used[j]) {
        c->used[j] = true;
        c->out->features[c->out->n_features++] = j;
    }
}

static void add_kind(struct choice *c, enum gmix_i_kind kind) {
    for (size_t j = 0; j < c->n; j++) {
        if (is_kind(c, j, kind)) {
            add(c, j);
        }
    }
}

static void leave_out(struct choice *c) {
    size_t kept = 0;
    for (size_t k = 0; k < c->out->n_features; k++) {
        const size_t j = c->out->features[k];
        if (c->set[j]) {
            c->used[j] = false;
        } else {
            c->out->logs[kept] = c->out->logs[k];
            c->out->features[kept++] = j;
        }
    }
    memset(c->out->logs + kept, 0, c->n - kept);
    c->out->n_features = kept;
}

/* Adds what a pattern stands for, or takes it away behind a minus sign. A column by its name
 * is added whatever it holds, and so is all; of others, those that hold numbers. */
static gmix_status take_pattern(struct choice *c, const char *wanted, bool first) {
    const bool without = wanted[0] == '-' && wanted[1] != '\0';
    memset(c->set, 0, c->n * sizeof *c->set);
    if (!gmix_i_columns_match(wanted + without, c->names, c->n, c->kinds, c->set)) {
        return fail_unknown(c->ctx, c->file, wanted + without, c->names, c->n);
    }
    if (without) {
        if (first) {
            add_kind(c, GMIX_I_KIND_NUMBERS);
            c->out->by_default = true;
        }
        leave_out(c);
        return GMIX_OK;
    }
    const bool all = strcmp(wanted, "all") == 0;
    for (size_t j = 0; j < c->n; j++) {
        if (c->set[j] && (all || is_kind(c, j, GMIX_I_KIND_NUMBERS) ||
                          is_kind(c, j, GMIX_I_KIND_IDENTIFIER))) {
            add(c, j);
        }
    }
    return GMIX_OK;
}

static gmix_status take_features(struct choice *c, const gmix_read_options *opts) {
    gmix_status status = GMIX_OK;
    for (size_t i = 0; i < opts->n_columns; i++) {
        const char *const wanted = opts->columns[i];
        if (!wanted) {
            GMIX_FAIL(c->ctx, GMIX_ERR_ARGUMENT, "a column wanted is NULL");
        }
        size_t j = gmix_i_columns_find(wanted, strlen(wanted), c->names, c->n);
        const bool is_log = j == GMIX_I_NO_COLUMN;
        j = is_log ? gmix_i_log_column(wanted, c->names, c->n) : j;
        if (j != GMIX_I_NO_COLUMN) {
            c->out->logs[c->out->n_features] = is_log;
            GMIX_TRY(use(c->ctx, c->file, wanted, c->used, j));
            c->out->features[c->out->n_features++] = j;
        } else if (opts->exact_names) {
            GMIX_TRY(fail_unknown(c->ctx, c->file, wanted, c->names, c->n));
        } else {
            GMIX_TRY(take_pattern(c, wanted, i == 0));
        }
    }
done:
    return status;
}

/* Columns of errors are no features. */
static gmix_status use_errors(struct choice *c, const gmix_read_options *opts) {
    gmix_status status = GMIX_OK;
    for (size_t i = 0; i < opts->n_errors; i++) {
        size_t j;
        GMIX_TRY(find_column(c->ctx, c->file, opts->errors[i], c->names, c->n, &j));
        GMIX_TRY(use(c->ctx, c->file, opts->errors[i], c->used, j));
    }
done:
    return status;
}

/* The columns of a histogram, or of bounds, and no others. */
static gmix_status take_bins(struct choice *c, const gmix_read_options *opts) {
    gmix_status status = GMIX_OK;
    const char *const *const wanted = opts->n_bins > 0 ? opts->bins : opts->between;
    for (size_t i = 0; i < opts->n_bins + opts->n_between; i++) {
        size_t j;
        GMIX_TRY(find_column(c->ctx, c->file, wanted[i], c->names, c->n, &j));
        GMIX_TRY(use(c->ctx, c->file, wanted[i], c->used, j));
        c->out->features[c->out->n_features++] = j;
    }
done:
    return status;
}

/* Numbers; if there are none but identifiers, then those. Of text, the reader will say where it
 * is. */
static gmix_status take_default(struct choice *c, const gmix_read_options *opts) {
    c->out->by_default = true;
    for (size_t j = 0; j < c->n; j++) {
        const bool dated =
            is_kind(c, j, GMIX_I_KIND_DATES) || is_kind(c, j, GMIX_I_KIND_TIMES);
        if (is_kind(c, j, GMIX_I_KIND_NUMBERS) || (dated && opts->dates)) {
            add(c, j);
        }
    }
    static const enum gmix_i_kind last[] = {GMIX_I_KIND_IDENTIFIER, GMIX_I_KIND_TEXT,
                                            GMIX_I_KIND_EMPTY};
    for (size_t i = 0; i < sizeof last / sizeof *last && c->out->n_features == 0; i++) {
        add_kind(c, last[i]);
    }
    return GMIX_OK;
}

/* Bins of a logarithm are between those of both bounds; counts have none. */
static gmix_status mark_bins(struct choice *c) {
    gmix_status status = GMIX_OK;
    const size_t counts = c->out->n_features - 1;
    bool any = false;
    if (c->out->logs[counts]) {
        GMIX_FAIL(c->ctx, GMIX_ERR_OPTION,
                  "%s: logarithms of counts: name the column of the bounds", c->file);
    }
    for (size_t k = 0; k < counts; k++) {
        any = any || c->out->logs[k];
    }
    for (size_t k = 0; k < counts; k++) {
        c->out->logs[k] = any;
    }
    c->out->are_bins = true;
done:
    return status;
}

/* The features that opts->log_columns names. */
static gmix_status mark_logs(struct choice *c, const gmix_read_options *opts) {
    gmix_status status = GMIX_OK;
    for (size_t i = 0; i < opts->n_log_columns; i++) {
        size_t j, k = 0;
        GMIX_TRY(find_column(c->ctx, c->file, opts->log_columns[i], c->names, c->n, &j));
        while (k < c->out->n_features && c->out->features[k] != j) {
            k++;
        }
        if (k == c->out->n_features) {
            GMIX_FAIL(c->ctx, GMIX_ERR_OPTION,
                      "%s: column '%.80s' is no feature, so that its logarithm is none",
                      c->file, opts->log_columns[i]);
        }
        c->out->logs[k] = true;
    }
    for (size_t k = 0; opts->n_errors > 0 && k < c->out->n_features; k++) {
        if (c->out->logs[k]) {
            GMIX_FAIL(c->ctx, GMIX_ERR_OPTION,
                      "%s: errors of measurement are those of columns as they are; of "
                      "logarithms they would depend on the values",
                      c->file);
        }
    }
    if (opts->n_bins > 0) {
        GMIX_TRY(mark_bins(c));
    }
done:
    return status;
}

static gmix_status fail_none(struct choice *c, const gmix_read_options *opts) {
    size_t j = 0;
    while (j < c->n && c->used[j]) {
        j++;
    }
    if (j == c->n) {
        return gmix_i_fail(c->ctx, GMIX_ERR_DATA, "%s has no column but %s", c->file,
                           opts->labels ? "the labels" : "the weights");
    }
    char list[LIST_SIZE] = "they are unnamed";
    if (c->names) {
        list_names(c->names, c->n, list);
    }
    return gmix_i_fail(c->ctx, GMIX_ERR_DATA,
                       "%s has no column of numbers to work on; its columns: %s%s",
                       c->file, list,
                       opts->n_columns ? " (left out as the columns asked for say)" : "");
}

gmix_status gmix_i_columns_select(gmix_ctx *ctx, const char *file,
                                  const char *const *names, size_t n,
                                  const gmix_read_options *opts,
                                  const unsigned char *kinds, size_t names_rows,
                                  struct gmix_i_columns *out) {
    gmix_status status = GMIX_OK;
    struct choice c = {ctx, file, names, n, kinds, NULL, NULL, out};
    const bool told = opts->row_names && opts->row_names[0];
    *out = (struct gmix_i_columns){.weights = GMIX_I_NO_COLUMN,
                                   .labels = GMIX_I_NO_COLUMN,
                                   .row_names = GMIX_I_NO_COLUMN};
    GMIX_TRY(gmix_i_calloc(ctx, "columns", n, sizeof *c.used, &c.used));
    GMIX_TRY(gmix_i_calloc(ctx, "columns", n, sizeof *c.set, &c.set));
    GMIX_TRY(gmix_i_calloc(ctx, "columns", n, sizeof *out->features, &out->features));
    GMIX_TRY(gmix_i_calloc(ctx, "columns", n, sizeof *out->logs, &out->logs));
    if (opts->weights) {
        GMIX_TRY(find_column(ctx, file, opts->weights, names, n, &out->weights));
        GMIX_TRY(use(ctx, file, opts->weights, c.used, out->weights));
    }
    if (told) {
        GMIX_TRY(find_column(ctx, file, opts->row_names, names, n, &out->row_names));
        GMIX_TRY(use(ctx, file, opts->row_names, c.used, out->row_names));
    }
    if (opts->labels) {
        GMIX_TRY(find_column(ctx, file, opts->labels, names, n, &out->labels));
        GMIX_TRY(use(ctx, file, opts->labels, c.used, out->labels));
    } else if (opts->labels_only) {
        GMIX_TRY(only_column(ctx, file, names, n, names_rows, &out->labels));
    }
    if (opts->labels_only) {
        goto done;
    }
    GMIX_TRY(use_errors(&c, opts));
    GMIX_TRY(opts->n_bins + opts->n_between > 0 ? take_bins(&c, opts)
             : opts->n_columns > 0              ? take_features(&c, opts)
                                                : take_default(&c, opts));
    if (out->n_features == 0) {
        GMIX_TRY(fail_none(&c, opts));
    }
    GMIX_TRY(mark_logs(&c, opts));
    if (!opts->row_names && names_rows < n && !c.used[names_rows]) {
        out->row_names = names_rows;
    }
    for (size_t i = 0; i < opts->n_errors; i++) { /* the last ones: error_columns.h */
        const char *const wanted = opts->errors[i];
        out->features[out->n_features++] =
            gmix_i_columns_find(wanted, strlen(wanted), names, n);
    }
done:
    gmix_i_free(ctx, c.set);
    gmix_i_free(ctx, c.used);
    if (status != GMIX_OK) {
        gmix_i_columns_free(ctx, out);
    }
    return status;
}

void gmix_i_columns_free(gmix_ctx *ctx, struct gmix_i_columns *columns) {
    gmix_i_free(ctx, columns->features);
    gmix_i_free(ctx, columns->logs);
    columns->features = NULL;
    columns->logs = NULL;
}
