/*
 * A Markov chain of partitions, parameters of components integrated out.
 *
 * One step: the scale of the prior and the concentration given the partition, by slice sampling; split
 * and merge proposals (split_merge.c); a Gibbs sweep, each row given all others (Neal 2000, algorithm
 * 3; gibbs_sweep.c). What a chain draws is a function of the seed and its number, so chains may run on
 * any threads, and in any portions.
 */
#ifndef GMIX_POSTERIOR_GIBBS_CHAIN_H
#define GMIX_POSTERIOR_GIBBS_CHAIN_H

#include "posterior/partition_prior.h"
#include "posterior/row_groups.h"

/* Shared by all chains. */
typedef struct gmix_i_gibbs_task {
    size_t n, d;
    const double *rows;               /* n x d */
    gmix_i_group_prior prior;         /* with the scale that chains begin with */
    gmix_i_partition_prior partition; /* log_v: not used, each chain has its own */
    bool learns_scale, learns_concentration;
    double
        kappa_per_scale; /* above 0: kappa is so many times the scale; 0: it is fixed */
    double scale_shape, scale_rate; /* gamma priors */
    double concentration_shape, concentration_rate;
    size_t n_proposals; /* splits and merges a step */
    uint64_t seed;
} gmix_i_gibbs_task;

#define GMIX_I_NO_SLOT UINT32_MAX

typedef struct gmix_i_gibbs_chain {
    const gmix_i_gibbs_task *task;
    gmix_i_group_prior prior;
    gmix_i_partition_prior partition;
    gmix_i_stream stream;
    gmix_allocator from;
    uint32_t *slot; /* N: the group of a row */
    gmix_i_row_group *groups;
    double **sums; /* of a slot: the mean and scatter of its rows */
    size_t n_slots, groups_room, sums_room;
    uint32_t *active, *unused,
        *position; /* slots with rows; without; where one is in either */
    size_t t, n_unused, active_room, unused_room, position_room;
    gmix_i_row_group spare[3]; /* a group before a row left it; of proposals */
    double *alone;             /* N: log density of a row in a group of its own */
    bool alone_known;
    double *log_count;   /* N + 1: log(n + offset), the weight of a group of n rows */
    double *log_weights; /* of the groups a row may join */
    size_t weights_room;
    double *work;               /* 2 D */
    uint32_t *members;          /* N: rows of a proposal */
    unsigned char *side, *kept; /* N: and which of two groups they are in */
    size_t n_tried, n_accepted; /* proposals */
} gmix_i_gibbs_chain;

/* A chain by its number, all rows in one group (even numbers), or near one of some random rows. */
gmix_status gmix_i_gibbs_begin(gmix_ctx *ctx, const gmix_i_gibbs_task *task,
                               size_t number, gmix_i_gibbs_chain *chain);
void gmix_i_gibbs_free(gmix_ctx *ctx, gmix_i_gibbs_chain *chain);

/* One step. Cut in its middle, the chain is only good to be freed. */
gmix_status gmix_i_gibbs_step(gmix_ctx *ctx, gmix_i_gibbs_chain *chain);

/* log p(rows, partition, scale, concentration), but for what depends on the hyperpriors alone. */
double gmix_i_gibbs_log_posterior(gmix_i_gibbs_chain *chain);

/* Groups in the order of their first rows. labels: N. */
void gmix_i_gibbs_labels(const gmix_i_gibbs_chain *chain, uint16_t *labels);

/* The parts of a step. */
gmix_status gmix_i_gibbs_collect(gmix_ctx *ctx, gmix_i_gibbs_chain *chain);
void gmix_i_gibbs_hyper(gmix_i_gibbs_chain *chain);
gmix_status gmix_i_gibbs_sweep(gmix_ctx *ctx, gmix_i_gibbs_chain *chain);
gmix_status gmix_i_gibbs_split_merge(gmix_ctx *ctx, gmix_i_gibbs_chain *chain);

/* A slot without rows becomes active; an active one is given back. */
gmix_status gmix_i_gibbs_open(gmix_ctx *ctx, gmix_i_gibbs_chain *chain, uint32_t *slot);
void gmix_i_gibbs_close(gmix_i_gibbs_chain *chain, uint32_t slot);

/* A group of the rows that are in a slot, from the beginning. False: its matrix is not positive definite. */
bool gmix_i_gibbs_regroup(gmix_i_gibbs_chain *chain, uint32_t slot);

#endif
