/*
 * The prior that the options describe (Fraley & Raftery 2007, section 3.2; mclust's
 * defaultPrior): mean of the data, kappa = 0.01, nu = D + 2, and
 *
 *     Lambda = var(data) / K^(2/D)                    families with matrices,
 *     varsigma^2 = trace var(data) / D / K^(2/D)      diagonal and spherical ones,
 *
 * where var has the divisor N - 1. prior_scale stands in place of 1 / K^(2/D).
 */
#include <math.h>
#include <string.h>

#include "family/gaps.h"
#include "init/init.h"
#include "init/rules.h"

/* What a pass with one component wants. */
typedef struct one_component {
    gmix_i_accumulator accumulator;
    gmix_i_prepared prepared;
    gmix_i_params params;
} one_component;

static void one_free(gmix_ctx *ctx, one_component *one) {
    gmix_i_accumulator_free(ctx, &one->accumulator);
    gmix_i_prepared_free(&ctx->opts.allocator, &one->prepared);
    gmix_i_params_free(&ctx->opts.allocator, &one->params);
}

static gmix_status one_new(gmix_ctx *ctx, const gmix_i_start_task *task,
                           const gmix_i_family *family, one_component *one) {
    gmix_status status = GMIX_OK;
    const gmix_i_kernels *const kernels = gmix_i_kernels_pick(0);
    const size_t d = task->survey->d;
    GMIX_TRY(gmix_i_accumulator_new(ctx, task->input, task->frame, kernels, family->shape,
                                    1, &one->accumulator));
    GMIX_TRY(gmix_i_prepared_new(ctx, kernels, family->shape, 1, d, &one->prepared));
    GMIX_TRY(gmix_i_prepared_heed_gaps(ctx, task->input, task->frame, &one->prepared));
    GMIX_TRY(gmix_i_params_new(ctx, family, 1, d, &one->params));
done:
    return status;
}

void gmix_i_variance_of(const gmix_i_shape *shape, const gmix_i_survey *survey,
                        const double *moments, double *variances, double *out) {
    const size_t d = survey->d, len = shape->cov_len(d);
    const double n = moments[0], divisor = n > 1.0 ? n - 1.0 : n;
    memcpy(out, moments + 1 + d, len * sizeof *out);
    shape->recentre(d, n, moments + 1, out);
    for (size_t t = 0; t < len; t++) {
        out[t] /= divisor;
    }
    if (survey->n_rows <= d) {
        for (size_t j = 0; j < d; j++) {
            variances[j] = shape->variance(out, j);
        }
        shape->from_variances(d, variances, out);
    }
}

gmix_status gmix_i_data_variance(gmix_ctx *ctx, const gmix_i_start_task *given,
                                 const gmix_i_family *family, double *out) {
    gmix_status status = GMIX_OK;
    const size_t d = given->survey->d;
    const double *moments;
    if (given->variance) {
        memcpy(out, given->variance, family->shape->cov_len(d) * sizeof *out);
        return GMIX_OK;
    }
    double *variances = NULL;
    one_component one = {0};
    gmix_i_start_task task = *given;
    task.accumulator = &one.accumulator;
    task.prepared = &one.prepared;
    GMIX_TRY(one_new(ctx, given, family, &one));
    GMIX_TRY(gmix_i_start_afresh(ctx, &task, &one.params));
    GMIX_TRY(gmix_i_all_moments(ctx, &task, &moments));
    GMIX_TRY(gmix_i_calloc(ctx, "variances", d, sizeof *variances, &variances));
    gmix_i_variance_of(family->shape, given->survey, moments, variances, out);
done:
    one_free(ctx, &one);
    gmix_i_free(ctx, variances);
    return status;
}

/* The mean of the variances, in data units, for each feature: back in the frame. */
static void level_variances(const gmix_i_frame *frame, const gmix_i_shape *shape,
                            double *cov, double *variances) {
    double mean = 0.0;
    for (size_t j = 0; j < frame->d; j++) {
        mean += shape->variance(cov, j) * frame->scale[j] * frame->scale[j] /
                (double)frame->d;
    }
    for (size_t j = 0; j < frame->d; j++) {
        variances[j] = mean * frame->inv_scale[j] * frame->inv_scale[j];
    }
    shape->from_variances(frame->d, variances, cov);
}

/* How the prior falls to the components and features: once for what is shared. */
static void share_out(const gmix_i_family *family, size_t k, size_t d, double nu,
                      gmix_i_prior *prior) {
    const bool diagonal = family->shape == &gmix_i_shape_diagonal;
    const size_t one = gmix_i_family_n_free(family, 1, d),
                 len = family->shape->cov_len(d);
    const double among =
        gmix_i_family_n_free(family, k, d) == one ? 1.0 / (double)k : 1.0;
    const double features = diagonal ? (double)one / (double)d : 1.0;
    prior->dof = (prior->shrinkage > 0.0 ? 1.0 : 0.0) +
                 among * features * (nu + (diagonal ? 2.0 : (double)d + 1.0));
    for (size_t t = 0; t < len; t++) {
        prior->scatter[t] *= among * features;
    }
}

static gmix_status check_options(gmix_ctx *ctx, const gmix_fit_options *opts) {
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"prior_shrinkage", opts->prior_shrinkage},
                   {"prior_dof", opts->prior_dof},
                   {"prior_scale", opts->prior_scale}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (numbers[i].value >= 0.0) {
            return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                               "%s is %g, but there is no prior to change: say prior = "
                               "mclust, too",
                               numbers[i].name, numbers[i].value);
        }
    }
    return GMIX_OK;
}

gmix_status gmix_i_prior_new(gmix_ctx *ctx, const gmix_i_start_task *task,
                             const gmix_i_family *family, gmix_i_rules *out) {
    gmix_status status = GMIX_OK;
    const gmix_fit_options *const opts = task->opts;
    const size_t k = opts->n_components, d = task->survey->d;
    const gmix_i_shape *const shape = family->shape;
    const size_t len = shape->cov_len(d);
    gmix_i_prior *const prior = &out->prior;
    prior->dirichlet = opts->dirichlet - 1.0;
    out->has_prior = opts->dirichlet > 1.0;
    if (opts->concentration >= 0.0 || opts->prior_mean || opts->prior_covariance) {
        return gmix_i_fail(
            ctx, GMIX_ERR_OPTION,
            "concentration, prior_mean and prior_covariance are of Bayesian "
            "fits: say bayes = dirichlet or process, too");
    }
    if (strcmp(opts->prior, "none") == 0) {
        return check_options(ctx, opts);
    }
    out->has_prior = true;
    prior->shrinkage = opts->prior_shrinkage >= 0.0 ? opts->prior_shrinkage : 0.01;
    const double nu = opts->prior_dof >= 0.0 ? opts->prior_dof : (double)d + 2.0;
    const double scale =
        opts->prior_scale >= 0.0 ? opts->prior_scale : pow((double)k, -2.0 / (double)d);
    GMIX_TRY(gmix_i_calloc(ctx, "the prior", len + d, sizeof(double), &prior->scatter));
    GMIX_TRY(gmix_i_data_variance(ctx, task, family, prior->scatter));
    if (shape == &gmix_i_shape_diagonal) {
        level_variances(task->frame, shape, prior->scatter, prior->scatter + len);
    }
    for (size_t t = 0; t < len; t++) {
        prior->scatter[t] *= scale;
    }
    share_out(family, k, d, nu, prior);
done:
    return status;
}
