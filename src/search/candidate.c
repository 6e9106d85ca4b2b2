/* Candidates of a search. See candidate.h. */
#include "search/candidate.h"

#include <math.h>
#include <string.h>

gmix_status gmix_i_candidate_new(gmix_ctx *ctx, const gmix_i_family *family, size_t k,
                                 size_t d, gmix_i_candidate *out) {
    gmix_status status = GMIX_OK;
    *out = (gmix_i_candidate){.log_likelihood = -INFINITY};
    GMIX_TRY(gmix_i_params_new(ctx, family, k, d, &out->params));
    GMIX_TRY(gmix_i_calloc(ctx, "flags", k, sizeof(bool), &out->at_floor));
done:
    return status;
}

void gmix_i_candidate_free(gmix_ctx *ctx, gmix_i_candidate *c) {
    gmix_i_params_free(&ctx->opts.allocator, &c->params);
    gmix_i_free(ctx, c->at_floor);
    gmix_i_free(ctx, c->trace);
    *c = (gmix_i_candidate){0};
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
    c->em_rate = em->em_rate;
    c->n_iter = before + em->n_iter;
    c->stop = em->stop;
    c->hopeless = em->hopeless;
    c->expected =
        em->log_likelihood + em->remaining_gain * gmix_i_kept_weight(em->survey);
    c->n_faults = gmix_i_judge_all(judge, &c->params, NULL);
    if (em->met.any) {
        c->expected = em->met.log_likelihood;
        c->n_faults = em->met.n_faults;
    }
    return GMIX_OK;
}

bool gmix_i_candidate_better(const gmix_i_candidate *a, const gmix_i_candidate *b) {
    if (!isfinite(a->log_likelihood) || !isfinite(b->log_likelihood)) {
        return isfinite(a->log_likelihood);
    }
    return a->n_faults != b->n_faults ? a->n_faults < b->n_faults
                                      : a->log_likelihood > b->log_likelihood;
}

bool gmix_i_candidate_finished(const gmix_i_candidate *c, size_t max_iter) {
    return c->stop != GMIX_STOP_MAX_ITER || c->n_iter >= max_iter;
}

bool gmix_i_candidate_matches(const gmix_i_candidate *a, const gmix_i_candidate *b,
                              double slack) {
    return a->n_faults == b->n_faults && a->log_likelihood >= b->log_likelihood - slack;
}

static void swap_numbers(double *a, double *b, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const double t = a[i];
        a[i] = b[i];
        b[i] = t;
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
    for (size_t k = 0; k + 1 < p->k; k++) {
        size_t first = k;
        for (size_t o = k + 1; o < p->k; o++) {
            const bool alike = !class_of || class_of[o] == class_of[k];
            first = alike && comes_before(p, o, first) ? o : first;
        }
        const bool floor = c->at_floor[k];
        c->at_floor[k] = c->at_floor[first];
        c->at_floor[first] = floor;
        swap_numbers(&p->weights[k], &p->weights[first], first != k);
        swap_numbers(p->means + k * d, p->means + first * d, first != k ? d : 0);
        swap_numbers(p->cov + k * len, p->cov + first * len, first != k ? len : 0);
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
        gmix_i_params_copy(&from->params, &to->params);
        copy.params = to->params;
        copy.at_floor = to->at_floor;
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
