/*
 * Building, checking and reading mixtures. See mixture.h and gmix/model.h.
 */
#include "model/mixture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "base/option_sets.h"
#include "family/factor_law.h"
#include "model/posterior.h"

static gmix_status check_weights(gmix_ctx *ctx, size_t k, const double *weights) {
    double sum = weights[k];
    for (size_t c = 0; c < k; c++) {
        if (!(weights[c] >= 0.0) || !isfinite(weights[c])) {
            return gmix_i_fail(ctx, GMIX_ERR_MODEL,
                               "weights[%zu] is %g: weights are 0 or more", c,
                               weights[c]);
        }
        sum += weights[c];
    }
    if (fabs(sum - 1.0) > 1e-6) {
        return gmix_i_fail(ctx, GMIX_ERR_MODEL, "the weights%s sum to %.9g, not to 1",
                           weights[k] > 0.0 ? " and that of the noise" : "", sum);
    }
    return GMIX_OK;
}

static gmix_status check_finite(gmix_ctx *ctx, const char *what, size_t n,
                                const double *x) {
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i])) {
            return gmix_i_fail(ctx, GMIX_ERR_MODEL,
                               "%s has a number that is not finite (entry "
                               "%zu in row-major order is %g)",
                               what, i, x[i]);
        }
    }
    return GMIX_OK;
}

/* Matrices are checked through the family's own round trip: what it writes back is
 * symmetric, and diagonal if the family is, so any difference is a fault of the input, to be
 * judged by the variances of its row and column. Other layouts come back as they were. */
static gmix_status check_symmetry(gmix_ctx *ctx, const gmix_i_family *family, size_t k,
                                  size_t d, const double *given, const double *kept) {
    const size_t len = gmix_i_family_layout_len(family, k, d);
    for (size_t i = 0; i < len; i++) {
        if (given[i] == kept[i]) {
            continue;
        }
        const double *const matrix = kept + i / (d * d) * d * d;
        const size_t row = i % (d * d) / d, column = i % d;
        const double size =
            sqrt(fabs(matrix[row * d + row] * matrix[column * d + column]));
        if (fabs(given[i] - kept[i]) <= 1e-8 * size) {
            continue;
        }
        char which[32] = ""; /* one matrix for all has no index of its own */
        size_t dims[3];
        if (gmix_family_dims(family->name, k, d, dims) == 3) {
            snprintf(which, sizeof which, "[%zu]", i / (d * d));
        }
        if (gmix_family_is_diagonal(family->name)) {
            return gmix_i_fail(ctx, GMIX_ERR_MODEL,
                               "covariances are not diagonal, as those of %s are: "
                               "covariances%s[%zu][%zu] is %.9g",
                               family->name, which, row, column, given[i]);
        }
        return gmix_i_fail(ctx, GMIX_ERR_MODEL,
                           "covariances are not symmetric: covariances%s[%zu][%zu] is "
                           "%.9g, covariances%s[%zu][%zu] %.9g",
                           which, row, column, given[i], which, column, row,
                           given[i / (d * d) * d * d + column * d + row]);
    }
    return GMIX_OK;
}

/* Covariances as they are given; symmetric to the last bit, where they are matrices. */
static gmix_status take_covariances(gmix_ctx *ctx, gmix_model *m,
                                    const double *covariances) {
    gmix_status status = GMIX_OK;
    const size_t k = m->k, d = m->d;
    gmix_i_family_from_layout(covariances, &m->params);
    if (!m->family->n_factors) {
        gmix_i_family_to_layout(&m->params, m->covariances);
        return check_symmetry(ctx, m->family, k, d, covariances, m->covariances);
    }
    memcpy(m->covariances, covariances,
           gmix_i_family_layout_len(m->family, k, d) * sizeof *covariances);
    for (size_t c = 0; c < k; c++) {
        const double *const block =
            m->params.factors + (c + 1) * gmix_i_factors_len(m->family, d) - d;
        for (size_t j = 0; j < d; j++) {
            if (!(block[j] > 0.0)) {
                GMIX_FAIL(ctx, GMIX_ERR_MODEL,
                          "uniquenesses are above 0: that of feature %zu of component "
                          "%zu is %g",
                          j, c, block[j]);
            }
        }
    }
done:
    return status;
}

static gmix_status model_alloc(gmix_ctx *ctx, const gmix_i_family *family, size_t k,
                               size_t d, bool named, gmix_model **out) {
    gmix_status status = GMIX_OK;
    gmix_model *m = NULL;
    size_t cells;
    if (__builtin_mul_overflow(k, d, &cells) ||
        __builtin_mul_overflow(cells, d, &cells)) {
        return gmix_i_fail_nomem(ctx, "the model", SIZE_MAX);
    }
    m = gmix_i_alloc(&ctx->opts.allocator, 1, sizeof *m);
    if (!m) {
        return gmix_i_fail_nomem(ctx, "the model", sizeof *m);
    }
    *out = m;
    m->allocator = ctx->opts.allocator;
    m->family = family;
    m->k = k;
    m->d = d;
    GMIX_TRY(gmix_i_calloc(ctx, "weights", k + 1, sizeof(double), &m->weights));
    GMIX_TRY(gmix_i_calloc(ctx, "means", k * d, sizeof(double), &m->means));
    GMIX_TRY(gmix_i_calloc(ctx, "covariances", gmix_i_family_layout_len(family, k, d),
                           sizeof(double), &m->covariances));
    GMIX_TRY(gmix_i_frame_new(ctx, d, &m->frame));
    GMIX_TRY(gmix_i_params_new(ctx, family, k, d, &m->params));
    m->params.bare = gmix_i_is_of_many_features(m->family, m->d);
    GMIX_TRY(gmix_i_calloc(ctx, "the model", 1, sizeof *m->full, &m->full));
    GMIX_TRY(gmix_i_prepared_new(ctx, gmix_i_kernels_pick(0), family->shape, k, d,
                                 &m->prepared));
    if (named) {
        GMIX_TRY(gmix_i_calloc(ctx, "feature names", d, sizeof(char *), &m->names));
    }
done:
    return status;
}

static gmix_status copy_names(gmix_ctx *ctx, const char *const *names, gmix_model *m) {
    for (size_t j = 0; m->names && j < m->d; j++) {
        m->names[j] = gmix_i_strdup(&m->allocator, names[j]);
        if (!m->names[j]) {
            return gmix_i_fail_nomem(ctx, "feature names", strlen(names[j]));
        }
    }
    return GMIX_OK;
}

/* A frame of components that lie far apart, beside their spreads: subtracting a common centre
 * from rows and means would take digits that tell them apart near each component, so nothing is
 * subtracted but each component's own mean. Scales are those of the widest component, or what
 * keeps the means' squares within a double. */
static void apart_frame(gmix_model *m, double *centre, double *sd) {
    const size_t d = m->d;
    memset(centre, 0, 2 * d * sizeof *centre);
    for (size_t c = 0; c < m->k; c++) {
        for (size_t j = 0; j < d; j++) {
            sd[j] = fmax(sd[j], sqrt(gmix_i_model_variance(m, c, j)));
            sd[j] = fmax(sd[j], ldexp(fabs(m->means[c * d + j]), -400));
        }
    }
}

/* The frame of a model: its own mean and standard deviations. centre, sd: D each, adjoining. */
static void own_frame(gmix_model *m, double *centre, double *sd) {
    const double most =
        1e6; /* of a mean's offset in its sd: log-densities lose as much */
    const size_t d = m->d;
    const double noise = m->weights[m->k];
    const double total = noise > 0.0 && noise < 1.0 ? 1.0 - noise : 1.0;
    memset(centre, 0, d * sizeof *centre);
    for (size_t c = 0; c < m->k; c++) {
        for (size_t j = 0; j < d; j++) {
            centre[j] += m->weights[c] / total * m->means[c * d + j];
        }
    }
    for (size_t j = 0; j < d; j++) {
        double variance = 0.0;
        for (size_t c = 0; c < m->k; c++) {
            const double own = gmix_i_model_variance(m, c, j);
            const double off = m->means[c * d + j] - centre[j];
            variance += m->weights[c] / total * (own + off * off);
            m->apart = m->apart || !(fabs(off) <= most * sqrt(own));
        }
        sd[j] = sqrt(variance);
    }
    if (m->apart) {
        apart_frame(m, centre, sd);
    }
    gmix_i_frame_set(&m->frame, centre, sd, m->family->isotropic_frame);
}

void gmix_i_model_to_frame(const gmix_model *model, const gmix_i_frame *frame,
                           gmix_i_params *out) {
    const size_t k = model->k, d = model->d;
    memcpy(out->weights, model->weights, (k + 1) * sizeof *out->weights);
    out->noise = &model->noise;
    out->log_volume = model->noise.log_volume - frame->log_det;
    gmix_i_family_from_layout(model->covariances, out);
    gmix_i_family_rescale(out, frame->inv_scale);
    for (size_t c = 0; c < k; c++) {
        for (size_t j = 0; j < d; j++) {
            out->means[c * d + j] =
                (model->means[c * d + j] - frame->shift[j]) * frame->inv_scale[j];
        }
    }
}

gmix_status gmix_i_model_is_within_reach(gmix_ctx *ctx, const gmix_model *m) {
    const size_t d = m->d;
    for (size_t j = 0; j < d; j++) {
        size_t narrowest = 0;
        double least = INFINITY, farthest = 0.0;
        for (size_t c = 0; c < m->k; c++) {
            const double sd = sqrt(gmix_i_model_variance(m, c, j)) * m->frame.scale[j];
            narrowest = sd < least ? c : narrowest;
            least = fmin(least, sd);
            farthest = fmax(farthest, fabs(m->means[c * d + j]));
        }
        if (least > 0.0 && farthest > 1e140 * least) {
            return gmix_i_fail(ctx, GMIX_ERR_MODEL,
                               "in feature %zu component %zu has the standard deviation "
                               "%g, and means are as far as %g: double precision does "
                               "not hold the squares of such distances",
                               j, narrowest, least, farthest);
        }
    }
    return GMIX_OK;
}

/* Sets up inference from the parameters in data units. */
static gmix_status make_ready(gmix_ctx *ctx, gmix_model *m) {
    gmix_status status = GMIX_OK;
    double *centre = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "the model's frame", 2 * m->d, sizeof(double), &centre));
    gmix_i_family_from_layout(m->covariances, &m->params);
    own_frame(m, centre, centre + m->d);
    gmix_i_model_to_frame(m, &m->frame, &m->params);
    status = gmix_i_is_of_many_features(m->family, m->d)
                 ? gmix_i_prepare_wide(ctx, &m->params, &m->prepared)
                 : gmix_i_prepare(ctx, &m->params, &m->prepared);
    gmix_i_free(ctx, m->prepared.work); /* a model is factored once */
    m->prepared.work = NULL;
    if (status == GMIX_ERR_SINGULAR) {
        for (size_t c = 0; c < m->k; c++) {
            if (m->prepared.failed[c]) {
                GMIX_FAIL(ctx, GMIX_ERR_MODEL,
                          "the covariance of component %zu is not positive definite", c);
            }
        }
    }
done:
    gmix_i_free(ctx, centre);
    return status;
}

/* Weights may miss 1 by the rounding of whoever wrote them. */
static void settle_weights(size_t k, double *weights) {
    double sum = 0.0;
    for (size_t c = 0; c <= k; c++) {
        sum += weights[c];
    }
    for (size_t c = 0; fabs(sum - 1.0) > 1e-12 && c <= k; c++) {
        weights[c] /= sum;
    }
}

static gmix_status model_fill(gmix_ctx *ctx, gmix_model *m, const double *weights,
                              const double *means, const double *covariances,
                              const char *const *names) {
    gmix_status status = GMIX_OK;
    const size_t k = m->k, d = m->d, len = gmix_i_family_layout_len(m->family, k, d);
    for (size_t c = 0; c < k; c++) {
        m->weights[c] = weights ? weights[c] : (1.0 - m->weights[k]) / (double)k;
    }
    GMIX_TRY(check_weights(ctx, k, m->weights));
    settle_weights(k, m->weights);
    GMIX_TRY(check_finite(ctx, "means", k * d, means));
    GMIX_TRY(check_finite(ctx, "covariances", len, covariances));
    memcpy(m->means, means, k * d * sizeof *means);
    GMIX_TRY(take_covariances(ctx, m, covariances));
    GMIX_TRY(gmix_i_names_check(ctx, names, d, GMIX_ERR_MODEL));
    GMIX_TRY(copy_names(ctx, names, m));
    GMIX_TRY(make_ready(ctx, m));
done:
    return status;
}

static const gmix_i_option_set extras_set =
    GMIX_I_OPTION_SET(gmix_model_extras, noise_upper, NULL);

void gmix_model_extras_init_sized(gmix_model_extras *extras, size_t struct_size) {
    gmix_i_options_init(&extras_set, extras, struct_size);
}

static gmix_status take_noise(gmix_ctx *ctx, const gmix_model_extras *extras,
                              gmix_model *m) {
    if (!(extras->noise_weight >= 0.0 && extras->noise_weight <= 1.0)) {
        return gmix_i_fail(
            ctx, GMIX_ERR_MODEL,
            "the noise component has the weight %g: it is a number from 0 to 1",
            extras->noise_weight);
    }
    m->weights[m->k] = extras->noise_weight;
    if (extras->noise_weight == 0.0) {
        return GMIX_OK;
    }
    if (!extras->noise_lower || !extras->noise_upper) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "noise_weight is %g, but noise_lower or noise_upper is NULL",
                           extras->noise_weight);
    }
    return gmix_i_noise_box_new(ctx, m->d, extras->noise_lower, extras->noise_upper,
                                &m->noise);
}

gmix_status gmix_i_model_take_component_names(gmix_ctx *ctx, const char *const *names,
                                              gmix_model *m) {
    gmix_status status = GMIX_OK;
    const char *repeated = NULL;
    for (size_t c = 0; c < m->k; c++) {
        if (!names[c] || !names[c][0]) {
            return gmix_i_fail(ctx, GMIX_ERR_MODEL,
                               "component %zu has no name, or an empty one", c);
        }
    }
    GMIX_TRY(gmix_i_names_repeated(ctx, names, m->k, &repeated));
    if (repeated) {
        GMIX_FAIL(ctx, GMIX_ERR_MODEL,
                  "two components are called '%.80s': give each a name of its own",
                  repeated);
    }
    GMIX_TRY(
        gmix_i_calloc(ctx, "component names", m->k, sizeof(char *), &m->component_names));
    for (size_t c = 0; c < m->k; c++) {
        m->component_names[c] = gmix_i_strdup(&m->allocator, names[c]);
        GMIX_TRY(m->component_names[c]
                     ? GMIX_OK
                     : gmix_i_fail_nomem(ctx, "component names", strlen(names[c])));
    }
done:
    return status;
}

/* Classes, noise and names, checked; NULL for none. */
static gmix_status take_extras(gmix_ctx *ctx, const gmix_model_extras *given,
                               gmix_model *m) {
    gmix_model_extras extras;
    gmix_status status = gmix_i_options_read(ctx, &extras_set, given, &extras);
    if (status != GMIX_OK) {
        return status;
    }
    if (extras.n_classes > 0 && !extras.component_classes) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "component_classes is NULL");
    }
    status = take_noise(ctx, &extras, m);
    if (status == GMIX_OK && extras.component_names) {
        status = gmix_i_model_take_component_names(ctx, extras.component_names, m);
    }
    if (status == GMIX_OK && extras.state) {
        status = gmix_i_model_take_state(ctx, extras.state, extras.n_state, m);
    }
    return status != GMIX_OK || extras.n_classes == 0
               ? status
               : gmix_i_classes_copy(ctx, extras.n_classes, extras.class_names, m->k,
                                     extras.component_classes, &m->classes);
}

static gmix_status take_posterior(gmix_ctx *ctx, const gmix_model_extras *given,
                                  gmix_model *m) {
    gmix_model_extras extras;
    const gmix_status status = gmix_i_options_read(ctx, &extras_set, given, &extras);
    return status == GMIX_OK ? gmix_i_posterior_take(ctx, extras.posterior, m) : status;
}

gmix_status gmix_model_new(gmix_ctx *ctx, const char *covariance, size_t n_components,
                           size_t n_features, const double *weights, const double *means,
                           const double *covariances, const char *const *feature_names,
                           gmix_model **model) {
    return gmix_model_new_with(ctx, covariance, n_components, n_features, weights, means,
                               covariances, feature_names, NULL, model);
}

gmix_status gmix_model_new_with(gmix_ctx *ctx, const char *covariance,
                                size_t n_components, size_t n_features,
                                const double *weights, const double *means,
                                const double *covariances,
                                const char *const *feature_names,
                                const gmix_model_extras *extras, gmix_model **model) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    const gmix_i_family *family;
    gmix_model *m = NULL;
    if (!covariance || !means || !covariances || !model || n_components == 0 ||
        n_features == 0) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "a model needs a family, means, covariances, and at least one "
                  "component and feature");
    }
    GMIX_TRY(gmix_i_family_get(ctx, covariance, n_features, &family));
    GMIX_TRY(
        model_alloc(ctx, family, n_components, n_features, feature_names != NULL, &m));
    GMIX_TRY(take_extras(ctx, extras, m));
    GMIX_TRY(model_fill(ctx, m, weights, means, covariances, feature_names));
    GMIX_TRY(take_posterior(ctx, extras, m));
    *model = m;
    m = NULL;
done:
    gmix_model_free(&m);
    return status;
}

gmix_status gmix_i_model_from_params(gmix_ctx *ctx, const gmix_i_params *params,
                                     const gmix_i_frame *frame, const char *const *names,
                                     gmix_model **out) {
    gmix_status status = GMIX_OK;
    gmix_model *m = NULL;
    gmix_i_limit spare;
    const gmix_i_family *const family = params->family;
    const size_t k = params->k, d = params->d;
    gmix_i_limit_spare(ctx, &spare); /* a fit that was interrupted has a model, too */
    GMIX_TRY(model_alloc(ctx, family, k, d, names != NULL, &m));
    memcpy(m->weights, params->weights, (k + 1) * sizeof *m->weights);
    if (params->weights[k] > 0.0) {
        GMIX_TRY(gmix_i_noise_box_new(ctx, d, params->noise->lower, params->noise->upper,
                                      &m->noise));
    }
    settle_weights(k, m->weights);
    gmix_i_params_copy(params, &m->params);
    m->params.bare = gmix_i_is_of_many_features(m->family, m->d);
    gmix_i_family_rescale(&m->params, frame->scale);
    for (size_t c = 0; c < k; c++) {
        for (size_t j = 0; j < d; j++) {
            m->means[c * d + j] =
                frame->shift[j] + frame->scale[j] * params->means[c * d + j];
        }
    }
    gmix_i_family_to_layout(&m->params, m->covariances);
    GMIX_TRY(copy_names(ctx, names, m));
    GMIX_TRY(make_ready(ctx, m));
    *out = m;
    m = NULL;
done:
    gmix_i_limit_end(ctx, &spare);
    gmix_model_free(&m);
    return status;
}

gmix_status gmix_i_model_take_state(gmix_ctx *ctx, const double *state, size_t n,
                                    gmix_model *model) {
    const gmix_status status =
        gmix_i_calloc(ctx, "the model's state", n, sizeof *state, &model->state);
    if (status == GMIX_OK) {
        memcpy(model->state, state, n * sizeof *state);
        model->n_state = n;
    }
    return status;
}

void gmix_i_model_take_classes(gmix_model *model, gmix_i_classes *classes) {
    gmix_i_classes_free(&model->allocator, &model->classes);
    model->classes = *classes;
    *classes = (gmix_i_classes){0};
}

void gmix_model_free(gmix_model **model) {
    if (!model || !*model) {
        return;
    }
    gmix_model *const m = *model;
    const gmix_allocator from = m->allocator;
    for (size_t j = 0; m->names && j < m->d; j++) {
        gmix_i_release(&from, m->names[j]);
    }
    gmix_i_release(&from, m->names);
    for (size_t c = 0; m->component_names && c < m->k; c++) {
        gmix_i_release(&from, m->component_names[c]);
    }
    gmix_i_release(&from, m->component_names);
    gmix_i_posterior_free(&from, &m->posterior);
    gmix_i_release(&from, m->weights);
    gmix_i_release(&from, m->means);
    gmix_i_release(&from, m->covariances);
    gmix_i_release(&from, m->state);
    gmix_i_release(&from, m->full);
    gmix_i_classes_free(&from, &m->classes);
    gmix_i_noise_box_free(&from, &m->noise);
    gmix_i_frame_free(&from, &m->frame);
    gmix_i_params_free(&from, &m->params);
    gmix_i_prepared_free(&from, &m->prepared);
    gmix_i_release(&from, m);
    *model = NULL;
}
