/* gmix regress: what some features are, row by row, given the others. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "complain.h"
#include "data_args.h"
#include "model_features.h"

/* What was asked for, and where the library puts it. */
struct request {
    size_t n_targets, *targets;
    size_t n_quantiles;
    double *quantiles;
    double mass, far;
    size_t k, n_intervals;
    gmix_regression out;
};

static void request_free(struct request *r) {
    free(r->targets);
    free(r->quantiles);
    free(r->out.mean);
    free(r->out.sd);
    free(r->out.quantiles);
    free(r->out.regions);
    free(r->out.weights);
    free(r->out.evidence);
}

/* A single number of an option, or its default. */
static int parse_one(const struct cli_args *args, enum cli_id id, double fallback,
                     double *value) {
    size_t n;
    double *numbers;
    const int failed = cli_numbers_parse(args, id, 0.0, 1.0, &n, &numbers);
    *value = !failed && n > 0 ? numbers[0] : fallback;
    free(numbers);
    return failed || n <= 1 ? failed
                            : cli_usage_error(args->command->name, "--%s: one number",
                                              cli_option(id)->name);
}

static int request_read(const struct cli_args *args, const gmix_model *model,
                        struct request *r) {
    int failed =
        cli_features_parse(args, OPT_TARGET, model, &r->n_targets, &r->targets, NULL);
    failed = failed ? failed
                    : cli_numbers_parse(args, OPT_QUANTILES, 0.0, 1.0, &r->n_quantiles,
                                        &r->quantiles);
    failed = failed ? failed : parse_one(args, OPT_HDR, 0.0, &r->mass);
    failed = failed ? failed : parse_one(args, OPT_FAR, 0.001, &r->far);
    if (!failed && r->n_targets >= gmix_model_n_features(model)) {
        failed = cli_usage_error(args->command->name,
                                 "--target names all features: none is left to go by");
    }
    r->k = gmix_model_n_components(model);
    r->n_intervals = gmix_regression_n_intervals(model);
    return failed;
}

static int request_room(const struct cli_args *args, size_t n, struct request *r) {
    const size_t cells = n * r->n_targets;
    r->out.mean = calloc(cells, sizeof(double));
    r->out.sd = calloc(cells, sizeof(double));
    r->out.evidence = calloc(n, sizeof *r->out.evidence);
    bool ok = r->out.mean && r->out.sd && r->out.evidence;
    if (r->n_quantiles > 0) {
        r->out.quantiles = calloc(cells * r->n_quantiles, sizeof(double));
        ok = ok && r->out.quantiles;
    }
    if (r->mass > 0.0) {
        r->out.regions = calloc(cells * r->n_intervals * 2, sizeof(double));
        ok = ok && r->out.regions;
    }
    if (args->values[OPT_PROBA]) {
        r->out.weights = calloc(n * r->k, sizeof(double));
        ok = ok && r->out.weights;
    }
    return ok ? CLI_OK : cli_complain("out of memory: results of %zu rows", n);
}

/* The model of the inputs, whose columns are read from the data. */
static int make_inputs(struct cli_session *session, const gmix_model *model,
                       const struct request *r, gmix_model **inputs) {
    const size_t d = gmix_model_n_features(model);
    size_t n = 0, *const kept = calloc(d, sizeof *kept);
    for (size_t j = 0; kept && j < d; j++) {
        bool wanted = false;
        for (size_t t = 0; t < r->n_targets; t++) {
            wanted = wanted || r->targets[t] == j;
        }
        if (!wanted) {
            kept[n++] = j;
        }
    }
    const gmix_status status =
        kept ? gmix_model_marginal(session->ctx, model, n, kept, inputs) : GMIX_ERR_NOMEM;
    free(kept);
    return status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
}

/* "NAME_what" as a cell of the header. */
static void put_name(struct cli_out *out, const gmix_model *model, size_t feature,
                     const char *what) {
    const char *const name = gmix_model_feature_name(model, feature);
    const size_t room = (name ? strlen(name) : 24) + strlen(what) + 2;
    char *const cell = malloc(room);
    if (cell && name) {
        snprintf(cell, room, "%s_%s", name, what);
    } else if (cell) {
        snprintf(cell, room, "x%zu_%s", feature, what);
    }
    cli_out_cell(out, cell ? cell : what);
    free(cell);
}

static void put_header(struct cli_out *out, const gmix_model *model,
                       const struct request *r) {
    for (size_t t = 0; t < r->n_targets; t++) {
        cli_out_text(out, t ? "," : "");
        put_name(out, model, r->targets[t], "mean");
        cli_out_text(out, ",");
        put_name(out, model, r->targets[t], "sd");
        for (size_t q = 0; q < r->n_quantiles; q++) {
            char what[32];
            snprintf(what, sizeof what, "q%g", r->quantiles[q]);
            cli_out_text(out, ",");
            put_name(out, model, r->targets[t], what);
        }
        if (r->mass > 0.0) {
            cli_out_text(out, ",");
            put_name(out, model, r->targets[t], "region");
        }
    }
    cli_out_text(out, ",log_density,distance,tail,far");
    for (size_t c = 0; r->out.weights && c < r->k; c++) {
        cli_out_printf(out, ",p%zu", c);
    }
    cli_out_text(out, "\n");
}

/* "43.3..65.1 70.2..72.0": intervals in one cell, which needs no quotes. */
static void put_region(struct cli_out *out, const struct request *r, const double *ends) {
    for (size_t i = 0; i < r->n_intervals && !isnan(ends[2 * i]); i++) {
        cli_out_text(out, i ? " " : "");
        cli_out_number(out, ends[2 * i]);
        cli_out_text(out, "..");
        cli_out_number(out, ends[2 * i + 1]);
    }
}

static void put_row(struct cli_out *out, const struct request *r, size_t i) {
    for (size_t t = 0; t < r->n_targets; t++) {
        const size_t cell = i * r->n_targets + t;
        cli_out_text(out, t ? "," : "");
        cli_out_number(out, r->out.mean[cell]);
        cli_out_text(out, ",");
        cli_out_number(out, r->out.sd[cell]);
        for (size_t q = 0; q < r->n_quantiles; q++) {
            cli_out_text(out, ",");
            cli_out_number(out, r->out.quantiles[cell * r->n_quantiles + q]);
        }
        if (r->mass > 0.0) {
            cli_out_text(out, ",");
            put_region(out, r, r->out.regions + cell * r->n_intervals * 2);
        }
    }
    const gmix_evidence *const e = &r->out.evidence[i];
    const double told[3] = {e->log_density, e->distance, e->tail};
    for (size_t j = 0; j < 3; j++) {
        cli_out_text(out, ",");
        cli_out_number(out, told[j]);
    }
    cli_out_printf(out, ",%d", e->tail < r->far);
    for (size_t c = 0; r->out.weights && c < r->k; c++) {
        cli_out_text(out, ",");
        cli_out_number(out, r->out.weights[i * r->k + c]);
    }
    cli_out_text(out, "\n");
}

static int put_csv(struct cli_session *session, const struct cli_args *args,
                   const gmix_model *model, size_t n, const struct request *r) {
    static struct cli_out out;
    if (cli_out_open(&out, args->values[OPT_OUTPUT])) {
        return CLI_BAD_DATA;
    }
    cli_put_row_heading(&out, session);
    put_header(&out, model, r);
    for (size_t i = 0; i < n && !out.error; i++) {
        cli_put_row_name(&out, session, i);
        put_row(&out, r, i);
    }
    return cli_out_close(&out);
}

static void say_far(const struct cli_session *session, size_t n,
                    const struct request *r) {
    size_t n_far = 0;
    for (size_t i = 0; i < n; i++) {
        n_far += r->out.evidence[i].tail < r->far;
    }
    if (n_far > 0 && !session->quiet) {
        cli_complain("warning: %zu of %zu rows are far from all that the model knows "
                     "(column far): what is said of them is a straight line's",
                     n_far, n);
    }
}

static int put_json(struct cli_session *session, const struct cli_args *args,
                    const gmix_model *model, size_t n, const gmix_regress_options *opts,
                    const struct request *r) {
    char *json = NULL;
    const gmix_status status = gmix_regression_to_json(
        session->ctx, model, r->n_targets, r->targets, n, opts, &r->out, r->far, &json);
    return cli_text_put(session, args, status, json);
}

static int regress(struct cli_session *session, const struct cli_args *args,
                   const gmix_model *model, const gmix_table *table, struct request *r) {
    gmix_regress_options opts;
    gmix_regress_options_init(&opts);
    opts.n_quantiles = r->n_quantiles;
    opts.quantiles = r->quantiles;
    opts.region_mass = r->mass;
    int failed = request_room(args, table->n_rows, r);
    if (!failed) {
        const gmix_status status = gmix_regress(session->ctx, model, r->n_targets,
                                                r->targets, table, &opts, &r->out);
        failed = status == GMIX_OK
                     ? CLI_OK
                     : cli_library_error(session->ctx, status, args->operands[1]);
    }
    if (!failed && args->values[OPT_JSON]) {
        failed = put_json(session, args, model, table->n_rows, &opts, r);
    } else if (!failed) {
        failed = put_csv(session, args, model, table->n_rows, r);
    }
    if (!failed) {
        say_far(session, table->n_rows, r);
    }
    return failed;
}

/* A table without names may have all columns of the model: those of the targets are not looked at. */
static int leave_targets(const struct cli_session *session, const gmix_model *model,
                         const struct request *r, gmix_table *x, ptrdiff_t **offsets) {
    const size_t d = gmix_model_n_features(model);
    size_t n = 0;
    if (x->n_cols != d) {
        return CLI_OK;
    }
    *offsets = calloc(d, sizeof **offsets);
    if (!*offsets) {
        return cli_complain("out of memory");
    }
    for (size_t j = 0; j < d; j++) {
        bool wanted = false;
        for (size_t t = 0; t < r->n_targets; t++) {
            wanted = wanted || r->targets[t] == j;
        }
        if (!wanted) {
            (*offsets)[n++] =
                x->col_offsets ? x->col_offsets[j] : (ptrdiff_t)j * x->col_stride;
        }
    }
    x->col_offsets = *offsets;
    x->n_cols = n;
    x->names = NULL;
    if (!session->quiet) {
        cli_complain("note: the table has all %zu columns of the model; the target%s "
                     "not looked at",
                     d, r->n_targets == 1 ? " is" : "s are");
    }
    return CLI_OK;
}

static int run(const struct cli_args *args) {
    struct cli_session session;
    struct request request = {0};
    gmix_model *model = NULL, *inputs = NULL;
    gmix_data *data = NULL;
    int failed = cli_session_open(&session, args);
    failed = failed ? failed : cli_model_read(&session, args->operands[0], &model, NULL);
    failed = failed ? failed : request_read(args, model, &request);
    failed = failed ? failed : make_inputs(&session, model, &request, &inputs);
    session.reader = "the model without its targets";
    session.whole = model ? gmix_model_n_features(model) : 0;
    failed = failed ? failed
                    : cli_table_read(&session, args, args->operands[1], inputs, &data);
    session.data = data;
    gmix_table table = {0};
    ptrdiff_t *offsets = NULL;
    if (!failed) {
        table = *gmix_data_table(data);
        failed = leave_targets(&session, model, &request, &table, &offsets);
    }
    failed = failed ? failed : regress(&session, args, model, &table, &request);
    free(offsets);
    request_free(&request);
    gmix_data_free(&data);
    gmix_model_free(&inputs);
    gmix_model_free(&model);
    cli_session_close(&session);
    return failed;
}

static const char *const text[] = {
    "Prints CSV, one line per row of DATA: for every target its mean and standard "
    "deviation given the row's other features, with --quantiles these, and with "
    "--hdr the intervals of the smallest region of that probability, as LOW..HIGH, "
    "several where the distribution has several modes.",
    "Then how well the row's inputs agree with MODEL: the logarithm of their "
    "density, the distance from the nearest component in standard deviations, the "
    "probability that a row of the model is as far, at most (tail), and 1 in the "
    "column far where that is below --far. There the answer goes on along a "
    "straight line, beyond what is known.",
    "DATA has the columns of MODEL but the targets, which are ignored if they are there "
    "and both have names. Missing cells are left out of account.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_TARGET, NULL},
    {OPT_QUANTILES, NULL},
    {OPT_HDR, NULL},
    {OPT_FAR, NULL},
    {OPT_PROBA, "add the weight of each component, p0, p1, ..."},
    {OPT_JSON, "print one JSON object instead: an array of rows for each of these"},
    {OPT_OUTPUT, NULL},
    CLI_DATA_USES,
    {OPT_GROUP, "The work"},
    {OPT_THREADS, NULL},
    {OPT_QUIET, "errors only: no warning of rows far from the model"},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix regress model.json data.csv --target waiting",
     "expected waiting time, and its spread, given the rest"},
    {"gmix regress model.json data.csv --target waiting --quantiles 0.05,0.5,0.95 --hdr "
     "0.9 -o out.csv",
     "with quantiles and 90 % regions"},
    {NULL, NULL},
};

const struct cli_command cmd_regress = {
    .name = "regress",
    .synopsis = "MODEL DATA --target A,... [OPTION]...",
    .operands = "MODEL DATA",
    .summary = "predict some features from the others, with their spread",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
