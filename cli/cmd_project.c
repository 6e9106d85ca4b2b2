/* gmix project: the directions in which components differ most. */
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "complain.h"
#include "data_args.h"
#include "model_features.h"

/* "Dir1", "Dir2", ...: names of the new features. */
struct names {
    char (*text)[32];
    const char **list;
};

static int names_new(size_t n, struct names *names) {
    names->text = calloc(n, sizeof *names->text);
    names->list = calloc(n, sizeof *names->list);
    for (size_t i = 0; names->text && names->list && i < n; i++) {
        snprintf(names->text[i], sizeof names->text[i], "Dir%zu", i + 1);
        names->list[i] = names->text[i];
    }
    return names->text && names->list ? CLI_OK : cli_complain("out of memory");
}

static void names_free(struct names *names) {
    free(names->text);
    free((void *)names->list);
}

static void put_directions(struct cli_out *out, const gmix_model *model,
                           const gmix_projection *p, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < p->n_features; i++) {
        sum += p->eigenvalues[i];
    }
    cli_out_text(out, "direction,eigenvalue,share,");
    cli_put_features(out, model);
    cli_out_text(out, "\n");
    for (size_t i = 0; i < n; i++) {
        cli_out_printf(out, "Dir%zu,", i + 1);
        cli_out_number(out, p->eigenvalues[i]);
        cli_out_text(out, ",");
        cli_out_number(out, sum > 0 ? p->eigenvalues[i] / sum : 0);
        for (size_t j = 0; j < p->n_features; j++) {
            cli_out_text(out, ",");
            cli_out_number(out, p->directions[i * p->n_features + j]);
        }
        cli_out_text(out, "\n");
    }
}

/* The rows of the data in the directions; one with a missing cell has none. */
static void put_rows(struct cli_out *out, const gmix_table *x, const gmix_projection *p,
                     size_t n) {
    for (size_t i = 0; i < n; i++) {
        cli_out_printf(out, "%sDir%zu", i ? "," : "", i + 1);
    }
    cli_out_text(out, "\n");
    for (size_t r = 0; r < x->n_rows && !out->error; r++) {
        for (size_t i = 0; i < n; i++) {
            double sum = 0;
            for (size_t j = 0; j < p->n_features; j++) {
                sum += p->directions[i * p->n_features + j] * cli_cell(x, r, j);
            }
            cli_out_text(out, i ? "," : "");
            if (sum == sum) {
                cli_out_number(out, sum);
            }
        }
        cli_out_text(out, "\n");
    }
}

static int write_model(struct cli_session *session, const struct cli_args *args,
                       const gmix_model *model, const gmix_projection *p, size_t n) {
    struct names names = {0};
    gmix_model *made = NULL;
    if (!args->values[OPT_MODEL_OUT]) {
        return CLI_OK;
    }
    int failed = names_new(n, &names);
    if (!failed) {
        gmix_status status = gmix_model_transform(session->ctx, model, n, p->directions,
                                                  NULL, names.list, &made);
        if (status == GMIX_OK) {
            status =
                gmix_model_write(session->ctx, made, NULL, args->values[OPT_MODEL_OUT]);
        }
        failed =
            status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
    }
    names_free(&names);
    gmix_model_free(&made);
    return failed;
}

static int put(struct cli_session *session, const struct cli_args *args,
               const gmix_model *model, const gmix_table *x, const gmix_projection *p) {
    static struct cli_out out;
    size_t n = p->n_directions > 0 ? p->n_directions : 1;
    if (args->values[OPT_DIRECTIONS] &&
        cli_parse_count(args, OPT_DIRECTIONS, 1, p->n_features, &n)) {
        return CLI_BAD_USAGE;
    }
    if (args->values[OPT_SCORES] && !x) {
        return cli_usage_error(args->command->name,
                               "--scores needs the rows: gmix project "
                               "MODEL DATA --scores");
    }
    if (cli_out_open(&out, args->values[OPT_OUTPUT])) {
        return CLI_BAD_DATA;
    }
    if (args->values[OPT_SCORES]) {
        put_rows(&out, x, p, n);
    } else {
        put_directions(&out, model, p, n);
    }
    const int failed = cli_out_close(&out);
    return failed ? failed : write_model(session, args, model, p, n);
}

static int project(struct cli_session *session, const struct cli_args *args,
                   const gmix_model *model, const gmix_table *x) {
    gmix_projection found = {0};
    double lambda = 1;
    const char *const text = args->values[OPT_LAMBDA];
    char *end;
    if (text) {
        lambda = strtod(text, &end);
        if (end == text || *end || !(lambda >= 0 && lambda <= 1)) {
            return cli_usage_error(args->command->name,
                                   "--lambda: '%.40s' is not a number from 0 to 1", text);
        }
    }
    const gmix_status status =
        gmix_projection_find(session->ctx, model, x, lambda, &found);
    const int failed = status == GMIX_OK
                           ? put(session, args, model, x, &found)
                           : cli_library_error(session->ctx, status, args->operands[1]);
    gmix_projection_free(&found);
    return failed;
}

static int run(const struct cli_args *args) {
    return cli_apply_model(args, project);
}

static const char *const text[] = {
    "Prints CSV: the directions in which the components differ most, best first, "
    "with their eigenvalues, shares of these, and coefficients of the features, of "
    "length 1 (Scrucca 2010; R's MclustDR). By default as many as tell components "
    "apart.",
    "--lambda 1, the default, looks at the means of components; less looks at "
    "differences of their covariances, too. With DATA its covariance is taken, "
    "else that of the mixture.",
    "--scores prints the rows of DATA in these directions instead, and --model "
    "writes their mixture, which is exact: together they are what 'gmix plot' "
    "draws.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_LAMBDA, NULL},
    {OPT_DIRECTIONS, NULL},
    {OPT_SCORES, NULL},
    {OPT_MODEL_OUT, "also write the mixture of the projected rows to FILE"},
    {OPT_OUTPUT, NULL},
    CLI_DATA_USES,
    {OPT_QUIET, "errors only: no notes on how DATA was read"},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix project model.json data.csv", "directions and their eigenvalues"},
    {"gmix project model.json data.csv --directions 2 --scores --model plane.json -o "
     "plane.csv",
     "rows and mixture in the best plane; then: gmix plot plane.json plane.csv -o "
     "plane.svg"},
    {NULL, NULL},
};

const struct cli_command cmd_project = {
    .name = "project",
    .synopsis = "MODEL [DATA] [--lambda L]",
    .operands = "MODEL DATA",
    .summary = "the directions in which components differ most",
    .text = text,
    .uses = uses,
    .examples = examples,
    .n_optional = 1,
    .run = run,
};
