/*
 * Laws of Bayesian fits, for every family with a conjugate prior and both kinds of weights: with one
 * component the bound is the evidence, so that it grows by the predictive density of every row that is
 * added; it never falls, does not depend on the order of rows, units, threads, or on how weights are
 * written; predictive densities are densities, and samples are of them.
 */
#include "law.h"

enum { D = 3, K = 3 };

static const char *const families[] = {"full", "tied", "diag", "spherical", "EEI", "EII"};
static const char *const kinds[] = {"dirichlet", "process"};
enum { N_FAMILIES = sizeof families / sizeof *families };

static gmix_fit_options bayes_options(const char *family, size_t k, const char *kind) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.covariance = family;
    opts.n_components = k;
    opts.bayes = kind;
    opts.restarts = 2;
    return opts;
}

static bool has_one_variance(const char *family) {
    return strcmp(family, "spherical") == 0 || strcmp(family, "EII") == 0;
}

static double fit_bound(const gmix_table *x, const gmix_fit_options *opts) {
    gmix_model *model = NULL;
    gmix_ctx *ctx = NULL;
    double bound = NAN;
    CHECK(gmix_ctx_new(NULL, &ctx) == GMIX_OK);
    if (CHECK_STATUS(ctx, gmix_fit(ctx, x, opts, &model, NULL), GMIX_OK) &&
        CHECK(gmix_model_posterior(model) != NULL)) {
        bound = gmix_model_posterior(model)->bound;
    }
    gmix_model_free(&model);
    gmix_ctx_free(&ctx);
    return bound;
}

/* log p(x_1 .. x_n) - log p(x_1 .. x_(n - 1)) = log p(x_n | x_1 .. x_(n - 1)). */
static void chain_of_rows(const char *family) {
    fixture data = fixture_clusters(30, D, 1, 1.0, 5);
    const double mean[D] = {0.3, -0.2, 0.1};
    const double psi[D * D] = {1.5, 0.2, 0.0, 0.2, 1.1, -0.3, 0.0, -0.3, 2.0};
    const double variances[D] = {1.5, 1.1, 2.0};
    const double one[D * D] = {1.3, 0, 0, 0, 1.3, 0, 0, 0, 1.3};
    const double each[D * D] = {1.5, 0, 0, 0, 1.1, 0, 0, 0, 2.0};
    gmix_fit_options opts = bayes_options(family, 1, "dirichlet");
    opts.prior_mean = mean;
    opts.prior_covariance = strcmp(family, "diag") == 0  ? variances
                            : strcmp(family, "EEI") == 0 ? each
                            : has_one_variance(family)   ? one
                                                         : psi;
    opts.prior_dof = 3.5;
    opts.prior_shrinkage = 0.7;
    CHECK_WHERE("chain of rows, %s", family);
    gmix_model *model = NULL;
    const gmix_table less = gmix_table_f64(data.x, data.n - 1, D), all = law_view(&data);
    const gmix_table last = gmix_table_f64(data.x + (data.n - 1) * D, 1, D);
    double predicted = NAN;
    if (CHECK_STATUS(NULL, gmix_fit(NULL, &less, &opts, &model, NULL), GMIX_OK)) {
        CHECK(gmix_log_density(NULL, model, &last, &predicted) == GMIX_OK);
        CHECK_NEAR(fit_bound(&all, &opts) - gmix_model_posterior(model)->bound, predicted,
                   1e-9);
    }
    gmix_model_free(&model);
    free(data.x);
}

/* Plain steps, and those of the search, also where cells are missing. */
static void never_falls(const char *family, const char *kind) {
    fixture data = fixture_clusters(150, D, K, 2.0, 11);
    int32_t *const labels = law_labels(&data, 5);
    for (int pass = 0; pass < 3; pass++) {
        CHECK_WHERE("never falls, %s, %s, %d", family, kind, pass);
        for (size_t i = 0; pass == 2 && i < data.n * D; i += 7) {
            data.x[i] = NAN;
        }
        const gmix_table x = law_view(&data);
        gmix_fit_options opts = bayes_options(family, 5, kind);
        opts.init = "labels";
        opts.init_labels = labels;
        opts.accelerate = pass > 0;
        opts.concentration = pass == 1 ? 4.0 : 0.5;
        opts.max_iter = 60;
        opts.tol = pass == 0 ? 0.0 : 1e-9;
        gmix_model *model = NULL;
        gmix_report report = {0};
        gmix_report_init(&report);
        if (CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &model, &report), GMIX_OK)) {
            double highest = -INFINITY;
            for (size_t t = 0; t < report.n_trace; t++) {
                CHECK(report.trace[t] >= highest - 1e-9 * fabs(highest) ||
                      opts.accelerate);
                highest = fmax(highest, report.trace[t]);
            }
            CHECK_NEAR(gmix_model_posterior(model)->bound, highest, 1e-8);
        }
        gmix_report_free(&report);
        gmix_model_free(&model);
    }
    free(labels);
    free(data.x);
}

/* Two clusters of N / 2 rows, each cut into two components: plain steps would empty two of the four in some
 * twenty steps, merges do in the first. The bound is that of an accelerated run from there, or better. */
static void merges(const char *family, const char *kind, bool missing) {
    enum { N = 600, WIDE = 8, MOST_STEPS = 12 };
    double *const rows = fixture_alloc((size_t)N * WIDE, sizeof *rows);
    int32_t labels[N];
    uint64_t seed = 17;
    CHECK_WHERE("merges, %s, %s, missing %d", family, kind, missing);
    for (size_t i = 0; i < (size_t)N * WIDE; i++) {
        rows[i] = fixture_normal(&seed);
    }
    for (size_t i = 0; i < N; i++) {
        double *const row = rows + i * WIDE;
        labels[i] = (int32_t)(2 * (i % 2) + (row[0] > 0.0));
        row[0] += i % 2 == 0 ? 9.0 : -9.0;
        row[1 + i % 7] = missing && i % 5 == 0 ? (double)NAN : row[1 + i % 7];
    }
    const gmix_table x = gmix_table_f64(rows, N, WIDE);
    gmix_fit_options opts = bayes_options(family, 4, kind);
    opts.init = "labels";
    opts.init_labels = labels;
    opts.singular = "keep";
    opts.tol = 1e-9;
    const double bound = fit_bound(&x, &opts);
    gmix_model *model = NULL;
    gmix_report report = {0};
    gmix_report_init(&report);
    opts.accelerate = 0;
    if (CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &model, &report), GMIX_OK)) {
        const gmix_posterior *const q = gmix_model_posterior(model);
        size_t with_rows = 0;
        for (size_t c = 0; c < 4; c++) {
            with_rows += q->kappa[c] > q->prior_shrinkage + 0.5;
        }
        CHECK(with_rows == 2);
        CHECK(report.n_iterations <= MOST_STEPS);
        CHECK(q->bound > bound - 1e-5);
    }
    gmix_report_free(&report);
    gmix_model_free(&model);
    free(rows);
}

/* Of a process K is the most: more never end below fewer. Counts tempt into components of their own. */
static void more_are_no_worse(const char *family) {
    enum { N = 100, TWO = 2, MOST = 4 };
    double *const rows = fixture_alloc((size_t)N * TWO, sizeof *rows);
    uint64_t seed = 41;
    CHECK_WHERE("more are no worse, %s", family);
    for (size_t i = 0; i < (size_t)N * TWO; i++) {
        rows[i] = floor(3.0 + 1.7 * fixture_normal(&seed));
    }
    const gmix_table x = gmix_table_f64(rows, N, TWO);
    gmix_fit_options opts = bayes_options(family, 1, "process");
    const double one = fit_bound(&x, &opts);
    for (size_t k = 2; k <= MOST; k++) {
        opts.n_components = k;
        CHECK(fit_bound(&x, &opts) > one - 1e-6);
    }
    free(rows);
}

/* Rows in reverse; units; weights of 2 as rows twice; threads. */
static void does_not_depend(const char *family, const char *kind) {
    enum { N = 120 };
    fixture data = fixture_clusters(N, D, 2, 6.0, 23);
    double *const other = fixture_alloc((size_t)2 * N * D, sizeof *other);
    double weights[N];
    gmix_fit_options opts = bayes_options(family, K, kind);
    opts.tol = 1e-12;
    const gmix_table x = law_view(&data);
    const double bound = fit_bound(&x, &opts);
    CHECK_WHERE("does not depend, %s, %s", family, kind);
    for (size_t i = 0; i < (size_t)N * D; i++) {
        other[i] = data.x[(N - 1 - i / D) * D + i % D];
    }
    gmix_table y = gmix_table_f64(other, N, D);
    CHECK_NEAR(fit_bound(&y, &opts), bound, 1e-8);
    const double units[D] = {1e3, has_one_variance(family) ? 1e3 : 0.01,
                             has_one_variance(family) ? 1e3 : 7.0};
    for (size_t i = 0; i < (size_t)N * D; i++) {
        other[i] = 1e5 + data.x[i] * units[i % D];
    }
    CHECK_NEAR(fit_bound(&y, &opts),
               bound - N * (log(units[0]) + log(units[1]) + log(units[2])), 1e-5);
    for (size_t i = 0; i < N; i++) {
        weights[i] = i % 3 == 0 ? 2.0 : 1.0;
    }
    size_t n = 0;
    for (size_t i = 0; i < N; i++) {
        for (int copy = 0; copy < (int)weights[i]; copy++, n++) {
            memcpy(other + n * D, data.x + i * D, D * sizeof *other);
        }
    }
    gmix_table weighted = x;
    weighted.weights = weights;
    y = gmix_table_f64(other, n, D);
    const double psi[D * D] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    const double ones[D] = {1, 1, 1};
    opts.prior_covariance =
        strcmp(family, "diag") == 0 ? ones : psi; /* N - 1 is not of weights */
    CHECK_NEAR(fit_bound(&weighted, &opts), fit_bound(&y, &opts), 1e-8);
    free(other);
    free(data.x);
}

static void threads_agree(const char *family, const char *kind) {
    fixture data = fixture_clusters(400, D, K, 2.0, 31);
    const gmix_table x = law_view(&data);
    const gmix_fit_options opts = bayes_options(family, 4, kind);
    double bound[2] = {NAN, NAN};
    CHECK_WHERE("same bits, %s, %s", family, kind);
    for (int threads = 1; threads <= 2; threads++) {
        gmix_ctx_options how;
        gmix_ctx *ctx = NULL;
        gmix_model *model = NULL;
        gmix_ctx_options_init(&how);
        how.n_threads = threads == 1 ? 1 : 3;
        CHECK(gmix_ctx_new(&how, &ctx) == GMIX_OK);
        if (CHECK_STATUS(ctx, gmix_fit(ctx, &x, &opts, &model, NULL), GMIX_OK)) {
            bound[threads - 1] = gmix_model_posterior(model)->bound;
        }
        gmix_model_free(&model);
        gmix_ctx_free(&ctx);
    }
    CHECK(memcmp(&bound[0], &bound[1], sizeof *bound) == 0);
    free(data.x);
}

/* Rows that come a few at a time. */
typedef struct stream {
    gmix_table all;
    size_t at;
} stream;

static gmix_status stream_reset(void *self) {
    ((stream *)self)->at = 0;
    return GMIX_OK;
}

static gmix_status stream_next(void *self, size_t max_rows, gmix_table *block) {
    stream *const s = self;
    const size_t left = s->all.n_rows - s->at;
    *block = gmix_table_f64((const double *)s->all.data + s->at * D,
                            left < max_rows ? left : max_rows, D);
    s->at += block->n_rows;
    return GMIX_OK;
}

static void stream_is_table(const char *family, const char *kind) {
    fixture data = fixture_clusters(300, D, 2, 6.0, 23);
    stream rows = {.all = law_view(&data)};
    const gmix_source source = {.struct_size = sizeof source,
                                .self = &rows,
                                .n_cols = D,
                                .reset = stream_reset,
                                .next = stream_next};
    gmix_fit_options opts = bayes_options(family, 2, kind);
    gmix_model *model = NULL;
    opts.tol = 1e-10;
    CHECK_WHERE("stream is table, %s, %s", family, kind);
    if (CHECK_STATUS(NULL, gmix_fit_source(NULL, &source, &opts, &model, NULL),
                     GMIX_OK)) {
        CHECK_NEAR(gmix_model_posterior(model)->bound, fit_bound(&rows.all, &opts), 1e-7);
    }
    gmix_model_free(&model);
    free(data.x);
}

/* Of two features: a marginal is the integral over the other one; of one, the integral is 1, and the
 * distribution of a sample that of the density. */
static void is_a_density(const char *family) {
    enum { N = 12, M = 2000, DRAWS = 10000 };
    fixture data = fixture_clusters(N, 2, 1, 2.0, 7);
    const gmix_table x = law_view(&data);
    const gmix_fit_options opts = bayes_options(family, 1, "dirichlet");
    gmix_model *model = NULL;
    CHECK_WHERE("is a density, %s", family);
    if (!CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &model, NULL), GMIX_OK)) {
        free(data.x);
        return;
    }
    double *const grid = fixture_alloc((size_t)2 * M, sizeof *grid);
    double *const l = fixture_alloc(M, sizeof *l), *const u = fixture_alloc(M, sizeof *u);
    const double at = gmix_model_means(model)[0] + 0.5;
    for (size_t i = 0; i < M; i++) { /* y = centre + sinh(s): tails to 1e5 */
        u[i] = -12.0 + 24.0 * (double)i / (M - 1);
        grid[2 * i] = at;
        grid[2 * i + 1] = gmix_model_means(model)[1] + sinh(u[i]);
    }
    const gmix_table rows = gmix_table_f64(grid, M, 2);
    CHECK(gmix_log_density(NULL, model, &rows, l) == GMIX_OK);
    double integral = 0.0, marginal = NAN;
    for (size_t i = 0; i < M; i++) {
        integral += exp(l[i]) * cosh(u[i]) * 24.0 / (M - 1);
    }
    const double half[2] = {at, NAN};
    const gmix_table one = gmix_table_f64(half, 1, 2);
    CHECK(gmix_log_density(NULL, model, &one, &marginal) == GMIX_OK);
    CHECK_NEAR(log(integral), marginal, 1e-6);
    double *const drawn = fixture_alloc((size_t)2 * DRAWS, sizeof *drawn);
    CHECK(gmix_sample(NULL, model, DRAWS, 3, drawn, NULL) == GMIX_OK);
    double cdf = 0.0, worst = 0.0; /* of the first feature, its marginal along the grid */
    for (size_t i = 0; i < M; i += 1) {
        grid[2 * i] = gmix_model_means(model)[0] + sinh(u[i]);
        grid[2 * i + 1] = NAN;
    }
    CHECK(gmix_log_density(NULL, model, &rows, l) == GMIX_OK);
    for (size_t i = 0; i < M; i++) {
        cdf += exp(l[i]) * cosh(u[i]) * 24.0 / (M - 1);
        if (i % 100 == 50 && i > M / 4 && i < 3 * M / 4) {
            size_t below = 0;
            for (size_t r = 0; r < DRAWS; r++) {
                below += drawn[2 * r] <= grid[2 * i];
            }
            worst = fmax(worst, fabs((double)below / DRAWS - cdf));
        }
    }
    CHECK_NEAR(cdf, 1.0, 1e-5);
    CHECK(worst < 1.63 / sqrt(DRAWS) +
                      0.002); /* Kolmogorov and Smirnov's 1 %, and the grid's step */
    free(drawn);
    free(grid);
    free(l);
    free(u);
    free(data.x);
    gmix_model_free(&model);
}

int main(void) {
    for (size_t f = 0; f < N_FAMILIES; f++) {
        if (!check_wanted(families[f])) {
            continue;
        }
        chain_of_rows(families[f]);
        is_a_density(families[f]);
        more_are_no_worse(families[f]);
        for (size_t w = 0; w < 2; w++) {
            never_falls(families[f], kinds[w]);
            merges(families[f], kinds[w], w == 1);
            does_not_depend(families[f], kinds[w]);
            threads_agree(families[f], kinds[w]);
            stream_is_table(families[f], kinds[w]);
        }
    }
    return CHECK_DONE();
}
