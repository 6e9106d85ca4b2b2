/*
 * Parameters of components, drawn given sampled partitions: their intervals, and bands of densities.
 */
#ifndef GMIX_POSTERIOR_PARAMETER_DRAWS_H
#define GMIX_POSTERIOR_PARAMETER_DRAWS_H

#include <gmix/posterior_draws.h>

#include "data/tile.h"
#include "posterior/gibbs_run.h"

typedef struct gmix_i_parameter_task {
    const gmix_i_gibbs_run *run;
    const gmix_i_partitions *partitions;
    const gmix_i_frame *frame;
    const double *lowest, *highest; /* D: of the data */
    gmix_posterior_draws *out;      /* with its point partition; gets arrays of its own */
} gmix_i_parameter_task;

/* Fills weights, means, covariances, grid and density. */
gmix_status gmix_i_parameters_draw(gmix_ctx *ctx, const gmix_i_parameter_task *task);

/* The clusters of the point partition as a mixture: expected parameters given the partition. */
gmix_status gmix_i_clusters_model(gmix_ctx *ctx, const gmix_i_parameter_task *task,
                                  const char *const *names, gmix_model **model);

#endif
