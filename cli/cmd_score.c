/* gmix score: how probable each row is under a model. */
#include <stdlib.h>

#include "command.h"
#include "complain.h"
#include "data_args.h"
#include "outfile.h"

static int put_mean(struct cli_session *session, const gmix_model *model,
                    const gmix_table *table, const char *path, struct cli_out *out) {
    gmix_criteria criteria;
    const gmix_status status = gmix_score(session->ctx, model, table, &criteria);
    if (status != GMIX_OK) {
        return cli_library_error(session->ctx, status, path);
    }
    cli_out_number(out, criteria.mean_log_likelihood);
    cli_out_text(out, "\n");
    return CLI_OK;
}

static int put_rows(struct cli_session *session, const gmix_model *model,
                    const gmix_table *table, const char *path, struct cli_out *out) {
    double *const density = calloc(table->n_rows, sizeof *density);
    if (!density) {
        return cli_complain("out of memory");
    }
    const gmix_status status = gmix_log_density(session->ctx, model, table, density);
    if (status == GMIX_OK) {
        cli_put_row_heading(out, session);
        cli_out_text(out, "log_density\n");
        for (size_t i = 0; i < table->n_rows && !out->error; i++) {
            cli_put_row_name(out, session, i);
            cli_out_number(out, density[i]);
            cli_out_text(out, "\n");
        }
    }
    free(density);
    return status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, path);
}

static int put_scores(struct cli_session *session, const struct cli_args *args,
                      const gmix_model *model, const gmix_table *table) {
    static struct cli_out out;
    int failed = cli_out_open(&out, args->values[OPT_OUTPUT]);
    if (failed) {
        return failed;
    }
    failed = args->values[OPT_MEAN]
                 ? put_mean(session, model, table, args->operands[1], &out)
                 : put_rows(session, model, table, args->operands[1], &out);
    if (failed) {
        cli_out_abandon(&out);
    }
    return failed ? failed : cli_out_close(&out);
}

static int run(const struct cli_args *args) {
    return cli_apply_model(args, put_scores);
}

static const char *const text[] = {
    "Prints CSV, one line per row of DATA: the column log_density holds the natural "
    "logarithm of the row's probability density under MODEL. Low values are outliers. "
    "Over "
    "the rows a model was fitted to, the column sums to the fit's log-likelihood.",
    "Where the rows of DATA have names (a column of numbers called ID or without a name, "
    "or of "
    "texts that are all different), these come first.",
    "If both MODEL and DATA name their columns, the model's are picked by name, whatever "
    "their order and whatever else is there.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_MEAN,
     "print one number instead, the mean over the rows (weighted with --weights)"},
    {OPT_OUTPUT, NULL},
    CLI_DATA_USES,
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
