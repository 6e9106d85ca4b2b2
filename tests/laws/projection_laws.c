/*
 * Laws of rows of which combinations of features were measured, for every family: turned row by row they are what
 * they were, to rounding, in every step, density and true value; seen one feature at a time they are rows with missing
 * cells; the log-likelihood never falls, whatever was measured; threads change no bit.
 */
#include "law.h"

enum { N = 240, D = 2, K = 2, P = 3 };

/* Rows with errors, and the same as measured: values, matrices, covariances of the errors. */
typedef struct seen {
    fixture data;
    double *errors, *values, *matrices, *covariances;
    gmix_projections projections;
} seen;

static seen rows_of(size_t p, size_t len, uint64_t seed) {
    seen s = {.data = fixture_clusters(N, D, K, 2.5, seed)};
    s.errors = fixture_alloc((size_t)N * D, sizeof(double));
    s.values = fixture_alloc(N * p, sizeof(double));
    s.matrices = fixture_alloc(N * p * D, sizeof(double));
    s.covariances = fixture_alloc(N * len, sizeof(double));
    for (size_t i = 0; i < (size_t)N * D; i++) {
        s.errors[i] = 0.05 + 0.3 * fixture_uniform(&seed);
    }
    return s;
}

static void seen_free(seen *s) {
    free(s->data.x);
    free(s->errors);
    free(s->values);
    free(s->matrices);
    free(s->covariances);
}

static gmix_table with_errors(const seen *s) {
    gmix_table x = law_view(&s->data);
    x.errors = s->errors;
    x.errors_len = D;
    return x;
}

static gmix_table as_measured(seen *s, size_t p, size_t len) {
    s->projections = (gmix_projections){.n_measured = p,
                                        .values = s->values,
                                        .matrices = s->matrices,
                                        .errors = s->covariances,
                                        .errors_len = len};
    gmix_table x = gmix_table_f64(NULL, N, D);
    x.projections = &s->projections;
    return x;
}

/* w = Q x, S = Q diag(error) Q^T, for a turn Q of each row's own. */
static seen turned(uint64_t seed) {
    seen s = rows_of(D, 3, seed);
    for (size_t i = 0; i < N; i++) {
        const double at = 0.7 * (double)i, c = cos(at), z = sin(at),
                     *const x = s.data.x + i * D, *const e = s.errors + i * D;
        double *const r = s.matrices + i * 4;
        r[0] = r[3] = c;
        r[1] = -z;
        r[2] = z;
        s.values[i * D] = c * x[0] - z * x[1];
        s.values[i * D + 1] = z * x[0] + c * x[1];
        s.covariances[i * 3] = c * c * e[0] + z * z * e[1];
        s.covariances[i * 3 + 1] = c * z * (e[0] - e[1]);
        s.covariances[i * 3 + 2] = z * z * e[0] + c * c * e[1];
    }
    return s;
}

static outcome from_model(const gmix_table *x, const char *family,
                          const gmix_model *model) {
    gmix_fit_options opts = law_options(family, K);
    opts.init = "model";
    opts.init_model = model;
    opts.resolution = "off";
    return law_fit(NULL, x, &opts);
}

/* Two tables that are the same rows, seen otherwise. */
static void same_rows(const char *family, const seen *s, const gmix_table *plain,
                      const gmix_table *x) {
    gmix_model *const start = law_model(family, &s->data, K, 0.0);
    outcome p = from_model(plain, family, start), q = from_model(x, family, start);
    static double a[4][N * D];
    near_traces(&p, &q, 0.0, 1e-9);
    law_monotone(&q.report);
    if (p.model && q.model) {
        for (size_t i = 0; i < (size_t)K * D; i++) {
            CHECK_NEAR(gmix_model_means(q.model)[i], gmix_model_means(p.model)[i], 1e-7);
        }
        CHECK_STATUS(NULL, gmix_log_density(NULL, p.model, plain, a[0]), GMIX_OK);
        CHECK_STATUS(NULL, gmix_log_density(NULL, p.model, x, a[1]), GMIX_OK);
        for (size_t i = 0; i < N; i++) {
            CHECK_NEAR(a[1][i], a[0][i], 1e-10 * fmax(1, fabs(a[0][i])));
        }
        CHECK_STATUS(NULL, gmix_true_values(NULL, p.model, plain, a[0], a[1]), GMIX_OK);
        CHECK_STATUS(NULL, gmix_true_values(NULL, p.model, x, a[2], a[3]), GMIX_OK);
        for (size_t i = 0; i < (size_t)N * D; i++) {
            CHECK_NEAR(a[2][i], a[0][i], 1e-9);
            CHECK_NEAR(a[3][i], a[1][i], 1e-9);
        }
    }
    outcome_free(&p);
    outcome_free(&q);
    gmix_model_free((gmix_model **)(uintptr_t)&start);
}

static void turns(const char *family) {
    seen s = turned(61);
    const gmix_table plain = with_errors(&s), x = as_measured(&s, D, 3);
    same_rows(family, &s, &plain, &x);
    seen_free(&s);
}

/* x and y of rows in turn, in a unit of 3; the other one was not measured. */
static void halves(const char *family) {
    seen s = rows_of(1, 1, 62);
    for (size_t i = 0; i < N; i++) {
        const size_t j = i % 2;
        s.matrices[i * 2 + j] = 3;
        s.values[i] = 3 * s.data.x[i * D + j];
        s.covariances[i] = 9 * s.errors[i * D + j];
        s.errors[i * D + 1 - j] = INFINITY;
    }
    gmix_model *start = law_model(family, &s.data, K, 0.0);
    const gmix_table plain = with_errors(&s), x = as_measured(&s, 1, 1);
    outcome p = from_model(&plain, family, start), q = from_model(&x, family, start);
    near_traces(&p, &q, -N * log(3), 1e-8);
    outcome_free(&p);
    outcome_free(&q);
    gmix_model_free(&start);
    seen_free(&s);
}

/* More numbers than features, some not measured: the density is that of a normal with R V R^T + S. */
static double direct(const gmix_model *m, const seen *s, size_t i) {
    long double sum = 0;
    for (size_t k = 0; k < K; k++) {
        double v[D * D];
        const double *const mean = gmix_model_means(m) + k * D;
        gmix_model_covariance(m, k, v);
        long double l[P][P], y[P], term = logl(gmix_model_weights(m)[k]);
        size_t o = 0;
        const double *rows[P];
        for (size_t a = 0; a < P; a++) {
            if (isnan(s->values[i * P + a])) {
                continue;
            }
            const double *const r = rows[o] = s->matrices + (i * P + a) * D;
            y[o] = (long double)s->values[i * P + a] - r[0] * mean[0] - r[1] * mean[1];
            for (size_t b = 0; b <= o; b++) {
                long double cov = b == o ? s->covariances[i * P + a] : 0;
                for (size_t g = 0; g < D; g++) {
                    for (size_t h = 0; h < D; h++) {
                        cov += (long double)r[g] * v[g * D + h] * rows[b][h];
                    }
                }
                for (size_t t = 0; t < b; t++) {
                    cov -= l[o][t] * l[b][t];
                }
                l[o][b] = b == o ? sqrtl(cov) : cov / l[b][b];
            }
            for (size_t t = 0; t < o; t++) {
                y[o] -= l[o][t] * y[t];
            }
            y[o] /= l[o][o];
            term -= logl(l[o][o]) + (y[o] * y[o] + logl(6.283185307179586476925L)) / 2;
            o++;
        }
        sum += expl(term);
    }
    return (double)logl(sum);
}

static void densities(const char *family) {
    seen s = rows_of(P, P, 63);
    uint64_t seed = 64;
    for (size_t i = 0; i < N; i++) {
        for (size_t a = 0; a < P; a++) {
            double *const r = s.matrices + (i * P + a) * D;
            r[0] = fixture_uniform(&seed) - 0.3;
            r[1] = fixture_uniform(&seed) - 0.6;
            s.covariances[i * P + a] = 0.1 + fixture_uniform(&seed);
            s.values[i * P + a] = r[0] * s.data.x[i * D] + r[1] * s.data.x[i * D + 1] +
                                  0.5 * fixture_uniform(&seed);
        }
        s.values[i * P + i % P] = i % 4 ? s.values[i * P + i % P] : (double)NAN;
    }
    const gmix_table x = as_measured(&s, P, P);
    const gmix_fit_options opts = law_options(family, K);
    gmix_ctx *one = law_context(1), *four = law_context(4);
    outcome p = law_fit(one, &x, &opts), q = law_fit(four, &x, &opts);
    double density[N];
    same_outcome(&p, &q);
    law_monotone(&p.report);
    if (p.model &&
        CHECK_STATUS(NULL, gmix_log_density(NULL, p.model, &x, density), GMIX_OK)) {
        for (size_t i = 0; i < N; i++) {
            const double expected = direct(p.model, &s, i);
            CHECK_NEAR(density[i], expected, 1e-9 * fmax(1, fabs(expected)));
        }
    }
    outcome_free(&p);
    outcome_free(&q);
    gmix_ctx_free(&one);
    gmix_ctx_free(&four);
    seen_free(&s);
}

/* A large table, whose search begins on a part of its rows; a choice; and errors by bootstrap. */
static void whole_ways(void) {
    seen s = turned(65);
    const gmix_table x = as_measured(&s, D, 3), plain = with_errors(&s);
    gmix_fit_options opts;
    outcome p, q;
    CHECK_WHERE("whole ways");
    gmix_fit_options_init(&opts);
    opts.n_components = K;
    p = law_fit(NULL, &x, &opts);
    q = law_fit(NULL, &plain, &opts);
    CHECK_NEAR(p.report.log_likelihood, q.report.log_likelihood, 1e-3);
    gmix_standard_error_options how;
    gmix_standard_errors errors = {0};
    gmix_standard_error_options_init(&how);
    how.method = "bootstrap";
    how.n_replicates = 5;
    CHECK_STATUS(NULL,
                 gmix_standard_errors_estimate(NULL, &x, &opts, p.model, &how, &errors),
                 GMIX_OK);
    CHECK(errors.means && errors.means[0] > 0);
    gmix_standard_errors_free(&errors);
    outcome_free(&p);
    outcome_free(&q);
    seen_free(&s);
}

static void refuse(const gmix_table *x, double noise, gmix_status with) {
    gmix_model *model = NULL;
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = 2;
    opts.noise = noise;
    CHECK_STATUS(NULL, gmix_fit(NULL, x, &opts, &model, NULL), with);
    gmix_model_free(&model);
}

static void refusals(void) {
    seen s = turned(66);
    gmix_table x = as_measured(&s, D, 3);
    double density[N], distances[N * K];
    CHECK_WHERE("refusals");
    refuse(&x, 0.1, GMIX_ERR_OPTION);
    s.projections.errors_len = 4;
    refuse(&x, 0, GMIX_ERR_SHAPE);
    s.projections.errors_len = 3;
    x.errors = s.errors;
    refuse(&x, 0, GMIX_ERR_ARGUMENT);
    x.errors = NULL;
    s.covariances[4 * 3] = -1;
    refuse(&x, 0, GMIX_ERR_DATA);
    s.covariances[4 * 3] = 1;
    s.matrices[8] = NAN;
    refuse(&x, 0, GMIX_ERR_NONFINITE);
    for (size_t i = 0; i < (size_t)N * D * D; i++) { /* the sum of features alone */
        s.matrices[i] = 1;
    }
    refuse(&x, 0, GMIX_ERR_DATA);
    gmix_model *model = law_model("full", &s.data, K, 0.0);
    CHECK_STATUS(NULL, gmix_mahalanobis(NULL, model, &x, distances), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(NULL, gmix_log_density(NULL, model, &x, density), GMIX_OK);
    gmix_model_free(&model);
    seen_free(&s);
}

int main(void) {
    LAW_OF_LETTERS(turns);
    LAW_OF_LETTERS(halves);
    LAW(densities);
    whole_ways();
    refusals();
    return CHECK_DONE();
}
