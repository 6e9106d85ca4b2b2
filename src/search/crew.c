/* Workers that make EM runs side by side. See crew.h. */
#include "search/crew.h"

#include <math.h>
#include <string.h>

#include "base/threads.h"
#include "family/gaps.h"

enum {
    START_PASSES = 3, /* what a start costs, roughly */
    STEP_WORK = 2000  /* additions' worth of an EM step on no rows */
};

/* Progress is shown by the caller's thread alone, of its own runs. */
static void show_progress(void *user, const gmix_progress *at) {
    gmix_i_worker *const worker = user;
    const gmix_ctx_options *const to = &worker->crew->ctx->opts;
    worker->crew->shown = true;
    to->progress(to->user, at);
}

/* What a context with show_progress() asks: the caller's callback, with its own argument. */
static int ask_caller(void *user) {
    const gmix_i_worker *const worker = user;
    const gmix_ctx_options *const to = &worker->crew->ctx->opts;
    return to->cancel ? to->cancel(to->user) : 0;
}

/* The caller's own context for a crew of one; of several only the first may call callbacks. */
static void set_context(gmix_i_crew *crew, gmix_i_worker *w) {
    const bool first = w == crew->workers;
    gmix_i_ctx_child(crew->ctx, &crew->limit, first, &w->ctx);
    if (crew->n_workers == 1) {
        w->ctx.opts = crew->ctx->opts;
    } else if (first && crew->ctx->opts.progress) {
        w->ctx.opts.progress = show_progress;
        w->ctx.opts.cancel = ask_caller;
        w->ctx.opts.user = w;
    }
}

/* Where the caller's thread had no part in the jobs, shows how one of the others ended. */
static void show_some_progress(const gmix_i_crew *crew) {
    for (size_t w = 0; w < crew->n_workers; w++) {
        const gmix_i_em *const em = &crew->workers[w].em;
        if (em->n_trace > 0) {
            gmix_i_em_show_progress(em, &crew->ctx->opts);
            return;
        }
    }
}

/* Starts work in double precision: they share the run's memory unless that is single. */
static gmix_status task_new(gmix_i_worker *w, const gmix_i_plan *plan) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = &w->ctx;
    w->task = (gmix_i_start_task){.input = plan->input,
                                  .frame = plan->frame,
                                  .survey = plan->survey,
                                  .accumulator = &w->em.accumulator,
                                  .prepared = &w->em.prepared,
                                  .constraints = &w->em.constraints,
                                  .opts = plan->opts,
                                  .classes = plan->classes,
                                  .rules = plan->rules,
                                  .distinct = plan->distinct};
    if (w->em.accumulator.kernels->real_size != sizeof(double)) {
        const gmix_i_kernels *const kernels = gmix_i_kernels_pick(0);
        const gmix_i_shape *const shape = plan->family->shape;
        const size_t k = plan->opts->n_components;
        GMIX_TRY(gmix_i_accumulator_new(ctx, plan->input, plan->frame, kernels, shape, k,
                                        &w->own_acc));
        GMIX_TRY(gmix_i_prepared_new(ctx, kernels, shape, k, plan->input->n_cols,
                                     &w->own_prepared));
        w->task.accumulator = &w->own_acc;
        GMIX_TRY(
            gmix_i_prepared_heed_gaps(ctx, plan->input, plan->frame, &w->own_prepared));
        w->task.prepared = &w->own_prepared;
    }
done:
    return status;
}

/* What the plan says of soundness. */
static void instruct_judge(const gmix_i_plan *plan, gmix_i_judge *judge) {
    judge->labelled = plan->classes->n > 0;
    judge->cov_given = plan->rules->has_frozen && plan->rules->frozen.all_covariances;
    const gmix_i_errors *const errors = plan->input->errors;
    judge->has_prior =
        plan->rules->prior.scatter != NULL || (errors && errors->everywhere);
}

bool gmix_i_may_be_sound(const gmix_i_plan *plan, size_t k) {
    const size_t d = plan->input->n_cols;
    gmix_i_judge judge = {.d = d,
                          .n = gmix_i_kept_weight(plan->survey, plan->opts->trim)};
    instruct_judge(plan, &judge);
    return gmix_i_judge_admits(&judge, plan->family, k);
}

double gmix_i_pass_work(const gmix_i_plan *plan) {
    return 2.0 * (double)plan->opts->n_components * (double)plan->survey->n_rows *
           (double)gmix_i_stats_len(plan->family->shape, plan->input->n_cols);
}

size_t gmix_i_workers_for(const gmix_ctx *ctx, const gmix_i_plan *plan, size_t n_jobs,
                          double n_steps) {
    const size_t threads = (size_t)ctx->opts.n_threads;
    const double pass = gmix_i_pass_work(plan);
    const bool shared = plan->input->table == NULL || pass > 4e6 * (double)threads;
    if (shared || n_jobs < 2) {
        return 1;
    }
    const size_t useful =
        (size_t)gmix_i_useful_threads((int)threads, (pass + STEP_WORK) * n_steps);
    return useful < n_jobs ? useful : n_jobs;
}

static gmix_status worker_new(gmix_i_crew *crew, gmix_i_worker *w) {
    gmix_status status = GMIX_OK;
    const gmix_i_plan *const plan = crew->plan;
    const size_t k = plan->opts->n_components, d = plan->input->n_cols;
    w->crew = crew;
    set_context(crew, w);
    GMIX_TRY(gmix_i_em_new(&w->ctx, plan->input, plan->frame, plan->survey, plan->family,
                           plan->opts, &w->em));
    gmix_i_heed_labels(&w->em.prepared, plan->classes->of_component);
    gmix_i_rules_bind(plan->rules, &w->em.constraints);
    w->em.began = plan->began;
    GMIX_TRY(task_new(w, plan));
    GMIX_TRY(gmix_i_incomplete_new(&w->ctx, plan->input, plan->survey, plan->frame, k,
                                   &w->incomplete));
    GMIX_TRY(gmix_i_judge_new(&w->ctx, plan->family->shape, plan->survey,
                              plan->opts->trim, plan->frame, &w->incomplete, &w->judge));
    instruct_judge(plan, &w->judge);
    w->judge.rounded = w->em.bounds.rounded;
    w->judge.floor = w->em.bounds.floor;
    w->watch = gmix_i_watch_steps(plan->opts->max_iter);
    w->watch.deadline = plan->deadline;
    GMIX_TRY(gmix_i_calloc(&w->ctx, "scratch",
                           2 * d + d * d + k * gmix_i_stats_len(plan->family->shape, d),
                           sizeof(double), &w->rows));
    GMIX_TRY(gmix_i_params_new(&w->ctx, plan->family, k, d, &w->stripped));
    GMIX_TRY(gmix_i_calloc(&w->ctx, "scratch", k, sizeof *w->losses, &w->losses));
    GMIX_TRY(gmix_i_calloc(&w->ctx, "scratch", k, sizeof *w->support, &w->support));
    GMIX_TRY(gmix_i_calloc(&w->ctx, "scratch", k, sizeof *w->faults, &w->faults));
done:
    return status;
}

gmix_status gmix_i_crew_new(gmix_ctx *ctx, const gmix_i_plan *plan, size_t n_workers,
                            gmix_i_crew *out) {
    gmix_status status = GMIX_OK;
    *out = (gmix_i_crew){
        .ctx = ctx, .plan = plan, .n_workers = n_workers, .n_busy = n_workers};
    gmix_i_limit_below(ctx, &out->limit);
    GMIX_TRY(
        gmix_i_calloc(ctx, "workers", n_workers, sizeof *out->workers, &out->workers));
    for (size_t w = 0; w < n_workers; w++) {
        status = worker_new(out, &out->workers[w]);
        if (status != GMIX_OK) {
            memcpy(ctx->message, out->workers[w].ctx.message, sizeof ctx->message);
            goto done;
        }
    }
done:
    if (status != GMIX_OK) {
        gmix_i_crew_free(out);
    }
    return status;
}

void gmix_i_crew_free(gmix_i_crew *crew) {
    for (size_t i = 0; crew->workers && i < crew->n_workers; i++) {
        gmix_i_worker *const w = &crew->workers[i];
        gmix_ctx *const ctx = &w->ctx;
        if (!w->crew) {
            continue; /* never begun */
        }
        if (i == 0 || w->task.sample.x != crew->workers[0].task.sample.x) {
            gmix_i_sample_free(ctx, &w->task.sample);
        }
        gmix_i_accumulator_free(ctx, &w->own_acc);
        gmix_i_prepared_free(&ctx->opts.allocator, &w->own_prepared);
        gmix_i_judge_free(ctx, &w->judge);
        gmix_i_incomplete_free(ctx, &w->incomplete);
        gmix_i_free(ctx, w->rows);
        gmix_i_params_free(&ctx->opts.allocator, &w->stripped);
        gmix_i_free(ctx, w->losses);
        gmix_i_free(ctx, w->support);
        gmix_i_free(ctx, w->faults);
        gmix_i_neighbours_free(ctx, &w->neighbours);
        gmix_i_em_free(&w->em);
    }
    if (crew->ctx) {
        gmix_i_free(crew->ctx, crew->workers);
    }
    *crew = (gmix_i_crew){0};
}

typedef struct crew_task {
    gmix_i_crew *crew;
    gmix_i_job_fn *job;
    void *arg;
} crew_task;

static void do_job(void *arg, size_t index, int thread) {
    const crew_task *const task = arg;
    gmix_i_worker *const worker = &task->crew->workers[thread];
    if (worker->status == GMIX_OK && !gmix_i_cancelled(&worker->ctx)) {
        worker->status = task->job(task->arg, worker, index);
    }
    if (worker->status != GMIX_OK) { /* whatever failed, nobody need go on */
        const bool cut = gmix_i_was_cut(worker->status);
        gmix_i_limit_cut(&task->crew->limit, cut ? worker->status : GMIX_ERR_CANCELLED);
    }
}

gmix_status gmix_i_crew_do(gmix_i_crew *crew, size_t n, gmix_i_job_fn *job, void *arg) {
    crew_task task = {.crew = crew, .job = job, .arg = arg};
    gmix_status status = GMIX_OK;
    crew->shown = crew->n_workers == 1; /* by the run itself */
    gmix_ctx *const first = &crew->workers[0].ctx;
    gmix_status cut = gmix_i_parallel_for(first, (int)crew->n_busy, n, do_job, &task);
    if (!crew->shown) {
        show_some_progress(crew);
    }
    for (size_t w = 0; w < crew->n_workers; w++) { /* a cause before its consequences */
        gmix_i_worker *const worker = &crew->workers[w];
        if (worker->status != GMIX_OK && (status == GMIX_OK || gmix_i_was_cut(status))) {
            status = worker->status;
            memcpy(crew->ctx->message, worker->ctx.message, sizeof crew->ctx->message);
        }
        worker->status = GMIX_OK;
    }
    cut = cut == GMIX_OK ? gmix_i_poll(first)
                         : cut; /* a run may have ended with what it had */
    if (status == GMIX_OK && cut != GMIX_OK) {
        status = cut;
        memcpy(crew->ctx->message, first->message, sizeof first->message);
    }
    return status;
}

bool gmix_i_worker_is_late(const gmix_i_worker *w) {
    return w->watch.deadline < INFINITY && gmix_i_now() > w->watch.deadline;
}

gmix_status gmix_i_worker_start(gmix_i_worker *w, size_t run) {
    gmix_status status = GMIX_OK;
    gmix_i_em *const em = &w->em;
    memset(em->bounds.at_floor, 0, em->current.k * sizeof(bool));
    w->passes += START_PASSES;
    GMIX_TRY(gmix_i_start(&w->ctx, w->crew->plan->init, &w->task, run, &em->current));
done:
    return status;
}

gmix_i_watch gmix_i_worker_watch(const gmix_i_worker *w, size_t limit) {
    gmix_i_watch watch = w->watch;
    watch.limit = limit;
    return watch;
}

static gmix_status run(gmix_i_worker *w, const gmix_i_watch *watch, bool goes_on,
                       gmix_i_candidate *c) {
    gmix_i_em *const em = &w->em;
    gmix_status status = gmix_i_em_run(em, watch);
    w->passes += (double)em->n_trace;
    if (status == GMIX_ERR_SINGULAR) {
        if (!goes_on) {
            c->log_likelihood = -INFINITY;
        }
        return GMIX_OK;
    }
    if (status == GMIX_OK) {
        status = gmix_i_candidate_take(em, &w->judge, goes_on, c);
    }
    if (status == GMIX_OK && w->crew->plan->limit) {
        gmix_i_limit_firm(w->crew->plan->limit);
    }
    return status;
}

gmix_status gmix_i_worker_run(gmix_i_worker *w, const gmix_i_watch *watch,
                              gmix_i_candidate *c) {
    return run(w, watch, false, c);
}

gmix_status gmix_i_worker_go_on(gmix_i_worker *w, const gmix_i_watch *watch,
                                gmix_i_candidate *c) {
    gmix_i_watch rest = *watch;
    rest.limit -= c->n_iter;
    gmix_i_params_copy(&c->params, &w->em.current);
    memcpy(w->em.bounds.at_floor, c->at_floor, c->params.k * sizeof(bool));
    return run(w, &rest, true, c);
}
