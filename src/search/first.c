/*
 * What a search begins with beside starts of its own: the partition that other programs start from,
 * of a tree of merges (R's mclust; scale-free: the criterion is the classification likelihood) or
 * of one feature's quantiles.
 */
#include <string.h>

#include "search/first.h"

extern const gmix_i_init gmix_i_init_hierarchical, gmix_i_init_quantiles;

enum {
    LEAST_ITERATIONS = 20, /* a search wants to go on this far */
    RUN_STEPS = 50         /* of a complete run, roughly */
};

size_t gmix_i_runs_wanted(const gmix_i_plan *plan) {
    const gmix_fit_options *const opts = plan->opts;
    const gmix_i_start_task task = {.classes = plan->classes};
    /* A single Gaussian has one maximum, unless rows are trimmed: which they are hangs on the start. */
    const bool alone = opts->n_components == 1 && !(opts->trim > 0.0);
    const bool one =
        gmix_i_start_repeats(plan->init, &task) || alone ||
        (opts->restarts == 0 && (opts->tol == 0.0 || opts->max_iter < LEAST_ITERATIONS));
    return one ? 1 : opts->restarts;
}

size_t gmix_i_runs_workers(const gmix_ctx *ctx, const gmix_i_plan *plan, size_t n_runs) {
    return gmix_i_workers_for(ctx, plan, n_runs, RUN_STEPS * (double)n_runs);
}

static bool is_wanted(const gmix_i_plan *plan) {
    const gmix_fit_options *const opts = plan->opts;
    return plan->classes->n == 0 && strcmp(opts->init, "auto") == 0 &&
           !opts->init_model && strcmp(opts->search, "quick") != 0 &&
           plan->input->table && gmix_i_runs_wanted(plan) == 0;
}

const gmix_i_init *gmix_i_first_start(const gmix_i_plan *plan,
                                      const gmix_i_sample_tree *tree) {
    return !is_wanted(plan) || !tree->merges || tree->m < plan->opts->n_components ? NULL
           : tree->d == 1 ? &gmix_i_init_quantiles
                          : &gmix_i_init_hierarchical;
}

static gmix_status place(void *arg, gmix_i_worker *worker, size_t index) {
    (void)index;
    return gmix_i_start(&worker->ctx, arg, &worker->task, 0, &worker->em.current);
}

static void take_first(gmix_i_plan *plan, const gmix_i_init *init, gmix_i_first *out) {
    out->given = (gmix_i_given){
        .n = 1, .firm = true, .place = place, .arg = (void *)(uintptr_t)init};
    plan->given = &out->given;
}

gmix_status gmix_i_first_make(gmix_i_crew *crew, gmix_i_plan *plan, gmix_i_first *out) {
    gmix_status status = GMIX_OK;
    *out = (gmix_i_first){0};
    if (!is_wanted(plan)) {
        return GMIX_OK;
    }
    gmix_i_worker *const worker = &crew->workers[0];
    if (plan->input->n_cols ==
        1) { /* quantiles need no tree, which takes as long as a large fit may */
        take_first(plan, &gmix_i_init_quantiles, out);
        return GMIX_OK;
    }
    status = gmix_i_sample_tree_new(&worker->ctx, &worker->task, &out->tree);
    if (status == GMIX_ERR_DATA) { /* too few rows for one: other starts will do */
        worker->ctx.message[0] = '\0';
        return GMIX_OK;
    }
    if (status != GMIX_OK) {
        memcpy(crew->ctx->message, worker->ctx.message, sizeof crew->ctx->message);
        return status;
    }
    const gmix_i_init *const init = gmix_i_first_start(plan, &out->tree);
    if (init) {
        take_first(plan, init, out);
    }
    for (size_t w = 0; w < crew->n_workers; w++) {
        crew->workers[w].task.tree = &out->tree;
    }
    return GMIX_OK;
}

void gmix_i_first_free(gmix_ctx *ctx, gmix_i_plan *plan, gmix_i_first *first) {
    gmix_i_sample_tree_free(ctx, &first->tree);
    plan->given = NULL;
}
