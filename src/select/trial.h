/* A cell of a grid being worked at: its memory, its starts. */
#ifndef GMIX_SELECT_TRIAL_H
#define GMIX_SELECT_TRIAL_H

#include "select/grid.h"

/* How far a cell is searched: starts of its own besides the tree's; splits of fewer components;
 * starts that go on, and to the end; moves in a row that may
 * fail. */
typedef struct gmix_i_cell_effort {
    const char *search;
    size_t n_own, n_splits, n_middle, n_long, patience;
} gmix_i_cell_effort;

/* A cell being worked at. */
typedef struct gmix_i_trial {
    gmix_i_grid *grid;
    gmix_i_grid_cell *cell;
    const gmix_i_cell_effort *effort;
    gmix_i_crew crew;
    gmix_i_worker *worker;
    gmix_i_chain chain;
    const char **starts; /* by number of the run; as many as the chain has candidates */
    size_t n;            /* candidates made */
} gmix_i_trial;

/* No more steps than the options allow. */
static inline size_t gmix_i_trial_steps(const gmix_i_trial *t, size_t wanted) {
    const size_t most = t->cell->opts.max_iter;
    return wanted < most ? wanted : most;
}

/* Runs from worker->em.current, into the next candidate. */
gmix_status gmix_i_trial_run(gmix_i_trial *t, const char *name, size_t limit);

/* Short runs from the starts of the cell's own; from the richest cells that it contains. */
gmix_status gmix_i_trial_own_starts(gmix_i_trial *t);
gmix_status gmix_i_trial_nested_starts(gmix_i_trial *t);

/* The start that other programs begin from, the tree or, of one feature, quantiles; NULL: none is
 * wanted. */
const gmix_i_init *gmix_i_trial_first(const gmix_i_trial *t);

#endif
