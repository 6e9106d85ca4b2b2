/*
 * The search for the best optimum: many starts of a few EM steps each, the best of them
 * further and the best of those to the end (successive halving), then moves from the best
 * solution: a component is taken from where it does least and put elsewhere (split and
 * merge, Ueda et al. 2000; random swap, Zhao et al. 2012), kept if EM makes a better
 * solution of it. All of it is a function of data, options and seed: budgets count work, not
 * time.
 */
#ifndef GMIX_EM_SEARCH_H
#define GMIX_EM_SEARCH_H

#include "em/crew.h"

/* How much a search may do. */
typedef struct gmix_i_effort {
    size_t n_starts, short_steps;  /* first round */
    size_t n_middle, middle_steps; /* second */
    size_t n_long;                 /* to the end */
    size_t n_moves, n_rounds;      /* moves of a round; rounds without success */
} gmix_i_effort;

/* The best solutions that were found, best first, and how. */
typedef struct gmix_i_found {
    gmix_i_candidate *pool;
    size_t n_pool, n_best; /* n_best: those at the front that are worth going on with */
    size_t n_starts, n_finished, n_hits; /* hits: finished runs that met the best again */
} gmix_i_found;

/* search: "quick", "standard", "thorough". n_rows: of the whole data. */
gmix_i_effort gmix_i_effort_for(const char *search, const gmix_i_plan *plan,
                                double n_rows);

gmix_status gmix_i_search(gmix_i_crew *crew, const gmix_i_effort *effort,
                          gmix_i_found *found);
/* n_runs complete runs from starts of their own. */
gmix_status gmix_i_runs(gmix_i_crew *crew, size_t n_runs, gmix_i_found *found);

/* Goes on with the best of a search on some of the rows, on all of them. */
gmix_status gmix_i_finish(gmix_i_crew *crew, gmix_i_found *found);

void gmix_i_found_free(gmix_ctx *ctx, gmix_i_found *found);

/* A move, from a candidate's parameters into worker->em.current. number: of the move, all
 * different ones in a search. */
void gmix_i_move(gmix_i_worker *worker, const gmix_i_candidate *from, size_t number);

#endif
