/* Searching for the best optimum: efforts, chains side by side. See search.h. */
#include "search/crossing.h"
#include "search/search_journal.h"

#include <math.h>
#include <string.h>

enum {
    FINALISTS = 3,
    CHAINS = 4,
    STAGES = 6,       /* of a search with more than one chain */
    MOST_STARTS = 32, /* of a chain: moves find more */
    ENOUGH_RUNS = 60  /* of all chains, to tell that a search is over */
};

/* Of the runs: where so many have led to the best solution, going on to the end of the budget
 * hardly ever found a better one. */
static const double ENOUGH_HITS = 0.5;
static const double BRIEF = 0.8; /* milliseconds of work that one thread does */
static const double BRIEF_STAGE =
    2.0; /* and of a first stage: often it is all there is */
static const double VAIN_PASSES = 64.0; /* where nothing sound can be found */

/* Work of a search at most: on one core, of a small table, for each of FEW to MANY components: there are
 * more optima; most searches are settled before. And of a large one, in passes over all of its rows. */
static const struct budget {
    const char *search;
    double milliseconds, full_passes;
} budgets[] = {{"quick", 0.9, 4}, {"standard", 60, 15}, {"thorough", 280, 250}};
static const double FEW = 3.0, MANY = 6.5;

/* Roughly what a pass takes on one core: within a sixth in searches of seven small tables (82 to
 * 507 rows, K = 3 and 6); a row with missing cells costs a solution of its own. Large ones take
 * less. */
static double pass_milliseconds(const gmix_i_plan *plan) {
    const gmix_i_shape *const shape = plan->family->shape;
    const size_t d = plan->input->n_cols;
    const double k = (double)plan->opts->n_components;
    const double row = 0.8 + 0.1 * (double)gmix_i_stats_len(shape, d);
    /* of a row with errors, or with bounds: nanoseconds besides */
    const double observed = plan->input->errors && plan->input->errors->projected
                                ? 100.0 + 20.0 * (double)(d * d)
                            : plan->input->errors  ? 8.0 + 5.0 * (double)(d * d)
                            : plan->input->between ? 250.0 * (double)d
                                                   : 0.0;
    const double tails = plan->input->truncation ? 500.0 : 0.0; /* of a component */
    const double incomplete = 4.0 + 2.0 * (double)shape->cov_len(d);
    const double update = gmix_i_family_update_nanoseconds(plan->family, d);
    return 1e-6 * (800.0 + k * ((double)plan->survey->n_rows * (row + observed) +
                                (double)plan->survey->n_incomplete_rows * incomplete +
                                update + tails));
}

static size_t clamp(double x, size_t low, size_t high) {
    return x < (double)low ? low : x > (double)high ? high : (size_t)x;
}

gmix_i_effort gmix_i_effort_for(const gmix_i_plan *plan, double n_rows, double share) {
    const struct budget *budget = &budgets[1];
    for (size_t b = 0; b < sizeof budgets / sizeof *budgets; b++) {
        budget =
            strcmp(budgets[b].search, plan->opts->search) == 0 ? &budgets[b] : budget;
    }
    const double pass = pass_milliseconds(plan);
    const double k = fmin(fmax((double)plan->opts->n_components, FEW), MANY);
    const double small = share * k * budget->milliseconds / pass;
    const double large = budget->full_passes * n_rows / (double)plan->survey->n_rows;
    const bool vain = !gmix_i_may_be_sound(plan, plan->opts->n_components);
    return gmix_i_effort_passes(plan, vain ? fmin(fmax(small, large), VAIN_PASSES)
                                           : fmax(small, large));
}

gmix_i_effort gmix_i_effort_passes(const gmix_i_plan *plan, double passes) {
    const double pass = pass_milliseconds(plan);
    gmix_i_effort effort = {.short_steps = 6, .middle_steps = 12};
    effort.n_chains = passes > 1200.0 ? CHAINS : passes > 500.0 ? 2 : 1;
    effort.passes = passes / (double)effort.n_chains;
    effort.n_starts = clamp(0.125 * effort.passes / 16.0, 2, MOST_STARTS);
    effort.n_middle = clamp((double)effort.n_starts / 4.0, 1, 32);
    effort.n_long = clamp((double)effort.n_starts / 8.0, 1, 12);
    effort.patience = SIZE_MAX;
    effort.n_threads = pass * passes < BRIEF ? 1 : effort.n_chains;
    effort.begins_alone = pass * passes < STAGES * BRIEF_STAGE;
    return effort;
}

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
    const size_t stages = all->n > 1 ? STAGES : 1;
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
    gmix_i_chain chain[CHAINS] = {{0}};
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
