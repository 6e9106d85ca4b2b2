/*
 * Laws of truncated samples, for every family of one feature: the log-likelihood is that of rows given that they lie
 * within, worked out from the model alone; it never falls; bounds at infinity are none, to the last bit; other
 * units change nothing; narrow bins come to the density; and many rows tell what the whole population is like.
 */
#include "law.h"

enum { N = 301, K = 2 };
static const double BOUNDS[2] = {-1.0, 4.0};

/* Rows of clusters, those beyond the bounds put inside. */
static fixture within(uint64_t seed) {
    const fixture data = fixture_clusters(N, 1, K, 2.5, seed);
    for (size_t i = 0; i < N; i++) {
        while (data.x[i] <= BOUNDS[0] || data.x[i] >= BOUNDS[1]) {
            data.x[i] =
                data.x[i] <= BOUNDS[0] ? -1.7 - 0.7 * data.x[i] + 0.001 : 0.7 * data.x[i];
        }
    }
    return data;
}

static gmix_table view(const fixture *data) {
    gmix_table x = law_view(data);
    x.truncation = BOUNDS;
    return x;
}

static double row_log(const gmix_model *m, double x) {
    long double density = 0, inside = 0;
    for (size_t k = 0; k < gmix_model_n_components(m); k++) {
        double variance;
        gmix_model_covariance(m, k, &variance);
        const long double pi = gmix_model_weights(m)[k], sd = sqrtl(variance),
                          mean = gmix_model_means(m)[k], z = (x - mean) / sd,
                          root = sqrtl(2);
        density += pi * expl(-z * z / 2) / sd / sqrtl(2 * 3.14159265358979323846264338L);
        inside += pi *
                  (erfl((BOUNDS[1] - mean) / sd / root) -
                   erfl((BOUNDS[0] - mean) / sd / root)) /
                  2;
    }
    return (double)logl(density / inside);
}

static void likelihood(const char *family) {
    const fixture data = within(51);
    const gmix_table x = view(&data);
    const gmix_fit_options opts = law_options(family, K);
    outcome o = law_fit(NULL, &x, &opts);
    double density[N];
    long double total = 0;
    if (o.model &&
        CHECK_STATUS(NULL, gmix_log_density(NULL, o.model, &x, density), GMIX_OK)) {
        for (size_t i = 0; i < N; i++) {
            const double expected = row_log(o.model, data.x[i]);
            CHECK_NEAR(density[i], expected, 1e-11 * fmax(1, fabs(expected)));
            total += expected;
        }
        CHECK_REL(o.report.log_likelihood, (double)total, 1e-11);
        law_monotone(&o.report);
    }
    outcome_free(&o);
    free(data.x);
}

/* Bounds at infinity are those of a whole sample; and any number of threads gives the same bits. */
static void whole(const char *family) {
    static const double none[2] = {-INFINITY, INFINITY};
    const fixture data = within(52);
    gmix_table plain = law_view(&data), x = plain;
    x.truncation = none;
    gmix_fit_options opts = law_options(family, K);
    opts.accelerate = 1;
    outcome p = law_fit(NULL, &x, &opts), q = law_fit(NULL, &plain, &opts);
    CHECK(same_bits(gmix_model_means(p.model), gmix_model_means(q.model), K));
    outcome_free(&p);
    outcome_free(&q);
    gmix_ctx *one = law_context(1), *four = law_context(4);
    x.truncation = BOUNDS;
    p = law_fit(one, &x, &opts);
    q = law_fit(four, &x, &opts);
    same_outcome(&p, &q);
    outcome_free(&p);
    outcome_free(&q);
    gmix_ctx_free(&one);
    gmix_ctx_free(&four);
    free(data.x);
}

static void units(const char *family) {
    const double scale = 1024, shift = 4096;
    const double bounds[2] = {BOUNDS[0] * scale + shift, BOUNDS[1] * scale + shift};
    fixture data = within(53);
    const gmix_table x = view(&data);
    const gmix_fit_options opts = law_options(family, K);
    outcome p = law_fit(NULL, &x, &opts);
    for (size_t i = 0; i < N; i++) {
        data.x[i] = data.x[i] * scale + shift;
    }
    gmix_table other = law_view(&data);
    other.truncation = bounds;
    outcome q = law_fit(NULL, &other, &opts);
    CHECK_NEAR(q.report.log_likelihood, p.report.log_likelihood - N * log(scale), 1e-6);
    outcome_free(&p);
    outcome_free(&q);
    free(data.x);
}

/* Narrow cells, open ones that the bounds close, and a value that has two equal bounds. */
static void bins(const char *family) {
    const double h = 1e-5;
    double lower[N], upper[N];
    const fixture data = within(54);
    for (size_t i = 0; i < N; i++) {
        lower[i] = data.x[i] - h / 2;
        upper[i] = data.x[i] + h / 2;
    }
    gmix_fit_options opts = law_options(family, K);
    opts.init = "random";
    opts.restarts = 1;
    const gmix_table plain = view(&data);
    gmix_table x = plain;
    x.lower = lower;
    x.upper = upper;
    outcome p = law_fit(NULL, &x, &opts), q = law_fit(NULL, &plain, &opts);
    CHECK_NEAR(p.report.log_likelihood, q.report.log_likelihood + N * log(h), 1e-4);
    double open[2] = {-INFINITY, 1.0}, ends[2] = {1.0, INFINITY}, log_p[2];
    gmix_table two = gmix_table_f64(NULL, 2, 1);
    two.lower = open;
    two.upper = ends;
    two.truncation = BOUNDS;
    if (CHECK_STATUS(NULL, gmix_log_density(NULL, p.model, &two, log_p), GMIX_OK)) {
        CHECK_NEAR(exp(log_p[0]) + exp(log_p[1]), 1.0, 1e-12);
    }
    outcome_free(&p);
    outcome_free(&q);
    free(data.x);
}

/* A row whose value was lost says nothing: it lies within with certainty. */
static void missing(const char *family) {
    double cells[N + 1], density[N + 1];
    const fixture data = within(56);
    memcpy(cells, data.x, N * sizeof *cells);
    cells[N] = NAN;
    gmix_table x = gmix_table_f64(NULL, N + 1, 1), plain = view(&data);
    x.lower = x.upper = cells;
    x.truncation = BOUNDS;
    gmix_model *start = law_model(family, &data, K, 0.0);
    gmix_fit_options opts = law_options(family, K);
    opts.init = "model";
    opts.init_model = start;
    outcome p = law_fit(NULL, &x, &opts), q = law_fit(NULL, &plain, &opts);
    law_monotone(&p.report);
    CHECK_NEAR(p.report.log_likelihood, q.report.log_likelihood, 0.1);
    if (CHECK_STATUS(NULL, gmix_log_density(NULL, p.model, &x, density), GMIX_OK)) {
        CHECK_NEAR(density[N], 0.0, 1e-12);
        CHECK_NEAR(density[0], row_log(p.model, cells[0]), 1e-11);
    }
    outcome_free(&p);
    outcome_free(&q);
    gmix_model_free(&start);
    free(data.x);
}

/* Quantiles of a normal beyond half a standard deviation: the whole normal is found. */
static void population(void) {
    enum { MANY = 4000 };
    static double x[MANY];
    const double bounds[2] = {0.5, INFINITY}, inside = 0.30853753872598690;
    for (size_t i = 0; i < MANY; i++) {
        const double tail = inside * (1 - ((double)i + 0.5) / MANY);
        double low = 0.5, high = 9;
        for (int step = 0; step < 60; step++) {
            const double middle = (low + high) / 2;
            *(erfc(middle / sqrt(2)) / 2 > tail ? &low : &high) = middle;
        }
        x[i] = 100 + 10 * low;
    }
    const double shifted[2] = {100 + 10 * bounds[0], INFINITY};
    gmix_table t = gmix_table_f64(x, MANY, 1);
    t.truncation = shifted;
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = 1;
    outcome o = law_fit(NULL, &t, &opts);
    CHECK_WHERE("population");
    CHECK_NEAR(gmix_model_means(o.model)[0], 100, 0.2);
    CHECK_NEAR(sqrt(gmix_model_covariances(o.model)[0]), 10, 0.1);
    outcome_free(&o);
}

/* A log-likelihood without a maximum at finite parameters is said to be one. */
static void tail_alone(void) {
    enum { FEW = 200 };
    double x[FEW];
    const double bounds[2] = {0, INFINITY};
    for (size_t i = 0; i < FEW; i++) {
        x[i] = -log(1 - ((double)i + 0.5) / FEW);
    }
    gmix_table t = gmix_table_f64(x, FEW, 1);
    t.truncation = bounds;
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = 1;
    outcome o = law_fit(NULL, &t, &opts);
    bool said = false;
    CHECK_WHERE("tail alone");
    for (size_t i = 0; i < o.report.n_warnings; i++) {
        said =
            said || strstr(o.report.warnings[i], "between the bounds of the truncation");
    }
    CHECK(said);
    outcome_free(&o);
}

static void refuse(const gmix_table *x, const gmix_fit_options *opts, gmix_status with) {
    gmix_model *model = NULL;
    CHECK_STATUS(NULL, gmix_fit(NULL, x, opts, &model, NULL), with);
    gmix_model_free(&model);
}

static void refusals(void) {
    const fixture data = within(55);
    const double turned[2] = {4, -1}, narrow[2] = {0, 1};
    double errors[N] = {0};
    gmix_table x = view(&data), other = x;
    gmix_fit_options opts, plain;
    gmix_fit_options_init(&plain);
    plain.n_components = 2;
    CHECK_WHERE("refusals");
    opts = plain;
    opts.noise = 0.1;
    refuse(&x, &opts, GMIX_ERR_OPTION);
    opts = plain;
    opts.bayes = "dirichlet";
    refuse(&x, &opts, GMIX_ERR_OPTION);
    other.truncation = turned;
    refuse(&other, &plain, GMIX_ERR_OPTION);
    other.truncation = narrow;
    refuse(&other, &plain, GMIX_ERR_DATA);
    other = x;
    other.errors = errors;
    other.errors_len = 1;
    refuse(&other, &plain, GMIX_ERR_OPTION);
    other = gmix_table_f64(data.x, N / 2, 2);
    other.truncation = BOUNDS;
    refuse(&other, &plain, GMIX_ERR_OPTION);
    data.x[7] = NAN;
    refuse(&x, &plain, GMIX_ERR_DATA);
    free(data.x);
}

int main(void) {
    LAW_OF_LETTERS(likelihood);
    LAW_OF_LETTERS(whole);
    LAW_OF_LETTERS(units);
    LAW_OF_LETTERS(bins);
    LAW_OF_LETTERS(missing);
    population();
    tail_alone();
    refusals();
    return CHECK_DONE();
}
