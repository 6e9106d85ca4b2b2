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

/* One line of best_known.csv. */
typedef struct cell {
    char data[32], family[32];
    size_t k;
    double sklearn, best; /* per row; best is NaN where no admissible solution is known */
} cell;

/* Cells whose best solution has a component on the same 5 rows, which chance explains: what it counts for
 * without them. The rule that best_known.csv was made by looked at widths alone. */
static const cell spurious[] = {{"diabetes", "diag", 6, 0.0, -15.987687666},
                                {"diabetes", "spherical", 6, 0.0, -17.149887764}};

static double counted(const cell *c) {
    for (size_t s = 0; s < sizeof spurious / sizeof *spurious; s++) {
        if (strcmp(spurious[s].data, c->data) == 0 && spurious[s].k == c->k &&
            strcmp(spurious[s].family, c->family) == 0) {
            return spurious[s].best;
        }
    }
    return c->best;
}

static bool next_cell(FILE *file, cell *c) {
    char line[256], best[64];
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%31[^,],%31[^,],%zu,%lf,%63[^,]", c->data, c->family, &c->k,
                   &c->sklearn, best) == 5) {
            c->best = strtod(best, NULL);
            c->best = counted(c);
            return true;
        }
    }
    return false;
}

/* True if the default search finds the best that is known, or better, to 1e-4 per row. */
static bool search_finds(const cell *c, const char *search) {
    char path[64];
    snprintf(path, sizeof path, "data/%s.csv", c->data);
    const fixture data = fixture_csv(path);
    gmix_fit_options opts = options(c->k, c->family);
    opts.search = search;
    opts.resolution = "off"; /* other programs know of none */
    const double loglik = fitted(&data, &opts, NULL) / (double)data.n;
    free(data.x);
    return !(loglik < c->best - 1e-4);
}

/*
 * The best optima of 120 starts by scikit-learn (best_known.csv): the default search finds at
 * least nine in ten of them (96 % over many seeds; bench/optima.py prints the table), the
 * thorough one nearly all. (Under a sanitizer: a few, for the memory they touch.)
 */
static void test_best_known(void) {
    FILE *const file = fixture_open("tests/reference/best_known.csv");
    size_t n = 0, n_found = 0, n_thorough = 0, line = 0;
    for (cell c; next_cell(file, &c);) {
        if (isnan(c.best) || (fixture_is_brief() && line++ % 8 != 0)) {
            continue;
        }
        n++;
        const bool found = search_finds(&c, "standard");
        n_found += found;
        n_thorough += found || search_finds(&c, "thorough");
        if (!found) {
            printf("standard search misses %s %s K=%zu\n", c.data, c.family, c.k);
        }
    }
    printf("found %zu of %zu, %zu with a thorough search\n", n_found, n, n_thorough);
    CHECK(n > 10);
    CHECK(10 * n_found >= 9 * n);
    CHECK(100 * n_thorough >= 98 * n);
    fclose(file);
}

/* Optima that other programs miss: mclust (faithful, galaxies) or its own are matched. */
static void test_famous(void) {
    static const struct {
        const char *path, *family;
        size_t k;
        double log_likelihood, scale; /* the data are multiplied by scale */
    } cases[] = {{"data/galaxies.csv", "full", 3, -203.1792, 1},
                 {"data/faithful.csv", "tied", 3, -1126.3262, 1},
                 {"data/faithful.csv", "full", 3, -1119.2140, 1},
                 {"data/diabetes.csv", "full", 3, -2303.5056, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_WHERE("%s %s K=%zu", cases[i].path, cases[i].family, cases[i].k);
        const fixture data = fixture_csv(cases[i].path);
        const gmix_fit_options opts = options(cases[i].k, cases[i].family);
        const double loglik = fitted(&data, &opts, NULL);
        if (!CHECK(loglik >= cases[i].log_likelihood - 1e-4)) {
            printf("%.9g\n", loglik);
        }
        free(data.x);
    }
    CHECK_WHERE("%s", "");
}

int main(void) {
    test_faithful();
    test_iris();
    test_absurd_units();
    test_famous();
    test_best_known();
    return CHECK_DONE();
}
