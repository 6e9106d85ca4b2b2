/* Candidates of a search. See candidate.h. */
#include "em/candidate.h"

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
    memcpy(c->trace + before, em->trace, em->n_trace * sizeof *c->trace);
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
    c->sound = gmix_i_judge_all(judge, &c->params, NULL);
    return GMIX_OK;
}

bool gmix_i_candidate_better(const gmix_i_candidate *a, const gmix_i_candidate *b) {
    return a->sound != b->sound ? a->sound : a->log_likelihood > b->log_likelihood;
}

void gmix_i_candidate_swap(gmix_i_candidate *a, gmix_i_candidate *b) {
    const gmix_i_candidate t = *a;
    *a = *b;
    *b = t;
}
