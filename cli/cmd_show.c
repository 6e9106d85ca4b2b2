/* gmix show: a model's weights, means and covariances as tables. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "complain.h"
#include "outfile.h"
#include "session.h"
#include "wording.h"

enum { WIDTH = 80, NAME = 64, LABEL = 24, CELL = 12 };

/* Characters, not bytes, of UTF-8. */
static size_t width_of(const char *text) {
    size_t n = 0;
    for (; *text; text++) {
        n += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return n;
}

/* A name of at most `most` characters, with nothing in it that steers a terminal. */
static const char *feature_name(const gmix_model *model, size_t j, size_t most,
                                char text[NAME]) {
    char plain[24];
    snprintf(plain, sizeof plain, "x%zu", j);
    const char *name = gmix_model_feature_name(model, j);
    name = name ? name : plain;
    const bool whole = width_of(name) <= most;
    size_t used = 0, shown = 0;
    for (; *name && used + 5 < NAME; name++) {
        shown += ((unsigned char)*name & 0xC0) != 0x80;
        if (!whole && shown == most) {
            break;
        }
        text[used++] = (unsigned char)*name < 32 || *name == 127 ? '?' : *name;
    }
    snprintf(text + used, NAME - used, "%s", *name ? "…" : "");
    return text;
}

/* " (name)" of a component that has one, fit for a terminal. */
static const char *component_name(const gmix_model *model, int k, char text[NAME]) {
    const char *name = gmix_model_component_name(model, (size_t)k);
    size_t used = 0;
    if (name) {
        used = (size_t)snprintf(text, NAME, " (");
        for (; *name && used + 6 < NAME; name++) {
            text[used++] = (unsigned char)*name < 32 || *name == 127 ? '?' : *name;
        }
        snprintf(text + used, NAME - used, ")");
    }
    return name ? text : "";
}

static void put_padded(struct cli_out *out, const char *text, size_t width, bool right) {
    const size_t length = width_of(text);
    const int pad = length < width ? (int)(width - length) : 0;
    cli_out_printf(out, "%*s", right ? pad : 0, "");
    cli_out_text(out, text);
    cli_out_printf(out, "%*s", right ? 0 : pad, "");
}

/* A D x D matrix, its rows and columns named, in blocks of columns that fit. */
static void put_matrix(struct cli_out *out, const gmix_model *model,
                       const double *matrix) {
    const size_t d = gmix_model_n_features(model);
    char name[NAME], number[32];
    size_t label = 0;
    for (size_t j = 0; j < d; j++) {
        const size_t length = width_of(feature_name(model, j, LABEL, name));
        label = length > label ? length : label;
    }
    const size_t block = (WIDTH - label - 2) / (CELL + 2);
    for (size_t first = 0; first < d; first += block) {
        const size_t end = d - first < block ? d : first + block;
        for (size_t i = 0; i <= d; i++) {
            cli_out_text(out, "  ");
            put_padded(out, i ? feature_name(model, i - 1, LABEL, name) : "", label,
                       false);
            for (size_t j = first; j < end; j++) {
                cli_out_text(out, "  ");
                if (i) {
                    snprintf(number, sizeof number, "%.5g", matrix[(i - 1) * d + j]);
                }
                put_padded(out, i ? number : feature_name(model, j, CELL, name), CELL,
                           true);
            }
            cli_out_text(out, "\n");
        }
        cli_out_text(out, end < d ? "\n" : "");
    }
}

/* Loadings, uniquenesses and communalities of component k, a line per feature. */
static void put_factors(struct cli_out *out, const gmix_model *model,
                        const gmix_factors *f, size_t k) {
    enum { NUMBER = 10 };
    char name[NAME], number[32];
    const size_t d = f->n_features, q = f->n_factors;
    for (size_t j = 0; j <= d; j++) {
        const size_t at = k * d + j - 1;
        cli_out_text(out, "  ");
        put_padded(out, j ? feature_name(model, j - 1, LABEL, name) : "", LABEL, false);
        for (size_t t = 0; t < q + 2; t++) {
            if (j) {
                const double x = t < q    ? f->loadings[at * q + t]
                                 : t == q ? f->uniquenesses[at]
                                          : f->communalities[at];
                snprintf(number, sizeof number, "%.5g", x);
            } else if (t < q) {
                snprintf(number, sizeof number, "factor%zu", t + 1);
            } else {
                snprintf(number, sizeof number, "%s", t == q ? "unique" : "common");
            }
            cli_out_text(out, "  ");
            put_padded(out, number, NUMBER, true);
        }
        cli_out_text(out, "\n");
    }
}

static int put_all_factors(struct cli_session *session, struct cli_out *out,
                           const gmix_model *model) {
    gmix_factors f = {0};
    char name[NAME];
    const gmix_status status = gmix_factors_find(session->ctx, model, &f);
    if (status != GMIX_OK) {
        return cli_library_error(session->ctx, status, NULL);
    }
    for (size_t k = 0; k < f.n_components && !out->error; k++) {
        cli_out_printf(out, "\nloadings of component %zu%s\n", k,
                       component_name(model, (int)k, name));
        put_factors(out, model, &f, k);
    }
    gmix_factors_free(&f);
    return CLI_OK;
}

/* Diagonal families have their variances in the table of components already. */
static int put_covariances(struct cli_session *session, struct cli_out *out,
                           const gmix_model *model) {
    const char *const family = gmix_model_covariance_name(model);
    const size_t d = gmix_model_n_features(model);
    if (gmix_family_is_diagonal(family)) {
        cli_out_printf(out, "covariances are %s: the squares of the deviations\n",
                       family);
        return CLI_OK;
    }
    if (gmix_family_n_factors(family) > 0) {
        return put_all_factors(session, out, model);
    }
    char name[NAME];
    double *const matrix = calloc(d * d, sizeof *matrix);
    if (!matrix) {
        return cli_complain("out of memory");
    }
    const size_t n_components = gmix_model_n_components(model);
    size_t dims[3];
    /* a layout of just D x D has no room for more than one matrix */
    const bool shared = gmix_family_dims(family, n_components, d, dims) < 3;
    const size_t n = shared ? 1 : n_components;
    for (size_t k = 0; k < n && !out->error; k++) {
        gmix_model_covariance(model, k, matrix);
        if (shared) {
            cli_out_text(out, "\ncovariance of all components\n");
        } else {
            cli_out_printf(out, "\ncovariance of component %zu%s\n", k,
                           component_name(model, (int)k, name));
        }
        put_matrix(out, model, matrix);
    }
    free(matrix);
    return CLI_OK;
}

/* Of one feature: where the likeliest component changes. */
static int put_boundaries(struct cli_session *session, struct cli_out *out,
                          const gmix_model *model) {
    gmix_boundaries b = {0};
    char name[NAME];
    if (gmix_model_posterior(model) || gmix_model_n_features(model) != 1 ||
        gmix_model_n_components(model) < 2) {
        return CLI_OK;
    }
    const gmix_status status = gmix_boundaries_find(session->ctx, model, &b);
    if (status != GMIX_OK) {
        return cli_library_error(session->ctx, status, NULL);
    }
    cli_out_text(out, "\nboundaries");
    for (size_t i = 0; i <= b.n; i++) {
        if (b.label[i] < 0) {
            cli_out_text(out, "  noise");
        } else {
            cli_out_printf(out, "  component %d%s", b.label[i],
                           component_name(model, b.label[i], name));
        }
        if (i < b.n) {
            cli_out_printf(out, "  | %.5g |", b.at[i]);
        }
    }
    cli_out_printf(out, "\nerror rate  %.3g\n", b.error_rate);
    gmix_boundaries_free(&b);
    return CLI_OK;
}

static int print(struct cli_session *session, const struct cli_args *args,
                 const gmix_model *model, const gmix_report *report) {
    static struct cli_out out;
    const bool json = args->values[OPT_JSON] != NULL;
    char *text = NULL;
    const gmix_report *const known = report->n_samples > 0 ? report : NULL;
    const gmix_status status =
        json ? gmix_model_to_json(session->ctx, model, known, &text)
             : cli_wording_summary(session->ctx, model, known, &text);
    if (status != GMIX_OK) {
        return cli_library_error(session->ctx, status, NULL);
    }
    int failed = cli_out_open(&out, args->values[OPT_OUTPUT]);
    if (!failed) {
        cli_out_text(&out, text);
        failed = json ? CLI_OK : put_covariances(session, &out, model);
        failed = json || failed ? failed : put_boundaries(session, &out, model);
        if (failed) {
            cli_out_abandon(&out);
        } else {
            failed = cli_out_close(&out);
        }
    }
    gmix_text_free(&text);
    return failed;
}

static int run(const struct cli_args *args) {
    struct cli_session session;
    gmix_model *model = NULL;
    gmix_report report = {.struct_size = sizeof report};
    int failed = cli_session_open(&session, args);
    failed =
        failed ? failed : cli_model_read(&session, args->operands[0], &model, &report);
    failed = failed ? failed : print(&session, args, model, &report);
    gmix_report_free(&report);
    gmix_model_free(&model);
    cli_session_close(&session);
    return failed;
}

static const char *const text[] = {
    "Prints what the model file says of its fit, then weights, means, standard "
    "deviations and covariance matrices, or loadings and uniquenesses; for one feature, "
    "where the likeliest "
    "component changes. MODEL may be - for standard input.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_JSON, "print the model as JSON: the model file, checked and with all numbers"},
    {OPT_OUTPUT, NULL},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix show model.json", "look at a model"},
    {NULL, NULL},
};

const struct cli_command cmd_show = {
    .name = "show",
    .synopsis = "MODEL [--json]",
    .operands = "MODEL",
    .summary = "print a model as tables",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
