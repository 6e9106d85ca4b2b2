/* gmix cdf: probabilities of intervals and boxes. */
#include <math.h>
#include <stdlib.h>

#include "columns_out.h"
#include "command.h"
#include "complain.h"
#include "model_features.h"
#include "outfile.h"
#include "session.h"

static int put_json(struct cli_session *session, const struct cli_args *args,
                    size_t n_columns, const gmix_json_column *columns, size_t n) {
    char *json = NULL;
    const gmix_status status =
        gmix_columns_to_json(session->ctx, n_columns, columns, n, &json);
    return cli_text_put(session, args, status, json);
}

static int put_tails_json(struct cli_session *session, const struct cli_args *args,
                          size_t n, const double *x, const double *tails) {
    double *const plain = calloc(2 * n, sizeof *plain);
    if (!plain) {
        return cli_complain("out of memory");
    }
    for (size_t i = 0; i < 2 * n; i++) {
        plain[i] = exp(tails[i]);
    }
    const gmix_json_column columns[5] = {{"x", x, NULL},
                                         {"below", plain, NULL},
                                         {"above", plain + n, NULL},
                                         {"log_below", tails, NULL},
                                         {"log_above", tails + n, NULL}};
    const int failed = put_json(session, args, 5, columns, n);
    free(plain);
    return failed;
}

static int put_tails(struct cli_session *session, const struct cli_args *args,
                     const gmix_model *model, size_t n, const double *x, double *tails) {
    static struct cli_out out;
    const gmix_status status = gmix_cdf(session->ctx, model, n, x, tails, tails + n);
    if (status != GMIX_OK) {
        return cli_library_error(session->ctx, status, NULL);
    }
    if (args->values[OPT_JSON]) {
        return put_tails_json(session, args, n, x, tails);
    }
    if (cli_out_open(&out, args->values[OPT_OUTPUT])) {
        return CLI_BAD_DATA;
    }
    cli_out_text(&out, "x,below,above,log_below,log_above\n");
    for (size_t i = 0; i < n; i++) {
        const double cells[5] = {x[i], exp(tails[i]), exp(tails[n + i]), tails[i],
                                 tails[n + i]};
        for (size_t c = 0; c < 5; c++) {
            cli_out_text(&out, c ? "," : "");
            cli_out_number(&out, cells[c]);
        }
        cli_out_text(&out, "\n");
    }
    return cli_out_close(&out);
}

static int at_values(struct cli_session *session, const struct cli_args *args,
                     const gmix_model *model) {
    size_t n = 0;
    double *x = NULL;
    int failed = cli_numbers_parse(args, OPT_AT, -INFINITY, INFINITY, &n, &x);
    double *const tails = failed ? NULL : calloc(2 * n, sizeof *tails);
    if (!failed) {
        failed = tails ? put_tails(session, args, model, n, x, tails)
                       : cli_complain("out of memory");
    }
    free(tails);
    free(x);
    return failed;
}

/* Bounds of the features that an option names; the others keep theirs. */
static int take_bounds(const struct cli_args *args, enum cli_id id,
                       const gmix_model *model, double *bounds) {
    size_t n = 0, *features = NULL;
    double *values = NULL;
    if (!args->values[id]) {
        return CLI_OK;
    }
    const int failed = cli_features_parse(args, id, model, &n, &features, &values);
    for (size_t i = 0; i < n && !failed; i++) {
        if (!isnan(values[i])) { /* NA: no bound */
            bounds[features[i]] = values[i];
        }
    }
    free(features);
    free(values);
    return failed;
}

static int of_box(struct cli_session *session, const struct cli_args *args,
                  const gmix_model *model) {
    const size_t d = gmix_model_n_features(model);
    double *const bounds = calloc(2 * d, sizeof *bounds), p, error;
    if (!bounds) {
        return cli_complain("out of memory");
    }
    for (size_t j = 0; j < d; j++) {
        bounds[j] = -INFINITY;
        bounds[d + j] = INFINITY;
    }
    int failed = take_bounds(args, OPT_LOWER, model, bounds);
    failed = failed ? failed : take_bounds(args, OPT_UPPER, model, bounds + d);
    if (!failed) {
        const gmix_status status = gmix_box_probability(session->ctx, model, bounds,
                                                        bounds + d, NULL, &p, &error);
        static struct cli_out out;
        failed =
            status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
        if (!failed && args->values[OPT_JSON]) {
            const gmix_json_column columns[2] = {{"probability", &p, NULL},
                                                 {"error", &error, NULL}};
            failed = put_json(session, args, 2, columns, 1);
        } else if (!failed && !(failed = cli_out_open(&out, args->values[OPT_OUTPUT]))) {
            cli_out_text(&out, "probability,error\n");
            cli_out_number(&out, p);
            cli_out_text(&out, ",");
            cli_out_number(&out, error);
            cli_out_text(&out, "\n");
            failed = cli_out_close(&out);
        }
    }
    free(bounds);
    return failed;
}

static int probabilities(struct cli_session *session, const struct cli_args *args,
                         const gmix_model *model) {
    const bool box = args->values[OPT_LOWER] || args->values[OPT_UPPER];
    if (box == (args->values[OPT_AT] != NULL)) {
        return cli_usage_error("cdf", "say where: --at X,... for one feature, or --lower "
                                      "and --upper for a box");
    }
    return box ? of_box(session, args, model) : at_values(session, args, model);
}

static int run(const struct cli_args *args) {
    return cli_use_model(args, probabilities);
}

static const char *const text[] = {
    "Prints CSV. With --at, for a model of one feature: the probabilities to be "
    "below and above each value, and their logarithms, so that tails have all "
    "their digits.",
    "With --lower and --upper, for any number of features: the probability of the box, "
    "with its standard error. What is not named has no bound. In one and two dimensions, "
    "and for diagonal families, it is exact to 1e-12; else a lattice of points is taken.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_AT, "values, as 50,60,70"},
    {OPT_LOWER, NULL},
    {OPT_UPPER, NULL},
    {OPT_JSON, NULL},
    {OPT_OUTPUT, NULL},
    {OPT_GROUP, "The work"},
    {OPT_THREADS, NULL},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix cdf waiting.json --at 60,70",
     "how probable are shorter times, and longer ones"},
    {"gmix cdf model.json --upper eruptions=3,waiting=70", "both below"},
    {NULL, NULL},
};

const struct cli_command cmd_cdf = {
    .name = "cdf",
    .synopsis = "MODEL --at X,... | --lower A=X,... --upper A=X,...",
    .operands = "MODEL",
    .summary = "probabilities of intervals and boxes",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
