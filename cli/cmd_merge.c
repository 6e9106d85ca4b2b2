/* gmix merge: a step of a fit in parts, from what all of them have answered. */
#include <stdlib.h>

#include "command.h"
#include "complain.h"
#include "part_files.h"

struct merge {
    const struct cli_args *args;
    struct cli_session session;
    struct cli_parts fit;
    gmix_engine *engine;
    gmix_model *model;
    gmix_report report;
    bool *answered; /* of each part */
};

static const char *const job_names[] = {[GMIX_JOB_SURVEY] = "survey",
                                        [GMIX_JOB_SEED] = "seed",
                                        [GMIX_JOB_PASS] = "pass",
                                        [GMIX_JOB_SCORE] = "score",
                                        [GMIX_JOB_DONE] = "done"};

static int take_answer(struct merge *m, const char *path) {
    struct cli_parts a;
    int failed = cli_parts_read(path, true, &a);
    if (!failed && (a.number >= m->fit.paths.n || a.paths.n != 1 ||
                    cli_parts_find(&m->fit, a.paths.at[0]) != a.number)) {
        failed = cli_complain("%s answers for %s, which is no part of the fit in %s",
                              path, a.paths.at[0], m->args->operands[0]);
    }
    if (!failed && m->answered[a.number]) {
        failed = cli_complain("%s is another answer for %s: one of each part is wanted",
                              path, a.paths.at[0]);
    }
    if (!failed) {
        const gmix_status status =
            gmix_engine_take(m->session.ctx, m->engine, a.bytes, a.size, a.number);
        m->answered[a.number] = true;
        failed =
            status == GMIX_OK ? CLI_OK : cli_library_error(m->session.ctx, status, path);
    }
    cli_parts_free(&a);
    return failed;
}

static int check_all(const struct merge *m) {
    size_t n_missing = 0, first = 0;
    for (size_t i = m->fit.paths.n; i-- > 0;) {
        n_missing += !m->answered[i];
        first = m->answered[i] ? first : i;
    }
    return n_missing == 0
               ? CLI_OK
               : cli_complain(
                     "%zu of %zu parts have not answered, %s%s: run 'gmix pass %s' "
                     "on them",
                     n_missing, m->fit.paths.n, n_missing > 1 ? "the first of them " : "",
                     m->fit.paths.at[first], m->args->operands[0]);
}

/* All answers, then the step that follows from them. */
static int go_on(struct merge *m) {
    const size_t n = m->args->n_operands;
    if (gmix_engine_next(m->engine) == GMIX_JOB_DONE) {
        return CLI_OK;
    }
    if (n == 1) {
        return cli_usage_error(
            "merge",
            "the fit in %s is not done: it waits for the answers of its "
            "parts",
            m->args->operands[0]);
    }
    m->answered = calloc(m->fit.paths.n, sizeof *m->answered);
    if (!m->answered) {
        return cli_complain("out of memory");
    }
    int failed = CLI_OK;
    for (size_t i = 1; i < n && !failed; i++) {
        failed = take_answer(m, m->args->all[i]);
    }
    failed = failed ? failed : check_all(m);
    if (!failed) {
        const gmix_status status = gmix_engine_step(m->session.ctx, m->engine);
        failed =
            status == GMIX_OK ? CLI_OK : cli_library_error(m->session.ctx, status, NULL);
    }
    return failed;
}

/* The model, if it is there and wanted. */
static int write_model(struct merge *m) {
    gmix_ctx *const ctx = m->session.ctx;
    const char *const path = m->args->values[OPT_OUTPUT];
    char *json = NULL;
    if (gmix_engine_next(m->engine) != GMIX_JOB_DONE || !path) {
        return CLI_OK;
    }
    gmix_status status = gmix_engine_finish(ctx, m->engine, &m->model, &m->report);
    if (status == GMIX_OK && m->fit.command) {
        status = gmix_report_set_command(ctx, &m->report, m->fit.command);
    }
    if (status == GMIX_OK) {
        status = gmix_model_to_json(ctx, m->model, &m->report, &json);
    }
    const int failed = status == GMIX_OK ? cli_out_write(path, json)
                                         : cli_library_error(ctx, status, NULL);
    gmix_text_free(&json);
    return failed;
}

/* After the model: a merge that is killed between the two is made again. */
static int keep(struct merge *m) {
    const void *bytes;
    const gmix_status status =
        gmix_engine_save(m->session.ctx, m->engine, &bytes, &m->fit.size);
    m->fit.bytes = bytes;
    return status == GMIX_OK ? cli_parts_write(m->args->operands[0], false, &m->fit)
                             : cli_library_error(m->session.ctx, status, NULL);
}

static int say_next(const struct merge *m) {
    static struct cli_out out;
    const char *const path = m->args->values[OPT_OUTPUT];
    cli_out_open(&out, NULL);
    if (path && path[0] == '-' && !path[1]) {
        cli_out_stderr(&out);
    }
    cli_out_printf(&out, "%s\n", job_names[gmix_engine_next(m->engine)]);
    return cli_out_close(&out);
}

static int run_steps(struct merge *m) {
    const char *const path = m->args->operands[0];
    int failed = cli_parts_read(path, false, &m->fit);
    if (!failed) {
        const gmix_status status =
            gmix_engine_load(m->session.ctx, m->fit.bytes, m->fit.size, &m->engine);
        failed =
            status == GMIX_OK ? CLI_OK : cli_library_error(m->session.ctx, status, path);
    }
    failed = failed ? failed : go_on(m);
    failed = failed ? failed : write_model(m);
    failed = failed ? failed : keep(m);
    return failed || m->session.quiet ? failed : say_next(m);
}

static int run(const struct cli_args *args) {
    struct merge m = {.args = args};
    int failed = cli_session_open(&m.session, args);
    failed = failed ? failed : run_steps(&m);
    free(m.answered);
    gmix_report_free(&m.report);
    gmix_model_free(&m.model);
    gmix_engine_free(&m.engine);
    cli_parts_free(&m.fit);
    cli_session_close(&m.session);
    return failed;
}

static const char *const text[] = {
    "STATE is a fit that 'gmix begin' began; the answers are what 'gmix pass' wrote "
    "for each of its parts, in any order. The fit goes a step on, and STATE is written "
    "anew. Printed is what is asked next: survey, seed, pass, score, or done; with "
    "done the model is written to -o MODEL.",
    "What is not whole, answers another step or another fit, or is there twice is "
    "refused, and so is a step while a part is missing; STATE is then as it was. After "
    "seed the start is searched for, on a sample of the rows, which takes the longest.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_OUTPUT, "the model, when it is there; nothing is written before"},
    {OPT_THREADS, NULL},
    {OPT_PROGRESS, NULL},
    {OPT_QUIET, NULL},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix merge fit.state part-*.answer -o model.json",
     "a step, and in the end the model"},
    {NULL, NULL},
};

const struct cli_command cmd_merge = {
    .name = "merge",
    .synopsis = "STATE [ANSWER]... [-o MODEL]",
    .operands = "STATE ANSWER",
    .n_optional = 1,
    .many_operands = true,
    .summary = "go on with a fit begun with 'gmix begin'",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
