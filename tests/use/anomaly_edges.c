/*
 * Anomalies at the edges: rows whose squares are beyond doubles, features of few values, too few rows for the
 * components asked for.
 */
#include <stdint.h>

#include "detectors.h"
#include "fixture.h"
#include "use_models.h"

/* However far: values whose squares are beyond doubles were the most normal rows of all. */
static void test_farthest(size_t k) {
    enum { N = 80, D = 2, M = 6 };
    double x[N * D], rows[M * D], score[M], p[M];
    const double at[M] = {1e6, 1e100, 1e154, 1e200, 1e300, -1.7e308};
    fill_normals(N * D, x, 8);
    for (size_t i = 0; i < N * D; i++) {
        x[i] += i < N ? 0 : 9;
    }
    for (size_t i = 0; i < M * D; i++) {
        rows[i] = at[i / D];
    }
    gmix_detector *det = detector_of(x, N, D, k, false, 1);
    const gmix_table table = gmix_table_f64(rows, M, D);
    CHECK_WHERE("the farthest rows, K = %zu", k);
    CHECK_STATUS(NULL, gmix_detector_apply(NULL, det, &table, score, p), GMIX_OK);
    for (size_t i = 0; i < M; i++) {
        CHECK(isfinite(score[i]) && score[i] > 1e10 && p[i] < 1e-50);
        CHECK(i == 0 || score[i] >= score[i - 1]);
    }
    gmix_detector_free(&det);
}

/* Whole numbers 0 to 3, all pairs as often as others: components that rest on values made groups of these, of
 * which trimming left one out, whose 16 rows then were anomalies. */
static void test_few_values(uint64_t seed) {
    enum { N = 300 };
    double x[2 * N], p[N], least = 1;
    for (size_t i = 0; i < 2 * N; i++) {
        x[i] = floor(4 * fixture_uniform(&seed));
    }
    gmix_detector *det = NULL;
    const gmix_table table = gmix_table_f64(x, N, 2);
    CHECK_WHERE("few values");
    CHECK_STATUS(NULL, gmix_detector_fit(NULL, &table, NULL, NULL, &det), GMIX_OK);
    CHECK_STATUS(NULL, gmix_detector_training(NULL, det, NULL, p), GMIX_OK);
    CHECK_STATUS(NULL, gmix_adjust_p_values(NULL, N, p, p), GMIX_OK);
    for (size_t i = 0; i < N; i++) {
        least = fmin(least, p[i]);
    }
    CHECK(least > .1);
    gmix_detector_free(&det);
}

/* A value of most rows is a group: quick searches, which a detector makes, find it in 19 of 20 tables. */
static void test_major_value(void) {
    enum { N = 300, TABLES = 5 };
    double x[2 * N];
    size_t n_found = 0;
    CHECK_WHERE("a value of most rows");
    for (uint64_t t = 1; t <= TABLES; t++) {
        uint64_t seed = t;
        for (size_t i = 0; i < N; i++) {
            x[2 * i] = fixture_normal(&seed);
            x[2 * i + 1] = i % 3 ? 0 : fixture_normal(&seed) + 5;
        }
        gmix_detector *det = NULL;
        const gmix_table table = gmix_table_f64(x, N, 2);
        CHECK_STATUS(NULL, gmix_detector_fit(NULL, &table, NULL, NULL, &det), GMIX_OK);
        n_found += gmix_model_n_components(gmix_detector_model(det)) == 2;
        gmix_detector_free(&det);
    }
    CHECK(n_found >= 3);
}

/* With fewer than two rows for a parameter a detector of K > 1 has the prior, and otherwise none. */
static void test_prior_of_few(void) {
    enum { N = 90, D = 4 }; /* two components: 29 parameters */
    double x[N * D], score[3][N];
    fill_normals(N * D, x, 21);
    CHECK_WHERE("the prior of few rows");
    for (size_t n = 50; n <= N; n += 40) {
        const gmix_table table = gmix_table_f64(x, n, D);
        for (size_t i = 0; i < 3; i++) {
            gmix_detector *det = NULL;
            gmix_detector_options opts;
            gmix_fit_options fit;
            gmix_detector_options_init(&opts);
            gmix_fit_options_init(&fit);
            opts.n_components = 2;
            opts.folds = 2;
            fit.prior = i == 1 ? "mclust" : fit.prior;
            CHECK_STATUS(
                NULL, gmix_detector_fit(NULL, &table, i == 2 ? NULL : &fit, &opts, &det),
                GMIX_OK);
            CHECK_STATUS(NULL, gmix_detector_training(NULL, det, score[i], NULL),
                         GMIX_OK);
            gmix_detector_free(&det);
        }
        CHECK(memcmp(score[0], score[2], n * sizeof(double)) == 0);
        CHECK_EQ_INT(memcmp(score[0], score[1], n * sizeof(double)) == 0, n == 50);
    }
}

int main(void) {
    for (size_t k = 0; k <= 2; k++) {
        test_farthest(k);
    }
    test_few_values(3);
    test_few_values(2);
    test_major_value();
    test_prior_of_few();
    return CHECK_DONE();
}
