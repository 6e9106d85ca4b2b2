/*
 * Solutions that a search has visited. EM climbs: a run that has come near one of them, and lies
 * below it, most often ends there, and does not go on to show it. Near means within a radius of
 * the divergence
 *
 *     sum_k w_k sum_j ((mu_kj - nu_kj)^2 / v_kj + (v_kj - u_kj)^2 / 2 v_kj u_kj)
 *     + sum_k (w_k - x_k)^2 / w_k,
 *
 * about twice Kullback and Leibler's, of weights w, means mu and variances v of the visited one
 * from x, nu, u of the run, each component against the nearest that is left. The log-likelihood
 * of a point is about half the divergence lower, per row: whatever is much lower is far away.
 * Correlations are not compared: solutions that differ in nothing else are taken for one.
 */
#ifndef GMIX_SEARCH_VISITED_H
#define GMIX_SEARCH_VISITED_H

#include "base/wire.h"
#include "family/family.h"

typedef struct gmix_i_visited {
    size_t k, d, n, next; /* n: solutions held; next: where another one goes */
    double n_rows;        /* their weight, of which the log-likelihoods are */
    double *points;       /* of each K x (1 + 3 D) */
    double *log_likelihood, *score;
    bool *taken;   /* scratch: K */
    double *point; /* scratch: of a run */
} gmix_i_visited;

gmix_status gmix_i_visited_new(gmix_ctx *ctx, size_t k, size_t d, double n_rows,
                               gmix_i_visited *out);
void gmix_i_visited_free(gmix_ctx *ctx, gmix_i_visited *visited);

/* Takes down a solution that a run converged to. There is room for 32; then the oldest is
 * forgotten. */
void gmix_i_visited_add(gmix_i_visited *visited, const gmix_i_params *p,
                        double log_likelihood, double score);

/* As bytes, both ways: read into one of the same K and D. */
void gmix_i_visited_wire(gmix_i_wire *w, gmix_i_visited *visited);

/* Forgets them all: they belong to other rows. */
void gmix_i_visited_forget(gmix_i_visited *visited);

/* The visited solution that a run at p, with that log-likelihood, is about to end in; n if none.
 * O(n K^2 D) at most, O(n) for a run that is elsewhere. */
size_t gmix_i_visited_near(gmix_i_visited *visited, const gmix_i_params *p,
                           double log_likelihood);

#endif
