/*
 * Laws of standard errors: closed forms for one component; second derivatives by differences
 * of the log-likelihood; what no thread, order of components or repetition of rows changes;
 * and, for every family, agreement of the information with the weighted-likelihood bootstrap
 * where the family is the truth.
 */
#include "law.h"

enum { MOST = 64 };

static gmix_standard_errors estimate(gmix_ctx *ctx, const gmix_table *x,
                                     const gmix_fit_options *opts,
                                     const gmix_model *model, const char *method,
                                     size_t n) {
    gmix_standard_errors out = {0};
    gmix_standard_error_options how;
    gmix_standard_error_options_init(&how);
    how.method = method;
    how.n_replicates = n;
    CHECK_STATUS(ctx, gmix_standard_errors_estimate(ctx, x, opts, model, &how, &out),
                 GMIX_OK);
    return out;
}

static gmix_fit_options precise(const char *family, size_t k) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = k;
    opts.covariance = family;
    opts.search = "quick";
    opts.tol = 1e-12;
    return opts;
}

/* n rows of two features from two components that overlap a little. */
static double *two_components(size_t n, uint64_t seed) {
    const double weights[] = {0.6, 0.4}, means[] = {0, 0, 4, 1.5};
    const double cov[] = {1.5, 0.6, 0.6, 0.8, 0.7, -0.3, -0.3, 1.6};
    double *const cells = fixture_alloc(n * 2, sizeof *cells);
    gmix_model *truth = NULL;
    CHECK_STATUS(NULL,
                 gmix_model_new(NULL, "full", 2, 2, weights, means, cov, NULL, &truth),
                 GMIX_OK);
    CHECK_STATUS(NULL, gmix_sample(NULL, truth, n, seed, cells, NULL), GMIX_OK);
    gmix_model_free(&truth);
    return cells;
}

/* sqrt(Sigma_jj / n) of means; of a free covariance, sqrt((S_ii S_jj + S_ij^2) / n). */
static void one_component_is_closed_form(const char *family) {
    enum { D = 3, N = 80 };
    fixture data = fixture_clusters(N, D, 2, 2.0, 9);
    const gmix_table x = law_view(&data);
    const gmix_fit_options opts = precise(family, 1);
    outcome o = law_fit(NULL, &x, &opts);
    gmix_standard_errors e = estimate(NULL, &x, &opts, o.model, "information", 2);
    double s[D * D];
    gmix_model_covariance(o.model, 0, s);
    CHECK(e.weights[0] == 0.0 && e.weights_lower[0] == 1.0 && e.weights_upper[0] == 1.0);
    for (size_t j = 0; j < D; j++) {
        const double se = sqrt(s[j * D + j] / N), mean = gmix_model_means(o.model)[j];
        CHECK_REL(e.means[j], se, 1e-9);
        CHECK_NEAR(e.means_upper[j], mean + 1.959963984540054 * se, 1e-9 * fabs(mean));
    }
    for (size_t i = 0; strcmp(family, "full") == 0 && i < D * D; i++) {
        const size_t a = i / D, b = i % D;
        const double variance = s[a * D + a] * s[b * D + b] + s[i] * s[i];
        CHECK_REL(e.covariances[i], sqrt(variance / N), 1e-9);
    }
    gmix_standard_errors_free(&e);
    outcome_free(&o);
    free(data.x);
}

/* Parameters of two components of two features, in a row: the first weight, and with noise
 * the second; means; covariances without their upper halves. */
typedef struct score_task {
    const gmix_table *x;
    const gmix_model *model;
    size_t n_weights;
    double start[MOST], step[MOST];
} score_task;

static double score_at(const score_task *t, const double *at) {
    double weights[2] = {at[0], at[1]}, covariances[8];
    const double *const cov = at + t->n_weights + 4;
    gmix_model_extras extras;
    gmix_model_extras_init(&extras);
    if (t->n_weights == 1) {
        weights[1] = 1.0 - at[0];
    } else {
        extras.noise_weight = 1.0 - at[0] - at[1];
        extras.noise_lower = gmix_model_noise_lower(t->model);
        extras.noise_upper = gmix_model_noise_upper(t->model);
    }
    for (size_t k = 0; k < 2; k++) {
        covariances[4 * k] = cov[3 * k];
        covariances[4 * k + 1] = covariances[4 * k + 2] = cov[3 * k + 1];
        covariances[4 * k + 3] = cov[3 * k + 2];
    }
    gmix_model *made = NULL;
    gmix_criteria c = {0};
    CHECK_STATUS(NULL,
                 gmix_model_new_with(NULL, "full", 2, 2, weights, at + t->n_weights,
                                     covariances, NULL, &extras, &made),
                 GMIX_OK);
    CHECK_STATUS(NULL, gmix_score(NULL, made, t->x, &c), GMIX_OK);
    gmix_model_free(&made);
    return c.log_likelihood;
}

static double second_difference(const score_task *t, size_t i, size_t j, double size) {
    double sum = 0.0;
    for (int a = -1; a <= 1; a += 2) {
        for (int b = -1; b <= 1; b += 2) {
            double at[MOST];
            memcpy(at, t->start, sizeof at);
            at[i] += a * size * t->step[i];
            at[j] += b * size * t->step[j];
            sum += a * b * score_at(t, at);
        }
    }
    return -sum / (4.0 * size * size);
}

/* a = a^-1, n x n, by Gauss and Jordan; positive definite, so without pivots. */
static void invert(size_t n, double *a) {
    for (size_t p = 0; p < n; p++) {
        const double pivot = a[p * n + p];
        a[p * n + p] = 1.0;
        for (size_t j = 0; j < n; j++) {
            a[p * n + j] /= pivot;
        }
        for (size_t i = 0; i < n; i++) {
            const double factor = a[i * n + p];
            if (i != p) {
                a[i * n + p] = 0.0;
                for (size_t j = 0; j < n; j++) {
                    a[i * n + j] -= factor * a[p * n + j];
                }
            }
        }
    }
}

/* The errors from second differences of gmix_score(), in the units of the parameters. */
static void set_by_differences(score_task *t, const gmix_standard_errors *e, double *se) {
    const gmix_model *const m = t->model;
    const size_t n = t->n_weights + 10;
    double matrix[MOST * MOST];
    for (size_t i = 0; i < n; i++) {
        const size_t at = i - t->n_weights;
        static const size_t entry[] = {0, 1, 3, 4, 5, 7};
        const bool weight = i < t->n_weights, mean = !weight && at < 4;
        t->start[i] = weight ? gmix_model_weights(m)[i]
                      : mean ? gmix_model_means(m)[at]
                             : gmix_model_covariances(m)[entry[at - 4]];
        t->step[i] = weight ? e->weights[i]
                     : mean ? e->means[at]
                            : e->covariances[entry[at - 4]];
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            const double near = second_difference(t, i, j, 0.02);
            const double far = second_difference(t, i, j, 0.04);
            matrix[i * n + j] = (4.0 * near - far) / 3.0;
        }
    }
    invert(n, matrix);
    for (size_t i = 0; i < n; i++) {
        se[i] = sqrt(matrix[i * n + i]); /* 1 in units of the error under test */
    }
}

/* Plain, weighted, with missing cells, and with all that and noise. */
static void differences_agree(void) {
    enum { N = 400 };
    double *const cells = two_components(N, 21), weights[N];
    for (size_t i = 0; i < N; i++) {
        weights[i] = 0.5 + (double)(i % 4);
    }
    for (int variant = 0; variant < 4; variant++) {
        CHECK_WHERE("differences agree, variant %d", variant);
        gmix_table x = gmix_table_f64(cells, N, 2);
        gmix_fit_options opts = precise("full", 2);
        x.weights = variant == 1 || variant == 3 ? weights : NULL;
        for (size_t i = 0; variant == 2 && i < N; i += 3) {
            cells[i * 2 + i / 3 % 2] = NAN;
        }
        for (size_t i = 0; variant == 3 && i < N; i += 5) { /* noise to be found */
            cells[i * 2] = 40.0 * sin((double)(i * i));
            cells[i * 2 + 1] = 40.0 * cos((double)(3 * i * i));
        }
        opts.noise = variant == 3 ? 0.2 : 0.0;
        outcome o = law_fit(NULL, &x, &opts);
        gmix_standard_errors e = estimate(NULL, &x, &opts, o.model, "information", 2);
        score_task t = {.x = &x, .model = o.model, .n_weights = variant == 3 ? 2 : 1};
        double se[MOST];
        set_by_differences(&t, &e, se);
        for (size_t i = 0; i < t.n_weights + 10; i++) {
            CHECK_REL(se[i], 1.0, 1e-4);
        }
        if (variant < 3) {
            CHECK_REL(e.weights[0], e.weights[1], 1e-9);
        }
        gmix_standard_errors_free(&e);
        outcome_free(&o);
    }
    CHECK_WHERE("%s", "");
    free(cells);
}

static bool same_errors(const gmix_standard_errors *a, const gmix_standard_errors *b) {
    const size_t all = 3 * (a->n_components * (1 + a->n_features) + a->n_covariances);
    return a->n_replicates == b->n_replicates && same_bits(a->weights, b->weights, all);
}

/* Drawn from a fit, so that the family is the truth. */
static void information_meets_replicates(const char *family) {
    enum { N = 2500, D = 2, K = 2 };
    double *const cells = two_components(N, 4);
    gmix_fit_options opts = precise(family, K);
    const gmix_table x = gmix_table_f64(cells, N, D);
    outcome first = law_fit(NULL, &x, &opts);
    CHECK_STATUS(NULL, gmix_sample(NULL, first.model, N, 5, cells, NULL), GMIX_OK);
    outcome o = law_fit(NULL, &x, &opts);
    opts.tol = 1e-8;
    const size_t n_replicates = fixture_is_brief() ? 60 : 200;
    gmix_standard_errors a = estimate(NULL, &x, &opts, o.model, "information", 2);
    gmix_standard_errors b =
        estimate(NULL, &x, &opts, o.model, "weighted-likelihood", n_replicates);
    const size_t n = K + K * D + a.n_covariances;
    /* a spread from B replicates is off by 1 / sqrt(2 B) or so; and by what N leaves */
    const double tol = 5.0 / sqrt(2.0 * (double)n_replicates) + 0.07;
    CHECK_EQ_INT(b.n_left_out, 0);
    for (size_t i = 0; i < n && a.weights && b.weights; i++) {
        if (a.weights[i] == 0.0 || !CHECK_REL(a.weights[i], b.weights[i], tol)) {
            CHECK(b.weights[i] == 0.0);
        }
    }
    gmix_standard_errors_free(&a);
    gmix_standard_errors_free(&b);
    outcome_free(&first);
    outcome_free(&o);
    free(cells);
}

static void threads_change_nothing(const char *family) {
    static int turn;
    const char *const method = gmix_standard_error_methods()[turn++ % 3];
    fixture data = fixture_clusters(120, 2, 2, 4.0, 12);
    const gmix_table x = law_view(&data);
    gmix_fit_options opts = precise(family, 2);
    outcome o = law_fit(NULL, &x, &opts);
    gmix_ctx *alone = law_context(1), *three = law_context(3);
    gmix_standard_errors a = estimate(alone, &x, &opts, o.model, method, 12);
    gmix_standard_errors b = estimate(three, &x, &opts, o.model, method, 12);
    CHECK(same_errors(&a, &b));
    gmix_standard_errors_free(&a);
    gmix_standard_errors_free(&b);
    gmix_ctx_free(&alone);
    gmix_ctx_free(&three);
    outcome_free(&o);
    free(data.x);
}

/* A row of weight w is w rows. */
static void weights_are_repeated_rows(void) {
    enum { N = 90, D = 2 };
    fixture data = fixture_clusters(N, D, 2, 3.0, 33);
    double weights[N], *const rows = fixture_alloc((size_t)N * 3 * D, sizeof *rows);
    size_t n = 0;
    for (size_t i = 0; i < N; i++) {
        weights[i] = (double)(i % 4);
        for (size_t r = 0; r < i % 4; r++, n++) {
            memcpy(rows + n * D, data.x + i * D, D * sizeof *rows);
        }
    }
    gmix_table x = law_view(&data);
    const gmix_table repeated = gmix_table_f64(rows, n, D);
    x.weights = weights;
    const gmix_fit_options opts = precise("VEV", 2);
    outcome o = law_fit(NULL, &x, &opts);
    gmix_standard_errors a = estimate(NULL, &x, &opts, o.model, "information", 2);
    gmix_standard_errors b = estimate(NULL, &repeated, &opts, o.model, "information", 2);
    for (size_t i = 0; i < 3 * (2 + 2 * D + a.n_covariances); i++) {
        CHECK_REL(a.weights[i], b.weights[i], 1e-7);
    }
    gmix_standard_errors_free(&a);
    gmix_standard_errors_free(&b);
    outcome_free(&o);
    free(data.x);
    free(rows);
}

/* The components of a model in another order have their errors in that order. */
static void order_of_components_changes_nothing(void) {
    enum { N = 200, D = 2 };
    fixture data = fixture_clusters(N, D, 2, 4.0, 14);
    const gmix_table x = law_view(&data);
    const gmix_fit_options opts = precise("full", 2);
    outcome o = law_fit(NULL, &x, &opts);
    const double *const w = gmix_model_weights(o.model);
    const double *const m = gmix_model_means(o.model);
    const double *const s = gmix_model_covariances(o.model);
    const double weights[] = {w[1], w[0]}, means[] = {m[2], m[3], m[0], m[1]};
    const double cov[] = {s[4], s[5], s[6], s[7], s[0], s[1], s[2], s[3]};
    gmix_model *turned = NULL;
    CHECK_STATUS(NULL,
                 gmix_model_new(NULL, "full", 2, D, weights, means, cov, NULL, &turned),
                 GMIX_OK);
    for (const char *const *method = gmix_standard_error_methods(); *method; method++) {
        gmix_standard_errors a = estimate(NULL, &x, &opts, o.model, *method, 20);
        gmix_standard_errors b = estimate(NULL, &x, &opts, turned, *method, 20);
        for (size_t i = 0; i < 4; i++) {
            CHECK_REL(a.covariances[i], b.covariances[4 + i], 1e-5);
            CHECK_REL(a.means_lower[i], b.means_lower[(i + 2) % 4], 1e-5);
        }
        CHECK_REL(a.weights[0], b.weights[1], 1e-5);
        gmix_standard_errors_free(&a);
        gmix_standard_errors_free(&b);
    }
    gmix_model_free(&turned);
    outcome_free(&o);
    free(data.x);
}

int main(void) {
    LAW_OF_LETTERS(one_component_is_closed_form);
    differences_agree();
    LAW_OF_LETTERS(threads_change_nothing);
    LAW_OF_LETTERS(information_meets_replicates);
    weights_are_repeated_rows();
    order_of_components_changes_nothing();
    return CHECK_DONE();
}
