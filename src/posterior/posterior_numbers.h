/* What the traces say: numbers with their diagnostics, and probabilities of numbers of groups. */
#ifndef GMIX_POSTERIOR_POSTERIOR_NUMBERS_H
#define GMIX_POSTERIOR_POSTERIOR_NUMBERS_H

#include <gmix/posterior_draws.h>

#include "posterior/gibbs_run.h"

/* The trace after the burn-in, with log_det (of the frame) taken from each row's density, and its
 * numbers. */
gmix_status gmix_i_posterior_trace(const gmix_i_gibbs_run *run, double burn_in,
                                   double log_det, gmix_posterior_draws *out);

/* Probabilities of 1, 2, ... groups and components, and the prior's, from the trace. */
gmix_status gmix_i_posterior_probabilities(gmix_ctx *ctx, const gmix_i_gibbs_task *task,
                                           gmix_posterior_draws *out);

#endif
