/* gmix marginal: the distribution of some features. */
#include <stdlib.h>

#include "command.h"
#include "complain.h"
#include "model_features.h"
#include "session.h"

static int marginal(struct cli_session *session, const struct cli_args *args,
                    const gmix_model *model) {
    size_t n = 0, *features = NULL;
    gmix_model *out = NULL;
    int failed = cli_features_parse(args, OPT_COLUMNS, model, &n, &features, NULL);
    if (!failed) {
        const char *const path = args->values[OPT_OUTPUT];
        gmix_status status = gmix_model_marginal(session->ctx, model, n, features, &out);
        if (status == GMIX_OK) {
            status = gmix_model_write(session->ctx, out, NULL, path ? path : "-");
        }
        failed =
            status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
    }
    gmix_model_free(&out);
    free(features);
    return failed;
}

static int run(const struct cli_args *args) {
    return cli_use_model(args, marginal);
}

static const char *const text[] = {
    "Writes a model: the distribution of the features that --columns names, in "
    "that order, whatever the others are. Its numbers are those of MODEL.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_COLUMNS, "features to keep, in this order: names, or numbers from 0"},
    {OPT_OUTPUT, NULL},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix marginal model.json --columns waiting -o waiting.json",
     "the mixture of one feature"},
    {NULL, NULL},
};

const struct cli_command cmd_marginal = {
    .name = "marginal",
    .synopsis = "MODEL --columns A,B,... [-o FILE]",
    .operands = "MODEL",
    .summary = "the model of some of the features",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
