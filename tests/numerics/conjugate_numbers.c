/*
 * The normal-inverse-Wishart distribution and its kin: the evidence and predictive densities of
 * faithful against numbers found elsewhere, and what holds of every law: evidence is the product of
 * predictive densities, row after row.
 */
#include <string.h>

#include "check.h"
#include "fixture.h"

#include "conjugate/niw.h"
#include "linalg/gamma_functions.h"
#include "linalg/incomplete_gamma.h"

enum { MOST_D = 4, MOST_LEN = MOST_D * (MOST_D + 1) / 2 };

static long double work[512];

/* Count, mean and scatter of rows, in the form of the law. */
static void sum_up(const gmix_i_conjugate *law, size_t n, size_t d, const double *x,
                   double *mean, double *scatter) {
    memset(mean, 0, d * sizeof *mean);
    memset(scatter, 0, MOST_LEN * sizeof *scatter);
    for (size_t i = 0; i < n * d; i++) {
        mean[i % d] += x[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t a = 0; a < d; a++) {
            const double off = x[i * d + a] - mean[a];
            for (size_t b = law->matrix ? 0 : a; b <= a; b++) {
                scatter[law->matrix ? gmix_i_packed_len(a) + b : a] +=
                    off * (x[i * d + b] - mean[b]);
            }
        }
    }
}

static double normaliser(const gmix_i_conjugate *law, size_t d, const gmix_i_niw *niw) {
    double factor[MOST_LEN], log_det = NAN;
    CHECK(gmix_i_niw_log_det(law, d, niw->scale, factor, work, &log_det));
    return gmix_i_niw_log_normaliser(law, d, niw->kappa, niw->nu, log_det);
}

static double predict(const gmix_i_conjugate *law, size_t d, const gmix_i_niw *niw,
                      const double *x) {
    double factor[MOST_LEN], z[MOST_D], log_det = NAN;
    CHECK(gmix_i_niw_log_det(law, d, niw->scale, factor, work, &log_det));
    const gmix_i_student t = gmix_i_student_new(law, d, niw->kappa, niw->nu, log_det);
    return gmix_i_student_log_density(&t, factor, niw->mean, x, z);
}

static const gmix_i_conjugate *law_of(const char *family) {
    return gmix_i_conjugate_find(gmix_i_family_find(family));
}

/* Numbers of scipy.stats.multivariate_t and of the closed form in quadruple precision. */
static void check_faithful(void) {
    const gmix_i_conjugate *const law = law_of("full");
    fixture data = fixture_csv("data/faithful.csv");
    double mean[MOST_D], scatter[MOST_LEN], psi[MOST_LEN], m[MOST_D], scale[MOST_LEN];
    sum_up(law, data.n, data.d, data.x, mean, scatter);
    for (size_t t = 0; t < 3; t++) {
        psi[t] = scatter[t] / (double)(data.n - 1);
    }
    const gmix_i_niw prior = {.kappa = 1.0, .nu = 2.0, .mean = mean, .scale = psi};
    gmix_i_niw posterior = {.mean = m, .scale = scale};
    gmix_i_niw_update(law, data.d, &prior, (double)data.n, mean, scatter, &posterior);
    const double evidence =
        gmix_i_niw_log_evidence(data.d, (double)data.n, normaliser(law, data.d, &prior),
                                normaliser(law, data.d, &posterior));
    CHECK_NEAR(evidence, -1303.8975177949, 1e-9);
    CHECK_NEAR(posterior.kappa, 273.0, 0.0);
    CHECK_NEAR(posterior.nu, 274.0, 0.0);
    CHECK_NEAR(scale[0] / posterior.nu, 1.29321936692, 1e-10);
    CHECK_NEAR(scale[1] / posterior.nu, 13.8757800519, 1e-9);
    CHECK_NEAR(scale[2] / posterior.nu, 183.474237078, 1e-8);
    CHECK_NEAR(predict(law, 2, &posterior, (double[]){3.0, 70.0}), -4.108912989633,
               1e-11);
    CHECK_NEAR(predict(law, 2, &posterior, (double[]){4.5, 80.0}), -4.185655864012,
               1e-11);
    free(data.x);
}

/* log p(x_1 .. x_n) = sum_i log p(x_i | x_1 .. x_(i - 1)). */
static void check_chain(const char *family, size_t d) {
    const gmix_i_conjugate *const law = law_of(family);
    enum { ROWS = 9 };
    double x[ROWS * MOST_D], mean[MOST_D], scatter[MOST_LEN], m0[MOST_D], psi[MOST_LEN];
    double m[MOST_D], scale[MOST_LEN], chain = 0.0;
    CHECK_WHERE("%s, D = %zu", family, d);
    for (size_t i = 0; i < ROWS * d; i++) {
        x[i] = sin(1.0 + 2.7 * (double)(i * i)) * (double)(1 + i % d) + 3.0;
    }
    for (size_t i = 0; i < d; i++) {
        m0[i] = 2.5 + (law->one ? 0.0 : (double)i);
        for (size_t j = law->matrix ? 0 : i; j <= i; j++) {
            psi[law->matrix ? gmix_i_packed_len(i) + j : i] =
                i == j ? 1.5 + (law->one ? 0.0 : (double)i) : 0.25;
        }
    }
    const gmix_i_niw prior = {
        .kappa = 0.3, .nu = (double)d + 0.5, .mean = m0, .scale = psi};
    gmix_i_niw posterior = {.mean = m, .scale = scale};
    for (size_t i = 0; i < ROWS; i++) {
        sum_up(law, i ? i : 1, d, x, mean, scatter);
        gmix_i_niw_update(law, d, &prior, (double)i, mean, scatter, &posterior);
        chain += predict(law, d, &posterior, x + i * d);
    }
    sum_up(law, ROWS, d, x, mean, scatter);
    gmix_i_niw_update(law, d, &prior, ROWS, mean, scatter, &posterior);
    CHECK_NEAR(gmix_i_niw_log_evidence(d, ROWS, normaliser(law, d, &prior),
                                       normaliser(law, d, &posterior)),
               chain, 1e-11);
}

/* Exact values, recurrences, and differences of numbers that leave no digits for them. */
static void check_gamma(void) {
    CHECK_WHERE("gamma functions");
    CHECK_NEAR(gmix_i_log_gamma(1.0), 0.0, 1e-14);
    CHECK_NEAR(gmix_i_log_gamma(0.5), 0.57236494292470008707, 1e-14);
    CHECK_NEAR(gmix_i_log_gamma(11.0), 15.10441257307551529523, 1e-14);
    CHECK_NEAR(gmix_i_digamma(1.0), -0.57721566490153286061, 1e-14);
    CHECK_NEAR(gmix_i_digamma(0.25), -4.22745353337626540809, 1e-14);
    CHECK_NEAR(gmix_i_digamma(1e6), 13.81551005796411429979, 1e-13);
    CHECK_NEAR(gmix_i_log_gamma_ratio(3.5, 2.0), log(3.5 * 4.5), 1e-14);
    CHECK_NEAR(gmix_i_log_gamma_ratio(1e12, 2.0), log(1e12) + log1p(1e12), 1e-13);
    CHECK_NEAR(gmix_i_log_beta(2.0, 1e9), -log(1e9) - log1p(1e9), 1e-13);
    CHECK_NEAR(gmix_i_log_beta(1e-10, 1.0), log(1e10), 1e-13);
}

/* Numbers of scipy.stats. */
static void check_quantiles(void) {
    CHECK_WHERE("quantiles");
    CHECK_REL(gmix_i_gamma_quantile(0.3, 0.05), 3.21103470e-05, 1e-8);
    CHECK_REL(gmix_i_gamma_quantile(0.3, 0.5), 7.31311359e-02, 1e-8);
    CHECK_REL(gmix_i_gamma_quantile(0.3, 0.999), 4.61893604, 1e-8);
    CHECK_REL(gmix_i_gamma_quantile(5e6, 0.3), 4998827.163181928, 1e-10);
    CHECK_REL(gmix_i_beta_quantile(2.5, 100.0, 0.025), 0.00411672, 1e-5);
    CHECK_REL(gmix_i_beta_quantile(0.4, 0.7, 0.5), 0.26755993, 1e-7);
    CHECK_REL(gmix_i_student_quantile(3.0, 0.975), 3.18244631, 1e-8);
    CHECK_REL(gmix_i_student_quantile(1e6, 0.1), -1.28155241, 1e-7);
    CHECK_NEAR(gmix_i_student_quantile(5.0, 0.5), 0.0, 0.0);
    /* on both sides of where closed forms begin */
    for (int side = 0; side < 2; side++) {
        const double n = side ? 1.000001e6 : 0.999999e6;
        CHECK_REL(gmix_i_gamma_quantile(n, 0.025), (1.0 + (n - 1e6) / 1e6) * 998040.98334,
                  3e-9);
        CHECK_REL(gmix_i_beta_quantile(n, 3.0, 0.025), 0.999992775346, 1e-11);
        CHECK_REL(gmix_i_beta_quantile(3.0, n, 0.025), 6.18671312847e-07, 3e-6);
        CHECK_REL(gmix_i_beta_quantile(n, 2.0 * n, 0.025), 0.332800004076, 1e-8);
        CHECK_REL(gmix_i_student_quantile(n, 0.025), -1.95996635681, 1e-9);
    }
    double a = 0.1;
    for (int i = 0; i < 8; i++, a *= 7.0) {
        CHECK_NEAR(gmix_i_gamma_head(a, gmix_i_gamma_quantile(a, 0.2)), 0.2, 1e-10);
        CHECK_NEAR(gmix_i_beta_head(a, 3.0, gmix_i_beta_quantile(a, 3.0, 0.2)), 0.2,
                   1e-10);
    }
}

int main(void) {
    check_gamma();
    check_quantiles();
    check_faithful();
    for (size_t d = 1; d <= MOST_D; d++) {
        check_chain("full", d);
        check_chain("diag", d);
        check_chain("spherical", d);
    }
    return CHECK_DONE();
}
