/* gmix mahal: how far rows are from every component. */
#include <stdlib.h>

#include "command.h"
#include "complain.h"
#include "data_args.h"

static int put_rows(const struct cli_session *session, const struct cli_args *args,
                    size_t n, size_t k, const double *d2) {
    static struct cli_out out;
    if (cli_out_open(&out, args->values[OPT_OUTPUT])) {
        return CLI_BAD_DATA;
    }
    cli_put_row_heading(&out, session);
    for (size_t c = 0; c < k; c++) {
        cli_out_printf(&out, "%sd%zu", c ? "," : "", c);
    }
    cli_out_text(&out, "\n");
    for (size_t i = 0; i < n && !out.error; i++) {
        cli_put_row_name(&out, session, i);
        for (size_t c = 0; c < k; c++) {
            cli_out_text(&out, c ? "," : "");
            cli_out_number(&out, d2[i * k + c]);
        }
        cli_out_text(&out, "\n");
    }
    return cli_out_close(&out);
}

static int distances(struct cli_session *session, const struct cli_args *args,
                     const gmix_model *model, const gmix_table *table) {
    const size_t k = gmix_model_n_components(model);
    double *const d2 = calloc(table->n_rows * k, sizeof *d2);
    if (!d2) {
        return cli_complain("out of memory: rows %zu x components %zu", table->n_rows, k);
    }
    const gmix_status status = gmix_mahalanobis(session->ctx, model, table, d2);
    const int failed = status == GMIX_OK
                           ? put_rows(session, args, table->n_rows, k, d2)
                           : cli_library_error(session->ctx, status, args->operands[1]);
    free(d2);
    return failed;
}

static int run(const struct cli_args *args) {
    return cli_apply_model(args, distances);
}

static const char *const text[] = {
    "Prints CSV, one line per row of DATA: the squared Mahalanobis distance from every "
    "component, d0, d1, ... Of a row with missing cells, in the features that are there.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_OUTPUT, NULL},
    CLI_DATA_USES,
    {OPT_GROUP, "The work"},
    {OPT_THREADS, NULL},
    {OPT_QUIET, "errors only: no notes on how DATA was read"},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix mahal model.json data.csv", "squared distances"},
    {NULL, NULL},
};

const struct cli_command cmd_mahal = {
    .name = "mahal",
    .synopsis = "MODEL DATA",
    .operands = "MODEL DATA",
    .summary = "squared Mahalanobis distances from the components",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
