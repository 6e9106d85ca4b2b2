/*
 * Samples from a posterior: closed forms of one component, the same bits on any number of threads,
 * units, what ends them early, what is refused, and a budget of allocations. Two seconds.
 */
#include "budget.h"
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { N = 120, D = 2 };

static fixture data;
static gmix_ctx *ctx;

static gmix_posterior_options few(size_t iterations) {
    gmix_posterior_options opts;
    gmix_posterior_options_init(&opts);
    opts.iterations = iterations;
    opts.n_grid = 20;
    return opts;
}

/* Old Faithful as one component under NIW(mean, 1, 2, covariance): the evidence is a closed form,
 * and so are the moments of what is drawn. */
static void test_one_component(void) {
    fixture faithful = fixture_csv("data/faithful.csv");
    const gmix_table x = gmix_table_f64(faithful.x, faithful.n, faithful.d);
    gmix_posterior_options opts = few(1000);
    opts.components = "uniform";
    opts.components_parameter = 1.0;
    opts.prior_scale = opts.prior_shrinkage = 1.0;
    opts.prior_dof = 2.0;
    opts.n_proposals = 0;
    gmix_posterior_draws o = {0};
    if (!CHECK_STATUS(ctx, gmix_posterior_sample(ctx, &x, &opts, &o), GMIX_OK)) {
        return;
    }
    CHECK_NEAR(o.log_posterior_summary.mean, -1303.8975177949, 2e-9);
    CHECK_NEAR(o.log_posterior_summary.upper - o.log_posterior_summary.lower, 0.0, 1e-9);
    CHECK_EQ_INT(o.n_clusters, 1);
    CHECK_EQ_INT(o.most_probable, 1);
    CHECK_NEAR(o.components_posterior[0], 1.0, 1e-12);
    CHECK_EQ_INT(o.n_relabelled, o.n_partitions);
    CHECK_NEAR(o.groups_summary.r_hat, 1.0, 0.0);
    /* Psi_n = 272 cov, nu_n = 274, kappa_n = 273, E[Sigma] = Psi_n / (274 - 3). */
    double expected[4] = {0}, mean[2] = {0}, sigma[4];
    for (size_t i = 0; i < 2 * x.n_rows; i++) {
        mean[i % 2] += faithful.x[i] / (double)x.n_rows;
    }
    for (size_t i = 0; i < 4 * x.n_rows; i++) {
        const double *const row = faithful.x + i / 4 * 2;
        expected[i % 4] += (row[i % 4 / 2] - mean[i % 4 / 2]) *
                           (row[i % 2] - mean[i % 2]) * 272.0 / 271.0 / 271.0;
    }
    gmix_model_covariance(o.model, 0, sigma);
    for (size_t i = 0; i < 4; i++) {
        CHECK_REL(sigma[i], expected[i], 1e-10);
        /* 1000 draws: standard errors of 0.3 % of the diagonal's, 0.4 % of the other. */
        CHECK_REL(o.covariances.mean[i], sigma[i], 0.02);
    }
    for (size_t j = 0; j < 2; j++) {
        const double sd = sqrt(sigma[j * 3] / 273.0), m = gmix_model_means(o.model)[j];
        CHECK_NEAR(o.means.mean[j], m, 5.0 * sd / sqrt(1000.0));
        CHECK_NEAR(o.means.lower[j], m - 1.969 * sd, 0.25 * sd);
        CHECK_NEAR(o.means.upper[j], m + 1.969 * sd, 0.25 * sd);
    }
    gmix_posterior_draws_free(&o);
    free(faithful.x);
}

static void same_numbers(const double *a, const double *b, size_t n) {
    CHECK(memcmp(a, b, n * sizeof *a) == 0);
}

static void test_threads(void) {
    const gmix_table x = gmix_table_f64(data.x, N, D);
    for (int dp = 0; dp < 2; dp++) {
        gmix_posterior_draws o[2] = {{0}};
        gmix_posterior_options opts = few(dp ? 100 : 250);
        opts.prior = dp ? "dp" : "mfm";
        opts.covariance = dp ? "VVI" : "full";
        opts.n_chains = 3;
        opts.similarity = 1;
        for (int t = 0; t < 2; t++) {
            gmix_ctx_options own;
            gmix_ctx_options_init(&own);
            own.n_threads = t + 1;
            gmix_ctx *threads = NULL;
            CHECK_STATUS(NULL, gmix_ctx_new(&own, &threads), GMIX_OK);
            CHECK_STATUS(threads, gmix_posterior_sample(threads, &x, &opts, &o[t]),
                         GMIX_OK);
            gmix_ctx_free(&threads);
        }
        CHECK_EQ_INT(o[0].n_draws, o[1].n_draws);
        same_numbers(o[0].log_posterior, o[1].log_posterior, o[0].n_draws);
        same_numbers(o[0].density.upper, o[1].density.upper, D * o[0].n_grid);
        same_numbers(o[0].means.lower, o[1].means.lower, o[0].n_clusters * D);
        same_numbers(o[0].similarity, o[1].similarity, (size_t)N * N);
        CHECK(memcmp(o[0].labels, o[1].labels, N * sizeof *o[0].labels) == 0);
        double sum = 0.0, mass = 0.0;
        for (size_t k = 0; k < o[0].n_numbers; k++) {
            sum += o[0].groups_posterior[k];
        }
        CHECK_NEAR(sum, 1.0, 1e-12);
        for (size_t i = 0; i + 1 < o[0].n_grid; i++) { /* nearly all of a density */
            mass += (o[0].grid[i + 1] - o[0].grid[i]) * 0.5 *
                    (o[0].density.mean[i] + o[0].density.mean[i + 1]);
            CHECK(o[0].density.lower[i] <= o[0].density.upper[i]);
        }
        CHECK_NEAR(mass, 1.0, 0.05);
        for (size_t i = 0; i < N; i++) { /* what the matrix says of a row */
            double with = 0.0, others = 0.0;
            for (size_t j = 0; j < N; j++) {
                if (j != i && o[0].labels[j] == o[0].labels[i]) {
                    with += o[0].similarity[i * N + j];
                    others += 1.0;
                }
            }
            CHECK_NEAR(o[0].certainty[i], others > 0.0 ? with / others : 1.0, 1e-9);
        }
        gmix_posterior_draws_free(&o[0]);
        gmix_posterior_draws_free(&o[1]);
    }
}

/* Another unit is another density, and nothing else. */
static void test_units(void) {
    gmix_posterior_draws o[2] = {{0}};
    const gmix_posterior_options opts = few(100);
    double *const other = fixture_alloc((size_t)N * D, sizeof *other);
    for (size_t i = 0; i < N; i++) {
        other[i * D] = 4096.0 * data.x[i * D];
        other[i * D + 1] = 0.25 * data.x[i * D + 1];
    }
    const gmix_table a = gmix_table_f64(data.x, N, D), b = gmix_table_f64(other, N, D);
    CHECK_STATUS(ctx, gmix_posterior_sample(ctx, &a, &opts, &o[0]), GMIX_OK);
    CHECK_STATUS(ctx, gmix_posterior_sample(ctx, &b, &opts, &o[1]), GMIX_OK);
    CHECK(memcmp(o[0].labels, o[1].labels, N * sizeof *o[0].labels) == 0);
    CHECK_NEAR(o[1].log_posterior_summary.mean,
               o[0].log_posterior_summary.mean - N * log(1024.0), 1e-9 * N);
    CHECK_REL(o[1].means.mean[0], 4096.0 * o[0].means.mean[0], 1e-12);
    CHECK_REL(o[1].covariances.upper[1], 1024.0 * o[0].covariances.upper[1], 1e-12);
    gmix_posterior_draws_free(&o[0]);
    gmix_posterior_draws_free(&o[1]);
    free(other);
}

static int stop_after(void *user) {
    return --*(int *)user < 0;
}

/* What there is counts, and before there is something nothing does. */
static void test_ends(void) {
    const gmix_table x = gmix_table_f64(data.x, N, D);
    const gmix_posterior_options opts = few(100000000);
    int polls = 2000;
    gmix_ctx_options own;
    gmix_ctx_options_init(&own);
    own.cancel = stop_after;
    own.user = &polls;
    gmix_ctx *cancels = NULL;
    gmix_posterior_draws o = {0};
    CHECK_STATUS(NULL, gmix_ctx_new(&own, &cancels), GMIX_OK);
    gmix_posterior_options some = opts;
    some.iterations = 1000000;
    if (CHECK_STATUS(cancels, gmix_posterior_sample(cancels, &x, &some, &o), GMIX_OK)) {
        CHECK_EQ_INT(o.end, GMIX_POSTERIOR_CANCELLED);
        CHECK(o.n_draws >= 4 && o.n_iterations < 1000000 && o.model);
    }
    gmix_posterior_draws_free(&o);
    polls = 0;
    CHECK_STATUS(cancels, gmix_posterior_sample(cancels, &x, &some, &o),
                 GMIX_ERR_CANCELLED);
    CHECK(o.owner == NULL);
    gmix_ctx_free(&cancels);
    some.time_limit = 0.2;
    if (CHECK_STATUS(ctx, gmix_posterior_sample(ctx, &x, &some, &o), GMIX_OK)) {
        CHECK_EQ_INT(o.end, GMIX_POSTERIOR_TIME_LIMIT);
        CHECK_EQ_INT(o.n_chains, 4);
    }
    gmix_posterior_draws_free(&o);
}

static void refused(const gmix_table *x, const gmix_posterior_options *opts,
                    gmix_status expected, const char *part) {
    gmix_posterior_draws o = {0};
    CHECK_STATUS(ctx, gmix_posterior_sample(ctx, x, opts, &o), expected);
    CHECK(o.owner == NULL && o.n_draws == 0);
    if (!CHECK(strstr(gmix_ctx_message(ctx), part) != NULL)) {
        printf("    \"%s\" is not in \"%s\"\n", part, gmix_ctx_message(ctx));
    }
}

static void test_refused(void) {
    gmix_table x = gmix_table_f64(data.x, N, D);
    gmix_posterior_options opts = few(10);
    double weights[N] = {0};
    weights[0] = 1.0;
    weights[1] = 2.0;
    x.weights = weights;
    refused(&x, &opts, GMIX_ERR_DATA, "row 2 has the weight 2");
    x.weights = NULL;
    const double cell = data.x[7];
    data.x[7] = NAN;
    refused(&x, &opts, GMIX_ERR_NONFINITE, "row 4");
    data.x[7] = INFINITY;
    refused(&x, &opts, GMIX_ERR_NONFINITE, "row 4");
    data.x[7] = cell;
    opts.covariance = "tied";
    refused(&x, &opts, GMIX_ERR_OPTION, "full, diag and spherical");
    opts.covariance = "full";
    opts.prior_dof = 1.0;
    refused(&x, &opts, GMIX_ERR_OPTION, "above 1");
    opts.prior_dof = 0.0;
    opts.components = "geometric";
    opts.components_parameter = 2.0;
    refused(&x, &opts, GMIX_ERR_OPTION, "geometric");
    opts.components = "bnb";
    refused(&x, &opts, GMIX_ERR_OPTION, "has none");
    opts.components_parameter = 0.0;
    opts.concentration = opts.concentration_shape = 1.0;
    refused(&x, &opts, GMIX_ERR_OPTION, "fixed at 1");
    opts = few(10);
    opts.thin = 5;
    refused(&x, &opts, GMIX_ERR_OPTION, "fewer than 4");
    opts = few(10);
    const double singular[4] = {1, 1, 1, 1};
    opts.prior_matrix = singular;
    refused(&x, &opts, GMIX_ERR_SINGULAR, "prior_matrix");
    opts.prior_matrix = NULL;
    opts.prior = "crp";
    refused(&x, &opts, GMIX_ERR_OPTION, "crp");
    opts = few(10);
    x.n_rows = 1;
    refused(&x, &opts, GMIX_ERR_DATA, "at least 2");
    refused(NULL, &opts, GMIX_ERR_ARGUMENT, "NULL");
}

static gmix_status settle(gmix_status status, char **text) {
    CHECK((*text != NULL) == (status == GMIX_OK));
    gmix_text_free(text);
    return status;
}

static gmix_status try_sample(gmix_ctx *own, void *arg) {
    const gmix_table x = gmix_table_f64(data.x, 10, D);
    gmix_posterior_draws o = {0};
    char *text = NULL;
    gmix_status status = gmix_posterior_sample(own, &x, arg, &o);
    CHECK((o.owner != NULL) == (status == GMIX_OK));
    if (status == GMIX_OK) {
        status = settle(gmix_posterior_draws_to_text(own, &o, &text), &text);
    }
    if (status == GMIX_OK) {
        status = settle(gmix_posterior_draws_to_json(own, &o, &text), &text);
    }
    gmix_posterior_draws_free(&o);
    return status;
}

/* Five values of 300 rows that a normal law was rounded to are no five groups; rows that repeat are named. */
static void test_repeated(void) {
    enum { ROWS = 300 };
    static const size_t counts[5] = {20, 73, 115, 72, 20};
    double x[ROWS];
    size_t n = 0;
    gmix_posterior_draws draws = {0};
    gmix_posterior_options opts = few(200);
    char *text = NULL;
    for (size_t v = 0; v < 5; v++) {
        for (size_t i = 0; i < counts[v]; i++) {
            x[n++] = (double)v;
        }
    }
    const gmix_table coarse = gmix_table_f64(x, ROWS, 1);
    CHECK_WHERE("coarse steps");
    CHECK_STATUS(ctx, gmix_posterior_sample(ctx, &coarse, &opts, &draws), GMIX_OK);
    CHECK_EQ_INT(draws.n_spread, 1);
    CHECK(draws.most_probable <= 2 && draws.scale_summary.lower > 1e-3);
    gmix_posterior_draws_free(&draws);
    for (size_t i = 0; i < ROWS; i++) {
        x[i] = data.x[i % 10 * D];
    }
    CHECK_WHERE("repeated rows");
    CHECK_STATUS(ctx, gmix_posterior_sample(ctx, &coarse, &opts, &draws), GMIX_OK);
    CHECK_EQ_INT(draws.n_spread, 0);
    CHECK_STATUS(ctx, gmix_posterior_draws_to_text(ctx, &draws, &text), GMIX_OK);
    CHECK(text && strstr(text, "Rows that repeat"));
    gmix_text_free(&text);
    gmix_posterior_draws_free(&draws);
}

int main(void) {
    data = fixture_clusters(N, D, 3, 4.0, 6);
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    test_one_component();
    test_threads();
    test_units();
    test_repeated();
    test_ends();
    test_refused();
    gmix_posterior_options opts = few(8);
    opts.similarity = 1;
    opts.n_chains = 2;
    budget_run("posterior_sample, mfm", try_sample, &opts);
    opts.prior = "dp";
    opts.covariance = "spherical";
    opts.n_grid = 0;
    budget_run("posterior_sample, dp", try_sample, &opts);
    gmix_ctx_free(&ctx);
    free(data.x);
    return CHECK_DONE();
}
