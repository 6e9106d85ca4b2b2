/*
 * Laws of filling in missing cells, for every family: by conditional means, and by draws that
 * have the conditional distribution.
 */
#include "observed.h"

enum { D = 5, K = 3 };

/* Cells that are there stay; others are the mixture's conditional mean. */
static void imputed_means(const char *family) {
    const fixture data = incomplete(300, D, K, 0.35, 71);
    const gmix_table x = law_view(&data);
    const gmix_fit_options opts = law_options(family, K);
    outcome o = law_fit(NULL, &x, &opts);
    double *const out = fixture_alloc(data.n * D, sizeof *out);
    static long double mean[MOST_D], s[MOST_D][MOST_D];
    CHECK_STATUS(NULL, gmix_impute(NULL, o.model, &x, out), GMIX_OK);
    for (size_t i = 0; o.model && i < data.n; i++) {
        const double *const row = data.x + i * D;
        double resp[16] = {0}, expected[D] = {0};
        mixture_log_density(o.model, row, resp);
        for (size_t c = 0; c < K; c++) {
            conditional(o.model, c, row, mean, s);
            for (size_t j = 0; j < D; j++) {
                expected[j] += resp[c] * (double)mean[j];
            }
        }
        for (size_t j = 0; j < D; j++) {
            if (isnan(row[j])) {
                CHECK_NEAR(out[i * D + j], expected[j],
                           1e-9 * fmax(1, fabs(expected[j])));
            } else {
                CHECK(same_bits(&out[i * D + j], &row[j], 1));
            }
        }
    }
    outcome_free(&o);
    free(out);
    free(data.x);
}

/* Draws for one row have its conditional mean and covariance; a row's draw is its own. */
static void imputed_draws(const char *family) {
    const size_t n = FIXTURE_SLOW ? 5000 : 40000;
    const fixture data = incomplete(300, D, K, 0.2, 72);
    const gmix_table x = law_view(&data);
    const gmix_fit_options opts = law_options(family, K);
    outcome o = law_fit(NULL, &x, &opts);
    fixture same = {fixture_alloc(n * D, sizeof(double)), n, D};
    const double row[D] = {data.x[0], NAN, data.x[2], NAN, NAN};
    for (size_t i = 0; i < n; i++) {
        memcpy(same.x + i * D, row, sizeof row);
    }
    const gmix_table y = law_view(&same), few = gmix_table_f64(same.x, 10, D);
    double *const out = fixture_alloc(n * D, sizeof *out), *const first = out + D;
    double short_one[10 * D], resp[16];
    CHECK_STATUS(NULL, gmix_impute_draw(NULL, o.model, &y, 5, 2, out), GMIX_OK);
    CHECK_STATUS(NULL, gmix_impute_draw(NULL, o.model, &few, 5, 2, short_one), GMIX_OK);
    CHECK(same_bits(out, short_one, (size_t)10 * D) && !same_bits(out, first, D));
    CHECK_STATUS(NULL, gmix_impute_draw(NULL, o.model, &few, 5, 3, short_one), GMIX_OK);
    CHECK(!same_bits(out, short_one, (size_t)10 * D));
    static long double mean[MOST_D], s[MOST_D][MOST_D];
    long double m1[D] = {0}, m2[D][D] = {{0}}, got1[D] = {0}, got2[D][D] = {{0}};
    mixture_log_density(o.model, row, resp);
    for (size_t c = 0; c < K; c++) {
        conditional(o.model, c, row, mean, s);
        for (size_t i = 0; i < D; i++) {
            m1[i] += resp[c] * mean[i];
            for (size_t j = 0; j < D; j++) {
                m2[i][j] += resp[c] * (s[i][j] + mean[i] * mean[j]);
            }
        }
    }
    for (size_t r = 0; r < n; r++) {
        for (size_t i = 0; i < D; i++) {
            got1[i] += out[r * D + i] / (long double)n;
            for (size_t j = 0; j < D; j++) {
                got2[i][j] += (long double)out[r * D + i] * out[r * D + j] / n;
            }
        }
    }
    for (size_t i = 1; i < D; i++) {
        const double vi = (double)(m2[i][i] - m1[i] * m1[i]);
        CHECK_NEAR((double)(got1[i] - m1[i]), 0,
                   5 * sqrt(fmax(vi, 0) / (double)n) + 1e-9);
        for (size_t j = 1; j <= i; j++) {
            const double vj = (double)(m2[j][j] - m1[j] * m1[j]);
            const double want = (double)(m2[i][j] - m1[i] * m1[j]);
            const double got = (double)(got2[i][j] - got1[i] * got1[j]);
            CHECK_NEAR(got, want, 10 * sqrt(fmax(vi * vj, 0) / (double)n) + 1e-9);
        }
    }
    outcome_free(&o);
    free(out);
    free(same.x);
    free(data.x);
}

int main(void) {
    LAW(imputed_means);
    LAW(imputed_draws);
    return CHECK_DONE();
}
