/* Starts of a cell from the solutions of others. See trial.h. */
#include "select/trial.h"

enum {
    SPLITS = 4, /* of a cell of fewer components, */
    FEWER = 6   /* and of more */
};

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

static void add_starts(gmix_i_trial *t, const gmix_i_grid_cell *from,
                       const gmix_i_candidate *solution, size_t first, size_t n) {
    for (size_t v = 0; v < n && t->n_nested < GMIX_I_MOST_NESTED; v++) {
        t->nested[t->n_nested++] = (gmix_i_nested_start){from, solution, first + v};
    }
}

/* Where its contained cells are, its own search need not begin from nothing. */
void gmix_i_trial_contained(gmix_i_trial *t) {
    for (size_t c = 0; c < t->grid->n_cells && t->cell->k > 1; c++) {
        const gmix_i_grid_cell *const from = t->grid->cells[c];
        if (from->outcome == GMIX_I_CELL_OK && gmix_i_cell_contains(t->cell, from) &&
            !is_between(t->grid, t->cell, from)) {
            add_starts(t, from, &from->best, 0, from->k == t->cell->k ? 1 : SPLITS);
        }
    }
}

/* True if a solution of the one can be said as one of the other: laws with factors, and with what errors share,
 * only as far as they contain it. */
static bool is_akin(const gmix_i_grid_cell *to, const gmix_i_grid_cell *from) {
    const bool plain = from->family->n_factors == 0 && to->family->n_factors == 0 &&
                       !to->plan.input->errors;
    return to->family == from->family || plain || gmix_i_cell_contains(to, from);
}

/* What neighbours show that the cell has not seen: as many components in another family, or its own with one more
 * or less. Components of classes have places of their own. */
void gmix_i_trial_neighbours(gmix_i_trial *t) {
    const gmix_i_grid_cell *const cell = t->cell;
    const bool labelled = cell->classes.n > 0;
    for (size_t c = 0; c < t->grid->n_cells; c++) {
        const gmix_i_grid_cell *const from = t->grid->cells[c];
        const bool news = from != cell && from->shown.n_trace > 0 &&
                          (from->is_fresh || cell->is_new) && is_akin(cell, from);
        const bool own = from->family == cell->family && !labelled;
        if (news && from->k == cell->k) {
            add_starts(t, from, &from->shown, 0, 1);
        } else if (news && own && from->k + 1 == cell->k) {
            add_starts(t, from, &from->shown, SPLITS, SPLITS);
        } else if (news && own && from->k == cell->k + 1) {
            add_starts(t, from, &from->shown, 0, from->k < FEWER ? from->k : FEWER);
        }
    }
}

gmix_status gmix_i_trial_place(void *arg, gmix_i_worker *worker, size_t index) {
    gmix_i_trial *const t = arg;
    if (t->first && index == 0) {
        return gmix_i_start(&worker->ctx, t->first, &worker->task, 0,
                            &worker->em.current);
    }
    const gmix_i_nested_start *const one = &t->nested[index - (t->first != NULL)];
    if (one->from->k > t->cell->k) {
        return gmix_i_embed_fewer(one->from, one->solution, t->cell, one->variant,
                                  worker);
    }
    gmix_i_embed(one->from, one->solution, t->cell, one->variant, worker);
    return GMIX_OK;
}

const char *gmix_i_trial_name(const gmix_i_trial *t, size_t index) {
    const size_t nested = index - (t->first != NULL);
    return t->first && index == 0                    ? t->first->name
           : nested >= t->n_nested                   ? "search" /* a start of its own */
           : t->nested[nested].from->k == t->cell->k ? "nested"
           : t->nested[nested].from->k < t->cell->k  ? "split"
                                                     : "search";
}
