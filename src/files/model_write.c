/* Writing model files: the model's own numbers, member by member. */
#include <gmix/components.h>

#include "base/structs.h"
#include "files/json_out.h"
#include "files/model_json.h"
#include "files/posterior_json.h"
#include "files/state_json.h"
#include "text/write_file.h"

static void put_names(struct gmix_i_json *json, const gmix_model *model) {
    const size_t d = gmix_model_n_features(model);
    const char **names;
    const gmix_status status =
        gmix_i_calloc(json->ctx, "feature names", d, sizeof *names, &names);
    if (status != GMIX_OK) {
        json->status = status;
        return;
    }
    bool named = true;
    for (size_t j = 0; j < d; j++) {
        names[j] = gmix_model_feature_name(model, j);
        named = named && names[j];
    }
    if (named) {
        gmix_i_json_texts(json, "feature_names", names, d);
    } else {
        gmix_i_json_text(json, "feature_names", NULL);
    }
    gmix_i_free(json->ctx, names);
}

static void put_component_names(struct gmix_i_json *json, const gmix_model *model) {
    const size_t k = gmix_model_n_components(model);
    if (!gmix_model_component_name(model, 0)) {
        return;
    }
    gmix_i_json_open(json, "component_names", '[');
    for (size_t c = 0; c < k; c++) {
        gmix_i_json_text(json, NULL, gmix_model_component_name(model, c));
    }
    gmix_i_json_close(json, ']');
}

static void put_classes(struct gmix_i_json *json, const gmix_model *model) {
    const size_t n = gmix_model_n_classes(model), k = gmix_model_n_components(model);
    const char **names = NULL;
    if (n == 0) {
        return;
    }
    const gmix_status status =
        gmix_i_calloc(json->ctx, "class names", n, sizeof *names, &names);
    if (status != GMIX_OK) {
        json->status = status;
        return;
    }
    for (size_t c = 0; c < n; c++) {
        names[c] = gmix_model_class_name(model, c);
    }
    gmix_i_json_texts(json, "classes", names, n);
    gmix_i_json_open(json, "component_classes", '[');
    for (size_t c = 0; c < k; c++) {
        gmix_i_json_count(json, NULL, (size_t)gmix_model_component_class(model, c));
    }
    gmix_i_json_close(json, ']');
    gmix_i_free(json->ctx, names);
}

static void put_noise(struct gmix_i_json *json, const gmix_model *model) {
    const size_t d = gmix_model_n_features(model);
    if (gmix_model_noise_weight(model) > 0.0) {
        gmix_i_json_open(json, "noise", '{');
        gmix_i_json_real(json, "weight", gmix_model_noise_weight(model));
        gmix_i_json_reals(json, "lower", gmix_model_noise_lower(model), &d, 1);
        gmix_i_json_reals(json, "upper", gmix_model_noise_upper(model), &d, 1);
        gmix_i_json_close(json, '}');
    }
}

static void put_model(struct gmix_i_json *json, const gmix_model *model,
                      const gmix_report *report) {
    const char *const covariance = gmix_model_covariance_name(model);
    const size_t k = gmix_model_n_components(model);
    const size_t d = gmix_model_n_features(model);
    const size_t means_dims[2] = {k, d};
    gmix_family_part parts[2];
    const size_t n_parts = gmix_family_parts(covariance, k, d, parts);
    gmix_i_json_open(json, NULL, '{');
    gmix_i_json_text(json, "format", GMIX_I_MODEL_FORMAT);
    gmix_i_json_count(json, "version", GMIX_I_MODEL_VERSION);
    put_names(json, model);
    put_component_names(json, model);
    gmix_i_json_text(json, "covariance", covariance);
    gmix_i_json_reals(json, "weights", gmix_model_weights(model), &k, 1);
    gmix_i_json_reals(json, "means", gmix_model_means(model), means_dims, 2);
    for (size_t i = 0; i < n_parts; i++) {
        gmix_i_json_reals(json, parts[i].name,
                          gmix_model_covariances(model) + parts[i].offset, parts[i].dims,
                          parts[i].n_dims);
    }
    put_noise(json, model);
    put_classes(json, model);
    gmix_i_json_posterior(json, model);
    if (report && report->n_components > 0) { /* else it says nothing */
        gmix_i_json_open(json, "fit", '{');
        gmix_i_json_report(json, report);
        gmix_i_json_close(json, '}');
    }
    gmix_i_json_state(json, model);
    gmix_i_json_close(json, '}');
}

gmix_status gmix_model_to_json(gmix_ctx *ctx, const gmix_model *model,
                               const gmix_report *report, char **text) {
    GMIX_I_CTX(ctx);
    GMIX_I_REPORT(ctx, report);
    if (!model || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "model and text must not be NULL");
    }
    struct gmix_i_json json = {.ctx = ctx};
    put_model(&json, model, report);
    return gmix_i_json_take(&json, text);
}

gmix_status gmix_model_write(gmix_ctx *ctx, const gmix_model *model,
                             const gmix_report *report, const char *path) {
    GMIX_I_CTX(ctx);
    GMIX_I_REPORT(ctx, report);
    if (!model || !path) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "model and path must not be NULL");
    }
    gmix_status status = GMIX_OK;
    struct gmix_i_json json = {.ctx = ctx};
    put_model(&json, model, report);
    gmix_i_json_end(&json);
    GMIX_TRY(json.status);
    GMIX_TRY(gmix_i_write_file(ctx, path, json.bytes, json.used));
done:
    gmix_i_json_drop(&json);
    return status;
}
