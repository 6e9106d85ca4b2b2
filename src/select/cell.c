/*
 * Solving one cell of a grid: starts of its own and from the cells that it contains, a few EM
 * steps each, the best of them further and the best of those to the end; moves from the
 * best; then the comparison with what it contains.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "search/findings.h"
#include "select/trial.h"

enum { MIDDLE_STEPS = 18, LEAST_ITERATIONS = 20, CONTESTED = 5 };
enum { ROOM = 32 }; /* candidates, besides restarts */

static const gmix_i_cell_effort efforts[] = {{"quick", 1, 1, 2, 1, 0},
                                             {"standard", 2, 3, 4, 2, 4},
                                             {"thorough", 12, 12, 12, 4, 96}};

/* Instead of "standard" where an EM step costs more than so many multiply-adds: what is nested,
 * and the tree, find most. */
static const gmix_i_cell_effort lean = {"standard", 1, 2, 2, 1, 0};
static const double COSTLY_STEP = 5e5;

/* Multiply-adds of a step, roughly: the pass, and eigenvalues of dense matrices. */
static double step_cost(const gmix_i_plan *plan) {
    const size_t d = plan->input->n_cols;
    const gmix_i_shape *const shape = plan->family->shape;
    const double k = (double)plan->opts->n_components;
    const double len = (double)shape->cov_len(d);
    return k * len *
           ((double)plan->survey->n_rows + (len > (double)d ? 30.0 * (double)d : 0.0));
}

static const gmix_i_cell_effort *effort_for(const gmix_i_plan *plan) {
    const gmix_i_cell_effort *found = &efforts[1];
    for (size_t e = 0; e < sizeof efforts / sizeof *efforts; e++) {
        found = strcmp(efforts[e].search, plan->opts->search) == 0 ? &efforts[e] : found;
    }
    return found == &efforts[1] && step_cost(plan) > COSTLY_STEP ? &lean : found;
}

static gmix_status open_trial(gmix_i_trial *t, gmix_ctx *ctx) {
    gmix_status status = GMIX_OK;
    t->effort = effort_for(&t->cell->plan);
    GMIX_TRY(gmix_i_crew_new(ctx, &t->cell->plan, 1, &t->crew));
    t->worker = &t->crew.workers[0];
    t->worker->watch.ends_at_floor = true;
    t->worker->task.sample = t->grid->sample;
    t->worker->task.tree = t->grid->tree.merges ? &t->grid->tree : NULL;
    const size_t room = ROOM + t->cell->opts.restarts;
    GMIX_TRY(gmix_i_chain_new(ctx, &t->cell->plan, room, &t->chain));
    GMIX_TRY(gmix_i_calloc(ctx, "names of starts", room, sizeof *t->starts, &t->starts));
done:
    return status;
}

static void close_trial(gmix_i_trial *t, gmix_ctx *ctx) {
    if (t->worker) {
        if (t->worker->ctx.message[0]) {
            memcpy(ctx->message, t->worker->ctx.message, sizeof ctx->message);
        }
        t->worker->task.sample = (gmix_i_sample){0}; /* the grid's */
    }
    gmix_i_free(ctx, (void *)(uintptr_t)t->starts);
    gmix_i_chain_free(ctx, &t->chain);
    gmix_i_crew_free(&t->crew);
}

/* The candidate of the first start goes on whatever the others look like: it is what other
 * programs start from. */
static gmix_status go_on_with_first(gmix_i_trial *t, size_t limit) {
    const gmix_i_init *const init = gmix_i_trial_first(t);
    for (size_t i = 0; i < t->n && init; i++) {
        gmix_i_candidate *const c = &t->chain.pool[i];
        if (t->starts[c->run] == init->name && isfinite(c->log_likelihood) &&
            c->stop == GMIX_STOP_MAX_ITER && c->n_iter < limit) {
            const gmix_i_watch watch = gmix_i_worker_watch(t->worker, limit);
            return gmix_i_worker_go_on(t->worker, &watch, c);
        }
    }
    return GMIX_OK;
}

/* Takes down what finished runs reached. */
static gmix_status note_reached(gmix_i_trial *t) {
    gmix_status status = GMIX_OK;
    gmix_i_chain *const chain = &t->chain;
    GMIX_TRY(gmix_i_grow(&t->worker->ctx, "finished runs", &chain->reached,
                         &chain->capacity, chain->n_reached + t->n,
                         sizeof *chain->reached));
    for (size_t c = 0; c < t->n; c++) {
        gmix_i_candidate *const one = &chain->pool[c];
        if (one->hopeless || !gmix_i_candidate_finished(one, t->cell->opts.max_iter)) {
            one->log_likelihood = -INFINITY; /* what it seems is not what it becomes */
        } else if (isfinite(one->log_likelihood)) {
            chain->reached[chain->n_reached++] =
                (gmix_i_reached){one->log_likelihood, one->n_faults};
        }
    }
    gmix_i_chain_sort(chain->pool, t->n);
done:
    return status;
}

static gmix_status halve(gmix_i_trial *t) {
    gmix_status status = GMIX_OK;
    const gmix_i_cell_effort *const e = t->effort;
    const size_t middle = e->n_middle < t->n ? e->n_middle : t->n;
    const size_t last = e->n_long < t->n ? e->n_long : t->n;
    const size_t most = t->cell->opts.max_iter;
    GMIX_TRY(go_on_with_first(t, most));
    gmix_i_chain_sort(t->chain.pool, t->n);
    GMIX_TRY(gmix_i_chain_go_on(&t->chain, t->worker, 0, middle,
                                gmix_i_trial_steps(t, MIDDLE_STEPS)));
    gmix_i_chain_sort(t->chain.pool, t->n);
    GMIX_TRY(gmix_i_chain_go_on(&t->chain, t->worker, 0, last, most));
    GMIX_TRY(note_reached(t));
done:
    return status;
}

/* Where components may rest on few rows, candidates were judged as if they must not: keeps the
 * best of these, then judges as the cell does. */
static gmix_status judge_again(gmix_i_trial *t) {
    gmix_status status = GMIX_OK;
    gmix_i_candidate *const pool = t->chain.pool;
    gmix_i_judge *const judge = &t->worker->judge;
    if (!(t->cell->plan.rows_needed > 0.0)) {
        return GMIX_OK;
    }
    judge->rows_needed = t->cell->plan.rows_needed;
    if (isfinite(pool[0].log_likelihood) && pool[0].n_faults == 0) {
        GMIX_TRY(gmix_i_candidate_copy(&t->worker->ctx, &pool[0], &t->cell->firm));
    }
    for (size_t c = 0; c < t->n; c++) {
        if (isfinite(pool[c].log_likelihood)) {
            pool[c].n_faults = gmix_i_judge_all(judge, &pool[c].params, NULL);
        }
    }
    gmix_i_chain_sort(pool, t->n);
    if (gmix_i_candidate_matches(&t->cell->firm, &pool[0], 0.0)) {
        t->cell->firm.n_trace = 0;
    }
done:
    return status;
}

/* True if a solution that is not sound scores higher than the best: others that are sound may
 * do so, too. */
static bool is_contested(const gmix_i_trial *t) {
    const gmix_i_candidate *const pool = t->chain.pool;
    bool higher = false;
    for (size_t c = 1; c < t->n; c++) {
        higher = higher || (isfinite(pool[c].log_likelihood) &&
                            pool[c].log_likelihood > pool[0].log_likelihood);
    }
    return higher;
}

static gmix_status make_moves(gmix_i_trial *t) {
    gmix_status status = GMIX_OK;
    const size_t more = is_contested(t) ? CONTESTED : 1;
    const gmix_fit_options *const opts = &t->cell->opts;
    const gmix_i_effort moves = {.passes = INFINITY,
                                 .patience = more * t->effort->patience};
    const double before = t->chain.pool[0].log_likelihood;
    const size_t faults = t->chain.pool[0].n_faults;
    const bool wanted = t->cell->k > 1 && opts->tol > 0.0 && opts->restarts == 0 &&
                        opts->max_iter >= LEAST_ITERATIONS && t->effort->patience > 0 &&
                        t->cell->classes.n == 0 && isfinite(before);
    if (wanted) {
        GMIX_TRY(gmix_i_chain_moves(&t->chain, t->worker, &moves));
        if (t->chain.pool[0].n_faults < faults ||
            t->chain.pool[0].log_likelihood > before) {
            t->chain.pool[0].run = t->chain.n_pool;
        }
    }
done:
    return status;
}

/* What the grid on some of the rows found, on all of them. */
static gmix_status pilot_start(gmix_i_trial *t) {
    gmix_status status = GMIX_OK;
    const gmix_i_grid *const pilot = t->grid->pilot;
    for (size_t c = 0; c < pilot->n_cells; c++) {
        const gmix_i_grid_cell *const from = pilot->cells[c];
        if (from->family == t->cell->family && from->k == t->cell->k &&
            from->best.n_trace > 0) {
            gmix_i_embed(from, &from->best, t->cell, 0, t->worker);
            GMIX_TRY(gmix_i_trial_run(t, from->start, t->cell->opts.max_iter));
        }
    }
    GMIX_TRY(note_reached(t));
done:
    return status;
}

/* The chain's best becomes the cell's. */
static gmix_status take_best(gmix_i_trial *t, const char *start) {
    gmix_status status = GMIX_OK;
    gmix_i_grid_cell *const cell = t->cell;
    if (!isfinite(t->chain.pool[0].log_likelihood)) {
        return GMIX_OK;
    }
    gmix_i_candidate_swap(&cell->best, &t->chain.pool[0]);
    cell->start = start;
    GMIX_TRY(gmix_i_solution_prior(&t->crew, &cell->best.params, &cell->log_prior));
done:
    return status;
}

static const char *start_of(const gmix_i_trial *t) {
    const size_t run = t->chain.pool[0].run;
    return run < t->n ? t->starts[run] : "search";
}

/* Nested models can be compared where log-likelihoods are what is maximised. */
static bool is_comparable(const gmix_i_grid_cell *cell) {
    return !cell->rules.has_prior && !(cell->opts.reg > 0.0) &&
           strcmp(cell->opts.stop_rule, "change") != 0;
}

/* The highest of the cells that this one contains; NULL: none. */
static const gmix_i_grid_cell *highest_contained(const gmix_i_grid *grid,
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

/* True if the cell's best is sound and scores no less than the other cell. The same mixture may
 * differ in its last digits from frame to frame: then the higher number holds for both. */
static bool holds_against(gmix_i_grid_cell *cell, const gmix_i_grid_cell *other) {
    if (cell->best.n_trace == 0 || cell->best.n_faults > 0) {
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
static gmix_status start_from_contained(gmix_i_trial *t) {
    gmix_status status = GMIX_OK;
    gmix_i_grid_cell *const cell = t->cell;
    const gmix_i_grid_cell *const highest = highest_contained(t->grid, cell);
    const size_t n = !highest || highest->k == cell->k ? 1 : 2 * highest->k;
    for (size_t v = 0; highest && v < n && !holds_against(cell, highest); v++) {
        if (!(gmix_i_now() < t->grid->deadline)) {
            break;
        }
        t->n = 0;
        gmix_i_embed(highest, &highest->best, cell, v + 7, t->worker);
        GMIX_TRY(gmix_i_trial_run(t, highest->k == cell->k ? "nested" : "split",
                                  cell->opts.max_iter));
        if (gmix_i_candidate_better(&t->chain.pool[0], &cell->best) ||
            cell->best.n_trace == 0) {
            GMIX_TRY(take_best(t, t->starts[0]));
        }
    }
done:
    return status;
}

static gmix_status say_fault(gmix_i_trial *t) {
    gmix_status status = GMIX_OK;
    gmix_i_grid_cell *const cell = t->cell;
    gmix_ctx *const ctx = &t->worker->ctx;
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
    const gmix_i_grid_cell *const highest = highest_contained(t->grid, cell);
    cell->reason[0] = '\0';
    if (cell->best.n_trace > 0 && !gmix_i_may_go_on(cell->best.stop)) {
        cell->outcome = GMIX_I_CELL_UNFINISHED;
    } else if (holds_against(cell, highest)) {
        cell->outcome = GMIX_I_CELL_OK;
    } else if (gmix_i_now() >= t->grid->deadline || atomic_load(&t->grid->cancelled)) {
        cell->outcome = GMIX_I_CELL_UNFINISHED;
    } else {
        cell->outcome = GMIX_I_CELL_SINGULAR;
        if (cell->best.n_trace > 0 && cell->best.n_faults == 0) {
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

static gmix_status search_starts(gmix_i_trial *t) {
    gmix_status status = GMIX_OK;
    t->worker->judge.rows_needed = gmix_i_rows_needed(t->worker->judge.d);
    GMIX_TRY(gmix_i_trial_own_starts(t));
    GMIX_TRY(gmix_i_trial_nested_starts(t));
    GMIX_TRY(halve(t));
    GMIX_TRY(judge_again(t));
    GMIX_TRY(make_moves(t));
done:
    return status;
}

/* What was found before the end counts, and so does a start that the data do not allow. */
static gmix_status settle(gmix_i_trial *t, gmix_status status) {
    gmix_i_grid_cell *const cell = t->cell;
    if (status == GMIX_ERR_DATA || status == GMIX_ERR_OPTION) {
        cell->outcome = GMIX_I_CELL_REFUSED;
        snprintf(cell->reason, sizeof cell->reason, "%.*s", GMIX_I_REASON_SIZE - 1,
                 t->worker->ctx.message);
        t->worker->ctx.message[0] = '\0';
        return GMIX_OK;
    }
    if (gmix_i_was_cut(status)) {
        cell->outcome = GMIX_I_CELL_UNFINISHED;
        gmix_i_chain_sort(t->chain.pool, t->n);
        return cell->best.n_trace == 0 && t->n > 0 ? take_best(t, start_of(t)) : GMIX_OK;
    }
    return status;
}

gmix_status gmix_i_cell_solve(gmix_i_grid *grid, gmix_i_grid_cell *cell, gmix_ctx *ctx) {
    gmix_status status = GMIX_OK;
    gmix_i_trial t = {.grid = grid, .cell = cell};
    GMIX_TRY(open_trial(&t, ctx));
    GMIX_TRY(grid->pilot ? pilot_start(&t) : search_starts(&t));
    t.chain.n_hits = gmix_i_chain_hits(&cell->plan, &t.chain, &t.chain.pool[0], 0);
    cell->n_starts = t.n;
    cell->n_runs = t.chain.n_reached;
    cell->n_hits = t.chain.n_hits;
    GMIX_TRY(take_best(&t, start_of(&t)));
    GMIX_TRY(start_from_contained(&t));
    GMIX_TRY(conclude(&t));
done:
    status = t.worker ? settle(&t, status) : status;
    close_trial(&t, ctx);
    return status;
}

gmix_status gmix_i_cell_nest(gmix_i_grid *grid, gmix_i_grid_cell *cell, gmix_ctx *ctx) {
    gmix_status status = GMIX_OK;
    gmix_i_trial t = {.grid = grid, .cell = cell};
    if (holds_against(cell, highest_contained(grid, cell))) {
        return GMIX_OK;
    }
    GMIX_TRY(open_trial(&t, ctx));
    GMIX_TRY(start_from_contained(&t));
    GMIX_TRY(conclude(&t));
done:
    status = t.worker ? settle(&t, status) : status;
    close_trial(&t, ctx);
    return status;
}

gmix_status gmix_i_cell_search(gmix_i_grid *grid, gmix_i_grid_cell *cell, bool *better) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = grid->ctx;
    const gmix_i_plan *const plan = &cell->plan;
    const gmix_i_effort effort = gmix_i_effort_for(plan, (double)grid->survey.n_rows);
    gmix_i_crew crew = {0};
    gmix_i_chain found = {0};
    *better = false;
    cell->searched = true;
    GMIX_TRY(
        gmix_i_crew_new(ctx, plan, gmix_i_search_workers(ctx, plan, &effort), &crew));
    GMIX_TRY(gmix_i_search(&crew, &effort, &found));
    cell->n_starts += found.n_starts;
    if (gmix_i_candidate_better(&found.pool[0], &cell->best) &&
        gmix_i_may_go_on(found.pool[0].stop)) {
        *better =
            !gmix_i_candidate_matches(&cell->best, &found.pool[0], gmix_i_slack(plan));
    }
    if (*better) {
        gmix_i_candidate_swap(&cell->best, &found.pool[0]);
        cell->start = "search";
        cell->n_runs = found.n_reached;
        cell->n_hits = found.n_hits;
        GMIX_TRY(gmix_i_solution_prior(&crew, &cell->best.params, &cell->log_prior));
    }
done:
    gmix_i_chain_free(ctx, &found);
    gmix_i_crew_free(&crew);
    return gmix_i_was_cut(status) || status == GMIX_ERR_SINGULAR ? GMIX_OK : status;
}
