/*
 * Which components are sound, where numbers are extreme: groups far apart, a row that is out of all
 * proportion, cells that are missing along a narrow direction, zeros of a count.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gmix/gmix.h>

#include "check.h"
#include "fixture.h"

enum { GROUP = 150, N = 2 * GROUP, D = 2 };

/* A normal number, as good as needed: the sum of twelve uniform ones. */
static double normal(uint64_t *state) {
    double sum = -6.0;
    for (size_t i = 0; i < 12; i++) {
        *state = *state * 6364136223846793005U + 1442695040888963407U;
        sum += (double)(*state >> 11) / 9007199254740992.0;
    }
    return sum;
}

/* Two groups of standard deviation 1. */
static void two_groups(double apart, double *x) {
    uint64_t state = 7;
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < D; j++) {
            x[i * D + j] = normal(&state) + (i < GROUP ? 0.0 : apart);
        }
    }
}

static bool fit(const double *x, size_t n, size_t k, const char *family,
                gmix_model **model, gmix_report *report) {
    const gmix_table table = gmix_table_f64(x, n, D);
    gmix_fit_options opts;
    gmix_ctx *ctx = NULL;
    gmix_fit_options_init(&opts);
    opts.n_components = k;
    opts.covariance = family;
    CHECK_EQ_INT(gmix_ctx_new(NULL, &ctx), GMIX_OK);
    gmix_report_init(report);
    const bool ok =
        CHECK_STATUS(ctx, gmix_fit(ctx, &table, &opts, model, report), GMIX_OK);
    gmix_ctx_free(&ctx);
    return ok;
}

/* EM from a diagonal model, with whatever components it ends in. */
static void fit_from(const gmix_model *start, size_t k, const gmix_table *x,
                     gmix_model **model, gmix_report *report) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = k;
    opts.covariance = "diag";
    opts.init = "model";
    opts.init_model = start;
    opts.restarts = 1;
    opts.singular = "keep";
    gmix_report_init(report);
    CHECK_STATUS(NULL, gmix_fit(NULL, x, &opts, model, report), GMIX_OK);
}

/* The verdict, and the likelihood but for rounding, are the same however far a group is away. */
static void far_groups(const char *family) {
    double *const x = malloc(sizeof(double) * N * D), first = 0.0;
    static const double apart[] = {1e3, 1e5, 1e7, 1e9, 1e11};
    for (size_t g = 0; x && g < sizeof apart / sizeof *apart; g++) {
        gmix_model *model = NULL;
        gmix_report report;
        CHECK_WHERE("%s, groups %g apart", family, apart[g]);
        two_groups(apart[g], x);
        if (fit(x, N, 2, family, &model, &report)) {
            first = g == 0 ? report.log_likelihood : first;
            CHECK(fabs(report.log_likelihood - first) < 0.05);
            CHECK(report.sound);
            CHECK_EQ_INT((int)report.n_warnings, 0);
            CHECK_NEAR(gmix_model_weights(model)[0], 0.5, 1e-9);
        }
        gmix_model_free(&model);
        gmix_report_free(&report);
    }
    free(x);
}

/* A row of 1e9 does not decide how narrow the others may be. */
static void far_row(void) {
    double *const x = malloc(sizeof(double) * (N + 1) * D);
    gmix_model *model = NULL;
    gmix_report report;
    CHECK_WHERE("a row of 1e9");
    if (!CHECK(x)) {
        return;
    }
    two_groups(12.0, x);
    x[N * D] = x[N * D + 1] = 1e9;
    if (fit(x, N + 1, 3, "diag", &model, &report)) {
        for (size_t k = 0; k < 2; k++) {
            CHECK(gmix_model_covariances(model)[k * D] < 2.0);
        }
    }
    gmix_model_free(&model);
    gmix_report_free(&report);
    free(x);
}

/* The second feature is missing in nearly all rows, of the first group in all but two: a start that is
 * narrow there stays narrow, on one row, whatever the others weigh. */
static void width_that_no_row_tells(void) {
    double x[N * D] = {0.0}, means[4] = {0.0, 0.0, 12.0, 12.0},
                 covs[4] = {1.0, 1e-6, 1.0, 1.0};
    const double weights[2] = {0.5, 0.5};
    const gmix_table table = gmix_table_f64(x, N, D);
    gmix_model *start = NULL, *model = NULL;
    gmix_report report;
    CHECK_WHERE("a width that no row tells");
    two_groups(12.0, x);
    for (size_t i = 0; i < N; i++) {
        const bool there = i == 0 || i == 1 || (i >= GROUP && i < GROUP + 20);
        x[i * D + 1] = there ? x[i * D + 1] - (i < GROUP ? 0.0 : 12.0) : NAN;
    }
    means[1] = x[1] = 0.3;
    means[3] = 0.0;
    x[D + 1] = -0.8;
    CHECK_EQ_INT(gmix_model_new(NULL, "diag", 2, D, weights, means, covs, NULL, &start),
                 GMIX_OK);
    fit_from(start, 2, &table, &model, &report);
    CHECK(!report.sound);
    CHECK(report.n_warnings > 0 && strstr(report.warnings[0], "missing in all but"));
    gmix_model_free(&model);
    gmix_model_free(&start);
    gmix_report_free(&report);
}

/* Half of a count is zero, in steps far too fine to be seen otherwise: a component on the zeros is what
 * the data are. */
static void zeros_of_a_count(void) {
    double *const x = malloc(sizeof(double) * N * D);
    uint64_t state = 11;
    gmix_model *model = NULL;
    gmix_report report;
    CHECK_WHERE("zeros of a count");
    for (size_t i = 0; x && i < N; i++) {
        x[i * D] =
            i % 2 == 0 ? 0.0 : 0.01 * round(100.0 * fabs(3.0 + 2.0 * normal(&state)));
        x[i * D + 1] = normal(&state);
    }
    if (CHECK(x) && fit(x, N, 2, "diag", &model, &report)) {
        CHECK(report.sound);
        CHECK(report.n_warnings > 0 && strstr(report.warnings[0], "rests on one value"));
        CHECK_NEAR(gmix_model_weights(model)[0], 0.5, 0.02);
    }
    gmix_model_free(&model);
    gmix_report_free(&report);
    free(x);
}

/* True if the warnings call component c spurious. */
static bool is_named(const gmix_report *report, int c) {
    char words[48];
    bool any = false;
    snprintf(words, sizeof words, "component %d is spurious", c);
    for (size_t w = 0; w < report->n_warnings; w++) {
        any = any || strncmp(report->warnings[w], words, strlen(words)) == 0;
    }
    return any;
}

/* A component on twins, which is lost, does not shield one that chance made from being asked about. */
static void two_by_chance(void) {
    double x[N * D] = {0.0}, means[6] = {0.0}, covs[6] = {1.0, 1.0};
    const double weights[3] = {0.97, 0.01, 0.02};
    const gmix_table table = gmix_table_f64(x, N, D);
    gmix_model *start = NULL, *model = NULL;
    gmix_report report;
    uint64_t state = 5;
    CHECK_WHERE("two by chance");
    two_groups(0.0, x);
    for (size_t j = 0; j < D; j++) {
        x[j] = x[D + j] = 1.7; /* twins */
        for (size_t i = 2; i < 6;
             i++) { /* four rows near each other, as happens among 300 */
            x[i * D + j] = -1.2 + 0.05 * normal(&state);
        }
        means[D + j] = 1.7;
        means[2 * D + j] = -1.2;
        covs[D + j] = 1e-4;
        covs[2 * D + j] = 0.0025;
    }
    CHECK_EQ_INT(gmix_model_new(NULL, "diag", 3, D, weights, means, covs, NULL, &start),
                 GMIX_OK);
    fit_from(start, 3, &table, &model, &report);
    CHECK(is_named(&report, 1));
    CHECK(is_named(&report, 2));
    gmix_model_free(&model);
    gmix_model_free(&start);
    gmix_report_free(&report);
}

/* Acidity without three of its rows, into x; how many are left. */
static size_t some_acidity(double *x) {
    static const double left_out[] = {4.143135, 4.248495, 6.489205};
    fixture all = fixture_csv("data/acidity.csv");
    size_t n = 0;
    for (size_t i = 0, m = 0; i < all.n && n < N; i++) {
        for (m = 0; m < 3 && all.x[i] != left_out[m]; m++) {
        }
        x[n] = all.x[i];
        n += m == 3;
    }
    free(all.x);
    return n;
}

/* What components are worth is no matter of luck. A row that is alone has one to itself here, and without it EM
 * comes by groups that are about to collapse, or leaps elsewhere: solutions alike have one objective. */
static void alike_are_worth_the_same(void) {
    enum { K = 8, TRIES = 60 };
    static const double means[K] = {2.929, 4.126, 4.486, 4.858,
                                    5.313, 6.073, 6.685, 7.002},
                        sd[K] = {1e-4, .1859, .0920, .1477, .0489, .3138, .1144, .0580},
                        rows[K] = {1.0, 53.9, 17.9, 17.3, 5.3, 36.4, 12.6, 7.6};
    double x[N], objective[TRIES], likelihood[TRIES];
    const size_t n = some_acidity(x);
    const gmix_table table = gmix_table_f64(x, n, 1);
    uint64_t state = 3;
    CHECK_WHERE("acidity");
    for (size_t t = 0; t < TRIES; t++) {
        double mean[K], variance[K], weight[K], sum = 0.0;
        gmix_model *start = NULL, *model = NULL;
        gmix_report report;
        for (size_t k = 0; k < K; k++) {
            mean[k] = means[k] + 0.05 * sd[k] * normal(&state);
            variance[k] = sd[k] * sd[k] * (1.0 + 0.02 * normal(&state));
            weight[k] = rows[k] * (1.0 + 0.02 * normal(&state));
            sum += weight[k];
        }
        for (size_t k = 0; k < K; k++) {
            weight[k] /= sum;
        }
        CHECK_EQ_INT(
            gmix_model_new(NULL, "diag", K, 1, weight, mean, variance, NULL, &start),
            GMIX_OK);
        fit_from(start, K, &table, &model, &report);
        likelihood[t] = report.log_likelihood;
        objective[t] = report.objective;
        if (fabs(likelihood[t] - likelihood[0]) < 0.01) {
            CHECK_NEAR(objective[t], objective[0], 0.5);
        }
        gmix_model_free(&model);
        gmix_model_free(&start);
        gmix_report_free(&report);
    }
}

int main(void) {
    static const char *const families[] = {"full", "tied", "diag", "VEV", "EII"};
    for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
        far_groups(families[f]);
    }
    far_row();
    width_that_no_row_tells();
    zeros_of_a_count();
    two_by_chance();
    alike_are_worth_the_same();
    return CHECK_DONE();
}
