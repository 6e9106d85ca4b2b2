/*
 * Going through the cells of a grid side by side. They are solved from simple to rich, each as soon as all that it
 * contains is solved; then they exchange what they found, all at once: each sees what the others showed when the
 * round began, so that no order matters; and are compared once more. Small fits go one to a thread; where a pass
 * over the data is worth all threads, cells come one after the other.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/threads.h"
#include "search/wide.h"
#include "select/grid.h"

enum { ROUNDS = 3 }; /* of exchanges, at most: hardly any cell gains by a fourth */

/* How cells are gone through. */
typedef struct phase {
    gmix_i_cell_fn *work;
    bool in_order;  /* after what they contain */
    bool keeps;     /* in the journal, what they come to */
    bool to_an_end; /* however late it is */
} phase;

static const phase solving = {gmix_i_cell_solve, true, true, false},
                   exchanging = {gmix_i_cell_exchange, false, false, false},
                   searching = {gmix_i_cell_search, false, true, false},
                   settling = {gmix_i_cell_settle, true, false, true};

typedef struct schedule {
    gmix_i_grid *grid;
    const phase *phase;
    gmix_i_grid_cell **order; /* what a cell contains comes before it */
    size_t n;
    bool side_by_side;
    atomic_size_t next, n_done;
    gmix_status *status; /* n */
    gmix_ctx *contexts;  /* one a thread */
    struct helper *helpers;
    atomic_int failed; /* thread whose message says why, and 1; 0: none failed */
} schedule;

/* What the callbacks of a thread's context are called with. */
typedef struct helper {
    schedule *s;
    bool is_caller; /* the thread of whoever called the library */
} helper;

/* The caller's callback is asked by the caller's thread alone; the others read the flag. */
static int ask_to_cancel(void *user) {
    const helper *const h = user;
    gmix_i_grid *const grid = h->s->grid;
    if (h->is_caller && gmix_i_cancelled(grid->ctx)) {
        atomic_store(&grid->cancelled, 1);
    }
    return atomic_load_explicit(&grid->cancelled, memory_order_relaxed);
}

/* Progress is that of the grid: which model of how many. */
static void tell_progress(void *user, const gmix_progress *at) {
    const helper *const h = user;
    const gmix_ctx_options *const to = &h->s->grid->ctx->opts;
    gmix_progress here = *at;
    here.stage = "models";
    here.run = atomic_load(&h->s->n_done);
    here.n_runs = h->s->n;
    to->progress(to->user, &here);
}

static void set_context(schedule *s, size_t thread) {
    gmix_ctx *const ctx = &s->contexts[thread];
    const gmix_ctx *const from = s->grid->ctx;
    s->helpers[thread] = (helper){.s = s, .is_caller = thread == 0};
    gmix_i_ctx_child(from, NULL, thread == 0, ctx);
    ctx->asks = from->asks; /* the others read the flag, that is all */
    ctx->opts.user = &s->helpers[thread];
    ctx->opts.cancel = ask_to_cancel;
    ctx->opts.progress = thread == 0 && from->opts.progress ? tell_progress : NULL;
    ctx->opts.n_threads = s->side_by_side ? 1 : from->opts.n_threads;
}

/* Waits until everything that the cell contains is done. */
static void wait_for_contained(schedule *s, size_t index, int thread) {
    static const struct timespec moment = {.tv_nsec = 20000};
    for (size_t c = 0; c < index && s->phase->in_order; c++) {
        while (gmix_i_cell_contains(s->order[index], s->order[c]) &&
               !atomic_load_explicit(&s->order[c]->done, memory_order_acquire)) {
            nanosleep(&moment, NULL);
            (void)ask_to_cancel(&s->helpers[thread]);
        }
    }
}

/* However short the time is, one cell is solved. */
static bool has_any_model(const gmix_i_grid *grid) {
    for (size_t c = 0; c < grid->n_cells; c++) {
        if (atomic_load_explicit(&grid->cells[c]->done, memory_order_acquire) &&
            grid->cells[c]->best.n_trace > 0) {
            return true;
        }
    }
    return false;
}

/* Cells are taken in their order, whatever order the loop comes in, so that somebody is at
 * work on whatever is waited for. */
static void do_cell(void *arg, size_t any, int thread) {
    (void)any;
    schedule *const s = arg;
    const size_t index = atomic_fetch_add(&s->next, 1);
    gmix_i_grid_cell *const cell = s->order[index];
    wait_for_contained(s, index, thread);
    const bool in_time = gmix_i_now() <= s->grid->deadline || s->phase->to_an_end ||
                         !has_any_model(s->grid);
    if (!ask_to_cancel(&s->helpers[thread]) && in_time) {
        gmix_ctx *const ctx = &s->contexts[thread];
        if (!s->phase->keeps || !gmix_i_cell_recall(s->grid, cell, ctx)) {
            s->status[index] = s->phase->work(s->grid, cell, ctx);
            if (s->status[index] == GMIX_OK && s->phase->keeps) {
                s->status[index] = gmix_i_cell_keep(s->grid, cell, ctx);
            }
        }
        if (s->status[index] != GMIX_OK) {
            int none = 0;
            if (!gmix_i_was_cut(s->status[index])) {
                atomic_compare_exchange_strong(&s->failed, &none, thread + 1);
            }
            atomic_store(&s->grid->cancelled, 1); /* nobody need go on */
        } else if (s->grid->limit && cell->best.n_trace > 0) {
            gmix_i_limit_firm(s->grid->limit);
        }
    }
    atomic_fetch_add(&s->n_done, 1);
    atomic_store_explicit(&cell->done, 1, memory_order_release);
}

/* Work of a pass and of an M-step, roughly. */
static double cost_of(const gmix_i_grid_cell *cell) {
    const size_t d = cell->plan.input->n_cols;
    return (double)cell->k * (double)gmix_i_stats_len(cell->family->shape, d);
}

/* By level; within one the costly first, so that nobody is left with one at the end. */
static int by_level(const void *a, const void *b) {
    const gmix_i_grid_cell *const x = *(gmix_i_grid_cell *const *)a,
                                  *const y = *(gmix_i_grid_cell *const *)b;
    const double cx = cost_of(x), cy = cost_of(y);
    if (x->level != y->level) {
        return x->level < y->level ? -1 : 1;
    }
    return cx > cy ? -1 : cx < cy ? 1 : 0;
}

/* The failure of the thread that failed first, with its message; being cancelled is none. */
static gmix_status take_status(schedule *s) {
    const int failed = atomic_load(&s->failed);
    for (size_t c = 0; failed > 0 && c < s->n; c++) {
        if (s->status[c] != GMIX_OK && !gmix_i_was_cut(s->status[c])) {
            memcpy(s->grid->ctx->message, s->contexts[failed - 1].message,
                   sizeof s->grid->ctx->message);
            return s->status[c];
        }
    }
    return GMIX_OK;
}

/* True if fits are too small to share a pass among threads. */
static bool are_small(const gmix_i_grid *grid, const schedule *s) {
    const double rows = (double)grid->survey.n_rows;
    double largest = 0.0;
    for (size_t c = 0; c < s->n; c++) {
        const double cost = cost_of(s->order[c]);
        largest = cost > largest ? cost : largest;
    }
    return 2.0 * rows * largest <= 4e6 * (double)grid->ctx->opts.n_threads;
}

static gmix_status run_schedule(gmix_i_grid *grid, schedule *s) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = grid->ctx;
    int n_threads = 1;
    s->grid = grid;
    qsort(s->order, s->n, sizeof(gmix_i_grid_cell *), by_level);
    s->side_by_side = are_small(grid, s);
    n_threads = s->side_by_side ? ctx->opts.n_threads : 1;
    GMIX_TRY(gmix_i_calloc(ctx, "models", s->n, sizeof *s->status, &s->status));
    GMIX_TRY(gmix_i_calloc(ctx, "contexts", (size_t)n_threads, sizeof *s->contexts,
                           &s->contexts));
    GMIX_TRY(gmix_i_calloc(ctx, "contexts", (size_t)n_threads, sizeof *s->helpers,
                           &s->helpers));
    for (int t = 0; t < n_threads; t++) {
        set_context(s, (size_t)t);
    }
    if (gmix_i_parallel_for(ctx, n_threads, s->n, do_cell, s) == GMIX_ERR_CANCELLED) {
        atomic_store(&grid->cancelled, 1);
    }
    status = take_status(s);
done:
    gmix_i_free(ctx, s->status);
    gmix_i_free(ctx, s->contexts);
    gmix_i_free(ctx, s->helpers);
    gmix_i_free(ctx, s->order);
    return status;
}

/* Goes through the cells that are wanted. */
static gmix_status go_through(gmix_i_grid *grid, const phase *how) {
    gmix_status status = GMIX_OK;
    schedule s = {.phase = how};
    GMIX_TRY(gmix_i_calloc(grid->ctx, "models", grid->n_cells, sizeof(gmix_i_grid_cell *),
                           &s.order));
    for (size_t c = 0; c < grid->n_cells; c++) {
        if (grid->cells[c]->is_wanted) {
            s.order[s.n++] = grid->cells[c];
            atomic_store(&grid->cells[c]->done, 0);
        }
    }
    grid->phase++;
    GMIX_TRY(run_schedule(grid, &s));
done:
    return status;
}

static bool is_over(const gmix_i_grid *grid) {
    return atomic_load(&grid->cancelled) || gmix_i_now() > grid->deadline;
}

/* True of a cell with more than the data or the options allow one solution for. */
static bool is_searched_for(const gmix_i_grid_cell *cell) {
    return cell->outcome != GMIX_I_CELL_REFUSED && !gmix_i_wide_suits(&cell->plan) &&
           gmix_i_runs_wanted(&cell->plan) == 0;
}

/* Cells show the best they have, if it is better than what they showed before. False if none is. */
static gmix_status show_all(gmix_i_grid *grid, bool *any) {
    gmix_status status = GMIX_OK;
    *any = false;
    for (size_t c = 0; c < grid->n_cells; c++) {
        gmix_i_grid_cell *const cell = grid->cells[c];
        const gmix_i_candidate *const best = &cell->best;
        const double least = cell->shown.n_trace > 0
                                 ? cell->shown.log_likelihood + gmix_i_slack(&cell->plan)
                                 : -INFINITY;
        cell->is_fresh = cell->outcome != GMIX_I_CELL_REFUSED &&
                         !gmix_i_wide_suits(&cell->plan) && best->n_trace > 0 &&
                         best->n_lost == 0 && gmix_i_may_go_on(best->stop) &&
                         best->log_likelihood > least;
        if (cell->is_fresh && cell->shown.n_trace == 0) {
            GMIX_TRY(gmix_i_candidate_new(grid->ctx, cell->family, cell->k,
                                          grid->input.n_cols, &cell->shown));
        }
        if (cell->is_fresh) {
            GMIX_TRY(gmix_i_candidate_copy(grid->ctx, best, &cell->shown));
        }
        *any = *any || cell->is_fresh;
    }
done:
    return status;
}

/* Rounds of exchanges until no cell has found anything, on no more rows than searches have; then none is below what it
 * contains. */
static gmix_status exchange(gmix_i_grid *grid) {
    gmix_status status = GMIX_OK;
    bool any = !grid->pilot;
    for (int round = 0; round < ROUNDS && any && !is_over(grid); round++) {
        GMIX_TRY(show_all(grid, &any));
        for (size_t c = 0; c < grid->n_cells; c++) {
            grid->cells[c]->is_wanted = is_searched_for(grid->cells[c]);
        }
        GMIX_TRY(go_through(grid, &exchanging));
        for (size_t c = 0; c < grid->n_cells; c++) {
            grid->cells[c]->is_new = false;
        }
    }
    for (size_t c = 0; c < grid->n_cells && !atomic_load(&grid->cancelled); c++) {
        grid->cells[c]->is_wanted = is_searched_for(grid->cells[c]);
    }
    GMIX_TRY(go_through(grid, &settling));
done:
    return status;
}

/* True if all cells are worth the search of a single fit. */
static bool are_few(const gmix_i_grid *grid) {
    double cost = 0.0;
    for (size_t c = 0; c < grid->n_cells; c++) {
        const gmix_i_grid_cell *const cell = grid->cells[c];
        cost += is_searched_for(cell) ? gmix_i_search_cost(&cell->plan) : 0.0;
    }
    return cost <= (double)GMIX_I_FEW_SEARCHES;
}

gmix_status gmix_i_grid_solve(gmix_i_grid *grid) {
    gmix_status status = GMIX_OK;
    const bool few = grid->refines && !grid->pilot && are_few(grid);
    for (size_t c = 0; c < grid->n_cells; c++) {
        gmix_i_grid_cell *const cell = grid->cells[c];
        cell->is_new = cell->is_wanted = !atomic_load(&cell->done);
        cell->is_searched = cell->is_searched || (cell->is_new && few);
    }
    GMIX_TRY(go_through(grid, &solving));
    GMIX_TRY(grid->pilot ? GMIX_OK : exchange(grid));
done:
    return status;
}

gmix_status gmix_i_grid_search(gmix_i_grid *grid) {
    gmix_status status = GMIX_OK;
    for (size_t c = 0; c < grid->n_cells; c++) {
        gmix_i_grid_cell *const cell = grid->cells[c];
        cell->is_searched = cell->is_searched || cell->is_wanted;
        cell->is_wanted = cell->is_wanted && is_searched_for(cell);
    }
    GMIX_TRY(go_through(grid, &searching));
    GMIX_TRY(exchange(grid));
done:
    return status;
}
