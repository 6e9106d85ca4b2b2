/* Chains of partitions: their memory, sums of groups, hyperparameters. See gibbs_chain.h. */
#include "posterior/gibbs_chain.h"

#include <math.h>

#include "linalg/gamma_functions.h"
#include "posterior/random_draws.h"

enum { MOST_SEEDS = 30, MOST_GROUPS = 60000 };

/* 1e-12, a millionth of the table's width, since a row far away makes all others narrow. Where rows repeat, groups of
 * equal ones would go on becoming narrower; and beside the scatter of fewer rows than features less is lost to rounding. */
static const double LEAST_LOG_SCALE = -27.63;

static gmix_status new_group(gmix_ctx *ctx, const gmix_i_group_prior *prior,
                             gmix_i_row_group *g) {
    double *memory = NULL;
    const gmix_status status = gmix_i_calloc(
        ctx, "a group of rows", gmix_i_group_len(prior), sizeof *memory, &memory);
    if (status == GMIX_OK) {
        g->mean = memory;
        g->factor = memory + prior->d;
    }
    return status;
}

static gmix_status new_slot(gmix_ctx *ctx, gmix_i_gibbs_chain *c) {
    gmix_status status = GMIX_OK;
    const size_t need = c->n_slots + 1;
    if (c->n_slots == MOST_GROUPS) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA, "more than %d groups of rows: too many to follow",
                  (int)MOST_GROUPS);
    }
    GMIX_TRY(
        gmix_i_grow(ctx, "groups", &c->groups, &c->groups_room, need, sizeof *c->groups));
    GMIX_TRY(gmix_i_grow(ctx, "groups", &c->sums, &c->sums_room, need, sizeof *c->sums));
    GMIX_TRY(
        gmix_i_grow(ctx, "groups", &c->active, &c->active_room, need, sizeof *c->active));
    GMIX_TRY(
        gmix_i_grow(ctx, "groups", &c->unused, &c->unused_room, need, sizeof *c->unused));
    GMIX_TRY(gmix_i_grow(ctx, "groups", &c->position, &c->position_room, need,
                         sizeof *c->position));
    GMIX_TRY(gmix_i_grow(ctx, "groups", &c->log_weights, &c->weights_room, need + 1,
                         sizeof *c->log_weights));
    c->groups[c->n_slots] = (gmix_i_row_group){0};
    c->sums[c->n_slots] = NULL;
    c->n_slots++; /* from here on the slot is freed with the chain */
    GMIX_TRY(new_group(ctx, &c->prior, &c->groups[need - 1]));
    GMIX_TRY(gmix_i_calloc(ctx, "groups", gmix_i_group_len(&c->prior), sizeof **c->sums,
                           &c->sums[need - 1]));
    c->unused[c->n_unused++] = (uint32_t)(need - 1);
done:
    return status;
}

gmix_status gmix_i_gibbs_open(gmix_ctx *ctx, gmix_i_gibbs_chain *c, uint32_t *slot) {
    gmix_status status = GMIX_OK;
    if (c->n_unused == 0) {
        GMIX_TRY(new_slot(ctx, c));
    }
    *slot = c->unused[--c->n_unused];
    c->position[*slot] = (uint32_t)c->t;
    c->active[c->t++] = *slot;
done:
    return status;
}

void gmix_i_gibbs_close(gmix_i_gibbs_chain *c, uint32_t slot) {
    const uint32_t at = c->position[slot], last = c->active[--c->t];
    c->active[at] = last;
    c->position[last] = at;
    c->unused[c->n_unused++] = slot;
}

void gmix_i_gibbs_free(gmix_ctx *ctx, gmix_i_gibbs_chain *c) {
    for (size_t s = 0; s < c->n_slots; s++) {
        gmix_i_free(ctx, c->groups[s].mean);
        gmix_i_free(ctx, c->sums[s]);
    }
    for (size_t s = 0; s < sizeof c->spare / sizeof *c->spare; s++) {
        gmix_i_free(ctx, c->spare[s].mean);
    }
    void *const blocks[] = {c->groups,          c->sums,     c->active,      c->unused,
                            c->position,        c->alone,    c->log_weights, c->work,
                            c->members,         c->side,     c->kept,        c->slot,
                            c->partition.log_v, c->log_count};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        gmix_i_free(ctx, blocks[i]);
    }
    memset(c, 0, sizeof *c);
}

static gmix_status allocate(gmix_ctx *ctx, gmix_i_gibbs_chain *c) {
    gmix_status status = GMIX_OK;
    const size_t n = c->task->n, d = c->task->d;
    GMIX_TRY(gmix_i_calloc(ctx, "a chain", n, sizeof *c->slot, &c->slot));
    GMIX_TRY(gmix_i_calloc(ctx, "a chain", n, sizeof *c->alone, &c->alone));
    GMIX_TRY(gmix_i_calloc(ctx, "a chain", n, sizeof *c->members, &c->members));
    GMIX_TRY(gmix_i_calloc(ctx, "a chain", n, sizeof *c->side, &c->side));
    GMIX_TRY(gmix_i_calloc(ctx, "a chain", n, sizeof *c->kept, &c->kept));
    GMIX_TRY(gmix_i_calloc(ctx, "a chain", n + 1, sizeof *c->log_count, &c->log_count));
    GMIX_TRY(gmix_i_calloc(ctx, "a chain", 2 * d, sizeof *c->work, &c->work));
    GMIX_TRY(gmix_i_calloc(ctx, "a chain", n + 2, sizeof(double), &c->partition.log_v));
    for (size_t s = 0; s < sizeof c->spare / sizeof *c->spare; s++) {
        GMIX_TRY(new_group(ctx, &c->prior, &c->spare[s]));
    }
done:
    return status;
}

static void set_concentration(gmix_i_gibbs_chain *c, double concentration) {
    gmix_i_partition_prior_set(&c->partition, concentration);
    const double offset = gmix_i_partition_offset(&c->partition);
    for (size_t n = 0; n <= c->task->n; n++) {
        c->log_count[n] = log((double)n + offset);
    }
}

/* Squared distance of two rows, features by the variances of the prior's shape. */
static double apart(const gmix_i_gibbs_task *t, size_t a, size_t b) {
    double sum = 0.0;
    const double *const x = t->rows + a * t->d, *const y = t->rows + b * t->d;
    for (size_t j = 0; j < t->d; j++) {
        const bool is_full = t->prior.len == t->d * (t->d + 1) / 2;
        const size_t at = is_full ? j * (j + 1) / 2 + j : t->prior.len == 1 ? 0 : j;
        sum += (x[j] - y[j]) * (x[j] - y[j]) / t->prior.shape[at];
    }
    return sum;
}

static gmix_status begin_with(gmix_ctx *ctx, gmix_i_gibbs_chain *c, size_t n_seeds) {
    gmix_status status = GMIX_OK;
    const gmix_i_gibbs_task *const t = c->task;
    size_t seeds[MOST_SEEDS];
    for (size_t s = 0; s < n_seeds; s++) {
        uint32_t slot;
        seeds[s] = gmix_i_next_below(&c->stream, t->n);
        GMIX_TRY(gmix_i_gibbs_open(ctx, c, &slot)); /* slots come as 0, 1, ... */
    }
    for (size_t i = 0; i < t->n; i++) {
        double nearest = INFINITY;
        if (i % 16 == 0) {
            GMIX_TRY(gmix_i_poll(ctx));
        }
        for (size_t s = 0; s < n_seeds; s++) {
            const double distance = n_seeds > 1 ? apart(t, i, seeds[s]) : 0.0;
            if (distance < nearest) {
                nearest = distance;
                c->slot[i] = (uint32_t)s;
            }
        }
        c->groups[c->slot[i]].n++;
    }
    for (uint32_t s = 0; s < n_seeds; s++) { /* one row may have been drawn twice */
        if (c->groups[s].n == 0) {
            gmix_i_gibbs_close(c, s);
        }
    }
done:
    return status;
}

gmix_status gmix_i_gibbs_begin(gmix_ctx *ctx, const gmix_i_gibbs_task *task,
                               size_t number, gmix_i_gibbs_chain *c) {
    gmix_status status = GMIX_OK;
    *c = (gmix_i_gibbs_chain){
        .task = task,
        .prior = task->prior,
        .partition = task->partition,
        .stream = gmix_i_stream_open(task->seed, GMIX_I_RNG_GIBBS, number)};
    c->partition.log_v = NULL;
    GMIX_TRY(allocate(ctx, c));
    set_concentration(c, task->partition.concentration);
    size_t n_seeds = 1;
    if (number % 2 == 1) {
        n_seeds = (size_t)ceil(sqrt((double)task->n));
        n_seeds = n_seeds < MOST_SEEDS ? n_seeds : MOST_SEEDS;
        const gmix_i_partition_prior *const law = &task->partition;
        if (law->kind == GMIX_I_FINITE_MIXTURES && law->number && law->number->is_whole &&
            (double)n_seeds > law->parameter) { /* there cannot be more */
            n_seeds = (size_t)law->parameter;
        }
    }
    GMIX_TRY(begin_with(ctx, c, n_seeds));
done:
    if (status != GMIX_OK) {
        gmix_i_gibbs_free(ctx, c);
    }
    return status;
}

/* Sums of all groups: counts and means, then scatters about them. */
static void add_up(gmix_i_gibbs_chain *c) {
    const size_t n = c->task->n, d = c->prior.d;
    for (size_t a = 0; a < c->t; a++) {
        memset(c->sums[c->active[a]], 0, gmix_i_group_len(&c->prior) * sizeof(double));
        c->groups[c->active[a]].n = 0;
    }
    for (size_t i = 0; i < n; i++) {
        double *const mean = c->sums[c->slot[i]];
        c->groups[c->slot[i]].n++;
        for (size_t j = 0; j < d; j++) {
            mean[j] += c->task->rows[i * d + j];
        }
    }
    for (size_t a = 0; a < c->t; a++) {
        const uint32_t s = c->active[a];
        for (size_t j = 0; j < d; j++) {
            c->sums[s][j] /= (double)c->groups[s].n;
        }
    }
    for (size_t i = 0; i < n; i++) {
        double *const mean = c->sums[c->slot[i]];
        for (size_t j = 0; j < d; j++) {
            c->work[j] = c->task->rows[i * d + j] - mean[j];
        }
        c->prior.kind->add_scatter(d, 1.0, c->work, mean + d);
    }
}

bool gmix_i_gibbs_regroup(gmix_i_gibbs_chain *c, uint32_t slot) {
    const size_t n = c->task->n, d = c->prior.d;
    double *const mean = c->sums[slot];
    size_t count = 0;
    memset(mean, 0, gmix_i_group_len(&c->prior) * sizeof *mean);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; c->slot[i] == slot && j < d; j++) {
            mean[j] += c->task->rows[i * d + j];
        }
        count += c->slot[i] == slot;
    }
    for (size_t j = 0; j < d; j++) {
        mean[j] /= (double)count;
    }
    for (size_t i = 0; i < n; i++) {
        if (c->slot[i] == slot) {
            for (size_t j = 0; j < d; j++) {
                c->work[j] = c->task->rows[i * d + j] - mean[j];
            }
            c->prior.kind->add_scatter(d, 1.0, c->work, mean + d);
        }
    }
    return gmix_i_group_set(&c->prior, &c->groups[slot], count, mean, mean + d);
}

gmix_status gmix_i_gibbs_collect(gmix_ctx *ctx, gmix_i_gibbs_chain *c) {
    const size_t d = c->prior.d;
    for (size_t a = 0; a < c->t; a++) {
        const uint32_t s = c->active[a];
        if (!gmix_i_group_set(&c->prior, &c->groups[s], c->groups[s].n, c->sums[s],
                              c->sums[s] + d)) {
            return gmix_i_fail(ctx, GMIX_ERR_SINGULAR,
                               "a group of %zu rows has no positive definite matrix "
                               "with this prior",
                               c->groups[s].n);
        }
    }
    if (!c->alone_known) {
        gmix_i_row_group *const none = &c->spare[0];
        gmix_i_group_clear(&c->prior, none);
        for (size_t i = 0; i < c->task->n; i++) {
            c->alone[i] =
                gmix_i_group_predict(&c->prior, none, c->task->rows + i * d, c->work);
        }
        c->alone_known = true;
    }
    return GMIX_OK;
}

/* Density of the logarithm of a number that has a gamma law, but for a constant. */
static double log_gamma_density(double log_x, double shape, double rate) {
    return shape * log_x - rate * exp(log_x);
}

static void set_scale(gmix_i_gibbs_chain *c, double scale) {
    gmix_i_group_prior_scale(
        &c->prior, scale,
        c->task->kappa_per_scale > 0.0 ? c->task->kappa_per_scale * scale : (double)NAN);
}

static double density_of_scale(void *arg, double log_scale) {
    gmix_i_gibbs_chain *const c = arg;
    if (!(log_scale > LEAST_LOG_SCALE && log_scale < 60.0)) {
        return -INFINITY;
    }
    set_scale(c, exp(log_scale));
    double sum = log_gamma_density(log_scale, c->task->scale_shape, c->task->scale_rate);
    for (size_t a = 0; a < c->t; a++) {
        const uint32_t s = c->active[a];
        if (!gmix_i_group_set(&c->prior, &c->spare[0], c->groups[s].n, c->sums[s],
                              c->sums[s] + c->prior.d)) {
            return -INFINITY;
        }
        sum += gmix_i_group_evidence(&c->prior, &c->spare[0]);
    }
    return sum;
}

static double log_partition(gmix_i_gibbs_chain *c) {
    double sum = gmix_i_partition_log_v(&c->partition, c->t);
    for (size_t a = 0; a < c->t; a++) {
        sum += gmix_i_partition_log_size(&c->partition, c->groups[c->active[a]].n);
    }
    return sum;
}

static double density_of_concentration(void *arg, double log_concentration) {
    gmix_i_gibbs_chain *const c = arg;
    if (!(fabs(log_concentration) < 60.0)) {
        return -INFINITY;
    }
    c->partition.concentration = exp(log_concentration);
    c->partition.log_v[c->t] = (double)NAN;
    return log_gamma_density(log_concentration, c->task->concentration_shape,
                             c->task->concentration_rate) +
           log_partition(c);
}

void gmix_i_gibbs_hyper(gmix_i_gibbs_chain *c) {
    if (c->task->learns_scale) {
        const double log_scale =
            gmix_i_draw_slice(&c->stream, density_of_scale, c, log(c->prior.scale), 1.0);
        set_scale(c, exp(log_scale));
        c->alone_known = false;
    }
    if (c->task->learns_concentration) {
        const double log_concentration =
            gmix_i_draw_slice(&c->stream, density_of_concentration, c,
                              log(c->partition.concentration), 2.0);
        set_concentration(c, exp(log_concentration));
    }
}

double gmix_i_gibbs_log_posterior(gmix_i_gibbs_chain *c) {
    const gmix_i_gibbs_task *const t = c->task;
    double sum = log_partition(c);
    for (size_t a = 0; a < c->t; a++) {
        sum += gmix_i_group_evidence(&c->prior, &c->groups[c->active[a]]);
    }
    if (t->learns_scale) {
        sum += log_gamma_density(log(c->prior.scale), t->scale_shape, t->scale_rate);
    }
    if (t->learns_concentration) {
        sum += log_gamma_density(log(c->partition.concentration), t->concentration_shape,
                                 t->concentration_rate);
    }
    return sum;
}

void gmix_i_gibbs_labels(const gmix_i_gibbs_chain *c, uint16_t *labels) {
    size_t count =
        0; /* slots that were met, in members, which is not in use between steps */
    for (size_t i = 0; i < c->task->n; i++) {
        const uint32_t s = c->slot[i];
        size_t at = 0;
        while (at < count && c->members[at] != s) {
            at++;
        }
        if (at == count) {
            c->members[count++] = s;
        }
        labels[i] = (uint16_t)at;
    }
}

gmix_status gmix_i_gibbs_step(gmix_ctx *ctx, gmix_i_gibbs_chain *c) {
    gmix_status status = GMIX_OK;
    add_up(c);
    gmix_i_gibbs_hyper(c);
    GMIX_TRY(gmix_i_gibbs_collect(ctx, c));
    for (size_t m = 0; m < c->task->n_proposals; m++) {
        GMIX_TRY(gmix_i_gibbs_split_merge(ctx, c));
    }
    GMIX_TRY(gmix_i_gibbs_sweep(ctx, c));
done:
    return status;
}
