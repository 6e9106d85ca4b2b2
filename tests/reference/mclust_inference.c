/*
 * Tests of the number of components and standard errors beside mclust's
 * (make_mclust_inference.R).
 *
 * Log-likelihood ratios: one run from a hierarchical start is what mclust makes, and stops
 * later than it does; a search finds log-likelihoods that are no worse, so that sums of the
 * statistics, 2 (log L_k - log L_1), are no smaller.
 *
 * Standard errors: two estimates from 1000 and 2999 replicates have a relative error of
 * sqrt(1/2000 + 1/6000) = 2.6 %, more where a parameter's distribution has long tails. mclust
 * stops EM soon, which keeps replicates near the fit and their errors small, so its stop rule is
 * followed here.
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { N_TESTS = 3, MOST = 96 };

static fixture read_data(const char *name) {
    char path[96];
    snprintf(path, sizeof path, "data/%.64s.csv", name);
    return fixture_csv(path);
}

static double log_likelihood(const gmix_table *x, const gmix_fit_options *opts) {
    gmix_model *model = NULL;
    gmix_report report = {0};
    CHECK_STATUS(NULL, gmix_fit(NULL, x, opts, &model, &report), GMIX_OK);
    const double value = report.log_likelihood;
    gmix_model_free(&model);
    gmix_report_free(&report);
    return value;
}

static void ratios(FILE *file) {
    char name[65], family[8];
    int row, column;
    double value, theirs[N_TESTS], sum = 0.0;
    if (!CHECK(fscanf(file, "%64s %7s %d %d %lf %lf %lf %lf", name, family, &row, &column,
                      &value, &theirs[0], &theirs[1], &theirs[2]) == 8)) {
        return;
    }
    CHECK_WHERE("likelihood ratios, %s %s %g", name, family, value);
    fixture data = read_data(name);
    if (row >= 0) {
        data.x[(size_t)row * data.d + (size_t)column] = value;
    }
    const gmix_table x = gmix_table_f64(data.x, data.n, data.d);
    gmix_fit_options one_run, search;
    gmix_fit_options_init(&one_run);
    one_run.covariance = family;
    one_run.n_components = 1;
    search = one_run;
    one_run.init = "hierarchical";
    one_run.restarts = 1;
    double before = log_likelihood(&x, &one_run);
    const double alone = before;
    for (size_t k = 2; k <= N_TESTS + 1; k++) {
        one_run.n_components = search.n_components = k;
        const double now = log_likelihood(&x, &one_run);
        const double ratio = 2.0 * (now - before);
        sum += theirs[k - 2];
        /* the published numbers: the same optima */
        if (row >= 0) {
            CHECK_NEAR(ratio, theirs[k - 2], 0.3);
        }
        CHECK(2.0 * (log_likelihood(&x, &search) - alone) >= sum - 1e-2);
        before = now;
    }
    free(data.x);
}

/* The statistics of the tests themselves are those of their fits, and nested. */
static void tests_are_nested(void) {
    CHECK_WHERE("%s", "diabetes, tests");
    fixture data = read_data("diabetes");
    data.x[103 * data.d + 1] = 455.0;
    const gmix_table x = gmix_table_f64(data.x, data.n, data.d);
    gmix_component_test_options opts;
    gmix_component_tests tests = {0};
    gmix_fit_options fit;
    gmix_fit_options_init(&fit);
    gmix_component_test_options_init(&opts);
    opts.last = 4;
    opts.n_replicates = 1;
    opts.level = 0.5;
    opts.all = 1;
    CHECK_STATUS(NULL, gmix_test_components(NULL, &x, &fit, &opts, &tests), GMIX_OK);
    CHECK_EQ_INT(tests.n_tests, 3);
    const double sums[] = {369.98537, 369.98537 + 121.10652,
                           369.98537 + 121.10652 + 19.90071};
    for (size_t i = 0; i < tests.n_tests && i < N_TESTS; i++) {
        const gmix_component_test *const t = &tests.tests[i];
        CHECK(2.0 * (t->log_likelihood_more - tests.tests[0].log_likelihood) >= sums[i]);
        CHECK_NEAR(t->statistic, 2.0 * (t->log_likelihood_more - t->log_likelihood),
                   1e-9);
    }
    gmix_component_tests_free(&tests);
    free(data.x);
}

/* Components come in the order of their first means, as ours do. */
static void errors(FILE *file) {
    char name[65], family[8], method[32];
    int k_read = 1;
    if (!CHECK(fscanf(file, "%64s %7s %d %31s", name, family, &k_read, method) == 4)) {
        return;
    }
    fixture data = read_data(name);
    const size_t k = (size_t)k_read, d = data.d, n = k + k * d + k * d * d;
    double theirs[3 * MOST] = {0};
    CHECK(n <= 3 * MOST);
    for (size_t i = 0; i < n; i++) {
        CHECK(fscanf(file, "%lf", &theirs[i]) == 1);
    }
    CHECK_WHERE("standard errors, %s %s %d %s", name, family, k_read, method);
    const gmix_table x = gmix_table_f64(data.x, data.n, d);
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = k;
    opts.covariance = family;
    opts.init = "hierarchical";
    opts.restarts = 1;
    gmix_model *model = NULL;
    gmix_report report = {0};
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &model, &report), GMIX_OK);
    /* mclust stops replicates at a step's gain of 1e-5 |log L|, with some more to come */
    opts.accelerate = 0;
    opts.tol = 4e-5 * fabs(report.log_likelihood) / (double)data.n;
    gmix_standard_error_options how;
    gmix_standard_error_options_init(&how);
    how.method = method;
    how.n_replicates = FIXTURE_SLOW ? 100 : 1000;
    gmix_standard_errors e = {0};
    CHECK_STATUS(NULL, gmix_standard_errors_estimate(NULL, &x, &opts, model, &how, &e),
                 GMIX_OK);
    CHECK_EQ_INT(e.n_left_out, 0);
    /* that of diabetes leaps between two solutions in some of the replicates */
    const double tol = (strcmp(name, "diabetes") == 0 ? 0.35 : 0.15) +
                       (FIXTURE_SLOW ? 4.0 / sqrt(200.0) : 0.0);
    for (size_t i = 0; i < k + k * d; i++) {
        CHECK_REL(e.weights[i], theirs[i], tol);
    }
    for (size_t i = 0; i < e.n_covariances; i++) {
        CHECK_REL(e.covariances[i], theirs[k + k * d + i], tol);
    }
    gmix_report_free(&report);
    gmix_standard_errors_free(&e);
    gmix_model_free(&model);
    free(data.x);
}

int main(void) {
    FILE *file = fixture_open("tests/reference/mclust_inference.txt");
    char kind[8];
    size_t n = 0;
    for (; fscanf(file, " %7s", kind) == 1; n++) {
        (strcmp(kind, "lrt") == 0 ? ratios : errors)(file);
    }
    CHECK_EQ_INT(n, 12);
    tests_are_nested();
    fclose(file);
    return CHECK_DONE();
}
