/*
 * Putting a mixture together. See draft.h.
 *
 * Which family the result has follows from what the components' covariances share. Multiples
 * lambda_k C of one matrix (forms .EE, .II, .EI) give multiples of one again in every block,
 * every Schur complement and every image; diagonal ones stay diagonal in blocks; but equal
 * volumes, or axes in common, are not handed down: a block of them has neither. What laws with
 * factors leave is matrices.
 */
#include "condition/draft.h"

#include <string.h>

#include <gmix/bayes.h>

gmix_status gmix_i_draft_new(gmix_ctx *ctx, const gmix_i_family *family, size_t k,
                             size_t d, gmix_i_draft *out) {
    gmix_status status = GMIX_OK;
    const char *const what = "the parts of a mixture";
    size_t cells;
    if (__builtin_mul_overflow(k, d, &cells) ||
        __builtin_mul_overflow(cells, d, &cells)) {
        return gmix_i_fail_nomem(ctx, what, SIZE_MAX);
    }
    *out = (gmix_i_draft){.family = family, .k = k, .d = d};
    GMIX_TRY(gmix_i_calloc(ctx, what, k + 1, sizeof(double), &out->weights));
    GMIX_TRY(gmix_i_calloc(ctx, what, k * d, sizeof(double), &out->means));
    GMIX_TRY(gmix_i_calloc(ctx, what, cells, sizeof(double), &out->matrices));
    GMIX_TRY(gmix_i_calloc(ctx, what, 2 * d, sizeof(double), &out->lower));
    GMIX_TRY(gmix_i_calloc(ctx, what, d, sizeof(char *), &out->names));
    out->upper = out->lower + d;
done:
    return status;
}

void gmix_i_draft_free(gmix_ctx *ctx, gmix_i_draft *parts) {
    gmix_i_free(ctx, parts->weights);
    gmix_i_free(ctx, parts->means);
    gmix_i_free(ctx, parts->matrices);
    gmix_i_free(ctx, parts->lower);
    gmix_i_free(ctx, (void *)parts->names);
    gmix_i_free(ctx, parts->kappa);
    *parts = (gmix_i_draft){0};
}

gmix_status gmix_i_draft_build(gmix_ctx *ctx, const gmix_i_draft *parts,
                               gmix_model **out) {
    gmix_status status = GMIX_OK;
    const gmix_i_family *const family = parts->family;
    const size_t k = parts->k, d = parts->d, len = family->shape->cov_len(d);
    double *cov = NULL, *layout = NULL;
    gmix_model_extras extras;
    gmix_posterior posterior;
    gmix_model_extras_init(&extras);
    gmix_posterior_init(&posterior);
    GMIX_TRY(gmix_i_calloc(ctx, "covariances", k * len, sizeof *cov, &cov));
    GMIX_TRY(gmix_i_calloc(ctx, "covariances", gmix_i_family_layout_len(family, k, d),
                           sizeof *layout, &layout));
    for (size_t c = 0; c < k; c++) {
        family->shape->from_matrix(d, parts->matrices + c * d * d, cov + c * len);
    }
    family->to_layout(k, d, cov, layout);
    extras.noise_weight = parts->weights[k];
    extras.noise_lower = parts->lower;
    extras.noise_upper = parts->upper;
    extras.component_names = parts->component_names;
    if (parts->kappa) {
        posterior.weights = "fixed";
        posterior.kappa = parts->kappa;
        posterior.dof = parts->dof;
        extras.posterior = &posterior;
    }
    if (parts->classes && parts->classes->n > 0) {
        extras.n_classes = parts->classes->n;
        extras.class_names = (const char *const *)parts->classes->names;
        extras.component_classes = parts->classes->of_component;
    }
    GMIX_TRY(gmix_model_new_with(ctx, family->name, k, d, parts->weights, parts->means,
                                 layout, parts->named ? parts->names : NULL, &extras,
                                 out));
done:
    gmix_i_free(ctx, cov);
    gmix_i_free(ctx, layout);
    return status;
}

gmix_status gmix_i_features_check(gmix_ctx *ctx, const gmix_model *model, size_t n,
                                  const size_t *features) {
    for (size_t i = 0; i < n; i++) {
        if (features[i] >= model->d) {
            return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                               "there is no feature %zu: the model has %zu, from 0",
                               features[i], model->d);
        }
        for (size_t j = 0; j < i; j++) {
            if (features[j] == features[i]) {
                return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "feature %zu is there twice",
                                   features[i]);
            }
        }
    }
    return GMIX_OK;
}

static bool are_multiples(const gmix_i_family *family) {
    return !family->n_factors && !family->outside && family->form[1] != 'V' &&
           family->form[2] != 'V';
}

const gmix_i_family *gmix_i_block_family(const gmix_i_family *family) {
    if (are_multiples(family)) {
        return family;
    }
    return gmix_i_family_find(family->shape == &gmix_i_shape_diagonal ? "diag" : "full");
}

const gmix_i_family *gmix_i_image_family(const gmix_i_family *family) {
    if (!are_multiples(family)) {
        return gmix_i_family_find("full");
    }
    return gmix_i_family_find(family->form[0] == 'V' ? "VEE" : "tied");
}
