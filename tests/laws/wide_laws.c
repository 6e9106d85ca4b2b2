/*
 * Laws of laws with factors over more features than matrices are worth, where fits go another way
 * (em/wide_run.h): the same mixtures as matrices have them. Rows are fewer than features.
 */
#include "law.h"

enum { N = 90, D = 264, K = 2, Q = 2 };

/* K groups with Q factors each, weakly apart; group of every row. */
static fixture make_rows(size_t n, double apart, int32_t *group, uint64_t seed) {
    const fixture data = {fixture_alloc(n * D, sizeof(double)), n, D};
    double *const mean = fixture_alloc(K * D * (Q + 1), sizeof(double));
    double *const loadings = mean + (size_t)K * D;
    for (size_t i = 0; i < (size_t)K * D * (Q + 1); i++) {
        mean[i] = fixture_normal(&seed) * (i < (size_t)K * D ? apart : 0.7);
    }
    for (size_t i = 0; i < n; i++) {
        double z[Q];
        const size_t c = i % 5 < 2;
        group[i] = (int32_t)c;
        for (size_t t = 0; t < Q; t++) {
            z[t] = fixture_normal(&seed);
        }
        for (size_t j = 0; j < D; j++) {
            double *const x = &data.x[i * D + j];
            *x = mean[c * D + j] + fixture_normal(&seed) * (0.5 + (double)(j % 3));
            for (size_t t = 0; t < Q; t++) {
                *x += loadings[(c * D + j) * Q + t] * z[t];
            }
        }
    }
    free(mean);
    return data;
}

static const char *with_factors(const char *law, char name[32]) {
    snprintf(name, 32, "%.*s:%d", (int)strcspn(law, ":"), law, Q);
    return name;
}

/* The same mixture, of full matrices. */
static gmix_model *as_matrices(const gmix_model *m) {
    gmix_model *dense = NULL;
    double *const all = fixture_alloc((size_t)K * D * D, sizeof(double));
    for (size_t k = 0; k < K; k++) {
        gmix_model_covariance(m, k, all + k * D * D);
    }
    CHECK_STATUS(NULL,
                 gmix_model_new(NULL, "full", K, D, gmix_model_weights(m),
                                gmix_model_means(m), all, NULL, &dense),
                 GMIX_OK);
    free(all);
    return dense;
}

/* What wants covariances as matrices has them, of models that do without for as long as they can. */
static void has_matrices(const gmix_model *m, const gmix_model *dense) {
    enum { DRAWN = 40 };
    double *const x = fixture_alloc((size_t)2 * (DRAWN * D + D + D * D), sizeof *x);
    double *const matrix = x + (size_t)2 * DRAWN * D, *const mean =
                                                          matrix + (size_t)2 * D * D;
    for (size_t k = 0; k < K; k++) {
        gmix_model_covariance(m, k, matrix);
        gmix_model_variances(m, k, mean);
        for (size_t j = 0; j < D; j++) {
            CHECK_REL(mean[j], matrix[j * D + j], 1e-14);
        }
    }
    CHECK_STATUS(NULL, gmix_sample(NULL, m, DRAWN, 3, x, NULL), GMIX_OK);
    CHECK_STATUS(NULL, gmix_sample(NULL, dense, DRAWN, 3, x + (size_t)DRAWN * D, NULL),
                 GMIX_OK);
    for (size_t i = 0; i < (size_t)DRAWN * D; i++) {
        CHECK_NEAR(x[i], x[i + (size_t)DRAWN * D], 1e-9);
    }
    CHECK_STATUS(NULL, gmix_moments(NULL, m, mean, matrix, NULL, NULL), GMIX_OK);
    CHECK_STATUS(NULL,
                 gmix_moments(NULL, dense, mean + D, matrix + (size_t)D * D, NULL, NULL),
                 GMIX_OK);
    for (size_t i = 0; i < (size_t)D * D; i++) {
        CHECK_NEAR(matrix[i], matrix[i + (size_t)D * D], 1e-10);
    }
    free(x);
}

/* Steps never lower the log-likelihood, and what is reported is that of the matrices. */
static void is_a_mixture(const char *family) {
    static int32_t group[N];
    char name[32];
    fixture data = make_rows(N, 0.5, group, 11);
    const gmix_table x = law_view(&data);
    const gmix_fit_options opts = law_options(with_factors(family, name), K);
    outcome o = law_fit(NULL, &x, &opts);
    gmix_criteria c;
    CHECK_EQ_INT(o.report.n_trace, opts.max_iter + 1);
    for (size_t i = 1; i < o.report.n_trace; i++) {
        const double before = o.report.trace[i - 1];
        CHECK(o.report.trace[i] >= before - 1e-11 * fabs(before));
    }
    gmix_model *dense = as_matrices(o.model);
    if (CHECK_STATUS(NULL, gmix_score(NULL, o.model, &x, &c), GMIX_OK)) {
        CHECK_REL(c.log_likelihood, o.report.log_likelihood, 1e-11);
    }
    if (CHECK_STATUS(NULL, gmix_score(NULL, dense, &x, &c), GMIX_OK)) {
        CHECK_REL(c.log_likelihood, o.report.log_likelihood, 1e-11);
    }
    if (strncmp(family, "mfa:", 4) == 0) {
        has_matrices(o.model, dense);
    }
    gmix_model_free(&dense);
    CHECK_EQ_INT(o.report.n_parameters, gmix_model_n_parameters(o.model));
    outcome_free(&o);
    free(data.x);
}

static void same_models(const gmix_model *a, const gmix_model *b) {
    const size_t n = (size_t)K * D * (Q + 1); /* loadings and uniquenesses */
    CHECK(memcmp(gmix_model_means(a), gmix_model_means(b), K * D * sizeof(double)) == 0);
    CHECK(memcmp(gmix_model_covariances(a), gmix_model_covariances(b),
                 n * sizeof(double)) == 0);
}

/* As many threads as one likes, and rows as columns: the same bits. */
static void has_its_bits(void) {
    static int32_t group[N];
    fixture data = make_rows(N, 0.5, group, 12);
    double *const turned = fixture_alloc((size_t)N * D, sizeof(double));
    for (size_t i = 0; i < (size_t)N * D; i++) {
        turned[i % D * N + i / D] = data.x[i];
    }
    gmix_fit_options opts = law_options("mfa:2", K);
    opts.tol = 1e-7;
    gmix_table x = law_view(&data);
    outcome one, other;
    gmix_ctx *single = law_context(1), *three = law_context(3);
    one = law_fit(single, &x, &opts);
    x.data = turned;
    x.row_stride = 1;
    x.col_stride = N;
    other = law_fit(three, &x, &opts);
    same_models(one.model, other.model);
    CHECK(one.report.log_likelihood == other.report.log_likelihood);
    outcome_free(&one);
    outcome_free(&other);
    gmix_ctx_free(&single);
    gmix_ctx_free(&three);
    free(turned);
    free(data.x);
}

/* A whole weight is so many rows; labels say where groups begin. */
static void weighs_rows(void) {
    static int32_t group[N], twice[2 * N];
    fixture data = make_rows(N, 0.5, group, 13);
    static double weights[N];
    const fixture more = {fixture_alloc((size_t)2 * N * D, sizeof(double)), 2 * N, D};
    for (size_t i = 0; i < N; i++) {
        weights[i] = 2.0;
        group[i] = i % 3 == 0 ? group[i] : -1;
        for (size_t copy = 0; copy < 2; copy++) {
            memcpy(more.x + (2 * i + copy) * D, data.x + i * D, D * sizeof(double));
            twice[2 * i + copy] = group[i];
        }
    }
    const gmix_fit_options opts = law_options("CUU:2", K);
    gmix_table x = law_view(&data), xx = law_view(&more);
    x.weights = weights;
    x.labels = group;
    xx.labels = twice;
    outcome a = law_fit(NULL, &x, &opts), b = law_fit(NULL, &xx, &opts);
    CHECK_REL(a.report.log_likelihood, b.report.log_likelihood, 1e-11);
    CHECK_REL(a.report.bic, b.report.bic, 1e-11);
    outcome_free(&a);
    outcome_free(&b);
    free(more.x);
    free(data.x);
}

/* An offset and a unit change nothing but the log-likelihood's constant. */
static void has_no_unit(void) {
    static int32_t group[N];
    fixture data = make_rows(N, 0.5, group, 14);
    const gmix_fit_options opts = law_options("mfa:2", K);
    const gmix_table x = law_view(&data);
    outcome a = law_fit(NULL, &x, &opts);
    for (size_t i = 0; i < (size_t)N * D; i++) {
        data.x[i] = 64.0 * (data.x[i] + 1024.0);
    }
    outcome b = law_fit(NULL, &x, &opts);
    CHECK_REL(a.report.log_likelihood, b.report.log_likelihood + N * D * log(64.0), 1e-9);
    outcome_free(&a);
    outcome_free(&b);
    free(data.x);
}

/* What it ends at is an end for matrices, too: their M-step finds nothing there. */
static void ends_where_matrices_end(const char *law) {
    static int32_t group[N];
    char name[32];
    fixture data = make_rows(N, 1.0, group, 15);
    gmix_fit_options opts = law_options(with_factors(law, name), K);
    opts.tol = 1e-9;
    opts.max_iter = 2000;
    const gmix_table x = law_view(&data);
    outcome a = law_fit(NULL, &x, &opts);
    CHECK(a.report.converged);
    opts.init = "model";
    opts.init_model = a.model;
    opts.tol = 0.0;
    opts.max_iter = 3;
    outcome b = law_fit(NULL, &x, &opts);
    CHECK_NEAR(a.report.log_likelihood, b.report.log_likelihood, 1e-3);
    outcome_free(&a);
    outcome_free(&b);
    free(data.x);
}

/* Groups that lie within each other's spread are found, whatever k-means thinks of them: no lower than
 * from where they are. */
static void finds_groups(void) {
    enum { MANY = 240 };
    static int32_t group[MANY];
    fixture data = make_rows(MANY, 0.25, group, 16);
    gmix_fit_options opts = law_options("mfa:2", K);
    opts.tol = 1e-6;
    opts.max_iter = 1000;
    gmix_table x = law_view(&data);
    outcome found = law_fit(NULL, &x, &opts);
    x.labels = group;
    outcome told = law_fit(NULL, &x, &opts);
    CHECK(found.report.log_likelihood >= told.report.log_likelihood - 1e-3);
    CHECK(found.report.sound);
    outcome_free(&found);
    outcome_free(&told);
    free(data.x);
}

/* Rows of which cells are missing, next to all of them in some, score as matrices score them; so do
 * filled ones. */
static void scores_what_is_there(void) {
    enum { ROWS = 12 };
    static int32_t group[N];
    fixture data = make_rows(N, 0.5, group, 19);
    const gmix_fit_options opts = law_options("mfa:2", K);
    gmix_table x = law_view(&data);
    outcome o = law_fit(NULL, &x, &opts);
    gmix_model *dense = as_matrices(o.model);
    double a[ROWS],
        b[ROWS], *const filled = fixture_alloc((size_t)2 * ROWS * D, sizeof(double));
    uint64_t seed = 3;
    for (size_t i = 0; i < (size_t)ROWS * D; i++) {
        const double share = i / D == 0 ? 0.99 : i / D == 1 ? 0.0 : 0.2;
        data.x[i] = fixture_uniform(&seed) < share ? (double)NAN : data.x[i];
    }
    for (size_t j = 0; j < D; j++) {
        data.x[2 * D + j] = (double)NAN; /* a row without a cell */
    }
    data.x[3 * D] = 1e200; /* and two that are far from everything */
    data.x[D] = -1e300;
    x.n_rows = ROWS;
    CHECK_STATUS(NULL, gmix_log_density(NULL, o.model, &x, a), GMIX_OK);
    CHECK_STATUS(NULL, gmix_log_density(NULL, dense, &x, b), GMIX_OK);
    CHECK(isfinite(a[1]) && isfinite(a[3]));
    for (size_t i = 0; i < ROWS; i++) {
        CHECK_NEAR(a[i], b[i], 1e-9 * (1.0 + fabs(b[i])));
    }
    CHECK_STATUS(NULL, gmix_impute(NULL, o.model, &x, filled), GMIX_OK);
    CHECK_STATUS(NULL, gmix_impute(NULL, dense, &x, filled + (size_t)ROWS * D), GMIX_OK);
    for (size_t i = 0; i < (size_t)ROWS * D; i++) {
        CHECK_NEAR(filled[i], filled[(size_t)ROWS * D + i], 1e-7);
    }
    gmix_model_free(&dense);
    outcome_free(&o);
    free(filled);
    free(data.x);
}

static double chosen_loglik(const gmix_report *report, size_t k, const char *law) {
    for (size_t c = 0; c < report->n_candidates; c++) {
        const gmix_candidate *const one = &report->candidates[c];
        if (one->n_components == k && strcmp(one->covariance, law) == 0) {
            CHECK_EQ_STR(one->status, "ok");
            return one->log_likelihood;
        }
    }
    CHECK(false);
    return 0.0;
}

/* A choice: what contains another law is no lower, and the groups' own law is found. */
static void chooses(void) {
    enum { MANY = 150 };
    static int32_t group[MANY];
    fixture data = make_rows(MANY, 0.5, group, 18);
    gmix_fit_options opts = law_options("mfa:2", K);
    gmix_select_options how;
    gmix_model *model = NULL;
    gmix_report report = {0};
    gmix_select_options_init(&how);
    opts.tol = 1e-6;
    opts.max_iter = 500;
    opts.accelerate = 1;
    how.components = "1-2";
    how.covariances = "diag,mfa:1,mfa:2,mfa:3,CUU:1,mppca:1";
    const gmix_table x = law_view(&data);
    if (CHECK_STATUS(NULL, gmix_select(NULL, &x, &opts, &how, &model, &report),
                     GMIX_OK)) {
        CHECK_EQ_STR(report.covariance, "mfa:2");
        CHECK_EQ_INT(report.n_components, K);
        CHECK(report.n_trace > 0 && report.sound);
        for (size_t k = 1; k <= K; k++) {
            const double one = chosen_loglik(&report, k, "mfa:1");
            CHECK(one >= chosen_loglik(&report, k, "diag"));
            CHECK(one >= chosen_loglik(&report, k, "CUU:1"));
            CHECK(one >= chosen_loglik(&report, k, "mppca:1"));
            CHECK(chosen_loglik(&report, k, "mfa:2") > one);
            CHECK(chosen_loglik(&report, k, "mfa:3") >
                  chosen_loglik(&report, k, "mfa:2"));
        }
    }
    gmix_report_free(&report);
    gmix_model_free(&model);
    free(data.x);
}

/* A component of fewer rows than its factors need is told as such. */
static void tells_of_few_rows(void) {
    static int32_t group[N];
    fixture data = make_rows(N, 0.5, group, 17);
    for (size_t j = 0; j < (size_t)3 * D; j++) {
        data.x[j] += 100.0; /* three rows far away */
    }
    gmix_fit_options opts = law_options("mfa:2", 3);
    opts.tol = 1e-6;
    opts.search = "quick";
    const gmix_table x = law_view(&data);
    outcome o = law_fit(NULL, &x, &opts);
    CHECK(o.report.sound == (o.report.n_warnings == 0));
    CHECK(isfinite(o.report.log_likelihood));
    outcome_free(&o);
    free(data.x);
}

int main(void) {
    for_families("is_a_mixture", gmix_factor_law_names(), is_a_mixture);
    has_its_bits();
    weighs_rows();
    has_no_unit();
    ends_where_matrices_end("mfa");
    ends_where_matrices_end("CCU");
    finds_groups();
    chooses();
    scores_what_is_there();
    tells_of_few_rows();
    return CHECK_DONE();
}
