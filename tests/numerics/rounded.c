/*
 * The steps that values were rounded to, found from values alone; and components that are no
 * narrower than a step allows.
 */
#include <stdlib.h>
#include <string.h>

#include <gmix/gmix.h>

#include "check.h"
#include "data/resolution.h"
#include "fixture.h"

enum { ROWS = 400 };

static gmix_i_grain grain_of(const double *x, size_t n) {
    gmix_i_weighted *const at = fixture_alloc(2 * n, sizeof *at);
    for (size_t i = 0; i < n; i++) {
        at[i] = (gmix_i_weighted){x[i], 1.0};
    }
    const gmix_i_grain grain = gmix_i_grain_of(n, at, at + n);
    free(at);
    return grain;
}

/* A value that has all the weight, but for what its sum rounds away: no step, and an end. */
static void one_weight(void) {
    gmix_i_weighted at[10] = {{3, 1e140}, {5, 4}, {7, 6}, {8, 8}, {9, 9}};
    const gmix_i_grain grain = gmix_i_grain_of(5, at, at + 5);
    CHECK(isfinite(grain.step));
}

/* Normal values, sd apart, in steps of h from an origin. */
static void steps(double *x, double origin, double sd, double h) {
    uint64_t state = 7;
    for (size_t i = 0; i < ROWS; i++) {
        x[i] = origin + h * round(sd / h * fixture_normal(&state));
    }
}

static void check_step(const char *what, const double *x, double expected) {
    CHECK_WHERE("%s", what);
    const gmix_i_grain grain = grain_of(x, ROWS);
    CHECK_REL(grain.step, expected, 1e-9);
    CHECK(grain.on_grid == (expected > 0.0));
}

/* One value elsewhere, however far: with a grid it has a divisor, too, but nearly all rows know better. */
static void odd_values(void) {
    double x[ROWS];
    for (size_t i = 0; i < 60; i++) {
        const double wide = i % 2 ? 4.0 : 900.0, h = i % 2 ? 1.0 : 4.0;
        steps(x, 0.0, wide, h);
        x[17] = sqrt((double)(i + 2)) * pow(10.0, (double)(i % 7));
        check_step("a grid and one odd value", x, h);
    }
}

/* A row far away that is trimmed changes nothing of what is found: counts, of which a component is as narrow as
 * steps allow, are no plane beside it. */
static void far_row(void) {
    enum { N = 240 };
    double x[N + 1];
    double found[2] = {0};
    uint64_t state = 3;
    for (size_t i = 0; i < N; i++) {
        const double z = fixture_normal(&state);
        x[i] = i % 3 ? round(0.6 * z) : round(9.0 + 2.0 * z);
    }
    x[N] = 9876.0 * sqrt(2.0);
    for (size_t far = 0; far < 2; far++) {
        const gmix_table table = gmix_table_f64(x, N + far, 1);
        gmix_fit_options opts;
        gmix_report report = {0};
        gmix_model *model = NULL;
        gmix_fit_options_init(&opts);
        opts.n_components = 2;
        opts.covariance = "V";
        opts.trim = far ? 1.0 / (N + 1) : 0.0;
        CHECK_WHERE("counts, %zu rows far away", far);
        CHECK_STATUS(NULL, gmix_fit(NULL, &table, &opts, &model, &report), GMIX_OK);
        CHECK_EQ_INT(report.sound, 1);
        found[far] = report.log_likelihood;
        gmix_report_free(&report);
        gmix_model_free(&model);
    }
    CHECK_NEAR(found[1], found[0], 1e-3);
}

static void grids(void) {
    double x[ROWS];
    steps(x, 0.0, 9.0, 1.0);
    check_step("whole numbers", x, 1.0);
    x[17] += 0.37;
    check_step("whole numbers and a typo", x, 1.0);
    for (size_t i = 0; i < 8; i++) {
        x[40 * i] += 0.5;
    }
    check_step("whole numbers, now and then a half", x, 1.0);
    steps(x, 3.0, 0.8, 1.0);
    check_step("a scale of few points", x, 1.0);
    steps(x, 36.6, 0.5, 0.1);
    check_step("one decimal", x, 0.1);
    steps(x, 50.0, 100.0, 0.01);
    check_step("a grid with many empty places", x, 0.01);
    steps(x, 1.6e9, 9e5, 60.0);
    check_step("minutes as seconds", x, 60.0);
    steps(x, 0.0, 12.0, 1.0 / 3.0);
    check_step("thirds", x, 1.0 / 3.0);
    steps(x, 0.0, 30.0, 5.0);
    for (size_t i = 0; i < 8; i++) {
        x[40 * i] += 1.0;
    }
    check_step("fives, with a few others", x, 5.0);
    steps(x, 0.0, 3.0, 1.0);
    for (size_t i = 0; i < ROWS; i++) {
        x[i] = (x[i] - 0.0317) / 2.917;
    }
    check_step("standardised", x, 1.0 / 2.917);
    steps(x, 300.0, 2.0, 0.1);
    for (size_t i = 0; i < ROWS; i++) {
        x[i] = (double)(float)x[i];
    }
    CHECK_WHERE("one decimal in single precision");
    CHECK_REL(grain_of(x, ROWS).step, 0.1, 1e-4);
}

static void no_grid(void) {
    double x[ROWS];
    uint64_t state = 3;
    for (size_t i = 0; i < ROWS; i++) {
        x[i] = fixture_normal(&state);
    }
    check_step("normal values", x, 0.0);
    CHECK(grain_of(x, ROWS).atom_share == 0.0);
    for (size_t i = 0; i < ROWS; i += 2) {
        x[i] = x[i + 1];
    }
    check_step("every value twice", x, 0.0);
    CHECK_WHERE("too few values to tell");
    CHECK(grain_of((double[]){0.0, 1.0, 5.0}, 3).step == 0.0);
    CHECK(grain_of((double[]){2.0, 2.0, 2.0}, 3).step == 0.0);
    CHECK(grain_of((double[]){2.0}, 1).step == 0.0);
}

static void atoms(void) {
    double x[ROWS];
    uint64_t state = 5;
    for (size_t i = 0; i < ROWS; i++) {
        x[i] = i % 5 < 2 ? 0.0 : exp(fixture_normal(&state));
    }
    CHECK_WHERE("zero or not");
    gmix_i_grain grain = grain_of(x, ROWS);
    CHECK(!grain.on_grid && grain.atom == 0.0);
    CHECK_NEAR(grain.atom_share, 0.4, 1e-12);
    CHECK(grain.step > 0.0 && grain.step < 0.1);
    for (size_t i = 0; i < ROWS; i++) {
        x[i] = round(4.0 * x[i]);
    }
    CHECK_WHERE("counts with too many zeros");
    grain = grain_of(x, ROWS);
    CHECK(grain.on_grid && grain.step == 1.0 && grain.atom == 0.0);
    CHECK(grain.atom_share >= 0.4);
}

/* The smallest standard deviation of a fit with 4 components to few distinct values. */
static double narrowest(const char *resolution, const char *family, const double *x) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = 4;
    opts.covariance = family;
    opts.resolution = resolution;
    opts.search = "quick";
    const gmix_table table = gmix_table_f64(x, ROWS / 2, 2);
    gmix_model *model = NULL;
    double least = INFINITY;
    if (CHECK_STATUS(NULL, gmix_fit(NULL, &table, &opts, &model, NULL), GMIX_OK)) {
        double cov[4];
        for (size_t k = 0; k < 4; k++) {
            gmix_model_covariance(model, k, cov);
            least = fmin(least, sqrt(fmin(cov[0], cov[3])));
        }
    }
    gmix_model_free(&model);
    return least;
}

static void widths(void) {
    double x[ROWS];
    steps(x, 3.0, 0.9, 1.0);
    for (const char *const *family = gmix_family_names(); *family; family++) {
        if (strcmp(*family, "E") == 0 || strcmp(*family, "V") == 0) {
            continue;
        }
        CHECK_WHERE("%s", *family);
        CHECK(narrowest("auto", *family, x) >= 0.5 * (1.0 - 1e-9));
        CHECK(narrowest("0.2,0.2", *family, x) >= 0.1 * (1.0 - 1e-9));
    }
    CHECK_WHERE("off, and given");
    CHECK(narrowest("off", "diag", x) < 0.3);
    CHECK(narrowest("1.6", "diag", x) >= 0.8 * (1.0 - 1e-9));
}

/* Rows of one Gaussian, or of two 3.5 standard deviations (or steps, if wider) apart, in
 * `d` features, rounded to whole numbers. */
static void made(uint64_t seed, size_t d, size_t groups, double *x) {
    static const double widths[] = {0.4, 0.5, 0.7, 1.0, 1.5, 3.0};
    double sd[3], turn = fixture_uniform(&seed) - 0.5;
    for (size_t j = 0; j < d; j++) {
        sd[j] = widths[(size_t)(6.0 * fixture_uniform(&seed))];
    }
    for (size_t i = 0; i < ROWS; i++) {
        const bool second = groups > 1 && fixture_uniform(&seed) < 0.4;
        const double common = fixture_normal(&seed);
        for (size_t j = 0; j < d; j++) {
            const double z = fixture_normal(&seed) + turn * common;
            x[i * d + j] = round(sd[j] * z + 0.3 * (double)j) +
                           (second ? round(3.5 * fmax(sd[j], 0.6)) : 0.0);
        }
    }
}

static size_t chosen(const double *x, size_t d, const char *resolution) {
    gmix_fit_options fit;
    gmix_fit_options_init(&fit);
    fit.resolution = resolution;
    fit.search = "quick";
    gmix_select_options opts;
    gmix_select_options_init(&opts);
    opts.components = "1-3";
    opts.covariances = "EII,VVI,EEE,VVV";
    const gmix_table table = gmix_table_f64(x, ROWS, d);
    gmix_model *model = NULL;
    CHECK_STATUS(NULL, gmix_select(NULL, &table, &fit, &opts, &model, NULL), GMIX_OK);
    const size_t k = model ? gmix_model_n_components(model) : 0;
    gmix_model_free(&model);
    return k;
}

/* BIC takes values for groups without a bound; with it, it finds the groups. */
static void choices(void) {
    const size_t n_tables = fixture_is_brief() ? 3 : 7, more = fixture_is_brief() ? 1 : 3;
    double x[3 * ROWS];
    for (size_t groups = 1; groups <= 2; groups++) {
        size_t right = 0, unbounded = 0;
        for (uint64_t seed = 0; seed < n_tables; seed++) {
            const size_t d = 1 + seed % 3;
            made(seed, d, groups, x);
            right += chosen(x, d, "auto") == groups;
            unbounded += chosen(x, d, "off") == groups;
        }
        CHECK_WHERE("%zu of %zu right, %zu without a bound, of %zu", right, n_tables,
                    unbounded, groups);
        CHECK(right >= n_tables - 1 && unbounded + more < right);
    }
}

static void refusals(void) {
    static const double x[] = {1, 2, 2, 3, 4, 1, 5, 5};
    static const char *const wrong[] = {"", "1,", "1,2,3", "-1", "fine", "1 2", "inf"};
    const gmix_table table = gmix_table_f64(x, 4, 2);
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        gmix_model *model = NULL;
        opts.resolution = wrong[i];
        CHECK_WHERE("'%s'", wrong[i]);
        CHECK(gmix_fit(NULL, &table, &opts, &model, NULL) == GMIX_ERR_OPTION && !model);
    }
}

/* Ages of which many are given in tens: a component on a ten is said to be as narrow as steps allow; those of
 * ages given by the year are not. */
static void heaps(void) {
    double x[ROWS];
    uint64_t state = 3;
    for (size_t heaped = 0; heaped < 2; heaped++) {
        for (size_t i = 0; i < ROWS; i++) {
            const double age = 40.0 + 12.0 * fixture_normal(&state);
            x[i] = heaped && i % 2 ? 10.0 * round(age / 10.0) : round(age);
        }
        const gmix_table table = gmix_table_f64(x, ROWS, 1);
        gmix_fit_options opts;
        gmix_report report = {0};
        gmix_model *model = NULL;
        gmix_fit_options_init(&opts);
        opts.n_components = heaped ? 5 : 2;
        CHECK_STATUS(NULL, gmix_fit(NULL, &table, &opts, &model, &report), GMIX_OK);
        size_t said = 0;
        for (size_t i = 0; i < report.n_warnings; i++) {
            said += strstr(report.warnings[i], "as its steps allow") != NULL;
        }
        CHECK_WHERE("heaps %d", (int)heaped);
        CHECK_EQ_INT(said, heaped);
        gmix_model_free(&model);
        gmix_report_free(&report);
    }
}

int main(void) {
    heaps();
    grids();
    odd_values();
    far_row();
    no_grid();
    atoms();
    widths();
    choices();
    refusals();
    one_weight();
    return CHECK_DONE();
}
