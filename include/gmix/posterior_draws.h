/**
 * How many groups? Samples from the posterior of a mixture whose number of components is not given.
 *
 * Rows are parted into groups; a group's mean and covariance have a conjugate prior and are integrated out,
 * so that what is sampled is the partition itself: by Gibbs sweeps and by splits and merges of whole
 * groups (Jain & Neal 2004), in several chains.
 *
 * Two priors of partitions: "mfm", a mixture of finite mixtures (Miller & Harrison 2018): K has a
 * prior, weights are Dirichlet given K; what to ask for a number of components. "dp", a Dirichlet
 * process: infinitely many components, of which n rows show some; their number grows with n, and is no
 * consistent estimate of a finite K (Miller & Harrison 2013).
 *
 * The prior of groups, by default, asks for no unit: with V the covariance of the table (its diagonal, or
 * its mean, for the other families), covariances are inverse Wishart with nu = D + 2 and E[Sigma] = s V, means
 * N(mean of the table, Sigma / kappa). The scale s, how wide a group is beside the table, is learnt: it is
 * exponential with mean 1/2. kappa = s / 16, so that means spread four times as far as the table's rows.
 */
#ifndef GMIX_POSTERIOR_DRAWS_H
#define GMIX_POSTERIOR_DRAWS_H

#include "model.h"
#include "option_info.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Options. Set by gmix_posterior_options_init(); then change fields. */
typedef struct gmix_posterior_options {
    size_t struct_size; /* set by _init */
    const char
        *covariance;   /* "full" (default), "diag", "spherical", or other names of them */
    const char *prior; /* of partitions: "mfm" (default) or "dp" */

    /* Of mfm: the prior of K, with its parameter (0: its default). "geometric": K - 1 is
     * geometric with this probability (0.1); "poisson": K - 1 has this mean (3); "uniform": 1 to this
     * number (30); "bnb" (default): K - 1 is beta-negative-binomial(1, 4, 3), without a parameter (Gruen,
     * Malsiner-Walli & Fruehwirth-Schnatter 2021). */
    const char *components;
    double components_parameter;

    /* Of dp: concentration; of mfm: what the Dirichlet prior of weights has for each. Above 0: this
     * one. 0 (default): 1 for mfm; for dp, and where concentration_shape is above 0, it is learnt, under a
     * gamma prior with this shape (default 2) and rate (default 4). */
    double concentration, concentration_shape, concentration_rate;

    /* Of groups: s, kappa and nu above. 0 (default): learnt; s / 16; D + 2 (diag, spherical: 3). */
    double prior_scale, prior_shrinkage, prior_dof;
    /* In place of the table's: D numbers, and D x D. NULL (default): of the table. */
    const double *prior_mean, *prior_matrix;

    size_t n_chains; /* 1 .. 1000; default 4 */
    size_t
        iterations; /* of each chain; 4 .. 10^9; 0 (default): 5000, and as many again and
                           again, up to 40 000 (fewer of large tables), while R-hat is above 1.01 */
    double burn_in; /* share of them that is left out, 0 .. 0.99; default 0.5 */
    size_t thin;    /* every so many iterations are recorded; default 1 */
    size_t n_proposals; /* splits and merges of each iteration; default 3 */
    double level;       /* of intervals and bands, 0 .. 1; default 0.95 */
    size_t n_grid;      /* places of densities, 0: none, .. 10^5; default 200 */
    int similarity;     /* 1: the N x N matrix, for up to 5000 rows; default 0 */
    uint64_t seed;      /* default 0 */
    double time_limit;  /* seconds; 0 (default): none. What there is then is kept */
} gmix_posterior_options;

/** Sets all options to their defaults. The size lets a library serve programs that were
 * compiled with an older, smaller struct. */
GMIX_API void gmix_posterior_options_init_sized(gmix_posterior_options *opts,
                                                size_t struct_size);

static inline void gmix_posterior_options_init(gmix_posterior_options *opts) {
    gmix_posterior_options_init_sized(opts, sizeof *opts);
}

/** The table behind it (see option_info.h); ends with an entry whose name is NULL. */
GMIX_API const gmix_option_info *gmix_posterior_option_table(void);

/** Why the chains ended. Values are fixed for ever. */
typedef enum gmix_posterior_end {
    GMIX_POSTERIOR_ALL = 0, /* all iterations were made */
    GMIX_POSTERIOR_CANCELLED = 1,
    GMIX_POSTERIOR_TIME_LIMIT = 2
} gmix_posterior_end;

/** "all", "cancelled", "time_limit". */
GMIX_API const char *gmix_posterior_end_name(gmix_posterior_end end);

/** A number that was sampled: its mean, an interval, and how well the chains tell it. */
typedef struct gmix_posterior_number {
    double mean, median, lower, upper; /* equal-tailed, at the level */
    double
        r_hat; /* rank-normalised split R-hat (Vehtari et al. 2021); above 1.01: chains differ;
                     NaN: too few draws to tell */
    double ess; /* draws that are worth as much if they were independent; NaN as above */
} gmix_posterior_number;

/** Numbers with their intervals, as arrays. */
typedef struct gmix_posterior_array {
    double *mean, *lower, *upper;
} gmix_posterior_array;

/** What was sampled. Release with gmix_posterior_draws_free(). */
typedef struct gmix_posterior_draws {
    size_t struct_size; /* sizeof(gmix_posterior_draws), or 0 */
    gmix_posterior_end end;
    const char *covariance, *prior, *components; /* static; components: NULL for dp */
    double components_parameter;
    size_t n_samples, n_features, n_chains;
    size_t n_iterations; /* of the shortest chain */
    double level, seconds;

    /* The trace, chain by chain, n_draws in all after the burn-in. */
    size_t n_draws;
    size_t *chain_draws; /* n_chains */
    double *groups;      /* groups with rows */
    double
        *log_posterior; /* of partition, scale and concentration, in the data's units */
    double *scale, *concentration; /* constant where they are not learnt */
    gmix_posterior_number groups_summary, log_posterior_summary, scale_summary,
        concentration_summary;
    double accepted; /* share of the splits and merges that were proposed */

    /* Probabilities of 1, 2, ..., n_numbers: of groups with rows, and of components K, with those
     * that happen to have none (mfm; NULL for dp). Beside them what the prior says. */
    size_t n_numbers;
    double *groups_posterior, *groups_prior;
    double *components_posterior, *components_prior;
    size_t most_probable; /* number of groups (dp) or of components (mfm) */

    /* The partition that is nearest to the posterior: of least expected variation of information
     * (Wade & Ghahramani 2018), found by moving rows one by one (Dahl, Johnson & Mueller 2022). */
    size_t n_partitions; /* recorded ones behind it, and behind what follows */
    size_t n_clusters;
    int32_t *labels;    /* N: 0 .. n_clusters - 1, largest cluster first */
    double expected_vi; /* nats */
    double *
        certainty; /* N: mean probability that the row is with another row of its cluster */
    double *
        together; /* n_clusters^2: that a row of one is with a (different) row of another */
    double *similarity; /* N x N: that two rows are together; NULL if not asked for */

    /* Parameters of the clusters, from draws with as many groups, relabelled to agree with the
     * point partition on as many rows as they can (Papastamoulis & Iliopoulos 2010). */
    size_t n_relabelled; /* of n_partitions; 0: no intervals, the arrays are NaN */
    gmix_posterior_array weights;     /* n_clusters */
    gmix_posterior_array means;       /* n_clusters x D */
    gmix_posterior_array covariances; /* n_clusters x D x D */
    gmix_model *model; /* the clusters' expected parameters given the point partition */

    /* Density of each feature, by itself: the posterior predictive, and a pointwise band. */
    size_t n_grid;
    double *grid;                 /* D x n_grid */
    gmix_posterior_array density; /* D x n_grid */
    void *owner;                  /* of the arrays; not for callers */

    size_t
        first_iterations; /* after which R-hat first said whether to go on; 0: iterations was given */

    /* Features in steps of more than a tenth of their standard deviation, such as counts of few: where the
     * scale is learnt, each of their values is put somewhere in its step, at random. */
    size_t n_spread;
} gmix_posterior_draws;

/**
 * Samples partitions of the rows, and sums them up.
 *
 * @param x      N x D table, N >= 2, complete. Weights, labels, errors, bounds and missing cells are refused:
 *               a row is in a group or not, as a whole.
 * @param opts   NULL for defaults.
 * @param draws  [out] What was found.
 *
 * @return GMIX_OK, also if it was cancelled, or the time limit passed, after some iterations of every
 *         chain that was begun: the share burn_in of those is left out; GMIX_ERR_OPTION and
 *         GMIX_ERR_ARGUMENT for what is not possible; GMIX_ERR_DATA for what x may not have, and for too few
 *         rows; GMIX_ERR_NONFINITE; GMIX_ERR_SINGULAR if prior_matrix is not positive definite;
 *         GMIX_ERR_CANCELLED, GMIX_ERR_TIME_LIMIT before there was an iteration; GMIX_ERR_NOMEM.
 *
 * Cost: an iteration of one chain takes N (groups + 1) densities of O(D^2) (full) or O(D). Chains are
 * side by side on the threads; a chain's draws depend on the seed and its number alone. At most 64 MB
 * of partitions are kept, evenly.
 * Source: Neal (2000), doi:10.1080/10618600.2000.10474879; Jain & Neal (2004),
 * doi:10.1198/1061860043001; Dahl & Newcomb (2022), J. Stat. Comput. Simul. 92; Miller & Harrison (2018), doi:10.1080/01621459.2016.1255636; Wade &
 * Ghahramani (2018), doi:10.1214/17-BA1073; Vehtari et al. (2021), doi:10.1214/20-BA1221.
 */
GMIX_API gmix_status gmix_posterior_sample(gmix_ctx *ctx, const gmix_table *x,
                                           const gmix_posterior_options *opts,
                                           gmix_posterior_draws *draws);
GMIX_API void gmix_posterior_draws_free(gmix_posterior_draws *draws);

#ifdef __cplusplus
}
#endif
#endif
