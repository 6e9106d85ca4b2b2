/* Searching for the best optimum: chains side by side. See search.h. */
#include "search/crossing.h"
#include "search/search_journal.h"

#include <math.h>
#include <string.h>

enum {
    FINALISTS = 3,
    ENOUGH_RUNS = 60 /* of all chains, to tell that a search is over */
};

/* Of the runs: where so many have led to the best solution, going on to the end of the budget
 * hardly ever found a better one. */
static const double ENOUGH_HITS = 0.5;

size_t gmix_i_search_workers(const gmix_ctx *ctx, const gmix_i_plan *plan,
                             const gmix_i_effort *effort) {
    return gmix_i_workers_for(ctx, plan, effort->n_threads,
                              effort->passes * (double)effort->n_chains);
}

typedef struct chains {
    gmix_i_chain *chain;
    size_t n;
    gmix_i_effort effort; /* up to the stage that is under way */
} chains;

static gmix_status run_chain(void *arg, gmix_i_worker *worker, size_t index) {
    gmix_status status = GMIX_OK;
    const chains *const all = arg;
    gmix_i_chain *const chain = &all->chain[index];
    if (chain->n_starts == 0) {
        GMIX_TRY(gmix_i_chain_halving(chain, worker, &all->effort));
    }
    if (isfinite(chain->pool[0].log_likelihood)) {
        GMIX_TRY(gmix_i_chain_moves(chain, worker, &all->effort));
    }
done:
    return status;
}

static const gmix_i_candidate *best_of(const chains *all) {
    const gmix_i_candidate *best = &all->chain[0].pool[0];
    for (size_t c = 1; c < all->n; c++) {
        const gmix_i_candidate *const own = &all->chain[c].pool[0];
        best = gmix_i_candidate_better(own, best) ? own : best;
    }
    return best;
}

/* True if enough runs of all chains have met the same solution. */
static bool are_settled(const gmix_i_plan *plan, const chains *all) {
    const gmix_i_candidate *const best = best_of(all);
    size_t n_runs = 0, n_hits = 0;
    for (size_t c = 0; c < all->n; c++) {
        n_runs += all->chain[c].n_reached;
        n_hits += gmix_i_chain_hits(plan, &all->chain[c], best, 0);
    }
    return best->n_faults == 0 && n_runs >= ENOUGH_RUNS &&
           (double)n_hits >= ENOUGH_HITS * (double)n_runs;
}

/* Chains that have found less go on from the best solution, and keep their own, to be crossed with it. */
static gmix_status follow_best(gmix_i_crew *crew, const chains *all) {
    gmix_status status = GMIX_OK;
    const gmix_i_candidate *const best = best_of(all);
    for (size_t c = 0; c < all->n; c++) {
        gmix_i_chain *const chain = &all->chain[c];
        if (&chain->pool[0] != best &&
            !gmix_i_candidate_matches(&chain->pool[0], best, gmix_i_slack(crew->plan))) {
            gmix_i_candidate_swap(&chain->pool[0], &chain->pool[1]);
            gmix_i_elite_keep(chain, crew->plan);
            GMIX_TRY(gmix_i_candidate_copy(crew->ctx, best, &chain->pool[0]));
        }
    }
done:
    return status;
}

static gmix_status run_stages(gmix_i_crew *crew, const gmix_i_effort *effort,
                              chains *all) {
    gmix_status status = GMIX_OK;
    const size_t stages = all->n > 1 ? GMIX_I_STAGES : 1;
    size_t first = 1;
    GMIX_TRY(gmix_i_stage_recall(crew, all->chain, all->n, &first));
    for (size_t stage = first; stage <= stages; stage++) {
        for (size_t c = 0; c < all->n; c++) {
            all->chain[c].kept.stage = stage;
        }
        all->effort.passes = effort->passes * (double)stage / (double)stages;
        crew->n_busy = stage == 1 && effort->begins_alone ? 1 : crew->n_workers;
        GMIX_TRY(gmix_i_crew_do(crew, all->n, run_chain, all));
        if (stage == stages || are_settled(crew->plan, all)) {
            break;
        }
        GMIX_TRY(follow_best(crew, all));
        GMIX_TRY(gmix_i_stage_keep(crew, all->chain, all->n, stage + 1));
    }
done:
    crew->n_busy = crew->n_workers;
    return status;
}

/* Brings the best of all chains, and what their runs reached, into the first. */
static gmix_status gather(gmix_ctx *ctx, gmix_i_chain *chain, size_t n) {
    gmix_status status = GMIX_OK;
    gmix_i_chain *const to = &chain[0];
    for (size_t c = 1; c < n; c++) {
        gmix_i_chain *const from = &chain[c];
        GMIX_TRY(gmix_i_grow(ctx, "finished runs", &to->reached, &to->capacity,
                             to->n_reached + from->n_reached, sizeof *to->reached));
        gmix_i_copy(to->reached + to->n_reached, from->reached,
                    from->n_reached * sizeof *to->reached);
        to->n_reached += from->n_reached;
        to->n_starts += from->n_starts;
        gmix_i_candidate_swap(&to->pool[to->n_pool - c], &from->pool[0]);
    }
    gmix_i_chain_sort(to->pool, to->n_pool);
done:
    return status;
}

/* Brings other solutions that come near the best, a hundredth of a nat per row, to the front:
 * on all rows one of them may be the better one. */
static void choose_finalists(const gmix_i_plan *plan, gmix_i_chain *found) {
    gmix_i_candidate *const pool = found->pool;
    const double near = 0.01 * gmix_i_kept_weight(plan->survey, plan->opts->trim);
    found->n_best = 1;
    for (size_t c = 1; c < found->n_pool && found->n_best < FINALISTS; c++) {
        const gmix_i_candidate *const last = &pool[found->n_best - 1];
        if (isfinite(pool[c].log_likelihood) &&
            gmix_i_candidate_matches(&pool[c], pool, near) &&
            !gmix_i_candidate_matches(&pool[c], last, gmix_i_slack(plan))) {
            gmix_i_candidate_swap(&pool[c], &pool[found->n_best++]);
        }
    }
}

gmix_status gmix_i_nothing_found(gmix_i_crew *crew) {
    const char *const why = crew->workers[0].ctx.message;
    return gmix_i_fail(crew->ctx, GMIX_ERR_SINGULAR, "%s",
                       why[0] ? why : "every run ended in a singular covariance matrix");
}

gmix_status gmix_i_keep_if_cancelled(gmix_status status, gmix_i_chain *found) {
    if (gmix_i_was_cut(status) && found->pool && found->pool[0].n_trace > 0 &&
        isfinite(found->pool[0].log_likelihood)) {
        found->pool[0].stop = gmix_i_stop_of(status);
        return GMIX_OK;
    }
    return status;
}

gmix_status gmix_i_search(gmix_i_crew *crew, const gmix_i_effort *effort,
                          gmix_i_chain *found) {
    gmix_status status = GMIX_OK;
    gmix_i_chain chain[GMIX_I_MOST_CHAINS] = {{0}};
    const size_t n = effort->n_chains, moves = GMIX_I_FIRST_ELITE + GMIX_I_ELITE;
    const size_t n_given = crew->plan->given ? crew->plan->given->n : 0;
    chains all = {.chain = chain, .n = n, .effort = *effort};
    const size_t number = gmix_i_chapter_search(crew->ctx);
    for (size_t c = 0; c < n; c++) {
        const size_t starts = effort->n_starts + (c == 0 ? n_given : 0);
        const size_t room = starts > moves ? starts : moves;
        GMIX_TRY(gmix_i_chain_new(crew->ctx, crew->plan, room, &chain[c]));
        chain[c].first_start = c * effort->n_starts;
        chain[c].next_move = c << 24;
        chain[c].kept.any = true;
        chain[c].kept.search = number;
        chain[c].kept.index = c;
    }
    status = run_stages(crew, effort, &all);
    if (status == GMIX_OK || gmix_i_was_cut(status)) {
        const gmix_status gathered = gather(crew->ctx, chain, n);
        status = gathered == GMIX_OK ? status : gathered;
    }
    if (status == GMIX_OK && !isfinite(chain[0].pool[0].log_likelihood)) {
        status = gmix_i_nothing_found(crew);
    }
    GMIX_TRY(gmix_i_keep_if_cancelled(status, &chain[0]));
    choose_finalists(crew->plan, &chain[0]);
    chain[0].n_hits = gmix_i_chain_hits(crew->plan, &chain[0], &chain[0].pool[0], 0);
    *found = chain[0];
    chain[0] = (gmix_i_chain){0};
done:
    for (size_t c = 0; c < n; c++) {
        gmix_i_chain_free(crew->ctx, &chain[c]);
    }
    return status;
}
