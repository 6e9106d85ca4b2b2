/* What a Bayesian fit ends with. See posterior_found.h. */
#include "search/posterior_found.h"

#include <math.h>
#include <string.h>

#include <gmix/infer.h>

#include "em/shared_errors.h"
#include "model/posterior.h"
#include "stats/variational.h"
#include "stats/variational_merge.h"

static const double LEAST_ROWS = 0.5;

static const gmix_i_hyper *hyper_of(const gmix_i_plan *plan) {
    return plan->rules->prior.hyper;
}

size_t gmix_i_occupied(const gmix_i_plan *plan, const gmix_i_params *p) {
    const gmix_i_hyper *const h = hyper_of(plan);
    size_t n = 0;
    if (!h || plan->classes->n > 0 || strcmp(plan->opts->singular, "keep") == 0) {
        return p->k;
    }
    for (size_t c = 0; c < p->k; c++) {
        n += gmix_i_variational_rows(h, p, c) >= LEAST_ROWS;
    }
    return n > 0 ? n : p->k;
}

gmix_status gmix_i_fewer(gmix_ctx *ctx, const gmix_i_plan *plan, const gmix_i_params *p,
                         gmix_i_params *out, size_t *left) {
    gmix_status status = GMIX_OK;
    const gmix_i_constraints constraints = {.prior = &plan->rules->prior};
    double *work = NULL;
    const bool keep = strcmp(plan->opts->singular, "keep") == 0;
    const bool empty = gmix_i_occupied(plan, p) < p->k;
    const gmix_i_hyper *const h = hyper_of(plan);
    *left = 0;
    gmix_i_params_free(&ctx->opts.allocator, out);
    if (!h || keep || p->k == 1 || !(empty || h->process)) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_params_new(ctx, p->family, p->k, p->d, out));
    gmix_i_params_copy(p, out);
    if (!empty) {
        GMIX_TRY(gmix_i_calloc(ctx, "merges",
                               gmix_i_merge_work(p->family->shape, p->k, p->d),
                               sizeof *work, &work));
        (void)gmix_i_merge_components(&constraints, 1, -INFINITY, work, out);
    }
    const size_t n = gmix_i_occupied(plan, out);
    *left = n < p->k ? n : 0;
done:
    gmix_i_free(ctx, work);
    return status;
}

static void copy_component(const gmix_i_params *from, size_t c, gmix_i_params *to,
                           size_t k) {
    const size_t d = from->d, len = from->family->shape->cov_len(d);
    memcpy(to->means + k * d, from->means + c * d, d * sizeof *to->means);
    memcpy(to->cov + k * len, from->cov + c * len, len * sizeof *to->cov);
}

void gmix_i_keep_occupied(const gmix_i_hyper *from_hyper, const gmix_i_params *from,
                          const gmix_i_hyper *hyper, gmix_i_params *out) {
    const double gamma = hyper->process ? 0.0 : hyper->concentration;
    double rows = 0.0;
    size_t k = 0;
    for (size_t c = 0; c < from->k && k < out->k; c++) {
        const double n = gmix_i_variational_rows(from_hyper, from, c);
        if (n >= LEAST_ROWS) {
            copy_component(from, c, out, k);
            out->weights[k++] = n + gamma;
            rows += n + gamma;
        }
    }
    for (size_t c = 0; c < out->k; c++) {
        out->weights[c] /= rows;
    }
    out->weights[out->k] = 0.0;
}

/* What a posterior is made of, in one allocation. */
typedef struct parts {
    gmix_i_stick *sticks, *in_order;
    double *alpha, *beta, *kappa, *dof, *n, *work, *mean, *cov;
    size_t *order;
} parts;

static gmix_status parts_new(gmix_ctx *ctx, size_t k, size_t d, size_t len, parts *out) {
    double *at = NULL;
    const gmix_status status =
        gmix_i_calloc(ctx, "the posterior", 10 * k + d + len, sizeof *at, &at);
    if (status == GMIX_OK) {
        *out = (parts){.sticks = (void *)at, .in_order = (void *)(at + 2 * k)};
        double **const arrays[] = {&out->alpha, &out->beta, &out->kappa,
                                   &out->dof,   &out->n,    &out->work};
        at += 4 * k;
        for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++, at += k) {
            *arrays[i] = at;
        }
        out->mean = at;
        out->cov = at + d;
        return gmix_i_calloc(ctx, "the posterior", k, sizeof *out->order, &out->order);
    }
    return status;
}

/* The prior, in the data's units. */
static void say_prior(const gmix_i_plan *plan, const gmix_i_params *p, parts *at,
                      gmix_posterior *said) {
    const gmix_i_prior *const prior = &plan->rules->prior;
    const gmix_i_hyper *const h = prior->hyper;
    const gmix_i_frame *const frame = plan->frame;
    const size_t d = p->d, len = p->family->shape->cov_len(d);
    double *const psi = at->cov + p->family->layout_len(1, d);
    for (size_t j = 0; j < d; j++) {
        at->mean[j] =
            frame->shift[j] + (prior->mean ? frame->scale[j] * prior->mean[j] : 0.0);
    }
    const double share = prior->dof / h->nu;
    for (size_t t = 0; t < len; t++) {
        psi[t] = prior->scatter[t] / share;
    }
    p->family->shape->rescale(d, frame->scale, psi);
    p->family->to_layout(1, d, psi, at->cov);
    said->concentration = h->concentration;
    said->prior_shrinkage = h->kappa;
    said->prior_dof = h->nu;
    said->prior_mean = at->mean;
    said->prior_covariance = at->cov;
}

/* Components of a process become those of their sticks' order; weights become their means. */
static void settle(const gmix_i_hyper *h, const gmix_i_params *p, const parts *at,
                   gmix_i_params *own) {
    for (size_t r = 0; r < p->k; r++) {
        at->order[r] = r;
    }
    if (h->process) {
        gmix_i_variational_order(h, p, at->n, at->work, at->order);
    }
    gmix_i_variational_sticks(h, p, at->order, at->sticks);
    for (size_t r = 0; r < p->k; r++) {
        const size_t c = at->order[r];
        copy_component(p, c, own, r);
        at->in_order[r] = at->sticks[c];
        at->alpha[r] = at->sticks[c].a;
        at->beta[r] = at->sticks[c].b;
        at->kappa[r] = h->kappa + gmix_i_variational_rows(h, p, c);
        at->dof[r] = gmix_i_variational_dof(h, p, c);
    }
    gmix_i_sticks_mean(h->process, p->k, at->in_order, own->weights);
    own->weights[p->k] = 0.0;
}

gmix_status gmix_i_model_of_solution(gmix_ctx *ctx, const gmix_i_plan *plan,
                                     const gmix_i_candidate *solution,
                                     gmix_model **model) {
    gmix_status status = GMIX_OK;
    const gmix_i_params *const p = &solution->params;
    const gmix_i_hyper *const h = hyper_of(plan);
    if (!h) {
        return gmix_i_model_without_errors(ctx, plan->input, plan->opts, p, plan->frame,
                                           model);
    }
    const size_t k = p->k, d = p->d;
    gmix_i_params own = {0};
    parts at = {0};
    gmix_posterior said;
    gmix_posterior_init(&said);
    GMIX_TRY(parts_new(ctx, k, d,
                       p->family->layout_len(1, d) + p->family->shape->cov_len(d), &at));
    GMIX_TRY(gmix_i_params_new(ctx, p->family, k, d, &own));
    settle(h, p, &at, &own);
    GMIX_TRY(gmix_i_model_from_params(ctx, &own, plan->frame, plan->input->names, model));
    said.weights = h->process ? "process" : "dirichlet";
    said.bound = solution->log_likelihood;
    said.n_rows = h->total;
    said.alpha = at.alpha;
    said.beta = h->process ? at.beta : NULL;
    said.kappa = at.kappa;
    said.dof = at.dof;
    say_prior(plan, p, &at, &said);
    GMIX_TRY(gmix_i_posterior_take(ctx, &said, *model));
done:
    gmix_i_params_free(&ctx->opts.allocator, &own);
    gmix_i_free(ctx, at.sticks);
    gmix_i_free(ctx, at.order);
    return status;
}

void gmix_i_report_bound(const gmix_model *model, gmix_report *report) {
    report->log_posterior = report->objective = model->posterior->said.bound;
    report->bic = report->aic = report->icl = report->log_likelihood = NAN;
}

gmix_status gmix_i_report_posterior(gmix_ctx *ctx, const gmix_i_plan *plan,
                                    const gmix_model *model, gmix_report *report) {
    gmix_status status = GMIX_OK;
    const gmix_i_input *const input = plan->input;
    gmix_criteria score;
    if (!hyper_of(plan)) {
        return GMIX_OK;
    }
    gmix_i_report_bound(model, report);
    if (input->table && !input->drop_incomplete) {
        status = gmix_score(ctx, model, input->table, &score);
        if (gmix_i_was_cut(status)) { /* it is said beside the bound, and not needed */
            ctx->message[0] = '\0';
            return GMIX_OK;
        }
        GMIX_TRY(status);
        report->log_likelihood = score.log_likelihood;
    }
done:
    return status;
}
