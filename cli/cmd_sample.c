/* gmix sample: rows drawn from a model. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "complain.h"
#include "data_args.h"
#include "log_features.h"

enum { LIST_SIZE = 200 };

static int put_rows(const struct cli_args *args, const gmix_model *model, size_t n,
                    const double *x, const int32_t *labels) {
    static struct cli_out out;
    if (cli_out_open(&out, args->values[OPT_OUTPUT])) {
        return CLI_BAD_DATA;
    }
    const size_t d = gmix_model_n_features(model);
    cli_put_columns(&out, model);
    cli_out_text(&out, labels ? ",component\n" : "\n");
    for (size_t i = 0; i < n && !out.error; i++) {
        for (size_t j = 0; j < d; j++) {
            cli_out_text(&out, j ? "," : "");
            cli_out_number(&out, x[i * d + j]);
        }
        if (labels) {
            cli_out_printf(&out, ",%d", labels[i]);
        }
        cli_out_text(&out, "\n");
    }
    return cli_out_close(&out);
}

static int draw(struct cli_session *session, const struct cli_args *args,
                const gmix_model *model, int32_t component, size_t n, uint64_t seed) {
    const size_t d = gmix_model_n_features(model);
    const bool wanted = args->values[OPT_LABELS] != NULL;
    double *const x = n <= SIZE_MAX / sizeof *x / d ? calloc(n * d, sizeof *x) : NULL;
    int32_t *const labels = wanted ? calloc(n, sizeof *labels) : NULL;
    int failed = CLI_OK;
    if (!x || (wanted && !labels)) {
        failed = cli_complain("out of memory: rows %zu x features %zu", n, d);
    } else {
        const gmix_status status = gmix_sample(session->ctx, model, n, seed, x, labels);
        for (size_t i = 0; labels && component >= 0 && i < n; i++) {
            labels[i] = component;
        }
        if (status == GMIX_OK) {
            cli_undo_logs(model, n, x);
        }
        failed = status == GMIX_OK ? put_rows(args, model, n, x, labels)
                                   : cli_library_error(session->ctx, status, NULL);
    }
    free(labels);
    free(x);
    return failed;
}

/* Component k by itself, in place of the model. */
static int take_component(struct cli_session *session, size_t k, gmix_model **model) {
    const size_t d = gmix_model_n_features(*model);
    const char **const names = calloc(d, sizeof *names);
    double *const covariance = calloc(d * d, sizeof *covariance);
    gmix_model *one = NULL;
    gmix_status status = names && covariance ? GMIX_OK : GMIX_ERR_NOMEM;
    if (status == GMIX_OK) {
        for (size_t j = 0; j < d; j++) {
            names[j] = gmix_model_feature_name(*model, j);
        }
        gmix_model_covariance(*model, k, covariance);
        status = gmix_model_new(session->ctx, "full", 1, d, NULL,
                                gmix_model_means(*model) + k * d, covariance,
                                names[0] ? names : NULL, &one);
    }
    free(names);
    free(covariance);
    if (status != GMIX_OK) {
        return cli_library_error(session->ctx, status, NULL);
    }
    gmix_model_free(model);
    *model = one;
    return CLI_OK;
}

/* No component is called that: what they are called. */
static int no_such_name(const gmix_model *model, const char *wanted) {
    const size_t n = gmix_model_n_components(model);
    char list[LIST_SIZE] = "";
    size_t length = 0, k = 0;
    for (; k < n; k++) {
        const char *const name = gmix_model_component_name(model, k);
        if (length + (name ? strlen(name) : 0) + 4 >= LIST_SIZE) {
            break;
        }
        length += (size_t)snprintf(list + length, LIST_SIZE - length, "%s'%s'",
                                   k > 0 ? ", " : "", name ? name : "");
    }
    return cli_usage_error("sample",
                           "no component is called '%.80s'; they are called %s%s", wanted,
                           list, k < n ? ", ..." : "");
}

/* --component: that component alone, and what labels say then. */
static int choose(struct cli_session *session, const struct cli_args *args,
                  gmix_model **model, int32_t *component) {
    const size_t n = gmix_model_n_components(*model);
    size_t k = 0;
    *component = -1;
    if (!args->values[OPT_COMPONENT]) {
        return CLI_OK;
    }
    for (k = 0; k < n; k++) {
        const char *const name = gmix_model_component_name(*model, k);
        if (name && strcmp(name, args->values[OPT_COMPONENT]) == 0) {
            break;
        }
    }
    if (k == n && gmix_model_component_name(*model, 0) &&
        strspn(args->values[OPT_COMPONENT], "0123456789+-.") == 0) {
        return no_such_name(*model, args->values[OPT_COMPONENT]);
    }
    if (k == n && cli_parse_count(args, OPT_COMPONENT, 0, 1000000000, &k)) {
        return CLI_BAD_USAGE;
    }
    if (k >= n) {
        return cli_usage_error("sample",
                               "--component %zu: the model has %zu component%s, numbered "
                               "from 0",
                               k, n, n == 1 ? "" : "s");
    }
    *component = (int32_t)k;
    return take_component(session, k, model);
}

static int run(const struct cli_args *args) {
    size_t n;
    if (!args->values[OPT_ROWS]) {
        return cli_usage_error("sample", "say how many rows: gmix sample %s -n 1000",
                               args->operands[0]);
    }
    if (cli_parse_count(args, OPT_ROWS, 1, 1000000000000, &n)) {
        return CLI_BAD_USAGE;
    }
    struct cli_session session;
    gmix_model *model = NULL;
    uint64_t seed = 0;
    int failed = cli_session_open(&session, args);
    failed = failed ? failed : cli_seed(&session, args, &seed);
    failed = failed ? failed : cli_model_read(&session, args->operands[0], &model, NULL);
    int32_t component = -1;
    failed = failed ? failed : choose(&session, args, &model, &component);
    failed = failed ? failed : draw(&session, args, model, component, n, seed);
    gmix_model_free(&model);
    cli_session_close(&session);
    return failed;
}

static const char *const text[] = {
    "Prints CSV with the model's feature names, or x0, x1, ... The same seed gives "
    "the same rows, and more rows with a larger N begin with those of a smaller "
    "one.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_ROWS, NULL},   {OPT_SEED, NULL},    {OPT_LABELS, NULL}, {OPT_COMPONENT, NULL},
    {OPT_OUTPUT, NULL}, {OPT_THREADS, NULL}, {OPT_QUIET, NULL},  {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix sample model.json -n 1000", "a thousand rows"},
    {"gmix sample model.json -n 5 --seed 7 --labels",
     "five others, and where they are from"},
    {"gmix sample model.json -n 100 --component 1", "a hundred of component 1"},
    {NULL, NULL},
};

const struct cli_command cmd_sample = {
    .name = "sample",
    .synopsis = "MODEL -n N [--seed S] [--labels] [OPTION]...",
    .operands = "MODEL",
    .summary = "draw rows from a model",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
