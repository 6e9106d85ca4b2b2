/* gmix pass: what a fit in parts has to know of one of them. */
#include <stdlib.h>

#include "command.h"
#include "complain.h"
#include "part_files.h"

struct pass {
    struct cli_session session;
    struct cli_parts fit;
    size_t number;
    gmix_engine *engine;
    gmix_partial *partial;
    gmix_data *data;
    int32_t *labels;
};

/* The fit, at the job at hand, and which part is meant. */
static int open_fit(struct pass *p, const char *state, const char *path) {
    const int failed = cli_parts_read(state, false, &p->fit);
    if (failed) {
        return failed;
    }
    p->number = cli_parts_find(&p->fit, path);
    if (p->number == p->fit.paths.n) {
        return cli_complain(
            "%s is no part of the fit in %s: it was begun with %zu, of which "
            "the first is %s",
            path, state, p->fit.paths.n, p->fit.paths.at[0]);
    }
    const gmix_status status =
        gmix_engine_load(p->session.ctx, p->fit.bytes, p->fit.size, &p->engine);
    if (status != GMIX_OK) {
        return cli_library_error(p->session.ctx, status, state);
    }
    return gmix_engine_next(p->engine) == GMIX_JOB_DONE
               ? cli_complain(
                     "the fit in %s is done: 'gmix merge %s -o MODEL' writes the "
                     "model",
                     state, state)
               : CLI_OK;
}

/* The rows, piece by piece. */
static int add_rows(struct pass *p, const char *path) {
    int failed = CLI_OK;
    while (!failed && p->data) {
        gmix_table rows = *gmix_data_table(p->data);
        rows.labels = p->labels;
        rows.n_classes = p->fit.classes.n;
        rows.class_names = p->labels ? p->fit.classes.at : NULL;
        const gmix_status status = gmix_partial_add(p->session.ctx, p->partial, &rows);
        failed = status == GMIX_OK
                     ? cli_parts_next(&p->session, &p->fit, path, &p->data, &p->labels)
                     : cli_library_error(p->session.ctx, status, path);
    }
    return failed;
}

/* The rows answer; the bytes are the partial's. */
static int answer(struct pass *p, const char *path, const void **bytes, size_t *size) {
    gmix_ctx *const ctx = p->session.ctx;
    gmix_status status = gmix_engine_job(ctx, p->engine, bytes, size);
    if (status == GMIX_OK) {
        const uint64_t first = gmix_engine_part_row(p->engine, p->number);
        status = gmix_partial_begin(ctx, *bytes, *size, first, &p->partial);
    }
    if (status == GMIX_OK && add_rows(p, path)) {
        return CLI_BAD_DATA;
    }
    if (status == GMIX_OK) {
        status = gmix_partial_bytes(ctx, p->partial, bytes, size);
    }
    return status == GMIX_OK ? CLI_OK : cli_library_error(ctx, status, path);
}

static int run_steps(struct pass *p, const struct cli_args *args) {
    const char *const path = args->operands[1];
    const void *bytes;
    size_t size;
    if (!args->values[OPT_OUTPUT]) {
        return cli_usage_error("pass", "say where the answer goes: -o ANSWER");
    }
    int failed = open_fit(p, args->operands[0], path);
    p->session.by_pieces = !p->fit.values[OPT_BINNED];
    failed = failed
                 ? failed
                 : cli_parts_rows(&p->session, args, &p->fit, path, &p->data, &p->labels);
    failed = failed ? failed : answer(p, path, &bytes, &size);
    if (failed) {
        return failed;
    }
    const struct cli_parts out = {.paths = {&p->fit.paths.at[p->number], 1},
                                  .number = p->number,
                                  .bytes = bytes,
                                  .size = size};
    return cli_parts_write(args->values[OPT_OUTPUT], true, &out);
}

static int run(const struct cli_args *args) {
    struct pass p = {.engine = NULL};
    int failed = cli_session_open(&p.session, args);
    failed = failed ? failed : run_steps(&p, args);
    gmix_partial_free(&p.partial);
    gmix_engine_free(&p.engine);
    gmix_data_free(&p.data);
    free(p.labels);
    cli_parts_free(&p.fit);
    cli_session_close(&p.session);
    return failed;
}

static const char *const text[] = {
    "STATE is a fit that 'gmix begin' began and PART one of its files. The rows of the "
    "part are passed over once, and ANSWER, some kilobytes, is what the fit has to "
    "know of them next: 'gmix merge' goes on when all parts have answered. STATE is "
    "only read, so passes over all parts can run side by side, on any machines that "
    "have the same build of gmix and the same CPU level.",
    "How the part is read was said to 'gmix begin'. ANSWER appears when it is whole; a "
    "pass that was killed is run again.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_OUTPUT, "the file for the answer"},
    {OPT_INPUT_LIMIT, NULL},
    {OPT_THREADS, NULL},
    {OPT_QUIET, NULL},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix pass fit.state part-01.npy -o part-01.answer",
     "what the fit asks of one part"},
    {NULL, NULL},
};

const struct cli_command cmd_pass = {
    .name = "pass",
    .synopsis = "STATE PART -o ANSWER [OPTION]...",
    .operands = "STATE PART",
    .summary = "pass over one part of a fit begun with 'gmix begin'",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
