/* gmix quantile: values below which a mixture of one feature has given probabilities. */
#include <stdlib.h>

#include "columns_out.h"
#include "command.h"
#include "complain.h"
#include "model_features.h"
#include "outfile.h"
#include "session.h"

static int put(const struct cli_args *args, size_t n, const double *p, const double *x) {
    static struct cli_out out;
    if (cli_out_open(&out, args->values[OPT_OUTPUT])) {
        return CLI_BAD_DATA;
    }
    cli_out_text(&out, "p,quantile\n");
    for (size_t i = 0; i < n; i++) {
        cli_out_number(&out, p[i]);
        cli_out_text(&out, ",");
        cli_out_number(&out, x[i]);
        cli_out_text(&out, "\n");
    }
    return cli_out_close(&out);
}

static int quantiles(struct cli_session *session, const struct cli_args *args,
                     const gmix_model *model) {
    size_t n = 0;
    double *p = NULL, *x = NULL;
    if (!args->values[OPT_AT]) {
        return cli_usage_error("quantile", "say at which probabilities: --at 0.05,0.95");
    }
    int failed = cli_numbers_parse(args, OPT_AT, 0.0, 1.0, &n, &p);
    x = failed ? NULL : calloc(n, sizeof *x);
    if (!failed && !x) {
        failed = cli_complain("out of memory");
    }
    if (x) {
        const gmix_status status = gmix_quantiles(
            session->ctx, model, n, p, args->values[OPT_FROM_ABOVE] != NULL, x);
        if (status != GMIX_OK) {
            failed = cli_library_error(session->ctx, status, NULL);
        } else if (args->values[OPT_JSON]) {
            const gmix_json_column columns[2] = {{"p", p, NULL}, {"quantile", x, NULL}};
            char *json = NULL;
            const gmix_status made =
                gmix_columns_to_json(session->ctx, 2, columns, n, &json);
            failed = cli_text_put(session, args, made, json);
        } else {
            failed = put(args, n, p, x);
        }
    }
    free(p);
    free(x);
    return failed;
}

static int run(const struct cli_args *args) {
    return cli_use_model(args, quantiles);
}

static const char *const text[] = {
    "Prints CSV: for every probability of --at the value that the feature of MODEL stays "
    "below with that probability. A model of several features needs gmix marginal first.",
    "Tails have all their digits: --at 1e-300 is as good as any; what is next to 1 "
    "is asked for --from-above.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_AT, "probabilities, as 0.05,0.5,0.95"},
    {OPT_FROM_ABOVE, NULL},
    {OPT_JSON, NULL},
    {OPT_OUTPUT, NULL},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix quantile waiting.json --at 0.05,0.5,0.95", "the median, and where 90 % lie"},
    {NULL, NULL},
};

const struct cli_command cmd_quantile = {
    .name = "quantile",
    .synopsis = "MODEL --at P,... [--from-above]",
    .operands = "MODEL",
    .summary = "quantiles of a model of one feature",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
