/* Searching for the best optimum: efforts, chains side by side. See search.h. */
#include "em/search.h"

#include <math.h>
#include <string.h>

enum { FINALISTS = 3, CHAINS = 4, EPOCHS = 3 };

/* Work of a search. */
static const struct budget {
    const char *search;
    double milliseconds; /* what a small table of four components may cost */
    double full_passes;  /* what a large one may cost, in passes over all of its rows */
} budgets[] = {{"quick", 0.6, 5}, {"standard", 9, 25}, {"thorough", 150, 250}};

static const double CHAINS_PAY = 7.0; /* milliseconds */

/* Roughly what a pass takes on one core. */
static double pass_milliseconds(const gmix_i_plan *plan) {
    const double k = (double)plan->opts->n_components;
    const double len = (double)gmix_i_stats_len(plan->family->shape, plan->input->n_cols);
    return 1e-6 * (2000.0 + (double)plan->survey->n_rows * k * (2.0 + 0.25 * len));
}

static size_t clamp(double x, size_t low, size_t high) {
    return x < (double)low ? low : x > (double)high ? high : (size_t)x;
}

gmix_i_effort gmix_i_effort_for(const gmix_i_plan *plan, double n_rows) {
    const struct budget *budget = &budgets[1];
    for (size_t b = 0; b < sizeof budgets / sizeof *budgets; b++) {
        budget =
            strcmp(budgets[b].search, plan->opts->search) == 0 ? &budgets[b] : budget;
    }
    const double pass = pass_milliseconds(plan);
    const double k = fmin((double)plan->opts->n_components, 8.0);
    const size_t d = plan->input->n_cols;
    const bool full = plan->family->shape->cov_len(d) > d; /* they have more optima */
    const double share = full ? 1.0 : d > 1 ? 0.45 : 0.2;
    const double small = budget->milliseconds * share * (k + 2.0) / 6.0 / pass;
    const double large = budget->full_passes * n_rows / (double)plan->survey->n_rows;
    const double all = fmax(small, large);
    gmix_i_effort effort = {.short_steps = 6, .middle_steps = 12};
    effort.n_chains = all * pass > CHAINS_PAY && all > 400.0 ? CHAINS : 1;
    const double passes = all / (double)effort.n_chains;
    effort.n_starts = clamp(passes / 75.0, passes > 150.0 ? 8 : 2, 128);
    effort.n_middle = clamp((double)effort.n_starts / 4.0, 1, 32);
    effort.n_long = clamp((double)effort.n_starts / 8.0, 1, 12);
    effort.n_moves = clamp(passes / 40.0, 0, 8);
    effort.n_rounds = clamp(passes / 130.0, 1, 500);
    return effort;
}

typedef struct epoch {
    gmix_i_chain *chains;
    const gmix_i_effort *effort;
    bool first;
    size_t patience;
} epoch;

static gmix_status run_epoch(void *arg, gmix_i_worker *worker, size_t index) {
    gmix_status status = GMIX_OK;
    const epoch *const e = arg;
    gmix_i_chain *const chain = &e->chains[index];
    if (e->first) {
        GMIX_TRY(gmix_i_chain_halving(chain, worker, e->effort));
    }
    if (isfinite(chain->pool[0].log_likelihood)) {
        GMIX_TRY(gmix_i_chain_moves(chain, worker, e->effort, e->patience));
    }
done:
    return status;
}

/* Gives every chain the best solution of all; its index. */
static gmix_status share_best(gmix_ctx *ctx, gmix_i_chain *chains, size_t n,
                              size_t *best) {
    gmix_status status = GMIX_OK;
    for (size_t c = 0; c < n; c++) {
        if (gmix_i_candidate_better(&chains[c].pool[0], &chains[*best].pool[0])) {
            *best = c;
        }
    }
    for (size_t c = 0; c < n; c++) {
        if (c != *best) {
            GMIX_TRY(
                gmix_i_candidate_copy(ctx, &chains[*best].pool[0], &chains[c].pool[0]));
        }
    }
done:
    return status;
}

/* Further epochs, until two in a row better nothing. */
static gmix_status more_epochs(gmix_i_crew *crew, epoch *e, size_t *best) {
    gmix_status status = GMIX_OK;
    const size_t n = e->effort->n_chains;
    e->first = false;
    for (size_t failures = 0; n > 1 && failures < 2;) {
        const gmix_i_candidate *const top = &e->chains[*best].pool[0];
        const double before = top->log_likelihood;
        const size_t faults = top->n_faults;
        GMIX_TRY(share_best(crew->ctx, e->chains, n, best));
        GMIX_TRY(gmix_i_crew_do(crew, n, run_epoch, e));
        for (size_t c = 0; c < n; c++) {
            *best =
                gmix_i_candidate_better(&e->chains[c].pool[0], &e->chains[*best].pool[0])
                    ? c
                    : *best;
        }
        const gmix_i_candidate *const now = &e->chains[*best].pool[0];
        const bool better = now->n_faults < faults ||
                            now->log_likelihood > before + gmix_i_slack(crew->plan);
        failures = better ? 0 : failures + 1;
    }
done:
    return status;
}

/* Brings the best of all chains, and what their runs reached, into the first. */
static gmix_status gather(gmix_ctx *ctx, gmix_i_chain *chains, size_t n) {
    gmix_status status = GMIX_OK;
    gmix_i_chain *const to = &chains[0];
    for (size_t c = 1; c < n; c++) {
        gmix_i_chain *const from = &chains[c];
        GMIX_TRY(gmix_i_grow(ctx, "finished runs", &to->reached, &to->capacity,
                             to->n_reached + from->n_reached, sizeof *to->reached));
        memcpy(to->reached + to->n_reached, from->reached,
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
    const double near = 0.01 * plan->survey->total_weight;
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
    if (status == GMIX_ERR_CANCELLED && found->pool && found->pool[0].n_trace > 0 &&
        isfinite(found->pool[0].log_likelihood)) {
        found->pool[0].stop = GMIX_STOP_CANCELLED;
        return GMIX_OK;
    }
    return status;
}

gmix_status gmix_i_search(gmix_i_crew *crew, const gmix_i_effort *effort,
                          gmix_i_chain *found) {
    gmix_status status = GMIX_OK;
    gmix_i_chain chains[CHAINS] = {{0}};
    const size_t n = effort->n_chains, moves = 1 + effort->n_moves + CHAINS;
    size_t best = 0;
    epoch e = {.chains = chains,
               .effort = effort,
               .first = true,
               .patience = 1 + (effort->n_rounds - 1) / (n > 1 ? EPOCHS : 1)};
    for (size_t c = 0; c < n; c++) {
        const size_t room = effort->n_starts > moves ? effort->n_starts : moves;
        GMIX_TRY(gmix_i_chain_new(crew->ctx, crew->plan, room, &chains[c]));
        chains[c].first_start = c * effort->n_starts;
        chains[c].next_move = c << 24;
    }
    status = gmix_i_crew_do(crew, n, run_epoch, &e);
    if (status == GMIX_OK) {
        status = more_epochs(crew, &e, &best);
    }
    if (status == GMIX_OK || status == GMIX_ERR_CANCELLED) {
        const gmix_status gathered = gather(crew->ctx, chains, n);
        status = gathered == GMIX_OK ? status : gathered;
    }
    if (status == GMIX_OK && !isfinite(chains[0].pool[0].log_likelihood)) {
        status = gmix_i_nothing_found(crew);
    }
    GMIX_TRY(gmix_i_keep_if_cancelled(status, &chains[0]));
    choose_finalists(crew->plan, &chains[0]);
    gmix_i_chain_count(crew->plan, &chains[0]);
    *found = chains[0];
    chains[0] = (gmix_i_chain){0};
done:
    for (size_t c = 0; c < n; c++) {
        gmix_i_chain_free(crew->ctx, &chains[c]);
    }
    return status;
}
