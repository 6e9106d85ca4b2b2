/* gmix denoise: what rows with errors of measurement really are. */
#include <stdlib.h>

#include "columns_out.h"
#include "command.h"
#include "complain.h"
#include "data_args.h"

/* A column for every feature: its name, or its number, and what it is. */
static bool add_columns(const gmix_model *model, size_t d, const char *what,
                        struct cli_columns *to) {
    bool added = true;
    for (size_t j = 0; j < d && added; j++) {
        const char *const name = gmix_model_feature_name(model, j);
        added = name ? cli_column_add(to, "%s_%s", name, what)
                     : cli_column_add(to, "x%zu_%s", j, what);
    }
    return added;
}

static gmix_status put_rows(const gmix_model *model, const gmix_table *table,
                            const double *mean, const double *sd,
                            struct cli_columns *to) {
    const size_t d = table->n_cols;
    if (!add_columns(model, d, "true", to) || !add_columns(model, d, "sd", to)) {
        return GMIX_ERR_NOMEM;
    }
    gmix_status status = cli_columns_heading(to);
    for (size_t i = 0; i < table->n_rows && status == GMIX_OK && !to->out->error; i++) {
        for (size_t j = 0; j < d; j++) {
            to->cells[j] = (gmix_cell){.number = mean[i * d + j]};
            to->cells[d + j] = (gmix_cell){.number = sd[i * d + j]};
        }
        status = cli_columns_row(to, i, NULL);
    }
    return status == GMIX_OK ? cli_columns_end(to) : status;
}

static int put(struct cli_session *session, const struct cli_args *args,
               const gmix_model *model, const gmix_table *table, const double *mean,
               const double *sd) {
    static struct cli_out out;
    struct cli_columns to;
    gmix_status status = GMIX_OK;
    int failed = cli_columns_open(&to, session, args, &out);
    failed = failed ? failed : cli_out_open(&out, args->values[OPT_OUTPUT]);
    if (!failed) {
        status = put_rows(model, table, mean, sd, &to);
        failed = cli_out_end(&out, status == GMIX_OK);
    }
    cli_columns_close(&to);
    return status == GMIX_OK ? failed
                             : cli_library_error(session->ctx, status, args->operands[1]);
}

static int denoise(struct cli_session *session, const struct cli_args *args,
                   const gmix_model *model, const gmix_table *table) {
    const size_t cells = table->n_rows * table->n_cols;
    double *const mean = calloc(2 * cells, sizeof *mean), *const sd = mean + cells;
    if (!mean) {
        return cli_complain("out of memory: rows %zu x columns %zu", table->n_rows,
                            table->n_cols);
    }
    const gmix_status status = gmix_true_values(session->ctx, model, table, mean, sd);
    const int failed = status == GMIX_OK
                           ? put(session, args, model, table, mean, sd)
                           : cli_library_error(session->ctx, status, args->operands[1]);
    free(mean);
    return failed;
}

static int run(const struct cli_args *args) {
    return cli_apply_model(args, denoise);
}

static const char *const text[] = {
    "Prints CSV, one line per row of DATA: the mean of every feature's true value given "
    "what was "
    "measured, and its standard deviation. Measurements are drawn towards where MODEL "
    "has its "
    "components, the more, the larger their errors are. MODEL is one of true values, as "
    "'gmix fit' finds it "
    "with the same errors.",
    "A cell that is missing gets the mean and the standard deviation that the row's "
    "others leave it.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_ERRORS, NULL},  {OPT_ERROR_COV, NULL},
    {OPT_OUTPUT, NULL},  CLI_COLUMNS_USES,
    CLI_DATA_USES,       {OPT_GROUP, "The work"},
    {OPT_THREADS, NULL}, {OPT_QUIET, "errors only: no notes on how DATA was read"},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix denoise model.json stars.csv --errors sx,sy",
     "true values of x and y, with their sd"},
    {NULL, NULL},
};

const struct cli_command cmd_denoise = {
    .name = "denoise",
    .synopsis = "MODEL DATA --errors COLUMNS [OPTION]...",
    .operands = "MODEL DATA",
    .summary = "true values behind measurements with errors",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
