/*
 * Laws of rows with errors of measurement, for every family: the log-likelihood is that of components with
 * the rows' errors added to their covariances, worked out from the model alone; it never falls; errors of
 * 0 are none, errors without bound are missing cells, and errors that are all alike are a part of the
 * covariances.
 */
#include "observed.h"

enum { N = 701, D = 3, K = 2, LEN = D * (D + 1) / 2 };

/* Variances of every row's errors, up to those of the data; some are 0. */
static double *draw_errors(const fixture *data, uint64_t seed) {
    double *const errors = fixture_alloc(data->n * data->d, sizeof *errors);
    for (size_t i = 0; i < data->n * data->d; i++) {
        const double u = fixture_uniform(&seed);
        errors[i] = u < 0.1 ? 0.0 : 2.0 * u * u;
    }
    return errors;
}

static gmix_table view(const fixture *data, const double *errors, size_t len) {
    gmix_table x = law_view(data);
    x.errors = errors;
    x.errors_len = len;
    return x;
}

/* log p(x) of a row with a covariance of its errors (D x D). */
static double row_density(const gmix_model *m, const double *x, const double *error) {
    const size_t k = gmix_model_n_components(m), d = gmix_model_n_features(m);
    double cov[D * D];
    long double sum = 0;
    for (size_t c = 0; c < k; c++) {
        gmix_model_covariance(m, c, cov);
        for (size_t t = 0; t < d * d; t++) {
            cov[t] += error[t];
        }
        sum += gmix_model_weights(m)[c] *
               expl(observed_log_density(x, gmix_model_means(m) + c * d, cov, d));
    }
    return (double)logl(sum);
}

/* A covariance for every row: packed, and D x D. */
static double *packed_errors(const fixture *data, double *squares) {
    double *const errors = fixture_alloc(data->n * LEN, sizeof *errors);
    uint64_t seed = 5;
    for (size_t i = 0; i < data->n; i++) {
        double root[D][D] = {{0}};
        for (size_t j = 0; j < D; j++) {
            for (size_t t = 0; t <= j; t++) {
                root[j][t] = 0.6 * fixture_normal(&seed) * (double)(i % 3 > 0);
            }
        }
        for (size_t j = 0; j < D; j++) {
            for (size_t t = 0; t < D; t++) {
                double sum = 0;
                for (size_t s = 0; s < D; s++) {
                    sum += root[j][s] * root[t][s];
                }
                squares[i * D * D + j * D + t] = sum;
                if (t <= j) {
                    errors[i * LEN + j * (j + 1) / 2 + t] = sum;
                }
            }
        }
    }
    return errors;
}

/* A few cells are missing, with covariances: the likelihood, and that plain steps never lower it. */
static void likelihood(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.5, 31);
    lose_cells(data.x, N, D, 0.1, 8);
    double *const squares = fixture_alloc((size_t)N * D * D, sizeof *squares);
    double *const errors = packed_errors(&data, squares);
    double *const density = fixture_alloc(N, sizeof *density);
    const gmix_table x = view(&data, errors, LEN);
    const gmix_fit_options opts = law_options(family, K);
    outcome o = law_fit(NULL, &x, &opts);
    long double total = 0;
    if (o.model &&
        CHECK_STATUS(NULL, gmix_log_density(NULL, o.model, &x, density), GMIX_OK)) {
        for (size_t i = 0; i < N; i++) {
            const double expected =
                row_density(o.model, data.x + i * D, squares + i * D * D);
            CHECK_NEAR(density[i], expected, 1e-9 * fmax(1, fabs(expected)));
            total += expected;
        }
        CHECK_REL(o.report.log_likelihood, (double)total, 1e-10);
        law_monotone(&o.report);
    }
    outcome_free(&o);
    free(squares);
    free(errors);
    free(density);
    free(data.x);
}

static void none(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.5, 32);
    double *const errors = fixture_alloc((size_t)N * D, sizeof *errors);
    const gmix_table x = view(&data, errors, D), plain = law_view(&data);
    gmix_fit_options opts = law_options(family, K);
    opts.accelerate = 1;
    outcome a = law_fit(NULL, &x, &opts), b = law_fit(NULL, &plain, &opts);
    same_outcome(&a, &b);
    outcome_free(&a);
    outcome_free(&b);
    free(errors);
    free(data.x);
}

/* The same bits, whether it is the error that has no bound or the cell that is missing. */
static void without_bound(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.5, 33),
                  other = fixture_clusters(N, D, K, 2.5, 33);
    double *const errors = draw_errors(&data, 9), *const bounded = draw_errors(&data, 9);
    for (size_t i = 0; i < N * D; i += 7) {
        errors[i] = INFINITY;
        bounded[i] = 0.0;
        other.x[i] = (double)NAN;
    }
    const gmix_table x = view(&data, errors, D), y = view(&other, bounded, D);
    const gmix_fit_options opts = law_options(family, K);
    outcome a = law_fit(NULL, &x, &opts), b = law_fit(NULL, &y, &opts);
    same_outcome(&a, &b);
    CHECK(a.report.n_missing_cells > 0);
    outcome_free(&a);
    outcome_free(&b);
    free(errors);
    free(bounded);
    free(data.x);
    free(other.x);
}

/* Covariances without correlations are variances; any number of threads gives the same bits; and a
 * fit that extrapolates is no worse than plain steps. */
static void forms(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.5, 34);
    double *const errors = draw_errors(&data, 10);
    double *const full = fixture_alloc((size_t)N * LEN, sizeof *full);
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < D; j++) {
            errors[i * D + j] += 0.1;
            full[i * LEN + j * (j + 1) / 2 + j] = errors[i * D + j];
        }
    }
    const gmix_table x = view(&data, errors, D), y = view(&data, full, LEN);
    gmix_fit_options opts = law_options(family, K);
    outcome a = law_fit(NULL, &x, &opts), b = law_fit(NULL, &y, &opts);
    CHECK_REL(a.report.log_likelihood, b.report.log_likelihood, 1e-10);
    opts.accelerate = 1;
    opts.max_iter = 40;
    gmix_ctx *const four = law_context(4), *const one = law_context(1);
    outcome c = law_fit(one, &x, &opts), d = law_fit(four, &x, &opts);
    same_outcome(&c, &d);
    CHECK(c.report.log_likelihood >= a.report.log_likelihood - 1e-6);
    gmix_ctx_free(&(gmix_ctx *){one});
    gmix_ctx_free(&(gmix_ctx *){four});
    outcome_free(&a);
    outcome_free(&b);
    outcome_free(&c);
    outcome_free(&d);
    free(errors);
    free(full);
    free(data.x);
}

/* Other units, and an offset. */
static void units(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.5, 35),
                  moved = fixture_clusters(N, D, K, 2.5, 35);
    double *const errors = draw_errors(&data, 11), *const scaled = draw_errors(&data, 11);
    for (size_t i = 0; i < N * D; i++) {
        moved.x[i] = 64.0 * moved.x[i] + 4096.0;
        scaled[i] *= 4096.0;
    }
    const gmix_table x = view(&data, errors, D), y = view(&moved, scaled, D);
    const gmix_fit_options opts = law_options(family, K);
    outcome a = law_fit(NULL, &x, &opts), b = law_fit(NULL, &y, &opts);
    CHECK_NEAR(b.report.log_likelihood, a.report.log_likelihood - N * D * log(64.0),
               1e-7 * fabs(a.report.log_likelihood));
    outcome_free(&a);
    outcome_free(&b);
    free(errors);
    free(scaled);
    free(data.x);
    free(moved.x);
}

/* Errors that are all alike, and smaller than components: the plain fit less the errors. */
static void alike(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.5, 36);
    double *const errors = fixture_alloc((size_t)N * D, sizeof *errors);
    for (size_t i = 0; i < N * D; i++) {
        errors[i] = 0.01;
    }
    const gmix_table x = view(&data, errors, D), plain = law_view(&data);
    gmix_fit_options opts = law_options(family, K);
    opts.tol = 1e-12;
    opts.max_iter = 3000;
    opts.accelerate = 1;
    outcome a = law_fit(NULL, &x, &opts), b = law_fit(NULL, &plain, &opts);
    const bool closed =
        strlen(family) > 3 || strcmp(family, "EII") == 0 || strcmp(family, "EEI") == 0;
    double with[D * D], without[D * D];
    for (size_t k = 0; closed && k < K && a.model && b.model; k++) {
        gmix_model_covariance(a.model, k, with);
        gmix_model_covariance(b.model, k, without);
        for (size_t j = 0; j < D * D; j++) {
            CHECK_NEAR(with[j] + (j % (D + 1) == 0 ? 0.01 : 0.0), without[j], 1e-5);
        }
    }
    if (closed) {
        CHECK_REL(a.report.log_likelihood, b.report.log_likelihood, 1e-9);
    }
    outcome_free(&a);
    outcome_free(&b);
    free(errors);
    free(data.x);
}

/* Rows that count twice are two rows, beside noise, classes and trimming. */
static void beside(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.5, 37);
    double *const errors = draw_errors(&data, 12);
    double *const weights = fixture_alloc(N, sizeof *weights);
    double *const twice = fixture_alloc(2 * (size_t)N * D, sizeof *twice),
                  *const twice_errors = fixture_alloc(2 * (size_t)N * D, sizeof *twice);
    memcpy(twice, data.x, sizeof(double) * N * D);
    memcpy(twice + (size_t)N * D, data.x, sizeof(double) * N * D);
    memcpy(twice_errors, errors, sizeof(double) * N * D);
    memcpy(twice_errors + (size_t)N * D, errors, sizeof(double) * N * D);
    for (size_t i = 0; i < N; i++) {
        weights[i] = 2.0;
    }
    gmix_table x = view(&data, errors, D), y = gmix_table_f64(twice, 2 * (size_t)N, D);
    x.weights = weights;
    y.errors = twice_errors;
    y.errors_len = D;
    gmix_fit_options opts = law_options(family, 1);
    opts.noise = 0.05;
    opts.trim = 0.02;
    outcome a = law_fit(NULL, &x, &opts), b = law_fit(NULL, &y, &opts);
    CHECK_REL(a.report.log_likelihood, b.report.log_likelihood, 1e-9);
    outcome_free(&a);
    outcome_free(&b);
    free(errors);
    free(weights);
    free(twice);
    free(twice_errors);
    free(data.x);
}

/* What is refused, and what is refused elsewhere. */
static void refusals(void) {
    const fixture data = fixture_clusters(50, D, 1, 1, 38);
    double *const errors = draw_errors(&data, 13);
    gmix_table x = view(&data, errors, D);
    gmix_model *model = NULL;
    CHECK_WHERE("refusals");
    x.errors_len = D + 1;
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, NULL, &model, NULL), GMIX_ERR_SHAPE);
    x.errors_len = D;
    errors[4] = -1.0;
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, NULL, &model, NULL), GMIX_ERR_DATA);
    errors[4] = (double)NAN;
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, NULL, &model, NULL), GMIX_ERR_DATA);
    errors[4] = 1.0;
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, NULL, &model, NULL), GMIX_OK);
    double filled[50 * D];
    CHECK_STATUS(NULL, gmix_impute(NULL, model, &x, filled), GMIX_ERR_ARGUMENT);
    gmix_model_free(&model);
    double *const full = fixture_alloc(50 * LEN, sizeof *full);
    full[3 * LEN] = full[3 * LEN + 2] = full[3 * LEN + 5] = 1.0;
    full[3 * LEN + 1] = 1.1; /* a correlation above 1 */
    x = view(&data, full, LEN);
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, NULL, &model, NULL), GMIX_ERR_DATA);
    free(full);
    free(errors);
    free(data.x);
}

static double left_out_by_choice(const gmix_table *x, const gmix_fit_options *opts,
                                 size_t folds) {
    gmix_select_options how;
    gmix_model *model = NULL;
    gmix_report report = {0};
    gmix_select_options_init(&how);
    how.components = "1";
    how.covariances = "full";
    how.criterion = "cv";
    how.folds = folds;
    double cv = (double)NAN;
    if (CHECK_STATUS(NULL, gmix_select(NULL, x, opts, &how, &model, &report), GMIX_OK)) {
        cv = report.candidates[0].cv;
    }
    gmix_report_free(&report);
    gmix_model_free(&model);
    return cv;
}

/* Cross-validation scores every row with its own errors, under the fit to the others with theirs. */
static void left_out(void) {
    enum { FEW = 14 };
    const fixture data = fixture_clusters(FEW, D, 1, 1, 39);
    double *const errors = draw_errors(&data, 14), weights[FEW], sum = 0.0;
    gmix_fit_options opts;
    CHECK_WHERE("left out");
    gmix_fit_options_init(&opts);
    opts.tol = 1e-11;
    opts.max_iter = 5000;
    gmix_table x = view(&data, errors, D);
    for (size_t i = 0; i < FEW; i++) {
        for (size_t n = 0; n < FEW; n++) {
            weights[n] = n != i;
        }
        gmix_criteria score;
        gmix_table others = x, own = gmix_table_f64(data.x + i * D, 1, D);
        others.weights = weights;
        own.errors = errors + i * D;
        own.errors_len = D;
        outcome o = law_fit(NULL, &others, &opts);
        CHECK_STATUS(NULL, gmix_score(NULL, o.model, &own, &score), GMIX_OK);
        sum += score.log_likelihood;
        outcome_free(&o);
    }
    CHECK_REL(left_out_by_choice(&x, &opts, FEW), sum, 1e-5);
    memset(errors, 0, FEW * D * sizeof *errors);
    const double none = left_out_by_choice(&x, &opts, 3);
    x = law_view(&data);
    CHECK(none == left_out_by_choice(&x, &opts, 3));
    free(errors);
    free(data.x);
}

int main(void) {
    left_out();
    LAW(likelihood);
    LAW(none);
    LAW(without_bound);
    LAW(forms);
    LAW(units);
    LAW_OF_LETTERS(alike);
    LAW(beside);
    refusals();
    return CHECK_DONE();
}
