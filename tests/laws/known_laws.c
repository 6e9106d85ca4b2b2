/*
 * Laws of what is known beforehand, for every family: with labels on some rows, a prior, frozen
 * parameters or a noise component EM stays monotone, and each is what it says it is.
 */
#include "law.h"

enum { N = 1501, D = 3 };

static void check_monotone(const gmix_report *report) {
    for (size_t t = 1; t < report->n_trace; t++) {
        const double before = report->trace[t - 1];
        if (!CHECK(report->trace[t] >= before - 1e-12 * fabs(before))) {
            printf("    step %zu: %.17g after %.17g\n", t, report->trace[t], before);
        }
    }
}

static void labels_stay_monotone(const char *family) {
    static const struct {
        size_t k, per_class;
    } shapes[] = {{2, 1}, {3, 1}, {4, 2}, {6, 2}};
    const fixture data = fixture_clusters(N, D, 4, 2.0, 51);
    int32_t *const labels = law_classes(&data, 2);
    gmix_table x = law_view(&data);
    x.labels = labels;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        CHECK_WHERE("labels_stay_monotone, %s, shape %zu", family, s);
        gmix_fit_options opts = law_options(family, shapes[s].k);
        opts.per_class = shapes[s].per_class;
        opts.max_iter = 60;
        outcome o = law_fit(NULL, &x, &opts);
        check_monotone(&o.report);
        CHECK(o.report.trace[o.report.n_trace - 1] > o.report.trace[0]);
        outcome_free(&o);
    }
    free(labels);
    free(data.x);
}

static void no_labels_change_nothing(const char *family) {
    const fixture data = fixture_clusters(N, D, 4, 2.0, 52);
    int32_t *const labels = fixture_alloc(N, sizeof *labels);
    memset(labels, 0xff, N * sizeof *labels);
    gmix_table x = law_view(&data), y = x;
    y.labels = labels;
    y.n_classes = 2;
    const gmix_fit_options opts = law_options(family, 3);
    outcome plain = law_fit(NULL, &x, &opts), unknown = law_fit(NULL, &y, &opts);
    same_outcome(&plain, &unknown);
    outcome_free(&plain);
    outcome_free(&unknown);
    free(labels);
    free(data.x);
}

static void labels_on_any_threads(const char *family) {
    const fixture data = fixture_clusters(N, D, 4, 2.0, 53);
    int32_t *const labels = law_classes(&data, 2);
    gmix_table x = law_view(&data);
    x.labels = labels;
    gmix_fit_options opts = law_options(family, 5);
    opts.per_class = 2;
    gmix_ctx *one = law_context(1), *three = law_context(3);
    outcome a = law_fit(one, &x, &opts), b = law_fit(three, &x, &opts);
    same_outcome(&a, &b);
    outcome_free(&a);
    outcome_free(&b);
    gmix_ctx_free(&one);
    gmix_ctx_free(&three);
    free(labels);
    free(data.x);
}

/* Weights and means are those of the classes, and no step moves them. */
static void all_labels_known(const char *family) {
    const fixture data = fixture_clusters(N, D, 4, 2.0, 54);
    int32_t *const labels = law_labels(&data, 3);
    gmix_table x = law_view(&data);
    x.labels = labels;
    gmix_fit_options opts = law_options(family, 3);
    opts.tol = 1e-7;
    outcome o = law_fit(NULL, &x, &opts);
    double count[3] = {0}, sum[3][D] = {{0}};
    for (size_t i = 0; i < N; i++) {
        count[labels[i]] += 1;
        for (size_t j = 0; j < D; j++) {
            sum[labels[i]][j] += data.x[i * D + j];
        }
    }
    CHECK(o.report.converged);
    for (size_t c = 0; o.model && c < 3; c++) {
        CHECK_REL(gmix_model_weights(o.model)[c], count[c] / N, 1e-13);
        for (size_t j = 0; j < D; j++) {
            CHECK_NEAR(gmix_model_means(o.model)[c * D + j], sum[c][j] / count[c], 1e-12);
        }
    }
    outcome_free(&o);
    free(labels);
    free(data.x);
}

/* Whatever is known, accelerated and plain: the objective never falls, and the model's
 * log-likelihood is the one reported. */
static void check_fit(const gmix_table *x, gmix_fit_options opts) {
    for (opts.accelerate = 0; opts.accelerate < 2; opts.accelerate++) {
        outcome o = law_fit(NULL, x, &opts);
        gmix_criteria c = {0};
        check_monotone(&o.report);
        CHECK_REL(o.report.trace[o.report.n_trace - 1], o.report.log_posterior, 1e-14);
        if (o.model && !x->labels) {
            CHECK_STATUS(NULL, gmix_score(NULL, o.model, x, &c), GMIX_OK);
            CHECK_REL(c.log_likelihood, o.report.log_likelihood, 1e-11);
        }
        outcome_free(&o);
    }
}

static void prior_stays_monotone(const char *family) {
    static const struct {
        const char *prior;
        double shrinkage, dof, scale, dirichlet;
    } priors[] = {{"mclust", -1, -1, -1, 1},
                  {"mclust", 50, 30, 2, 20},
                  {"mclust", 0, 0, 0.5, 1},
                  {"none", -1, -1, -1, 3}};
    const fixture data = fixture_clusters(N, D, 4, 2.0, 55);
    gmix_table x = law_view(&data);
    for (size_t p = 0; p < sizeof priors / sizeof *priors; p++) {
        CHECK_WHERE("prior_stays_monotone, %s, prior %zu", family, p);
        gmix_fit_options opts = law_options(family, 4);
        opts.max_iter = 50;
        opts.prior = priors[p].prior;
        opts.prior_shrinkage = priors[p].shrinkage;
        opts.prior_dof = priors[p].dof;
        opts.prior_scale = priors[p].scale;
        opts.dirichlet = priors[p].dirichlet;
        check_fit(&x, opts);
    }
    free(data.x);
}

/* -1/2 (m log |S| + tr S^-1 A), A the scatter of the prior and kappa d d^T; D = 3. */
static double log_prior_of(const double *s, const double *d, double m, double kappa,
                           const double *lambda) {
    double a[D * D], cofactor[D * D], det = 0, trace = 0;
    for (size_t i = 0; i < D * D; i++) {
        const size_t r0 = (i / D + 1) % D, r1 = (i / D + 2) % D, c0 = (i % D + 1) % D,
                     c1 = (i % D + 2) % D;
        cofactor[i] = s[r0 * D + c0] * s[r1 * D + c1] - s[r0 * D + c1] * s[r1 * D + c0];
        a[i] = lambda[i] + kappa * d[i / D] * d[i % D];
    }
    for (size_t j = 0; j < D; j++) {
        det += s[j] * cofactor[j];
    }
    for (size_t i = 0; i < D * D; i++) {
        trace += cofactor[i] / det * a[i]; /* both symmetric */
    }
    return -0.5 * (m * log(det) + trace);
}

/* The log-prior is what gmix_fit() says, computed here from the model. */
static void prior_is_as_said(void) {
    enum { K = 2 };
    const double kappa = 3, nu = 9, scale = 0.25;
    const fixture data = fixture_clusters(N, D, 4, 2.0, 56);
    gmix_table x = law_view(&data);
    double mean[D] = {0}, lambda[D * D] = {0}, cov[D * D], expected = 0;
    for (size_t i = 0; i < N * D; i++) {
        mean[i % D] += data.x[i] / N;
    }
    for (size_t i = 0; i < N * D * D; i++) {
        const double *const row = data.x + i / (D * D) * D;
        const size_t a = i / D % D, b = i % D;
        lambda[i % (D * D)] += scale * (row[a] - mean[a]) * (row[b] - mean[b]) / (N - 1);
    }
    gmix_fit_options opts = law_options("full", K);
    opts.prior = "mclust";
    opts.prior_shrinkage = kappa;
    opts.prior_dof = nu;
    opts.prior_scale = scale;
    opts.dirichlet = 5;
    outcome o = law_fit(NULL, &x, &opts);
    for (size_t k = 0; o.model && k < K; k++) {
        double off[D];
        gmix_model_covariance(o.model, k, cov);
        for (size_t j = 0; j < D; j++) {
            off[j] = gmix_model_means(o.model)[k * D + j] - mean[j];
        }
        expected += log_prior_of(cov, off, nu + D + 2, kappa, lambda) +
                    4 * log(gmix_model_weights(o.model)[k]);
    }
    CHECK_REL(o.report.log_posterior - o.report.log_likelihood, expected, 1e-9);
    outcome_free(&o);
    free(data.x);
}

/* Three clusters, and a tenth of the rows anywhere. */
static fixture noisy(uint64_t seed) {
    const fixture data = fixture_clusters(N, D, 3, 4.0, seed);
    for (size_t i = 0; i < N; i += 10) {
        for (size_t j = 0; j < D; j++) {
            data.x[i * D + j] = 40 * fixture_uniform(&seed) - 20;
        }
    }
    return data;
}

static void noise_stays_monotone(const char *family) {
    const fixture data = noisy(57);
    gmix_table x = law_view(&data);
    gmix_fit_options opts = law_options(family, 3);
    opts.max_iter = 60;
    opts.noise = 0.05;
    check_fit(&x, opts);
    outcome o = law_fit(NULL, &x, &opts);
    gmix_fit_options none = opts;
    none.noise = 0;
    outcome without = law_fit(NULL, &x, &none);
    int32_t labels[N];
    double resp[N * 3], sum = 0, caught = 0;
    if (o.model && without.model) {
        const double noise = gmix_model_noise_weight(o.model);
        CHECK_EQ_INT(o.report.n_parameters, without.report.n_parameters + 1);
        CHECK_EQ_INT(gmix_model_noise_weight(without.model), 0);
        for (size_t k = 0; k < 3; k++) {
            sum += gmix_model_weights(o.model)[k];
        }
        CHECK_NEAR(sum + noise, 1, 1e-13);
        CHECK_NEAR(noise, 0.1, 0.05);
        CHECK_STATUS(NULL, gmix_labels(NULL, o.model, &x, labels), GMIX_OK);
        CHECK_STATUS(NULL, gmix_responsibilities(NULL, o.model, &x, resp), GMIX_OK);
        for (size_t i = 0; i < N; i++) {
            const double *const r = resp + 3 * i;
            const double rest = 1 - r[0] - r[1] - r[2];
            CHECK(rest >= -1e-14);
            CHECK((labels[i] == -1) == (rest > fmax(fmax(r[0], r[1]), r[2])));
            caught += labels[i] == -1 && i % 10 == 0;
        }
        CHECK(caught > 0.6 * N / 10);
    }
    outcome_free(&o);
    outcome_free(&without);
    free(data.x);
}

/* A model with noise: saved, sampled, and gone on with. */
static void noise_is_kept(const char *family) {
    enum { DRAWN = 20000 };
    const fixture data = noisy(59);
    gmix_table x = law_view(&data);
    gmix_fit_options opts = law_options(family, 3);
    opts.noise = 0.2;
    opts.noise_volume = 5e4;
    opts.max_iter = 3;
    outcome o = law_fit(NULL, &x, &opts);
    gmix_model *again = NULL;
    char *text = NULL, *twice = NULL;
    double *const drawn = fixture_alloc((size_t)DRAWN * D, sizeof *drawn);
    int32_t *const from = fixture_alloc(DRAWN, sizeof *from);
    if (o.model &&
        CHECK_STATUS(NULL, gmix_model_to_json(NULL, o.model, NULL, &text), GMIX_OK) &&
        CHECK_STATUS(NULL,
                     gmix_model_from_json(NULL, text, strlen(text), "m", &again, NULL),
                     GMIX_OK)) {
        const double noise = gmix_model_noise_weight(o.model);
        const double *const low = gmix_model_noise_lower(again);
        const double *const high = gmix_model_noise_upper(again);
        CHECK_REL((high[0] - low[0]) * (high[1] - low[1]) * (high[2] - low[2]), 5e4,
                  1e-12);
        CHECK(noise > 0.001 && noise == gmix_model_noise_weight(again));
        CHECK_STATUS(NULL, gmix_model_to_json(NULL, again, NULL, &twice), GMIX_OK);
        CHECK_EQ_STR(text, twice);
        CHECK_STATUS(NULL, gmix_sample(NULL, again, DRAWN, 7, drawn, from), GMIX_OK);
        double n = 0;
        for (size_t i = 0; i < DRAWN; i++) {
            n += from[i] == -1;
            for (size_t j = 0; from[i] == -1 && j < D; j++) {
                const double z = drawn[i * D + j];
                CHECK(z >= low[j] && z <= high[j]);
            }
        }
        CHECK_NEAR(n / DRAWN, noise, 5 * sqrt(noise / DRAWN));
        opts.noise = opts.noise_volume = 0; /* the start's own noise goes on */
        opts.init = "model";
        opts.init_model = again;
        outcome on = law_fit(NULL, &x, &opts);
        CHECK_REL(on.report.trace[0], o.report.log_likelihood, 1e-11);
        CHECK(gmix_model_noise_weight(on.model) > 0);
        outcome_free(&on);
    }
    gmix_text_free(&text);
    gmix_text_free(&twice);
    gmix_model_free(&again);
    outcome_free(&o);
    free(drawn);
    free(from);
    free(data.x);
}

static void frozen_stays(const char *family) {
    const fixture data = fixture_clusters(N, D, 3, 2.0, 60);
    gmix_table x = law_view(&data);
    gmix_fit_options opts = law_options(family, 3);
    opts.max_iter = 2;
    outcome start = law_fit(NULL, &x, &opts);
    static const char *const what[] = {"weights:1", "weights", "means:0,2", "covariances",
                                       "weights:0-1,means:1,covariances"};
    for (size_t f = 0; start.model && f < sizeof what / sizeof *what; f++) {
        CHECK_WHERE("frozen_stays, %s, %s", family, what[f]);
        opts.init = "model";
        opts.init_model = start.model;
        opts.freeze = what[f];
        opts.max_iter = 30;
        check_fit(&x, opts);
        opts.noise = strcmp(what[f], "weights") == 0 ? 0 : 0.1;
        check_fit(&x, opts);
        opts.noise = 0;
        outcome o = law_fit(NULL, &x, &opts);
        for (size_t k = 0; o.model && k < 3; k++) {
            double before[D * D], after[D * D];
            const double *const was = gmix_model_means(start.model) + k * D;
            const double *const is = gmix_model_means(o.model) + k * D;
            const bool weight = f == 1 || (f == 0 && k == 1) || (f == 4 && k < 2);
            const bool mean = (f == 2 && k != 1) || (f == 4 && k == 1);
            CHECK(!weight ||
                  gmix_model_weights(o.model)[k] == gmix_model_weights(start.model)[k]);
            CHECK((fabs(is[0] - was[0]) < 1e-13) == mean);
            gmix_model_covariance(start.model, k, before);
            gmix_model_covariance(o.model, k, after);
            CHECK((fabs(after[0] - before[0]) < 1e-12) == (f >= 3));
        }
        outcome_free(&o);
    }
    outcome_free(&start);
    free(data.x);
}

/* All at once: labels, weights, missing cells, a prior and noise; streams give the same bits. */
static void all_together(const char *family) {
    const fixture data = fixture_clusters(N, D, 3, 3.0, 62);
    int32_t *const labels = law_classes(&data, 2);
    double weights[N];
    for (size_t i = 0; i < N; i++) {
        weights[i] = 0.5 + (double)(i % 4);
        if (i % 7 == 3) {
            data.x[i * D + i % D] = NAN;
        }
    }
    gmix_table x = law_view(&data);
    x.labels = labels;
    x.weights = weights;
    gmix_fit_options opts = law_options(family, 3);
    opts.noise = 0.05;
    opts.prior = "mclust";
    opts.max_iter = 40;
    check_fit(&x, opts);
    x.labels = NULL;
    check_fit(&x, opts);
    free(labels);
    free(data.x);
}

/* Identical rows: without a prior a component falls to the floor, with one it has a width. */
static void prior_keeps_from_collapse(const char *family) {
    enum { M = 120 };
    double x[M * D];
    uint64_t seed = 63;
    for (size_t i = 0; i < M * D; i++) {
        x[i] = i < M * D / 2 ? 7.0 : fixture_normal(&seed);
    }
    const gmix_table table = gmix_table_f64(x, M, D);
    gmix_fit_options opts = law_options(family, 2);
    opts.prior = "mclust";
    opts.max_iter = 50;
    outcome o = law_fit(NULL, &table, &opts);
    for (size_t k = 0; o.model && k < 2; k++) {
        double cov[D * D];
        gmix_model_covariance(o.model, k, cov);
        CHECK(cov[0] > 1e-3);
    }
    check_monotone(&o.report);
    outcome_free(&o);
}

int main(void) {
    LAW(labels_stay_monotone);
    LAW(no_labels_change_nothing);
    LAW(labels_on_any_threads);
    LAW_OF_LETTERS(all_labels_known);
    LAW(prior_stays_monotone);
    prior_is_as_said();
    LAW(prior_keeps_from_collapse);
    LAW(noise_stays_monotone);
    LAW(noise_is_kept);
    LAW(frozen_stays);
    LAW(all_together);
    return CHECK_DONE();
}
