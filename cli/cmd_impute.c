/* gmix impute: missing cells filled in. */
#include <stdint.h>
#include <stdlib.h>

#include "columns_out.h"
#include "command.h"
#include "complain.h"
#include "data_args.h"
#include "log_features.h"
#include "outfile.h"

/* What is asked for: the mean, or so many draws. */
struct request {
    bool drawn;
    size_t n_draws;
    uint64_t seed;
};

static int read_request(struct cli_session *session, const struct cli_args *args,
                        struct request *request) {
    *request = (struct request){.drawn = args->values[OPT_DRAWS] != NULL, .n_draws = 1};
    if (request->drawn &&
        cli_parse_count(args, OPT_DRAWS, 1, 1000000, &request->n_draws)) {
        return CLI_BAD_USAGE;
    }
    if (args->values[OPT_SEED] && !request->drawn) {
        return cli_usage_error("impute",
                               "--seed is for draws: add --draws 1, or leave it "
                               "out for conditional means");
    }
    return cli_seed(session, args, &request->seed);
}

/* The rows of one draw; its number, if there are several, is the last column. */
static void put_rows(struct cli_out *out, const struct cli_session *session,
                     const double *x, size_t n, size_t d, const struct request *request,
                     size_t draw) {
    for (size_t i = 0; i < n && !out->error; i++) {
        cli_put_row_name(out, session, i);
        for (size_t j = 0; j < d; j++) {
            cli_out_text(out, j ? "," : "");
            cli_out_number(out, x[i * d + j]);
        }
        if (request->n_draws > 1) {
            cli_out_printf(out, ",%zu", draw);
        }
        cli_out_text(out, "\n");
    }
}

/* The user's file with its missing cells filled. */
static gmix_status put_filled(const gmix_table *table, const double *x,
                              struct cli_columns *to) {
    gmix_status status = cli_columns_heading(to);
    for (size_t i = 0; i < table->n_rows && status == GMIX_OK && !to->out->error; i++) {
        status = cli_columns_row(to, i, x + i * table->n_cols);
    }
    return status == GMIX_OK ? cli_columns_end(to) : status;
}

static gmix_status fill(struct cli_session *session, const gmix_model *model,
                        const gmix_table *table, const struct request *request,
                        size_t draw, double *x) {
    const gmix_status status =
        request->drawn
            ? gmix_impute_draw(session->ctx, model, table, request->seed, draw, x)
            : gmix_impute(session->ctx, model, table, x);
    if (status == GMIX_OK) {
        cli_undo_logs(model, table->n_rows, x);
    }
    return status;
}

static int append(struct cli_session *session, const struct cli_args *args,
                  const gmix_model *model, const gmix_table *table,
                  const struct request *request, double *x) {
    static struct cli_out out;
    struct cli_columns to;
    gmix_status status = GMIX_OK;
    int failed = cli_columns_open(&to, session, args, &out);
    if (!failed && request->n_draws > 1) {
        failed = cli_usage_error("impute", "--append takes one draw: --draws 1");
    }
    if (!failed) {
        status = fill(session, model, table, request, 0, x);
        failed = status == GMIX_OK ? cli_out_open(&out, args->values[OPT_OUTPUT]) : 0;
    }
    if (!failed && status == GMIX_OK) {
        status = put_filled(table, x, &to);
        failed = cli_out_end(&out, status == GMIX_OK);
    }
    cli_columns_close(&to);
    return status == GMIX_OK ? failed
                             : cli_library_error(session->ctx, status, args->operands[1]);
}

/* The first draw comes before the output is opened: a bad cell leaves no trace. */
static int put_draws(struct cli_session *session, const struct cli_args *args,
                     const gmix_model *model, const gmix_table *table,
                     const struct request *request, double *x) {
    static struct cli_out out;
    int failed = CLI_OK;
    for (size_t draw = 0; draw < request->n_draws; draw++) {
        const gmix_status status = fill(session, model, table, request, draw, x);
        if (status != GMIX_OK) {
            failed = cli_library_error(session->ctx, status, args->operands[1]);
        } else if (draw == 0) {
            failed = cli_out_open(&out, args->values[OPT_OUTPUT]);
            if (!failed) {
                cli_put_row_heading(&out, session);
                cli_put_columns(&out, model);
                cli_out_text(&out, request->n_draws > 1 ? ",draw\n" : "\n");
            }
        }
        if (failed) {
            if (draw > 0) {
                cli_out_abandon(&out);
            }
            return failed;
        }
        put_rows(&out, session, x, table->n_rows, table->n_cols, request, draw);
    }
    return cli_out_close(&out);
}

static int impute(struct cli_session *session, const struct cli_args *args,
                  const gmix_model *model, const gmix_table *table) {
    struct request request;
    int failed = read_request(session, args, &request);
    if (failed) {
        return failed;
    }
    double *const x = calloc(table->n_rows * table->n_cols, sizeof *x);
    failed = x && args->values[OPT_APPEND]
                 ? append(session, args, model, table, &request, x)
             : x ? put_draws(session, args, model, table, &request, x)
                 : cli_complain("out of memory: rows %zu x columns %zu", table->n_rows,
                                table->n_cols);
    free(x);
    return failed;
}

static int run(const struct cli_args *args) {
    return cli_apply_model(args, impute);
}

static const char *const text[] = {
    "Prints CSV: the columns of MODEL, row by row, with the missing cells of DATA "
    "(empty, NA, NaN) filled in by their mean given the row's other cells. Cells "
    "that are there stay as they are.",
    "With --draws M the cells are drawn from their distribution instead, M times over "
    "(multiple imputation); where M is 2 or more, the column draw tells them apart.",
    "Where the rows of DATA have names (a column of numbers called ID or without a "
    "name, or of texts that are all different), these come first.",
    "If both MODEL and DATA name their columns, the model's are picked by name, whatever "
    "their order and whatever else is there.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_DRAWS, NULL},
    {OPT_SEED, NULL},
    {OPT_APPEND, "write DATA again as it stands, with its missing cells filled"},
    {OPT_DIGITS, "with --append: significant digits of what is filled in (default 6)"},
    {OPT_EXACT, NULL},
    {OPT_OUTPUT, NULL},
    CLI_DATA_USES,
    {OPT_GROUP, "The work"},
    {OPT_THREADS, NULL},
    {OPT_QUIET, "errors only, as without it"},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix impute model.json data.csv -o filled.csv",
     "fill cells by their expected value"},
    {"gmix impute model.json data.csv --draws 20 --seed 1 -o draws.csv",
     "twenty completed tables, one below the other"},
    {NULL, NULL},
};

const struct cli_command cmd_impute = {
    .name = "impute",
    .synopsis = "MODEL DATA [--draws M] [OPTION]...",
    .operands = "MODEL DATA",
    .summary = "fill in missing cells",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
