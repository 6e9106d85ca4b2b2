/*
 * Out of memory in fits with labels, priors, frozen parameters and noise, and in what is done
 * with their models. See allocation.h.
 */
#include "allocation.h"

static gmix_status try_model_new_with(gmix_ctx *ctx, subject *s) {
    const char *const names[2] = {"first", "second"};
    const int32_t of[K + 1] = {0, 1, 1};
    gmix_model *model = untouched;
    gmix_model_extras extras;
    gmix_model_extras_init(&extras);
    extras.n_classes = 2;
    extras.class_names = names;
    extras.component_classes = of;
    return settle(
        gmix_model_new_with(ctx, gmix_model_covariance_name(s->model), K + 1, D,
                            gmix_model_weights(s->model), gmix_model_means(s->model),
                            gmix_model_covariances(s->model), NULL, &extras, &model),
        &model, NULL);
}

static gmix_status try_confusion(gmix_ctx *ctx, subject *s) {
    gmix_confusion c = {.total = -7.25};
    const gmix_status status = gmix_class_confusion(ctx, s->model, &s->x, &c);
    CHECK((c.total == -7.25) == (status != GMIX_OK));
    gmix_confusion_free(&c);
    return status;
}

static gmix_status try_cross_validate(gmix_ctx *ctx, subject *s) {
    gmix_confusion c = {.total = -7.25};
    const gmix_status status = gmix_cross_validate(ctx, &s->x, &s->opts, 2, &c);
    CHECK((c.total == -7.25) == (status != GMIX_OK));
    gmix_confusion_free(&c);
    return status;
}

static gmix_status try_class_posteriors(gmix_ctx *ctx, subject *s) {
    double out[N * (K + 1)];
    fill(out, N * (K + 1));
    const size_t n = gmix_model_n_classes(s->model) * N;
    return settle_array(gmix_class_posteriors(ctx, s->model, &s->x, out), out, n);
}

static gmix_status try_class_labels(gmix_ctx *ctx, subject *s) {
    int32_t out[N];
    memset(out, 0x55, sizeof out);
    const gmix_status status = gmix_class_labels(ctx, s->model, &s->x, out);
    CHECK((out[0] == 0x55555555) == (status != GMIX_OK));
    return status;
}

/* Labels on every other row, two components per class, and a new class. */
static void test_labelled(subject *s) {
    gmix_fit_options_init(&s->opts);
    s->opts.max_iter = 5;
    for (size_t i = 0; i < N; i++) {
        s->labels[i] = i % 2 ? (int32_t)(i / 2 % 2) : -1;
    }
    s->x.labels = s->labels;
    s->opts.n_components = 3;
    run("fit, labels", try_fit, s);
    run("fit_source, labels", try_fit_source, s);
    if (CHECK_STATUS(NULL, gmix_fit(NULL, &s->x, &s->opts, &s->model, &s->report),
                     GMIX_OK)) {
        CHECK_STATUS(NULL,
                     gmix_class_confusion(NULL, s->model, &s->x, &s->report.training),
                     GMIX_OK);
        CHECK_STATUS(NULL, gmix_model_to_json(NULL, s->model, &s->report, &s->json),
                     GMIX_OK);
        run("class_posteriors", try_class_posteriors, s);
        run("class_labels", try_class_labels, s);
        run("class_confusion", try_confusion, s);
        run("model_new_with", try_model_new_with, s);
        run("model_from_json, classes", try_model_from_json, s);
        run("model_to_json, classes", try_to_json, s);
        run("model_to_text, classes", try_to_text, s);
    }
    run("cross_validate", try_cross_validate, s);
    s->opts.n_components = 4;
    s->opts.per_class = 2;
    run("fit, labels, two components per class", try_fit, s);
    gmix_text_free(&s->json);
    gmix_report_free(&s->report);
    gmix_model_free(&s->model);
    s->x.labels = NULL;
}

/* A prior, frozen parameters and noise, and a model that has some of it. */
static void test_known(subject *s) {
    gmix_model *start = NULL;
    gmix_fit_options_init(&s->opts);
    s->opts.n_components = K;
    s->opts.max_iter = 5;
    s->opts.prior = "mclust";
    s->opts.dirichlet = 2;
    run("fit, prior", try_fit, s);
    s->opts.noise = 0.2;
    run("fit, prior and noise", try_fit, s);
    run("fit_source, prior and noise", try_fit_source, s);
    s->opts.noise_region = "hull";
    s->opts.hull = gmix_hull_points;
    gmix_model *hull = NULL; /* in builds with Qhull */
    if (gmix_fit(NULL, &s->x, &s->opts, &hull, NULL) == GMIX_OK) {
        run("fit, noise over the hull", try_fit, s);
        run("fit_source, noise over the hull", try_fit_source, s);
    }
    gmix_model_free(&hull);
    s->opts.noise_region = "box";
    s->opts.trim = 0.2;
    run("fit, trimming", try_fit, s);
    run("fit_source, trimming", try_fit_source, s);
    s->opts.trim = 0;
    if (CHECK_STATUS(NULL, gmix_fit(NULL, &s->x, &s->opts, &s->model, &s->report),
                     GMIX_OK) &&
        CHECK_STATUS(NULL, gmix_model_to_json(NULL, s->model, &s->report, &s->json),
                     GMIX_OK)) {
        run("model_from_json, noise", try_model_from_json, s);
        run("sample, noise", try_sample, s);
    }
    start = s->model;
    s->opts.init = "model";
    s->opts.init_model = start;
    s->opts.freeze = "weights:0,means";
    run("fit, frozen", try_fit, s);
    gmix_text_free(&s->json);
    gmix_report_free(&s->report);
    gmix_model_free(&s->model);
}

/* Factors of more features than matrices are worth: few rows, starts and a move. */
static void test_wide(void) {
    enum { ROWS = 16, MANY = 258 };
    subject s = {.data = fixture_clusters(ROWS, MANY, K, 4.0, 42)};
    s.x = gmix_table_f64(s.data.x, ROWS, MANY);
    gmix_fit_options_init(&s.opts);
    s.opts.covariance = "mfa:1";
    s.opts.n_components = K;
    s.opts.max_iter = 3;
    run("fit, many features", try_fit, &s);
    free(s.data.x);
}

static gmix_status try_true_values(gmix_ctx *ctx, subject *s) {
    double mean[N * D], sd[N * D];
    return gmix_true_values(ctx, s->model, &s->x, mean, sd);
}

/* Combinations of features, and a truncated sample of one. */
static void test_observed(void) {
    enum { ROWS = 24 };
    static const double bounds[2] = {-100, 100};
    double matrices[ROWS * D], errors[ROWS];
    subject s = {.data = fixture_clusters(ROWS, D, K, 4.0, 43)};
    const gmix_projections seen = {.n_measured = 1,
                                   .values = s.data.x,
                                   .matrices = matrices,
                                   .errors = errors,
                                   .errors_len = 1};
    for (size_t i = 0; i < ROWS; i++) {
        matrices[i * D] = 1.0;
        matrices[i * D + 1] = 0.1 * (double)i - 1.0;
        errors[i] = 0.5;
    }
    gmix_fit_options_init(&s.opts);
    s.opts.init = "random";
    s.opts.restarts = 1;
    s.opts.max_iter = 3;
    s.x = gmix_table_f64(NULL, ROWS, D);
    s.x.projections = &seen;
    run("fit, projections", try_fit, &s);
    if (CHECK_STATUS(NULL, gmix_fit(NULL, &s.x, &s.opts, &s.model, NULL), GMIX_OK)) {
        run("true_values, projections", try_true_values, &s);
    }
    gmix_model_free(&s.model);
    s.x = gmix_table_f64(s.data.x, ROWS, 1);
    s.x.truncation = bounds;
    run("fit, truncated", try_fit, &s);
    free(s.data.x);
}

int main(void) {
    static subject s;
    test_wide();
    test_observed();
    s.data = fixture_clusters(N, D, K, 4.0, 41);
    s.x = gmix_table_f64(s.data.x, N, D);
    test_labelled(&s);
    test_known(&s);
    for (size_t i = 0; i < N; i += 3) { /* and all of it with missing cells */
        s.data.x[i * D + i % D] = NAN;
    }
    test_labelled(&s);
    test_known(&s);
    free(s.data.x);
    return CHECK_DONE();
}
