/* Errors that all rows share. See shared_errors.h. */
#include "em/shared_errors.h"

#include <string.h>

#include "model/mixture.h"

/* What a family's covariances may have added to their variances, and stay its own. */
typedef struct allowance {
    const char *form;
    bool alike; /* the same for all features */
} allowance;

static const allowance *allowance_of(const gmix_i_family *family) {
    static const allowance known[] = {{"VVV", false}, {"EEE", false}, {"VVI", false},
                                      {"EEI", false}, {"VII", true},  {"EII", true}};
    const bool plain = family->n_factors == 0 && !family->outside;
    for (size_t i = 0; i < sizeof known / sizeof *known && plain; i++) {
        if (strcmp(known[i].form, family->form) == 0) {
            return &known[i];
        }
    }
    return NULL;
}

double gmix_i_shared_error(const gmix_i_input *input, const gmix_i_family *family,
                           const gmix_fit_options *opts, size_t j) {
    const allowance *const may = input->errors ? allowance_of(family) : NULL;
    const bool plain = !opts->accelerate || opts->init_model || opts->reg >= 0.0 ||
                       opts->eigen_ratio > 0.0 || strcmp(opts->prior, "none") != 0;
    if (!may || plain) {
        return 0.0;
    }
    double least = input->errors->least[j];
    for (size_t i = 0; may->alike && i < input->n_cols; i++) {
        least = input->errors->least[i] < least ? input->errors->least[i] : least;
    }
    return least;
}

gmix_status gmix_i_em_share_errors(gmix_i_em *em, const gmix_i_input *input) {
    gmix_status status = GMIX_OK;
    em->rows = *input;
    if (input->errors) {
        GMIX_TRY(gmix_i_calloc(em->ctx, "errors", input->n_cols, sizeof *em->shared,
                               &em->shared));
        for (size_t j = 0; j < input->n_cols; j++) {
            em->shared[j] = gmix_i_shared_error(input, em->family, em->opts, j);
        }
        em->errors = *input->errors;
        em->errors.shared = em->shared;
        em->rows.errors = &em->errors;
    }
done:
    return status;
}

/* The covariance, in the frame, of errors with these variances, times `sign` into every component's. */
static gmix_status add_errors(gmix_ctx *ctx, const double *errors,
                              const gmix_i_frame *frame, double sign,
                              gmix_i_params *params) {
    gmix_status status = GMIX_OK;
    const gmix_i_shape *const shape = params->family->shape;
    const size_t d = params->d, len = shape->cov_len(d);
    double *variances = NULL, *cov = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "errors", d, sizeof *variances, &variances));
    GMIX_TRY(gmix_i_calloc(ctx, "errors", len, sizeof *cov, &cov));
    for (size_t j = 0; j < d; j++) {
        variances[j] = errors[j] * frame->inv_scale[j] * frame->inv_scale[j];
    }
    shape->from_variances(d, variances, cov);
    for (size_t t = 0; t < params->k * len; t++) {
        params->cov[t] += sign * cov[t % len];
    }
done:
    gmix_i_free(ctx, variances);
    gmix_i_free(ctx, cov);
    return status;
}

gmix_status gmix_i_em_contain_errors(const gmix_i_em *em, const gmix_i_frame *frame,
                                     gmix_i_params *params) {
    return em->shared ? add_errors(em->ctx, em->shared, frame, 1.0, params) : GMIX_OK;
}

gmix_status gmix_i_model_without_errors(gmix_ctx *ctx, const gmix_i_input *input,
                                        const gmix_fit_options *opts,
                                        const gmix_i_params *params,
                                        const gmix_i_frame *frame, gmix_model **model) {
    gmix_status status = GMIX_OK;
    const gmix_i_family *const family = params->family;
    const size_t d = params->d;
    gmix_i_params own = {0};
    double *shared = NULL;
    if (!input->errors) {
        return gmix_i_model_from_params(ctx, params, frame, input->names, model);
    }
    GMIX_TRY(gmix_i_params_new(ctx, family, params->k, d, &own));
    GMIX_TRY(gmix_i_calloc(ctx, "errors", d, sizeof *shared, &shared));
    for (size_t j = 0; j < d; j++) {
        shared[j] = gmix_i_shared_error(input, family, opts, j);
    }
    gmix_i_params_copy(params, &own);
    GMIX_TRY(add_errors(ctx, shared, frame, -1.0, &own));
    GMIX_TRY(gmix_i_model_from_params(ctx, &own, frame, input->names, model));
done:
    gmix_i_params_free(&ctx->opts.allocator, &own);
    gmix_i_free(ctx, shared);
    return status;
}
