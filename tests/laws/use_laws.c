/*
 * Laws of using a mixture, for every family: densities, responsibilities, labels,
 * criteria and samples say the same thing about it.
 */
#include "law.h"

enum { N = 4003, D = 3, K = 3 };

static void densities_add_up(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.5, 31);
    const gmix_table x = law_view(&data);
    gmix_fit_options opts = law_options(family, K);
    outcome o = law_fit(NULL, &x, &opts);
    double *const density = fixture_alloc(N, sizeof *density);
    double *const resp = fixture_alloc(N * K, sizeof *resp);
    int32_t *const labels = fixture_alloc(N, sizeof *labels);
    gmix_criteria c = {0};
    CHECK_STATUS(NULL, gmix_log_density(NULL, o.model, &x, density), GMIX_OK);
    CHECK_STATUS(NULL, gmix_responsibilities(NULL, o.model, &x, resp), GMIX_OK);
    CHECK_STATUS(NULL, gmix_labels(NULL, o.model, &x, labels), GMIX_OK);
    CHECK_STATUS(NULL, gmix_score(NULL, o.model, &x, &c), GMIX_OK);
    long double total = 0, sharpness = 0;
    for (size_t i = 0; i < N; i++) {
        double sum = 0, largest = 0;
        size_t label = 0;
        for (size_t k = 0; k < K; k++) {
            sum += resp[i * K + k];
            if (resp[i * K + k] > largest) {
                largest = resp[i * K + k];
                label = k;
            }
        }
        CHECK_NEAR(sum, 1, 4 * K * 2.3e-16);
        CHECK_EQ_INT(labels[i], label);
        total += density[i];
        sharpness += logl(largest);
    }
    const double p = (double)gmix_model_n_parameters(o.model);
    CHECK_REL(o.report.log_likelihood, (double)total, 1e-12);
    CHECK_REL(c.log_likelihood, (double)total, 1e-12);
    CHECK_REL(c.mean_log_likelihood, (double)total / N, 1e-12);
    CHECK_REL(c.bic, p * log(N) - 2 * (double)total, 1e-12);
    CHECK_REL(c.aic, 2 * p - 2 * (double)total, 1e-12);
    CHECK_REL(c.icl, c.bic - 2 * (double)sharpness, 1e-12);
    CHECK_REL(o.report.bic, c.bic, 1e-12);
    CHECK_REL(o.report.icl, c.icl, 1e-12);
    CHECK_EQ_INT(o.report.n_parameters, c.n_parameters);
    outcome_free(&o);
    free(density);
    free(resp);
    free(labels);
    free(data.x);
}

/* Rows in the middle of nowhere have a log-density, shares, and a nearest component. */
static void far_rows(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.5, 32);
    const gmix_table x = law_view(&data);
    const gmix_fit_options opts = law_options(family, K);
    outcome o = law_fit(NULL, &x, &opts);
    const double far[4][D] = {{1e6, 0, 0}, {-1e30, 1e30, 5}, {1e100, 1, 1}, {0, 0, -1e8}};
    const gmix_table y = gmix_table_f64(far[0], 4, D);
    double density[4], resp[4 * K];
    int32_t labels[4];
    CHECK_STATUS(NULL, gmix_log_density(NULL, o.model, &y, density), GMIX_OK);
    CHECK_STATUS(NULL, gmix_responsibilities(NULL, o.model, &y, resp), GMIX_OK);
    CHECK_STATUS(NULL, gmix_labels(NULL, o.model, &y, labels), GMIX_OK);
    for (size_t i = 0; i < 4; i++) {
        CHECK(isfinite(density[i]) && density[i] < 0);
        double sum = 0;
        for (size_t k = 0; k < K; k++) {
            sum += resp[i * K + k];
        }
        CHECK_NEAR(sum, 1, 4 * K * 2.3e-16);
        CHECK(labels[i] >= 0 && labels[i] < K);
    }
    outcome_free(&o);
    free(data.x);
}

/* Counts, means and covariances per component, from n drawn rows. */
typedef struct moments {
    double count, mean[D], cov[D * D];
} moments;

static void count_moments(const double *x, const int32_t *labels, size_t n, moments *m) {
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < n; i++) {
            moments *const c = &m[labels[i]];
            c->count += pass == 0;
            for (size_t j = 0; pass == 0 && j < D; j++) {
                c->mean[j] += x[i * D + j];
            }
            for (size_t j = 0; pass == 1 && j < D * D; j++) {
                c->cov[j] += (x[i * D + j / D] - c->mean[j / D]) *
                             (x[i * D + j % D] - c->mean[j % D]) / c->count;
            }
        }
        for (size_t k = 0; pass == 0 && k < K; k++) {
            for (size_t j = 0; j < D; j++) {
                m[k].mean[j] /= m[k].count;
            }
        }
    }
}

static void samples(const char *family) {
    const size_t n = FIXTURE_SLOW ? 50000 : 1000000;
    const fixture data = fixture_clusters(N, D, K, 2.5, 33);
    const gmix_table x = law_view(&data);
    const gmix_fit_options opts = law_options(family, K);
    outcome o = law_fit(NULL, &x, &opts);
    double *const rows = fixture_alloc(n * D, sizeof *rows);
    int32_t *const labels = fixture_alloc(n, sizeof *labels);
    double few[10 * D];
    if (!CHECK_STATUS(NULL, gmix_sample(NULL, o.model, n, 1, rows, labels), GMIX_OK)) {
        goto done;
    }
    moments m[K] = {{0}};
    count_moments(rows, labels, n, m);
    for (size_t k = 0; k < K; k++) {
        double s[D * D];
        const double w = gmix_model_weights(o.model)[k];
        gmix_model_covariance(o.model, k, s);
        CHECK_NEAR(m[k].count / (double)n, w, 5 * sqrt(w * (1 - w) / (double)n));
        for (size_t j = 0; j < D; j++) {
            CHECK_NEAR(m[k].mean[j], gmix_model_means(o.model)[k * D + j],
                       5 * sqrt(s[j * D + j] / m[k].count));
        }
        for (size_t j = 0; j < D * D; j++) {
            const double a = s[j / D * (D + 1)], b = s[j % D * (D + 1)];
            CHECK_NEAR(m[k].cov[j], s[j], 5 * sqrt((a * b + s[j] * s[j]) / m[k].count));
        }
    }
    CHECK_STATUS(NULL, gmix_sample(NULL, o.model, 10, 1, few, NULL), GMIX_OK);
    CHECK(same_bits(few, rows, 10 * D));
    CHECK_STATUS(NULL, gmix_sample(NULL, o.model, 10, 2, few, NULL), GMIX_OK);
    CHECK(!same_bits(few, rows, 10 * D));
done:
    outcome_free(&o);
    free(rows);
    free(labels);
    free(data.x);
}

/* Single precision is asked for speed: the answer is the same to what it can hold. */
static void single_precision(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.5, 34);
    const gmix_table x = law_view(&data);
    gmix_fit_options opts = law_options(family, K);
    int32_t *const labels = law_labels(&data, K);
    opts.init = "labels";
    opts.init_labels = labels;
    outcome in_double = law_fit(NULL, &x, &opts);
    opts.precision = "single";
    outcome in_single = law_fit(NULL, &x, &opts);
    near_traces(&in_double, &in_single, 0, 1e-5);
    outcome_free(&in_double);
    outcome_free(&in_single);
    free(labels);
    free(data.x);
}

int main(void) {
    LAW(densities_add_up);
    LAW(far_rows);
    LAW(samples);
    LAW_OF_LETTERS(single_precision);
    return CHECK_DONE();
}
