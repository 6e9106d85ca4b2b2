/* The options of posterior sampling: one table behind defaults, checks, and interfaces. */
#include <gmix/posterior_draws.h>

#include "base/option_sets.h"
#include "posterior/partition_prior.h"
#include "posterior/posterior_task.h"

#define OPTION(...) GMIX_I_OPTION(gmix_posterior_options, __VA_ARGS__)

static const char *const priors[] = {"mfm", "dp", NULL};

static const gmix_option_info table[] = {
    OPTION(covariance, "text", "full", 0, 0, NULL,
           "covariances of the groups: full, diag or spherical"),
    OPTION(prior, "name", "mfm", 0, 0, priors,
           "prior of partitions: a mixture of finite mixtures, or a Dirichlet process"),
    OPTION(components, "name", "bnb", 0, 0, gmix_i_number_prior_names,
           "prior of the number of components K of a mixture of finite mixtures"),
    OPTION(components_parameter, "real", "0", 0, 1e300, NULL,
           "its parameter: a probability, a mean of K - 1, or a largest K (0: 0.1, 3, "
           "30; bnb: none)"),
    OPTION(concentration, "real", "0", 0, 1e6, NULL,
           "concentration of the partition's prior (0: 1 for mfm, learnt for dp)"),
    OPTION(concentration_shape, "real", "0", 0, 1e6, NULL,
           "shape of the gamma prior of a concentration that is learnt (0: 2 for dp, not "
           "learnt for mfm)"),
    OPTION(concentration_rate, "real", "0", 0, 1e6, NULL, "its rate (0: 4)"),
    OPTION(prior_scale, "real", "0", 0, 1e300, NULL,
           "expected covariance of a group, as a multiple of the table's (0: learnt)"),
    OPTION(prior_shrinkage, "real", "0", 0, 1e9, NULL,
           "rows that the prior mean of a group is worth (0: a 16th of the scale)"),
    OPTION(prior_dof, "real", "0", 0, 1e9, NULL,
           "degrees of freedom of the prior of covariances (0: D + 2; 3 if diagonal)"),
    OPTION(n_chains, "size", "4", 1, 1000, NULL, "chains"),
    OPTION(iterations, "size", "0", 0, 1e9, NULL,
           "iterations of each chain (0: 5000, and more while the chains do not agree)"),
    OPTION(burn_in, "real", "0.5", 0, 0.99, NULL,
           "share of the iterations that is left out at the beginning"),
    OPTION(thin, "size", "1", 1, 1e9, NULL, "record one in so many iterations"),
    OPTION(n_proposals, "size", "3", 0, 1e6, NULL,
           "splits and merges that each iteration proposes"),
    OPTION(level, "real", "0.95", 0, 1, NULL, "probability of intervals and bands"),
    OPTION(n_grid, "size", "200", 0, 100000, NULL, "places of densities (0: none)"),
    OPTION(similarity, "flag", "0", 0, 1, NULL,
           "keep the matrix of how often two rows are together"),
    OPTION(seed, "seed", "0", 0, 18446744073709551615.0, NULL,
           "seed of everything random"),
    OPTION(time_limit, "real", "0", 0, 1e300, NULL,
           "seconds until the chains end with what there is (0: none)"),
    GMIX_I_OPTIONS_END};

static const gmix_i_option_set set =
    GMIX_I_OPTION_SET(gmix_posterior_options, time_limit, table);

const gmix_option_info *gmix_posterior_option_table(void) {
    return table;
}

void gmix_posterior_options_init_sized(gmix_posterior_options *opts, size_t struct_size) {
    gmix_i_options_init(&set, opts, struct_size);
}

gmix_status gmix_i_posterior_options_take(gmix_ctx *ctx,
                                          const gmix_posterior_options *given,
                                          gmix_posterior_options *out) {
    return gmix_i_options_read(ctx, &set, given, out);
}
