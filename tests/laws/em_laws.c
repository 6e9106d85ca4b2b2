/*
 * Laws of EM, for every family: what it computes depends on nothing it should not depend
 * on, its log-likelihood never falls, and with one component it is the closed form.
 */
#include "law.h"

enum { N = 3001, D = 3, K = 4 };

static void never_falls_from(const char *family, int accelerate) {
    const fixture data = fixture_clusters(N, D, K, 2.5, 11);
    const gmix_table x = law_view(&data);
    int32_t *const labels = law_labels(&data, K);
    double *const memberships = law_memberships(&data, K);
    gmix_ctx *ctx = law_context(2);
    for (const char *const *init = gmix_init_names(); *init; init++) {
        if (strcmp(*init, "model") == 0) {
            continue; /* the other laws start from models */
        }
        gmix_fit_options opts = law_options(family, K);
        gmix_model *near = law_neighbour(&x, family, K, *init);
        opts.init = *init;
        opts.init_model = near;
        opts.init_labels = strcmp(*init, "labels") == 0 ? labels : NULL;
        opts.init_memberships = memberships;
        opts.max_iter = 40;
        opts.accelerate = accelerate;
        outcome o = law_fit(ctx, &x, &opts);
        CHECK_EQ_INT(o.report.n_trace, o.report.n_iterations + 1);
        CHECK_EQ_STR(o.report.init, *init);
        for (size_t t = 1; t < o.report.n_trace; t++) {
            const double before = o.report.trace[t - 1];
            CHECK(o.report.trace[t] >= before - 1e-12 * fabs(before));
        }
        outcome_free(&o);
        gmix_model_free(&near);
    }
    gmix_ctx_free(&ctx);
    free(labels);
    free(memberships);
    free(data.x);
}

static void never_falls(const char *family) {
    never_falls_from(family, 0);
    never_falls_from(family, 1);
}

/* A few steps from the data's own start: a model every comparison can begin with. */
static gmix_model *some_start(const fixture *data, const char *family) {
    gmix_fit_options opts = law_options(family, K);
    opts.max_iter = 1;
    const gmix_table x = law_view(data);
    outcome o = law_fit(NULL, &x, &opts);
    gmix_report_free(&o.report);
    return o.model;
}

static outcome fit_from(const gmix_model *start, const gmix_table *x,
                        const char *family) {
    gmix_fit_options opts = law_options(family, gmix_model_n_components(start));
    opts.init = "model";
    opts.init_model = start;
    return law_fit(NULL, x, &opts);
}

static void rows_in_any_order(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.5, 12);
    fixture mixed = fixture_clusters(N, D, K, 2.5, 12);
    for (size_t i = 0; i < N; i++) { /* 1000 and N have no common factor */
        memcpy(mixed.x + i * D, data.x + i * 1000 % N * D, D * sizeof(double));
    }
    gmix_model *start = some_start(&data, family);
    if (CHECK(start != NULL)) {
        const gmix_table x = law_view(&data), y = law_view(&mixed);
        outcome a = fit_from(start, &x, family), b = fit_from(start, &y, family);
        near_traces(&a, &b, 0, 1e-11);
        outcome_free(&a);
        outcome_free(&b);
    }
    gmix_model_free(&start);
    free(data.x);
    free(mixed.x);
}

/* The same mixture with its components the other way round. */
static gmix_model *reversed(const gmix_model *model) {
    double weights[K], means[K * D], covariances[K * D * D];
    const size_t n = law_n_covariances(model), each = n % K == 0 && n >= K ? n / K : 0;
    memcpy(covariances, gmix_model_covariances(model), n * sizeof(double));
    for (size_t k = 0; k < K; k++) {
        const size_t from = K - 1 - k;
        weights[k] = gmix_model_weights(model)[from];
        memcpy(means + k * D, gmix_model_means(model) + from * D, D * sizeof(double));
        memcpy(covariances + k * each, gmix_model_covariances(model) + from * each,
               each * sizeof(double));
    }
    gmix_model *result = NULL;
    CHECK_STATUS(NULL,
                 gmix_model_new(NULL, gmix_model_covariance_name(model), K, D, weights,
                                means, covariances, NULL, &result),
                 GMIX_OK);
    return result;
}

static void components_in_any_order(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.5, 13);
    const gmix_table x = law_view(&data);
    gmix_model *start = some_start(&data, family);
    gmix_model *back = start ? reversed(start) : NULL;
    if (CHECK(back != NULL)) {
        outcome a = fit_from(start, &x, family), b = fit_from(back, &x, family);
        near_traces(&a, &b, 0, 1e-11);
        for (size_t k = 0; a.model && b.model && k < K; k++) {
            CHECK_REL(gmix_model_weights(a.model)[k],
                      gmix_model_weights(b.model)[K - 1 - k], 1e-8);
        }
        outcome_free(&a);
        outcome_free(&b);
    }
    gmix_model_free(&start);
    gmix_model_free(&back);
    free(data.x);
}

/* mclust's name of a family: volume, shape and orientation, each Equal, Variable or I. */
static const char *letters(const char *family) {
    const char *const alias = gmix_family_alias(family);
    return alias ? alias : family;
}

/* What a family of one component makes of a second-moment matrix, in place. */
static void constrain(const char *family, double s[D * D]) {
    const bool ball = letters(family)[1] == 'I', axes = letters(family)[2] == 'I';
    const double mean = (s[0] + s[D + 1] + s[2 * D + 2]) / D;
    for (size_t i = 0; i < D; i++) {
        for (size_t j = 0; j < D; j++) {
            if (i != j && axes) {
                s[i * D + j] = 0;
            }
        }
        s[i * D + i] = ball ? mean : s[i * D + i];
    }
}

static void one_component(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.5, 14);
    const gmix_table x = law_view(&data);
    long double mean[D] = {0}, moment[D * D] = {0};
    for (size_t i = 0; i < N * D; i++) {
        mean[i % D] += data.x[i] / (long double)N;
    }
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < D * D; j++) {
            moment[j] += (data.x[i * D + j / D] - mean[j / D]) *
                         (data.x[i * D + j % D] - mean[j % D]) / (long double)N;
        }
    }
    double expected[D * D], got[D * D];
    for (size_t j = 0; j < D * D; j++) {
        expected[j] = (double)moment[j];
    }
    constrain(family, expected);
    const gmix_fit_options opts = law_options(family, 1);
    outcome o = law_fit(NULL, &x, &opts);
    if (o.model) {
        gmix_model_covariance(o.model, 0, got);
        for (size_t j = 0; j < D * D; j++) {
            CHECK_NEAR(got[j], expected[j], 1e-12 * fabs(expected[0]));
        }
        for (size_t j = 0; j < D; j++) {
            CHECK_NEAR(gmix_model_means(o.model)[j], (double)mean[j], 1e-12);
        }
        CHECK_EQ_INT(gmix_model_weights(o.model)[0], 1);
    }
    outcome_free(&o);
    free(data.x);
}

/* Scaling features by different factors takes a covariance out of the family: it turns axes
 * that are shared, or whose variances are. */
static bool depends_on_units(const char *family) {
    const char *const name = letters(family);
    if (gmix_family_n_factors(family) >
        0) { /* those of one uniqueness for all features */
        const size_t length = strcspn(family, ":");
        return strcmp(family, "mppca:1") == 0 || (length == 3 && family[2] == 'C');
    }
    const bool shared_axes = name[2] == 'E' && name[1] == 'V';
    const bool shared_variances = name[2] == 'V' && name[1] == 'E';
    return name[1] == 'I' || shared_axes || shared_variances;
}

/* y = x scale + shift, feature by feature: each row's log-density loses log |scale|. */
static void affine(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.5, 15);
    fixture moved = fixture_clusters(N, D, K, 2.5, 15);
    const bool common = depends_on_units(family);
    const double scales[2][D] = {{1e-9, 370, 5e4}, {3e-7, 3e-7, 3e-7}};
    const double *scale = scales[common];
    double constant = 0;
    for (size_t i = 0; i < N * D; i++) {
        moved.x[i] = (data.x[i] + 1e3 * (double)(i % D)) * scale[i % D];
        constant -= log(scale[i % D]);
    }
    const gmix_table x = law_view(&data), y = law_view(&moved);
    gmix_fit_options opts = law_options(family, K);
    opts.init = "labels";
    int32_t *const labels = law_labels(&data, K);
    opts.init_labels = labels;
    outcome a = law_fit(NULL, &x, &opts), b = law_fit(NULL, &y, &opts);
    near_traces(&a, &b, constant, 1e-8);
    for (size_t i = 0; a.model && b.model && i < K * D; i++) {
        const double mean = gmix_model_means(b.model)[i] / scale[i % D];
        CHECK_NEAR(gmix_model_means(a.model)[i], mean - 1e3 * (double)(i % D), 1e-6);
    }
    outcome_free(&a);
    outcome_free(&b);
    free(labels);
    free(data.x);
    free(moved.x);
}

/* Whole weights are repeated rows, in EM and in the criteria. */
static void weights_repeat(const char *family) {
    const fixture data = fixture_clusters(1000, D, K, 2.5, 16);
    fixture repeated = {fixture_alloc(3000 * D, sizeof(double)), 0, D};
    double *const weights = fixture_alloc(data.n, sizeof *weights);
    for (size_t i = 0; i < data.n; i++) {
        weights[i] = (double)(i % 4); /* a weight of 0 is no row at all */
        for (size_t r = 0; r < i % 4; r++) {
            memcpy(repeated.x + repeated.n++ * D, data.x + i * D, D * sizeof(double));
        }
    }
    gmix_model *start = some_start(&data, family);
    if (CHECK(start != NULL)) {
        gmix_table x = law_view(&data);
        const gmix_table y = law_view(&repeated);
        x.weights = weights;
        outcome a = fit_from(start, &x, family), b = fit_from(start, &y, family);
        near_traces(&a, &b, 0, 1e-12);
        CHECK_REL(a.report.bic, b.report.bic, 1e-12);
        CHECK_REL(a.report.icl, b.report.icl, 1e-12);
        CHECK_NEAR(a.report.total_weight, (double)repeated.n, 0);
        outcome_free(&a);
        outcome_free(&b);
    }
    gmix_model_free(&start);
    free(weights);
    free(data.x);
    free(repeated.x);
}

/* Determinant, trace, and trace of the square of a covariance: with D = 3 they say what its
 * eigenvalues are. */
static void invariants(const double s[D * D], double out[3]) {
    out[0] = s[0] * (s[4] * s[8] - s[5] * s[7]) - s[1] * (s[3] * s[8] - s[5] * s[6]) +
             s[2] * (s[3] * s[7] - s[4] * s[6]);
    out[1] = s[0] + s[4] + s[8];
    out[2] = 0;
    for (size_t i = 0; i < D * D; i++) {
        out[2] += s[i] * s[i];
    }
}

/* The largest entry of a b - b a: 0 if the axes are the same. */
static double commutator(const double a[D * D], const double b[D * D]) {
    double largest = 0;
    for (size_t i = 0; i < D * D; i++) {
        double entry = 0;
        for (size_t t = 0; t < D; t++) {
            entry += a[i / D * D + t] * b[t * D + i % D];
            entry -= b[i / D * D + t] * a[t * D + i % D];
        }
        largest = fmax(largest, fabs(entry));
    }
    return largest;
}

/* Whether two covariances of a model share what the family's letters say. */
static void same_form(const char *name, const double a[D * D], const double b[D * D]) {
    double x[3], y[3];
    invariants(a, x);
    invariants(b, y);
    const double u = cbrt(x[0]), v = cbrt(y[0]); /* volumes */
    if (name[0] == 'E') {
        CHECK_REL(u, v, 1e-9);
    }
    if (name[1] != 'V') {
        CHECK_REL(x[1] / u, y[1] / v, 1e-9);
        CHECK_REL(x[2] / (u * u), y[2] / (v * v), 1e-9);
    }
    if (name[1] == 'I') {
        CHECK_REL(x[1] / u, (double)D, 1e-12);
    }
    if (name[2] != 'V') {
        CHECK(commutator(a, b) <= 1e-12 * x[1] * y[1]);
    }
    for (size_t i = 0; name[2] == 'I' && i < D * D; i++) {
        CHECK(i % (D + 1) == 0 || a[i] == 0);
    }
}

/* Covariances are of the family, and its parameters are counted. */
static void keeps_form(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.5, 18);
    const gmix_table x = law_view(&data);
    const gmix_fit_options opts = law_options(family, K);
    outcome o = law_fit(NULL, &x, &opts);
    const char *const name = letters(family);
    double s[K][D * D];
    for (size_t k = 0; o.model && k < K; k++) {
        gmix_model_covariance(o.model, k, s[k]);
        same_form(name, s[k], s[0]);
    }
    const size_t volumes = name[0] == 'V' ? K : 1;
    const size_t shapes = name[1] == 'V' ? K : name[1] == 'E';
    const size_t axes = name[2] == 'V' ? K : name[2] == 'E';
    CHECK_EQ_INT(o.report.n_parameters,
                 K - 1 + K * D + volumes + shapes * (D - 1) + axes * D * (D - 1) / 2);
    outcome_free(&o);
    free(data.x);
}

/* With one feature there is the volume alone: equal or variable. */
static void one_feature(const char *family) {
    const fixture data = fixture_clusters(N, 1, K, 2.5, 19);
    const gmix_table x = law_view(&data);
    const bool equal = letters(family)[0] == 'E';
    int32_t *const labels = law_labels(&data, K);
    gmix_fit_options opts = law_options(family, K);
    opts.init = "labels";
    opts.init_labels = labels;
    outcome a = law_fit(NULL, &x, &opts);
    opts.covariance = equal ? "E" : "V";
    outcome b = law_fit(NULL, &x, &opts);
    near_traces(&a, &b, 0, 1e-11);
    CHECK_EQ_INT(a.report.n_parameters, K - 1 + K + (equal ? 1 : K));
    CHECK_EQ_INT(b.report.n_parameters, a.report.n_parameters);
    outcome_free(&a);
    outcome_free(&b);
    free(labels);
    free(data.x);
}

/* Rows that coincide are no reason for NaN, infinity or an unusable model. */
static void collapse(const char *family) {
    fixture data = fixture_clusters(200, D, 2, 2.5, 17);
    for (size_t i = 0; i < 60 * D; i++) {
        data.x[i] = 5.0 + (double)(i % D);
    }
    const gmix_table x = law_view(&data);
    gmix_fit_options opts = law_options(family, K);
    opts.max_iter = 200;
    outcome o = law_fit(NULL, &x, &opts);
    double *const density = fixture_alloc(data.n, sizeof *density);
    if (o.model) {
        CHECK(isfinite(o.report.log_likelihood));
        for (size_t t = 1; t < o.report.n_trace; t++) {
            const double before = o.report.trace[t - 1];
            CHECK(o.report.trace[t] >= before - 1e-9 * fabs(before));
        }
        CHECK_STATUS(NULL, gmix_log_density(NULL, o.model, &x, density), GMIX_OK);
        for (size_t i = 0; i < data.n; i++) {
            CHECK(isfinite(density[i]));
        }
    }
    outcome_free(&o);
    free(density);
    free(data.x);
}

int main(void) {
    LAW(never_falls);
    LAW_OF_LETTERS(rows_in_any_order);
    LAW_OF_LETTERS(components_in_any_order);
    LAW_OF_LETTERS(one_component);
    LAW(affine);
    LAW_OF_LETTERS(weights_repeat);
    LAW_OF_LETTERS(keeps_form);
    LAW_OF_LETTERS(one_feature);
    LAW(collapse);
    return CHECK_DONE();
}
