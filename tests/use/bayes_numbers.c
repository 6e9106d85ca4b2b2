/*
 * Bayesian mixtures by their numbers: bounds and predictive densities of faithful that were found
 * elsewhere (the closed forms in quadruple precision; scikit-learn's solutions with the constants it leaves out),
 * empty components, the choice of K, credible intervals, and what is refused.
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

static gmix_fit_options bayes_options(size_t k, const char *kind) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = k;
    opts.bayes = kind;
    return opts;
}

static gmix_model *fit(const gmix_table *x, const gmix_fit_options *opts) {
    gmix_model *model = NULL;
    CHECK_STATUS(NULL, gmix_fit(NULL, x, opts, &model, NULL), GMIX_OK);
    return model;
}

/* One component: the bound is the evidence, whatever the weights. */
static void check_one(const gmix_table *x, const char *kind) {
    const gmix_fit_options opts = bayes_options(1, kind);
    gmix_model *model = fit(x, &opts);
    const double rows[4] = {3.0, 70.0, 4.5, 80.0};
    const gmix_table two = gmix_table_f64(rows, 2, 2);
    double l[2], means[4], weights[2], variances[4];
    CHECK_WHERE("one component, %s", kind);
    CHECK_NEAR(gmix_model_posterior(model)->bound, -1303.8975177949, 1e-9);
    CHECK(gmix_log_density(NULL, model, &two, l) == GMIX_OK);
    CHECK_NEAR(l[0], -4.108912989633, 1e-11);
    CHECK_NEAR(l[1], -4.185655864012, 1e-11);
    /* t.interval and invgamma.interval of scipy, 95 % */
    const gmix_credible ends = {weights, means, variances};
    CHECK(gmix_posterior_intervals(NULL, model, 0.95, &ends) == GMIX_OK);
    CHECK_NEAR(weights[0], 1.0, 0.0);
    CHECK_NEAR(means[0], 3.35203728023, 1e-9);
    CHECK_NEAR(means[3], 72.5139391332, 1e-8);
    CHECK_NEAR(variances[0], 1.10503411359, 1e-9);
    CHECK_NEAR(variances[3], 219.408437932, 1e-7);
    gmix_model_free(&model);
}

static void check_two(const gmix_table *x) {
    gmix_fit_options opts = bayes_options(2, "dirichlet");
    opts.tol = 1e-12;
    gmix_model *model = fit(x, &opts);
    const gmix_posterior *const p = gmix_model_posterior(model);
    const double *const w = gmix_model_weights(model), *const m = gmix_model_means(model);
    CHECK_WHERE("two components");
    CHECK_NEAR(p->bound, -1178.57183828, 1e-7);
    CHECK_NEAR(w[0], 0.35829766, 2e-8);
    CHECK_NEAR(w[1], 0.64170234, 2e-8);
    CHECK_NEAR(m[0], 2.0549050451, 1e-7);
    CHECK_NEAR(m[3], 79.946021097, 1e-6);
    CHECK_NEAR(p->kappa[0], 98.17355914, 1e-5);
    CHECK_NEAR(p->dof[1], 176.82644086, 1e-5);
    gmix_model_free(&model);
}

/* Ten components, of which the rows ask for two: of a process, its bound is no lower than with two. */
static void check_empty(const gmix_table *x) {
    gmix_fit_options opts = bayes_options(10, "process");
    opts.search = "quick";
    gmix_model *model = fit(x, &opts);
    CHECK_WHERE("empty components");
    CHECK_EQ_INT(gmix_model_n_components(model), 2);
    CHECK(gmix_model_weights(model)[0] > gmix_model_weights(model)[1]);
    CHECK_NEAR(gmix_model_posterior(model)->beta[1], 0.0, 0.0);
    gmix_model_free(&model);
    opts.singular = "keep";
    model = fit(x, &opts);
    CHECK_EQ_INT(gmix_model_n_components(model), 10);
    gmix_model_free(&model);
}

static void check_choice(const gmix_table *x) {
    gmix_fit_options opts = bayes_options(1, "dirichlet");
    gmix_select_options choice;
    gmix_model *model = NULL;
    gmix_report report;
    gmix_report_init(&report);
    gmix_select_options_init(&choice);
    choice.components = "1-3";
    choice.covariances = "full";
    opts.search = "quick";
    CHECK_WHERE("choice");
    if (CHECK_STATUS(NULL, gmix_select(NULL, x, &opts, &choice, &model, &report),
                     GMIX_OK)) {
        CHECK_EQ_STR(report.criterion, "evidence");
        CHECK_EQ_INT(report.n_components, 2);
        CHECK_NEAR(report.candidates[1].log_likelihood, -1178.57183828 + log(2.0), 1e-4);
        CHECK(report.candidates[2].log_likelihood >= -1183.4076 + log(6.0) - 0.01);
        CHECK(isnan(report.candidates[1].bic) && isnan(report.bic));
    }
    choice.criterion = "icl";
    gmix_model_free(&model);
    CHECK_EQ_INT(gmix_select(NULL, x, &opts, &choice, &model, NULL), GMIX_ERR_OPTION);
    opts.bayes = "none";
    choice.criterion = "evidence";
    CHECK_EQ_INT(gmix_select(NULL, x, &opts, &choice, &model, NULL), GMIX_ERR_OPTION);
    gmix_report_free(&report);
}

/* What is of Gaussians says so, and does it for the point. */
static void check_points(const gmix_table *x) {
    const gmix_fit_options opts = bayes_options(1, "dirichlet");
    gmix_model *model = fit(x, &opts), *points = NULL;
    double mean[2], cov[4], density[2];
    const double row[2] = {3.0, 70.0};
    const gmix_table one = gmix_table_f64(row, 1, 2);
    CHECK_WHERE("points");
    CHECK_EQ_INT(gmix_mahalanobis(NULL, model, &one, density), GMIX_ERR_MODEL);
    if (CHECK_STATUS(NULL, gmix_model_points(NULL, model, &points), GMIX_OK)) {
        CHECK(gmix_model_posterior(points) == NULL);
        CHECK_EQ_INT(gmix_moments(NULL, points, mean, cov, NULL, NULL), GMIX_OK);
        CHECK(gmix_log_density(NULL, model, &one, density) == GMIX_OK);
        CHECK(gmix_log_density(NULL, points, &one, density + 1) == GMIX_OK);
        CHECK(density[0] != density[1] && fabs(density[0] - density[1]) < 0.02);
    }
    gmix_model_free(&points);
    gmix_model_free(&model);
}

/* A marginal's density is that of rows whose other cells are missing. */
static void check_marginal(const char *family) {
    enum { N = 40, D = 4 };
    fixture data = fixture_clusters(N, D, 2, 3.0, 3);
    const gmix_table x = gmix_table_f64(data.x, N, D);
    gmix_fit_options opts = bayes_options(2, "process");
    const size_t keep[2] = {3, 1};
    double few[N * 2], gaps[N * D], l[N], expected[N];
    gmix_model *marginal = NULL;
    opts.covariance = family;
    opts.search = "quick";
    gmix_model *model = fit(&x, &opts);
    for (size_t i = 0; i < N * D; i++) {
        gaps[i] = i % D == 1 || i % D == 3 ? data.x[i] : (double)NAN;
    }
    for (size_t i = 0; i < N; i++) {
        few[2 * i] = data.x[i * D + keep[0]];
        few[2 * i + 1] = data.x[i * D + keep[1]];
    }
    CHECK_WHERE("marginal, %s", family);
    if (CHECK_STATUS(NULL, gmix_model_marginal(NULL, model, 2, keep, &marginal),
                     GMIX_OK) &&
        CHECK(gmix_model_posterior(marginal) != NULL)) {
        const gmix_table a = gmix_table_f64(few, N, 2), b = gmix_table_f64(gaps, N, D);
        CHECK(gmix_log_density(NULL, marginal, &a, l) == GMIX_OK);
        CHECK(gmix_log_density(NULL, model, &b, expected) == GMIX_OK);
        for (size_t i = 0; i < N; i++) {
            CHECK_NEAR(l[i], expected[i], 1e-10);
        }
    }
    gmix_model_free(&marginal);
    gmix_model_free(&model);
    free(data.x);
}

static void refuse(const gmix_table *x, const gmix_fit_options *opts, const char *what) {
    gmix_model *model = NULL;
    CHECK_WHERE("refused: %s", what);
    gmix_ctx *ctx = NULL;
    CHECK(gmix_ctx_new(NULL, &ctx) == GMIX_OK);
    CHECK_STATUS(ctx, gmix_fit(ctx, x, opts, &model, NULL), GMIX_ERR_OPTION);
    gmix_ctx_free(&ctx);
    CHECK(model == NULL);
}

static void check_refusals(const gmix_table *x) {
    const gmix_fit_options usual = bayes_options(2, "dirichlet");
    gmix_fit_options opts = usual;
    opts.covariance = "VEV";
    refuse(x, &opts, "a family without a conjugate prior");
    opts = usual;
    opts.noise = 0.1;
    refuse(x, &opts, "noise");
    opts = usual;
    opts.trim = 0.1;
    refuse(x, &opts, "trim");
    int32_t labels[512] = {0};
    gmix_table labelled = *x;
    labelled.labels = labels;
    labels[1] = 1;
    labelled.n_classes = 2;
    opts = usual;
    opts.bayes = "process";
    refuse(&labelled, &opts, "sticks with labels");
    opts = usual;
    opts.prior_dof = 1.0;
    refuse(x, &opts, "degrees of freedom");
    opts = usual;
    opts.concentration = 0.0;
    refuse(x, &opts, "concentration");
    opts = usual;
    opts.bayes = "none";
    opts.concentration = 1.0;
    refuse(x, &opts, "concentration of a fit that is none");
}

/* The bounds are those of fits with such priors. */
static void check_sensitivity(const gmix_table *x) {
    const gmix_fit_options opts = bayes_options(2, "dirichlet");
    gmix_model *model = fit(x, &opts), *other = NULL;
    gmix_prior_change rows[GMIX_N_PRIOR_CHANGES];
    CHECK_STATUS(NULL, gmix_prior_sensitivity(NULL, x, &opts, model, rows), GMIX_OK);
    for (size_t i = 0; i < GMIX_N_PRIOR_CHANGES; i++) {
        gmix_fit_options changed = opts;
        CHECK_WHERE("%s times %g", rows[i].what, rows[i].factor);
        changed.concentration = i / 2 == 0 ? rows[i].value : -1.0;
        changed.prior_shrinkage = i / 2 == 1 ? rows[i].value : -1.0;
        changed.prior_dof = i / 2 == 2 ? rows[i].value : -1.0;
        changed.prior_scale = i / 2 == 3 ? rows[i].value : -1.0;
        other = fit(x, &changed);
        CHECK_NEAR(rows[i].bound, gmix_model_posterior(other)->bound, 1e-3);
        CHECK_EQ_INT(rows[i].n_occupied, 2);
        CHECK_NEAR(fabs(gmix_model_weights(other)[0] - gmix_model_weights(model)[0]),
                   rows[i].weight, 1e-4);
        gmix_model_free(&other);
    }
    CHECK_WHERE("sensitivity of points");
    CHECK(gmix_model_points(NULL, model, &other) == GMIX_OK);
    CHECK_EQ_INT(gmix_prior_sensitivity(NULL, x, &opts, other, rows), GMIX_ERR_MODEL);
    gmix_model_free(&other);
    gmix_model_free(&model);
}

/* Intervals of 90 % hold the truth in nine tables of ten, for numbers that groups far apart tell of. */
static void check_coverage(void) {
    enum { TABLES = 200, N = 120, NUMBERS = 5 };
    const double truth[NUMBERS] = {0.4, 0.0, 20.0, 1.0, 4.0};
    uint64_t state = 5;
    size_t held[NUMBERS] = {0};
    double x[N], weights[4], means[4], variances[4];
    for (size_t t = 0; t < TABLES; t++) {
        for (size_t i = 0; i < N; i++) {
            const bool first = fixture_uniform(&state) < truth[0];
            x[i] = first ? fixture_normal(&state) : 20.0 + 2.0 * fixture_normal(&state);
        }
        gmix_fit_options opts = bayes_options(2, "dirichlet");
        opts.restarts = 1;
        opts.prior_scale = 0.01; /* groups are a tenth as wide as all */
        opts.prior_shrinkage = 0.01;
        const gmix_table table = gmix_table_f64(x, N, 1);
        gmix_model *model = fit(&table, &opts);
        const gmix_credible ends = {weights, means, variances};
        CHECK(gmix_posterior_intervals(NULL, model, 0.9, &ends) == GMIX_OK);
        const size_t one = gmix_model_means(model)[0] < 10.0 ? 0 : 1, two = 1 - one;
        const double *const found[NUMBERS] = {weights + 2 * one, means + 2 * one,
                                              means + 2 * two, variances + 2 * one,
                                              variances + 2 * two};
        for (size_t i = 0; i < NUMBERS; i++) {
            held[i] += found[i][0] <= truth[i] && truth[i] <= found[i][1];
        }
        gmix_model_free(&model);
    }
    for (size_t i = 0; i < NUMBERS; i++) { /* 180 of 200, and three standard deviations */
        CHECK_WHERE("coverage of number %zu: %zu of %d", i, held[i], TABLES);
        CHECK(held[i] >= 168 && held[i] <= 192);
    }
}

/* Five values are no five groups: posteriors take values for exact, and say so. */
static void check_coarse(void) {
    enum { ROWS = 150 };
    double x[ROWS];
    bool said = false;
    gmix_report report;
    gmix_model *model = NULL;
    gmix_fit_options opts = bayes_options(3, "dirichlet");
    opts.search = "quick";
    for (size_t i = 0; i < ROWS; i++) {
        x[i] = (double)(i * i % 7 + i % 2);
    }
    const gmix_table rows = gmix_table_f64(x, ROWS, 1);
    gmix_report_init(&report);
    CHECK_WHERE("coarse values");
    CHECK_STATUS(NULL, gmix_fit(NULL, &rows, &opts, &model, &report), GMIX_OK);
    for (size_t w = 0; w < report.n_warnings; w++) {
        said = said || strstr(report.warnings[w], "A posterior takes them for exact");
    }
    CHECK(said);
    gmix_report_free(&report);
    gmix_model_free(&model);
}

int main(void) {
    fixture data = fixture_csv("data/faithful.csv");
    const gmix_table x = gmix_table_f64(data.x, data.n, data.d);
    check_one(&x, "dirichlet");
    check_one(&x, "process");
    check_two(&x);
    check_empty(&x);
    check_choice(&x);
    check_points(&x);
    const char *const families[] = {"full", "tied", "diag", "spherical", "EEI", "EII"};
    for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
        check_marginal(families[f]);
    }
    check_refusals(&x);
    check_sensitivity(&x);
    check_coverage();
    free(data.x);
    check_coarse();
    return CHECK_DONE();
}
