/*
 * Single precision against double: from the same start, after the same number of EM
 * steps, the mean log-likelihood agrees to 2e-6 of its size (at least 1), means to 2e-4
 * standard deviations and covariances to 5e-4 of their scale; also far from the origin,
 * where float data of the same numbers would have no digits left.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gmix/gmix.h>

#include "check.h"

enum { N = 4000, D = 6, K = 4, STEPS = 20 };

static double uniform(void) {
    return ((double)rand() + 0.5) / ((double)RAND_MAX + 1.0);
}

static double normal(void) {
    return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
}

/* K overlapping clusters; features shifted by `offset` of their own scale. */
static void make_rows(double *x, double offset) {
    for (size_t i = 0; i < N; i++) {
        const size_t c = i % K;
        const double common = normal();
        for (size_t j = 0; j < D; j++) {
            const double centre = 2.5 * sin((double)(3 * c + j));
            x[i * D + j] =
                offset + centre + 0.6 * common + (0.5 + 0.1 * (double)c) * normal();
        }
    }
}

static gmix_model *fit(const gmix_table *x, const char *family, const char *precision,
                       gmix_report *report) {
    gmix_fit_options opts;
    gmix_model *model = NULL;
    gmix_fit_options_init(&opts);
    opts.n_components = K;
    opts.covariance = family;
    opts.precision = precision;
    opts.accelerate = 0;
    opts.max_iter = STEPS;
    opts.tol = 0;
    CHECK(gmix_fit(NULL, x, &opts, &model, report) == GMIX_OK);
    return model;
}

static void compare(const char *family, const gmix_model *a, const gmix_model *b) {
    double cov_a[D * D], cov_b[D * D], worst_mean = 0.0, worst_cov = 0.0;
    for (size_t c = 0; c < K; c++) {
        gmix_model_covariance(a, c, cov_a);
        gmix_model_covariance(b, c, cov_b);
        for (size_t i = 0; i < D; i++) {
            const double sd = sqrt(cov_b[i * D + i]);
            const size_t at = c * D + i;
            worst_mean = fmax(
                worst_mean, fabs(gmix_model_means(a)[at] - gmix_model_means(b)[at]) / sd);
            for (size_t j = 0; j < D; j++) {
                const double size = sd * sqrt(cov_b[j * D + j]);
                worst_cov =
                    fmax(worst_cov, fabs(cov_a[i * D + j] - cov_b[i * D + j]) / size);
            }
        }
    }
    CHECK(worst_mean <= 2e-4);
    CHECK(worst_cov <= 5e-4);
    printf("  %-10s mean %.1e  cov %.1e", family, worst_mean, worst_cov);
}

int main(void) {
    static double x[N * D];
    const double offsets[] = {0, 1e5, 1e8};
    for (size_t o = 0; o < 3; o++) {
        srand(1);
        make_rows(x, offsets[o]);
        printf("offset %g\n", offsets[o]);
        const gmix_table table = gmix_table_f64(x, N, D);
        for (const char *const *f = gmix_family_names(); *f; f++) {
            gmix_report in_single = {0}, in_double = {0};
            gmix_model *const single = fit(&table, *f, "single", &in_single);
            gmix_model *const full = fit(&table, *f, "double", &in_double);
            const double a = in_single.log_likelihood / N,
                         b = in_double.log_likelihood / N;
            if (single && full) {
                compare(*f, single, full);
            }
            CHECK_NEAR(a, b, 2e-6 * fmax(1.0, fabs(b)));
            printf("  log-likelihood %.1e\n", fabs(a - b));
            gmix_model *made[] = {single, full};
            gmix_model_free(&made[0]);
            gmix_model_free(&made[1]);
            gmix_report_free(&in_single);
            gmix_report_free(&in_double);
        }
    }
    return CHECK_DONE();
}
