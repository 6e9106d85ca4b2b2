/*
 * Laws of trimming, for every family: the trimmed log-likelihood never falls, whatever else is
 * asked for; it is that of the rows of highest density, to the last row, also where many rows are
 * alike or too many to be held; whole weights are repeated rows; threads, streams and the order
 * of rows change nothing; outliers have no say.
 */
#include "law.h"

enum { N = 400, D = 2, K = 2 };

/* Clusters, every tenth row far away from them. */
static fixture with_outliers(size_t n, size_t d, size_t k, uint64_t seed) {
    const fixture data = fixture_clusters(n, d, k, 8, seed);
    uint64_t state = seed + 1;
    for (size_t i = 0; i < n; i += 10) {
        for (size_t j = 0; j < d; j++) {
            data.x[i * d + j] = 200 * (fixture_uniform(&state) - 0.5);
        }
    }
    return data;
}

static gmix_fit_options trimming(const char *family, double fraction) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.covariance = family;
    opts.n_components = K;
    opts.trim = fraction;
    opts.restarts = 1;
    opts.singular = "keep";
    return opts;
}

static int rising(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The log-likelihood of the best rows, by sorting all of them. */
static double best_rows(const gmix_model *model, const gmix_table *x, double trimmed) {
    double *const density = fixture_alloc(x->n_rows, sizeof *density);
    double sum = 0, left = trimmed;
    CHECK_STATUS(NULL, gmix_log_density(NULL, model, x, density), GMIX_OK);
    qsort(density, x->n_rows, sizeof *density, rising);
    for (size_t i = 0; i < x->n_rows; i++) {
        const double out = left < 1 ? left : 1;
        sum += (1 - out) * density[i];
        left -= out;
    }
    free(density);
    return sum;
}

static void check_rising(const outcome *o) {
    for (size_t t = 1; t < o->report.n_trace; t++) {
        const double before = o->report.trace[t - 1];
        CHECK(o->report.trace[t] >= before - 1e-11 * fabs(before));
    }
}

static void never_falls(const char *family) {
    const fixture data = with_outliers(N, D, K, 501);
    double *const weights = fixture_alloc(N, sizeof *weights);
    for (size_t i = 0; i < N; i++) {
        weights[i] = (double)(i % 4) * 0.7;
    }
    law_share share = {0};
    for (size_t way = 0; way < 32; way++) {
        gmix_table x = law_view(&data);
        x.weights = way & 1 ? weights : NULL;
        gmix_fit_options opts = trimming(family, 0.02 + 0.013 * (double)way);
        opts.accelerate = way / 2 & 1;
        opts.noise = way & 4 ? 0.05 : 0;
        opts.prior = way & 8 ? "mclust" : "none";
        opts.init = way & 16 ? "random" : "kmeans++";
        opts.seed = way;
        CHECK_WHERE("trim, %s, way %zu", family, way);
        outcome o = {NULL, {0}};
        const gmix_status status = gmix_fit(NULL, &x, &opts, &o.model, &o.report);
        CHECK(status == GMIX_OK || status == GMIX_ERR_SINGULAR);
        share.n++;
        share.fitted += status == GMIX_OK;
        check_rising(&o);
        outcome_free(&o);
    }
    law_enough(&share, 0.9);
    free(weights);
    free(data.x);
}

/* Missing cells: a row's score counts them, so it is their sum that never falls. */
static void with_missing_cells(const char *family) {
    const fixture data = with_outliers(N, 3, K, 502);
    uint64_t state = 503;
    for (size_t i = 0; i < N * 3; i++) {
        data.x[i] = fixture_uniform(&state) < 0.15 ? (double)NAN : data.x[i];
    }
    fixture metres = {fixture_alloc(N * 3, sizeof(double)), N, 3};
    for (size_t i = 0; i < N * 3; i++) {
        metres.x[i] = data.x[i] * (i % 3 == 1 ? 1024 : 1);
    }
    for (size_t way = 0; way < 4; way++) {
        const gmix_table x = law_view(&data), y = law_view(&metres);
        gmix_fit_options opts = trimming(family, way < 2 ? 0.1 : 0.2);
        opts.accelerate = way & 1;
        CHECK_WHERE("trim with missing cells, %s, way %zu", family, way);
        outcome a = law_fit(NULL, &x, &opts);
        check_rising(&a);
        CHECK_NEAR(a.report.trimmed_weight, opts.trim * N, 1e-9);
        if (strcmp(family, "full") == 0 || strcmp(family, "diag") == 0) {
            outcome b = law_fit(NULL, &y, &opts); /* units say nothing about who goes */
            CHECK_EQ_INT(a.report.n_trimmed_rows, b.report.n_trimmed_rows);
            for (size_t i = 0; i < a.report.n_trimmed_listed; i++) {
                CHECK_EQ_INT(a.report.trimmed_rows[i], b.report.trimmed_rows[i]);
            }
            outcome_free(&b);
        }
        outcome_free(&a);
    }
    free(metres.x);
    free(data.x);
}

/* What is reported is the sum over the best rows; a row may count in part. */
static void best_rows_count(const char *family) {
    const fixture data = with_outliers(N, D, K, 504);
    const gmix_table x = law_view(&data);
    static const double fractions[] = {0.1, 0.0713, 0.5};
    for (size_t i = 0; i < 3; i++) {
        CHECK_WHERE("trim, %s, %g", family, fractions[i]);
        const gmix_fit_options opts = trimming(family, fractions[i]);
        outcome o = law_fit(NULL, &x, &opts);
        const double trimmed = fractions[i] * N;
        CHECK_REL(o.report.log_likelihood, best_rows(o.model, &x, trimmed), 1e-10);
        CHECK_EQ_INT(o.report.n_trimmed_rows, (size_t)(trimmed + 1e-9));
        CHECK_REL(o.report.bic,
                  -2 * o.report.log_likelihood +
                      (double)o.report.n_parameters * log(N - trimmed),
                  1e-12);
        outcome_free(&o);
    }
    free(data.x);
}

/* Every row two times, or with the weight 2; in any order. */
static void weights_are_repeated_rows(const char *family) {
    const fixture data = with_outliers(N, D, K, 505);
    fixture twice = {fixture_alloc(2 * N * D, sizeof(double)), 2 * N, D};
    double *const weights = fixture_alloc(N, sizeof *weights);
    for (size_t i = 0; i < N; i++) {
        weights[i] = 2;
        memcpy(twice.x + i * D, data.x + i * D, D * sizeof(double));
        memcpy(twice.x + (N + (i * 7) % N) * D, data.x + i * D, D * sizeof(double));
    }
    gmix_table x = law_view(&data);
    const gmix_table y = law_view(&twice);
    gmix_fit_options start = law_options(family, K);
    start.trim = 0.0825;
    start.max_iter = 2;
    outcome from = law_fit(NULL, &x, &start);
    x.weights = weights;
    gmix_fit_options opts = trimming(family, 0.0825); /* of 800 rows: 66 */
    opts.init = "model";
    opts.init_model = from.model;
    opts.tol = 0;
    opts.max_iter = 8;
    opts.accelerate = 0;
    outcome a = law_fit(NULL, &x, &opts), b = law_fit(NULL, &y, &opts);
    near_traces(&a, &b, 0, 1e-11);
    CHECK_REL(a.report.bic, b.report.bic, 1e-11);
    CHECK_REL(a.report.icl, b.report.icl, 1e-10);
    CHECK_EQ_INT(2 * a.report.n_trimmed_rows, b.report.n_trimmed_rows);
    outcome_free(&a);
    outcome_free(&b);
    outcome_free(&from);
    free(weights);
    free(twice.x);
    free(data.x);
}

/* More rows than are held at a time, some of them many times: threads and streams. */
static void many_rows(const char *family) {
    enum { MANY = FIXTURE_SLOW ? 21000 : 70000 };
    const fixture data = with_outliers(MANY, D, K, 506);
    for (size_t i = 1; i < MANY / 4; i++) { /* a quarter of the rows are one */
        data.x[(4 * i) * D] = data.x[0] = 17;
        data.x[(4 * i) * D + 1] = data.x[1] = -3;
    }
    const gmix_table x = law_view(&data);
    law_stream s = {.table = x};
    const gmix_source source = law_source(&s);
    for (size_t way = 0; way < 2;
         way++) { /* the threshold among different rows, or like ones */
        gmix_fit_options opts = trimming(family, way ? 0.15 : 0.02);
        opts.tol = 0;
        opts.max_iter = 4;
        outcome first = {NULL, {0}};
        for (int threads = 1; threads <= 3; threads++) {
            CHECK_WHERE("trim, %s, many rows, %d threads", family, threads);
            gmix_ctx *ctx = law_context(threads);
            outcome o = law_fit(ctx, &x, &opts), streamed = {NULL, {0}};
            CHECK_STATUS(
                ctx,
                gmix_fit_source(ctx, &source, &opts, &streamed.model, &streamed.report),
                GMIX_OK);
            same_outcome(&o, &streamed);
            CHECK_EQ_INT(o.report.n_trimmed_rows, streamed.report.n_trimmed_rows);
            outcome_free(&streamed);
            if (threads == 1) {
                CHECK_REL(o.report.log_likelihood,
                          best_rows(o.model, &x, opts.trim * MANY), 1e-9);
                first = o;
            } else {
                same_outcome(&first, &o);
                outcome_free(&o);
            }
            gmix_ctx_free(&ctx);
        }
        outcome_free(&first);
    }
    free(data.x);
}

/* The search with trimming finds the clusters, not the outliers. */
static void outliers_have_no_say(void) {
    const fixture data = with_outliers(N, D, K, 507);
    fixture clean = {fixture_alloc(N * D, sizeof(double)), 0, D};
    for (size_t i = 0; i < N; i++) {
        if (i % 10 != 0) {
            memcpy(clean.x + clean.n++ * D, data.x + i * D, D * sizeof(double));
        }
    }
    const gmix_table x = law_view(&data), y = law_view(&clean);
    gmix_fit_options opts = trimming("full", 0.1);
    opts.restarts = 0;
    opts.singular = "repair";
    outcome a = law_fit(NULL, &x, &opts);
    opts.trim = 0;
    outcome b = law_fit(NULL, &y, &opts);
    CHECK(a.report.log_likelihood >= best_rows(b.model, &x, 0.1 * N) - 1e-3 * N);
    CHECK(a.report.sound);
    size_t outliers = 0;
    for (size_t i = 0; i < a.report.n_trimmed_listed; i++) {
        outliers += a.report.trimmed_rows[i] % 10 == 0;
    }
    CHECK_EQ_INT(a.report.n_trimmed_listed, N / 10);
    CHECK_EQ_INT(a.report.n_trimmed_rows, N / 10);
    CHECK(outliers >= N / 10 - 4); /* some lie among the clusters */
    outcome_free(&a);
    outcome_free(&b);
    free(clean.x);
    free(data.x);
}

/* n/2 log det of the covariance of rows, but for constants; without rows a and b. */
static double closed_form(const double *x, size_t n, size_t a, size_t b) {
    double m[2] = {0, 0}, s[3] = {0, 0, 0};
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < n; i++) {
            const double u = x[2 * i] - m[0], v = x[2 * i + 1] - m[1];
            if (i == a || i == b) {
                continue;
            }
            if (pass == 1) {
                s[0] += u * u;
                s[1] += u * v;
                s[2] += v * v;
            }
        }
        for (size_t i = 0; i < n && pass == 0; i++) {
            for (size_t j = 0; j < 2 && i != a && i != b; j++) {
                m[j] += x[2 * i + j] / (double)(n - 2);
            }
        }
    }
    const double rows = (double)(n - 2);
    return -0.5 * rows *
           (log((s[0] * s[2] - s[1] * s[1]) / (rows * rows)) +
            2.0 * log(6.283185307179586) + 2.0);
}

/* One Gaussian, three rows far away, of which two are trimmed: no choice of the two is better than what is found. */
static void one_component(void) {
    enum { ROWS = 53 };
    for (uint64_t seed = 1; seed <= 12; seed++) {
        fixture data = fixture_clusters(ROWS, 2, 1, 1.0, seed);
        uint64_t state = seed;
        for (size_t i = 0; i < 3; i++) {
            data.x[2 * i + (fixture_uniform(&state) < 0.5)] =
                1000.0 * (1.0 + fixture_uniform(&state));
        }
        gmix_fit_options opts;
        gmix_fit_options_init(&opts);
        opts.n_components = 1;
        opts.trim = 2.0 / ROWS;
        const gmix_table x = law_view(&data);
        outcome o = {NULL, {0}};
        CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &o.model, &o.report), GMIX_OK);
        const double best =
            fmax(closed_form(data.x, ROWS, 0, 1),
                 fmax(closed_form(data.x, ROWS, 0, 2), closed_form(data.x, ROWS, 1, 2)));
        CHECK_WHERE("one component, table %d", (int)seed);
        CHECK(o.report.log_likelihood > best - 1e-3);
        outcome_free(&o);
        free(data.x);
    }
    CHECK_WHERE("%s", "");
}

int main(void) {
    LAW(never_falls);
    LAW(with_missing_cells);
    LAW(best_rows_count);
    LAW_OF_LETTERS(weights_are_repeated_rows);
    static const char *const some[] = {"full", "diag"};
    for (size_t i = 0; i < 2; i++) {
        many_rows(some[i]);
    }
    CHECK_WHERE("%s", "");
    outliers_have_no_say();
    one_component();
    return CHECK_DONE();
}
