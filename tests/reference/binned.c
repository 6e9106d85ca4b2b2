/*
 * Pearson's crabs (1894), 1000 ratios of breadth in 29 bins, as R's mixdist has them: maxima of the exact
 * likelihood of the counts, and G^2, as found there and by an optimiser of its own. And pike.
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

typedef struct known {
    const char *family;
    size_t k, df;
    double loglik, weights[2], means[2], sds[2], g2, p;
} known;

static gmix_data *read_bins(void) {
    static const char *const bins[] = {"ratio", "freq"};
    gmix_data *data = NULL;
    gmix_read_options how;
    char path[1024];
    gmix_read_options_init(&how);
    how.bins = bins;
    how.n_bins = 2;
    snprintf(path, sizeof path, "%s/data/crabs_binned.csv", SOURCE_ROOT);
    CHECK_STATUS(NULL, gmix_data_read(NULL, path, &how, &data), GMIX_OK);
    return data;
}

static void maximum(const known *wanted, const gmix_table *x) {
    gmix_model *model = NULL;
    gmix_report report = {0};
    gmix_bins_test test = {0};
    gmix_fit_options opts;
    CHECK_WHERE("%s, %zu", wanted->family, wanted->k);
    gmix_fit_options_init(&opts);
    opts.n_components = wanted->k;
    opts.covariance = wanted->family;
    opts.tol = 1e-11;
    opts.max_iter = 10000;
    if (CHECK_STATUS(NULL, gmix_fit(NULL, x, &opts, &model, &report), GMIX_OK)) {
        CHECK_NEAR(report.log_likelihood, wanted->loglik, 2e-8);
        CHECK_EQ_INT(report.sound, 1);
        for (size_t k = 0; k < wanted->k; k++) {
            double variance;
            gmix_model_covariance(model, k, &variance);
            CHECK_NEAR(gmix_model_weights(model)[k], wanted->weights[k], 5e-5);
            CHECK_NEAR(gmix_model_means(model)[k], wanted->means[k], 1e-6);
            CHECK_NEAR(sqrt(variance), wanted->sds[k], 1e-6);
        }
        CHECK_STATUS(NULL, gmix_bins_test_find(NULL, model, x, &test), GMIX_OK);
        CHECK_EQ_INT(test.df, wanted->df);
        CHECK_NEAR(test.g2, wanted->g2, 1e-5);
        CHECK_NEAR(test.p_g2, wanted->p, 1e-5);
    }
    gmix_report_free(&report);
    gmix_model_free(&model);
}

/* The standard errors that mixdist prints for means: .0061 and .0018, of the curvature; and of resampled
 * counts. */
static void errors(const gmix_table *x) {
    gmix_model *model = NULL;
    gmix_fit_options opts;
    gmix_standard_error_options how;
    gmix_standard_errors found = {0};
    CHECK_WHERE("standard errors");
    gmix_fit_options_init(&opts);
    opts.n_components = 2;
    gmix_standard_error_options_init(&how);
    how.method = "bootstrap";
    how.n_replicates = 200;
    CHECK_STATUS(NULL, gmix_fit(NULL, x, &opts, &model, NULL), GMIX_OK);
    if (CHECK_STATUS(NULL,
                     gmix_standard_errors_estimate(NULL, x, &opts, model, &how, &found),
                     GMIX_OK)) {
        CHECK(found.means[0] > 0.003 && found.means[0] < 0.012);
        CHECK(found.means[1] > 0.001 && found.means[1] < 0.004);
    }
    gmix_standard_errors_free(&found);
    how.method = "information";
    if (CHECK_STATUS(NULL,
                     gmix_standard_errors_estimate(NULL, x, &opts, model, &how, &found),
                     GMIX_OK)) {
        CHECK_NEAR(found.means[0], 0.0061, 2e-4);
        CHECK_NEAR(found.means[1], 0.0018, 1e-4);
    }
    gmix_standard_errors_free(&found);
    gmix_model_free(&model);
}

/*
 * 523 pike by their lengths in cm (Macdonald & Pitcher 1979), five log-normals of one coefficient of variation: equal
 * variances of logarithms. A bin has the probability that the bin of its logarithms has, so that no
 * Jacobian comes in.
 */
static void pike(void) {
    enum { BINS = 25, K = 5 };
    static const double counts[BINS] = {4,  10, 21, 11, 14, 31, 39, 70, 71,
                                        44, 42, 36, 23, 22, 17, 12, 12, 11,
                                        8,  3,  6,  6,  3,  2,  5};
    const double weights[K] = {.09967, .51889, .22677, .10710, .04757};
    const double means[K] = {23.07344675, 33.60686241, 41.10281459, 49.88248895,
                             60.46694183};
    const double sds[K] = {2.372187, 3.455130, 4.225791, 5.128432, 6.216622};
    double edges[BINS + 1] = {-INFINITY};
    for (size_t i = 1; i < BINS; i++) {
        edges[i] = log(17.75 + 2.0 * (double)i);
    }
    edges[BINS] = INFINITY;
    gmix_table x;
    gmix_table_init(&x);
    x.n_rows = BINS;
    x.n_cols = 1;
    x.lower = edges;
    x.upper = edges + 1;
    x.weights = counts;
    gmix_model *model = NULL;
    gmix_report report = {0};
    gmix_bins_test test = {0};
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = K;
    opts.covariance = "E";
    opts.tol = 1e-12;
    opts.max_iter = 10000;
    CHECK_WHERE("pike");
    if (CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &model, &report), GMIX_OK)) {
        CHECK_NEAR(report.log_likelihood, -1493.574392, 5e-7);
        for (size_t k = 0; k < K; k++) {
            double variance;
            gmix_model_covariance(model, k, &variance);
            const double mean = exp(gmix_model_means(model)[k] + .5 * variance);
            CHECK_NEAR(gmix_model_weights(model)[k], weights[k], 2e-5);
            CHECK_REL(mean, means[k], 1e-5); /* theirs are 2e-6 from the maximum */
            CHECK_REL(mean * sqrt(expm1(variance)), sds[k], 1e-4);
        }
        CHECK_STATUS(NULL, gmix_bins_test_find(NULL, model, &x, &test), GMIX_OK);
        CHECK_EQ_INT(test.df, 14);
        CHECK_NEAR(test.g2, 11.947742, 2e-6);
        CHECK_NEAR(test.p_g2, .6105, 5e-5);
    }
    gmix_report_free(&report);
    gmix_model_free(&model);
}

/*
 * mixdist's example "normals", 249 values in 25 bins: two normals that share a mean, one three times as
 * wide, which its optimiser does not find from plain starts. Bins in any order are the same histogram,
 * and bins that overlap are none.
 */
static void normals(void) {
    enum { BINS = 25 };
    static const double counts[BINS] = {2,  1,  1,  2,  2, 6, 8, 5, 10, 14, 14, 42, 47,
                                        33, 23, 10, 14, 5, 3, 0, 3, 1,  1,  0,  2};
    double lower[BINS], upper[BINS], weights[BINS];
    for (size_t i = 0; i < BINS; i++) { /* the last first */
        lower[BINS - 1 - i] = i == 0 ? -INFINITY : (double)i;
        upper[BINS - 1 - i] = i + 1 < BINS ? (double)(i + 1) : INFINITY;
        weights[BINS - 1 - i] = counts[i];
    }
    gmix_table x;
    gmix_table_init(&x);
    x.n_rows = BINS;
    x.n_cols = 1;
    x.lower = lower;
    x.upper = upper;
    x.weights = weights;
    gmix_model *model = NULL;
    gmix_report report = {0};
    gmix_bins_test test = {0};
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    CHECK_WHERE("normals");
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &model, &report), GMIX_OK);
    CHECK_NEAR(report.log_likelihood, -669.500913, 1e-5);
    CHECK_STATUS(NULL, gmix_bins_test_find(NULL, model, &x, &test), GMIX_OK);
    CHECK_NEAR(test.g2, 67.209497, 1e-4);
    lower[3] -= 0.5;
    CHECK_STATUS(NULL, gmix_bins_test_find(NULL, model, &x, &test), GMIX_ERR_DATA);
    lower[3] += 0.5;
    gmix_report_free(&report);
    gmix_model_free(&model);
    opts.n_components = 2;
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &model, &report), GMIX_OK);
    CHECK(report.log_likelihood >= -648.483957 - 1e-5);
    gmix_report_free(&report);
    gmix_model_free(&model);
}

int main(void) {
    static const known all[] = {
        {"V", 1, 26, -2979.05934370, {1.0}, {.644697}, {.0190545}, 74.837658, 1.1e-6},
        {"V",
         2,
         23,
         -2952.69590247,
         {.45276, .54724},
         {.632617, .654687},
         {.018619, .012483},
         22.110776,
         .51357},
        {"E",
         2,
         24,
         -2954.32758120,
         {.1998254, .8001746},
         {.6193623, .6510221},
         {.0142305, .0142305},
         25.374133,
         .38566}};
    gmix_data *data = read_bins();
    for (size_t i = 0; data && i < sizeof all / sizeof *all; i++) {
        maximum(&all[i], gmix_data_table(data));
    }
    errors(gmix_data_table(data));
    gmix_data_free(&data);
    pike();
    normals();
    return CHECK_DONE();
}
