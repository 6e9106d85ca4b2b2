/*
 * A grid of models to choose from: cells of a family and a number of components each, on one
 * input. A cell is solved once everything that it contains has been: all simpler families with
 * as many components or fewer. Their solutions are among its starts, and what it comes to is
 * only worth reporting if it scores no less than they do.
 *
 * Everything a cell is solved with is a function of the data, the options and the cells
 * it contains, so the result does not depend on the order or on the number of threads.
 */
#ifndef GMIX_SELECT_GRID_H
#define GMIX_SELECT_GRID_H

#include <stdatomic.h>

#include "search/search.h"

enum {
    GMIX_I_REASON_SIZE = 320,
    GMIX_I_FEW_SEARCHES =
        16 /* that are worth their time however few cells there are: gmix_i_search_cost() */
};

typedef enum gmix_i_outcome {
    GMIX_I_CELL_UNFINISHED, /* or not begun */
    GMIX_I_CELL_OK,
    GMIX_I_CELL_SINGULAR,
    GMIX_I_CELL_REFUSED
} gmix_i_outcome;

typedef struct gmix_i_grid_cell {
    const gmix_i_family *family;
    size_t k;
    /* What is fitted: plan points to the rest and into the grid. */
    gmix_fit_options opts;
    gmix_i_classes classes;
    gmix_i_rules rules;
    gmix_i_plan plan;

    gmix_i_outcome outcome;
    gmix_i_candidate best; /* in the frame of the plan; n_trace 0: there is none */
    double log_prior;      /* part of best.log_likelihood */
    const char *start;     /* what led to it; static */
    size_t n_starts, n_runs, n_hits;
    double cv; /* cross-validated log-likelihood; NaN: unknown */
    char reason[GMIX_I_REASON_SIZE];
    size_t level; /* above those of all cells that it contains */
    gmix_i_candidate
        shown; /* its best when cells last exchanged theirs: what the others see */
    bool is_new,
        is_fresh;     /* it has not seen the others; they have not seen what is shown */
    bool is_searched; /* for as long as a single fit would */
    bool is_wanted;   /* in the phase under way */
    atomic_int done;
} gmix_i_grid_cell;

typedef struct gmix_i_grid {
    gmix_ctx *ctx;
    const gmix_fit_options *opts; /* of all cells, but for family and K */
    gmix_i_input input;
    gmix_i_survey survey;
    gmix_i_patterns patterns;
    gmix_i_frame frames[2]; /* feature by feature, and isotropic */
    gmix_i_classes classes; /* for the sample */
    gmix_i_sample sample;
    gmix_i_sample_tree tree; /* merges is NULL: there is none */
    double *distinct;
    size_t n_distinct; /* of no more than k_most */
    size_t k_most;
    /* A grid on some of the rows, of the same cells, whose solutions are the starts of this one
     * and all there is to it; NULL: none. */
    const struct gmix_i_grid *pilot;
    gmix_i_grid_cell **cells;
    size_t n_cells, capacity;
    double began, deadline;
    bool refines; /* cells that matter are searched as for single fits */
    gmix_i_limit
        *limit; /* becomes firm with the first model; NULL: none of these is a result */
    atomic_int cancelled;
    size_t number; /* among the grids of a choice, in its journal */
    size_t phase;  /* how often cells have been gone through, for the same */
} gmix_i_grid;

/* Surveys the input and makes what cells share. shape: the most demanding one; k_most: no cell
 * will have more components. opts must outlive the grid. */
gmix_status gmix_i_grid_new(gmix_ctx *ctx, const gmix_i_input *input,
                            const gmix_fit_options *opts, const gmix_i_shape *shape,
                            size_t k_most, gmix_i_grid *out);
void gmix_i_grid_free(gmix_i_grid *grid);

/* Adds a cell, refused if the options or the data do not allow it. */
gmix_status gmix_i_grid_add(gmix_i_grid *grid, const gmix_i_family *family, size_t k);

/* Solves all cells that are not yet, on all threads, those of a small grid that refines as single fits are; then cells
 * exchange what they found. GMIX_OK also if it was cancelled or the time was over: cells are then unfinished. */
gmix_status gmix_i_grid_solve(gmix_i_grid *grid);

/* Searches for the cells that are wanted as for single fits, from where these begin and as long: so none is below its
 * own. Then cells exchange what was found. */
gmix_status gmix_i_grid_search(gmix_i_grid *grid);

/* True if every model of cell b is one of cell a, and they are not the same. */
bool gmix_i_cell_contains(const gmix_i_grid_cell *a, const gmix_i_grid_cell *b);

/* Log-likelihood without the prior; of a Bayesian fit the bound of the log-evidence, and log K! for as many
 * solutions that differ in the order of components. */
double gmix_i_cell_log_likelihood(const gmix_i_grid_cell *cell);

/* Free parameters of a cell's mixtures. */
size_t gmix_i_cell_n_parameters(const gmix_i_grid_cell *cell);

/* For the files of the grid alone --------------------------------------------------- */

/* Work at a cell, in a context of the thread's own. */
typedef gmix_status gmix_i_cell_fn(gmix_i_grid *grid, gmix_i_grid_cell *cell,
                                   gmix_ctx *ctx);

/* Solves a cell; then compares it with what it contains. */
gmix_i_cell_fn gmix_i_cell_solve;

/* The search of a single fit. */
gmix_i_cell_fn gmix_i_cell_search;

/* Runs from what the cell's neighbours show: those of as many components, and its own family's with one more
 * or less. */
gmix_i_cell_fn gmix_i_cell_exchange;

/* Compares a cell with what it contains, once more. */
gmix_i_cell_fn gmix_i_cell_settle;

/* The same of factors of many features (search/wide.h). */
gmix_status gmix_i_wide_cell_solve(gmix_i_grid *grid, gmix_i_grid_cell *cell,
                                   gmix_ctx *ctx);

/* The highest of the cells that this one contains; NULL: none. */
const gmix_i_grid_cell *gmix_i_cell_highest_contained(const gmix_i_grid *grid,
                                                      const gmix_i_grid_cell *cell);

/* True if the cell's best is no singular one and scores no less than the other cell. (A component
 * that chance explains is not worth its parameters: criteria see to it.) The same mixture may
 * differ in its last digits from frame to frame: then the higher number holds for both. */
bool gmix_i_cell_holds_against(gmix_i_grid_cell *cell, const gmix_i_grid_cell *other);

/* A cell after a phase that it was in before, from the journal; or into it, once it is finished (cell_journal.c). */
bool gmix_i_cell_recall(const gmix_i_grid *grid, gmix_i_grid_cell *cell, gmix_ctx *ctx);
gmix_status gmix_i_cell_keep(const gmix_i_grid *grid, gmix_i_grid_cell *cell,
                             gmix_ctx *ctx);

/* A solution of a cell as one of `to`: the same mixture if K is the same and `to` contains the cell, or what is
 * closest to it; else with components split, which and how depends on `variant`: with GMIX_I_HALVES the heaviest,
 * in halves that are equal. Into w->em.current, for w a worker of to's plan. */
#define GMIX_I_HALVES SIZE_MAX
void gmix_i_embed(const gmix_i_grid_cell *from, const gmix_i_candidate *solution,
                  const gmix_i_grid_cell *to, size_t variant, gmix_i_worker *w);

/* The same of one more component: that of so many lighter ones becomes a part of its neighbour. */
gmix_status gmix_i_embed_fewer(const gmix_i_grid_cell *from,
                               const gmix_i_candidate *solution,
                               const gmix_i_grid_cell *to, size_t lighter,
                               gmix_i_worker *w);

#endif
