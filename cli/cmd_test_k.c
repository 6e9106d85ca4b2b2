/* gmix test-k: how many components, by bootstrap likelihood-ratio tests. */
#include <stdlib.h>
#include <string.h>

#include "checkpoint_file.h"
#include "command.h"
#include "complain.h"
#include "data_args.h"
#include "error_args.h"
#include "interrupt.h"

enum { MOST_K = 10000 };

/* "3": 3 against 4; "1-4" or "1..4": 1 against 2 up to 3 against 4. */
static int read_range(const struct cli_args *args, gmix_component_test_options *opts) {
    const char *const text = args->values[OPT_COMPONENTS];
    char *end = NULL;
    if (!text) {
        return cli_usage_error("test-k", "say which numbers: gmix test-k %s -k 1-4",
                               args->operands[0]);
    }
    const bool digits = text[0] >= '0' && text[0] <= '9';
    const unsigned long first = digits ? strtoul(text, &end, 10) : 0;
    unsigned long last = first + 1;
    if (digits && *end != '\0') {
        const size_t dash = *end == '-' ? 1 : strncmp(end, "..", 2) == 0 ? 2 : 0;
        const char *const rest = end + dash;
        last = dash && *rest >= '0' && *rest <= '9' ? strtoul(rest, &end, 10) : 0;
        end = last ? end : "?";
    }
    if (!digits || *end != '\0' || first < 1 || last <= first || last > MOST_K) {
        return cli_usage_error("test-k",
                               "-k '%.40s' is neither a number K, tested against K + 1, "
                               "nor a range such as 1-4, up to %d",
                               text, (int)MOST_K);
    }
    opts->first = first;
    opts->last = last;
    return CLI_OK;
}

static int read_options(struct cli_session *session, const struct cli_args *args,
                        gmix_fit_options *fit, gmix_component_test_options *opts) {
    gmix_fit_options_init(fit);
    fit->hull = gmix_hull_points;
    gmix_component_test_options_init(opts);
    int failed = read_range(args, opts);
    failed = failed ? failed : cli_level(args, &opts->level);
    if (!failed && args->values[OPT_REPLICATES]) {
        failed = cli_parse_count(args, OPT_REPLICATES, 1, 10000000, &opts->n_replicates);
    }
    opts->all = args->values[OPT_ALL] != NULL;
    for (enum cli_id id = OPT_GROUP + 1; !failed && id < OPT_COUNT; id++) {
        failed =
            id == OPT_COMPONENTS ? CLI_OK : cli_option_set(args, id, session->ctx, fit);
    }
    return failed;
}

static int print(struct cli_session *session, const struct cli_args *args,
                 const gmix_component_tests *tests) {
    char *text = NULL;
    const gmix_status status =
        args->values[OPT_JSON] ? gmix_component_tests_to_json(session->ctx, tests, &text)
                               : gmix_component_tests_to_text(session->ctx, tests, &text);
    return cli_text_put(session, args, status, text);
}

static int test(struct cli_session *session, const struct cli_args *args,
                const gmix_data *data, const gmix_fit_options *fit,
                const gmix_component_test_options *opts) {
    gmix_component_tests tests = {0};
    int failed = cli_checkpoint_open(session, args);
    if (failed) {
        return failed;
    }
    cli_interrupt_asks(true);
    const gmix_status status =
        gmix_test_components(session->ctx, gmix_data_table(data), fit, opts, &tests);
    cli_progress_clear();
    failed = cli_was_cut(status)
                 ? cli_complain("%s before there was a result", cli_cut_text(status))
             : status == GMIX_OK
                 ? print(session, args, &tests)
                 : cli_library_error(session->ctx, status, args->operands[0]);
    cli_checkpoint_close(session, !failed && tests.end != GMIX_TESTS_CANCELLED &&
                                      tests.end != GMIX_TESTS_TIME_LIMIT);
    gmix_component_tests_free(&tests);
    return failed;
}

static int run(const struct cli_args *args) {
    struct cli_session session;
    gmix_data *data = NULL;
    gmix_fit_options fit;
    gmix_component_test_options opts;
    int failed = cli_session_open(&session, args);
    failed = failed ? failed : read_options(&session, args, &fit, &opts);
    failed = failed ? failed : cli_data_read(&session, args, args->operands[0], &data);
    failed = failed ? failed : test(&session, args, data, &fit, &opts);
    gmix_data_free(&data);
    cli_session_close(&session);
    return failed;
}

static const char *const text[] = {
    "Tests K components against K + 1 by the likelihood ratio, whose distribution "
    "under K is found by parametric bootstrap (McLachlan 1987): tables of as many "
    "rows are drawn from the fit with K, and both fits are made to each. Numbers "
    "are tested from the smallest on, until one is not rejected. A p-value is (1 + "
    "replicates as large) / (1 + replicates).",
    "Data and replicates are fitted in the same way, so the search may be quick; a "
    "standard one misses fewer components. Weights are numbers of rows; missing "
    "cells are missing from replicates, too. The result does not depend on the "
    "number of threads.",
    "Ctrl-C ends the tests with the replicates done so far; a second Ctrl-C kills.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_GROUP, "The tests"},
    {OPT_COMPONENTS,
     "a number K, tested against K + 1, or a range: 1-4 is 1 against 2, 2 "
     "against 3, 3 against 4; needed"},
    {OPT_COVARIANCE, NULL},
    {OPT_REPLICATES, "tables drawn for each test (default 999)"},
    {OPT_LEVEL, "level at which a number is rejected (default 0.05)"},
    {OPT_ALL, NULL},
    {OPT_JSON, "print one JSON object with all replicates instead"},
    {OPT_OUTPUT, NULL},
    CLI_DATA_USES,
    {OPT_TRUNCATED, NULL},
    {OPT_GROUP, "The fits"},
    {OPT_SEARCH, NULL},
    {OPT_INIT, NULL},
    {OPT_RESTARTS, NULL},
    {OPT_TIME_LIMIT, "all tests together end after so many seconds, with what there is"},
    {OPT_SEED, NULL},
    {OPT_MISSING, NULL},
    {OPT_TOL, NULL},
    {OPT_MAX_ITER, NULL},
    {OPT_REG_RELATIVE, NULL},
    {OPT_RESOLUTION, NULL},
    {OPT_EIGEN_RATIO, NULL},
    {OPT_NOISE, NULL},
    {OPT_NOISE_VOLUME, NULL},
    CLI_WORK_USES,
    {OPT_CHECKPOINT, NULL},
    {OPT_EVERY, NULL},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix test-k data.csv -k 1-4", "one component against two, and so on"},
    {"gmix test-k data.csv -k 1-4 --covariance VVI --search quick --json",
     "another family, a quicker search, and the distributions"},
    {NULL, NULL},
};

const struct cli_command cmd_test_k = {
    .name = "test-k",
    .synopsis = "DATA -k K|FIRST-LAST [OPTION]...",
    .operands = "DATA",
    .summary = "test how many components there are",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
