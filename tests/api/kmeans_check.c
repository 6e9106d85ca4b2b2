/*
 * k-means by its definition: the seeds are rows that the draws choose, labels are the nearest
 * centres, centres the means of their rows; the same for any number of threads; and what is
 * refused.
 */
#include "budget.h"
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { N = 400, D = 3, K = 5, DRAWS = 1 + (K - 1) * 3 };

static const double draws[DRAWS] = {0.31, 0.02, 0.55, 0.93, 0.77, 0.18, 0.64,
                                    0.41, 0.86, 0.29, 0.08, 0.99, 0.5};

static double distance2(const double *a, const double *b) {
    double sum = 0;
    for (size_t j = 0; j < D; j++) {
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    }
    return sum;
}

/* The seeds that the definition gives: greedy, by running sums. */
static void seed_by_hand(const double *x, const double *w, size_t *seeds) {
    double nearest[N], total_weight = 0, sum = 0;
    const double *u = draws;
    for (size_t i = 0; i < N; i++) {
        total_weight += w[i];
    }
    for (seeds[0] = 0; (sum += w[seeds[0]]) <= *u * total_weight; seeds[0]++) {
    }
    u++;
    for (size_t i = 0; i < N; i++) {
        nearest[i] = distance2(x + i * D, x + seeds[0] * D);
    }
    for (size_t c = 1; c < K; c++) {
        double best = INFINITY, total = 0;
        for (size_t i = 0; i < N; i++) {
            total += w[i] * nearest[i];
        }
        for (size_t t = 0; t < 3; t++, u++) {
            size_t row = 0;
            double potential = 0;
            for (sum = 0; (sum += w[row] * nearest[row]) < *u * total; row++) {
            }
            for (size_t i = 0; i < N; i++) {
                potential += w[i] * fmin(nearest[i], distance2(x + i * D, x + row * D));
            }
            if (potential < best) {
                best = potential;
                seeds[c] = row;
            }
        }
        for (size_t i = 0; i < N; i++) {
            nearest[i] = fmin(nearest[i], distance2(x + i * D, x + seeds[c] * D));
        }
    }
}

static void check_solution(const double *x, const double *w, const double *centres,
                           const int32_t *labels) {
    double mean[K][D] = {{0}}, weight[K] = {0};
    for (size_t i = 0; i < N; i++) {
        const size_t own = (size_t)labels[i];
        for (size_t c = 0; c < K; c++) {
            CHECK(distance2(x + i * D, centres + own * D) <=
                  distance2(x + i * D, centres + c * D) * (1 + 1e-12));
        }
        weight[own] += w[i];
        for (size_t j = 0; j < D; j++) {
            mean[own][j] += w[i] * x[i * D + j];
        }
    }
    for (size_t c = 0; c < K; c++) {
        for (size_t j = 0; j < D; j++) {
            CHECK_REL(mean[c][j] / weight[c], centres[c * D + j], 1e-10);
        }
    }
}

static void test_definition(int n_threads) {
    const fixture data = fixture_clusters(N, D, 4, 2.0, 90);
    double w[N], centres[K * D];
    int32_t labels[N];
    size_t seeds[K], by_hand[K], n_iter = 0;
    gmix_table x = gmix_table_f64(data.x, N, D);
    gmix_kmeans_options opts;
    gmix_ctx_options with;
    gmix_ctx *ctx = NULL;
    gmix_ctx_options_init(&with);
    with.n_threads = n_threads;
    CHECK_STATUS(NULL, gmix_ctx_new(&with, &ctx), GMIX_OK);
    gmix_kmeans_options_init(&opts);
    opts.n_clusters = K;
    opts.draws = draws;
    opts.tol = 0;
    CHECK_EQ_INT(gmix_kmeans_n_draws(K), DRAWS);
    for (int weighted = 0; weighted < 2; weighted++) {
        for (size_t i = 0; i < N; i++) {
            w[i] = weighted ? 0.25 * (double)(i % 7) : 1;
        }
        x.weights = weighted ? w : NULL;
        seed_by_hand(data.x, w, by_hand);
        CHECK_STATUS(ctx, gmix_kmeans(ctx, &x, &opts, centres, labels, seeds, &n_iter),
                     GMIX_OK);
        CHECK(memcmp(seeds, by_hand, sizeof seeds) == 0);
        CHECK(n_iter > 1 && n_iter < opts.max_iter);
        check_solution(data.x, w, centres, labels);
    }
    gmix_ctx_free(&ctx);
    free(data.x);
}

/* Twelve clusters of rows that lie on three points: empty ones share a place. */
static void test_coincident(void) {
    double x[60], centres[12];
    int32_t labels[60];
    for (size_t i = 0; i < 60; i++) {
        x[i] = (double)(i % 3);
    }
    const gmix_table table = gmix_table_f64(x, 60, 1);
    gmix_kmeans_options opts;
    gmix_kmeans_options_init(&opts);
    opts.n_clusters = 12;
    CHECK_STATUS(NULL, gmix_kmeans(NULL, &table, &opts, centres, labels, NULL, NULL),
                 GMIX_OK);
    for (size_t i = 0; i < 60; i++) {
        CHECK_NEAR(centres[labels[i]], x[i], 1e-12);
    }
    const double far[2] = {0, 1e6}; /* the second has no rows, and takes the farthest */
    opts.n_clusters = 2;
    opts.centres = far;
    CHECK_STATUS(NULL, gmix_kmeans(NULL, &table, &opts, centres, labels, NULL, NULL),
                 GMIX_OK);
    CHECK(fabs(centres[0] - centres[1]) > 1 && fabs(centres[1]) <= 2);
}

static gmix_status try_kmeans(gmix_ctx *ctx, void *subject) {
    double centres[K * D] = {-7.25};
    int32_t labels[N];
    gmix_kmeans_options opts;
    gmix_kmeans_options_init(&opts);
    opts.n_clusters = K;
    const gmix_status status =
        gmix_kmeans(ctx, subject, &opts, centres, labels, NULL, NULL);
    CHECK((centres[0] == -7.25) == (status != GMIX_OK));
    return status;
}

static void test_refused(void) {
    const fixture data = fixture_clusters(N, D, 3, 2.0, 91);
    gmix_table x = gmix_table_f64(data.x, N, D);
    double centres[K * D], bad[DRAWS] = {0.5, 1.0};
    gmix_kmeans_options opts;
    budget_run("kmeans", try_kmeans, &x);
    gmix_kmeans_options_init(&opts);
    CHECK_EQ_INT(gmix_kmeans(NULL, NULL, &opts, centres, NULL, NULL, NULL),
                 GMIX_ERR_ARGUMENT);
    CHECK_EQ_INT(gmix_kmeans(NULL, &x, &opts, NULL, NULL, NULL, NULL), GMIX_ERR_ARGUMENT);
    opts.tol = -1;
    CHECK_EQ_INT(gmix_kmeans(NULL, &x, &opts, centres, NULL, NULL, NULL),
                 GMIX_ERR_OPTION);
    opts.tol = 0;
    opts.n_clusters = 0;
    CHECK_EQ_INT(gmix_kmeans(NULL, &x, &opts, centres, NULL, NULL, NULL),
                 GMIX_ERR_OPTION);
    opts.n_clusters = N + 1;
    CHECK_EQ_INT(gmix_kmeans(NULL, &x, &opts, centres, NULL, NULL, NULL), GMIX_ERR_DATA);
    opts.n_clusters = K;
    opts.draws = bad;
    CHECK_EQ_INT(gmix_kmeans(NULL, &x, &opts, centres, NULL, NULL, NULL),
                 GMIX_ERR_ARGUMENT);
    opts.draws = NULL;
    opts.struct_size = 1;
    CHECK_EQ_INT(gmix_kmeans(NULL, &x, &opts, centres, NULL, NULL, NULL),
                 GMIX_ERR_ARGUMENT);
    data.x[7] = NAN;
    CHECK_EQ_INT(gmix_kmeans(NULL, &x, NULL, centres, NULL, NULL, NULL),
                 GMIX_ERR_NONFINITE);
    free(data.x);
}

/* The start of a fit is k-means of the rows in units of their features' spreads. */
static void test_start(void) {
    const fixture data = fixture_clusters(N, D, K, 3.0, 6);
    const gmix_table x = gmix_table_f64(data.x, N, D);
    gmix_fit_options fit;
    gmix_fit_options_init(&fit);
    fit.n_components = K;
    fit.init = "kmeans++";
    fit.max_iter = 0;
    gmix_model *model = NULL;
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, &fit, &model, NULL), GMIX_OK);
    double mean[D] = {0}, sd[D] = {0}, centres[K * D];
    for (size_t i = 0; i < (size_t)2 * N * D; i++) { /* means, then spreads */
        const double cell = data.x[i % (N * D)];
        if (i < (size_t)N * D) {
            mean[i % D] += cell / N;
        } else {
            sd[i % D] += (cell - mean[i % D]) * (cell - mean[i % D]) / N;
        }
    }
    for (size_t i = 0; i < (size_t)N * D; i++) {
        data.x[i] = (data.x[i] - mean[i % D]) / sqrt(sd[i % D]);
    }
    gmix_kmeans_options opts;
    gmix_kmeans_options_init(&opts);
    opts.n_clusters = K;
    CHECK_STATUS(NULL, gmix_kmeans(NULL, &x, &opts, centres, NULL, NULL, NULL), GMIX_OK);
    for (size_t k = 0; model && k < K; k++) { /* components are in another order */
        double scaled[D], nearest = INFINITY;
        for (size_t j = 0; j < D; j++) {
            scaled[j] = (gmix_model_means(model)[k * D + j] - mean[j]) / sqrt(sd[j]);
        }
        for (size_t c = 0; c < K; c++) {
            nearest = fmin(nearest, distance2(scaled, centres + c * D));
        }
        CHECK_NEAR(nearest, 0, 1e-18);
    }
    gmix_model_free(&model);
    free(data.x);
}

int main(void) {
    test_definition(1);
    test_definition(3);
    test_coincident();
    test_refused();
    test_start();
    return CHECK_DONE();
}
