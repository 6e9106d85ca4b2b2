/*
 * Numbers that are known: Old Faithful and iris, Old Faithful in absurd units, and the
 * best log-likelihoods that long searches by scikit-learn have found (best_known.csv).
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

static gmix_fit_options options(size_t k, const char *family) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = k;
    opts.covariance = family;
    return opts;
}

/* Total log-likelihood of the fit; NaN if it failed. */
static double fitted(const fixture *data, const gmix_fit_options *opts, int32_t *labels) {
    const gmix_table x = gmix_table_f64(data->x, data->n, data->d);
    gmix_ctx *ctx = NULL;
    gmix_model *model = NULL;
    gmix_report report = {0};
    double result = NAN;
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    if (CHECK_STATUS(ctx, gmix_fit(ctx, &x, opts, &model, &report), GMIX_OK)) {
        result = report.log_likelihood;
        if (labels) {
            CHECK_STATUS(ctx, gmix_labels(ctx, model, &x, labels), GMIX_OK);
        }
    }
    gmix_report_free(&report);
    gmix_model_free(&model);
    gmix_ctx_free(&ctx);
    return result;
}

static void test_faithful(void) {
    const fixture data = fixture_csv("data/faithful.csv");
    gmix_fit_options opts = options(2, "full");
    opts.tol = 1e-12;
    CHECK_NEAR(fitted(&data, &opts, NULL), -1130.26396, 1e-5);
    opts = options(2, "full"); /* at the default tolerance, too, to its meaning */
    CHECK_NEAR(fitted(&data, &opts, NULL), -1130.26396, 1e-6 * (double)data.n);
    free(data.x);
}

static void test_iris(void) {
    const fixture data = fixture_csv("data/iris.csv");
    const gmix_fit_options opts = options(3, "full");
    const double loglik = fitted(&data, &opts, NULL);
    if (!CHECK(loglik >= -180.185 - 1e-3)) {
        printf("iris: %.9g\n", loglik);
    }
    free(data.x);
}

/* x -> (x + 1e8) 1e-9: a billion metres away, in nanometres' inverse. The density gains
 * the factor 1e9 per feature and row. */
static void test_absurd_units(void) {
    fixture data = fixture_csv("data/faithful.csv");
    int32_t *const labels = fixture_alloc(data.n, sizeof *labels);
    int32_t *const moved = fixture_alloc(data.n, sizeof *moved);
    gmix_fit_options opts = options(2, "full");
    opts.tol = 1e-12;
    const double before = fitted(&data, &opts, labels);
    for (size_t i = 0; i < data.n * data.d; i++) {
        data.x[i] = (data.x[i] + 1e8) * 1e-9;
    }
    const double after = fitted(&data, &opts, moved);
    const double units = (double)(data.n * data.d) * log(1e-9);
    CHECK_REL(after + units, before, 1e-6);
    CHECK(memcmp(labels, moved, data.n * sizeof *labels) == 0);
    free(labels);
    free(moved);
    free(data.x);
}

/* With 50 restarts no fit is worse than what scikit-learn finds by default. (Under a
 * sanitizer: a few of the cases, for the memory they touch.) */
static void test_best_known(void) {
    FILE *const file = fixture_open("tests/reference/best_known.csv");
    char line[256], name[32], family[32], path[64];
    size_t k, n_lines = 0;
    double usual;
    if (!CHECK(fgets(line, sizeof line, file) != NULL)) {
        return;
    }
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%31[^,],%31[^,],%zu,%lf", name, family, &k, &usual) != 4) {
            continue;
        }
        n_lines++;
        if (FIXTURE_SLOW && n_lines % 6 != 0) {
            continue;
        }
        CHECK_WHERE("%s %s K=%zu", name, family, k);
        snprintf(path, sizeof path, "data/%s.csv", name);
        const fixture data = fixture_csv(path);
        gmix_fit_options opts = options(k, family);
        opts.restarts = 50;
        const double loglik = fitted(&data, &opts, NULL) / (double)data.n;
        if (!CHECK(loglik >= usual - 2e-3)) {
            printf("%.9g where scikit-learn's default has %.9g\n", loglik, usual);
        }
        free(data.x);
    }
    CHECK_WHERE("%s", "");
    CHECK(n_lines > 10);
    fclose(file);
}

int main(void) {
    test_faithful();
    test_iris();
    test_absurd_units();
    test_best_known();
    return CHECK_DONE();
}
