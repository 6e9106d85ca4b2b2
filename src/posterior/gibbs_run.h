/*
 * Chains side by side, and what they leave: traces, and some of their partitions.
 */
#ifndef GMIX_POSTERIOR_GIBBS_RUN_H
#define GMIX_POSTERIOR_GIBBS_RUN_H

#include "posterior/gibbs_chain.h"

typedef struct gmix_i_gibbs_record {
    gmix_i_gibbs_chain chain;
    size_t n; /* draws in the trace */
    double *groups, *log_posterior, *scale, *concentration;
    size_t room[4];   /* of these */
    size_t stride;    /* partition p is that of draw (p + 1) stride - 1 */
    uint16_t *labels; /* most x N */
    gmix_status status;
    char message[GMIX_I_MESSAGE_SIZE];
} gmix_i_gibbs_record;

typedef struct gmix_i_gibbs_run {
    gmix_ctx *ctx;
    const gmix_i_gibbs_task *task;
    size_t n_chains, n_draws, thin; /* asked for, burn-in included */
    size_t most;                    /* partitions that a chain keeps */
    gmix_i_gibbs_record *records;
    gmix_ctx *contexts; /* of the threads */
    size_t portion;     /* draws of a round */
    gmix_status end;    /* GMIX_OK, or what cut the chains */
} gmix_i_gibbs_run;

/* Makes the draws, in rounds, all chains in each; called again, those that n_draws then has more. Cut, they end with what there is: run->end. Fails if
 * a chain has no draw. */
gmix_status gmix_i_gibbs_run_all(gmix_i_gibbs_run *run);
void gmix_i_gibbs_run_free(gmix_i_gibbs_run *run);

/* Partitions after the burn-in, spread evenly over the chains. */
typedef struct gmix_i_partitions {
    size_t n, count; /* rows; partitions */
    const uint16_t **labels;
    size_t *chain, *draw; /* whose they are: a draw of the trace */
} gmix_i_partitions;

/* The first draw of a chain after the burn-in. */
size_t gmix_i_gibbs_first_draw(const gmix_i_gibbs_record *record, double burn_in);

gmix_status gmix_i_partitions_find(const gmix_i_gibbs_run *run, double burn_in,
                                   gmix_i_partitions *out);
void gmix_i_partitions_free(gmix_ctx *ctx, gmix_i_partitions *p);

#endif
