/*
 * The search for a table that is too large to be searched as a whole. Solutions are looked for on
 * some of its rows, and become results on all of them:
 *
 *     the fit's first start, k-means, FIRST_STEPS on all rows: a model to give, early
 *     a brief search on some rows; its best, FIRST_STEPS on all rows
 *     a few more starts, TRIAL_STEPS on all rows; the best of them FIRST_STEPS
 *     unless the runs agreed, a longer search from the best; its best, TRIAL_STEPS on all rows each
 *     the three that promise most, until it shows which is the best; that to the end
 *     with what is left of the budget the others, then moves, on all rows
 *
 * What is best on all rows only ever rises. On m rows p parameters come to lie about p / 2m
 * nats per row from where all rows have them, so that the searches need not go on until the last
 * digit. A search on some of the rows alone may end far below one run from k-means of all.
 */
#include <math.h>
#include <string.h>

#include "data/subset.h"
#include "search/crossing.h"
#include "search/first.h"

extern const gmix_i_init gmix_i_init_swaps;

enum {
    LEAST_ITERATIONS = 20,
    FIRST_STEPS = 8, /* at least, */
    TRIAL_STEPS =
        5, /* and an eighth and a sixteenth of what passes over all rows there are for */
    A_ROUND = 150,   /* passes that moves take at least, where a run is slow */
    MORE_STARTS = 3, /* unless the first one has converged by then */
    SEMIFINALISTS = 3,
    SEMIFINAL = 4, /* times as many steps as the first, of those */
    REPAIR_PASSES = 40,
    MANY = 64,         /* components: where one of them is, matters little */
    AGREEING = 3,      /* runs, all of them, that led to the same solution; */
    MANY_AGREEING = 12 /* and half of them: no more is needed */
};

/* The search on some of the rows. */
typedef struct some_rows {
    gmix_i_subset subset;
    gmix_i_plan plan;
    gmix_fit_options opts;
    gmix_i_crew crew;
    gmix_i_first first;
    double passes; /* over these rows, in all */
} some_rows;

static void some_free(gmix_ctx *ctx, some_rows *some) {
    gmix_i_first_free(ctx, &some->plan, &some->first);
    gmix_i_crew_free(&some->crew);
    gmix_i_subset_free(ctx, &some->subset);
}

/* A run that is slow may take its share of the budget, and no more. */
static gmix_status some_new(gmix_ctx *ctx, const gmix_i_plan *plan, size_t rows,
                            double parameters, some_rows *out) {
    gmix_status status = GMIX_OK;
    *out = (some_rows){.plan = *plan, .opts = *plan->opts};
    GMIX_TRY(gmix_i_subset_new(ctx, plan->input, plan->survey, rows, plan->opts->seed,
                               &out->subset));
    out->plan.input = &out->subset.input;
    out->plan.survey = &out->subset.survey;
    const gmix_i_effort whole =
        gmix_i_effort_for(&out->plan, (double)plan->survey->n_rows, GMIX_I_POLICY_FIT);
    out->passes = whole.passes * (double)whole.n_chains;
    const double share = fmax(whole.passes / 4.0, LEAST_ITERATIONS);
    out->opts.tol = fmax(out->opts.tol, 1e-3 * parameters / (double)rows);
    out->opts.max_iter =
        share < (double)out->opts.max_iter ? (size_t)share : out->opts.max_iter;
    out->plan.opts = &out->opts;
    GMIX_TRY(gmix_i_crew_new(ctx, &out->plan,
                             gmix_i_search_workers(ctx, &out->plan, &whole), &out->crew));
done:
    return status;
}

static gmix_i_effort effort_of(const some_rows *some, gmix_i_policy policy) {
    gmix_i_effort effort = gmix_i_effort_share(&some->plan, some->passes, policy);
    if (effort.passes < A_ROUND && some->opts.n_components >= MANY) {
        effort.passes = 0.0; /* starts alone */
    }
    return effort;
}

/* Where the longer search begins: as other programs do, and at the best on all rows. */
typedef struct beginnings {
    gmix_i_given theirs;
    const gmix_i_params *best;
} beginnings;

static gmix_status place_both(void *arg, gmix_i_worker *worker, size_t index) {
    const beginnings *const at = arg;
    if (index < at->theirs.n) {
        return at->theirs.place(at->theirs.arg, worker, index);
    }
    gmix_i_params_copy(at->best, &worker->em.current);
    return GMIX_OK;
}

/* Goes on with candidates on all rows until each has taken so many steps. */
typedef struct steps {
    gmix_i_chain *found;
    size_t first, n, limit;
} steps;

static gmix_status take_steps(void *arg, gmix_i_worker *worker, size_t index) {
    (void)index;
    const steps *const job = arg;
    const size_t most = worker->crew->plan->opts->max_iter;
    return gmix_i_chain_go_on(job->found, worker, job->first, job->n,
                              job->limit < most ? job->limit : most);
}

/* What was reached on other rows is past. */
static void begin_anew(gmix_i_candidate *c) {
    c->n_trace = c->n_iter = 0;
    c->stop = GMIX_STOP_NONE;
    c->hopeless = false;
}

/* What a candidate is on its way to. */
static double promise(const gmix_i_candidate *c) {
    const double ahead = c->expected - c->log_likelihood;
    return !isfinite(c->log_likelihood)     ? -INFINITY
           : ahead > 0.0 && isfinite(ahead) ? c->score + ahead
                                            : c->score;
}

static void put_most_promising_first(gmix_i_candidate *pool, size_t n) {
    for (size_t c = 1; c < n; c++) {
        if (promise(&pool[c]) > promise(&pool[0])) {
            gmix_i_candidate_swap(&pool[0], &pool[c]);
        }
    }
}

/* What may be spent on all rows; from the first start on. */
typedef struct passes_for {
    gmix_i_effort effort;
    size_t first, trial; /* steps */
} passes_for;

static passes_for budget_of(const gmix_i_plan *plan) {
    passes_for b = {.effort = gmix_i_effort_for(plan, (double)plan->survey->n_rows,
                                                GMIX_I_POLICY_ALL_ROWS)};
    b.effort.passes *= (double)b.effort.n_chains; /* of one, whose passes are shared */
    b.first = (size_t)fmax(b.effort.passes / 8.0, FIRST_STEPS);
    b.trial = (size_t)fmax(b.effort.passes / 16.0, TRIAL_STEPS);
    return b;
}

/* True if it was said how starts are made. */
static bool is_of_its_own(const gmix_i_plan *plan) {
    return strcmp(plan->opts->init, "auto") != 0 || plan->opts->init_model ||
           plan->classes->n > 0;
}

static gmix_status place_start(gmix_i_worker *worker, size_t run) {
    return is_of_its_own(worker->crew->plan)
               ? gmix_i_worker_start(worker, run)
               : gmix_i_start(&worker->ctx, &gmix_i_init_swaps, &worker->task, run,
                              &worker->em.current);
}

/* The first start of all, as other programs begin. */
static gmix_status begin(void *arg, gmix_i_worker *worker, size_t index) {
    (void)index;
    gmix_status status = GMIX_OK;
    gmix_i_chain *const found = arg;
    const size_t most = worker->crew->plan->opts->max_iter;
    const size_t first = budget_of(worker->crew->plan).first;
    const gmix_i_watch watch = gmix_i_worker_watch(worker, first < most ? first : most);
    found->n_best = found->n_starts = 1;
    GMIX_TRY(place_start(worker, 0));
    GMIX_TRY(gmix_i_worker_run(worker, &watch, &found->pool[0]));
done:
    return status;
}

/* Which of two starts will be the better one shows after a few steps, if they are as many. */
static bool leads(const gmix_i_candidate *a, const gmix_i_candidate *b) {
    const size_t n = a->n_trace < b->n_trace ? a->n_trace : b->n_trace;
    return isfinite(a->log_likelihood) && (n == 0 || a->trace[n - 1] > b->trace[n - 1]);
}

/* More starts, a few steps each; the best of them behind those that are there. */
static gmix_status begin_again(void *arg, gmix_i_worker *worker, size_t index) {
    (void)index;
    gmix_status status = GMIX_OK;
    gmix_i_chain *const found = arg;
    gmix_i_candidate *const best = &found->pool[found->n_best], *const next = best + 1;
    gmix_i_candidate *const first = &found->pool[0];
    const gmix_i_watch watch = gmix_i_worker_watch(worker, TRIAL_STEPS);
    for (size_t s = 1; s <= MORE_STARTS && !gmix_i_worker_is_late(worker); s++) {
        next->run = s;
        GMIX_TRY(place_start(worker, s));
        GMIX_TRY(gmix_i_worker_run(worker, &watch, next));
        found->n_starts++;
        if (leads(next, best)) {
            gmix_i_candidate_swap(next, best);
        }
    }
    if (leads(best, first)) {
        found->n_best++;
    }
    next->log_likelihood = -INFINITY;
done:
    return status;
}

/* Where the first start is still on its way; a stream would have to be read for each. */
static gmix_status try_more_starts(gmix_i_crew *crew, gmix_i_chain *found, size_t limit) {
    gmix_status status = GMIX_OK;
    steps early = {found, found->n_best, 1, limit};
    if (found->pool[0].stop == GMIX_STOP_CONVERGED || !crew->plan->input->table) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_crew_do(crew, 1, begin_again, found));
    if (found->n_best > early.first) {
        GMIX_TRY(gmix_i_crew_do(crew, 1, take_steps, &early));
    }
done:
    return status;
}

/* A search's runs are those that count; their scores come with their number. */
static void take_runs(gmix_i_chain *found, gmix_i_chain *more) {
    double *const earlier = found->reached;
    const size_t capacity = found->capacity;
    found->reached = more->reached;
    found->capacity = more->capacity;
    found->n_reached = more->n_reached;
    found->n_hits = more->n_hits;
    more->reached = earlier; /* freed with the rest of it */
    more->capacity = capacity;
    more->n_reached = 0;
}

/* A search on some of the rows; what it found joins the others in the pool, and takes a few steps. */
static gmix_status challenge(some_rows *some, gmix_i_crew *crew, gmix_i_chain *found,
                             gmix_i_policy policy, size_t most, size_t limit) {
    gmix_status status = GMIX_OK;
    gmix_i_chain more = {0};
    const size_t first = found->n_best;
    const gmix_i_effort effort = effort_of(some, policy);
    GMIX_TRY(gmix_i_search(&some->crew, &effort, &more));
    found->n_starts += more.n_starts;
    take_runs(found, &more);
    for (size_t c = 0; c < more.n_best && c < most && first + c < found->n_pool; c++) {
        GMIX_TRY(
            gmix_i_candidate_copy(crew->ctx, &more.pool[c], &found->pool[first + c]));
        begin_anew(&found->pool[first + c]);
        found->n_best = first + c + 1;
    }
    steps trial = {found, first, found->n_best - first, limit};
    GMIX_TRY(gmix_i_poll(crew->ctx));
    GMIX_TRY(gmix_i_crew_do(crew, 1, take_steps, &trial));
done:
    gmix_i_chain_free(crew->ctx, &more);
    return status;
}

static bool agree(const gmix_i_chain *found) {
    const bool all = found->n_hits >= AGREEING && found->n_hits == found->n_reached;
    return all ||
           (found->n_hits >= MANY_AGREEING && 2 * found->n_hits >= found->n_reached);
}

/* The three that promise most go on until it shows which is the best one, and that to the end. Others are gone on
 * with while that takes no more than half as much again, or the budget is not used up; to the end where they come to
 * be better. */
static gmix_status finish(gmix_i_crew *crew, const passes_for *budget,
                          gmix_i_chain *found) {
    gmix_status status = GMIX_OK;
    gmix_i_candidate *const pool = found->pool;
    const size_t n = found->n_best;
    steps rest = {found, 0, 1, SIZE_MAX};
    const size_t n_semi = n < SEMIFINALISTS ? n : SEMIFINALISTS;
    steps semifinal = {found, 0, n_semi, SEMIFINAL * budget->first};
    for (size_t c = 1; c < n_semi; c++) {
        put_most_promising_first(pool + c, n - c);
    }
    GMIX_TRY(gmix_i_crew_do(crew, 1, take_steps, &semifinal));
    put_most_promising_first(pool, n);
    GMIX_TRY(gmix_i_crew_do(crew, 1, take_steps, &rest));
    const double most = fmax(budget->effort.passes,
                             crew->workers[0].passes + 0.5 * (double)pool[0].n_iter);
    for (size_t c = 1; c < n; c++) {
        const double left = most - crew->workers[0].passes;
        steps other = {found, c, 1, pool[c].n_iter + (size_t)fmax(left, 0.0)};
        put_most_promising_first(pool + c, n - c);
        GMIX_TRY(gmix_i_crew_do(crew, 1, take_steps, &other));
        if (!pool[c].hopeless && gmix_i_candidate_better(&pool[c], &pool[0])) {
            gmix_i_candidate_swap(&pool[0], &pool[c]);
            GMIX_TRY(gmix_i_crew_do(crew, 1, take_steps, &rest));
        }
    }
done:
    return status;
}

typedef struct moves {
    gmix_i_chain *found;
    const gmix_i_effort *effort;
} moves;

static gmix_status make_moves(void *arg, gmix_i_worker *worker, size_t index) {
    (void)index;
    const moves *const job = arg;
    return gmix_i_chain_moves(job->found, worker, job->effort);
}

/* Moves on all rows, of whose runs alone it can be told whether they agree. */
static gmix_status move_on(gmix_i_crew *crew, const gmix_i_effort *effort,
                           gmix_i_chain *found) {
    moves job = {found, effort};
    const size_t n_reached = found->n_reached;
    if (crew->workers[0].passes >= effort->passes) {
        return GMIX_OK;
    }
    for (size_t c = 1; c < found->n_best; c++) { /* those that were left on the way */
        if (found->pool[c].stop != GMIX_STOP_CONVERGED) {
            found->pool[c].log_likelihood = -INFINITY;
        }
    }
    found->n_best = 1;
    found->n_reached = 0;
    found->passes = crew->workers[0].passes;
    const gmix_status status = gmix_i_crew_do(crew, 1, make_moves, &job);
    found->n_reached = n_reached;
    return status;
}

/* One pass of the best over all rows, uninterrupted: no less makes it a result. */
static gmix_status settle_for(gmix_i_crew *crew, gmix_i_chain *found, gmix_stop stop) {
    gmix_i_worker *const worker = &crew->workers[0];
    gmix_i_limit spare;
    steps one = {found, 0, 1, SIZE_MAX};
    worker->watch.deadline = 0.0;
    gmix_i_limit_spare(&worker->ctx, &spare);
    const gmix_status status = gmix_i_crew_do(crew, 1, take_steps, &one);
    gmix_i_limit_end(&worker->ctx, &spare);
    found->pool[0].stop = stop;
    return status;
}

/* Everything after the first model. */
static gmix_status search_and_finish(some_rows *some, gmix_i_crew *crew,
                                     gmix_i_chain *found) {
    gmix_status status = GMIX_OK;
    gmix_i_candidate origin = {0};
    beginnings at = {.best = &origin.params};
    const passes_for budget = budget_of(crew->plan);
    GMIX_TRY(challenge(some, crew, found, GMIX_I_POLICY_BRIEF, 1, budget.first));
    const bool fell_short = budget.effort.passes < 2 * FIRST_STEPS &&
                            promise(&found->pool[0]) >= promise(&found->pool[1]);
    GMIX_TRY(try_more_starts(crew, found, budget.first));
    put_most_promising_first(found->pool, found->n_best);
    if (!fell_short && !agree(found) && !gmix_i_worker_is_late(&crew->workers[0])) {
        GMIX_TRY(gmix_i_candidate_new(crew->ctx, some->plan.family,
                                      some->opts.n_components, some->plan.input->n_cols,
                                      &origin));
        GMIX_TRY(gmix_i_candidate_copy(crew->ctx, &found->pool[0], &origin));
        GMIX_TRY(gmix_i_first_make(&some->crew, &some->plan, &some->first));
        at.theirs = some->first.given;
        some->plan.given = &(gmix_i_given){.n = at.theirs.n + 1,
                                           .firm = at.theirs.n > 0,
                                           .place = place_both,
                                           .arg = &at};
        GMIX_TRY(
            challenge(some, crew, found, GMIX_I_POLICY_LONGER, SIZE_MAX, budget.trial));
        put_most_promising_first(found->pool, found->n_best);
    }
    GMIX_TRY(finish(crew, &budget, found));
    GMIX_TRY(move_on(crew, &budget.effort, found));
done:
    gmix_i_candidate_free(crew->ctx, &origin);
    return status;
}

/* After an interrupt: the best of those that were evaluated on all rows. */
static void put_best_first(gmix_i_chain *found) {
    for (size_t c = 1; c < found->n_best; c++) {
        const gmix_i_candidate *const best = &found->pool[0];
        if (found->pool[c].n_trace > 0 &&
            (best->n_trace == 0 || gmix_i_candidate_better(&found->pool[c], best))) {
            gmix_i_candidate_swap(&found->pool[0], &found->pool[c]);
        }
    }
}

/* A repair on all rows takes about as long as what was done before. */
static double repair_passes(const gmix_i_chain *found) {
    return fmax(REPAIR_PASSES, (double)found->pool[0].n_iter);
}

gmix_status gmix_i_search_large(gmix_ctx *ctx, const gmix_i_plan *plan, size_t rows,
                                double parameters, gmix_i_crew *crew,
                                gmix_i_chain *found) {
    gmix_status status = GMIX_OK;
    some_rows some = {0};
    GMIX_TRY(gmix_i_crew_new(ctx, plan, 1, crew));
    GMIX_TRY(gmix_i_chain_new(ctx, plan, GMIX_I_FIRST_ELITE + GMIX_I_ELITE, found));
    status = gmix_i_crew_do(crew, 1, begin, found);
    status = status == GMIX_OK ? some_new(ctx, plan, rows, parameters, &some) : status;
    status = status == GMIX_OK ? search_and_finish(&some, crew, found) : status;
    put_best_first(found);
    if (gmix_i_was_cut(status) && found->pool[0].n_trace == 0) {
        status = settle_for(crew, found, gmix_i_stop_of(status));
    }
    GMIX_TRY(gmix_i_keep_if_cancelled(status, found));
    if (!isfinite(found->pool[0].log_likelihood)) {
        status = gmix_i_nothing_found(crew);
        goto done;
    }
    found->passes = crew->workers[0].passes;
    GMIX_TRY(gmix_i_repair(crew, found->passes + repair_passes(found), found));
done:
    some_free(ctx, &some);
    return gmix_i_keep_if_cancelled(status, found);
}
