/* A cell of a grid that is being worked at, and the starts it gets from others. See cell.c. */
#ifndef GMIX_SELECT_TRIAL_H
#define GMIX_SELECT_TRIAL_H

#include "select/grid.h"

enum { GMIX_I_MOST_NESTED = 48 /* starts from other cells */ };

/* A start from another cell. */
typedef struct gmix_i_nested_start {
    const gmix_i_grid_cell *from;
    const gmix_i_candidate *solution;
    size_t variant;
} gmix_i_nested_start;

/* A cell being worked at. */
typedef struct gmix_i_trial {
    gmix_i_grid *grid;
    gmix_i_grid_cell *cell;
    gmix_i_crew crew;
    gmix_i_chain found;
    gmix_i_given given;
    const gmix_i_init *first; /* given start number 0; NULL: there is none */
    gmix_i_nested_start nested[GMIX_I_MOST_NESTED];
    size_t n_nested;
} gmix_i_trial;

/* Lists starts from the solutions of cells that the cell contains; or from what neighbours show that it has not
 * seen. */
void gmix_i_trial_contained(gmix_i_trial *t);
void gmix_i_trial_neighbours(gmix_i_trial *t);

/* Puts given start number `index` into worker->em.current; arg: the trial. What reports call it. */
gmix_status gmix_i_trial_place(void *arg, gmix_i_worker *worker, size_t index);
const char *gmix_i_trial_name(const gmix_i_trial *t, size_t index);

#endif
