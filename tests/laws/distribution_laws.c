/*
 * Laws of mixtures as distributions, for every family, with noise and without:
 *
 *   moments are a sample's, within its errors; a box and a region hold their shares of one
 *   what follows from distances is the density
 *   an offset of 1e8 moves modes and regions by itself; the number of threads moves nothing
 */
#include "law.h"

enum { N = 400, D = 3, K = 3, ROWS = FIXTURE_SLOW ? 2000 : 20000 };

static gmix_model *made(const char *family, double noise) {
    fixture data = fixture_clusters(N, D, K, 3.0, 7);
    gmix_model *const model = law_model(family, &data, K, noise);
    free(data.x);
    return model;
}

static void check_moments(const gmix_model *model, const double *x) {
    double mean[D], cov[D * D], skewness[D], kurtosis[D];
    CHECK_STATUS(NULL, gmix_moments(NULL, model, mean, cov, skewness, kurtosis), GMIX_OK);
    for (size_t j = 0; j < D; j++) {
        double m = 0, v = 0, s = 0;
        const double sd = sqrt(cov[j * D + j]);
        for (size_t i = 0; i < ROWS; i++) {
            const double z = (x[i * D + j] - mean[j]) / sd;
            m += z / ROWS;
            v += z * z / ROWS;
            s += z * z * z / ROWS;
        }
        const double fourth = kurtosis[j] + 3;
        CHECK_NEAR(m, 0, 5 / sqrt(ROWS));
        CHECK_NEAR(v, 1, 5 * sqrt((fourth - 1) / ROWS));
        CHECK_NEAR(s, skewness[j], 6 * sqrt(15.0 / ROWS) * pow(fourth, .75));
    }
}

/* Shares of a sample inside of a box and of a region. */
static void check_shares(const gmix_model *model, const double *x) {
    double lower[D], upper[D], p, error, inside = 0, dense = 0;
    double *const l = fixture_alloc(ROWS, sizeof *l);
    for (size_t j = 0; j < D; j++) {
        lower[j] = x[j] - 2;
        upper[j] = j == 1 ? INFINITY : x[j] + 3;
    }
    CHECK_STATUS(NULL, gmix_box_probability(NULL, model, lower, upper, NULL, &p, &error),
                 GMIX_OK);
    CHECK(error < 1e-4);
    gmix_region r = {0};
    CHECK_STATUS(NULL, gmix_region_find(NULL, model, .8, ROWS, 99, &r), GMIX_OK);
    const gmix_table table = gmix_table_f64(x, ROWS, D);
    CHECK_STATUS(NULL, gmix_log_density(NULL, model, &table, l), GMIX_OK);
    for (size_t i = 0; i < ROWS; i++) {
        bool in = true;
        for (size_t j = 0; j < D; j++) {
            in = in && x[i * D + j] > lower[j] && x[i * D + j] <= upper[j];
        }
        inside += in;
        dense += l[i] > log(r.level);
    }
    CHECK_NEAR(inside / ROWS, p, 5 * sqrt(p * (1 - p) / ROWS) + 1e-3);
    CHECK_NEAR(dense / ROWS, .8, 5 * sqrt(2 * .8 * .2 / ROWS));
    gmix_region_free(&r);
    free(l);
}

static void samples_agree(const char *family) {
    double *const x = fixture_alloc((size_t)ROWS * D, sizeof *x);
    for (int noisy = 0; noisy < 2; noisy++) {
        gmix_model *model = made(family, noisy ? .1 : 0);
        CHECK_STATUS(NULL, gmix_sample(NULL, model, ROWS, 3, x, NULL), GMIX_OK);
        check_moments(model, x);
        check_shares(model, x);
        gmix_model_free(&model);
    }
    free(x);
}

/* sum_k pi_k (2 pi)^(-D/2) |Sigma_k|^(-1/2) exp(-d_k^2 / 2). */
static void distances_make_densities(const char *family) {
    gmix_model *model = made(family, 0);
    fixture data = fixture_clusters(N, D, K, 3.0, 7);
    const gmix_table x = law_view(&data);
    double *const l = fixture_alloc(N, sizeof *l);
    double *const d2 = fixture_alloc((size_t)N * K, sizeof *d2), det[K], s[D * D];
    CHECK_STATUS(NULL, gmix_log_density(NULL, model, &x, l), GMIX_OK);
    CHECK_STATUS(NULL, gmix_mahalanobis(NULL, model, &x, d2), GMIX_OK);
    for (size_t k = 0; k < K; k++) {
        gmix_model_covariance(model, k, s);
        det[k] = s[0] * (s[4] * s[8] - s[5] * s[7]) - s[1] * (s[3] * s[8] - s[5] * s[6]) +
                 s[2] * (s[3] * s[7] - s[4] * s[6]);
    }
    for (size_t i = 0; i < N; i++) {
        double sum = 0;
        for (size_t k = 0; k < K; k++) {
            sum += gmix_model_weights(model)[k] * exp(-.5 * d2[i * K + k]) /
                   sqrt(pow(6.283185307179586, 3) * det[k]);
        }
        CHECK_NEAR(log(sum), l[i], 1e-9);
    }
    free(l);
    free(d2);
    free(data.x);
    gmix_model_free(&model);
}

static void check_moved(const gmix_modes *a, const gmix_modes *b, double by) {
    if (CHECK_EQ_INT(a->n, b->n) && CHECK_EQ_INT(a->n_saddles, b->n_saddles)) {
        for (size_t i = 0; i < a->n * D; i++) {
            CHECK_NEAR(a->at[i] + by, b->at[i], 1e-6);
        }
        for (size_t i = 0; i < a->n_saddles; i++) {
            CHECK_NEAR(a->saddle_density[i], b->saddle_density[i], 1e-6);
        }
    }
}

static void offset_and_threads_change_nothing(const char *family) {
    gmix_model *model = made(family, 0), *far = NULL;
    const double eye[D * D] = {1, 0, 0, 0, 1, 0, 0, 0, 1}, by[D] = {1e8, 1e8, 1e8};
    CHECK_STATUS(NULL, gmix_model_transform(NULL, model, D, eye, by, NULL, &far),
                 GMIX_OK);
    gmix_modes here = {0}, there = {0};
    CHECK_STATUS(NULL, gmix_modes_find(NULL, model, &here), GMIX_OK);
    CHECK_STATUS(NULL, gmix_modes_find(NULL, far, &there), GMIX_OK);
    CHECK(here.n >= 1 && here.n <= K + 1);
    check_moved(&here, &there, 1e8);
    fixture data = fixture_clusters(N, D, K, 3.0, 7);
    const gmix_table x = law_view(&data);
    int32_t labels[2][N];
    gmix_region region[2];
    memset(region, 0, sizeof region);
    for (int t = 0; t < 2; t++) {
        gmix_ctx *ctx = law_context(1 + 2 * t);
        CHECK_STATUS(ctx, gmix_mode_labels(ctx, model, &here, &x, labels[t]), GMIX_OK);
        CHECK_STATUS(ctx, gmix_region_find(ctx, model, .5, 5000, 1, &region[t]), GMIX_OK);
        gmix_ctx_free(&ctx);
    }
    CHECK(memcmp(labels[0], labels[1], sizeof labels[0]) == 0);
    CHECK(region[0].level == region[1].level && region[0].volume == region[1].volume);
    size_t found = 0;
    for (size_t i = 0; i < N; i++) {
        found += labels[0][i] >= 0 && labels[0][i] < (int32_t)here.n;
    }
    CHECK_EQ_INT(found, N);
    gmix_region_free(&region[0]);
    gmix_region_free(&region[1]);
    gmix_modes_free(&here);
    gmix_modes_free(&there);
    gmix_model_free(&model);
    gmix_model_free(&far);
    free(data.x);
}

int main(void) {
    LAW(samples_agree);
    LAW(distances_make_densities);
    LAW(offset_and_threads_change_nothing);
    return CHECK_DONE();
}
