/*
 * Candidates: solutions a search holds on to, from a first few EM steps to convergence.
 */
#ifndef GMIX_EM_CANDIDATE_H
#define GMIX_EM_CANDIDATE_H

#include "em/em.h"
#include "em/sound.h"

typedef struct gmix_i_candidate {
    gmix_i_params params;
    bool *at_floor;
    double *trace; /* of all runs that led here */
    size_t n_trace, trace_capacity;
    double log_likelihood, log_map, remaining_gain, gradient_norm, em_rate;
    size_t run, n_iter; /* where it began; EM steps since */
    gmix_stop stop;
    bool sound;
} gmix_i_candidate;

gmix_status gmix_i_candidate_new(gmix_ctx *ctx, const gmix_i_family *family, size_t k,
                                 size_t d, gmix_i_candidate *out);
void gmix_i_candidate_free(gmix_ctx *ctx, gmix_i_candidate *c);

/* Takes over what a run reached; where it went on from the candidate, the trace goes on. */
gmix_status gmix_i_candidate_take(const gmix_i_em *em, const gmix_i_judge *judge,
                                  bool goes_on, gmix_i_candidate *c);

/* A sound solution before any that is not; then the higher log-likelihood. */
bool gmix_i_candidate_better(const gmix_i_candidate *a, const gmix_i_candidate *b);

/* Exchanges two candidates. */
void gmix_i_candidate_swap(gmix_i_candidate *a, gmix_i_candidate *b);

#endif
