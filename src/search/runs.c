/* Complete runs, and repairs. See search.h. */
#include <math.h>
#include <string.h>

#include "search/search_journal.h"

enum { BATCH = 16 };

typedef struct repairs {
    gmix_i_chain *found;
    double passes;
} repairs;

static gmix_status repair_job(void *arg, gmix_i_worker *worker, size_t index) {
    (void)index;
    const repairs *const job = arg;
    gmix_i_effort effort =
        gmix_i_effort_share(worker->crew->plan, INFINITY, GMIX_I_POLICY_REPAIR);
    effort.passes = job->passes;
    return gmix_i_chain_moves(job->found, worker, &effort);
}

gmix_status gmix_i_repair(gmix_i_crew *crew, double passes, gmix_i_chain *found) {
    repairs job = {found, passes};
    const gmix_fit_options *const opts = crew->plan->opts;
    const bool wanted = found->pool[0].n_faults > 0 &&
                        strcmp(opts->singular, "repair") == 0 && opts->tol > 0.0 &&
                        opts->n_components > 1 && gmix_i_may_go_on(found->pool[0].stop) &&
                        found->n_pool > 1 &&
                        gmix_i_may_be_sound(crew->plan, opts->n_components);
    found->next_move = (size_t)1 << 30;
    return wanted ? gmix_i_crew_do(crew, 1, repair_job, &job) : GMIX_OK;
}

typedef struct run_batch {
    gmix_i_chain *found;
    size_t first; /* number of the batch's first run */
    size_t search;
} run_batch;

static gmix_status run_job(void *arg, gmix_i_worker *worker, size_t index) {
    const run_batch *const batch = arg;
    const gmix_i_plan *const plan = worker->crew->plan;
    gmix_i_candidate *const c = &batch->found->pool[1 + index];
    c->run = batch->first + index;
    c->log_likelihood = -INFINITY;
    if (c->run > 0 && gmix_i_now() > plan->deadline) {
        return GMIX_OK;
    }
    if (gmix_i_run_recall(worker, batch->search, c->run, c)) {
        return GMIX_OK;
    }
    worker->em.run = c->run;
    worker->em.n_runs = batch->found->n_starts;
    gmix_status status = gmix_i_worker_start(worker, c->run);
    status = status == GMIX_OK ? gmix_i_worker_run(worker, &worker->watch, c) : status;
    return status == GMIX_OK ? gmix_i_run_keep(worker, batch->search, c->run, c) : status;
}

/* Takes down what the runs of a batch reached, and keeps the best. */
static void take_batch(gmix_i_chain *found, size_t n) {
    for (size_t i = 1; i <= n; i++) {
        gmix_i_candidate *const c = &found->pool[i];
        if (isfinite(c->log_likelihood)) {
            found->reached[found->n_reached++] = c->score;
        }
        if (gmix_i_candidate_better(c, &found->pool[0])) {
            gmix_i_candidate_swap(c, &found->pool[0]);
        }
    }
}

static gmix_status batches(gmix_i_crew *crew, size_t most, gmix_i_chain *found) {
    gmix_status status = GMIX_OK;
    run_batch batch = {.found = found, .search = gmix_i_chapter_search(crew->ctx)};
    for (; status == GMIX_OK && batch.first < found->n_starts; batch.first += most) {
        const size_t left = found->n_starts - batch.first, n = left < most ? left : most;
        status = gmix_i_crew_do(crew, n, run_job, &batch);
        take_batch(found, n);
    }
    return gmix_i_keep_if_cancelled(status, found);
}

gmix_status gmix_i_runs(gmix_i_crew *crew, size_t n_runs, gmix_i_chain *found) {
    gmix_status status = GMIX_OK;
    const size_t batch = n_runs < BATCH ? n_runs : BATCH;
    GMIX_TRY(gmix_i_chain_new(crew->ctx, crew->plan, 1 + batch, found));
    GMIX_TRY(gmix_i_grow(crew->ctx, "finished runs", &found->reached, &found->capacity,
                         n_runs, sizeof *found->reached));
    found->n_starts = n_runs;
    GMIX_TRY(batches(crew, batch, found));
    if (!isfinite(found->pool[0].log_likelihood)) {
        status = gmix_i_nothing_found(crew);
        goto done;
    }
    GMIX_TRY(gmix_i_keep_if_cancelled(gmix_i_repair(crew, INFINITY, found), found));
    found->n_hits = gmix_i_chain_hits(crew->plan, found, &found->pool[0], 0);
done:
    return status;
}
