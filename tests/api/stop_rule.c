/*
 * What other programs' ways of fitting need: the stop rule "change", memberships as a start,
 * solutions kept as they are, and data that only a ridge makes fittable.
 */
#include "budget.h"
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { N = 300, D = 2, K = 3 };

static double resp[N * K];

static gmix_fit_options plain(void) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = K;
    opts.accelerate = 0;
    opts.reg = 1e-6;
    opts.singular = "keep";
    opts.init = "memberships";
    opts.init_memberships = resp;
    return opts;
}

/* Ends one step after the first change below tol, wherever that is; max_iter comes first. */
static void test_change(const gmix_table *x) {
    gmix_fit_options opts = plain();
    gmix_report all = {0}, some = {0};
    gmix_model *model = NULL;
    opts.tol = 0;
    opts.max_iter = 60;
    CHECK_STATUS(NULL, gmix_fit(NULL, x, &opts, &model, &all), GMIX_OK);
    CHECK_EQ_INT(all.n_iterations, 60);
    gmix_model_free(&model);
    opts.stop_rule = "change";
    for (opts.tol = 1e-1; opts.tol > 1e-5; opts.tol *= 0.1) {
        size_t t = 1;
        while (fabs(all.trace[t] - all.trace[t - 1]) / N >= opts.tol) {
            t++;
        }
        CHECK_STATUS(NULL, gmix_fit(NULL, x, &opts, &model, &some), GMIX_OK);
        CHECK_EQ_INT(some.n_iterations, t + 1);
        CHECK(some.converged);
        CHECK(memcmp(some.trace, all.trace, (t + 2) * sizeof *all.trace) == 0);
        gmix_model_free(&model);
        gmix_report_free(&some);
        opts.max_iter = t;
        CHECK_STATUS(NULL, gmix_fit(NULL, x, &opts, &model, &some), GMIX_OK);
        CHECK(!some.converged && some.n_iterations == t);
        gmix_model_free(&model);
        gmix_report_free(&some);
        opts.max_iter = 60;
    }
    gmix_report_free(&all);
}

/* Whole memberships are labels. */
static void test_memberships(const gmix_table *x) {
    double hard[N * K] = {0};
    int32_t labels[N];
    gmix_fit_options opts = plain();
    gmix_model *soft = NULL, *given = NULL;
    for (size_t i = 0; i < N; i++) {
        labels[i] = (int32_t)(i * 5 % 7 % K);
        hard[i * K + (size_t)labels[i]] = 1;
    }
    opts.max_iter = 3;
    opts.init_memberships = hard;
    CHECK_STATUS(NULL, gmix_fit(NULL, x, &opts, &soft, NULL), GMIX_OK);
    opts.init = "labels";
    opts.init_labels = labels;
    CHECK_STATUS(NULL, gmix_fit(NULL, x, &opts, &given, NULL), GMIX_OK);
    for (size_t i = 0; i < (size_t)K * D; i++) {
        CHECK_REL(gmix_model_means(soft)[i], gmix_model_means(given)[i], 1e-12);
    }
    gmix_model_free(&soft);
    gmix_model_free(&given);
    opts.init = "memberships";
    opts.init_memberships = NULL;
    CHECK_EQ_INT(gmix_fit(NULL, x, &opts, &soft, NULL), GMIX_ERR_OPTION);
    opts.init_memberships = hard;
    hard[4] = -1;
    CHECK_EQ_INT(gmix_fit(NULL, x, &opts, &soft, NULL), GMIX_ERR_ARGUMENT);
    hard[4] = NAN;
    CHECK_EQ_INT(gmix_fit(NULL, x, &opts, &soft, NULL), GMIX_ERR_ARGUMENT);
}

/* A constant column, and rows that coincide, have the ridge for a variance. */
static void test_ridge(void) {
    double x[N * D];
    gmix_fit_options opts = plain();
    gmix_model *model = NULL;
    gmix_report report = {0};
    for (size_t i = 0; i < N; i++) {
        x[i * D] = (double)(i % 2);
        x[i * D + 1] = 5;
    }
    const gmix_table table = gmix_table_f64(x, N, D);
    opts.max_iter = 5;
    opts.reg = 0;
    CHECK_EQ_INT(gmix_fit(NULL, &table, &opts, &model, NULL), GMIX_ERR_DATA);
    opts.reg = 1e-3;
    CHECK_STATUS(NULL, gmix_fit(NULL, &table, &opts, &model, &report), GMIX_OK);
    CHECK(isfinite(report.log_likelihood));
    for (size_t c = 0; c < K; c++) {
        CHECK_REL(gmix_model_covariances(model)[c * 4 + 3], 1e-3, 1e-9);
        CHECK_REL(gmix_model_means(model)[c * D + 1], 5.0, 1e-12);
    }
    gmix_model_free(&model);
    gmix_report_free(&report);
}

static gmix_status try_fit(gmix_ctx *ctx, void *x) {
    gmix_model *model = NULL;
    gmix_fit_options opts = plain();
    opts.max_iter = 3;
    opts.stop_rule = "change";
    const gmix_status status = gmix_fit(ctx, x, &opts, &model, NULL);
    CHECK((model != NULL) == (status == GMIX_OK));
    gmix_model_free(&model);
    return status;
}

int main(void) {
    const fixture data = fixture_clusters(N, D, K, 3.0, 92);
    gmix_table x = gmix_table_f64(data.x, N, D);
    for (size_t i = 0; i < (size_t)N * K; i++) {
        resp[i] = 0.1 + (double)(i * 37 % 11);
    }
    test_change(&x);
    test_memberships(&x);
    test_ridge();
    budget_run("fit, memberships", try_fit, &x);
    free(data.x);
    return CHECK_DONE();
}
