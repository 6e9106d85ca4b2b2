/* gmix score: how probable each row is under a model. */
#include <stdlib.h>

#include "columns_out.h"
#include "command.h"
#include "complain.h"
#include "data_args.h"
#include "log_features.h"

static int put_mean(struct cli_session *session, const gmix_model *model,
                    const gmix_table *table, const char *path, struct cli_out *out) {
    gmix_criteria criteria;
    const gmix_status status = gmix_score(session->ctx, model, table, &criteria);
    if (status != GMIX_OK) {
        return cli_library_error(session->ctx, status, path);
    }
    double jacobian = 0.0, total = 0.0;
    for (size_t i = 0; i < table->n_rows; i++) {
        const double w = table->weights ? table->weights[i] : 1.0;
        jacobian += w * cli_row_jacobian(model, table, i);
        total += w;
    }
    cli_out_number(out, criteria.mean_log_likelihood + jacobian / total);
    cli_out_text(out, "\n");
    return CLI_OK;
}

static gmix_status put_rows(const gmix_table *table, const double *density,
                            struct cli_columns *to) {
    gmix_status status = cli_columns_heading(to);
    for (size_t i = 0; i < table->n_rows && status == GMIX_OK && !to->out->error; i++) {
        to->cells[0].number = density[i];
        status = cli_columns_row(to, i, NULL);
    }
    return status == GMIX_OK ? cli_columns_end(to) : status;
}

/* The densities of all rows come before the output is opened: a bad cell leaves no trace. */
static int put_densities(struct cli_session *session, const struct cli_args *args,
                         const gmix_model *model, const gmix_table *table) {
    static struct cli_out out;
    struct cli_columns to;
    gmix_status status = GMIX_OK;
    double *const density = calloc(table->n_rows, sizeof *density);
    if (!density) {
        return cli_complain("out of memory");
    }
    int failed = cli_columns_open(&to, session, args, &out);
    if (!failed && !cli_column_add(&to, "log_density")) {
        failed = cli_complain("out of memory");
    }
    if (!failed) {
        status = gmix_log_density(session->ctx, model, table, density);
        for (size_t i = 0; i < table->n_rows && status == GMIX_OK; i++) {
            density[i] += cli_row_jacobian(model, table, i);
        }
        failed = status == GMIX_OK ? cli_out_open(&out, args->values[OPT_OUTPUT]) : 0;
    }
    if (!failed && status == GMIX_OK) {
        status = put_rows(table, density, &to);
        failed = cli_out_end(&out, status == GMIX_OK);
    }
    free(density);
    cli_columns_close(&to);
    return status == GMIX_OK ? failed
                             : cli_library_error(session->ctx, status, args->operands[1]);
}

static int put_scores(struct cli_session *session, const struct cli_args *args,
                      const gmix_model *model, const gmix_table *table) {
    static struct cli_out out;
    if (!args->values[OPT_MEAN]) {
        return put_densities(session, args, model, table);
    }
    if (args->values[OPT_APPEND]) {
        return cli_usage_error("score", "--mean is one number, and --append columns");
    }
    int failed = cli_out_open(&out, args->values[OPT_OUTPUT]);
    if (failed) {
        return failed;
    }
    failed = put_mean(session, model, table, args->operands[1], &out);
    if (failed) {
        cli_out_abandon(&out);
    }
    return failed ? failed : cli_out_close(&out);
}

static int run(const struct cli_args *args) {
    return cli_apply_model(args, put_scores);
}

static const char *const text[] = {
    "Prints CSV, one line per row of DATA: the column log_density holds the "
    "natural logarithm of the row's probability density under MODEL. Low values "
    "are outliers. Over the rows a model was fitted to, the column sums to the "
    "fit's log-likelihood.",
    "Where the rows of DATA have names (a column of numbers called ID or without a "
    "name, or of texts that are all different), these come first.",
    "If both MODEL and DATA name their columns, the model's are picked by name, whatever "
    "their order and whatever else is there.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_MEAN,
     "print one number instead, the mean over the rows (weighted with --weights)"},
    CLI_COLUMNS_USES,
    {OPT_OUTPUT, NULL},
    CLI_DATA_USES,
    CLI_OBSERVED_USES,
    {OPT_GROUP, "The work"},
    {OPT_THREADS, NULL},
    {OPT_QUIET, "errors only, as without it"},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix score model.json data.csv", "the log-density of each row"},
    {"gmix score model.json test.csv --mean", "how well the model describes other data"},
    {NULL, NULL},
};

const struct cli_command cmd_score = {
    .name = "score",
    .synopsis = "MODEL DATA [--mean] [OPTION]...",
    .operands = "MODEL DATA",
    .summary = "print the log-density of each row",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
