/*
 * Tests of the number of components of truncated samples. Replicates lie within the bounds, and are drawn from
 * the mixture there: their distribution is worked out from the model alone. Half of a normal is one component
 * that is cut off, and not two; two that are cut off are two.
 */
#include <math.h>

#include <gmix/gmix.h>

#include "check.h"
#include "fixture.h"
#include "model/mixture.h"
#include "uncertainty/draw_within.h"

enum { N = 20000, ROWS = 300, REPLICATES = 19 };

static const double weights[] = {0.7, 0.3}, means[] = {0.0, 4.0},
                    variances[] = {1.0, 0.25};

static gmix_ctx *context(int n_threads) {
    gmix_ctx_options opts;
    gmix_ctx *ctx = NULL;
    gmix_ctx_options_init(&opts);
    opts.n_threads = n_threads;
    CHECK_STATUS(NULL, gmix_ctx_new(&opts, &ctx), GMIX_OK);
    return ctx;
}

static gmix_model *mixture(size_t k) {
    gmix_model *m = NULL;
    const double all[] = {1.0};
    CHECK_STATUS(NULL,
                 gmix_model_new(NULL, "full", k, 1, k == 1 ? all : weights, means,
                                variances, NULL, &m),
                 GMIX_OK);
    return m;
}

/* P(x < t | a < x < b), in the tail that does not cancel. */
static double below(double t, double a, double b) {
    double part = 0.0, all = 0.0;
    for (size_t k = 0; k < 2; k++) {
        const double unit = sqrt(2.0 * variances[k]);
        const double from = erfc((a - means[k]) / unit);
        part += weights[k] * (from - erfc((t - means[k]) / unit));
        all += weights[k] * (from - erfc((b - means[k]) / unit));
    }
    return part / all;
}

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Kolmogorov's distance, below its 99.9 % point; and the same rows however many are drawn. */
static void draws(double a, double b) {
    gmix_model *m = mixture(2);
    gmix_ctx *ctx = context(1);
    const double ends[2] = {a, b};
    double *const x = fixture_alloc(N, sizeof *x), first[3], most = 0.0;
    CHECK_WHERE("draws within %g and %g", a, b);
    CHECK_STATUS(ctx, gmix_i_draw_within(ctx, m, ends, 3, 5, first), GMIX_OK);
    CHECK_STATUS(ctx, gmix_i_draw_within(ctx, m, ends, N, 5, x), GMIX_OK);
    CHECK(memcmp(first, x, sizeof first) == 0);
    qsort(x, N, sizeof *x, by_value);
    CHECK(x[0] >= a && x[N - 1] <= b);
    for (size_t i = 0; i < N; i++) {
        most = fmax(most, fabs(below(x[i], a, b) - ((double)i + 0.5) / N));
    }
    CHECK(most < 1.95 / sqrt(N));
    free(x);
    gmix_model_free(&m);
    gmix_ctx_free(&ctx);
}

static double p_value(size_t k, const double *ends, bool heeds) {
    gmix_model *m = mixture(k);
    gmix_ctx *ctx = context(2);
    double x[ROWS];
    gmix_fit_options opts;
    gmix_component_test_options asked;
    gmix_component_tests made = {0};
    gmix_fit_options_init(&opts);
    gmix_component_test_options_init(&asked);
    opts.search = "quick";
    asked.n_replicates = REPLICATES;
    CHECK_STATUS(ctx, gmix_i_draw_within(ctx, m, ends, ROWS, 11, x), GMIX_OK);
    gmix_table rows = gmix_table_f64(x, ROWS, 1);
    rows.truncation = heeds ? ends : NULL;
    CHECK_STATUS(ctx, gmix_test_components(ctx, &rows, &opts, &asked, &made), GMIX_OK);
    const double p = made.n_tests > 0 ? made.tests[0].p_value : 2.0;
    gmix_component_tests_free(&made);
    gmix_model_free(&m);
    gmix_ctx_free(&ctx);
    return p;
}

static void refusal(void) {
    const double x[] = {1, 2, 3, 4}, more[] = {1, 2.5, 3, INFINITY};
    gmix_table rows = gmix_table_f64(x, 4, 1);
    gmix_component_tests made = {0};
    rows.lower = x;
    rows.upper = more;
    gmix_ctx *ctx = context(1);
    CHECK_STATUS(ctx, gmix_test_components(ctx, &rows, NULL, NULL, &made),
                 GMIX_ERR_ARGUMENT);
    CHECK(strstr(gmix_ctx_message(ctx), "between bounds") != NULL);
    gmix_ctx_free(&ctx);
}

int main(void) {
    static const double half[2] = {0.0, INFINITY}, both[2] = {-1.0, 4.5};
    draws(-1.0, 4.2);
    draws(-INFINITY, 0.5);
    draws(7.0, INFINITY);
    draws(9.0, 9.5);
    CHECK_WHERE("half of a normal");
    CHECK(p_value(1, half, true) > 0.05);
    CHECK_NEAR(p_value(1, half, false), 0.05, 1e-12);
    CHECK_WHERE("two components");
    CHECK_NEAR(p_value(2, both, true), 0.05, 1e-12);
    refusal();
    return CHECK_DONE();
}
