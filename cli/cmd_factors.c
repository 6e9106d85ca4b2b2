/* gmix factors: loadings of a model with factors, or the factor scores of rows. */
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "complain.h"
#include "data_args.h"
#include "wording.h"

static void put_headings(struct cli_out *out, size_t q) {
    for (size_t t = 0; t < q; t++) {
        cli_out_printf(out, ",factor%zu", t + 1);
    }
}

/* A line per component and feature. */
static void put_loadings(struct cli_out *out, const gmix_model *model,
                         const gmix_factors *f) {
    const size_t d = f->n_features, q = f->n_factors;
    cli_out_text(out, "component,feature");
    put_headings(out, q);
    cli_out_text(out, ",uniqueness,communality\n");
    for (size_t i = 0; i < f->n_components * d; i++) {
        const char *const name = gmix_model_feature_name(model, i % d);
        cli_out_printf(out, "%zu,", i / d);
        if (name) {
            cli_out_cell(out, name);
        } else {
            cli_out_printf(out, "x%zu", i % d);
        }
        for (size_t t = 0; t < q; t++) {
            cli_out_text(out, ",");
            cli_out_number(out, f->loadings[i * q + t]);
        }
        cli_out_text(out, ",");
        cli_out_number(out, f->uniquenesses[i]);
        cli_out_text(out, ",");
        cli_out_number(out, f->communalities[i]);
        cli_out_text(out, "\n");
    }
}

/* A line per row; noise and rows without a cell have no scores. */
static void put_rows(struct cli_out *out, const struct cli_session *session,
                     const gmix_table *x, size_t q, const int32_t *components,
                     const double *scores) {
    cli_put_row_heading(out, session);
    cli_out_text(out, "component");
    put_headings(out, q);
    cli_out_text(out, "\n");
    for (size_t i = 0; i < x->n_rows && !out->error; i++) {
        const bool none = components[i] < 0 || cli_row_is_empty(x, i);
        cli_put_row_name(out, session, i);
        if (none) {
            cli_out_text(out, cli_row_is_empty(x, i) ? "NA" : "-1");
        } else {
            cli_out_printf(out, "%d", (int)components[i]);
        }
        for (size_t t = 0; t < q; t++) {
            cli_out_text(out, ",");
            if (!none) {
                cli_out_number(out, scores[i * q + t]);
            }
        }
        cli_out_text(out, "\n");
    }
}

static int put_scores(struct cli_session *session, const struct cli_args *args,
                      struct cli_out *out, const gmix_model *model, const gmix_table *x,
                      size_t q) {
    int32_t *const components = calloc(x->n_rows + 1, sizeof *components);
    double *const scores = calloc(x->n_rows * q + 1, sizeof *scores);
    int failed = CLI_OK;
    if (!components || !scores) {
        failed = cli_complain("out of memory");
        goto done;
    }
    const gmix_status status =
        gmix_factor_scores(session->ctx, model, x, components, scores);
    if (status != GMIX_OK) {
        failed = cli_library_error(session->ctx, status, args->operands[1]);
        goto done;
    }
    failed = cli_out_open(out, args->values[OPT_OUTPUT]) ? CLI_BAD_DATA : CLI_OK;
    if (!failed) {
        put_rows(out, session, x, q, components, scores);
        failed = cli_out_close(out);
    }
done:
    free(components);
    free(scores);
    return failed;
}

static int factors(struct cli_session *session, const struct cli_args *args,
                   const gmix_model *model, const gmix_table *x) {
    static struct cli_out out;
    gmix_factors f = {0};
    const gmix_status status = gmix_factors_find(session->ctx, model, &f);
    if (status != GMIX_OK) {
        return cli_library_error(session->ctx, status, args->operands[0]);
    }
    int failed;
    if (x) {
        failed = put_scores(session, args, &out, model, x, f.n_factors);
    } else if (cli_out_open(&out, args->values[OPT_OUTPUT])) {
        failed = CLI_BAD_DATA;
    } else {
        put_loadings(&out, model, &f);
        failed = cli_out_close(&out);
    }
    gmix_factors_free(&f);
    return failed;
}

static int run(const struct cli_args *args) {
    return cli_apply_model(args, factors);
}

static const char *const text[] = {
    "Prints CSV about a model with factors, as mfa:2: without DATA a line per "
    "component and feature with its loadings, its uniqueness, which is the variance "
    "that no factor explains, and its communality, the share that factors do.",
    "With DATA, a line per row: the component that most probably has it, and the "
    "factors that are to be expected there, given the row's observed cells.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_OUTPUT, NULL},
    CLI_DATA_USES,
    {OPT_QUIET, "errors only: no notes on how DATA was read"},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix factors model.json", "loadings, uniquenesses and communalities"},
    {"gmix factors model.json data.csv -o scores.csv", "where rows stand in the factors"},
    {NULL, NULL},
};

const struct cli_command cmd_factors = {
    .name = "factors",
    .synopsis = "MODEL [DATA]",
    .operands = "MODEL DATA",
    .summary = "what features go together by, and where rows stand in it",
    .text = text,
    .uses = uses,
    .examples = examples,
    .n_optional = 1,
    .run = run,
};
