/* Data options. See data_args.h. */
#include "data_args.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "file_pieces.h"
#include "log_features.h"
#include "truncation_args.h"
#include "wording.h"

/* The options that are lists. */
struct lists {
    struct cli_list columns, missing, errors, logs, bins, between;
    double truncation[2];
};

/* Cuts A,"B,C",D in place; a quote inside quotes is doubled. */
static void split_list(struct cli_list *list) {
    char *in = list->text;
    for (;;) {
        char *out = in;
        bool quoted = *in == '"';
        list->names[list->n++] = out;
        in += quoted;
        while (*in && (quoted || *in != ',')) {
            if (quoted && *in == '"' && in[1] != '"') {
                quoted = false;
                in++;
                continue;
            }
            in += quoted && *in == '"';
            *out++ = *in++;
        }
        const bool last = *in == '\0';
        *out = '\0';
        if (last) {
            return;
        }
        in++;
    }
}

double cli_cell(const gmix_table *x, size_t i, size_t j) {
    const ptrdiff_t at =
        (ptrdiff_t)i * x->row_stride +
        (x->col_offsets ? x->col_offsets[j] : (ptrdiff_t)j * x->col_stride);
    return x->dtype == GMIX_F64 ? ((const double *)x->data)[at]
                                : (double)((const float *)x->data)[at];
}

int cli_list_parse(const struct cli_args *args, enum cli_id id, struct cli_list *list) {
    const char *const text = args->values[id];
    if (!text) {
        return CLI_OK;
    }
    if (!text[0]) {
        const struct cli_option *const option = cli_option(id);
        return cli_usage_error(args->command->name, "--%s names nothing: --%s %s",
                               option->name, option->name, option->value);
    }
    size_t most = 1;
    for (const char *c = text; *c; c++) {
        most += *c == ',';
    }
    list->text = strdup(text);
    list->names = calloc(most, sizeof *list->names);
    if (!list->text || !list->names) {
        return cli_complain("out of memory");
    }
    split_list(list);
    return CLI_OK;
}

void cli_list_free(struct cli_list *list) {
    free(list->text);
    free(list->names);
}

static int parse_delimiter(const struct cli_args *args, char *delimiter) {
    static const struct {
        const char *name;
        char value;
    } named[] = {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'},
                 {"\\t", '\t'},  {"pipe", '|'},      {"space", ' '}};
    const char *const text = args->values[OPT_DELIMITER];
    for (size_t i = 0; text && i < sizeof named / sizeof *named; i++) {
        if (strcmp(text, named[i].name) == 0) {
            *delimiter = named[i].value;
            return CLI_OK;
        }
    }
    if (text && strlen(text) != 1) {
        return cli_usage_error(args->command->name,
                               "--delimiter: '%s' is not one character, nor comma, "
                               "semicolon, tab, pipe or space",
                               text);
    }
    *delimiter = text ? text[0] : '\0';
    return CLI_OK;
}

/* --decimal and --thousands. */
static int parse_number_signs(const struct cli_args *args, gmix_read_options *opts) {
    static const struct {
        const char *name;
        char value;
    } named[] = {{"point", '.'}, {"comma", ','},       {"space", ' '},
                 {"blank", ' '}, {"apostrophe", '\''}, {"none", '-'}};
    static const enum cli_id ids[] = {OPT_DECIMAL, OPT_THOUSANDS};
    char *const to[] = {&opts->decimal, &opts->thousands};
    for (size_t k = 0; k < 2; k++) {
        const char *const text = args->values[ids[k]];
        char value = text && text[0] && !text[1] ? text[0] : '\0';
        for (size_t i = 0; text && i < sizeof named / sizeof *named; i++) {
            value = strcmp(text, named[i].name) == 0 ? named[i].value : value;
        }
        if (text && (!value || !strchr(k == 0 ? ".," : ",.' -", value))) {
            return cli_usage_error(args->command->name,
                                   k == 0 ? "--decimal: '%s' is neither . nor ,"
                                          : "--thousands: '%s' is none of , . ' a blank "
                                            "(space), or none",
                                   text);
        }
        *to[k] = value;
    }
    if (opts->decimal && opts->decimal == opts->thousands) {
        return cli_usage_error(args->command->name,
                               "--decimal and --thousands cannot be the same");
    }
    return CLI_OK;
}

static int parse_data_options(const struct cli_args *args, struct lists *lists,
                              gmix_read_options *opts) {
    gmix_read_options_init(opts);
    opts->header = args->values[OPT_HEADER] ? 1 : args->values[OPT_NO_HEADER] ? 0 : -1;
    opts->weights = args->values[OPT_WEIGHTS];
    opts->labels = args->values[OPT_LABEL_COLUMN];
    opts->keep_text = args->values[OPT_APPEND] != NULL;
    opts->dates = args->values[OPT_DATES] != NULL;
    opts->row_names = args->values[OPT_ROW_NAMES];
    if (opts->row_names && strcmp(opts->row_names, "none") == 0) {
        opts->row_names = "";
    }
    if (parse_delimiter(args, &opts->delimiter) || parse_number_signs(args, opts)) {
        return CLI_BAD_USAGE;
    }
    int failed = cli_list_parse(args, OPT_COLUMNS, &lists->columns);
    failed = failed ? failed : cli_list_parse(args, OPT_NA, &lists->missing);
    const enum cli_id of_errors =
        args->values[OPT_ERROR_COV] ? OPT_ERROR_COV : OPT_ERRORS;
    failed = failed ? failed : cli_list_parse(args, of_errors, &lists->errors);
    failed = failed ? failed : cli_list_parse(args, OPT_BINNED, &lists->bins);
    opts->bins = lists->bins.names;
    opts->n_bins = lists->bins.n;
    failed = failed ? failed : cli_list_parse(args, OPT_BETWEEN, &lists->between);
    opts->between = lists->between.names;
    opts->n_between = lists->between.n;
    opts->errors = lists->errors.names;
    opts->n_errors = lists->errors.n;
    opts->error_covariances = args->values[OPT_ERROR_COV] != NULL;
    failed = failed ? failed : cli_truncation_parse(args, lists->truncation, opts);
    opts->columns = lists->columns.names;
    opts->n_columns = lists->columns.n;
    failed = failed ? failed : cli_list_parse(args, OPT_LOG_COLUMNS, &lists->logs);
    opts->log_columns = lists->logs.names;
    opts->n_log_columns = lists->logs.n;
    opts->missing = lists->missing.names;
    opts->n_missing = lists->missing.n;
    return failed;
}

static void free_lists(struct lists *lists) {
    cli_list_free(&lists->columns);
    cli_list_free(&lists->missing);
    cli_list_free(&lists->errors);
    cli_list_free(&lists->logs);
    cli_list_free(&lists->bins);
    cli_list_free(&lists->between);
}

/* What was done with the file, on standard error. */
static void say_notes(const struct cli_session *session, const gmix_data *data) {
    for (size_t i = 0; !session->quiet && gmix_data_note(data, i); i++) {
        char text[1024];
        cli_wording(gmix_data_note(data, i), text, sizeof text);
        cli_complain("note: %s", text);
    }
}

int cli_data_read(struct cli_session *session, const struct cli_args *args,
                  const char *path, gmix_data **data) {
    return cli_columns_read(session, args, path, NULL, 0, data);
}

int cli_columns_read(struct cli_session *session, const struct cli_args *args,
                     const char *path, const char *const *names, size_t n,
                     gmix_data **data) {
    struct lists lists = {0};
    gmix_read_options opts;
    int failed = parse_data_options(args, &lists, &opts);
    if (n > 0) {
        opts.columns = names;
        opts.n_columns = n;
        opts.exact_names = 1;
    }
    if (!failed) {
        const gmix_status status = cli_file_read(session, path, &opts, data);
        failed =
            status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
    }
    free_lists(&lists);
    if (!failed) {
        say_notes(session, *data);
    }
    return failed;
}

int cli_labels_read(struct cli_session *session, const struct cli_args *args,
                    size_t operand, gmix_data **data) {
    struct lists lists = {0};
    const struct cli_list *const columns = &lists.columns;
    gmix_read_options opts;
    int failed = parse_data_options(args, &lists, &opts);
    if (!failed && columns->n > 2) {
        failed = cli_usage_error(args->command->name,
                                 "--columns names %zu columns: two at most, of labels in "
                                 "%s and in %s",
                                 columns->n, args->operands[0], args->operands[1]);
    }
    if (!failed) {
        opts.labels =
            columns->n > 0 ? columns->names[columns->n > operand ? operand : 0] : NULL;
        opts.columns = NULL;
        opts.n_columns = 0;
        opts.labels_only = 1;
        const gmix_status status =
            gmix_data_read(session->ctx, args->operands[operand], &opts, data);
        failed =
            status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
    }
    free_lists(&lists);
    return failed;
}

static const char *said_name(const char *path) {
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

static const char *plural(size_t n) {
    return n == 1 ? "" : "s";
}

static int check_width(const struct cli_session *session, const char *path,
                       const gmix_model *model, const gmix_table *table) {
    const size_t wanted = gmix_model_n_features(model);
    if (table->n_cols == wanted || table->n_cols == session->whole) {
        return CLI_OK;
    }
    return cli_complain("%s has %zu feature%s, %s has %zu column%s; choose the "
                        "right ones with --columns",
                        session->reader ? session->reader : "the model", wanted,
                        plural(wanted), said_name(path), table->n_cols,
                        plural(table->n_cols));
}

/* The file has names, but not all of the model's: says which one is missing. */
static int missing_name(const char *path, const gmix_model *model,
                        const gmix_table *table) {
    for (size_t j = 0; j < gmix_model_n_features(model); j++) {
        const char *const name = gmix_model_feature_name(model, j);
        size_t i = 0;
        while (i < table->n_cols && strcmp(table->names[i], name) != 0) {
            i++;
        }
        if (i == table->n_cols) {
            const char *const hint =
                cli_did_you_mean("", name, table->names, table->n_cols);
            return cli_complain(
                "%s has no column '%s', which the model needs%s Give the "
                "model's columns in its order with --columns, if they are "
                "called otherwise",
                said_name(path), name, hint[0] ? hint : ".");
        }
    }
    return CLI_OK;
}

/* The model's names, or NULL if it has none. */
static const char **model_names(const gmix_model *model) {
    const size_t n = gmix_model_n_features(model);
    const char **const names = calloc(n, sizeof *names);
    for (size_t j = 0; names && j < n; j++) {
        names[j] = gmix_model_feature_name(model, j);
        if (!names[j]) {
            free(names);
            return NULL;
        }
    }
    return names;
}

/* Is what the library refused one of the model's columns, not an option's value? */
static bool about_model(const gmix_ctx *ctx, const gmix_model *model) {
    char about[128];
    bool found = false;
    for (size_t j = 0; !found && j < gmix_model_n_features(model); j++) {
        snprintf(about, sizeof about, "has no column '%.80s'",
                 gmix_model_feature_name(model, j));
        found = strstr(gmix_ctx_message(ctx), about) != NULL;
    }
    return found;
}

/*
 * Asks for the model's columns by name. If the file does not have them, it may have no
 * names at all: then it is read again as it is. Standard input cannot be read twice.
 */
static int read_by_name(struct cli_session *session, const char *path,
                        const gmix_model *model, gmix_read_options opts,
                        gmix_data **data) {
    opts.n_columns = gmix_model_n_features(model);
    opts.exact_names = 1;
    const gmix_status named = cli_file_read(session, path, &opts, data);
    if (named == GMIX_OK) {
        return CLI_OK;
    }
    if (named != GMIX_ERR_OPTION || !about_model(session->ctx, model)) {
        return cli_library_error(session->ctx, named, NULL);
    }
    if (strcmp(path, "-") == 0) {
        cli_library_error(session->ctx, named, NULL);
        return CLI_BAD_DATA; /* the model's names are not the command line's */
    }
    char *const said = strdup(gmix_ctx_message(session->ctx));
    struct cli_list logs = {0};
    opts.columns = NULL;
    opts.n_columns = 0;
    int failed = cli_take_logs(model, NULL, &opts, &logs);
    if (!failed && cli_file_read(session, path, &opts, data) != GMIX_OK) {
        failed = cli_complain("%s", said ? said : "out of memory");
    } else if (!failed && gmix_data_table(*data)->names &&
               !cli_is_numbered(gmix_data_table(*data))) {
        failed = missing_name(path, model, gmix_data_table(*data));
    }
    free(said);
    cli_list_free(&logs);
    return failed;
}

static bool is_number(const char *text) {
    char *end;
    strtod(text, &end);
    return end > text && *end == '\0';
}

/*
 * Names that are numbers ("2020") look like data: where the first line is the model's
 * names, it is a header. True with *data read if so.
 */
static bool read_numeric_names(struct cli_session *session, const char *path,
                               const gmix_model *model, const char *const *names,
                               gmix_read_options opts, gmix_data **data) {
    const size_t n = gmix_model_n_features(model);
    bool any = false;
    for (size_t j = 0; j < n; j++) {
        any = any || (names[j] && is_number(names[j]));
    }
    opts.columns = NULL;
    opts.n_columns = 0;
    opts.header = 1;
    if (!any || strcmp(path, "-") == 0 ||
        cli_file_read(session, path, &opts, data) != GMIX_OK) {
        return false;
    }
    const gmix_table *const table = gmix_data_table(*data);
    bool same = table->names && table->n_cols == n;
    for (size_t j = 0; same && j < n; j++) {
        same = names[j] && table->names[j] && strcmp(table->names[j], names[j]) == 0;
    }
    if (!same) {
        gmix_data_free(data);
    }
    return same;
}

int cli_table_read(struct cli_session *session, const struct cli_args *args,
                   const char *path, const gmix_model *model, gmix_data **data) {
    struct lists lists = {0};
    gmix_read_options opts;
    int failed = parse_data_options(args, &lists, &opts);
    const size_t d = gmix_model_n_features(model);
    const char **const names =
        lists.columns.n || opts.header == 0 ? NULL : model_names(model);
    if (!failed && opts.n_bins >= 2 && d == 1) { /* the column of upper bounds */
        failed = cli_take_logs(model, opts.bins + opts.n_bins - 2, &opts, &lists.logs);
    } else if (!failed && !names && (lists.columns.n == d || lists.columns.n == 0)) {
        failed = cli_take_logs(model, opts.columns, &opts, &lists.logs);
    }
    const bool done = !failed && names && opts.header == -1 &&
                      read_numeric_names(session, path, model, names, opts, data);
    if (!failed && names && !done) {
        opts.columns = names;
        failed = read_by_name(session, path, model, opts, data);
    } else if (!failed && !done) {
        const gmix_status status = cli_file_read(session, path, &opts, data);
        failed =
            status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
    }
    free(names);
    free_lists(&lists);
    if (!failed) {
        say_notes(session, *data);
    }
    return failed ? failed : check_width(session, path, model, gmix_data_table(*data));
}

/* The model of a command that also takes data: the two are easily swapped. */
static int read_model(struct cli_session *session, const struct cli_args *args,
                      gmix_model **model) {
    const char *const *const paths = args->operands;
    const gmix_status status =
        gmix_model_read(session->ctx, paths[0], model, &session->report);
    if (status == GMIX_OK) {
        return CLI_OK;
    }
    if (status != GMIX_ERR_PARSE || !paths[1] || strcmp(paths[1], "-") == 0) {
        return cli_no_model(session, paths[0], status);
    }
    if (gmix_model_read(session->ctx, paths[1], model, NULL) == GMIX_OK) {
        return cli_usage_error(args->command->name,
                               "%s is no model, but %s is; the model comes first: gmix "
                               "%s MODEL DATA",
                               said_name(paths[0]), paths[1], args->command->name);
    }
    gmix_model_read(session->ctx, paths[0], model, NULL); /* for what is said of it */
    return cli_no_model(session, paths[0], status);
}

int cli_apply_model(const struct cli_args *args, cli_apply *apply) {
    struct cli_session session;
    gmix_model *model = NULL;
    gmix_data *data = NULL;
    int failed = cli_session_open(&session, args);
    failed = failed ? failed : read_model(&session, args, &model);
    if (!failed && args->n_operands > 1) {
        failed = cli_table_read(&session, args, args->operands[1], model, &data);
    }
    session.data = data;
    failed = failed ? failed
                    : apply(&session, args, model, data ? gmix_data_table(data) : NULL);
    gmix_data_free(&data);
    gmix_model_free(&model);
    cli_session_close(&session);
    return failed;
}

void cli_put_features(struct cli_out *out, const gmix_model *model) {
    for (size_t j = 0; j < gmix_model_n_features(model); j++) {
        const char *const name = gmix_model_feature_name(model, j);
        cli_out_text(out, j ? "," : "");
        if (name) {
            cli_out_cell(out, name);
        } else {
            cli_out_printf(out, "x%zu", j);
        }
    }
}

void cli_put_row_heading(struct cli_out *out, const struct cli_session *session) {
    if (session->data && gmix_data_row_names(session->data)) {
        cli_out_cell(out, gmix_data_row_heading(session->data));
        cli_out_text(out, ",");
    }
}

void cli_put_row_name(struct cli_out *out, const struct cli_session *session, size_t i) {
    if (session->data && gmix_data_row_names(session->data)) {
        cli_out_cell(out, gmix_data_row_names(session->data)[i]);
        cli_out_text(out, ",");
    }
}

bool cli_row_is_empty(const gmix_table *table, size_t i) {
    bool empty = true;
    for (size_t j = 0; j < table->n_cols && empty; j++) {
        const ptrdiff_t at =
            (ptrdiff_t)i * table->row_stride + (ptrdiff_t)j * table->col_stride;
        empty = isnan(table->dtype == GMIX_F32 ? (double)((const float *)table->data)[at]
                                               : ((const double *)table->data)[at]);
    }
    return empty;
}
