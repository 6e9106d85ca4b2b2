/* Where runs end, to the last digit. See search.h. */
#include <math.h>
#include <string.h>

#include "search/search.h"

/* Of the gain at which a run ends; and steps beyond it, and multiply-adds of these, at most: some seconds. */
static const double AT_REST = 1e-4, MOST_WORK = 2e10;
enum { REST_STEPS = 100 };

/* True if some component is in doubt by its rows: by how much changes with a tenth of one. */
static bool hangs_on_rows(const gmix_i_candidate *c) {
    bool any = false;
    for (size_t k = 0; k < c->params.k; k++) {
        any = any || (c->support[k].doubt > 0.0 && c->support[k].doubt < 1.0);
    }
    return any;
}

gmix_status gmix_i_come_to_rest(gmix_i_worker *worker, gmix_i_candidate *c) {
    gmix_status status = GMIX_OK;
    const gmix_i_plan *const plan = worker->crew->plan;
    gmix_i_candidate before = {0};
    const size_t steps = (size_t)fmin(REST_STEPS, MOST_WORK / gmix_i_pass_work(plan));
    const gmix_i_watch watch = gmix_i_worker_watch(worker, c->n_iter + steps);
    const double tol = worker->em.tol;
    if (c->stop != GMIX_STOP_CONVERGED || steps == 0 || !hangs_on_rows(c) ||
        watch.limit > plan->opts->max_iter || gmix_i_runs_wanted(plan) > 0) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_candidate_new(&worker->ctx, plan->family, c->params.k, c->params.d,
                                  &before));
    GMIX_TRY(gmix_i_candidate_copy(&worker->ctx, c, &before));
    worker->em.tol = AT_REST * tol;
    status = gmix_i_worker_go_on(worker, &watch, c);
    worker->em.tol = tol;
    c->stop = c->stop == GMIX_STOP_MAX_ITER ? GMIX_STOP_CONVERGED : c->stop;
    if (c->n_lost > before.n_lost) { /* not to rest, but to one row or plane */
        gmix_i_candidate_swap(c, &before);
    }
done:
    gmix_i_candidate_free(&worker->ctx, &before);
    return status;
}
