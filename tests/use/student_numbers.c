/*
 * What is done with mixtures of Student's t, the predictive densities of models with a posterior: conditionals
 * times what they are given are the joint density, distribution functions and moments are those of scipy's t, regions
 * hold what they should, boundaries and modes are where they have to be.
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { K = 2, D = 3 };

/* Cell i, j of component c: as much of a matrix as the family lets differ. */
static double cell(const char *family, size_t c, size_t i, size_t j) {
    static const double all[K * D * D] = {2.0, 0.6, 0.3, 0.6, 1.0, -0.2, 0.3, -0.2, 0.5,
                                          0.7, 0.1, 0.0, 0.1, 1.5, 0.4,  0.0, 0.4,  1.1};
    const bool is_matrix = strcmp(family, "full") == 0 || strcmp(family, "tied") == 0;
    const bool is_one = strcmp(family, "spherical") == 0 || strcmp(family, "EII") == 0;
    const bool is_shared = strcmp(family, "tied") == 0 || family[0] == 'E';
    if (i != j && !is_matrix) {
        return 0.0;
    }
    return all[((is_shared ? 0 : c) * D + (is_one ? 0 : i)) * D + (is_one ? 0 : j)];
}

/* Two components whose means are worth 3 and 7 rows. */
static gmix_model *make(const char *family, size_t d) {
    static const double weights[K] = {0.3, 0.7}, kappa[K] = {3.0, 7.0};
    static const double means[K * D] = {0.0, 1.0, -1.0, 2.0, 0.5, 1.5};
    static const double shared[K] = {9.5, 9.5}, own[K] = {5.5, 9.5};
    double few[K * D], cov[K * D * D];
    gmix_posterior posterior;
    gmix_model_extras extras;
    gmix_model *model = NULL;
    gmix_model_extras_init(&extras);
    gmix_posterior_init(&posterior);
    posterior.alpha = weights;
    posterior.kappa = kappa;
    posterior.dof = strcmp(family, "tied") == 0 || family[0] == 'E' ? shared : own;
    extras.posterior = &posterior;
    const size_t len = gmix_family_layout(family, K, d);
    for (size_t n = 0; n < len; n++) { /* K x D x D, D x D, K x D or K */
        const size_t c = len == d * d && d > 1 ? 0 : n * K / len;
        const size_t rest = n - c * (len / K);
        cov[n] = len == K * d || len == K
                     ? cell(family, c, len == K ? 0 : rest, len == K ? 0 : rest)
                     : cell(family, c, rest / d, rest % d);
    }
    for (size_t c = 0; c < K; c++) {
        memcpy(few + c * d, means + c * D, d * sizeof *few);
    }
    CHECK_STATUS(
        NULL,
        gmix_model_new_with(NULL, family, K, d, weights, few, cov, NULL, &extras, &model),
        GMIX_OK);
    return model;
}

static double log_density(const gmix_model *model, const double *x, size_t d) {
    const gmix_table row = gmix_table_f64(x, 1, d);
    double l = NAN;
    CHECK_STATUS(NULL, gmix_log_density(NULL, model, &row, &l), GMIX_OK);
    return l;
}

/* p(x_t | x_o) p(x_o) = p(x), once and again from the conditional. */
static void check_condition(const char *family) {
    static const double x[D] = {1.3, -0.4, 2.2}, far[D] = {-30.0, 25.0, 0.7};
    static const size_t given[2] = {2, 0};
    for (int way = 0; way < 2; way++) {
        const double *const at = way ? far : x, values[2] = {at[2], at[0]};
        gmix_model *model = make(family, D), *rest = NULL, *one = NULL, *last = NULL;
        gmix_evidence evidence, both;
        CHECK_WHERE("condition, %s, way %d", family, way);
        CHECK_STATUS(
            NULL, gmix_model_condition(NULL, model, 1, given, values, &rest, &evidence),
            GMIX_OK);
        CHECK_NEAR(log_density(rest, at, 2) + evidence.log_density,
                   log_density(model, at, D), 1e-12 * (way ? 100.0 : 1.0));
        CHECK_STATUS(NULL,
                     gmix_model_condition(NULL, model, 2, given, values, &one, &both),
                     GMIX_OK);
        CHECK_NEAR(log_density(one, at + 1, 1) + both.log_density,
                   log_density(model, at, D), 1e-12 * (way ? 100.0 : 1.0));
        CHECK(evidence.tail > 0.0 && evidence.tail <= 1.0 &&
              (way == 0 || both.tail < 0.01));
        /* in two steps */
        const size_t first = 0;
        CHECK_STATUS(NULL, gmix_model_condition(NULL, rest, 1, &first, at, &last, &both),
                     GMIX_OK);
        CHECK_NEAR(log_density(last, at + 1, 1), log_density(one, at + 1, 1), 1e-11);
        CHECK_EQ_STR(gmix_model_posterior(last)->weights, "fixed");
        gmix_model_free(&last);
        gmix_model_free(&one);
        gmix_model_free(&rest);
        gmix_model_free(&model);
    }
}

/* A row's regression is its conditional. */
static void check_regress(const char *family) {
    static const double x[2] = {1.3, 2.2}, levels[3] = {0.001, 0.4, 0.975};
    static const size_t given[2] = {0, 2}, target = 1;
    gmix_model *model = make(family, D), *one = NULL;
    gmix_regress_options opts;
    gmix_regress_options_init(&opts);
    opts.quantiles = levels;
    opts.n_quantiles = 3;
    opts.region_mass = 0.9;
    double mean, sd, quantiles[3], regions[2 * K], m, v, q[3];
    gmix_evidence seen, expected;
    gmix_region region = {0};
    const gmix_table row = gmix_table_f64(x, 1, 2);
    const gmix_regression out = {.struct_size = sizeof out,
                                 .mean = &mean,
                                 .sd = &sd,
                                 .quantiles = quantiles,
                                 .regions = regions,
                                 .evidence = &seen};
    CHECK_WHERE("regression, %s", family);
    CHECK_STATUS(NULL, gmix_regress(NULL, model, 1, &target, &row, &opts, &out), GMIX_OK);
    CHECK_STATUS(NULL, gmix_model_condition(NULL, model, 2, given, x, &one, &expected),
                 GMIX_OK);
    CHECK_STATUS(NULL, gmix_moments(NULL, one, &m, &v, NULL, NULL), GMIX_OK);
    CHECK_STATUS(NULL, gmix_quantiles(NULL, one, 3, levels, 0, q), GMIX_OK);
    CHECK_STATUS(NULL, gmix_region_find(NULL, one, 0.9, 0, 0, &region), GMIX_OK);
    CHECK_NEAR(mean, m, 1e-12);
    CHECK_REL(sd * sd, v, 1e-12);
    for (size_t i = 0; i < 3; i++) {
        CHECK_NEAR(quantiles[i], q[i], 1e-11);
    }
    CHECK_NEAR(regions[0], region.intervals[0], 1e-9);
    CHECK_REL(seen.tail, expected.tail, 1e-11);
    CHECK_REL(seen.distance, expected.distance, 1e-11);
    CHECK_NEAR(seen.log_density, expected.log_density, 1e-11);
    gmix_region_free(&region);
    gmix_model_free(&one);
    gmix_model_free(&model);
}

/* scipy: .3 t(5.5, 0, sqrt(8/3)) + .7 t(9.5, 2, sqrt(.8)) and its moments. */
static void check_one_feature(void) {
    static const double x[4] = {-40.0, 0.5, 3.0, 1e6};
    static const double lower[4] = {-15.945744132834417, -1.4761490578243297,
                                    -0.12772387159886572, 0.0};
    static const double upper[4] = {-1.1880954692289336e-07, -0.25943934366507065,
                                    -2.121066902125356, -71.62046894469583};
    gmix_model *model = make("full", 1);
    double low[4], high[4], back[4], p[4] = {1e-200, 1e-9, 0.3, 0.9}, again[4];
    double mean, variance, skewness, kurtosis;
    gmix_region region = {0};
    CHECK_WHERE("one feature");
    CHECK_STATUS(NULL, gmix_cdf(NULL, model, 4, x, low, high), GMIX_OK);
    for (size_t i = 0; i < 4; i++) {
        CHECK_NEAR(low[i], lower[i], 1e-11 * (1.0 + fabs(lower[i])));
        CHECK_NEAR(high[i], upper[i], 1e-11 * (1.0 + fabs(upper[i])));
    }
    CHECK_STATUS(NULL, gmix_quantiles(NULL, model, 4, p, 1, back), GMIX_OK);
    CHECK_STATUS(NULL, gmix_cdf(NULL, model, 4, back, NULL, again), GMIX_OK);
    for (size_t i = 0; i < 4; i++) {
        CHECK_NEAR(again[i], log(p[i]), 1e-10 * (1.0 + fabs(log(p[i]))));
    }
    CHECK_STATUS(NULL, gmix_moments(NULL, model, &mean, &variance, &skewness, &kurtosis),
                 GMIX_OK);
    CHECK_NEAR(mean, 1.4, 1e-14);
    CHECK_REL(variance, 2.8064761904761903, 1e-13);
    CHECK_REL(skewness, -0.9943932121237165, 1e-12);
    CHECK_REL(kurtosis, 4.284638328028033, 1e-12);
    CHECK_STATUS(NULL, gmix_region_find(NULL, model, 0.999, 0, 0, &region), GMIX_OK);
    CHECK_STATUS(NULL, gmix_cdf(NULL, model, 2, region.intervals, low, high), GMIX_OK);
    CHECK_NEAR(1.0 - exp(low[0]) - exp(high[1]), 0.999, 1e-11);
    CHECK_NEAR(log_density(model, region.intervals, 1),
               log_density(model, region.intervals + 1, 1), 1e-9);
    gmix_region_free(&region);
    gmix_model_free(&model);
}

/* Responsibilities are a half on a boundary; the wide component takes both far ends. */
static void check_boundaries(void) {
    gmix_model *model = make("diag", 1);
    gmix_boundaries b = {0};
    double r[2];
    CHECK_WHERE("boundaries");
    CHECK_STATUS(NULL, gmix_boundaries_find(NULL, model, &b), GMIX_OK);
    CHECK_EQ_INT(b.n, 2);
    for (size_t i = 0; i < b.n; i++) {
        const gmix_table row = gmix_table_f64(b.at + i, 1, 1);
        CHECK_STATUS(NULL, gmix_responsibilities(NULL, model, &row, r), GMIX_OK);
        CHECK_NEAR(r[0], 0.5, 1e-12);
    }
    CHECK(b.label[0] == 0 && b.label[1] == 1 && b.label[2] == 0);
    gmix_boundaries_free(&b);
    gmix_model_free(&model);
}

/* At a mode the density falls to all sides; its log-density is the row's. */
static void check_modes(const char *family) {
    gmix_model *model = make(family, D);
    gmix_modes modes = {0};
    const double step = 1e-4;
    CHECK_WHERE("modes, %s", family);
    CHECK_STATUS(NULL, gmix_modes_find(NULL, model, &modes), GMIX_OK);
    CHECK(modes.n >= 1);
    for (size_t i = 0; i < modes.n; i++) {
        double x[D];
        memcpy(x, modes.at + i * D, sizeof x);
        const double top = log_density(model, x, D);
        CHECK_NEAR(top, modes.log_density[i], 1e-11);
        for (size_t j = 0; j < D; j++) {
            x[j] += step;
            const double above = log_density(model, x, D);
            x[j] -= 2.0 * step;
            const double below = log_density(model, x, D);
            x[j] += step;
            CHECK_NEAR((above - below) / (2.0 * step), 0.0, 1e-6);
            CHECK(above < top && below < top);
        }
    }
    gmix_modes_free(&modes);
    gmix_model_free(&model);
}

/* Two degrees of freedom and fewer have no variance. */
static void check_heavy(void) {
    const double weight = 1.0, mean[2] = {0.0, 5.0}, kappa = 2.0, dof = 2.5;
    const double cov[4] = {1.0, 0.0, 0.0, 2.0};
    double v[4], skewness[2];
    gmix_posterior posterior;
    gmix_model_extras extras;
    gmix_model *model = NULL;
    gmix_model_extras_init(&extras);
    gmix_posterior_init(&posterior);
    posterior.weights = "fixed";
    posterior.kappa = &kappa;
    posterior.dof = &dof;
    extras.posterior = &posterior;
    CHECK_WHERE("one and a half degrees of freedom");
    CHECK_STATUS(NULL,
                 gmix_model_new_with(NULL, "full", 1, 2, &weight, mean, cov, NULL,
                                     &extras, &model),
                 GMIX_OK);
    CHECK_STATUS(NULL, gmix_moments(NULL, model, NULL, v, skewness, NULL), GMIX_OK);
    CHECK(isinf(v[0]) && v[1] == 0.0 && isinf(v[3]) && isnan(skewness[0]));
    gmix_model_free(&model);
}

/* A diagonal component is the product of its features, at the mean, a digit beside it, and so far that products or
 * squares are beyond a double. */
static void check_product(double dof) {
    enum { FEATURES = 5, ROWS = 5 };
    static const double mean[FEATURES] = {0.0, 1.0, -1.0, 2.0, 0.5}, weight = 1.0;
    static const double cov[FEATURES] = {2.0, 1.0, 0.5, 0.7, 1.5}, kappa = 3.0;
    static const double off[ROWS] = {0.0, 1e-9, 0.7, 1e90, 1e200};
    gmix_posterior posterior;
    gmix_model_extras extras;
    gmix_model *model = NULL;
    double x[FEATURES];
    gmix_model_extras_init(&extras);
    gmix_posterior_init(&posterior);
    posterior.alpha = &weight;
    posterior.kappa = &kappa;
    posterior.dof = &dof;
    extras.posterior = &posterior;
    CHECK_STATUS(NULL,
                 gmix_model_new_with(NULL, "diag", 1, FEATURES, &weight, mean, cov, NULL,
                                     &extras, &model),
                 GMIX_OK);
    for (size_t i = 0; i < ROWS; i++) {
        double sum = 0.0;
        CHECK_WHERE("product, %g degrees of freedom, %g off", dof, off[i]);
        for (size_t j = 0; j < FEATURES; j++) {
            gmix_model *one = NULL;
            x[j] = mean[j] + (j % 2 ? -off[i] : off[i]) * (double)(j + 1);
            CHECK_STATUS(NULL, gmix_model_marginal(NULL, model, 1, &j, &one), GMIX_OK);
            sum += log_density(one, x + j, 1);
            gmix_model_free(&one);
        }
        CHECK_NEAR(log_density(model, x, FEATURES), sum, 1e-14 * fabs(sum));
    }
    gmix_model_free(&model);
}

int main(void) {
    static const char *const families[] = {"full",      "tied", "diag",
                                           "spherical", "EEI",  "EII"};
    for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
        check_condition(families[f]);
        check_regress(families[f]);
        check_modes(families[f]);
    }
    check_one_feature();
    check_boundaries();
    check_heavy();
    check_product(4.5);
    check_product(1e9);
    return CHECK_DONE();
}
