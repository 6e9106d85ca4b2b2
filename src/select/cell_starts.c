/* Starts of a cell: of its own, and from the cells that it contains. See trial.h. */
#include <math.h>
#include <string.h>

#include "select/trial.h"

extern const gmix_i_init gmix_i_init_hierarchical, gmix_i_init_quantiles;

enum { SHORT_STEPS = 6, PLAIN_STEPS = 40 };

static gmix_status run_from(gmix_i_trial *t, const char *name,
                            const gmix_i_watch *watch) {
    gmix_i_candidate *const c = &t->chain.pool[t->n];
    c->run = t->n;
    c->log_likelihood = -INFINITY;
    t->starts[t->n++] = name;
    return gmix_i_worker_run(t->worker, watch, c);
}

gmix_status gmix_i_trial_run(gmix_i_trial *t, const char *name, size_t limit) {
    const gmix_i_watch watch = gmix_i_worker_watch(t->worker, limit);
    return run_from(t, name, &watch);
}

static bool has_room(const gmix_i_trial *t) {
    return t->n < t->chain.n_pool && (t->n == 0 || gmix_i_now() < t->grid->deadline);
}

/* A start of the fit's own. */
static gmix_status try_own(gmix_i_trial *t, const gmix_i_init *init, size_t run,
                           const gmix_i_watch *watch) {
    gmix_status status = GMIX_OK;
    gmix_i_worker *const w = t->worker;
    memset(w->em.bounds.at_floor, 0, t->cell->k * sizeof(bool));
    GMIX_TRY(gmix_i_start(&w->ctx, init, &w->task, run, &w->em.current));
    GMIX_TRY(run_from(t, init->name, watch));
done:
    return status;
}

const gmix_i_init *gmix_i_trial_first(const gmix_i_trial *t) {
    const gmix_i_sample_tree *const tree = t->worker->task.tree;
    return !tree || tree->m < t->cell->k || t->cell->k == 1 ? NULL
           : tree->d == 1                                   ? &gmix_i_init_quantiles
                                                            : &gmix_i_init_hierarchical;
}

/* It leads where plain steps lead: extrapolated ones may leave for another optimum while they
 * are large. */
static gmix_status try_first(gmix_i_trial *t) {
    const gmix_i_init *const init = gmix_i_trial_first(t);
    gmix_i_watch watch =
        gmix_i_worker_watch(t->worker, gmix_i_trial_steps(t, PLAIN_STEPS));
    watch.plain = true;
    return init ? try_own(t, init, 0, &watch) : GMIX_OK;
}

gmix_status gmix_i_trial_own_starts(gmix_i_trial *t) {
    gmix_status status = GMIX_OK;
    const gmix_i_plan *const plan = &t->cell->plan;
    const size_t restarts = t->cell->opts.restarts;
    const bool one =
        gmix_i_start_repeats(plan->init, &t->worker->task) || t->cell->k == 1;
    const size_t n = one ? 1 : restarts > 0 ? restarts : t->effort->n_own;
    const gmix_i_watch watch = gmix_i_worker_watch(
        t->worker,
        gmix_i_trial_steps(t, restarts > 0 ? t->cell->opts.max_iter : SHORT_STEPS));
    if (!one) {
        GMIX_TRY(try_first(t));
    }
    for (size_t run = 0; run < n && has_room(t); run++) {
        GMIX_TRY(try_own(t, plan->init, run, &watch));
    }
done:
    return status;
}

/* True if some solved cell lies between. */
static bool is_between(const gmix_i_grid *grid, const gmix_i_grid_cell *above,
                       const gmix_i_grid_cell *below) {
    for (size_t c = 0; c < grid->n_cells; c++) {
        const gmix_i_grid_cell *const other = grid->cells[c];
        if (other->outcome == GMIX_I_CELL_OK && gmix_i_cell_contains(above, other) &&
            gmix_i_cell_contains(other, below)) {
            return true;
        }
    }
    return false;
}

static gmix_status nested_start(gmix_i_trial *t, const gmix_i_grid_cell *from,
                                const gmix_i_candidate *solution) {
    gmix_status status = GMIX_OK;
    const bool same = from->k == t->cell->k;
    const size_t n = solution->n_trace == 0 ? 0 : same ? 1 : t->effort->n_splits;
    for (size_t v = 0; v < n && has_room(t); v++) {
        gmix_i_embed(from, solution, t->cell, v, t->worker);
        GMIX_TRY(gmix_i_trial_run(t, same ? "nested" : "split",
                                  gmix_i_trial_steps(t, SHORT_STEPS)));
    }
done:
    return status;
}

gmix_status gmix_i_trial_nested_starts(gmix_i_trial *t) {
    gmix_status status = GMIX_OK;
    for (size_t c = 0; c < t->grid->n_cells && t->cell->k > 1; c++) {
        const gmix_i_grid_cell *const from = t->grid->cells[c];
        if (from->outcome == GMIX_I_CELL_OK && gmix_i_cell_contains(t->cell, from) &&
            !is_between(t->grid, t->cell, from)) {
            GMIX_TRY(nested_start(t, from, &from->best));
            GMIX_TRY(nested_start(t, from, &from->firm));
        }
    }
done:
    return status;
}
