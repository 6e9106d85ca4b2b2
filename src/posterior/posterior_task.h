/* From a table and options to the task of chains: rows in a frame, priors. */
#ifndef GMIX_POSTERIOR_POSTERIOR_TASK_H
#define GMIX_POSTERIOR_POSTERIOR_TASK_H

#include <gmix/posterior_draws.h>

#include "data/survey.h"
#include "posterior/gibbs_chain.h"

gmix_status gmix_i_posterior_options_take(gmix_ctx *ctx,
                                          const gmix_posterior_options *given,
                                          gmix_posterior_options *out);

typedef struct gmix_i_posterior_task {
    gmix_i_gibbs_task task;
    gmix_i_survey survey;
    gmix_i_frame frame;
    size_t n_spread;                           /* features in coarse steps */
    double *rows, *mean, *shape, *ratio, *sum; /* what the task points to */
} gmix_i_posterior_task;

/* Released by its _free, also after a failure. */
gmix_status gmix_i_posterior_task_make(gmix_ctx *ctx, const gmix_table *x,
                                       const gmix_posterior_options *opts,
                                       gmix_i_posterior_task *out);
void gmix_i_posterior_task_free(gmix_ctx *ctx, gmix_i_posterior_task *t);

#endif
