/*
 * What is known beforehand, given wrongly or on data that ask for trouble: labels, class
 * names, folds.
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { N = 90, D = 2 };

static gmix_ctx *ctx;
static fixture data;
static int32_t labels[N];

/* Three clusters, one row after the other; all labels known. */
static gmix_table table(void) {
    gmix_table x = gmix_table_f64(data.x, N, D);
    for (size_t i = 0; i < N; i++) {
        labels[i] = (int32_t)(i % 3);
    }
    x.labels = labels;
    return x;
}

static void message_has(const char *part) {
    if (!CHECK(strstr(gmix_ctx_message(ctx), part) != NULL)) {
        printf("    \"%s\" is not in \"%s\"\n", part, gmix_ctx_message(ctx));
    }
}

static gmix_status fit(const gmix_table *x, size_t k, size_t per_class,
                       gmix_model **model) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = k;
    opts.per_class = per_class;
    gmix_report report = {0};
    gmix_model *made = NULL;
    const gmix_status status = gmix_fit(ctx, x, &opts, &made, &report);
    CHECK((made != NULL) == (status == GMIX_OK));
    for (size_t t = 1; t < report.n_trace; t++) {
        CHECK(report.trace[t] >= report.trace[t - 1] - 1e-9);
    }
    if (model) {
        *model = made;
    } else {
        gmix_model_free(&made);
    }
    gmix_report_free(&report);
    return status;
}

static void test_labels(void) {
    const char *const names[] = {"a", "b", "c"}, *const twice[] = {"a", "b", "a"},
                      *const hole[] = {"a", NULL, "c"};
    gmix_table x = table();
    CHECK_STATUS(ctx, fit(&x, 3, 1, NULL), GMIX_OK);
    CHECK_STATUS(ctx, fit(&x, 6, 2, NULL), GMIX_OK);
    CHECK_STATUS(ctx, fit(&x, 2, 1, NULL), GMIX_ERR_DATA);
    message_has("3 or more are needed");
    CHECK_STATUS(ctx, fit(&x, 5, 2, NULL), GMIX_ERR_DATA);
    CHECK_STATUS(ctx, fit(&x, 4, 1, NULL), GMIX_ERR_DATA); /* no row for a new class */
    message_has("every row has a label");
    x.n_classes = 2;
    CHECK_STATUS(ctx, fit(&x, 3, 1, NULL), GMIX_ERR_DATA);
    message_has("0 to 1");
    x.n_classes = 4; /* a class without rows */
    x.labels = labels;
    labels[0] = -1;
    CHECK_STATUS(ctx, fit(&x, 4, 1, NULL), GMIX_ERR_DATA);
    message_has("no row with a label");
    labels[0] = -2;
    CHECK_STATUS(ctx, fit(&x, 4, 1, NULL), GMIX_ERR_DATA);
    message_has("row 1 is -2");
    x = table();
    x.class_names = names;
    CHECK_STATUS(ctx, fit(&x, 3, 1, NULL), GMIX_ERR_ARGUMENT); /* how many names? */
    x.n_classes = 3;
    CHECK_STATUS(ctx, fit(&x, 3, 1, NULL), GMIX_OK);
    x.class_names = twice;
    CHECK_STATUS(ctx, fit(&x, 3, 1, NULL), GMIX_ERR_MODEL);
    message_has("'a'");
    x.class_names = hole;
    CHECK_STATUS(ctx, fit(&x, 3, 1, NULL), GMIX_ERR_ARGUMENT);
}

/* Few labels, lopsided ones, names that collide with those of new classes. */
static void test_hard_labels(void) {
    const char *const names[] = {"new1", "b"};
    gmix_table x = table();
    gmix_model *model = NULL;
    for (size_t i = 0; i < N; i++) { /* one row in a class, the rest unknown */
        labels[i] = i < 2 ? (int32_t)i : -1;
    }
    CHECK_STATUS(ctx, fit(&x, 2, 1, NULL), GMIX_OK);
    x.class_names = names;
    x.n_classes = 2;
    if (CHECK_STATUS(ctx, fit(&x, 4, 1, &model), GMIX_OK)) {
        CHECK_EQ_INT(gmix_model_n_classes(model), 4);
        CHECK_EQ_STR(gmix_model_class_name(model, 0), "new1");
        CHECK_EQ_STR(gmix_model_class_name(model, 2), "new2");
        CHECK_EQ_STR(gmix_model_class_name(model, 3), "new3");
        CHECK(gmix_model_class_name(model, 4) == NULL);
        CHECK_EQ_INT(gmix_model_component_class(model, 3), 3);
        gmix_model_free(&model);
    }
    CHECK_STATUS(ctx, fit(&x, 4, 2, NULL), GMIX_OK); /* two components on one row */
    x = table();
    memset(labels, 0, sizeof labels); /* all rows of one class */
    CHECK_STATUS(ctx, fit(&x, 1, 1, NULL), GMIX_OK);
    CHECK_STATUS(ctx, fit(&x, 3, 3, NULL), GMIX_OK);
    double weights[N];
    x = table();
    x.weights = weights;
    for (size_t i = 0; i < N; i++) { /* class 2 is there by name only */
        weights[i] = i % 3 == 2 ? 0.0 : 1.0;
    }
    CHECK_STATUS(ctx, fit(&x, 3, 1, NULL), GMIX_ERR_DATA);
    message_has("class 2");
}

static void test_use(void) {
    gmix_table x = table();
    gmix_model *model = NULL;
    gmix_confusion c = {0};
    double posteriors[N * 3];
    int32_t found[N];
    CHECK_STATUS(ctx, fit(&x, 6, 2, &model), GMIX_OK);
    CHECK_STATUS(ctx, gmix_class_posteriors(ctx, model, &x, posteriors), GMIX_OK);
    CHECK_STATUS(ctx, gmix_class_labels(ctx, model, &x, found), GMIX_OK);
    CHECK_STATUS(ctx, gmix_class_confusion(ctx, model, &x, &c), GMIX_OK);
    double wrong = 0;
    for (size_t i = 0; i < N; i++) {
        const double *const p = posteriors + 3 * i;
        CHECK_NEAR(p[0] + p[1] + p[2], 1.0, 1e-14);
        for (size_t k = 0; k < 3; k++) {
            CHECK(p[found[i]] >= p[k]);
        }
        wrong += found[i] != labels[i];
    }
    CHECK_NEAR(c.error_rate, wrong / N, 1e-15);
    CHECK_EQ_INT(c.total, N);
    CHECK_EQ_INT(c.folds, 0);
    gmix_confusion_free(&c);
    labels[4] = 3;
    CHECK_STATUS(ctx, gmix_class_confusion(ctx, model, &x, &c), GMIX_ERR_DATA);
    message_has("row 5");
    x.labels = NULL;
    CHECK_STATUS(ctx, gmix_class_confusion(ctx, model, &x, &c), GMIX_ERR_DATA);
    CHECK(c.weights == NULL);
    gmix_model_free(&model);
    CHECK_STATUS(ctx, fit(&x, 2, 1, &model), GMIX_OK); /* a model without classes */
    CHECK_STATUS(ctx, gmix_class_labels(ctx, model, &x, found), GMIX_ERR_ARGUMENT);
    CHECK_EQ_INT(gmix_model_n_classes(model), 0);
    CHECK_EQ_INT(gmix_model_component_class(model, 0), -1);
    gmix_model_free(&model);
}

static void test_cross_validation(void) {
    gmix_table x = table();
    gmix_fit_options opts;
    gmix_confusion a = {0}, b = {0}, w = {0};
    gmix_fit_options_init(&opts);
    opts.n_components = 3;
    CHECK_STATUS(ctx, gmix_cross_validate(ctx, &x, &opts, 5, &a), GMIX_OK);
    CHECK_STATUS(ctx, gmix_cross_validate(ctx, &x, &opts, 5, &b), GMIX_OK);
    CHECK(a.weights && b.weights &&
          memcmp(a.weights, b.weights, 12 * sizeof(double)) == 0);
    CHECK_EQ_INT(a.total, N);
    CHECK_EQ_INT(a.folds, 5);
    double ones[N];
    for (size_t i = 0; i < N; i++) {
        ones[i] = i == 0 ? 0.0 : 1.0; /* a row of no weight is not tested */
    }
    x.weights = ones;
    CHECK_STATUS(ctx, gmix_cross_validate(ctx, &x, &opts, N - 1, &w), GMIX_OK);
    CHECK_EQ_INT(w.total, N - 1);
    gmix_confusion_free(&w);
    CHECK_STATUS(ctx, gmix_cross_validate(ctx, &x, &opts, N, &w), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_cross_validate(ctx, &x, &opts, 1, &w), GMIX_ERR_ARGUMENT);
    x = table();
    for (size_t i = 0; i < N; i++) {
        labels[i] = i == 7 ? 1 : 0;
    }
    opts.n_components = 2;
    CHECK_STATUS(ctx, gmix_cross_validate(ctx, &x, &opts, 2, &w), GMIX_ERR_DATA);
    message_has("one labelled row");
    CHECK(w.weights == NULL);
    gmix_confusion_free(&a);
    gmix_confusion_free(&b);
}

static void test_extras(void) {
    const double means[2] = {0, 1}, variances[2] = {1, 2}, half[2] = {0.25, 0.5};
    const int32_t of[2] = {1, 0}, wrong[2] = {0, 2};
    const double lower[1] = {-3}, upper[1] = {5};
    gmix_model_extras e;
    gmix_model *m = NULL;
    gmix_model_extras_init(&e);
    e.n_classes = 2;
    CHECK_STATUS(
        ctx, gmix_model_new_with(ctx, "diag", 2, 1, NULL, means, variances, NULL, &e, &m),
        GMIX_ERR_ARGUMENT);
    e.component_classes = wrong;
    CHECK_STATUS(
        ctx, gmix_model_new_with(ctx, "diag", 2, 1, NULL, means, variances, NULL, &e, &m),
        GMIX_ERR_MODEL);
    e.component_classes = of;
    e.noise_weight = 1.5;
    CHECK_STATUS(
        ctx, gmix_model_new_with(ctx, "diag", 2, 1, half, means, variances, NULL, &e, &m),
        GMIX_ERR_MODEL);
    e.noise_weight = 0.25;
    e.noise_lower = lower;
    e.noise_upper = lower;
    CHECK_STATUS(
        ctx, gmix_model_new_with(ctx, "diag", 2, 1, half, means, variances, NULL, &e, &m),
        GMIX_ERR_MODEL);
    e.noise_upper = upper;
    CHECK(m == NULL);
    if (CHECK_STATUS(
            ctx,
            gmix_model_new_with(ctx, "diag", 2, 1, half, means, variances, NULL, &e, &m),
            GMIX_OK)) {
        CHECK_EQ_STR(gmix_model_class_name(m, 1), "1");
        CHECK_EQ_INT(gmix_model_component_class(m, 0), 1);
        CHECK_EQ_INT(gmix_model_n_parameters(m), 1 + 2 + 2 + 1);
        const double x = 0.3;
        const gmix_table t = gmix_table_f64(&x, 1, 1);
        double got = 0, resp[2];
        CHECK_STATUS(ctx, gmix_log_density(ctx, m, &t, &got), GMIX_OK);
        const double p0 = 0.25 * exp(-0.5 * 0.09) / sqrt(2 * acos(-1.0)),
                     p1 = 0.5 * exp(-0.25 * 0.49) / sqrt(4 * acos(-1.0)),
                     noise = 0.25 / 8;
        CHECK_NEAR(got, log(p0 + p1 + noise), 1e-14);
        CHECK_STATUS(ctx, gmix_responsibilities(ctx, m, &t, resp), GMIX_OK);
        CHECK_NEAR(resp[0], p0 / (p0 + p1 + noise), 1e-14);
        CHECK_NEAR(resp[1], p1 / (p0 + p1 + noise), 1e-14);
        gmix_model_free(&m);
    }
}

/* The same with other options: refused with a message that has a part, or GMIX_OK for NULL. */
static void try_options(const gmix_fit_options *opts, gmix_status expected,
                        const char *part) {
    const gmix_table x = gmix_table_f64(data.x, N, D);
    gmix_model *model = NULL;
    CHECK_STATUS(ctx, gmix_fit(ctx, &x, opts, &model, NULL), expected);
    if (part) {
        message_has(part);
    }
    gmix_model_free(&model);
}

static void test_prior(void) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = 2;
    opts.prior_dof = 7;
    try_options(&opts, GMIX_ERR_OPTION, "there is no prior");
    opts.prior = "banana";
    try_options(&opts, GMIX_ERR_OPTION, "prior");
    opts.prior = "mclust";
    try_options(&opts, GMIX_OK, NULL);
    opts.prior_shrinkage = opts.prior_scale = 0;
    opts.prior_dof = 0;
    try_options(&opts, GMIX_OK, NULL);
    opts.dirichlet = 0.5;
    try_options(&opts, GMIX_ERR_OPTION, "dirichlet");
    opts.dirichlet = NAN;
    try_options(&opts, GMIX_ERR_OPTION, "dirichlet");
    opts.dirichlet = 1e6;
    try_options(&opts, GMIX_OK, NULL);
}

static void test_freeze(void) {
    static const char *const wrong[][2] = {{"weight", "'weight'"},
                                           {"means:", "freeze"},
                                           {"means:2", "components are 0 to 1"},
                                           {"means:1-0", "'1-0'"},
                                           {"means:0,weights,", "freeze"},
                                           {"means 0", "' 0'"},
                                           {"means:99999999999999999999", "0 to 1"},
                                           {"means:0,1;2", "';2'"}};
    const gmix_table x = gmix_table_f64(data.x, N, D);
    gmix_fit_options opts;
    gmix_model *start = NULL;
    gmix_fit_options_init(&opts);
    opts.n_components = 2;
    CHECK_STATUS(ctx, gmix_fit(ctx, &x, &opts, &start, NULL), GMIX_OK);
    opts.freeze = "means";
    try_options(&opts, GMIX_ERR_OPTION, "init_model");
    opts.init = "model";
    opts.init_model = start;
    try_options(&opts, GMIX_OK, NULL);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        opts.freeze = wrong[i][0];
        try_options(&opts, GMIX_ERR_OPTION, wrong[i][1]);
    }
    opts.freeze = NULL;
    try_options(&opts, GMIX_ERR_OPTION, "freeze");
    opts.freeze = "covariances:0";
    try_options(&opts, GMIX_OK, NULL);
    opts.covariance = "tied";
    try_options(&opts, GMIX_ERR_OPTION, "share");
    opts.freeze = "covariances";
    try_options(&opts, GMIX_OK, NULL);
    opts.freeze = "weights";
    opts.noise = 0.1;
    try_options(&opts, GMIX_ERR_OPTION, "none for the noise");
    opts.freeze = "weights:1";
    try_options(&opts, GMIX_OK, NULL);
    opts.freeze = "weights,means,covariances";
    opts.noise = 0;
    gmix_report report = {0};
    gmix_model *model = NULL;
    if (CHECK_STATUS(ctx, gmix_fit(ctx, &x, &opts, &model, &report), GMIX_OK)) {
        CHECK_EQ_INT(report.n_parameters, 0); /* nothing is free */
        for (size_t k = 0; k < 2; k++) {
            CHECK_NEAR(gmix_model_weights(model)[k], gmix_model_weights(start)[k], 4e-16);
        }
    }
    gmix_report_free(&report);
    gmix_model_free(&model);
    gmix_model_free(&start);
}

static void test_noise(void) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = 2;
    opts.noise_volume = 3;
    try_options(&opts, GMIX_ERR_OPTION, "noise is 0");
    opts.noise = 1;
    try_options(&opts, GMIX_ERR_OPTION, "noise");
    opts.noise = 0.3;
    try_options(&opts, GMIX_OK, NULL);
    opts.noise_volume = 1e-9; /* all is noise */
    try_options(&opts, GMIX_OK, NULL);
    opts.noise_volume = 1e-300;
    try_options(&opts, GMIX_ERR_OPTION, "no width");
    opts.noise_volume = 1e300; /* nothing is */
    try_options(&opts, GMIX_OK, NULL);
}

int main(void) {
    data = fixture_clusters(N, D, 3, 3.0, 61);
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    test_labels();
    test_hard_labels();
    test_use();
    test_cross_validation();
    test_extras();
    test_prior();
    test_freeze();
    test_noise();
    gmix_ctx_free(&ctx);
    free(data.x);
    return CHECK_DONE();
}
