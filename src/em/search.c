/* Searching for the best optimum. See search.h. */
#include "em/search.h"

#include <math.h>
#include <string.h>

/* Work of a search. */
static const struct budget {
    const char *search;
    double milliseconds; /* what a small table may cost for every four components */
    double full_passes;  /* what a large one may cost, in passes over all of its rows */
} budgets[] = {{"quick", 0.5, 5}, {"standard", 6, 25}, {"thorough", 120, 250}};

enum { BATCH = 16, FINALISTS = 3 };

/* Moves that make a solution sound. */
static const gmix_i_effort REPAIR = {.middle_steps = 15, .n_moves = 6, .n_rounds = 3};

/* Roughly what a pass takes on one core. */
static double pass_milliseconds(const gmix_i_plan *plan) {
    const double k = (double)plan->opts->n_components;
    const double len = (double)gmix_i_stats_len(plan->family->shape, plan->input->n_cols);
    return 1e-6 * (2000.0 + (double)plan->survey->n_rows * k * (2.0 + 0.25 * len));
}

static size_t clamp(double x, size_t low, size_t high) {
    return x < (double)low ? low : x > (double)high ? high : (size_t)x;
}

gmix_i_effort gmix_i_effort_for(const char *search, const gmix_i_plan *plan,
                                double n_rows) {
    const struct budget *budget = &budgets[1];
    for (size_t b = 0; b < sizeof budgets / sizeof *budgets; b++) {
        budget = strcmp(budgets[b].search, search) == 0 ? &budgets[b] : budget;
    }
    const double k = fmin((double)plan->opts->n_components, 8.0);
    const size_t d = plan->input->n_cols;
    const bool full = plan->family->shape->cov_len(d) > d; /* they have more optima */
    const double small =
        budget->milliseconds * (full ? 1.0 : 0.4) * k / 4.0 / pass_milliseconds(plan);
    const double large = budget->full_passes * n_rows / (double)plan->survey->n_rows;
    const double passes = fmax(small, large);
    gmix_i_effort effort = {.short_steps = 6, .middle_steps = 12};
    effort.n_starts = clamp(passes / 75.0, 2, 128);
    effort.n_middle = clamp((double)effort.n_starts / 4.0, 1, 32);
    effort.n_long = clamp((double)effort.n_starts / 8.0, 1, 12);
    effort.n_moves = clamp(passes / 40.0, 0, 8);
    effort.n_rounds = clamp(passes / 130.0, 1, 500);
    return effort;
}

typedef struct round {
    gmix_i_found *found;
    size_t limit, first; /* steps; number of the first start or move */
} round_job;

static gmix_status start_job(void *arg, gmix_i_worker *worker, size_t index) {
    const round_job *const job = arg;
    const gmix_status status = gmix_i_worker_start(worker, job->first + index);
    gmix_i_candidate *const c = &job->found->pool[index];
    c->run = job->first + index;
    return status == GMIX_OK ? gmix_i_worker_run(worker, job->limit, false, c) : status;
}

static gmix_status go_on_job(void *arg, gmix_i_worker *worker, size_t index) {
    const round_job *const job = arg;
    gmix_i_candidate *const c = &job->found->pool[index];
    if (c->stop == GMIX_STOP_CONVERGED || c->stop == GMIX_STOP_STALLED ||
        !isfinite(c->log_likelihood) || c->n_iter >= job->limit) {
        return GMIX_OK;
    }
    gmix_i_params_copy(&c->params, &worker->em.current);
    memcpy(worker->em.bounds.at_floor, c->at_floor, c->params.k * sizeof(bool));
    return gmix_i_worker_run(worker, job->limit - c->n_iter, true, c);
}

/* Moves start from pool[0] and end in pool[1 + index]. */
static gmix_status move_job(void *arg, gmix_i_worker *worker, size_t index) {
    const round_job *const job = arg;
    gmix_i_candidate *const from = &job->found->pool[0];
    gmix_i_candidate *const to = &job->found->pool[1 + index];
    gmix_i_move(worker, from, job->first + index);
    to->run = from->run;
    return gmix_i_worker_run(worker, job->limit, false, to);
}

static gmix_status go_on_from_second(void *arg, gmix_i_worker *worker, size_t index) {
    return go_on_job(arg, worker, 1 + index);
}

/* The best first; insertion keeps equal ones in their order. */
static void sort(gmix_i_candidate *pool, size_t n) {
    for (size_t i = 1; i < n; i++) {
        for (size_t j = i; j > 0 && gmix_i_candidate_better(&pool[j], &pool[j - 1]);
             j--) {
            gmix_i_candidate_swap(&pool[j], &pool[j - 1]);
        }
    }
}

static gmix_status found_new(gmix_i_crew *crew, size_t n, gmix_i_found *found) {
    gmix_status status = GMIX_OK;
    const gmix_i_plan *const plan = crew->plan;
    *found = (gmix_i_found){.n_pool = n};
    GMIX_TRY(
        gmix_i_calloc(crew->ctx, "candidates", n, sizeof *found->pool, &found->pool));
    for (size_t c = 0; c < n; c++) {
        GMIX_TRY(gmix_i_candidate_new(crew->ctx, plan->family, plan->opts->n_components,
                                      plan->input->n_cols, &found->pool[c]));
    }
done:
    return status;
}

void gmix_i_found_free(gmix_ctx *ctx, gmix_i_found *found) {
    for (size_t c = 0; found->pool && c < found->n_pool; c++) {
        gmix_i_candidate_free(ctx, &found->pool[c]);
    }
    gmix_i_free(ctx, found->pool);
    *found = (gmix_i_found){0};
}

/* Finished runs that are the best solution again, to the accuracy runs have. */
static size_t count_hits(const gmix_i_plan *plan, const gmix_i_found *found, size_t n) {
    const double near = 10.0 * plan->opts->tol * plan->survey->total_weight;
    size_t hits = 0;
    for (size_t c = 0; c < n; c++) {
        hits += found->pool[c].sound == found->pool[0].sound &&
                found->pool[c].log_likelihood > found->pool[0].log_likelihood - near;
    }
    return hits;
}

static gmix_status halving(gmix_i_crew *crew, const gmix_i_effort *effort,
                           gmix_i_found *found) {
    gmix_status status = GMIX_OK;
    const size_t most = crew->plan->opts->max_iter;
    round_job job = {.found = found,
                     .limit = effort->short_steps < most ? effort->short_steps : most};
    found->n_starts = effort->n_starts;
    GMIX_TRY(gmix_i_crew_do(crew, effort->n_starts, start_job, &job));
    sort(found->pool, effort->n_starts);
    job.limit += effort->middle_steps;
    job.limit = job.limit < most ? job.limit : most;
    GMIX_TRY(gmix_i_crew_do(crew, effort->n_middle, go_on_job, &job));
    sort(found->pool, effort->n_starts);
    job.limit = most;
    GMIX_TRY(gmix_i_crew_do(crew, effort->n_long, go_on_job, &job));
    sort(found->pool, effort->n_starts);
    found->n_finished = effort->n_long;
    found->n_hits = count_hits(crew->plan, found, effort->n_long);
done:
    return status;
}

/* One round of moves: short runs, then the most promising two to the end. */
static gmix_status move_round(gmix_i_crew *crew, const gmix_i_effort *effort,
                              size_t first, gmix_i_found *found, bool *better) {
    gmix_status status = GMIX_OK;
    gmix_i_candidate *const pool = found->pool;
    const size_t most = crew->plan->opts->max_iter, steps = effort->middle_steps;
    const double near = 10.0 * crew->plan->opts->tol * crew->plan->survey->total_weight;
    round_job job = {
        .found = found, .limit = steps < most ? steps : most, .first = first};
    GMIX_TRY(gmix_i_crew_do(crew, effort->n_moves, move_job, &job));
    sort(pool + 1, effort->n_moves);
    job.limit = most;
    GMIX_TRY(gmix_i_crew_do(crew, effort->n_moves < 2 ? effort->n_moves : 2,
                            go_on_from_second, &job));
    sort(pool + 1, effort->n_moves);
    *better = gmix_i_candidate_better(&pool[1], &pool[0]) &&
              (pool[1].sound != pool[0].sound ||
               pool[1].log_likelihood > pool[0].log_likelihood + near);
    if (*better) {
        gmix_i_candidate_swap(&pool[0], &pool[1]);
        found->n_hits = 1;
    } else {
        found->n_hits += pool[1].sound == pool[0].sound &&
                         pool[1].log_likelihood > pool[0].log_likelihood - near;
    }
    found->n_finished++;
done:
    return status;
}

/* With the policy `repair`: moves of spurious components until a solution is sound. */
static gmix_status repair(gmix_i_crew *crew, gmix_i_found *found) {
    gmix_status status = GMIX_OK;
    const gmix_fit_options *const opts = crew->plan->opts;
    bool better;
    if (strcmp(opts->singular, "repair") != 0 || opts->tol == 0.0 ||
        opts->n_components == 1 || !gmix_i_may_go_on(found->pool[0].stop)) {
        return GMIX_OK;
    }
    for (size_t r = 0; r < REPAIR.n_rounds && !found->pool[0].sound; r++) {
        GMIX_TRY(move_round(crew, &REPAIR, (1 + r) * 1000003, found, &better));
    }
done:
    return status;
}

/* A search that is cancelled gives the best there is. */
static gmix_status keep_if_cancelled(gmix_status status, gmix_i_found *found) {
    if (status == GMIX_ERR_CANCELLED && found->pool && found->pool[0].n_trace > 0 &&
        isfinite(found->pool[0].log_likelihood)) {
        found->pool[0].stop = GMIX_STOP_CANCELLED;
        return GMIX_OK;
    }
    return status;
}

static gmix_status nothing_found(gmix_i_crew *crew) {
    const char *const why = crew->workers[0].ctx.message;
    return gmix_i_fail(crew->ctx, GMIX_ERR_SINGULAR, "%s",
                       why[0] ? why : "every run ended in a singular covariance matrix");
}

gmix_status gmix_i_search(gmix_i_crew *crew, const gmix_i_effort *effort,
                          gmix_i_found *found) {
    gmix_status status = GMIX_OK;
    size_t room =
        1 + (effort->n_moves > REPAIR.n_moves ? effort->n_moves : REPAIR.n_moves);
    room = effort->n_starts > room ? effort->n_starts : room;
    GMIX_TRY(found_new(crew, room, found));
    GMIX_TRY(halving(crew, effort, found));
    size_t failures = 0;
    for (size_t move = 0; effort->n_moves > 0 && failures < effort->n_rounds;
         move += effort->n_moves) {
        bool better = false;
        GMIX_TRY(move_round(crew, effort, move, found, &better));
        failures += !better;
    }
    if (!isfinite(found->pool[0].log_likelihood)) {
        status = nothing_found(crew);
    }
done:
    return keep_if_cancelled(status, found);
}

static gmix_status run_job(void *arg, gmix_i_worker *worker, size_t index) {
    const round_job *const job = arg;
    const gmix_i_plan *const plan = worker->crew->plan;
    gmix_i_candidate *const c = &job->found->pool[1 + index];
    c->run = job->first + index;
    c->log_likelihood = -INFINITY;
    c->sound = false;
    if (c->run > 0 && gmix_i_now() > plan->deadline) {
        return GMIX_OK;
    }
    worker->em.run = c->run;
    worker->em.n_runs = job->found->n_starts;
    const gmix_status status = gmix_i_worker_start(worker, c->run);
    return status == GMIX_OK ? gmix_i_worker_run(worker, job->limit, false, c) : status;
}

/* What every run reached, for counting hits. */
typedef struct reached {
    double log_likelihood;
    bool sound;
} reached;

static gmix_status batches(gmix_i_crew *crew, size_t batch, gmix_i_found *found,
                           reached *all) {
    gmix_status status = GMIX_OK;
    round_job job = {.found = found, .limit = crew->plan->opts->max_iter};
    for (; job.first < found->n_starts; job.first += batch) {
        const size_t left = found->n_starts - job.first;
        const size_t n = left < batch ? left : batch;
        const gmix_status done = gmix_i_crew_do(crew, n, run_job, &job);
        for (size_t i = 0; i < n; i++) {
            gmix_i_candidate *const c = &found->pool[1 + i];
            all[job.first + i] = (reached){c->log_likelihood, c->sound};
            found->n_finished += isfinite(c->log_likelihood);
            if (gmix_i_candidate_better(c, &found->pool[0])) {
                gmix_i_candidate_swap(c, &found->pool[0]);
            }
        }
        if (done == GMIX_ERR_CANCELLED && isfinite(found->pool[0].log_likelihood)) {
            found->pool[0].stop = GMIX_STOP_CANCELLED;
            break;
        }
        GMIX_TRY(done);
    }
done:
    return status;
}

gmix_status gmix_i_runs(gmix_i_crew *crew, size_t n_runs, gmix_i_found *found) {
    gmix_status status = GMIX_OK;
    reached *all = NULL;
    const size_t batch = n_runs < BATCH ? n_runs : BATCH;
    GMIX_TRY(gmix_i_calloc(crew->ctx, "runs", n_runs, sizeof *all, &all));
    GMIX_TRY(
        found_new(crew, 1 + (batch > REPAIR.n_moves ? batch : REPAIR.n_moves), found));
    found->n_starts = n_runs;
    GMIX_TRY(batches(crew, batch, found, all));
    const gmix_i_candidate *const best = &found->pool[0];
    if (!isfinite(best->log_likelihood)) {
        status = nothing_found(crew);
        goto done;
    }
    const double near = 10.0 * crew->plan->opts->tol * crew->plan->survey->total_weight;
    for (size_t r = 0; r < found->n_finished && r < n_runs; r++) {
        found->n_hits += all[r].sound == best->sound &&
                         all[r].log_likelihood >= best->log_likelihood - near;
    }
    GMIX_TRY(repair(crew, found));
done:
    gmix_i_free(crew->ctx, all);
    return status;
}

gmix_status gmix_i_finish(gmix_i_crew *crew, gmix_i_found *found) {
    gmix_status status = GMIX_OK;
    gmix_i_candidate *const pool = found->pool;
    const size_t n = found->n_pool < FINALISTS ? found->n_pool : FINALISTS;
    const size_t most = crew->plan->opts->max_iter;
    round_job job = {.found = found, .limit = most < 4 ? most : 4};
    size_t n_good = 0;
    for (size_t c = 0; c < n && isfinite(pool[c].log_likelihood); c++) {
        pool[c].n_trace = pool[c].n_iter = 0;
        pool[c].stop = GMIX_STOP_NONE;
        n_good += c == 0 || pool[c].sound == pool[0].sound;
    }
    if (n_good == 0) {
        status = nothing_found(crew);
        goto done;
    }
    if (n_good > 1) {
        GMIX_TRY(gmix_i_crew_do(crew, n_good, go_on_job, &job));
        sort(pool, n_good);
    }
    job.limit = most;
    GMIX_TRY(gmix_i_crew_do(crew, 1, go_on_job, &job));
    GMIX_TRY(repair(crew, found));
done:
    return keep_if_cancelled(status, found);
}
