/* Candidates of a search. See candidate.h. */
#include "search/candidate.h"

#include <math.h>
#include <string.h>

#include "family/factor_law.h"

gmix_status gmix_i_candidate_new(gmix_ctx *ctx, const gmix_i_family *family, size_t k,
                                 size_t d, gmix_i_candidate *out) {
    gmix_status status = GMIX_OK;
    *out = (gmix_i_candidate){.log_likelihood = -INFINITY, .score = -INFINITY};
    GMIX_TRY(gmix_i_params_new(ctx, family, k, d, &out->params));
    GMIX_TRY(gmix_i_calloc(ctx, "flags", k, sizeof(bool), &out->at_floor));
    GMIX_TRY(gmix_i_calloc(ctx, "support", k, sizeof *out->support, &out->support));
done:
    return status;
}

void gmix_i_candidate_free(gmix_ctx *ctx, gmix_i_candidate *c) {
    gmix_i_params_free(&ctx->opts.allocator, &c->params);
    gmix_i_free(ctx, c->at_floor);
    gmix_i_free(ctx, c->support);
    gmix_i_free(ctx, c->trace);
    *c = (gmix_i_candidate){0};
}

void gmix_i_candidate_rate(gmix_i_candidate *c) {
    c->score = c->log_likelihood;
    c->weighed = true;
    c->n_faults = c->n_lost = 0;
    for (size_t k = 0; k < c->params.k; k++) {
        const gmix_i_support *const one = &c->support[k];
        c->score -= gmix_i_support_penalty(one);
        const bool fails = gmix_i_support_fails(one);
        c->n_faults += fails;
        c->n_lost += fails && (one->doubt == 0.0 || !isfinite(one->description));
        c->weighed = c->weighed && !(one->doubt > 0.0 && isnan(one->loss));
    }
}

gmix_status gmix_i_candidate_take(const gmix_i_em *em, const gmix_i_judge *judge,
                                  bool goes_on, gmix_i_candidate *c) {
    const size_t before = goes_on && c->n_trace > 0 ? c->n_trace - 1 : 0;
    const gmix_status status =
        gmix_i_grow(em->ctx, "the trace", &c->trace, &c->trace_capacity,
                    before + em->n_trace, sizeof *c->trace);
    if (status != GMIX_OK) {
        return status;
    }
    gmix_i_copy(c->trace + before, em->trace, em->n_trace * sizeof *c->trace);
    c->n_trace = before + em->n_trace;
    gmix_i_params_copy(&em->accepted, &c->params);
    memcpy(c->at_floor, em->accepted_floor, em->current.k * sizeof(bool));
    c->log_likelihood = em->log_likelihood;
    c->log_map = em->log_map;
    c->remaining_gain = em->remaining_gain;
    c->gradient_norm = em->gradient_norm;
    c->em_rate = em->em_rate < 1.0 ? em->em_rate : (double)NAN; /* no rate of EM's */
    c->n_iter = before + em->n_iter;
    c->stop = em->stop;
    c->hopeless = em->hopeless;
    c->expected = em->log_likelihood +
                  em->remaining_gain * gmix_i_kept_weight(em->survey, em->opts->trim);
    gmix_i_judge_all(judge, &c->params, c->at_floor, c->support);
    gmix_i_candidate_rate(c);
    if (em->met.any) {
        c->expected = em->met.score;
    }
    return GMIX_OK;
}

bool gmix_i_candidate_better(const gmix_i_candidate *a, const gmix_i_candidate *b) {
    if (!isfinite(a->log_likelihood) || !isfinite(b->log_likelihood)) {
        return isfinite(a->log_likelihood);
    }
    return a->score > b->score;
}

bool gmix_i_candidate_finished(const gmix_i_candidate *c, size_t max_iter) {
    return c->stop != GMIX_STOP_MAX_ITER || c->n_iter >= max_iter;
}

bool gmix_i_candidate_matches(const gmix_i_candidate *a, const gmix_i_candidate *b,
                              double slack) {
    return a->score >= b->score - slack;
}

/* Exchanges rows a and b of an array whose rows are n long; an array of rows of no length may
   be NULL. */
static void swap_rows(double *rows, size_t n, size_t a, size_t b) {
    for (size_t i = 0; i < n; i++) {
        const double t = rows[a * n + i];
        rows[a * n + i] = rows[b * n + i];
        rows[b * n + i] = t;
    }
}

/* True if component a comes before b. */
static bool comes_before(const gmix_i_params *p, size_t a, size_t b) {
    size_t j = 0;
    while (j + 1 < p->d && p->means[a * p->d + j] == p->means[b * p->d + j]) {
        j++;
    }
    return p->means[a * p->d + j] < p->means[b * p->d + j];
}

void gmix_i_candidate_order(const int32_t *class_of, gmix_i_candidate *c) {
    gmix_i_params *const p = &c->params;
    const size_t d = p->d, len = p->family->shape->cov_len(d);
    const size_t factors = gmix_i_factors_len(p->family, d);
    for (size_t k = 0; k + 1 < p->k; k++) {
        size_t first = k;
        for (size_t o = k + 1; o < p->k; o++) {
            const bool alike = !class_of || class_of[o] == class_of[k];
            first = alike && comes_before(p, o, first) ? o : first;
        }
        const gmix_i_support support = c->support[k];
        c->support[k] = c->support[first];
        c->support[first] = support;
        const bool floor = c->at_floor[k];
        c->at_floor[k] = c->at_floor[first];
        c->at_floor[first] = floor;
        swap_rows(p->weights, 1, k, first);
        swap_rows(p->means, d, k, first);
        swap_rows(p->cov, p->bare ? 0 : len, k, first);
        swap_rows(p->factors, factors, k, first);
    }
}

gmix_status gmix_i_candidate_copy(gmix_ctx *ctx, const gmix_i_candidate *from,
                                  gmix_i_candidate *to) {
    gmix_i_candidate copy = *from;
    const gmix_status status =
        gmix_i_grow(ctx, "the trace", &to->trace, &to->trace_capacity, from->n_trace,
                    sizeof *to->trace);
    if (status == GMIX_OK) {
        memcpy(to->trace, from->trace, from->n_trace * sizeof *to->trace);
        memcpy(to->at_floor, from->at_floor, from->params.k * sizeof *to->at_floor);
        memcpy(to->support, from->support, from->params.k * sizeof *to->support);
        gmix_i_params_copy(&from->params, &to->params);
        copy.params = to->params;
        copy.at_floor = to->at_floor;
        copy.support = to->support;
        copy.trace = to->trace;
        copy.trace_capacity = to->trace_capacity;
        *to = copy;
    }
    return status;
}

void gmix_i_candidate_swap(gmix_i_candidate *a, gmix_i_candidate *b) {
    const gmix_i_candidate t = *a;
    *a = *b;
    *b = t;
}
