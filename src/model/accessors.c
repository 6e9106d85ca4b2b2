/* Reading a mixture. See gmix/model.h. */
#include <gmix/components.h>
#include <gmix/online.h>

#include "family/factor_law.h"
#include "model/mixture.h"

size_t gmix_model_n_components(const gmix_model *model) {
    return model->k;
}

size_t gmix_model_n_features(const gmix_model *model) {
    return model->d;
}

size_t gmix_model_n_parameters(const gmix_model *model) {
    return model->k - 1 + model->k * model->d +
           gmix_i_family_n_free(model->family, model->k, model->d) +
           (model->weights[model->k] > 0.0);
}

const char *gmix_model_covariance_name(const gmix_model *model) {
    return model->family->name;
}

const char *gmix_model_feature_name(const gmix_model *model, size_t j) {
    return model->names && j < model->d ? model->names[j] : NULL;
}

const char *gmix_model_component_name(const gmix_model *model, size_t k) {
    return model->component_names && k < model->k ? model->component_names[k] : NULL;
}

size_t gmix_model_n_classes(const gmix_model *model) {
    return model->classes.n;
}

const char *gmix_model_class_name(const gmix_model *model, size_t c) {
    return c < model->classes.n ? model->classes.names[c] : NULL;
}

int32_t gmix_model_component_class(const gmix_model *model, size_t k) {
    return model->classes.n > 0 && k < model->k ? model->classes.of_component[k] : -1;
}

double gmix_model_noise_weight(const gmix_model *model) {
    return model->weights[model->k];
}

const double *gmix_model_noise_lower(const gmix_model *model) {
    return model->noise.lower;
}

const double *gmix_model_noise_upper(const gmix_model *model) {
    return model->noise.upper;
}

const double *gmix_model_weights(const gmix_model *model) {
    return model->weights;
}

const double *gmix_model_means(const gmix_model *model) {
    return model->means;
}

const double *gmix_model_covariances(const gmix_model *model) {
    return model->covariances;
}

void gmix_model_covariance(const gmix_model *model, size_t k, double *out) {
    const size_t d = model->d;
    const gmix_i_shape *const shape = model->family->shape;
    if (model->params.bare) {
        const size_t q = model->family->n_factors;
        gmix_i_factors_matrix(q, d, model->params.factors + k * (q + 1) * d, out);
    } else {
        shape->to_matrix(d, model->params.cov + k * shape->cov_len(d), out);
    }
    for (size_t i = 0; i < d; i++) { /* the frame scales by powers of two: exact */
        for (size_t j = 0; j < d; j++) {
            out[i * d + j] *= model->frame.scale[i] * model->frame.scale[j];
        }
    }
}

void gmix_model_variances(const gmix_model *model, size_t k, double *out) {
    for (size_t j = 0; j < model->d; j++) {
        const double scale = model->frame.scale[j];
        out[j] = gmix_i_model_variance(model, k, j) * scale * scale;
    }
}

const double *gmix_model_state(const gmix_model *model, size_t *n) {
    if (n) {
        *n = model ? model->n_state : 0;
    }
    return model ? model->state : NULL;
}
