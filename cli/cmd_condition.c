/* gmix condition: the distribution of some features where others are known. */
#include <stdlib.h>

#include "command.h"
#include "complain.h"
#include "model_features.h"
#include "session.h"

/* Far from all components the answer is a straight line's, and should not pass for knowledge. */
static void say_evidence(const struct cli_session *session, const gmix_evidence *e) {
    if (!session->quiet && e->tail < 0.001) {
        cli_complain(
            "warning: these values are %.3g standard deviations from the nearest "
            "component (rows of the model are as far with a probability of at "
            "most %.2g): the result goes beyond what the model knows",
            e->distance, e->tail);
    }
}

static int put(struct cli_session *session, const struct cli_args *args,
               gmix_status status, const gmix_model *out) {
    if (status == GMIX_OK) {
        const char *const path = args->values[OPT_OUTPUT];
        status = gmix_model_write(session->ctx, out, NULL, path ? path : "-");
    }
    return status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
}

static int condition(struct cli_session *session, const struct cli_args *args,
                     const gmix_model *model) {
    size_t n = 0, *features = NULL;
    double *values = NULL;
    gmix_model *out = NULL;
    gmix_evidence evidence;
    int failed = cli_features_parse(args, OPT_GIVEN, model, &n, &features, &values);
    if (!failed) {
        const gmix_status status = gmix_model_condition(session->ctx, model, n, features,
                                                        values, &out, &evidence);
        failed = put(session, args, status, out);
        if (!failed) {
            say_evidence(session, &evidence);
        }
    }
    gmix_model_free(&out);
    free(features);
    free(values);
    return failed;
}

static int run(const struct cli_args *args) {
    return cli_use_model(args, condition);
}

static const char *const text[] = {
    "Writes a model: the distribution of the other features of MODEL where those "
    "of --given have these values. It is a mixture like any other: score, sample, "
    "show, plot and condition take it.",
    "A value NA says that the feature is not known after all: it is left out of both "
    "sides. For the rows of a table, gmix regress.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_GIVEN, NULL},
    {OPT_OUTPUT, NULL},
    {OPT_QUIET, "errors only: no warning of values far from the model"},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix condition model.json --given eruptions=3 -o at3.json",
     "the other features where eruptions is 3"},
    {"gmix condition model.json --given 0=3 | gmix show -", "by number; to be read"},
    {NULL, NULL},
};

const struct cli_command cmd_condition = {
    .name = "condition",
    .synopsis = "MODEL --given A=VALUE,... [-o FILE]",
    .operands = "MODEL",
    .summary = "the model of some features where others are known",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
