/* Contexts from options. See session.h. */
#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "checkpoint_file.h"
#include "complain.h"
#include "interrupt.h"
#include "outfile.h"

static void on_progress(void *user, const gmix_progress *at) {
    struct cli_session *const session = user;
    cli_progress_show(&session->progress, at);
}

static int on_cancel(void *user) {
    struct cli_session *const session = user;
    if (session->progress.shown) {
        cli_progress_beat(&session->progress, cli_progress_clock());
    }
    if (cli_checkpoint_due(session)) {
        cli_checkpoint_write(session);
    }
    return cli_interrupt_came();
}

int cli_session_open(struct cli_session *session, const struct cli_args *args) {
    *session = (struct cli_session){.quiet = args->values[OPT_QUIET] != NULL,
                                    .report = {.struct_size = sizeof session->report}};
    size_t n_threads = 0;
    if (args->values[OPT_THREADS] &&
        cli_parse_count(args, OPT_THREADS, 1, 1024, &n_threads)) {
        return CLI_BAD_USAGE;
    }
    size_t megabytes = 0;
    if (args->values[OPT_INPUT_LIMIT] &&
        cli_parse_count(args, OPT_INPUT_LIMIT, 1, 1000000000, &megabytes)) {
        return CLI_BAD_USAGE;
    }
    cli_progress_open(&session->progress, session->quiet,
                      args->values[OPT_PROGRESS] != NULL);
    gmix_ctx_options opts;
    gmix_ctx_options_init(&opts);
    opts.n_threads = (int)n_threads;
    opts.progress = session->progress.shown ? on_progress : NULL;
    opts.cancel = on_cancel;
    opts.user = session;
    const gmix_status status = gmix_ctx_new(&opts, &session->ctx);
    gmix_ctx_set_input_limit(session->ctx, (uint64_t)megabytes * 1000000);
    gmix_ctx_set_file_mapping(session->ctx,
                              1); /* interrupt.c minds files that get shorter */
    return status == GMIX_OK ? CLI_OK : cli_complain("%s", gmix_status_text(status));
}

void cli_session_close(struct cli_session *session) {
    cli_progress_clear();
    gmix_journal_free(&session->checkpoint.journal);
    gmix_pieces_free(&session->pieces);
    gmix_report_free(&session->report);
    gmix_ctx_free(&session->ctx);
}

int cli_seed(struct cli_session *session, const struct cli_args *args, uint64_t *seed) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    const int failed = cli_option_set(args, OPT_SEED, session->ctx, &opts);
    *seed = opts.seed;
    return failed;
}

/* Of what is no JSON: a table, whose reader took it for a model? */
static bool is_table(gmix_ctx *ctx, const char *path) {
    gmix_data *data = NULL;
    if (strcmp(path, "-") == 0 || gmix_data_read(ctx, path, NULL, &data) != GMIX_OK) {
        return false;
    }
    const gmix_table *const table = gmix_data_table(data);
    const bool is = table->n_cols * table->n_rows > 1;
    gmix_data_free(&data);
    return is;
}

int cli_no_model(struct cli_session *session, const char *path, gmix_status status) {
    char *const said = strdup(gmix_ctx_message(session->ctx));
    int failed;
    if (status == GMIX_ERR_PARSE && said && is_table(session->ctx, path)) {
        failed = cli_usage_error("fit",
                                 "%s is a table, not a model; did you mean 'gmix fit %s "
                                 "-k auto -o model.json'?",
                                 path, path);
    } else {
        failed = cli_complain("%s", said ? said : "out of memory");
        failed = status == GMIX_ERR_OPTION ? CLI_BAD_USAGE : failed;
    }
    free(said);
    return failed;
}

int cli_model_read(struct cli_session *session, const char *path, gmix_model **model,
                   gmix_report *report) {
    const gmix_status status = gmix_model_read(session->ctx, path, model, report);
    return status == GMIX_OK ? CLI_OK : cli_no_model(session, path, status);
}

int cli_use_model(const struct cli_args *args, cli_use_fn *use) {
    struct cli_session session;
    gmix_model *model = NULL;
    int failed = cli_session_open(&session, args);
    failed = failed ? failed : cli_model_read(&session, args->operands[0], &model, NULL);
    failed = failed ? failed : use(&session, args, model);
    gmix_model_free(&model);
    cli_session_close(&session);
    return failed;
}

int cli_use_models(const struct cli_args *args, cli_use_two_fn *use) {
    struct cli_session session;
    gmix_model *a = NULL, *b = NULL;
    int failed = cli_session_open(&session, args);
    failed = failed ? failed : cli_model_read(&session, args->operands[0], &a, NULL);
    failed = failed ? failed : cli_model_read(&session, args->operands[1], &b, NULL);
    failed = failed ? failed : use(&session, args, a, b);
    gmix_model_free(&a);
    gmix_model_free(&b);
    cli_session_close(&session);
    return failed;
}

int cli_text_put(struct cli_session *session, const struct cli_args *args,
                 gmix_status status, char *text) {
    const int failed = status == GMIX_OK ? cli_out_write(args->values[OPT_OUTPUT], text)
                                         : cli_library_error(session->ctx, status, NULL);
    gmix_text_free(&text);
    return failed;
}
