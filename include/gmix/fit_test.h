/**
 * A mixture of one feature at work: where one component takes over from another, and whether
 * the data could come from it.
 *
 * Both are for models of one feature (GMIX_ERR_SHAPE; a marginal has one). NULLs are
 * GMIX_ERR_ARGUMENT; GMIX_ERR_NOMEM; outputs are untouched unless the call returns GMIX_OK.
 */
#ifndef GMIX_FIT_TEST_H
#define GMIX_FIT_TEST_H

#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Bayes boundaries: between them one component has the largest responsibility. */
typedef struct gmix_boundaries {
    size_t n;       /* may be 0: one component everywhere */
    double *at;     /* n, rising */
    int32_t *label; /* n + 1: the component in each of the segments; -1 for noise */

    /* Probability that a row of the model does not come from the component that its place
     * says: the least that any classification can have. */
    double error_rate;
    void *owner; /* of the arrays; not for callers */
} gmix_boundaries;

/**
 * All boundaries. Two components of different widths have up to two boundaries with each other,
 * so a wide one may take over again on the far side of a narrow one: there can be more
 * boundaries than neighbouring pairs. They are roots of quadratic equations, and what they part
 * is decided by what is largest between them.
 *
 * @param out  [out] To be released by gmix_boundaries_free().
 */
GMIX_API gmix_status gmix_boundaries_find(gmix_ctx *ctx, const gmix_model *model,
                                          gmix_boundaries *out);
GMIX_API void gmix_boundaries_free(gmix_boundaries *boundaries);

/** How to test. Set by gmix_fit_test_options_init(). */
typedef struct gmix_fit_test_options {
    size_t struct_size; /* set by _init */
    size_t replicates;  /* 19 .. 1e7; default 999 */
    uint64_t seed;      /* default 0 */
} gmix_fit_test_options;

GMIX_API void gmix_fit_test_options_init_sized(gmix_fit_test_options *opts,
                                               size_t struct_size);

static inline void gmix_fit_test_options_init(gmix_fit_test_options *opts) {
    gmix_fit_test_options_init_sized(opts, sizeof *opts);
}

/** A distance between the data's distribution function and the model's. */
typedef struct gmix_distance_test {
    double statistic;
    double p;       /* the model having been fitted to these data */
    double p_naive; /* as if the model had been known before: too large, by far */
} gmix_distance_test;

typedef struct gmix_fit_test {
    gmix_distance_test kolmogorov_smirnov, anderson_darling, cramer_von_mises;
    size_t n;            /* rows; those that are missing do not count */
    size_t n_distinct;   /* different values: a continuous model has no ties */
    size_t n_replicates; /* that were done */
    size_t n_left_out;   /* of them: could not be fitted */

    /* Counts in bins of equal probability under the fit; by the bootstrap, so that neither
     * how many parameters were fitted nor how many bins there are needs degrees of freedom. */
    gmix_distance_test chi_squared;
    size_t n_bins;
} gmix_fit_test;

/**
 * Could these rows come from this mixture? For a model that was fitted to the rows: it has been
 * drawn towards them, so distances are far smaller than those of a model that was known, and
 * tables, or samples from the model alone, let pass what they should reject. So every replicate
 * is drawn from the model *and fitted again* (EM from the model), and its distance is that from
 * its own fit (parametric bootstrap; Stute, Gonzalez Manteiga & Presedo Quindimil 1993). p is (1 +
 * replicates at least as far) / (1 + replicates).
 *
 * @param model  Fitted to x. A noise component is uniform over its box, which is taken for known, and 0
 *               outside; replicates find its weight again.
 * @param x      N x 1, three rows or more, without row weights (GMIX_ERR_DATA).
 * @param opts   NULL for defaults.
 * @param out    [out]
 * @return GMIX_OK; GMIX_ERR_OPTION; GMIX_ERR_NONFINITE for infinite cells; GMIX_ERR_CANCELLED.
 *
 * Data that were rounded have ties, which the model has not: part of a rejection may be that.
 * The result does not depend on the number of threads. Cost: a fit from a start per replicate.
 */
GMIX_API gmix_status gmix_test_fit(gmix_ctx *ctx, const gmix_model *model,
                                   const gmix_table *x, const gmix_fit_test_options *opts,
                                   gmix_fit_test *out);

/** Counts in bins against a model that was fitted to them. */
typedef struct gmix_bins_test {
    size_t n_bins;   /* what lies outside all of them is one more */
    size_t df;       /* bins - 1 - parameters; 0: too few bins, and no p */
    double g2, p_g2; /* 2 sum n log (n / N P), the likelihood ratio */
    double x2, p_x2; /* sum (n - N P)^2 / N P, Pearson's */
} gmix_bins_test;

/**
 * @param x    Bins of one feature, in any order: lower, upper and weights, as gmix_fit() takes them.
 * @param out  [out]
 * @return GMIX_OK; GMIX_ERR_DATA for a table without bounds or bins that overlap; GMIX_ERR_SHAPE.
 */
GMIX_API gmix_status gmix_bins_test_find(gmix_ctx *ctx, const gmix_model *model,
                                         const gmix_table *x, gmix_bins_test *out);

/** The density of values by Pareto density estimation (Ultsch 2005, doi:10.1007/3-540-28084-7_9; R's
 * AdaptGauss and DataVisualizations). Release with gmix_pareto_density_free(). */
typedef struct gmix_pareto_density {
    size_t n;        /* places */
    double *at;      /* n, equally spaced from the smallest value to the largest */
    double *density; /* n: of area 1 by trapezoids */
    double radius;   /* half the width of the window */
    void *owner;     /* of the arrays; not for callers */
} gmix_pareto_density;

/**
 * Estimates a density: at each place, the share of the values within the radius that holds 18 % of all
 * pairs of values (a sample of 4096 of them, where there are more), times 4 / N^0.2 for more than 1024.
 *
 * @param x         N x 1, three rows or more, not all equal (GMIX_ERR_DATA); missing ones do not count.
 * @param n_places  2 .. 1e6; 0: 101.
 */
GMIX_API gmix_status gmix_pareto_density_find(gmix_ctx *ctx, const gmix_table *x,
                                              size_t n_places, gmix_pareto_density *out);
GMIX_API void gmix_pareto_density_free(gmix_pareto_density *density);

/** How a mixture that was not fitted to the values agrees with them: one made by hand, say. */
typedef struct gmix_adequacy {
    size_t struct_size; /* sizeof(gmix_adequacy); 0: that of version 0.2 */
    size_t n;           /* values */
    double log_likelihood;
    double kolmogorov_smirnov; /* largest distance of the distribution functions */
    double
        p; /* of a larger one, the model having been known beforehand: Kolmogorov's limit with
                   Stephens' correction; far too large for a model that was fitted */
    double
        rms; /* root of the sum of squares of density - Pareto density, over its places */
    double pareto_radius;
} gmix_adequacy;

/**
 * @param model  Of one feature. Noise is 0 outside its box, but for the log-likelihood, which is gmix_log_density()'s.
 * @param x      N x 1 as above, without row weights (GMIX_ERR_DATA).
 * @param out    [out] Zeroed, or with its size.
 */
GMIX_API gmix_status gmix_adequacy_find(gmix_ctx *ctx, const gmix_model *model,
                                        const gmix_table *x, gmix_adequacy *out);

#ifdef __cplusplus
}
#endif
#endif
