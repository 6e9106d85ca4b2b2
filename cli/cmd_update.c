/* gmix update: a model goes on with rows that come later. */
#include "command.h"
#include "complain.h"
#include "data_args.h"
#include "file_pieces.h"
#include "interrupt.h"
#include "one_pass.h"

struct update {
    struct cli_session session;
    gmix_model *model, *updated;
    gmix_report report;
    gmix_online *online;
};

static int resume(struct update *u, const struct cli_args *args) {
    gmix_online_options opts;
    gmix_online_options_init(&opts);
    opts.rows_before = (double)u->report.n_samples;
    int failed = cli_forget(args, &opts.forget);
    if (!failed) {
        const gmix_status status =
            gmix_online_resume(u->session.ctx, u->model, &opts, &u->online);
        failed = status == GMIX_OK
                     ? CLI_OK
                     : cli_library_error(u->session.ctx, status, args->operands[0]);
    }
    return failed;
}

static int add_piece(struct update *u, const char *path, const gmix_data *data) {
    const gmix_status status =
        gmix_online_add(u->session.ctx, u->online, gmix_data_table(data));
    return cli_was_cut(status)
               ? cli_complain("%s before all rows were there; the model is what it was",
                              cli_cut_text(status))
           : status == GMIX_OK ? CLI_OK
                               : cli_library_error(u->session.ctx, status, path);
}

static int add_file(struct update *u, const struct cli_args *args, const char *path) {
    gmix_data *data = NULL;
    int failed = cli_table_read(&u->session, args, path, u->model, &data);
    while (!failed && data) {
        failed = add_piece(u, path, data);
        failed = failed ? failed : cli_piece_next(&u->session, &data);
    }
    gmix_data_free(&data);
    return failed;
}

static int write_model(struct update *u, const struct cli_args *args) {
    const char *const path =
        args->values[OPT_OUTPUT] ? args->values[OPT_OUTPUT] : args->operands[0];
    gmix_status status = gmix_online_model(u->session.ctx, u->online, &u->updated);
    status = status == GMIX_OK ? gmix_model_write(u->session.ctx, u->updated, NULL, path)
                               : status;
    if (status != GMIX_OK) {
        return cli_library_error(u->session.ctx, status, NULL);
    }
    if (!u->session.quiet && strcmp(path, "-") != 0) {
        static struct cli_out out;
        cli_out_open(&out, NULL);
        cli_one_pass_say(&out, u->updated);
        cli_out_printf(&out, "model written to %s\n", path);
        return cli_out_close(&out);
    }
    return CLI_OK;
}

static int run(const struct cli_args *args) {
    struct update u = {.online = NULL};
    int failed = cli_session_open(&u.session, args);
    u.session.by_pieces = true;
    failed = failed ? failed
                    : cli_model_read(&u.session, args->operands[0], &u.model, &u.report);
    failed = failed ? failed : resume(&u, args);
    cli_interrupt_asks(true);
    for (size_t i = 1; i < args->n_operands && !failed; i++) {
        failed = add_file(&u, args, args->all[i]);
    }
    failed = failed ? failed : write_model(&u, args);
    gmix_online_free(&u.online);
    gmix_report_free(&u.report);
    gmix_model_free(&u.model);
    gmix_model_free(&u.updated);
    cli_session_close(&u.session);
    return failed;
}

static const char *const text[] = {
    "Learns from the rows of DATA, each once and in their order, by online EM, and "
    "writes "
    "the model back, whole or not at all: whatever ends the command before it is over "
    "leaves the MODEL as it was. The rows learnt from before count as they did: what is "
    "known of them is in the file, as \"state\".",
    "A model of 'gmix fit --online' or of an earlier update goes on as if there had "
    "been no stop, to the last bit. One of 'gmix fit' goes on from its parameters, which "
    "count for the rows it was fitted to.",
    "What the file said of the fit (log-likelihood, standard errors ...) was of other "
    "parameters, and is not in the new one: 'gmix score MODEL DATA' says how a model "
    "does.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_GROUP, "The model"},
    {OPT_FORGET, "rate at which rows are forgotten, for data that drift: 1e-5 is a model "
                 "of the last 100000 rows, roughly (default: what it was, at first 0)"},
    {OPT_OUTPUT, "write the model to FILE (default: to MODEL itself); - for standard "
                 "output"},
    CLI_DATA_USES,
    {OPT_GROUP, "The work"},
    {OPT_QUIET, NULL},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix update model.json today.csv", "learn from the rows of a day"},
    {"gmix update model.json today.csv --forget 1e-5 -o next.json",
     "of data that drift, into another file"},
    {NULL, NULL},
};

const struct cli_command cmd_update = {
    .name = "update",
    .synopsis = "MODEL DATA... [--forget RATE] [-o FILE]",
    .operands = "MODEL DATA",
    .many_operands = true,
    .summary = "let a model learn from rows that come later",
    .text = text,
    .uses = uses,
    .examples = examples,
    .in_place = true, /* it is read before it is written */
    .run = run,
};
