/* gmix anomalies: rows that do not come from where the others come from, and their cells to blame. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns_out.h"
#include "command.h"
#include "complain.h"
#include "data_args.h"
#include "model_features.h"

enum { DEFAULT_REASONS = 3 };

/* Nats: two to three standard deviations. */
static const double LEAST_SURPRISE = 2.0;

/* What is found, and what was asked for. */
struct anomalies {
    const gmix_model *model;
    const gmix_table *table;
    double fdr;
    size_t n_reasons, n_found;
    bool shapley;
    double *score, *p, *adjusted; /* N */
    int32_t *label;               /* N */
    size_t *found;                /* of the n_found anomalies, their rows */
    double *cells;                /* n_found x D: of these */
    double *values;               /* likewise: Shapley values */
    size_t *which;                /* n_found x n_reasons: cells to blame */
    double *expected, *sd;
};

static void anomalies_free(struct anomalies *a) {
    free(a->score);
    free(a->label);
    free(a->found);
    free(a->cells);
    free(a->which);
    free(a->expected);
}

static int no_memory(const struct anomalies *a) {
    return cli_complain("out of memory: results of %zu rows", a->table->n_rows);
}

/* The anomalies' own cells, and which of them are to blame. */
static int find_reasons(struct cli_session *session, struct anomalies *a) {
    const size_t d = gmix_model_n_features(a->model), n = a->table->n_rows;
    a->found = calloc(n + 1, sizeof *a->found);
    for (size_t i = 0; a->found && i < n; i++) {
        if (a->adjusted[i] <= a->fdr) {
            a->found[a->n_found++] = i;
        }
    }
    a->n_reasons = a->n_reasons < d ? a->n_reasons : d;
    const size_t size = a->n_found * d, reasons = a->n_found * a->n_reasons;
    a->cells = calloc(2 * size + 1, sizeof *a->cells);
    a->which = calloc(reasons + 1, sizeof *a->which);
    a->expected = calloc(2 * reasons + 1, sizeof *a->expected);
    if (!a->found || !a->cells || !a->which || !a->expected) {
        return no_memory(a);
    }
    a->values = a->cells + size;
    a->sd = a->expected + reasons;
    for (size_t i = 0; i < a->n_found; i++) {
        for (size_t j = 0; j < d; j++) {
            a->cells[i * d + j] = cli_cell(a->table, a->found[i], j);
        }
    }
    if (a->n_found == 0) {
        return CLI_OK;
    }
    const gmix_table some = gmix_table_f64(a->cells, a->n_found, d);
    gmix_status status = GMIX_OK;
    if (a->n_reasons > 0) {
        status = gmix_blame_cells(session->ctx, a->model, &some, a->n_reasons,
                                  LEAST_SURPRISE, a->which, a->expected, a->sd);
    }
    if (status == GMIX_OK && a->shapley) {
        status = gmix_shapley_values(session->ctx, a->model, &some, a->values);
    }
    return status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
}

/* "waiting=9999 (71.2 +- 5.9); ...": the cells to blame, as one cell. */
static void put_reasons(struct cli_out *out, const struct anomalies *a, size_t found) {
    const size_t d = gmix_model_n_features(a->model), first = found * a->n_reasons;
    char *text = NULL;
    size_t length = 0;
    FILE *const to = open_memstream(&text, &length);
    for (size_t r = first; to && r < first + a->n_reasons && a->which[r] < d; r++) {
        const char *const name = gmix_model_feature_name(a->model, a->which[r]);
        fputs(r > first ? "; " : "", to);
        if (name) {
            fputs(name, to);
        } else {
            fprintf(to, "x%zu", a->which[r]);
        }
        fprintf(to, "=%.6g (%.4g +- %.2g)", a->cells[found * d + a->which[r]],
                a->expected[r], a->sd[r]);
    }
    if (to && fclose(to) == 0) {
        cli_out_cell(out, text);
    }
    free(text);
}

static void put_header(struct cli_out *out, const struct anomalies *a) {
    cli_out_text(out, "row,score,p,adjusted,anomaly,component,reasons");
    for (size_t j = 0; a->shapley && j < gmix_model_n_features(a->model); j++) {
        const char *const name = gmix_model_feature_name(a->model, j);
        cli_out_text(out, ",");
        if (name) {
            const size_t room = sizeof "shapley_" + strlen(name);
            char *const text = malloc(room);
            if (text) {
                snprintf(text, room, "shapley_%s", name);
            }
            cli_out_cell(out, text ? text : name);
            free(text);
        } else {
            cli_out_printf(out, "shapley_x%zu", j);
        }
    }
    cli_out_text(out, "\n");
}

/* found: which of the anomalies row i is, or n_found. */
static void put_row(struct cli_out *out, const struct anomalies *a, size_t i,
                    size_t found) {
    const double told[3] = {a->score[i], a->p[i], a->adjusted[i]};
    cli_out_printf(out, "%zu", i + 1);
    for (size_t j = 0; j < 3; j++) {
        cli_out_text(out, ",");
        cli_out_number(out, told[j]);
    }
    cli_out_printf(out, ",%d,%d,", found < a->n_found, (int)a->label[i]);
    if (found < a->n_found) {
        put_reasons(out, a, found);
    }
    const size_t d = gmix_model_n_features(a->model);
    for (size_t j = 0; a->shapley && j < d; j++) {
        cli_out_text(out, ",");
        if (found < a->n_found) {
            cli_out_number(out, a->values[found * d + j]);
        }
    }
    cli_out_text(out, "\n");
}

static int put_json(struct cli_session *session, const struct cli_args *args,
                    const struct anomalies *a) {
    const bool only = args->values[OPT_ONLY] != NULL;
    const gmix_anomaly_rows rows = {
        .struct_size = sizeof rows,
        .n = only ? a->n_found : a->table->n_rows,
        .row = only ? a->found : NULL,
        .names = session->data ? gmix_data_row_names(session->data) : NULL,
        .score = a->score,
        .p = a->p,
        .adjusted = a->adjusted,
        .component = a->label,
        .fdr = a->fdr,
        .n_found = a->n_found,
        .n_reasons = a->n_reasons,
        .which = a->which,
        .x = a->cells,
        .expected = a->expected,
        .sd = a->sd,
        .shapley = a->shapley ? a->values : NULL};
    char *json = NULL;
    const gmix_status status =
        gmix_anomalies_to_json(session->ctx, a->model, &rows, &json);
    return cli_text_put(session, args, status, json);
}

static int put_csv(struct cli_session *session, const struct cli_args *args,
                   const struct anomalies *a) {
    static struct cli_out out;
    const bool only = args->values[OPT_ONLY] != NULL;
    size_t next = 0;
    if (cli_out_open(&out, args->values[OPT_OUTPUT])) {
        return CLI_BAD_DATA;
    }
    cli_put_row_heading(&out, session);
    put_header(&out, a);
    for (size_t i = 0; i < a->table->n_rows && !out.error; i++) {
        const bool found = next < a->n_found && a->found[next] == i;
        if (found || !only) {
            cli_put_row_name(&out, session, i);
            put_row(&out, a, i, found ? next : a->n_found);
        }
        next += found;
    }
    return cli_out_close(&out);
}

static int put_rows(struct cli_session *session, const struct cli_args *args,
                    const gmix_detector *detector, const struct anomalies *a) {
    const int failed =
        args->values[OPT_JSON] ? put_json(session, args, a) : put_csv(session, args, a);
    if (!failed && !session->quiet) {
        const size_t k = gmix_model_n_components(a->model);
        cli_complain(
            "note: %zu of %zu rows are anomalies, at a false discovery rate of %g; "
            "a mixture of %zu component%s, calibrated by %zu rows",
            a->n_found, a->table->n_rows, a->fdr, k, k == 1 ? "" : "s",
            gmix_detector_n_calibrating(detector));
    }
    return failed;
}

static int judge(struct cli_session *session, const struct cli_args *args,
                 const gmix_detector *detector, const gmix_table *fresh,
                 struct anomalies *a) {
    const size_t n = a->table->n_rows;
    a->score = calloc(3 * n, sizeof *a->score);
    a->label = calloc(n, sizeof *a->label);
    if (!a->score || !a->label) {
        return no_memory(a);
    }
    a->p = a->score + n;
    a->adjusted = a->p + n;
    gmix_status status =
        fresh ? gmix_detector_apply(session->ctx, detector, fresh, a->score, a->p)
              : gmix_detector_training(session->ctx, detector, a->score, a->p);
    if (status == GMIX_OK) {
        status = gmix_adjust_p_values(session->ctx, n, a->p, a->adjusted);
    }
    if (status == GMIX_OK) {
        status = gmix_labels(session->ctx, a->model, a->table, a->label);
    }
    int failed = status == GMIX_OK
                     ? find_reasons(session, a)
                     : cli_library_error(session->ctx, status,
                                         fresh ? args->values[OPT_NEW] : NULL);
    return failed ? failed : put_rows(session, args, detector, a);
}

static int read_options(struct cli_session *session, const struct cli_args *args,
                        gmix_fit_options *fit, gmix_detector_options *opts,
                        struct anomalies *a) {
    double *numbers = NULL;
    size_t n;
    gmix_fit_options_init(fit);
    gmix_detector_options_init(opts);
    for (enum cli_id id = OPT_GROUP + 1; id < OPT_COUNT; id++) {
        if (cli_option_set(args, id, session->ctx, fit)) {
            return CLI_BAD_USAGE;
        }
    }
    opts->clean = args->values[OPT_TRAIN] != NULL;
    opts->n_components = args->values[OPT_COMPONENTS] ? fit->n_components : 0;
    opts->trim = args->values[OPT_TRIM] ? fit->trim : opts->trim;
    a->shapley = args->values[OPT_SHAPLEY] != NULL;
    a->n_reasons = DEFAULT_REASONS;
    int failed = cli_numbers_parse(args, OPT_FDR, 0.0, 1.0, &n, &numbers);
    a->fdr = !failed && n > 0 ? numbers[0] : 0.1;
    free(numbers);
    if (!failed && args->values[OPT_FOLDS]) {
        failed = cli_parse_count(args, OPT_FOLDS, 2, 1000, &opts->folds);
    }
    if (!failed && args->values[OPT_REASONS]) {
        failed = cli_parse_count(args, OPT_REASONS, 0, 1000, &a->n_reasons);
    }
    return failed;
}

/* DATA, or --train and --new. */
static int check_files(const struct cli_args *args) {
    const char *const train = args->values[OPT_TRAIN], *const fresh =
                                                           args->values[OPT_NEW];
    if ((args->n_operands == 0) == (!train && !fresh) || (!train != !fresh)) {
        return cli_usage_error(
            "anomalies", "say where the rows are: gmix anomalies DATA, or gmix anomalies "
                         "--train A --new B");
    }
    return CLI_OK;
}

static int find_anomalies(struct cli_session *session, const struct cli_args *args,
                          const gmix_table *train) {
    struct anomalies a = {.table = train};
    gmix_fit_options fit;
    gmix_detector_options opts;
    gmix_detector *detector = NULL;
    gmix_data *fresh = NULL;
    int failed = read_options(session, args, &fit, &opts, &a);
    if (!failed) {
        const gmix_status status =
            gmix_detector_fit(session->ctx, train, &fit, &opts, &detector);
        failed =
            status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
    }
    if (!failed) {
        a.model = gmix_detector_model(detector);
        if (opts.clean) {
            failed =
                cli_table_read(session, args, args->values[OPT_NEW], a.model, &fresh);
        }
        a.table = fresh ? gmix_data_table(fresh) : train;
        session->data = fresh ? fresh : session->data; /* for the rows' names */
    }
    failed = failed ? failed : judge(session, args, detector, fresh ? a.table : NULL, &a);
    anomalies_free(&a);
    gmix_data_free(&fresh);
    gmix_detector_free(&detector);
    return failed;
}

static int run(const struct cli_args *args) {
    struct cli_session session;
    gmix_data *data = NULL;
    const char *const train = args->values[OPT_TRAIN];
    int failed = cli_session_open(&session, args);
    failed = failed ? failed : check_files(args);
    failed =
        failed ? failed
               : cli_data_read(&session, args, train ? train : args->operands[0], &data);
    session.data = data;
    failed = failed ? failed : find_anomalies(&session, args, gmix_data_table(data));
    gmix_data_free(&data);
    cli_session_close(&session);
    return failed;
}

static const char *const text[] = {
    "Prints CSV, one line per row of DATA: how far out it lies in a mixture that "
    "is fitted to DATA (score), the probability that a normal row is as far out "
    "(p), the same adjusted for their number, and 1 in the column anomaly where "
    "that is at most --fdr: of these, a share of at most --fdr is expected to be "
    "normal.",
    "p-values are calibrated by fits without the row. With --train A --new B the "
    "rows of A are taken for normal, and those of B are judged.",
    "Reasons are the cells that are to blame, with what the row's other cells lead "
    "to expect and its standard deviation. Missing cells count in no way; rows "
    "with some are comparable with others. Where rows have names, these come first.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_TRAIN, NULL},
    {OPT_NEW, NULL},
    {OPT_FDR, NULL},
    {OPT_REASONS, NULL},
    {OPT_SHAPLEY, NULL},
    {OPT_ONLY, NULL},
    {OPT_JSON, NULL},
    {OPT_OUTPUT, NULL},
    {OPT_GROUP, "The mixture"},
    {OPT_COMPONENTS,
     "components K (default: chosen by BIC, so that none is so small that it "
     "may be anomalies)"},
    {OPT_COVARIANCE, NULL},
    {OPT_TRIM,
     "share of the rows that the fit leaves out (default 0.05 where K is chosen "
     "and rows are not known to be normal, else 0)"},
    {OPT_FOLDS, "fits without some of the rows, that calibrate (default 20)"},
    {OPT_REG, NULL},
    {OPT_REG_RELATIVE, NULL},
    {OPT_SEED, NULL},
    CLI_DATA_USES,
    CLI_WORK_USES,
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix anomalies data.csv --only", "rows that do not belong, and why"},
    {"gmix anomalies --train normal.csv --new today.csv --fdr 0.05 -o out.csv",
     "is something of today unlike what was normal?"},
    {NULL, NULL},
};

const struct cli_command cmd_anomalies = {
    .name = "anomalies",
    .synopsis = "DATA [OPTION]...",
    .operands = "DATA",
    .summary = "rows that do not come from where the others do, and why",
    .text = text,
    .uses = uses,
    .examples = examples,
    .n_optional = 1,
    .run = run,
};
