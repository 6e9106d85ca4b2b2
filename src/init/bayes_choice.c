/*
 * The conjugate prior of a Bayesian fit, from options: the mean of the data, worth kappa = 1 row, and
 * Psi = their covariance (divisor N - 1), with nu = D degrees of freedom for matrices, 1 for the variance
 * of a feature, D for one of all; or, with prior = mclust, that program's numbers (prior_choice.c). None of it
 * depends on the units.
 */
#include <math.h>
#include <string.h>

#include "init/init.h"
#include "stats/variational.h"

/* What does not go together with posteriors, and why. */
static gmix_status check(gmix_ctx *ctx, const gmix_i_start_task *task) {
    const gmix_fit_options *const o = task->opts;
    const struct {
        bool asked;
        const char *what;
    } refused[] = {
        {o->noise > 0.0,
         "noise: its density is uniform, with no parameter to be uncertain of"},
        {o->trim > 0.0, "trim: rows that are left out have no part in a posterior"},
        {o->eigen_ratio > 0.0, "eigen_ratio: the posterior knows no bounds"},
        {o->reg > 0.0, "reg: the prior keeps covariances positive definite"},
        {o->freeze[0] != '\0', "freeze: a prior worth many rows holds parameters"},
        {o->dirichlet > 1.0, "dirichlet: concentration is the prior of the weights"},
        {strcmp(o->bayes, "process") == 0 && task->input->table &&
             task->input->table->labels,
         "labels: sticks are of no class; bayes = dirichlet has weights for them"},
        {task->input->errors != NULL, "rows with errors of measurement"},
        {task->input->between != NULL, "cells between bounds"},
        {task->input->truncation != NULL, "truncated samples"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        if (refused[i].asked) {
            return gmix_i_fail(ctx, GMIX_ERR_OPTION, "bayes = %s does not go with %s",
                               o->bayes, refused[i].what);
        }
    }
    return o->concentration == 0.0
               ? gmix_i_fail(ctx, GMIX_ERR_OPTION,
                             "concentration is 0: it has to be above 0")
               : GMIX_OK;
}

static gmix_status set_numbers(gmix_ctx *ctx, const gmix_i_start_task *task,
                               const gmix_i_family *family, gmix_i_rules *out) {
    const gmix_fit_options *const o = task->opts;
    const size_t d = task->survey->d;
    const bool mclust = strcmp(o->prior, "mclust") == 0;
    gmix_i_hyper *const h = &out->hyper;
    const gmix_status status = gmix_i_conjugate_get(ctx, family, &h->law);
    if (status != GMIX_OK) {
        return status;
    }
    const double least = gmix_i_conjugate_least_dof(h->law, d);
    const double usual = h->law->matrix || h->law->one ? (double)d : 1.0;
    h->process = strcmp(o->bayes, "process") == 0;
    h->concentration = o->concentration > 0.0 ? o->concentration : 1.0;
    h->kappa = o->prior_shrinkage >= 0.0 ? o->prior_shrinkage : mclust ? 0.01 : 1.0;
    h->nu = o->prior_dof >= 0.0 ? o->prior_dof : mclust ? (double)d + 2.0 : usual;
    h->total = task->survey->total_weight;
    if (!(h->kappa > 1e-100)) {
        return gmix_i_fail(
            ctx, GMIX_ERR_OPTION,
            "prior_shrinkage is 0: the prior of the means would be none, and "
            "the evidence 0; it has to be above 0");
    }
    return h->nu > least
               ? GMIX_OK
               : gmix_i_fail(ctx, GMIX_ERR_OPTION,
                             "prior_dof is %g: for covariance %s of %zu features it "
                             "has to be above %g",
                             h->nu, family->name, d, least);
}

/* Psi as given, data units, into the frame. */
static void take_scatter(const gmix_i_start_task *task, const gmix_i_family *family,
                         double *out) {
    const size_t d = task->survey->d;
    family->from_layout(1, d, task->opts->prior_covariance, out);
    family->shape->rescale(d, task->frame->inv_scale, out);
}

/* prior_scale times the covariance of the data. One variance is the mean of theirs. */
static gmix_status find_scatter(gmix_ctx *ctx, const gmix_i_start_task *task,
                                const gmix_i_family *family, const gmix_i_hyper *h,
                                double *out) {
    const gmix_fit_options *const o = task->opts;
    const size_t d = task->survey->d, len = family->shape->cov_len(d);
    const bool mclust = strcmp(o->prior, "mclust") == 0;
    const double scale = o->prior_scale >= 0.0 ? o->prior_scale
                         : mclust ? pow((double)o->n_components, -2.0 / (double)d)
                                  : 1.0;
    const gmix_status status = gmix_i_data_variance(ctx, task, family, out);
    double all = 0.0;
    for (size_t t = 0; status == GMIX_OK && t < len; t++) {
        all += out[t] / (double)d;
    }
    for (size_t t = 0; status == GMIX_OK && t < len; t++) {
        out[t] = scale * (h->law->one ? all : out[t]);
    }
    return status;
}

/* What is left of a feature's variance, given the others, where rounding is all that is. */
static const double LEAST_LEFT = 1e-13;

/* True if a matrix that was found in the data tells nothing in some direction: its evidence would be of rounding.
 * factor: its inverse root. */
static bool is_flat(const gmix_i_conjugate *law, size_t d, const double *cov,
                    const double *factor) {
    bool flat = false;
    for (size_t j = 0; law->matrix && j < d; j++) {
        const size_t at = gmix_i_packed_len(j) + j;
        flat =
            flat || !(LEAST_LEFT * (double)d * cov[at] * factor[at] * factor[at] < 1.0);
    }
    return flat;
}

/* How it falls to components and features: once for what is shared. work: a factor's. */
static gmix_status settle(gmix_ctx *ctx, const gmix_i_start_task *task, double *factor,
                          void *work, gmix_i_rules *out) {
    const size_t k = task->opts->n_components, d = task->survey->d;
    gmix_i_hyper *const h = &out->hyper;
    gmix_i_prior *const prior = &out->prior;
    const bool given = task->opts->prior_covariance != NULL;
    if (!gmix_i_niw_log_det(h->law, d, prior->scatter, factor, work, &h->log_det) ||
        (!given && is_flat(h->law, d, prior->scatter, factor))) {
        return gmix_i_fail(
            ctx, GMIX_ERR_OPTION, "the prior's covariance is not positive definite: %s",
            given
                ? "prior_covariance has to be"
                : "features that depend on each other, as far as rounding tells, or rows "
                  "far away in a line with all others, give none; leave them out, ask "
                  "for covariance = diag, or give prior_covariance");
    }
    const double share =
        (h->law->shared ? 1.0 / (double)k : 1.0) / (h->law->one ? (double)d : 1.0);
    const size_t len = h->law->matrix ? gmix_i_packed_len(d) : d;
    for (size_t t = 0; t < len; t++) {
        prior->scatter[t] *= share;
    }
    prior->shrinkage = h->kappa;
    prior->dof = share * h->nu;
    prior->dirichlet = h->process ? 0.0 : h->concentration;
    prior->hyper = h;
    out->has_prior = true;
    return GMIX_OK;
}

gmix_status gmix_i_bayes_prior_new(gmix_ctx *ctx, const gmix_i_start_task *task,
                                   const gmix_i_family *family, gmix_i_rules *out) {
    gmix_status status = GMIX_OK;
    const size_t d = task->survey->d, len = family->shape->cov_len(d);
    const double *const mean = task->opts->prior_mean;
    double *memory = NULL;
    void *work = NULL;
    GMIX_TRY(check(ctx, task));
    GMIX_TRY(set_numbers(ctx, task, family, out));
    GMIX_TRY(gmix_i_calloc(ctx, "the prior", 2 * len + d, sizeof *memory, &memory));
    out->prior.scatter = memory;
    GMIX_TRY(gmix_i_calloc(ctx, "the prior", gmix_i_factor_work(d), 1, &work));
    if (task->opts->prior_covariance) {
        take_scatter(task, family, memory);
    } else {
        GMIX_TRY(find_scatter(ctx, task, family, &out->hyper, memory));
    }
    for (size_t j = 0; mean && j < d; j++) {
        memory[2 * len + j] =
            (mean[j] - task->frame->shift[j]) * task->frame->inv_scale[j];
        out->prior.mean = memory + 2 * len;
    }
    GMIX_TRY(settle(ctx, task, memory + len, work, out));
done:
    gmix_i_free(ctx, work);
    return status;
}
