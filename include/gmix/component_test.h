/**
 * How many components: the likelihood-ratio test of K components against K + 1, by
 * parametric bootstrap (McLachlan 1987; as R's mclustBootstrapLRT).
 *
 * The statistic is T = 2 (log L_(K+1) - log L_K). Its distribution under K components is no
 * chi-squared, since K lies on the boundary of K + 1. It is estimated by replicates: tables
 * of as many rows, drawn from the fit with K components, and T of the same two fits to each.
 */
#ifndef GMIX_COMPONENT_TEST_H
#define GMIX_COMPONENT_TEST_H

#include "fit.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Options of the tests. Set by gmix_component_test_options_init(); then change fields. */
typedef struct gmix_component_test_options {
    size_t struct_size;  /* set by _init */
    size_t first, last;  /* numbers of components: first against first + 1, ..., last - 1
                           against last; 1 <= first < last; default 1, 2 */
    size_t n_replicates; /* of each test: 1 / level - 1 .. 10^7; default 999 */
    double level;        /* at which a test is significant: 0 .. 1; default 0.05 */
    int all;             /* 1: every test; 0 (default): up to the first that is not
                            significant */
} gmix_component_test_options;

/** Sets all options to their defaults. The size lets a library serve programs that were
 * compiled with an older, smaller struct. */
GMIX_API void gmix_component_test_options_init_sized(gmix_component_test_options *opts,
                                                     size_t struct_size);

static inline void gmix_component_test_options_init(gmix_component_test_options *opts) {
    gmix_component_test_options_init_sized(opts, sizeof *opts);
}

/** The table behind it (see option_info.h); ends with an entry whose name is NULL. */
GMIX_API const gmix_option_info *gmix_component_test_option_table(void);

/** One test. */
typedef struct gmix_component_test {
    size_t n_components;        /* K: tested against K + 1 */
    double log_likelihood;      /* of the data, with K components */
    double log_likelihood_more; /* with K + 1 */
    double statistic;           /* T: 0 or more */
    int sound; /* both solutions are (see gmix_report): else T may be that of a singularity,
                  in the data and in replicates */
    size_t n_replicates; /* T of how many replicates is known */
    size_t n_left_out;   /* other replicates: no solution was found with K or K + 1
                           components or, if `sound`, none that is */
    size_t n_as_large;   /* replicates whose T is that of the data or larger */
    double p_value; /* (1 + n_as_large) / (n_replicates + 1); NaN without replicates */
    double *replicates; /* n_replicates: their T, in the order they were drawn */
    void *reserved[4];  /* NULL: tests lie side by side, so they cannot grow otherwise */
} gmix_component_test;

/** Why no further test was made. Values are fixed for ever. */
typedef enum gmix_component_tests_end {
    GMIX_TESTS_ALL = 0,             /* all that were asked for are there */
    GMIX_TESTS_NOT_SIGNIFICANT = 1, /* the last one is not significant */
    GMIX_TESTS_NO_SOLUTION = 2,     /* one component more cannot be fitted */
    GMIX_TESTS_CANCELLED = 3,       /* the last one has the replicates done until then */
    GMIX_TESTS_UNDECIDED = 4, /* too many replicates of the last one were left out */
    GMIX_TESTS_TIME_LIMIT = 5 /* as where it was cancelled, when time was over */
} gmix_component_tests_end;

/** "all", "not_significant", "no_solution", "cancelled", "undecided". */
GMIX_API const char *gmix_component_tests_end_name(gmix_component_tests_end end);

/** The tests in their order. Release with gmix_component_tests_free(). */
typedef struct gmix_component_tests {
    size_t struct_size; /* sizeof(gmix_component_tests); 0: that of version 0.2 */
    size_t n_tests;
    gmix_component_test *tests;
    size_t n_components; /* the smallest K that is not rejected at the level; if all are,
                            one more than the last; 0: nothing can be said, as where
                            replicates that were not made, or had no solution, could turn it */
    gmix_component_tests_end end;
    const char *covariance; /* family; static */
    size_t n_samples, n_features;
    size_t n_rows; /* of a replicate: the total weight of the data, rounded */
    double level;
    double seconds;
    void *owner; /* of the arrays; not for callers */
} gmix_component_tests;

/**
 * Tests numbers of components.
 *
 * Every fit, of the data and of replicates, is made in the same way: by opts, which say the
 * family, the extent of the search, bounds and noise; and, unless opts->restarts asks for
 * runs of its own, with K + 1 components also from every split of a component of the K found.
 * Since K components are K + 1 of which two are the same, T is never below 0. The fewer optima a fit misses, the more
 * often the test sees a component that is there: opts->search = "thorough" is worth its time.
 *
 * Row weights are frequencies: a row of weight 3 stands for three rows. Missing cells
 * are those of the data again in every replicate, row by row, which is right where what is
 * missing does not depend on the values; with opts->missing = "drop", rows are complete. A truncated sample
 * (gmix_table.truncation) has replicates that lie within its bounds; errors and bounds of cells are refused.
 *
 * @param x      N x D table, as for gmix_fit(), without labels.
 * @param opts   As for gmix_fit(), or NULL for its defaults. n_components is not used, and
 *               time_limit is that of all tests together; a prior, a given start and frozen parameters are refused. The seed
 *               is that of everything random.
 * @param tests  NULL for defaults.
 * @param out    [out] What was found.
 *
 * @return GMIX_OK, also if it was cancelled after the first fits; GMIX_ERR_OPTION and
 *         GMIX_ERR_ARGUMENT for what is not possible; GMIX_ERR_DATA for labels and for
 *         weights that sum to too few rows; GMIX_ERR_CANCELLED: before there was anything; whatever gmix_fit()
 *         returns.
 *
 * Cost: n_replicates x two fits for each test, on all threads; N D doubles a thread. The
 * result does not depend on the number of threads.
 * Source: McLachlan (1987), doi:10.2307/2347790; the p-value: Davison & Hinkley (1997),
 * eq. 4.11.
 */
GMIX_API gmix_status gmix_test_components(gmix_ctx *ctx, const gmix_table *x,
                                          const gmix_fit_options *opts,
                                          const gmix_component_test_options *tests,
                                          gmix_component_tests *out);
GMIX_API void gmix_component_tests_free(gmix_component_tests *tests);

#ifdef __cplusplus
}
#endif
#endif
