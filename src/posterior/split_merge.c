/*
 * Splits and merges: of two rows drawn at random, those in one group propose to part it, those in two
 * to join them. A split gives the two rows a group each, and then the others, in random order, one of the two by
 * what it has so far; a merge is judged by how likely the same order would have led back. Dahl & Newcomb (2022),
 * "Sequentially allocated merge-split samplers", J. Stat. Comput. Simul. 92; the idea of Jain & Neal (2004),
 * doi:10.1198/1061860043001, whose scans between the two groups from a random start cost three times as much and are
 * accepted a fifth to a tenth as often: a narrow group within a wide one is not found by a few scans.
 */
#include <math.h>

#include "posterior/gibbs_chain.h"
#include "posterior/random_draws.h"

typedef struct proposal {
    gmix_i_gibbs_chain *c;
    size_t i, j;
    uint32_t slot_i, slot_j;
    size_t n;                 /* members besides i and j */
    gmix_i_row_group *two[2]; /* of i, of j */
    bool broken;              /* a matrix was lost: give the proposal up */
} proposal;

static const double *row_of(const proposal *p, size_t i) {
    return p->c->task->rows + i * p->c->prior.d;
}

static void add(proposal *p, int side, size_t row) {
    p->broken = p->broken ||
                !gmix_i_group_add(&p->c->prior, p->two[side], row_of(p, row), p->c->work);
}

/* The other rows of the groups of i and j, in random order, and in which of the two they are. */
static void find_members(proposal *p) {
    gmix_i_gibbs_chain *const c = p->c;
    for (size_t r = 0; r < c->task->n; r++) {
        const uint32_t s = c->slot[r];
        if ((s == p->slot_i || s == p->slot_j) && r != p->i && r != p->j) {
            c->members[p->n++] = (uint32_t)r;
        }
    }
    for (size_t m = p->n; m > 1; m--) {
        const size_t at = gmix_i_next_below(&c->stream, m);
        const uint32_t row = c->members[at];
        c->members[at] = c->members[m - 1];
        c->members[m - 1] = row;
    }
    for (size_t m = 0; m < p->n; m++) {
        c->kept[m] = p->slot_i != p->slot_j && c->slot[c->members[m]] == p->slot_j;
    }
}

/* Gives the members to the two groups; towards: where each goes, or NULL for a draw. *log_probability: of all that. */
static gmix_status allocate(gmix_ctx *ctx, proposal *p, const unsigned char *towards,
                            double *log_probability) {
    gmix_i_gibbs_chain *const c = p->c;
    double sum = 0.0;
    gmix_i_group_clear(&c->prior, p->two[0]);
    gmix_i_group_clear(&c->prior, p->two[1]);
    add(p, 0, p->i);
    add(p, 1, p->j);
    for (size_t m = 0; m < p->n && !p->broken; m++) {
        if (m % 256 == 0) {
            const gmix_status status = gmix_i_poll(ctx);
            if (status != GMIX_OK) {
                return status;
            }
        }
        double log_weight[2];
        for (int s = 0; s < 2; s++) {
            const gmix_i_row_group *const g = p->two[s];
            log_weight[s] =
                c->log_count[g->n] +
                gmix_i_group_predict(&c->prior, g, row_of(p, c->members[m]), c->work);
        }
        const double odds = log_weight[1] - log_weight[0];
        const double log_share[2] = {-log1p(exp(odds)), -log1p(exp(-odds))};
        const int choice =
            towards ? towards[m] : log(gmix_i_next_uniform(&c->stream)) < log_share[1];
        sum += fmax(log_share[choice], -1e300);
        c->side[m] = (unsigned char)choice;
        add(p, choice, c->members[m]);
    }
    *log_probability = sum;
    return GMIX_OK;
}

static double group_term(gmix_i_gibbs_chain *c, const gmix_i_row_group *g) {
    return gmix_i_group_evidence(&c->prior, g) +
           gmix_i_partition_log_size(&c->partition, g->n);
}

static gmix_status split(gmix_ctx *ctx, proposal *p) {
    gmix_status status = GMIX_OK;
    gmix_i_gibbs_chain *const c = p->c;
    double log_q;
    uint32_t slot;
    GMIX_TRY(allocate(ctx, p, NULL, &log_q));
    const double gain = gmix_i_partition_log_v(&c->partition, c->t + 1) -
                        gmix_i_partition_log_v(&c->partition, c->t) +
                        group_term(c, p->two[0]) + group_term(c, p->two[1]) -
                        group_term(c, &c->groups[p->slot_i]) - log_q;
    if (p->broken || !(log(gmix_i_next_uniform(&c->stream)) < gain)) {
        goto done;
    }
    GMIX_TRY(gmix_i_gibbs_open(ctx, c, &slot));
    gmix_i_group_copy(&c->prior, &c->groups[p->slot_i], p->two[0]);
    gmix_i_group_copy(&c->prior, &c->groups[slot], p->two[1]);
    c->slot[p->j] = slot;
    for (size_t m = 0; m < p->n; m++) {
        c->slot[c->members[m]] = c->side[m] ? slot : p->slot_i;
    }
    c->n_accepted++;
done:
    return status;
}

static gmix_status merge(gmix_ctx *ctx, proposal *p) {
    gmix_status status = GMIX_OK;
    gmix_i_gibbs_chain *const c = p->c;
    double log_q;
    GMIX_TRY(allocate(ctx, p, c->kept, &log_q)); /* two[]: the groups as they are */
    const double parts = group_term(c, p->two[0]) + group_term(c, p->two[1]);
    add(p, 0, p->j);
    for (size_t m = 0; m < p->n; m++) {
        if (c->kept[m]) {
            add(p, 0, c->members[m]);
        }
    }
    const double gain = gmix_i_partition_log_v(&c->partition, c->t - 1) -
                        gmix_i_partition_log_v(&c->partition, c->t) +
                        group_term(c, p->two[0]) - parts + log_q;
    if (p->broken || !(log(gmix_i_next_uniform(&c->stream)) < gain)) {
        goto done;
    }
    gmix_i_group_copy(&c->prior, &c->groups[p->slot_i], p->two[0]);
    c->slot[p->j] = p->slot_i;
    for (size_t m = 0; m < p->n; m++) {
        c->slot[c->members[m]] = p->slot_i;
    }
    gmix_i_gibbs_close(c, p->slot_j);
    c->n_accepted++;
done:
    return status;
}

gmix_status gmix_i_gibbs_split_merge(gmix_ctx *ctx, gmix_i_gibbs_chain *c) {
    gmix_status status = GMIX_OK;
    const size_t n = c->task->n;
    if (n < 2) {
        return GMIX_OK;
    }
    proposal p = {.c = c, .two = {&c->spare[1], &c->spare[2]}};
    p.i = gmix_i_next_below(&c->stream, n);
    p.j = gmix_i_next_below(&c->stream, n - 1);
    p.j += p.j >= p.i;
    p.slot_i = c->slot[p.i];
    p.slot_j = c->slot[p.j];
    find_members(&p);
    c->n_tried++;
    GMIX_TRY((p.slot_i == p.slot_j ? split : merge)(ctx, &p));
done:
    return status;
}
