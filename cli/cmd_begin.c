/* gmix begin: a fit of rows in several files, to be gone on with by gmix pass and merge. */
#include <stdio.h>
#include <stdlib.h>

#include "choice.h"
#include "command.h"
#include "command_text.h"
#include "complain.h"
#include "data_args.h"
#include "fit_args.h"
#include "part_files.h"

struct begin {
    struct cli_session session;
    gmix_fit_options opts;
    gmix_model *start;
    gmix_data *first; /* the first part shows what the columns are */
    gmix_engine *engine;
    struct cli_parts parts;
    char *command;
    bool chooses;
};

static int check_args(const struct cli_args *args) {
    if (!args->values[OPT_COMPONENTS] && !args->values[OPT_INIT_MODEL] &&
        !args->values[OPT_LABEL_COLUMN]) {
        return cli_usage_error("begin", "say how many components: -k 3");
    }
    if (!args->values[OPT_OUTPUT]) {
        return cli_usage_error("begin", "say where the fit is kept: -o STATE");
    }
    return CLI_OK;
}

/* What all parts have to know: borrowed. */
static int describe(struct begin *b, const struct cli_args *args) {
    b->command = cli_command_text(args);
    b->parts = cli_parts_like(args, gmix_data_table(b->first));
    b->parts.command = b->command;
    return b->command ? CLI_OK : cli_complain("out of memory");
}

static int begin_engine(struct begin *b, const struct cli_args *args) {
    const gmix_table *const table = gmix_data_table(b->first);
    gmix_engine_options more;
    struct cli_choice choice;
    const void *bytes;
    gmix_ctx *const ctx = b->session.ctx;
    gmix_engine_options_init(&more);
    more.names = table->names;
    more.n_classes = b->parts.classes.n;
    more.class_names = table->class_names;
    if (b->chooses && cli_choice_options(args, &b->opts, &choice)) {
        return CLI_BAD_USAGE;
    }
    more.select = b->chooses ? &choice.opts : NULL;
    gmix_status status =
        gmix_engine_begin(ctx, table->n_cols, &b->opts, &more, &b->engine);
    if (status == GMIX_OK) {
        status = gmix_engine_save(ctx, b->engine, &bytes, &b->parts.size);
    }
    if (status != GMIX_OK) {
        return b->chooses ? cli_choice_failed(ctx, status, args->operands[0])
                          : cli_library_error(ctx, status, NULL);
    }
    b->parts.bytes = bytes;
    return CLI_OK;
}

static int say_what_begins(const struct begin *b, const char *path) {
    static struct cli_out out;
    if (b->session.quiet) {
        return CLI_OK;
    }
    cli_out_open(&out, NULL);
    char what[64];
    snprintf(what, sizeof what, "a fit of %zu component%s", b->opts.n_components,
             b->opts.n_components == 1 ? "" : "s");
    cli_out_printf(&out,
                   "%s: %s to the %zu columns of %zu part%s, in "
                   "blocks of %zu rows\n",
                   path, b->chooses ? "a choice among models, and its fit," : what,
                   gmix_data_table(b->first)->n_cols, b->parts.paths.n,
                   b->parts.paths.n == 1 ? "" : "s", gmix_engine_block_rows(b->engine));
    return cli_out_close(&out);
}

static int run_steps(struct begin *b, const struct cli_args *args) {
    int failed = check_args(args);
    b->chooses = cli_choice_wanted(args);
    failed = failed ? failed
                    : cli_fit_options(&b->session, args, b->chooses, &b->opts, &b->start);
    b->session.by_pieces = /* one shows the columns */
        !args->values[OPT_LABEL_COLUMN] && !args->values[OPT_BINNED];
    failed =
        failed ? failed : cli_data_read(&b->session, args, args->operands[0], &b->first);
    failed = failed ? failed
                    : cli_fit_components(args, gmix_data_table(b->first),
                                         args->operands[0], &b->opts);
    failed = failed ? failed : describe(b, args);
    failed = failed ? failed : begin_engine(b, args);
    failed =
        failed ? failed : cli_parts_write(args->values[OPT_OUTPUT], false, &b->parts);
    return failed ? failed : say_what_begins(b, args->values[OPT_OUTPUT]);
}

static int run(const struct cli_args *args) {
    struct begin b = {.engine = NULL};
    int failed = cli_session_open(&b.session, args);
    failed = failed ? failed : run_steps(&b, args);
    free(b.command);
    gmix_engine_free(&b.engine);
    gmix_data_free(&b.first);
    gmix_model_free(&b.start);
    cli_session_close(&b.session);
    return failed;
}

static const char *const text[] = {
    "Begins a fit of rows that lie in several files, for clusters that share a disk "
    "and have a scheduler. Nothing is fitted yet: STATE keeps what the fit knows, at "
    "first the options. Then, again and again, 'gmix pass STATE PART -o ANSWER' is run "
    "for every part, anywhere and side by side, and 'gmix merge STATE ANSWER... -o "
    "MODEL' once, until there is a model.",
    "The first PART is read, to see what the columns are; all parts must have them, "
    "and are read with the options given here. The parts in the order given are the "
    "rows of the data set.",
    "Where each part has a multiple of the blocks of rows that are printed, the model "
    "has the bits of 'gmix fit --stream' on all rows in one file; else it agrees to "
    "rounding.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_GROUP, "The model"},
    {OPT_COMPONENTS, "number of components; several, as in 1-9 or 1,2,4, and auto choose "
                     "among them, on a sample of the rows"},
    {OPT_COVARIANCE, "family of covariance matrices; several, as in full,tied,VEV, and "
                     "all choose among them (default full)"},
    {OPT_CRITERION, NULL},
    {OPT_FOLDS, NULL},
    {OPT_OUTPUT, "the file that keeps the fit"},
    CLI_PARTS_USES,
    {OPT_GROUP, "The work"},
    {OPT_THREADS, NULL},
    {OPT_QUIET, NULL},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix begin part-*.npy -k 3 -o fit.state",
     "three components for rows in many files"},
    {NULL, NULL},
};

const struct cli_command cmd_begin = {
    .name = "begin",
    .synopsis = "PART... -k K -o STATE [OPTION]...",
    .operands = "PART",
    .many_operands = true,
    .summary = "begin a fit of rows in several files",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
