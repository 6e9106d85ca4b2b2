/*
 * Work at one cell of a grid. Solving it: a short search, with starts from the cells that it contains among its own;
 * then the comparison with these. Exchanging: runs from what its neighbours found. Searching: as a single fit
 * would.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "search/findings.h"
#include "search/wide.h"
#include "select/trial.h"

/* Runs from what neighbours found: steps of all, of some, and how many these and those to the end are. */
static const gmix_i_effort exchange = {.n_chains = 1,
                                       .n_threads = 1,
                                       .short_steps = 6,
                                       .middle_steps = 12,
                                       .n_middle = 6,
                                       .n_long = 3};

/* What the workers of a cell have in common with those of the others. */
static gmix_status hire(gmix_i_trial *t, gmix_ctx *ctx, size_t n_workers) {
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

/* The search, or the runs, of a single fit; or a share of it, and starts from what the cell contains. */
static gmix_status search(gmix_i_trial *t, gmix_ctx *ctx, gmix_i_policy policy) {
    gmix_status status = GMIX_OK;
    gmix_i_plan *const plan = &t->cell->plan;
    const size_t n_runs = gmix_i_runs_wanted(plan);
    t->first = gmix_i_first_start(plan, &t->grid->tree);
    if (policy == GMIX_I_POLICY_CELL) {
        gmix_i_trial_contained(t);
    }
    t->given = (gmix_i_given){.n = t->n_nested + (t->first != NULL),
                              .firm = t->first != NULL,
                              .place = gmix_i_trial_place,
                              .arg = t};
    plan->given = &t->given;
    if (n_runs > 0) {
        GMIX_TRY(hire(t, ctx, gmix_i_runs_workers(ctx, plan, n_runs)));
        GMIX_TRY(gmix_i_runs(&t->crew, n_runs, &t->found));
    } else {
        const gmix_i_effort effort =
            gmix_i_effort_for(plan, (double)t->grid->survey.n_rows, policy);
        GMIX_TRY(hire(t, ctx, gmix_i_search_workers(ctx, plan, &effort)));
        GMIX_TRY(gmix_i_search(&t->crew, &effort, &t->found));
    }
    GMIX_TRY(gmix_i_weigh(&t->crew.workers[0], -INFINITY, &t->found.pool[0]));
done:
    plan->given = NULL;
    return status;
}

/* A run from worker->em.current for so many steps, into the chain's second place. */
static gmix_status run_for(gmix_i_trial *t, size_t steps) {
    gmix_status status = GMIX_OK;
    gmix_i_worker *const worker = &t->crew.workers[0];
    gmix_i_candidate *const c = &t->found.pool[1];
    const gmix_i_watch watch = gmix_i_worker_watch(worker, steps);
    c->log_likelihood = -INFINITY;
    GMIX_TRY(gmix_i_worker_run(worker, &watch, c));
    if (isfinite(c->log_likelihood)) {
        GMIX_TRY(gmix_i_weigh(worker, -INFINITY, c));
    }
done:
    return status;
}

/* What the grid on some of the rows found, on all of them. */
static gmix_status follow_pilot(gmix_i_trial *t, gmix_ctx *ctx) {
    gmix_status status = GMIX_OK;
    const gmix_i_grid *const pilot = t->grid->pilot;
    GMIX_TRY(hire(t, ctx, 1));
    GMIX_TRY(gmix_i_chain_new(ctx, &t->cell->plan, 2, &t->found));
    for (size_t c = 0; c < pilot->n_cells; c++) {
        const gmix_i_grid_cell *const from = pilot->cells[c];
        if (from->family == t->cell->family && from->k == t->cell->k &&
            from->best.n_trace > 0) {
            gmix_i_embed(from, &from->best, t->cell, 0, &t->crew.workers[0]);
            GMIX_TRY(run_for(t, t->cell->opts.max_iter));
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
static const char *start_of(gmix_i_trial *t) {
    const gmix_i_candidate *const best = &t->found.pool[0];
    return best->moved ? "search"
           : best->run < GMIX_I_GIVEN_RUN
               ? t->cell->plan.init->name
               : gmix_i_trial_name(t, best->run - GMIX_I_GIVEN_RUN);
}

/* What was found becomes the cell's. */
static gmix_status take(gmix_i_trial *t, gmix_i_candidate *found, const char *start) {
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

/* True of a solution that is no singular one and scores no less than another cell's, to rounding. */
static bool reaches(const gmix_i_candidate *solution, const gmix_i_grid_cell *other) {
    if (solution->n_trace == 0 || solution->n_lost > 0) {
        return false;
    }
    const double least = other ? other->best.log_likelihood : -INFINITY;
    const double rounding =
        other ? 1e-11 * (fabs(least) + other->plan.survey->total_weight) : 0.0;
    return solution->log_likelihood >= least - rounding;
}

bool gmix_i_cell_holds_against(gmix_i_grid_cell *cell, const gmix_i_grid_cell *other) {
    const bool holds = reaches(&cell->best, other);
    if (holds && other && cell->best.log_likelihood < other->best.log_likelihood) {
        cell->best.log_likelihood = other->best.log_likelihood;
    }
    return holds;
}

/* Where what is sound among the cell's own is lower than what it contains: the higher one's mixture as it is,
 * components of two equal halves among it, is one of the cell's, too. */
static gmix_status stand_on_contained(gmix_i_trial *t, const gmix_i_grid_cell *highest) {
    gmix_status status = GMIX_OK;
    gmix_i_candidate *const own = &t->cell->best, *const c = &t->found.pool[1];
    const bool wanted = highest && own->n_trace > 0 && own->n_lost == 0;
    if (!wanted || gmix_i_cell_holds_against(t->cell, highest)) {
        return GMIX_OK;
    }
    gmix_i_embed(highest, &highest->best, t->cell, GMIX_I_HALVES, &t->crew.workers[0]);
    GMIX_TRY(run_for(t, 0));
    c->stop = highest->best.stop;
    if (reaches(c, highest)) {
        GMIX_TRY(take(t, c, highest->k == t->cell->k ? "nested" : "split"));
    }
done:
    return status;
}

/* Runs from the cells it contains until it scores no less than any. */
static gmix_status start_from_contained(gmix_i_trial *t) {
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
        GMIX_TRY(run_for(t, cell->opts.max_iter));
        if (gmix_i_candidate_better(&t->found.pool[1], &cell->best) ||
            cell->best.n_trace == 0) {
            GMIX_TRY(
                take(t, &t->found.pool[1], highest->k == cell->k ? "nested" : "split"));
        }
    }
    GMIX_TRY(stand_on_contained(t, highest));
done:
    return status;
}

static gmix_status say_fault(gmix_i_trial *t) {
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
static gmix_status conclude(gmix_i_trial *t) {
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
static gmix_status end_trial(gmix_i_trial *t, gmix_status status) {
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

static void let_go(gmix_i_trial *t, gmix_ctx *ctx) {
    for (size_t w = 0; t->crew.workers && w < t->crew.n_workers; w++) {
        gmix_i_sample *const sample = &t->crew.workers[w].task.sample;
        if (sample->x == t->grid->sample.x) {
            *sample = (gmix_i_sample){0};
        }
    }
    if (t->crew.workers && t->crew.workers[0].ctx.message[0]) {
        memcpy(ctx->message, t->crew.workers[0].ctx.message, sizeof ctx->message);
    }
    gmix_i_chain_free(ctx, &t->found);
    gmix_i_crew_free(&t->crew);
}

static gmix_status end_first(gmix_i_trial *t, gmix_ctx *ctx, gmix_status status) {
    const gmix_status end = t->crew.workers ? end_trial(t, status) : status;
    let_go(t, ctx);
    return end;
}

gmix_status gmix_i_cell_solve(gmix_i_grid *grid, gmix_i_grid_cell *cell, gmix_ctx *ctx) {
    gmix_status status = GMIX_OK;
    gmix_i_trial t = {.grid = grid, .cell = cell};
    if (gmix_i_wide_suits(&cell->plan)) {
        return gmix_i_wide_cell_solve(grid, cell, ctx);
    }
    const gmix_i_policy policy =
        cell->is_searched ? GMIX_I_POLICY_FIT : GMIX_I_POLICY_CELL;
    GMIX_TRY(grid->pilot ? follow_pilot(&t, ctx) : search(&t, ctx, policy));
    cell->n_starts = t.found.n_starts;
    cell->n_runs = grid->pilot ? cell->n_runs : t.found.n_reached;
    cell->n_hits = t.found.n_hits;
    GMIX_TRY(take(&t, &t.found.pool[0], grid->pilot ? cell->start : start_of(&t)));
    GMIX_TRY(start_from_contained(&t));
    GMIX_TRY(conclude(&t));
done:
    return end_first(&t, ctx, status);
}

/* What a solved cell keeps of another search: the better solution, if its run went to the end. */
static gmix_status take_better(gmix_i_trial *t) {
    gmix_status status = GMIX_OK;
    gmix_i_candidate *const found = &t->found.pool[0];
    gmix_i_grid_cell *const cell = t->cell;
    const double before = cell->best.n_trace > 0 ? cell->best.score : -INFINITY;
    if (found->n_trace > 0 && gmix_i_may_go_on(found->stop) &&
        (cell->best.n_trace == 0 || gmix_i_candidate_better(found, &cell->best))) {
        GMIX_TRY(take(t, found, start_of(t)));
    }
    if (cell->best.score > before + gmix_i_slack(&cell->plan)) {
        cell->n_hits = 0; /* by earlier runs */
    }
done:
    return status;
}

/* A cell that was solved stays what it was where another search comes to nothing. */
static gmix_status end_again(gmix_i_trial *t, gmix_ctx *ctx, gmix_status status) {
    const bool nothing = status == GMIX_ERR_DATA || status == GMIX_ERR_OPTION ||
                         status == GMIX_ERR_SINGULAR || gmix_i_was_cut(status);
    t->cell->plan.given = NULL;
    if (t->crew.workers && nothing) {
        t->crew.workers[0].ctx.message[0] = '\0';
        status = GMIX_OK;
    }
    let_go(t, ctx);
    return status;
}

/* Where a pilot did the searching for the cell: that of a single fit of so many rows. */
static gmix_status search_large(gmix_i_trial *t, gmix_ctx *ctx) {
    gmix_status status = GMIX_OK;
    const gmix_i_plan *const plan = &t->cell->plan;
    t->first = gmix_i_first_start(plan, &t->grid->pilot->tree); /* that it has, too */
    GMIX_TRY(gmix_i_search_large(ctx, plan, gmix_i_search_rows(plan),
                                 gmix_i_plan_parameters(plan), &t->crew, &t->found));
    GMIX_TRY(gmix_i_weigh(&t->crew.workers[0], -INFINITY, &t->found.pool[0]));
done:
    return status;
}

gmix_status gmix_i_cell_search(gmix_i_grid *grid, gmix_i_grid_cell *cell, gmix_ctx *ctx) {
    gmix_status status = GMIX_OK;
    gmix_i_trial t = {.grid = grid, .cell = cell};
    GMIX_TRY(grid->pilot ? search_large(&t, ctx) : search(&t, ctx, GMIX_I_POLICY_FIT));
    GMIX_TRY(take_better(&t));
    cell->n_starts = t.found.n_starts;
    cell->n_runs = t.found.n_reached;
    cell->n_hits = gmix_i_chain_hits(&cell->plan, &t.found, &cell->best, 0);
done:
    return end_again(&t, ctx, status);
}

gmix_status gmix_i_cell_exchange(gmix_i_grid *grid, gmix_i_grid_cell *cell,
                                 gmix_ctx *ctx) {
    gmix_status status = GMIX_OK;
    gmix_i_trial t = {.grid = grid, .cell = cell};
    gmix_i_trial_neighbours(&t);
    if (t.n_nested == 0) {
        return GMIX_OK;
    }
    t.given = (gmix_i_given){.n = t.n_nested, .place = gmix_i_trial_place, .arg = &t};
    cell->plan.given = &t.given;
    GMIX_TRY(hire(&t, ctx, 1));
    GMIX_TRY(gmix_i_chain_new(ctx, &cell->plan, t.n_nested, &t.found));
    GMIX_TRY(gmix_i_chain_halving(&t.found, &t.crew.workers[0], &exchange));
    if (isfinite(t.found.pool[0].log_likelihood)) {
        GMIX_TRY(gmix_i_weigh(&t.crew.workers[0], -INFINITY, &t.found.pool[0]));
        GMIX_TRY(take_better(&t));
    }
done:
    return end_again(&t, ctx, status);
}

gmix_status gmix_i_cell_settle(gmix_i_grid *grid, gmix_i_grid_cell *cell, gmix_ctx *ctx) {
    gmix_status status = GMIX_OK;
    gmix_i_trial t = {.grid = grid, .cell = cell};
    GMIX_TRY(hire(&t, ctx, 1));
    GMIX_TRY(gmix_i_chain_new(ctx, &cell->plan, 2, &t.found));
    GMIX_TRY(start_from_contained(&t));
    GMIX_TRY(conclude(&t));
done:
    return end_first(&t, ctx, status);
}
