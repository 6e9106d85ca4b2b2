/*
 * How much hangs on the prior: fits from the model's point under priors with one number changed at a time.
 * See gmix/bayes.h.
 */
#include <math.h>

#include <gmix/bayes.h>

#include "base/structs.h"
#include "em/em.h"
#include "model/mixture.h"
#include "model/posterior.h"
#include "record/prior_changes.h"

static const double factors[] = {10.0, 0.1};
static const double OCCUPIED = 0.5,
                    TELLS = 1.0; /* rows of a component that is there; that is compared */

/* The rows of component k. */
static double rows_of(const gmix_posterior *p, size_t k) {
    return p->kappa[k] - p->prior_shrinkage;
}

/* The options of the fit under a changed prior. psi: of one component's layout. */
static void change(const gmix_model *model, const gmix_fit_options *opts,
                   gmix_prior_change *c, double *psi, gmix_fit_options *out) {
    const gmix_posterior *const p = gmix_model_posterior(model);
    const size_t len = gmix_i_family_layout_len(model->family, 1, model->d);
    const double least = gmix_i_conjugate_least_dof(model->posterior->law, model->d);
    const double times[] = {
        strcmp(c->what, gmix_i_prior_numbers[0]) == 0 ? c->factor : 1.0,
        strcmp(c->what, gmix_i_prior_numbers[1]) == 0 ? c->factor : 1.0,
        strcmp(c->what, gmix_i_prior_numbers[2]) == 0 ? c->factor : 1.0,
        strcmp(c->what, gmix_i_prior_numbers[3]) == 0 ? c->factor : 1.0};
    *out = *opts;
    out->bayes = p->weights;
    out->covariance = model->family->name;
    out->n_components = model->k;
    out->init = "model";
    out->init_model = model;
    out->prior = "none";
    out->singular = "keep";
    out->concentration = p->concentration * times[0];
    out->prior_shrinkage = p->prior_shrinkage * times[1];
    out->prior_dof = least + (p->prior_dof - least) * times[2];
    for (size_t t = 0; t < len; t++) {
        psi[t] = p->prior_covariance[t] * times[3];
    }
    out->prior_scale = -1.0;
    out->prior_covariance = psi;
    out->prior_mean = p->prior_mean;
    c->value = c->what == gmix_i_prior_numbers[0]   ? out->concentration
               : c->what == gmix_i_prior_numbers[1] ? out->prior_shrinkage
               : c->what == gmix_i_prior_numbers[2] ? out->prior_dof
                                                    : c->factor;
}

/* Component k of a process is the one of its rank, by size; its counterpart is the nearest mean. */
static size_t counterpart(const gmix_model *model, const gmix_model *other, size_t k) {
    const size_t d = model->d, len = model->family->shape->cov_len(d);
    size_t best = k;
    double nearest = INFINITY;
    for (size_t c = 0; c < other->k; c++) {
        double sum = 0.0;
        for (size_t j = 0; j < d; j++) {
            const double off = (model->means[k * d + j] - other->means[c * d + j]) *
                               model->frame.inv_scale[j];
            sum += off * off /
                   model->family->shape->variance(model->params.cov + k * len, j);
        }
        if (sum < nearest) {
            nearest = sum;
            best = c;
        }
    }
    return best;
}

static void compare(const gmix_model *model, const gmix_model *other,
                    gmix_prior_change *c) {
    const gmix_posterior *const p = gmix_model_posterior(model);
    const gmix_posterior *const q = gmix_model_posterior(other);
    const size_t d = model->d, len = model->family->shape->cov_len(d);
    c->bound = q->bound;
    for (size_t k = 0; k < model->k; k++) {
        const size_t o = counterpart(model, other, k);
        c->n_occupied += rows_of(q, k) >= OCCUPIED;
        c->weight = fmax(c->weight, fabs(other->weights[o] - model->weights[k]));
        for (size_t j = 0; rows_of(p, k) >= TELLS && rows_of(q, o) >= TELLS && j < d;
             j++) {
            const double scale = model->frame.scale[j];
            const double sd =
                scale *
                sqrt(model->family->shape->variance(model->params.cov + k * len, j) /
                     p->kappa[k]);
            const double off = other->means[o * d + j] - model->means[k * d + j];
            c->mean = fmax(c->mean, fabs(off) / sd);
        }
    }
}

static gmix_status check(gmix_ctx *ctx, const gmix_table *x, const gmix_model *model,
                         const void *out) {
    if (!x || !model || !out) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "the table, the model or the output is NULL");
    }
    const gmix_posterior *const p = gmix_model_posterior(model);
    return p && p->prior_mean && p->prior_covariance && p->concentration > 0.0 &&
                   p->prior_shrinkage > 0.0 && p->prior_dof > 0.0
               ? GMIX_OK
               : gmix_i_fail(
                     ctx, GMIX_ERR_MODEL,
                     "the model %s: it is to be one of a fit with bayes = dirichlet "
                     "or process",
                     p ? "does not know its prior" : "has no posterior");
}

gmix_status gmix_prior_sensitivity(gmix_ctx *ctx, const gmix_table *x,
                                   const gmix_fit_options *opts, const gmix_model *model,
                                   gmix_prior_change *out) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    gmix_prior_change found[GMIX_N_PRIOR_CHANGES];
    gmix_fit_options own, changed;
    gmix_model *other = NULL;
    double *psi = NULL;
    gmix_i_limit limit;
    gmix_i_limit_begin_firm(ctx, &limit); /* fits that were cut say nothing of priors */
    GMIX_TRY(check(ctx, x, model, out));
    GMIX_TRY(gmix_i_fit_options_take(ctx, opts, &own));
    GMIX_TRY(gmix_i_calloc(ctx, "the prior",
                           gmix_i_family_layout_len(model->family, 1, model->d),
                           sizeof *psi, &psi));
    for (size_t i = 0; i < GMIX_N_PRIOR_CHANGES; i++) {
        found[i] = (gmix_prior_change){.what = gmix_i_prior_numbers[i / 2],
                                       .factor = factors[i % 2]};
        change(model, &own, &found[i], psi, &changed);
        GMIX_TRY(gmix_fit(ctx, x, &changed, &other, NULL));
        compare(model, other, &found[i]);
        gmix_model_free(&other);
    }
    memcpy(out, found, sizeof found);
done:
    gmix_i_limit_end(ctx, &limit);
    gmix_model_free(&other);
    gmix_i_free(ctx, psi);
    return status;
}
