/*
 * The search for the best optimum: many starts of a few EM steps each, the best of them
 * further and the best of those to the end (successive halving), then moves from the best
 * solution: a component is taken from where it is and put elsewhere (split and merge, Ueda
 * et al. 2000; random swap, Zhao et al. 2012), kept if EM makes a better solution of it. Where
 * they fail, moves go on from a lower solution for a while (basin hopping, Wales & Doye 1997). Every
 * second move crosses two solutions instead (crossing.h).
 *
 * One chain does that; a longer search has several, side by side on the threads. After every
 * sixth of their budgets they compare: the search is over where enough runs of all chains have
 * met the same solution, and else chains that have found less go on from the best one. All of it
 * is a function of data, options and seed: budgets count work, not time.
 */
#ifndef GMIX_SEARCH_SEARCH_H
#define GMIX_SEARCH_SEARCH_H

#include "search/policy.h"
#include "search/visited.h"

/* A chain, and what it has found: pool[0] is the best, and where moves begin. On an excursion
 * they begin from a lower solution there, and home is the best. */
typedef struct gmix_i_chain {
    gmix_i_candidate *pool;
    size_t n_pool, n_best; /* n_best: those at the front that are worth going on with */
    double *reached;       /* scores of all finished runs */
    size_t n_reached, capacity;
    size_t n_starts, n_hits; /* starts tried; finished runs that met the best */
    size_t first_start, next_move, n_moves;
    gmix_i_candidate home;
    bool away;
    size_t n_failures;      /* moves in a row that have not bettered pool[0] */
    double passes;          /* used of the budget */
    gmix_i_visited visited; /* where runs ended */
    struct {                /* in a journal; see search_journal.h */
        bool any, counted;  /* counted: losses are those of pool[0] */
        size_t search, index, stage;
        bool measured;  /* rows given out by moves, of pool[0], are those of `seen` */
        double at;      /* gmix_i_now(), last time */
        double *losses; /* K */
        uint64_t seen[GMIX_I_SEEN_WORDS];
    } kept;
} gmix_i_chain;

/* Workers that a search with that effort is worth. */
size_t gmix_i_search_workers(const gmix_ctx *ctx, const gmix_i_plan *plan,
                             const gmix_i_effort *effort);

/* How many complete runs the options ask for instead of a search: one where the start is given, K
 * is 1, or the number of steps is what is asked for; 0: a search. */
size_t gmix_i_runs_wanted(const gmix_i_plan *plan);
size_t gmix_i_runs_workers(const gmix_ctx *ctx, const gmix_i_plan *plan, size_t n_runs);

/* The start that other programs begin from, for a search: the partition of the tree or, of one
 * feature, quantiles; NULL if it is not wanted, or the tree has too few rows. */
const gmix_i_init *gmix_i_first_start(const gmix_i_plan *plan,
                                      const gmix_i_sample_tree *tree);

gmix_status gmix_i_search(gmix_i_crew *crew, const gmix_i_effort *effort,
                          gmix_i_chain *found);

/* n_runs complete runs from starts of their own. */
gmix_status gmix_i_runs(gmix_i_crew *crew, size_t n_runs, gmix_i_chain *found);

/* With the policy `repair`: moves of spurious components until the solution is sound, or found->passes
 * reach so many. */
gmix_status gmix_i_repair(gmix_i_crew *crew, double passes, gmix_i_chain *found);

/* Searches on `rows` of the rows, and finishes on all of them (large.c). parameters: of the model, as
 * many as its statistics have numbers. *crew is made, for the plan. */
gmix_status gmix_i_search_large(gmix_ctx *ctx, const gmix_i_plan *plan, size_t rows,
                                double parameters, gmix_i_crew *crew,
                                gmix_i_chain *found);

void gmix_i_chain_free(gmix_ctx *ctx, gmix_i_chain *chain);

/* The log-prior of a solution; 0 without a prior. */
gmix_status gmix_i_solution_prior(gmix_i_crew *crew, const gmix_i_params *p, double *out);

/* The report on found->pool[0], a solution of the crew's plan that became the model
 * (outcome.c). */
gmix_status gmix_i_write_report(gmix_i_crew *crew, const gmix_i_chain *found,
                                const gmix_model *model, gmix_report *report);
/* Its numbers alone, which no rows are needed for. */
gmix_status gmix_i_report_numbers(gmix_ctx *ctx, const gmix_i_plan *plan,
                                  const gmix_i_chain *found, const gmix_model *model,
                                  double log_prior, gmix_report *report);

/* For the files of the search alone ------------------------------------------------- */

gmix_status gmix_i_chain_new(gmix_ctx *ctx, const gmix_i_plan *plan, size_t n_pool,
                             gmix_i_chain *out);

/* Goes on with pool[first .. first + n) until each has taken `limit` steps, or is given up as
 * worse than the best finished one. */
gmix_status gmix_i_chain_go_on(gmix_i_chain *chain, gmix_i_worker *worker, size_t first,
                               size_t n, size_t limit);

/* Starts, cut down to the best; the best in pool[0]. */
gmix_status gmix_i_chain_halving(gmix_i_chain *chain, gmix_i_worker *worker,
                                 const gmix_i_effort *effort);

/* Goes on with moves from pool[0] until effort->patience of them in a row have not bettered it or
 * three times as many were made, until chain->passes reach the budget, or most of the runs have
 * met it. With all patience there are excursions, which are over at the end. */
gmix_status gmix_i_chain_moves(gmix_i_chain *chain, gmix_i_worker *worker,
                               const gmix_i_effort *effort);

/* The best first. */
void gmix_i_chain_sort(gmix_i_candidate *pool, size_t n);

/* How many of a chain's finished runs, from the one numbered `first` on, met a solution. */
size_t gmix_i_chain_hits(const gmix_i_plan *plan, const gmix_i_chain *chain,
                         const gmix_i_candidate *solution, size_t first);

/* Log-likelihoods this close are one solution: the accuracy that runs have. */
static inline double gmix_i_slack(const gmix_i_plan *plan) {
    return 10.0 * plan->opts->tol * gmix_i_kept_weight(plan->survey, plan->opts->trim);
}

/* A fit of a stream in passes over it, for what an engine cannot have: gmix_i_wants_all_rows(). */
gmix_status gmix_i_fit_stream(gmix_ctx *ctx, gmix_i_input *input,
                              const gmix_fit_options *opts, gmix_model **model,
                              gmix_report *report);

/* Goes on until a search's solution stands still, where its score hangs on rows that the last steps of a
 * run still move; unless it falls to pieces on the way. */
gmix_status gmix_i_come_to_rest(gmix_i_worker *worker, gmix_i_candidate *c);

/* The message of a search without any usable solution. */
gmix_status gmix_i_nothing_found(gmix_i_crew *crew);

/* A search that is cut short gives the best there is, if there is one. */
gmix_status gmix_i_keep_if_cancelled(gmix_status status, gmix_i_chain *found);

/* What the log-likelihood loses without each component (K), for the choice of moves. */
gmix_status gmix_i_removal_losses(gmix_i_worker *worker, const gmix_i_candidate *from,
                                  double *loss);

/* A move, from a candidate's parameters into worker->em.current. number: of the move, all
 * different ones in a search. scans: if it looks for clumps, it looks at many rows. */
gmix_status gmix_i_move(gmix_i_worker *worker, const gmix_i_candidate *from,
                        size_t number, bool scans);

#endif
