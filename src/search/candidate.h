/*
 * Candidates: solutions a search holds on to, from a first few EM steps to convergence.
 */
#ifndef GMIX_SEARCH_CANDIDATE_H
#define GMIX_SEARCH_CANDIDATE_H

#include "em/em.h"
#include "search/sound.h"

typedef struct gmix_i_candidate {
    gmix_i_params params;
    bool *at_floor;
    double *trace; /* of all runs that led here */
    size_t n_trace, trace_capacity;
    double log_likelihood, log_map, remaining_gain, gradient_norm, em_rate;
    size_t run, n_iter; /* where it began; EM steps since */
    bool moved;         /* a move led to it from there */
    gmix_stop stop;
    bool hopeless;           /* its run was given up */
    double expected;         /* the log-likelihood it was then on its way to */
    gmix_i_support *support; /* K: of its components */
    double score; /* what candidates are compared by, see sound.h; a lower bound of it */
    bool weighed; /* until this is true */
    size_t n_faults; /* components that are not sound, as far as is known */
    size_t n_lost;   /* of these: singular, or without rows, which no evidence can save */
} gmix_i_candidate;

gmix_status gmix_i_candidate_new(gmix_ctx *ctx, const gmix_i_family *family, size_t k,
                                 size_t d, gmix_i_candidate *out);
void gmix_i_candidate_free(gmix_ctx *ctx, gmix_i_candidate *c);

/* Sets score and number of faults from the support. */
void gmix_i_candidate_rate(gmix_i_candidate *c);

/* Takes over what a run reached; where it went on from the candidate, the trace goes on. */
gmix_status gmix_i_candidate_take(const gmix_i_em *em, const gmix_i_judge *judge,
                                  bool goes_on, gmix_i_candidate *c);

/* The higher score comes first. */
bool gmix_i_candidate_better(const gmix_i_candidate *a, const gmix_i_candidate *b);

/* True if its run went to the end, whichever that was. */
bool gmix_i_candidate_finished(const gmix_i_candidate *c, size_t max_iter);

/* True if a's score is at most `slack` below b's. */
bool gmix_i_candidate_matches(const gmix_i_candidate *a, const gmix_i_candidate *b,
                              double slack);

/* Puts components in the order of their means, feature by feature: which number a component
 * got from the search means nothing. class_of (K, or NULL): those of a class stay its own. */
void gmix_i_candidate_order(const int32_t *class_of, gmix_i_candidate *c);

gmix_status gmix_i_candidate_copy(gmix_ctx *ctx, const gmix_i_candidate *from,
                                  gmix_i_candidate *to);

/* Exchanges two candidates. */
void gmix_i_candidate_swap(gmix_i_candidate *a, gmix_i_candidate *b);

#endif
