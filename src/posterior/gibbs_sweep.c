/*
 * A Gibbs sweep: each row in turn leaves its group and joins group c with probability proportional to
 * (n_c + offset) p(x | rows of c), or opens one of its own. Neal (2000), algorithm 3,
 * doi:10.1080/10618600.2000.10474879.
 *
 * A row that comes back finds its group as it left it, to the bit, so that rounding enters through
 * rows that move alone; every step begins with groups made anew.
 */
#include <math.h>

#include "posterior/gibbs_chain.h"
#include "posterior/random_draws.h"

enum { ROWS_PER_POLL = 256 };

/* Row i leaves; *was: a slot that is as in spare[0] if the row comes back, or NO_SLOT. False: the
 * group's matrix is lost. */
static bool leave(gmix_i_gibbs_chain *c, size_t i, const double *x, uint32_t *was) {
    const uint32_t slot = c->slot[i];
    gmix_i_row_group *const g = &c->groups[slot];
    c->slot[i] = GMIX_I_NO_SLOT;
    *was = GMIX_I_NO_SLOT;
    if (g->n == 1) {
        gmix_i_gibbs_close(c, slot);
        return true;
    }
    gmix_i_group_copy(&c->prior, &c->spare[0], g);
    *was = slot;
    return gmix_i_group_remove(&c->prior, g, x, c->work) || gmix_i_gibbs_regroup(c, slot);
}

static gmix_status join(gmix_ctx *ctx, gmix_i_gibbs_chain *c, size_t i, const double *x,
                        size_t choice, uint32_t was) {
    gmix_status status = GMIX_OK;
    uint32_t slot;
    if (choice == c->t) {
        GMIX_TRY(gmix_i_gibbs_open(ctx, c, &slot));
        gmix_i_group_clear(&c->prior, &c->groups[slot]);
    } else {
        slot = c->active[choice];
    }
    c->slot[i] = slot;
    if (slot == was) {
        gmix_i_group_copy(&c->prior, &c->groups[slot], &c->spare[0]);
    } else if (!gmix_i_group_add(&c->prior, &c->groups[slot], x, c->work)) {
        GMIX_FAIL(ctx, GMIX_ERR_SINGULAR,
                  "row %zu makes the matrix of its group indefinite", i + 1);
    }
done:
    return status;
}

gmix_status gmix_i_gibbs_sweep(gmix_ctx *ctx, gmix_i_gibbs_chain *c) {
    gmix_status status = GMIX_OK;
    const size_t n = c->task->n, d = c->prior.d;
    for (size_t i = 0; i < n; i++) {
        const double *const x = c->task->rows + i * d;
        uint32_t was;
        if (i % ROWS_PER_POLL == 0) {
            GMIX_TRY(gmix_i_poll(ctx));
        }
        if (!leave(c, i, x, &was)) {
            GMIX_FAIL(ctx, GMIX_ERR_SINGULAR,
                      "without row %zu its group has no positive definite matrix", i + 1);
        }
        for (size_t a = 0; a < c->t; a++) {
            const gmix_i_row_group *const g = &c->groups[c->active[a]];
            c->log_weights[a] =
                c->log_count[g->n] + gmix_i_group_predict(&c->prior, g, x, c->work);
        }
        c->log_weights[c->t] =
            gmix_i_partition_log_new(&c->partition, c->t) + c->alone[i];
        const size_t choice = gmix_i_draw_index(&c->stream, c->log_weights, c->t + 1);
        GMIX_TRY(join(ctx, c, i, x, choice, was));
    }
done:
    return status;
}
