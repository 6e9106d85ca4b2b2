/* What a regression says of rows, as JSON: docs/cli-json.md says what each member means. */
#include <math.h>

#include <gmix/files.h>

#include "files/json_out.h"

/* N x T lists of ends, as many as there are: low, high, low, high, ... */
static void put_regions(struct gmix_i_json *json, size_t n, size_t t, size_t most,
                        const double *regions) {
    gmix_i_json_open(json, "regions", '[');
    for (size_t i = 0; i < n; i++) {
        gmix_i_json_open(json, NULL, '[');
        for (size_t j = 0; j < t; j++) {
            const double *const ends = regions + (i * t + j) * most * 2;
            size_t n_ends = 0;
            while (n_ends < 2 * most && !isnan(ends[n_ends])) {
                n_ends++;
            }
            gmix_i_json_reals(json, NULL, ends, &n_ends, 1);
        }
        gmix_i_json_close(json, ']');
    }
    gmix_i_json_close(json, ']');
}

static void put_evidence(struct gmix_i_json *json, size_t n, const gmix_evidence *e,
                         double far) {
    static const char *const names[3] = {"log_density", "distance", "tail"};
    for (size_t v = 0; v < 3; v++) {
        gmix_i_json_open(json, names[v], '[');
        for (size_t i = 0; i < n; i++) {
            const double told[3] = {e[i].log_density, e[i].distance, e[i].tail};
            gmix_i_json_real(json, NULL, told[v]);
        }
        gmix_i_json_close(json, ']');
    }
    gmix_i_json_open(json, "far", '[');
    for (size_t i = 0; i < n; i++) {
        gmix_i_json_flag(json, NULL, e[i].tail < far);
    }
    gmix_i_json_close(json, ']');
}

static void put_targets(struct gmix_i_json *json, const gmix_model *model, size_t t,
                        const size_t *targets) {
    gmix_i_json_open(json, "targets", '[');
    for (size_t j = 0; j < t; j++) {
        const char *const name = gmix_model_feature_name(model, targets[j]);
        if (name) {
            gmix_i_json_text(json, NULL, name);
        } else {
            gmix_i_json_count(json, NULL, targets[j]);
        }
    }
    gmix_i_json_close(json, ']');
}

gmix_status gmix_regression_to_json(gmix_ctx *ctx, const gmix_model *model,
                                    size_t n_targets, const size_t *targets,
                                    size_t n_rows, const gmix_regress_options *opts,
                                    const gmix_regression *r, double far, char **text) {
    GMIX_I_CTX(ctx);
    if (!model || !targets || !r || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "a model, targets, what was found and a place for the text "
                           "are needed");
    }
    struct gmix_i_json json = {.ctx = ctx};
    const size_t levels = opts ? opts->n_quantiles : 0;
    const size_t cells[3] = {n_rows, n_targets, levels};
    const size_t weights[2] = {n_rows, gmix_model_n_components(model)};
    gmix_i_json_open(&json, NULL, '{');
    put_targets(&json, model, n_targets, targets);
    if (r->mean) {
        gmix_i_json_reals(&json, "mean", r->mean, cells, 2);
    }
    if (r->sd) {
        gmix_i_json_reals(&json, "sd", r->sd, cells, 2);
    }
    if (r->quantiles && levels > 0) {
        gmix_i_json_reals(&json, "quantile_levels", opts->quantiles, &levels, 1);
        gmix_i_json_reals(&json, "quantiles", r->quantiles, cells, 3);
    }
    if (r->regions && opts) {
        gmix_i_json_real(&json, "region_mass", opts->region_mass);
        put_regions(&json, n_rows, n_targets, gmix_regression_n_intervals(model),
                    r->regions);
    }
    if (r->evidence) {
        put_evidence(&json, n_rows, r->evidence, far);
    }
    if (r->weights) {
        gmix_i_json_reals(&json, "weights", r->weights, weights, 2);
    }
    gmix_i_json_close(&json, '}');
    return gmix_i_json_take(&json, text);
}
