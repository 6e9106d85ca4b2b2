/* gmix test-fit: could these rows come from this mixture? */
#include "checkpoint_file.h"
#include "command.h"
#include "complain.h"
#include "data_args.h"

static void put_test(struct cli_out *out, const char *name, gmix_distance_test t) {
    const double cells[3] = {t.statistic, t.p, t.p_naive};
    cli_out_text(out, name);
    for (size_t c = 0; c < 3; c++) {
        cli_out_text(out, ",");
        cli_out_number(out, cells[c]);
    }
    cli_out_text(out, "\n");
}

static int put(struct cli_session *session, const struct cli_args *args,
               const gmix_fit_test *t) {
    static struct cli_out out;
    if (args->values[OPT_JSON]) {
        char *json = NULL;
        const gmix_status status = gmix_fit_test_to_json(session->ctx, t, &json);
        return cli_text_put(session, args, status, json);
    }
    if (cli_out_open(&out, args->values[OPT_OUTPUT])) {
        return CLI_BAD_DATA;
    }
    cli_out_text(&out, "test,statistic,p,p_naive\n");
    put_test(&out, "kolmogorov_smirnov", t->kolmogorov_smirnov);
    put_test(&out, "anderson_darling", t->anderson_darling);
    put_test(&out, "cramer_von_mises", t->cramer_von_mises);
    put_test(&out, "chi_squared", t->chi_squared);
    const int failed = cli_out_close(&out);
    if (!failed && !session->quiet && 10 * t->n_distinct < 9 * t->n) {
        cli_complain(
            "note: %zu rows have %zu different values: a continuous model has no "
            "ties, so part of a rejection may be rounding",
            t->n, t->n_distinct);
    }
    if (!failed && !session->quiet && t->n_left_out > 0) {
        cli_complain("note: %zu of %zu replicates could not be fitted and do not count",
                     t->n_left_out, t->n_replicates);
    }
    return failed;
}

static int test_fit(struct cli_session *session, const struct cli_args *args,
                    const gmix_model *model, const gmix_table *table) {
    gmix_fit_test_options opts;
    gmix_fit_test test;
    gmix_fit_test_options_init(&opts);
    int failed = cli_seed(session, args, &opts.seed);
    if (!failed && args->values[OPT_REPLICATES]) {
        failed = cli_parse_count(args, OPT_REPLICATES, 19, 10000000, &opts.replicates);
    }
    failed = failed ? failed : cli_checkpoint_open(session, args);
    if (!failed) {
        const gmix_status status =
            gmix_test_fit(session->ctx, model, table, &opts, &test);
        failed = status == GMIX_OK
                     ? put(session, args, &test)
                     : cli_library_error(session->ctx, status, args->operands[1]);
        cli_checkpoint_close(session, !failed && test.n_replicates == opts.replicates);
    }
    return failed;
}

static int run(const struct cli_args *args) {
    return cli_apply_model(args, test_fit);
}

static const char *const text[] = {
    "Prints CSV: three distances between the distribution functions of DATA and of "
    "MODEL, which has one feature and was fitted to DATA, and chi-squared in bins of "
    "equal probability, and how probable larger ones are. Small p: the data do not "
    "come from such a mixture.",
    "The model was drawn towards the data, so every replicate is drawn from it and "
    "fitted again. Without that (p_naive) a fit passes that should be rejected: it "
    "is printed beside, since it is what other programs do.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_REPLICATES, "draw and fit B tables (default 999)"},
    {OPT_SEED, NULL},
    {OPT_JSON, NULL},
    {OPT_OUTPUT, NULL},
    CLI_DATA_USES,
    CLI_WORK_USES,
    {OPT_CHECKPOINT, NULL},
    {OPT_EVERY, NULL},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix test-fit model.json data.csv", "is a mixture of so many components enough?"},
    {NULL, NULL},
};

const struct cli_command cmd_test_fit = {
    .name = "test-fit",
    .synopsis = "MODEL DATA [--replicates B]",
    .operands = "MODEL DATA",
    .summary = "test whether data come from a mixture of one feature",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
