/*
 * A Gibbs sweep: each row in turn leaves its group and joins group c with probability proportional to
 * (n_c + offset) p(x | rows of c), or opens one of its own. Neal (2000), algorithm 3,
 * doi:10.1080/10618600.2000.10474879.
 *
 * A row that stays has never left: its density given the others of its group follows from the group with it
 * (row_groups.h), so that only rows that move change factors, and rounding enters through these alone; every step
 * begins with groups made anew.
 */
#include <math.h>

#include "posterior/gibbs_chain.h"
#include "posterior/random_draws.h"

enum { ROWS_PER_POLL = 256 };

/* Where a row is while its place is drawn. */
typedef struct leaving {
    const double *x;
    size_t i;
    uint32_t
        slot; /* its group, still with it, and the density of the row given the others; or NO_SLOT */
    double own;
} leaving;

/* The row leaves its group for good. False: the group's matrix is lost. */
static bool leave(gmix_i_gibbs_chain *c, const leaving *row) {
    const uint32_t slot = c->slot[row->i];
    c->slot[row->i] = GMIX_I_NO_SLOT;
    return gmix_i_group_remove(&c->prior, &c->groups[slot], row->x, c->work) ||
           gmix_i_gibbs_regroup(c, slot);
}

/* A row that is alone closes its group; one whose density given the others has no digits leaves at once. */
static bool get_ready(gmix_i_gibbs_chain *c, leaving *row) {
    const uint32_t slot = c->slot[row->i];
    gmix_i_row_group *const g = &c->groups[slot];
    row->slot = GMIX_I_NO_SLOT;
    if (g->n == 1) {
        c->slot[row->i] = GMIX_I_NO_SLOT;
        gmix_i_gibbs_close(c, slot);
        return true;
    }
    row->own = gmix_i_group_predict_own(&c->prior, g, row->x, c->work);
    if (isnan(row->own)) {
        return leave(c, row);
    }
    row->slot = slot;
    return true;
}

/* log of n_c + offset and of the row's density, c without the row. */
static double weight_of(gmix_i_gibbs_chain *c, const leaving *row, uint32_t slot) {
    const gmix_i_row_group *const g = &c->groups[slot];
    return slot == row->slot
               ? c->log_count[g->n - 1] + row->own
               : c->log_count[g->n] + gmix_i_group_predict(&c->prior, g, row->x, c->work);
}

static gmix_status join(gmix_ctx *ctx, gmix_i_gibbs_chain *c, const leaving *row,
                        size_t choice) {
    gmix_status status = GMIX_OK;
    uint32_t slot = choice < c->t ? c->active[choice] : GMIX_I_NO_SLOT;
    if (slot == row->slot && slot != GMIX_I_NO_SLOT) {
        return GMIX_OK; /* it stays */
    }
    if (row->slot != GMIX_I_NO_SLOT && !leave(c, row)) {
        GMIX_FAIL(ctx, GMIX_ERR_SINGULAR,
                  "without row %zu its group has no positive definite matrix",
                  row->i + 1);
    }
    if (slot == GMIX_I_NO_SLOT) {
        GMIX_TRY(gmix_i_gibbs_open(ctx, c, &slot));
        gmix_i_group_clear(&c->prior, &c->groups[slot]);
    }
    c->slot[row->i] = slot;
    if (!gmix_i_group_add(&c->prior, &c->groups[slot], row->x, c->work)) {
        GMIX_FAIL(ctx, GMIX_ERR_SINGULAR,
                  "row %zu makes the matrix of its group indefinite", row->i + 1);
    }
done:
    return status;
}

gmix_status gmix_i_gibbs_sweep(gmix_ctx *ctx, gmix_i_gibbs_chain *c) {
    gmix_status status = GMIX_OK;
    const size_t n = c->task->n, d = c->prior.d;
    for (size_t i = 0; i < n; i++) {
        leaving row = {.x = c->task->rows + i * d, .i = i};
        if (i % ROWS_PER_POLL == 0) {
            GMIX_TRY(gmix_i_poll(ctx));
        }
        if (!get_ready(c, &row)) {
            GMIX_FAIL(ctx, GMIX_ERR_SINGULAR,
                      "without row %zu its group has no positive definite matrix", i + 1);
        }
        for (size_t a = 0; a < c->t; a++) {
            c->log_weights[a] = weight_of(c, &row, c->active[a]);
        }
        c->log_weights[c->t] =
            gmix_i_partition_log_new(&c->partition, c->t) + c->alone[i];
        const size_t choice = gmix_i_draw_index(&c->stream, c->log_weights, c->t + 1);
        GMIX_TRY(join(ctx, c, &row, choice));
    }
done:
    return status;
}
