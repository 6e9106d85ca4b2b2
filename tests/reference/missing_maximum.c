/*
 * Missing cells against results from elsewhere: the direct maximum of the observed-data
 * likelihood (make_missing_reference.py), and the truth that rows were drawn from, which
 * leaving incomplete rows out misses.
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { MOST_D = 5 };

/* One line of numbers after its word. */
static void read_numbers(FILE *file, const char *word, size_t n, double *out) {
    char found[32] = "";
    CHECK(fscanf(file, " %31s", found) == 1 && strcmp(found, word) == 0);
    for (size_t i = 0; i < n; i++) {
        CHECK(fscanf(file, " %lf", &out[i]) == 1);
    }
}

static gmix_data *read_data(const char *name) {
    char path[1024];
    gmix_data *data = NULL;
    snprintf(path, sizeof path, "%s/tests/reference/%s.csv", SOURCE_ROOT, name);
    CHECK_STATUS(NULL, gmix_data_read(NULL, path, NULL, &data), GMIX_OK);
    return data;
}

/* One Gaussian, by EM, is where BFGS and Newton end. */
static void maximum(const char *name, size_t d, FILE *file) {
    double loglik, mean[MOST_D], cov[MOST_D * MOST_D], found[MOST_D * MOST_D];
    char found_name[32];
    CHECK(fscanf(file, " case %31s", found_name) == 1);
    CHECK_EQ_STR(found_name, name);
    CHECK_WHERE("%s", name);
    read_numbers(file, "loglik", 1, &loglik);
    read_numbers(file, "mean", d, mean);
    read_numbers(file, "covariance", d * d, cov);
    gmix_data *data = read_data(name);
    gmix_model *model = NULL;
    gmix_report report = {0};
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.tol = 1e-14;
    opts.max_iter = 20000;
    if (data &&
        CHECK_STATUS(NULL, gmix_fit(NULL, gmix_data_table(data), &opts, &model, &report),
                     GMIX_OK)) {
        CHECK_REL(report.log_likelihood, loglik, 1e-10);
        gmix_model_covariance(model, 0, found);
        for (size_t i = 0; i < d; i++) {
            CHECK_NEAR(gmix_model_means(model)[i], mean[i], 1e-6 * sqrt(cov[i * d + i]));
            for (size_t j = 0; j < d; j++) {
                CHECK_NEAR(found[i * d + j], cov[i * d + j],
                           1e-6 * sqrt(cov[i * d + i] * cov[j * d + j]));
            }
        }
    }
    gmix_report_free(&report);
    gmix_model_free(&model);
    gmix_data_free(&data);
}

/* Two components in three dimensions; the two last features get lost the likelier, the
 * larger the first one is. */
enum { N = FIXTURE_SLOW ? 6000 : 30000, D = 3, K = 2 };
static const double true_weights[K] = {0.4, 0.6};
static const double true_means[K * D] = {0, 0, 0, 4, 3, -2};
static const double true_roots[K][D * D] = {{1, 0, 0, 0.8, 0.6, 0, -0.5, 0.4, 0.9},
                                            {1.2, 0, 0, -0.9, 0.7, 0, 0.6, 0.3, 0.8}};

static fixture draw_rows(void) {
    fixture data = {fixture_alloc((size_t)N * D, sizeof(double)), N, D};
    uint64_t seed = 81;
    for (size_t i = 0; i < N; i++) {
        const size_t c = fixture_uniform(&seed) < true_weights[0] ? 0 : 1;
        double *const row = data.x + i * D, z[D];
        for (size_t j = 0; j < D; j++) {
            z[j] = fixture_normal(&seed);
            row[j] = true_means[c * D + j];
            for (size_t t = 0; t <= j; t++) {
                row[j] += true_roots[c][j * D + t] * z[t];
            }
        }
        for (size_t j = 1; j < D; j++) {
            if (fixture_uniform(&seed) < 1 / (1 + exp(2.0 - row[0]))) {
                row[j] = NAN;
            }
        }
    }
    return data;
}

static gmix_model *fit_rows(const fixture *data, const char *missing, double *weight) {
    const gmix_table x = gmix_table_f64(data->x, data->n, data->d);
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = K;
    opts.missing = missing;
    gmix_model *model = NULL;
    gmix_report report = {0};
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &model, &report), GMIX_OK);
    *weight = report.total_weight;
    gmix_report_free(&report);
    return model;
}

/* The farthest a mean or a weight is from the truth, in standard errors of the complete
 * rows that the fit has seen. */
static double worst_error(const gmix_model *model, double n) {
    const size_t flip = gmix_model_means(model)[0] > gmix_model_means(model)[D];
    double worst = 0;
    for (size_t c = 0; c < K; c++) {
        const size_t at = flip ? 1 - c : c;
        const double w = true_weights[c];
        worst =
            fmax(worst, fabs(gmix_model_weights(model)[at] - w) / sqrt(w * (1 - w) / n));
        for (size_t j = 0; j < D; j++) {
            double variance = 0;
            for (size_t t = 0; t <= j; t++) {
                variance += true_roots[c][j * D + t] * true_roots[c][j * D + t];
            }
            const double off =
                gmix_model_means(model)[at * D + j] - true_means[c * D + j];
            worst = fmax(worst, fabs(off) / sqrt(variance / (n * w)));
        }
    }
    return worst;
}

static void truth(void) {
    CHECK_WHERE("missing at random");
    const fixture data = draw_rows();
    double all, complete;
    gmix_model *used = fit_rows(&data, "em", &all);
    gmix_model *dropped = fit_rows(&data, "drop", &complete);
    CHECK(complete < 0.75 * all);
    if (used && dropped) {
        const double right = worst_error(used, complete);
        const double wrong = worst_error(dropped, complete);
        printf("off by %.2f standard errors; without incomplete rows by %.1f\n", right,
               wrong);
        CHECK(right < 3);
        CHECK(wrong > (FIXTURE_SLOW ? 6 : 12));
    }
    gmix_model_free(&used);
    gmix_model_free(&dropped);
    free(data.x);
}

int main(void) {
    FILE *const file = fixture_open("tests/reference/missing_maximum.txt");
    maximum("missing2", 2, file);
    maximum("missing5", 5, file);
    fclose(file);
    truth();
    return CHECK_DONE();
}
