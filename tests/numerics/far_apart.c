/*
 * Components so far apart that no one centre serves them: densities, responsibilities and filled
 * cells against long double, by differences from each component's own mean. And rows beyond the
 * range of a double: responsibilities that sum to 1, of the component that is nearest.
 */
#include "check.h"

#include <float.h>

#include <gmix/gmix.h>

static const long double LOG_2PI = 1.83787706640934548356065947281L;

typedef struct problem {
    const char *family;
    size_t d;
    double means[4], sd[2]; /* K = 2, all features alike in sd */
} problem;

/* Every family with the same, isotropic, matrices. */
static gmix_model *make_model(const problem *p) {
    double covariances[8] = {0};
    size_t dims[3];
    gmix_model *model = NULL;
    const size_t n = gmix_family_dims(p->family, 2, p->d, dims), d = p->d;
    for (size_t c = 0; c < 2; c++) {
        for (size_t j = 0; j < d; j++) {
            const size_t at = n == 3 ? c * d * d + j * d + j : n == 2 ? c * d + j : c;
            covariances[at] = p->sd[c] * p->sd[c];
        }
    }
    CHECK_STATUS(
        NULL,
        gmix_model_new(NULL, p->family, 2, d, NULL, p->means, covariances, NULL, &model),
        GMIX_OK);
    return model;
}

/* log (pi_c N(x | mu_c, sd_c^2 I)) */
static long double term(const problem *p, size_t c, const double *x) {
    long double sum = logl(0.5L);
    for (size_t j = 0; j < p->d; j++) {
        const long double z = ((long double)x[j] - p->means[c * p->d + j]) / p->sd[c];
        sum -= 0.5L * (LOG_2PI + z * z) + logl(p->sd[c]);
    }
    return sum;
}

static void check_row(const problem *p, const double *x, double density,
                      const double *resp) {
    const long double a = term(p, 0, x), b = term(p, 1, x), top = a > b ? a : b;
    const long double sum = expl(a - top) + expl(b - top), whole = top + logl(sum);
    CHECK_REL(density, (double)fmaxl(whole, -DBL_MAX), 1e-9);
    CHECK_NEAR(resp[0], (double)(expl(a - top) / sum), 1e-9);
    CHECK_NEAR(resp[1], (double)(expl(b - top) / sum), 1e-9);
    CHECK_NEAR(resp[0] + resp[1], 1.0, 1e-15);
}

static void examine(const problem *p) {
    enum { ROWS = 8 };
    double x[2 * ROWS], density[ROWS], resp[2 * ROWS], sum = 0;
    gmix_criteria score;
    gmix_model *model = make_model(p);
    CHECK_WHERE("%s, means %g and %g", p->family, p->means[0], p->means[p->d]);
    for (size_t j = 0; j < p->d; j++) {
        const double a = p->means[j], b = p->means[p->d + j];
        const double rows[ROWS] = {a + 0.3 * p->sd[0],
                                   a + p->sd[0],
                                   a + 3 * p->sd[0],
                                   b + p->sd[1],
                                   b - 2 * p->sd[1],
                                   a / 2 + b / 2,
                                   a,
                                   b};
        for (size_t i = 0; i < ROWS; i++) {
            x[i * p->d + j] = rows[i];
        }
    }
    const gmix_table table = gmix_table_f64(x, ROWS, p->d);
    if (model) {
        CHECK_STATUS(NULL, gmix_log_density(NULL, model, &table, density), GMIX_OK);
        CHECK_STATUS(NULL, gmix_responsibilities(NULL, model, &table, resp), GMIX_OK);
        for (size_t i = 0; i < ROWS; i++) {
            check_row(p, x + i * p->d, density[i], resp + 2 * i);
            sum = fmax(sum + density[i], -DBL_MAX);
        }
        CHECK_STATUS(NULL, gmix_score(NULL, model, &table, &score), GMIX_OK);
        CHECK_REL(score.log_likelihood, sum, 1e-9);
    }
    gmix_model_free(&model);
}

/* Beyond the range of a double: a mean of 1e308, rows there, between, and without a cell. */
static void examine_edge(const char *family) {
    const problem p = {.family = family, .d = 2, .means = {5, 3, 6, 1e308}, .sd = {1, 2}};
    const double x[] = {5, 3, 6, 1e308, 5, (double)NAN, 1e308, 1e308, -1e308, -1e308};
    const size_t nearest[] = {0, 1, 0, 1, 1};
    const gmix_table table = gmix_table_f64(x, 5, 2);
    double density[5], resp[10], filled[10];
    gmix_model *model = make_model(&p);
    CHECK_WHERE("%s, a mean of 1e308", family);
    if (!model) {
        return;
    }
    CHECK_STATUS(NULL, gmix_log_density(NULL, model, &table, density), GMIX_OK);
    CHECK_STATUS(NULL, gmix_responsibilities(NULL, model, &table, resp), GMIX_OK);
    CHECK_STATUS(NULL, gmix_impute(NULL, model, &table, filled), GMIX_OK);
    for (size_t i = 0; i < 5; i++) {
        CHECK(isfinite(density[i]) && isfinite(filled[2 * i + 1]));
        CHECK_NEAR(resp[2 * i] + resp[2 * i + 1], 1.0, 1e-15);
        CHECK(i == 2 || resp[2 * i + nearest[i]] == 1.0);
    }
    CHECK_NEAR(density[0], (double)term(&p, 0, x), 1e-9);
    CHECK_NEAR(density[1], (double)term(&p, 1, x + 2), 1e-9);
    CHECK(density[3] == -DBL_MAX && density[4] == -DBL_MAX);
    gmix_model_free(&model);
}

/* What a steep regression makes of a cell of 1e308 is more than a double holds. */
static void examine_filled(void) {
    const double means[] = {0, 0, 1, 50}, cov[] = {1, 10, 10, 101, 1, 0, 0, 1};
    const double x[] = {1e308, (double)NAN, -1e308, (double)NAN, (double)NAN, 1e308};
    const gmix_table table = gmix_table_f64(x, 3, 2);
    double filled[6];
    gmix_model *model = NULL;
    CHECK_WHERE("filled cells");
    CHECK_STATUS(NULL, gmix_model_new(NULL, "full", 2, 2, NULL, means, cov, NULL, &model),
                 GMIX_OK);
    CHECK_STATUS(NULL, gmix_impute(NULL, model, &table, filled), GMIX_OK);
    for (size_t i = 0; i < 6; i++) {
        CHECK(isfinite(filled[i]));
    }
    CHECK(filled[0] == 1e308 && filled[2] == -1e308 && filled[5] == 1e308);
    gmix_model_free(&model);
}

/* Shares of what is more than a double holds do not sum to more. */
static void examine_filled_by_all(void) {
    const double means[] = {-1e308, 80, 2, 54}, cov[] = {0.13, 0.75, 0.75, 35};
    const double x[] = {1e308, (double)NAN};
    const double weights[] = {0.6407515646225496, 0.35924843537745055};
    const gmix_table table = gmix_table_f64(x, 1, 2);
    double filled[2];
    gmix_model *model = NULL;
    CHECK_STATUS(NULL,
                 gmix_model_new(NULL, "tied", 2, 2, weights, means, cov, NULL, &model),
                 GMIX_OK);
    CHECK_STATUS(NULL, gmix_impute(NULL, model, &table, filled), GMIX_OK);
    CHECK(isfinite(filled[1]));
    gmix_model_free(&model);
}

/* Values 4e15 from 0 and steps of 1 apart: means of the fit are no doubles. The report is of the
 * model as it is, and says where doubles end; an offset that they bear is not worth a word. */
static void examine_fitted(void) {
    enum { ROWS = 40 };
    double x[ROWS];
    gmix_fit_options opts;
    gmix_criteria score;
    const gmix_table table = gmix_table_f64(x, ROWS, 1);
    gmix_fit_options_init(&opts);
    opts.n_components = 2;
    opts.resolution = "off";
    for (int far = 0; far < 2; far++) {
        gmix_model *model = NULL;
        gmix_report report = {0};
        size_t said = 0;
        for (size_t i = 0; i < ROWS; i++) {
            x[i] = (far ? 4e15 : 4e8) + (double)(i * 7 % 3) + (i % 4 == 0);
        }
        CHECK_WHERE("an offset of %g", x[0]);
        CHECK_STATUS(NULL, gmix_fit(NULL, &table, &opts, &model, &report), GMIX_OK);
        CHECK_STATUS(NULL, gmix_score(NULL, model, &table, &score), GMIX_OK);
        CHECK_REL(report.log_likelihood, score.log_likelihood, 1e-6);
        CHECK_REL(report.bic, score.bic, 1e-6);
        for (size_t w = 0; w < report.n_warnings; w++) {
            said += strstr(report.warnings[w], "doubles end") != NULL;
        }
        CHECK_EQ_INT(said, far);
        gmix_model_free(&model);
        gmix_report_free(&report);
    }
}

int main(void) {
    static const char *const families[] = {"full", "diag", "spherical", "VEV", "EEI"};
    for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
        const bool equal = families[f][0] == 'E';
        const problem problems[] = {
            {.family = families[f], .d = 2, .means = {0, 0, 1e16, 1e16}, .sd = {1, 1}},
            {.family = families[f], .d = 2, .means = {0, 5, 1e17, 5}, .sd = {1, 1}},
            {.family = families[f], .d = 2, .means = {7, 0, 7, -1e12}, .sd = {0.5, 0.5}},
            {.family = families[f],
             .d = 2,
             .means = {1e9, -1e9, -3e9, 2e9},
             .sd = {1, equal ? 1 : 1e-3}},
            {.family = families[f], .d = 2, .means = {1e150, 0, -1e150, 0}, .sd = {2, 2}},
            {.family = families[f], .d = 1, .means = {0, 1e16}, .sd = {1, 1}},
        };
        const size_t n = sizeof problems / sizeof *problems;
        for (size_t i = 0; i < n; i++) {
            if (problems[i].d > 1 || families[f][0] != 'V') {
                examine(&problems[i]);
            }
        }
        examine_edge(equal ? "diag" : families[f]);
    }
    examine_filled();
    examine_filled_by_all();
    examine_fitted();
    return CHECK_DONE();
}
