/* gmix distances: how far many models are from each other. */
#include <math.h>
#include <stdlib.h>

#include "command.h"
#include "complain.h"
#include "model_features.h"
#include "outfile.h"
#include "session.h"

/* The models, and what was found. */
struct matrix {
    size_t n;
    gmix_model **models;
    const char *distance;
    double *values, *errors;
};

static void matrix_free(struct matrix *m) {
    for (size_t i = 0; m->models && i < m->n; i++) {
        gmix_model_free(&m->models[i]);
    }
    free(m->models);
    free(m->values);
    free(m->errors);
}

static int matrix_read(struct cli_session *session, const struct cli_args *args,
                       struct matrix *m) {
    m->n = args->n_operands;
    m->distance = args->values[OPT_DISTANCE] ? args->values[OPT_DISTANCE] : "mw2";
    if (m->n < 2) {
        return cli_usage_error(args->command->name, "say which models: two or more");
    }
    m->models = calloc(m->n, sizeof(gmix_model *));
    m->values = calloc(m->n * m->n, sizeof(double));
    m->errors = calloc(m->n * m->n, sizeof(double));
    int failed =
        m->models && m->values && m->errors ? CLI_OK : cli_complain("out of memory");
    for (size_t i = 0; i < m->n && !failed; i++) {
        failed = cli_model_read(session, args->all[i], &m->models[i], NULL);
    }
    return failed;
}

static int find(struct cli_session *session, const struct cli_args *args,
                struct matrix *m) {
    size_t n;
    double *tolerance = NULL;
    gmix_divergence_options opts;
    gmix_divergence_options_init(&opts);
    int failed = cli_seed(session, args, &opts.seed);
    failed = failed
                 ? failed
                 : cli_numbers_parse(args, OPT_TOLERANCE, 0.0, INFINITY, &n, &tolerance);
    if (!failed) {
        opts.tolerance = tolerance ? tolerance[0] : opts.tolerance;
        const gmix_status status =
            gmix_distances_find(session->ctx, m->n, (const gmix_model *const *)m->models,
                                m->distance, &opts, m->values, m->errors);
        failed =
            status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
    }
    free(tolerance);
    return failed;
}

static int put_csv(const struct cli_args *args, const struct matrix *m) {
    static struct cli_out out;
    if (cli_out_open(&out, args->values[OPT_OUTPUT])) {
        return CLI_BAD_DATA;
    }
    cli_out_text(&out, "model");
    for (size_t j = 0; j < m->n; j++) {
        cli_out_text(&out, ",");
        cli_out_cell(&out, args->all[j]);
    }
    cli_out_text(&out, "\n");
    for (size_t i = 0; i < m->n; i++) {
        cli_out_cell(&out, args->all[i]);
        for (size_t j = 0; j < m->n; j++) {
            cli_out_text(&out, ",");
            cli_out_number(&out, m->values[i * m->n + j]);
        }
        cli_out_text(&out, "\n");
    }
    return cli_out_close(&out);
}

static int put(struct cli_session *session, const struct cli_args *args,
               const struct matrix *m) {
    double most = 0.0;
    char *json = NULL;
    if (!m->values || !m->errors) {
        return cli_complain("out of memory");
    }
    for (size_t i = 0; i < m->n * m->n; i++) {
        most = m->errors[i] > most ? m->errors[i] : most;
    }
    if (args->values[OPT_JSON]) {
        const gmix_status status =
            gmix_distances_to_json(session->ctx, m->n, (const char *const *)args->all,
                                   m->distance, m->values, m->errors, &json);
        return cli_text_put(session, args, status, json);
    }
    const int failed = put_csv(args, m);
    if (!failed && most > 0.0 && !session->quiet) {
        cli_complain("note: standard errors are %.2g at most", most);
    }
    return failed;
}

static int run(const struct cli_args *args) {
    struct cli_session session;
    struct matrix m = {0};
    int failed = cli_session_open(&session, args);
    failed = failed ? failed : matrix_read(&session, args, &m);
    failed = failed ? failed : find(&session, args, &m);
    failed = failed ? failed : put(&session, args, &m);
    matrix_free(&m);
    cli_session_close(&session);
    return failed;
}

static const char *const text[] = {
    "Prints CSV: the distance of every model from every other one, of the same features. "
    "mw2 is optimal transport between components, in the features' units; mw2, ise and "
    "cauchy-schwarz are closed forms, and hellinger, jensen-shannon, total-variation and "
    "kl are what 'gmix compare' says of two, until their errors are below --tolerance. "
    "kl "
    "is that of the column's model from the row's. mw2 and hellinger are metrics.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_DISTANCE, NULL},
    {OPT_TOLERANCE, NULL},
    {OPT_SEED, NULL},
    {OPT_JSON, "print one JSON object instead, with the standard errors"},
    {OPT_OUTPUT, NULL},
    {OPT_GROUP, "The work"},
    {OPT_THREADS, NULL},
    {OPT_QUIET, "errors only: no note on standard errors"},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix distances a.json b.json c.json", "which of them are near each other"},
    {NULL, NULL},
};

const struct cli_command cmd_distances = {
    .name = "distances",
    .synopsis = "MODEL MODEL... [--distance NAME]",
    .operands = "MODEL",
    .many_operands = true,
    .summary = "how far many models are from each other",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
