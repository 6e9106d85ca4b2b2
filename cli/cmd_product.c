/* gmix product: two densities multiplied. */
#include "command.h"
#include "complain.h"
#include "session.h"

static int multiply(struct cli_session *session, const struct cli_args *args,
                    const gmix_model *a, const gmix_model *b) {
    gmix_model *out = NULL;
    double log_scale = 0.0;
    const char *const path = args->values[OPT_OUTPUT];
    gmix_status status = gmix_model_product(session->ctx, a, b, &out, &log_scale);
    if (status == GMIX_OK) {
        status = gmix_model_write(session->ctx, out, NULL, path ? path : "-");
    }
    if (status == GMIX_OK && !session->quiet) {
        cli_complain("note: the product has %zu component%s; log of its integral %.6g",
                     gmix_model_n_components(out),
                     gmix_model_n_components(out) == 1 ? "" : "s", log_scale);
    }
    gmix_model_free(&out);
    return status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
}

static int run(const struct cli_args *args) {
    return cli_use_models(args, multiply);
}

static const char *const text[] = {
    "Writes the normalised product of two models of the same features: what is "
    "believed after two independent sources. It has a component for every pair of "
    "theirs. Features are matched by name if both have names.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_OUTPUT, NULL},
    {OPT_QUIET, "errors only"},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix product a.json b.json -o both.json", "two sources in one"},
    {NULL, NULL},
};

const struct cli_command cmd_product = {
    .name = "product",
    .synopsis = "MODEL_A MODEL_B [-o FILE]",
    .operands = "MODEL_A MODEL_B",
    .summary = "the normalised product of two models",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
