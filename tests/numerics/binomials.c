/*
 * Binomial random numbers against their distribution, and counts of a bootstrap whose rows stand
 * for billions of rows: in no time, of the right mean and variance, all of them together.
 */
#include <math.h>

#include "check.h"

#include "base/base.h"
#include "uncertainty/binomial.h"
#include "uncertainty/resample.h"

/* Mean and variance of a sample, in standard errors of theirs. */
static void check_moments(double n, double p) {
    enum { DRAWS = 40000 };
    gmix_i_stream s = gmix_i_stream_open(1, GMIX_I_RNG_RESAMPLE, 0);
    double sum = 0.0, squares = 0.0;
    const double mean = n * p, variance = n * p * (1.0 - p);
    for (int i = 0; i < DRAWS; i++) {
        const double k = gmix_i_next_binomial(&s, n, p);
        CHECK(k >= 0.0 && k <= n && k == floor(k));
        sum += k - mean;
        squares += (k - mean) * (k - mean);
    }
    CHECK_WHERE("n = %g, p = %g", n, p);
    CHECK(fabs(sum / DRAWS) <= 4.0 * sqrt(variance / DRAWS) + 1e-12 * mean);
    const double excess = (1.0 - 6.0 * p * (1.0 - p)) / variance;
    CHECK(fabs(squares / DRAWS / variance - 1.0) <= 4.0 * sqrt((2.0 + excess) / DRAWS));
}

/* Pearson's statistic over k = 0 .. n. */
static void check_frequencies(int n, double p) {
    enum { DRAWS = 100000, MOST = 128 };
    int seen[MOST] = {0}, cells = 0;
    gmix_i_stream s = gmix_i_stream_open(2, GMIX_I_RNG_RESAMPLE, 0);
    for (int i = 0; i < DRAWS; i++) {
        seen[(int)gmix_i_next_binomial(&s, n, p)]++;
    }
    double statistic = 0.0;
    for (int k = 0; k <= n; k++) {
        const double expected =
            DRAWS * exp(lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0) +
                        k * log(p) + (n - k) * log1p(-p));
        if (expected >= 5.0) {
            statistic += (seen[k] - expected) * (seen[k] - expected) / expected;
            cells++;
        }
    }
    CHECK_WHERE("n = %d, p = %g: %g in %d cells", n, p, statistic, cells);
    CHECK(statistic < cells + 4.0 * sqrt(2.0 * cells));
}

static void check_counts(void) {
    enum { ROWS = 200, TIMES = 400 };
    double x[ROWS], weights[ROWS], counts[ROWS], mean[ROWS] = {0}, square[ROWS] = {0};
    for (int i = 0; i < ROWS; i++) {
        x[i] = i;
        weights[i] = i % 5 == 0 ? 0.0 : i % 7 == 0 ? 3.0 : 2147483647.0 / (1 + i % 3);
    }
    gmix_table table = gmix_table_f64(x, ROWS, 1);
    table.weights = weights;
    gmix_ctx *ctx = NULL;
    gmix_i_base base = {0};
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    CHECK_STATUS(ctx, gmix_i_base_new(ctx, &table, &opts, &base), GMIX_OK);
    for (size_t t = 0; t < TIMES; t++) {
        double total = 0.0;
        const gmix_i_stream s = gmix_i_stream_open(3, GMIX_I_RNG_RESAMPLE, t);
        CHECK_STATUS(ctx, gmix_i_draw_counts(ctx, &base, s, counts), GMIX_OK);
        for (int i = 0; i < ROWS; i++) {
            total += counts[i];
            mean[i] += (counts[i] - weights[i]) / TIMES;
            square[i] += (counts[i] - weights[i]) * (counts[i] - weights[i]) / TIMES;
        }
        CHECK(total == round(base.total));
    }
    for (int i = 0; i < ROWS; i++) {
        CHECK_WHERE("row %d of weight %g", i, weights[i]);
        const double variance = weights[i] * (1.0 - weights[i] / base.total);
        CHECK(fabs(mean[i]) <= 4.5 * sqrt(variance / TIMES));
        CHECK(fabs(square[i] - variance) <= 5.0 * variance * sqrt(2.5 / TIMES));
    }
    gmix_i_base_free(ctx, &base);
    gmix_ctx_free(&ctx);
}

int main(void) {
    check_frequencies(1, 0.3);
    check_frequencies(20, 0.05);
    check_frequencies(25, 0.45);
    check_frequencies(100, 0.2);
    check_frequencies(100, 0.85);
    check_moments(40.0, 0.5);
    check_moments(1e4, 0.003);
    check_moments(1e6, 0.97);
    check_moments(2147483648.0, 1e-10);
    check_moments(2147483648.0, 0.25);
    check_moments(1e12, 0.4);
    gmix_i_stream s = gmix_i_stream_open(4, GMIX_I_RNG_RESAMPLE, 0);
    CHECK(gmix_i_next_binomial(&s, 0.0, 0.5) == 0.0);
    CHECK(gmix_i_next_binomial(&s, 7.0, 0.0) == 0.0);
    CHECK(gmix_i_next_binomial(&s, 7.0, 1.0) == 7.0);
    check_counts();
    return CHECK_DONE();
}
