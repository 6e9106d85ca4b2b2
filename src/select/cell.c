/*
 * Solving one cell of a grid: a search as a single fit would make, with starts from the cells
 * that it contains among its own; then the comparison with these.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "search/findings.h"
#include "search/wide.h"
#include "select/grid.h"

enum {
    SPLITS = 4,
    MOST_NESTED = 48
}; /* starts from a cell of fewer components; in all */

/* A start from a cell that this one contains. */
typedef struct nested_start {
    const gmix_i_grid_cell *from;
    size_t variant;
} nested_start;

/* A cell being worked at. */
typedef struct trial {
    gmix_i_grid *grid;
    gmix_i_grid_cell *cell;
    gmix_i_crew crew;
    gmix_i_chain found;
    gmix_i_given given;
    const gmix_i_init *first; /* given start number 0; NULL: there is none */
    nested_start nested[MOST_NESTED];
    size_t n_nested;
} trial;

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

/* Where its contained cells are, its own search need not begin from nothing. */
static void list_nested(trial *t) {
    for (size_t c = 0; c < t->grid->n_cells && t->cell->k > 1; c++) {
        const gmix_i_grid_cell *const from = t->grid->cells[c];
        if (from->outcome == GMIX_I_CELL_OK && gmix_i_cell_contains(t->cell, from) &&
            !is_between(t->grid, t->cell, from)) {
            const size_t n = from->k == t->cell->k ? 1 : SPLITS;
            for (size_t v = 0; v < n && t->n_nested < MOST_NESTED; v++) {
                t->nested[t->n_nested++] = (nested_start){from, v};
            }
        }
    }
}

static gmix_status place(void *arg, gmix_i_worker *worker, size_t index) {
    trial *const t = arg;
    if (t->first && index == 0) {
        return gmix_i_start(&worker->ctx, t->first, &worker->task, 0,
                            &worker->em.current);
    }
    const nested_start *const one = &t->nested[index - (t->first != NULL)];
    gmix_i_embed(one->from, &one->from->best, t->cell, one->variant, worker);
    return GMIX_OK;
}

static const char *name_of(void *arg, size_t index) {
    const trial *const t = arg;
    const size_t nested = index - (t->first != NULL);
    return t->first && index == 0                    ? t->first->name
           : t->nested[nested].from->k == t->cell->k ? "nested"
                                                     : "split";
}

/* What the workers of a cell have in common with those of the others. */
static gmix_status hire(trial *t, gmix_ctx *ctx, size_t n_workers) {
    gmix_status status = GMIX_OK;
    const gmix_i_grid *const grid = t->grid;
    GMIX_TRY(gmix_i_crew_new(ctx, &t->cell->plan, n_workers, &t->crew));
    for (size_t w = 0; w < n_workers; w++) {
        t->crew.workers[w].task.sample = grid->sample;
        t->crew.workers[w].task.tree = grid->tree.merges ? &grid->tree : NULL;
    }
done:
    return status;
}

/* The search, or the runs, of a single fit. */
static gmix_status search(trial *t, gmix_ctx *ctx) {
    gmix_status status = GMIX_OK;
    gmix_i_plan *const plan = &t->cell->plan;
    const size_t n_runs = gmix_i_runs_wanted(plan);
    t->first = gmix_i_first_start(plan, &t->grid->tree);
    list_nested(t);
    t->given = (gmix_i_given){.n = t->n_nested + (t->first != NULL),
                              .firm = t->first != NULL,
                              .place = place,
                              .arg = t};
    plan->given = &t->given;
    if (n_runs > 0) {
        GMIX_TRY(hire(t, ctx, gmix_i_runs_workers(ctx, plan, n_runs)));
        GMIX_TRY(gmix_i_runs(&t->crew, n_runs, &t->found));
    } else {
        const gmix_i_effort effort =
            gmix_i_effort_for(plan, (double)t->grid->survey.n_rows, GMIX_I_POLICY_CELL);
        GMIX_TRY(hire(t, ctx, gmix_i_search_workers(ctx, plan, &effort)));
        GMIX_TRY(gmix_i_search(&t->crew, &effort, &t->found));
    }
    GMIX_TRY(gmix_i_weigh(&t->crew.workers[0], -INFINITY, &t->found.pool[0]));
done:
    plan->given = NULL;
    return status;
}

/* A run from worker->em.current to the end, into the chain's second place. */
static gmix_status run_to_the_end(trial *t) {
    gmix_status status = GMIX_OK;
    gmix_i_worker *const worker = &t->crew.workers[0];
    gmix_i_candidate *const c = &t->found.pool[1];
    const gmix_i_watch watch = gmix_i_worker_watch(worker, t->cell->opts.max_iter);
    c->log_likelihood = -INFINITY;
    GMIX_TRY(gmix_i_worker_run(worker, &watch, c));
    if (isfinite(c->log_likelihood)) {
        GMIX_TRY(gmix_i_weigh(worker, -INFINITY, c));
    }
done:
    return status;
}

/* What the grid on some of the rows found, on all of them. */
static gmix_status follow_pilot(trial *t, gmix_ctx *ctx) {
    gmix_status status = GMIX_OK;
    const gmix_i_grid *const pilot = t->grid->pilot;
    GMIX_TRY(hire(t, ctx, 1));
    GMIX_TRY(gmix_i_chain_new(ctx, &t->cell->plan, 2, &t->found));
    for (size_t c = 0; c < pilot->n_cells; c++) {
        const gmix_i_grid_cell *const from = pilot->cells[c];
        if (from->family == t->cell->family && from->k == t->cell->k &&
            from->best.n_trace > 0) {
            gmix_i_embed(from, &from->best, t->cell, 0, &t->crew.workers[0]);
            GMIX_TRY(run_to_the_end(t));
            gmix_i_candidate_swap(&t->found.pool[0], &t->found.pool[1]);
            t->cell->start = from->start;
            t->found.n_starts = from->n_starts;
            t->found.n_hits = from->n_hits;
            t->found.n_reached = 0;
            t->cell->n_runs = from->n_runs;
        }
    }
done:
    return status;
}

/* Where the best came from. */
static const char *start_of(trial *t) {
    const gmix_i_candidate *const best = &t->found.pool[0];
    return best->moved                    ? "search"
           : best->run < GMIX_I_GIVEN_RUN ? t->cell->plan.init->name
                                          : name_of(t, best->run - GMIX_I_GIVEN_RUN);
}

/* What was found becomes the cell's. */
static gmix_status take(trial *t, gmix_i_candidate *found, const char *start) {
    gmix_status status = GMIX_OK;
    gmix_i_grid_cell *const cell = t->cell;
    if (!isfinite(found->log_likelihood)) {
        return GMIX_OK;
    }
    gmix_i_candidate_swap(&cell->best, found);
    cell->start = start;
    GMIX_TRY(gmix_i_solution_prior(&t->crew, &cell->best.params, &cell->log_prior));
done:
    return status;
}

/* Nested models can be compared where log-likelihoods are what is maximised. */
static bool is_comparable(const gmix_i_grid_cell *cell) {
    return !cell->rules.has_prior && !(cell->opts.reg > 0.0) &&
           strcmp(cell->opts.stop_rule, "change") != 0;
}

const gmix_i_grid_cell *gmix_i_cell_highest_contained(const gmix_i_grid *grid,
                                                      const gmix_i_grid_cell *cell) {
    const gmix_i_grid_cell *highest = NULL;
    for (size_t c = 0; c < grid->n_cells && is_comparable(cell); c++) {
        const gmix_i_grid_cell *const other = grid->cells[c];
        const bool better =
            !highest || other->best.log_likelihood > highest->best.log_likelihood;
        if (other->outcome == GMIX_I_CELL_OK && gmix_i_cell_contains(cell, other) &&
            better) {
            highest = other;
        }
    }
    return highest;
}

bool gmix_i_cell_holds_against(gmix_i_grid_cell *cell, const gmix_i_grid_cell *other) {
    if (cell->best.n_trace == 0 || cell->best.n_lost > 0) {
        return false;
    }
    if (!other || cell->best.log_likelihood >= other->best.log_likelihood) {
        return true;
    }
    const double rounding =
        1e-11 * (fabs(other->best.log_likelihood) + cell->plan.survey->total_weight);
    if (cell->best.log_likelihood >= other->best.log_likelihood - rounding) {
        cell->best.log_likelihood = other->best.log_likelihood;
        return true;
    }
    return false;
}

/* Runs from the cells it contains until it scores no less than any. */
static gmix_status start_from_contained(trial *t) {
    gmix_status status = GMIX_OK;
    gmix_i_grid_cell *const cell = t->cell;
    const gmix_i_grid_cell *const highest = gmix_i_cell_highest_contained(t->grid, cell);
    const size_t n = !highest || highest->k == cell->k ? 1 : 2 * highest->k;
    for (size_t v = 0; highest && v < n && !gmix_i_cell_holds_against(cell, highest);
         v++) {
        if (!(gmix_i_now() < t->grid->deadline)) {
            break;
        }
        gmix_i_embed(highest, &highest->best, cell, v + 7, &t->crew.workers[0]);
        GMIX_TRY(run_to_the_end(t));
        if (gmix_i_candidate_better(&t->found.pool[1], &cell->best) ||
            cell->best.n_trace == 0) {
            GMIX_TRY(
                take(t, &t->found.pool[1], highest->k == cell->k ? "nested" : "split"));
        }
    }
done:
    return status;
}

static gmix_status say_fault(trial *t) {
    gmix_status status = GMIX_OK;
    gmix_i_grid_cell *const cell = t->cell;
    gmix_ctx *const ctx = &t->crew.workers[0].ctx;
    if (cell->best.n_trace == 0) {
        snprintf(cell->reason, sizeof cell->reason, "%.*s", GMIX_I_REASON_SIZE - 1,
                 ctx->message[0] ? ctx->message
                                 : "every run ended in a singular covariance matrix");
    } else {
        GMIX_TRY(
            gmix_i_first_fault(&t->crew, &cell->best, cell->reason, sizeof cell->reason));
    }
    ctx->message[0] = '\0';
done:
    return status;
}

/* What has become of the cell. */
static gmix_status conclude(trial *t) {
    gmix_status status = GMIX_OK;
    gmix_i_grid_cell *const cell = t->cell;
    const gmix_i_grid_cell *const highest = gmix_i_cell_highest_contained(t->grid, cell);
    cell->reason[0] = '\0';
    if (cell->best.n_trace > 0 && !gmix_i_may_go_on(cell->best.stop)) {
        cell->outcome = GMIX_I_CELL_UNFINISHED;
    } else if (gmix_i_cell_holds_against(cell, highest)) {
        cell->outcome = GMIX_I_CELL_OK;
    } else if (gmix_i_now() >= t->grid->deadline || atomic_load(&t->grid->cancelled)) {
        cell->outcome = GMIX_I_CELL_UNFINISHED;
    } else {
        cell->outcome = GMIX_I_CELL_SINGULAR;
        if (cell->best.n_trace > 0 && cell->best.n_lost == 0) {
            snprintf(cell->reason, sizeof cell->reason,
                     "no sound solution scores as high as that of %s with %zu "
                     "component%s, which it contains",
                     highest->family->name, highest->k, highest->k == 1 ? "" : "s");
        } else {
            GMIX_TRY(say_fault(t));
        }
    }
done:
    return status;
}

/* What was found before the end counts, and so does a start that the data do not allow. */
static gmix_status end_trial(trial *t, gmix_status status) {
    gmix_i_grid_cell *const cell = t->cell;
    if (status == GMIX_ERR_DATA || status == GMIX_ERR_OPTION ||
        status == GMIX_ERR_SINGULAR) {
        cell->outcome =
            status == GMIX_ERR_SINGULAR ? GMIX_I_CELL_SINGULAR : GMIX_I_CELL_REFUSED;
        snprintf(cell->reason, sizeof cell->reason, "%.*s", GMIX_I_REASON_SIZE - 1,
                 t->crew.workers[0].ctx.message);
        t->crew.workers[0].ctx.message[0] = '\0';
        return GMIX_OK;
    }
    if (gmix_i_was_cut(status)) {
        cell->outcome = GMIX_I_CELL_UNFINISHED;
        return cell->best.n_trace == 0 && t->found.pool
                   ? take(t, &t->found.pool[0], start_of(t))
                   : GMIX_OK;
    }
    return status;
}

static void let_go(trial *t, gmix_ctx *ctx) {
    for (size_t w = 0; t->crew.workers && w < t->crew.n_workers; w++) {
        t->crew.workers[w].task.sample = (gmix_i_sample){0}; /* the grid's */
    }
    if (t->crew.workers && t->crew.workers[0].ctx.message[0]) {
        memcpy(ctx->message, t->crew.workers[0].ctx.message, sizeof ctx->message);
    }
    gmix_i_chain_free(ctx, &t->found);
    gmix_i_crew_free(&t->crew);
}

gmix_status gmix_i_cell_solve(gmix_i_grid *grid, gmix_i_grid_cell *cell, gmix_ctx *ctx) {
    gmix_status status = GMIX_OK;
    trial t = {.grid = grid, .cell = cell};
    if (gmix_i_wide_suits(&cell->plan)) {
        return gmix_i_wide_cell_solve(grid, cell, ctx);
    }
    GMIX_TRY(grid->pilot ? follow_pilot(&t, ctx) : search(&t, ctx));
    cell->n_starts = t.found.n_starts;
    cell->n_runs = grid->pilot ? cell->n_runs : t.found.n_reached;
    cell->n_hits = t.found.n_hits;
    GMIX_TRY(take(&t, &t.found.pool[0], grid->pilot ? cell->start : start_of(&t)));
    GMIX_TRY(start_from_contained(&t));
    GMIX_TRY(conclude(&t));
done:
    status = t.crew.workers ? end_trial(&t, status) : status;
    let_go(&t, ctx);
    return status;
}
