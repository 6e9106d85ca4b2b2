/*
 * The search for a table that is too large to be searched as a whole. Solutions are looked for on
 * some of its rows, and become results on all of them:
 *
 *     a brief search on some rows                                    about 3 passes' worth
 *     EM of its best on all rows, FIRST_STEPS: a model to give, early
 *     unless the runs agreed, a longer search from there on          about 12 passes' worth
 *     its best, TRIAL_STEPS on all rows each, beside the first
 *     the one that promises most, to the end
 *
 * What is best on all rows only ever rises. On m rows p parameters come to lie about p / 2m
 * nats per row from where all rows have them, so that the searches need not go on until the last
 * digit.
 */
#include <math.h>
#include <string.h>

#include "data/subset.h"
#include "search/first.h"

enum {
    LEAST_ITERATIONS = 20,
    FIRST_STEPS = 8,
    TRIAL_STEPS = 5,
    A_ROUND = 150, /* passes that moves take at least, where a run is slow */
    MANY = 64,     /* components: where one of them is, matters little */
    AGREEING =
        3 /* runs that led to the same solution, and half of all: no more is needed */
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
    GMIX_TRY(gmix_i_first_make(&out->crew, &out->plan, &out->first));
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

/* The start of the longer search: where the brief one ended. */
static gmix_status place_best(void *arg, gmix_i_worker *worker, size_t index) {
    (void)index;
    gmix_i_params_copy(arg, &worker->em.current);
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

static void put_most_promising_first(gmix_i_chain *found) {
    for (size_t c = 1; c < found->n_best; c++) {
        if (promise(&found->pool[c]) > promise(&found->pool[0])) {
            gmix_i_candidate_swap(&found->pool[0], &found->pool[c]);
        }
    }
}

/* The longer search's runs are those that count; their scores come with their number. */
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

/* The longer search; what it found joins the first solution in the pool, and takes a few steps. */
static gmix_status challenge(some_rows *some, gmix_i_crew *crew, gmix_i_chain *found,
                             const gmix_i_candidate *origin) {
    gmix_status status = GMIX_OK;
    gmix_i_chain more = {0};
    gmix_i_given given = {
        .n = 1, .place = place_best, .arg = (void *)(uintptr_t)&origin->params};
    const gmix_i_effort effort = effort_of(some, GMIX_I_POLICY_LONGER);
    some->plan.given = &given;
    GMIX_TRY(gmix_i_search(&some->crew, &effort, &more));
    found->n_starts += more.n_starts;
    take_runs(found, &more);
    for (size_t c = 0; c < more.n_best && 1 + c < found->n_pool; c++) {
        GMIX_TRY(gmix_i_candidate_copy(crew->ctx, &more.pool[c], &found->pool[1 + c]));
        begin_anew(&found->pool[1 + c]);
        found->n_best = 2 + c;
    }
    steps trial = {found, 1, found->n_best - 1, TRIAL_STEPS};
    GMIX_TRY(gmix_i_crew_do(crew, 1, take_steps, &trial));
done:
    gmix_i_chain_free(crew->ctx, &more);
    return status;
}

static bool agree(const gmix_i_chain *found) {
    const bool all = found->n_hits > 1 && found->n_hits == found->n_reached;
    return all || (found->n_hits >= AGREEING && 2 * found->n_hits >= found->n_reached);
}

/* To the end; what was better before it is gone on with instead. */
static gmix_status finish(gmix_i_crew *crew, gmix_i_chain *found) {
    gmix_status status = GMIX_OK;
    steps rest = {found, 0, 1, SIZE_MAX};
    GMIX_TRY(gmix_i_crew_do(crew, 1, take_steps, &rest));
    for (size_t c = 1; c < found->n_best; c++) {
        if (gmix_i_candidate_better(&found->pool[c], &found->pool[0])) {
            gmix_i_candidate_swap(&found->pool[0], &found->pool[c]);
            GMIX_TRY(gmix_i_crew_do(crew, 1, take_steps, &rest));
        }
    }
done:
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

/* Everything that is done on all rows. */
static gmix_status on_all_rows(some_rows *some, gmix_i_crew *crew, gmix_i_chain *found) {
    gmix_status status = GMIX_OK;
    gmix_i_candidate origin = {0};
    GMIX_TRY(gmix_i_candidate_new(crew->ctx, some->plan.family, some->opts.n_components,
                                  some->plan.input->n_cols, &origin));
    GMIX_TRY(gmix_i_candidate_copy(crew->ctx, &found->pool[0], &origin));
    found->n_best = 1;
    begin_anew(&found->pool[0]);
    steps early = {found, 0, 1, FIRST_STEPS};
    GMIX_TRY(gmix_i_poll(crew->ctx));
    GMIX_TRY(gmix_i_crew_do(crew, 1, take_steps, &early));
    if (!agree(found) && !gmix_i_worker_is_late(&crew->workers[0])) {
        GMIX_TRY(challenge(some, crew, found, &origin));
        put_most_promising_first(found);
    }
    GMIX_TRY(finish(crew, found));
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

gmix_status gmix_i_search_large(gmix_ctx *ctx, const gmix_i_plan *plan, size_t rows,
                                double parameters, gmix_i_crew *crew,
                                gmix_i_chain *found) {
    gmix_status status = GMIX_OK;
    some_rows some;
    status = some_new(ctx, plan, rows, parameters, &some);
    GMIX_TRY(status);
    const gmix_i_effort brief = effort_of(&some, GMIX_I_POLICY_BRIEF);
    GMIX_TRY(gmix_i_search(&some.crew, &brief, found));
    GMIX_TRY(gmix_i_crew_new(ctx, plan, 1, crew));
    gmix_i_visited_forget(&found->visited);
    status = on_all_rows(&some, crew, found);
    put_best_first(found);
    if (gmix_i_was_cut(status) && found->pool[0].n_trace == 0) {
        status = settle_for(crew, found, gmix_i_stop_of(status));
    }
    GMIX_TRY(gmix_i_keep_if_cancelled(status, found));
    GMIX_TRY(gmix_i_repair(crew, found));
done:
    some_free(ctx, &some);
    return gmix_i_keep_if_cancelled(status, found);
}
