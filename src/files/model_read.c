/*
 * Reading model files. K is the number of weights and D the length of the first mean;
 * everything else has to agree with them, whatever sizes the file claims. What makes the
 * numbers a mixture (weights' sum, positive definite covariances) is gmix_model_new()'s.
 */
#include <stdio.h>
#include <string.h>

#include "base/structs.h"
#include "files/json_in.h"
#include "files/model_json.h"
#include "files/posterior_json.h"
#include "files/report_read.h"
#include "files/state_json.h"
#include "text/number.h"

static const size_t MAX_TEXT = (size_t)1 << 30;

/* A model file's parameters on their way into a model. */
struct parameters {
    size_t k, d;
    const char *covariance;
    double *weights, *means, *covariances;
    const char **names; /* NULL if the file has none; texts belong to the JSON tree */
    const char **class_names, **component_names; /* the same */
    int32_t *component_classes;
    double *noise_box; /* 2 x D: lower, upper */
    double *state;
    double *posterior_numbers;
    gmix_posterior posterior;
    gmix_model_extras extras;
};

static void free_parameters(gmix_ctx *ctx, struct parameters *p) {
    gmix_i_free(ctx, p->weights);
    gmix_i_free(ctx, p->means);
    gmix_i_free(ctx, p->covariances);
    gmix_i_free(ctx, p->names);
    gmix_i_free(ctx, p->class_names);
    gmix_i_free(ctx, p->component_names);
    gmix_i_free(ctx, p->component_classes);
    gmix_i_free(ctx, p->noise_box);
    gmix_i_free(ctx, p->state);
    gmix_i_free(ctx, p->posterior_numbers);
}

static gmix_status check_format(gmix_ctx *ctx, const char *file, const json_t *root) {
    const json_t *const format = json_object_get(root, "format");
    const json_t *const version = json_object_get(root, "version");
    if (!json_is_object(root)) {
        return gmix_i_fail(ctx, GMIX_ERR_MODEL,
                           "%s is no model file: it holds %s, not an object", file,
                           gmix_i_json_kind(root));
    }
    if (!json_is_string(format) ||
        strcmp(json_string_value(format), GMIX_I_MODEL_FORMAT) != 0) {
        return gmix_i_fail(ctx, GMIX_ERR_MODEL,
                           "%s is no model file: \"format\" should be \"%s\"", file,
                           GMIX_I_MODEL_FORMAT);
    }
    size_t number = 0;
    const gmix_status status =
        gmix_i_json_get_count(ctx, file, "version", version, &number);
    if (status == GMIX_OK && number != GMIX_I_MODEL_VERSION) {
        return gmix_i_fail(ctx, GMIX_ERR_MODEL,
                           "%s: version is %zu; this gmix (" GMIX_VERSION
                           ") reads version %d",
                           file, number, GMIX_I_MODEL_VERSION);
    }
    return status;
}

static gmix_status get_covariance(gmix_ctx *ctx, const char *file, const json_t *root,
                                  struct parameters *p) {
    const json_t *const value = json_object_get(root, "covariance");
    const gmix_status status =
        gmix_i_json_check_type(ctx, file, "covariance", value, JSON_STRING);
    if (status != GMIX_OK) {
        return status;
    }
    const char *const name = json_string_value(value);
    p->covariance = gmix_family_name(name);
    if (p->covariance) {
        return GMIX_OK;
    }
    const char *const *const names = gmix_family_names();
    size_t n = 0;
    while (names[n]) {
        n++;
    }
    const char *const nearest = gmix_i_nearest(name, names, n);
    return gmix_i_fail(
        ctx, GMIX_ERR_MODEL,
        "%s: covariance is \"%.40s\", which is no family this gmix knows%s%s", file, name,
        nearest ? "; did you mean " : "", nearest ? nearest : "");
}

/* Fails if the member, where it is given, is another number than the size found. */
static gmix_status check_claim(gmix_ctx *ctx, const char *file, const json_t *object,
                               const char *member, const char *label, size_t found) {
    const json_t *const value = gmix_i_json_member(object, member);
    size_t claimed = found;
    gmix_status status = GMIX_OK;
    if (value) {
        status = gmix_i_json_get_count(ctx, file, label, value, &claimed);
    }
    if (status == GMIX_OK && claimed != found) {
        status = gmix_i_fail(ctx, GMIX_ERR_MODEL, "%s: %s is %zu, but there are %zu",
                             file, label, claimed, found);
    }
    return status;
}

/* Finds K and D, and checks every claim of them. */
static gmix_status get_sizes(gmix_ctx *ctx, const char *file, const json_t *root,
                             struct parameters *p) {
    gmix_status status = GMIX_OK;
    const json_t *const weights = json_object_get(root, "weights");
    const json_t *const means = json_object_get(root, "means");
    GMIX_TRY(gmix_i_json_check_type(ctx, file, "weights", weights, JSON_ARRAY));
    GMIX_TRY(gmix_i_json_check_type(ctx, file, "means", means, JSON_ARRAY));
    p->k = json_array_size(weights);
    if (p->k == 0) {
        GMIX_FAIL(ctx, GMIX_ERR_MODEL, "%s: weights is empty", file);
    }
    if (json_array_size(means) != p->k) {
        GMIX_FAIL(ctx, GMIX_ERR_MODEL, "%s: weights and means differ in length: %zu, %zu",
                  file, p->k, json_array_size(means));
    }
    GMIX_TRY(gmix_i_json_check_type(ctx, file, "means[0]", json_array_get(means, 0),
                                    JSON_ARRAY));
    p->d = json_array_size(json_array_get(means, 0));
    if (p->d == 0) {
        GMIX_FAIL(ctx, GMIX_ERR_MODEL, "%s: means[0] is empty", file);
    }
    for (size_t c = 1; c < p->k; c++) {
        const json_t *const mean = json_array_get(means, c);
        if (json_is_array(mean) && json_array_size(mean) != p->d) {
            GMIX_FAIL(ctx, GMIX_ERR_MODEL,
                      "%s: means[0] has %zu number%s, means[%zu] has %zu", file, p->d,
                      p->d == 1 ? "" : "s", c, json_array_size(mean));
        }
    }
    const json_t *const fit = gmix_i_json_member(root, "fit");
    GMIX_TRY(check_claim(ctx, file, root, "n_components", "n_components", p->k));
    GMIX_TRY(check_claim(ctx, file, root, "n_features", "n_features", p->d));
    GMIX_TRY(check_claim(ctx, file, fit, "n_components", "fit.n_components", p->k));
    GMIX_TRY(check_claim(ctx, file, fit, "n_features", "fit.n_features", p->d));
done:
    return status;
}

/* Checks an array through before memory for it is asked for. */
static gmix_status get_array(gmix_ctx *ctx, const char *file, const json_t *root,
                             const char *name, const size_t *dims, size_t n_dims,
                             double **out) {
    gmix_status status = GMIX_OK;
    const json_t *const value = json_object_get(root, name);
    size_t count = 1;
    GMIX_TRY(gmix_i_json_get_reals(ctx, file, name, value, dims, n_dims, NULL));
    for (size_t i = 0; i < n_dims; i++) {
        count *= dims[i]; /* that many numbers are in memory already */
    }
    GMIX_TRY(gmix_i_calloc(ctx, name, count, sizeof **out, out));
    GMIX_TRY(gmix_i_json_get_reals(ctx, file, name, value, dims, n_dims, *out));
done:
    return status;
}

/* The parts of the family's layout, each a member. */
static gmix_status get_covariances(gmix_ctx *ctx, const char *file, const json_t *root,
                                   struct parameters *p) {
    gmix_status status = GMIX_OK;
    gmix_family_part parts[2];
    const size_t n = gmix_family_parts(p->covariance, p->k, p->d, parts);
    if (n == 1) {
        return get_array(ctx, file, root, parts[0].name, parts[0].dims, parts[0].n_dims,
                         &p->covariances);
    }
    for (size_t i = 0; i < n; i++) { /* claims are checked before there is memory */
        GMIX_TRY(gmix_i_json_get_reals(ctx, file, parts[i].name,
                                       json_object_get(root, parts[i].name),
                                       parts[i].dims, parts[i].n_dims, NULL));
    }
    GMIX_TRY(gmix_i_calloc(ctx, "covariances",
                           gmix_family_layout(p->covariance, p->k, p->d),
                           sizeof *p->covariances, &p->covariances));
    for (size_t i = 0; i < n; i++) {
        GMIX_TRY(gmix_i_json_get_reals(
            ctx, file, parts[i].name, json_object_get(root, parts[i].name), parts[i].dims,
            parts[i].n_dims, p->covariances + parts[i].offset));
    }
done:
    return status;
}

static gmix_status check_weights(gmix_ctx *ctx, const char *file,
                                 const struct parameters *p) {
    for (size_t i = 0; i < p->k; i++) {
        if (p->weights[i] < 0.0) {
            char text[GMIX_I_NUMBER_SIZE];
            (void)gmix_i_number_text(p->weights[i], text);
            return gmix_i_fail(ctx, GMIX_ERR_MODEL, "%s: weights[%zu] is negative: %s",
                               file, i, text);
        }
    }
    return GMIX_OK;
}

/* A list of strings, n of them, which belong to the JSON tree. */
static gmix_status get_texts(gmix_ctx *ctx, const char *file, const char *member,
                             const json_t *list, size_t *n, const char ***out) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_json_check_type(ctx, file, member, list, JSON_ARRAY));
    *n = json_array_size(list);
    GMIX_TRY(gmix_i_calloc(ctx, member, *n, sizeof **out, out));
    for (size_t i = 0; i < *n; i++) {
        char name[64];
        const json_t *const text = json_array_get(list, i);
        snprintf(name, sizeof name, "%s[%zu]", member, i);
        GMIX_TRY(gmix_i_json_check_type(ctx, file, name, text, JSON_STRING));
        (*out)[i] = json_string_value(text);
    }
done:
    return status;
}

/* Names of the features, and those of the components. */
static gmix_status get_names(gmix_ctx *ctx, const char *file, const json_t *root,
                             struct parameters *p) {
    gmix_status status = GMIX_OK;
    const json_t *const features = gmix_i_json_member(root, "feature_names");
    const json_t *const components = gmix_i_json_member(root, "component_names");
    size_t n = 0;
    if (features) {
        GMIX_TRY(get_texts(ctx, file, "feature_names", features, &n, &p->names));
        if (n != p->d) {
            GMIX_FAIL(ctx, GMIX_ERR_MODEL,
                      "%s: feature_names has length %zu, the means have length %zu", file,
                      n, p->d);
        }
    }
    if (components) {
        GMIX_TRY(
            get_texts(ctx, file, "component_names", components, &n, &p->component_names));
        if (n != p->k) {
            GMIX_FAIL(ctx, GMIX_ERR_MODEL,
                      "%s: component_names has length %zu, the weights have length %zu",
                      file, n, p->k);
        }
        p->extras.component_names = p->component_names;
    }
done:
    return status;
}

static gmix_status get_class_names(gmix_ctx *ctx, const char *file, const json_t *list,
                                   struct parameters *p) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(
        get_texts(ctx, file, "classes", list, &p->extras.n_classes, &p->class_names));
    p->extras.class_names = p->class_names;
done:
    return status;
}

/* "classes" and "component_classes" come together or not at all. */
static gmix_status get_classes(gmix_ctx *ctx, const char *file, const json_t *root,
                               struct parameters *p) {
    gmix_status status = GMIX_OK;
    const json_t *const names = gmix_i_json_member(root, "classes");
    const json_t *const of = gmix_i_json_member(root, "component_classes");
    if (!names && !of) {
        return GMIX_OK;
    }
    GMIX_TRY(get_class_names(ctx, file, names, p));
    GMIX_TRY(gmix_i_json_check_type(ctx, file, "component_classes", of, JSON_ARRAY));
    if (json_array_size(of) != p->k || p->extras.n_classes == 0) {
        GMIX_FAIL(ctx, GMIX_ERR_MODEL,
                  "%s: component_classes has %zu elements, classes %zu; there are %zu "
                  "components",
                  file, json_array_size(of), p->extras.n_classes, p->k);
    }
    GMIX_TRY(gmix_i_calloc(ctx, "component_classes", p->k, sizeof *p->component_classes,
                           &p->component_classes));
    for (size_t c = 0; c < p->k; c++) {
        char name[64];
        size_t class = 0;
        snprintf(name, sizeof name, "component_classes[%zu]", c);
        GMIX_TRY(gmix_i_json_get_count(ctx, file, name, json_array_get(of, c), &class));
        p->component_classes[c] = class < INT32_MAX ? (int32_t) class : INT32_MAX;
    }
    p->extras.component_classes = p->component_classes;
done:
    return status;
}

static gmix_status get_noise(gmix_ctx *ctx, const char *file, const json_t *root,
                             struct parameters *p) {
    gmix_status status = GMIX_OK;
    const json_t *const noise = gmix_i_json_member(root, "noise");
    if (noise) {
        GMIX_TRY(gmix_i_json_check_type(ctx, file, "noise", noise, JSON_OBJECT));
        GMIX_TRY(gmix_i_json_get_reals(ctx, file, "noise.weight",
                                       json_object_get(noise, "weight"), NULL, 0,
                                       &p->extras.noise_weight));
        GMIX_TRY(gmix_i_calloc(ctx, "the noise component", 2 * p->d, sizeof(double),
                               &p->noise_box));
        GMIX_TRY(gmix_i_json_get_reals(ctx, file, "noise.lower",
                                       json_object_get(noise, "lower"), &p->d, 1,
                                       p->noise_box));
        GMIX_TRY(gmix_i_json_get_reals(ctx, file, "noise.upper",
                                       json_object_get(noise, "upper"), &p->d, 1,
                                       p->noise_box + p->d));
        p->extras.noise_lower = p->noise_box;
        p->extras.noise_upper = p->noise_box + p->d;
    }
done:
    return status;
}

/* A message of gmix_model_new(), with the name of the file put before it. */
static gmix_status model_in_file(gmix_ctx *ctx, gmix_status status, const char *file) {
    if (status == GMIX_OK || status == GMIX_ERR_NOMEM) {
        return status;
    }
    char message[GMIX_I_MESSAGE_SIZE];
    memcpy(message, ctx->message, sizeof message);
    return gmix_i_fail(ctx, status, "%s: %s", file, message);
}

static gmix_status get_parameters(gmix_ctx *ctx, const char *file, const json_t *root,
                                  struct parameters *p) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(check_format(ctx, file, root));
    GMIX_TRY(get_covariance(ctx, file, root, p));
    GMIX_TRY(get_sizes(ctx, file, root, p));
    GMIX_TRY(get_names(ctx, file, root, p));
    GMIX_TRY(get_array(ctx, file, root, "weights", &p->k, 1, &p->weights));
    GMIX_TRY(check_weights(ctx, file, p));
    const size_t means_dims[2] = {p->k, p->d};
    GMIX_TRY(get_array(ctx, file, root, "means", means_dims, 2, &p->means));
    GMIX_TRY(get_covariances(ctx, file, root, p));
    GMIX_TRY(get_noise(ctx, file, root, p));
    GMIX_TRY(get_classes(ctx, file, root, p));
    GMIX_TRY(gmix_i_json_get_state(ctx, file, root, p->covariance, p->k, p->d, &p->state,
                                   &p->extras.n_state));
    p->extras.state = p->state;
    if (gmix_i_json_member(root, "posterior")) {
        GMIX_TRY(gmix_i_posterior_from_json(ctx, file, root, p->covariance, p->k, p->d,
                                            &p->posterior, &p->posterior_numbers));
        p->extras.posterior = &p->posterior;
    }
done:
    return status;
}

static gmix_status read_model(gmix_ctx *ctx, const char *file, const char *text,
                              size_t length, gmix_model **model, gmix_report *report) {
    gmix_status status = GMIX_OK;
    json_t *root = NULL;
    struct parameters p = {0};
    gmix_model_extras_init(&p.extras);
    gmix_model *made = NULL;
    gmix_report found = {0};
    if (length == 0) {
        GMIX_FAIL(ctx, GMIX_ERR_PARSE, "%s is empty", file);
    }
    if (length > MAX_TEXT) {
        GMIX_FAIL(ctx, GMIX_ERR_MODEL, "%s is no model file: it has more than %zu bytes",
                  file, MAX_TEXT);
    }
    GMIX_TRY(gmix_i_json_parse(ctx, file, text, length, &root));
    GMIX_TRY(get_parameters(ctx, file, root, &p));
    const json_t *const fit = gmix_i_json_member(root, "fit");
    if (fit) {
        GMIX_TRY(gmix_i_report_from_json(ctx, file, fit, &found));
        found.n_components = p.k;
        found.n_features = p.d;
    }
    status = gmix_model_new_with(ctx, p.covariance, p.k, p.d, p.weights, p.means,
                                 p.covariances, p.names, &p.extras, &made);
    GMIX_TRY(model_in_file(ctx, status, file));
    *model = made;
    if (report) {
        gmix_i_struct_give(report, GMIX_I_REPORT_FIRST, &found, sizeof found);
        found = (gmix_report){0};
    }
done:
    gmix_report_free(&found);
    free_parameters(ctx, &p);
    json_decref(root);
    return status;
}

gmix_status gmix_model_from_json(gmix_ctx *ctx, const char *text, size_t length,
                                 const char *name, gmix_model **model,
                                 gmix_report *report) {
    GMIX_I_CTX(ctx);
    GMIX_I_PLACE(ctx, gmix_report, GMIX_I_REPORT_FIRST, report);
    if (!text || !model) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "text and model must not be NULL");
    }
    return read_model(ctx, name ? name : "model", text, length, model, report);
}

gmix_status gmix_model_read(gmix_ctx *ctx, const char *path, gmix_model **model,
                            gmix_report *report) {
    GMIX_I_CTX(ctx);
    GMIX_I_PLACE(ctx, gmix_report, GMIX_I_REPORT_FIRST, report);
    struct gmix_i_bytes bytes;
    if (!path || !model) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "path and model must not be NULL");
    }
    gmix_status status = gmix_i_bytes_read(ctx, path, &bytes);
    if (status == GMIX_OK) {
        status = read_model(ctx, bytes.name, bytes.data, bytes.n, model, report);
        gmix_i_bytes_free(&bytes);
    }
    return status;
}
