/*
 * Standard errors by information of rows that are seen otherwise: truncated samples, bins, censored and
 * missing cells, of one feature and of two. They are those of second differences of the log-likelihood that
 * gmix_log_density() gives; narrow bins come to values; and repeated rows are weights.
 */
#include "law.h"

enum { N = 400, K = 2, MOST = 1 + 2 * K * 2 };

typedef enum kind { TRUNCATED, TAIL, BINS, TRUNCATED_BINS, CENSORED, KINDS } kind;
static const char *const said[KINDS] = {"truncated", "from one side", "bins",
                                        "truncated bins", "censored cells"};

typedef struct problem {
    fixture data;
    double *lower, *upper, *weights;
    gmix_table x;
    const char *family;
} problem;

/* Bounds of the sample, by kind. */
static const double ends[2][2] = {{-2.0, 3.5}, {-2.0, INFINITY}};

static problem make(kind what) {
    const double *const within = ends[what == TAIL];
    const size_t d = what == CENSORED ? 2 : 1;
    problem p = {.data = fixture_clusters(N, d, K, 3.0, 23),
                 .family = what == CENSORED ? "diag" : "full"};
    p.lower = fixture_alloc(N * d, sizeof *p.lower);
    p.upper = fixture_alloc(N * d, sizeof *p.upper);
    p.weights = fixture_alloc(N, sizeof *p.weights);
    const bool truncated = what <= TAIL || what == TRUNCATED_BINS;
    for (size_t i = 0; i < N * d; i++) {
        double *const x = &p.data.x[i];
        p.weights[i / d] = 1.0 + (double)(i / d % 2);
        if (truncated && (*x < within[0] || *x > within[1])) {
            *x = within[0] + 0.1 + 0.01 * (double)(i % 200);
        }
        const double low = 0.25 * floor(4.0 * *x);
        const bool binned = what == BINS || what == TRUNCATED_BINS || i % 3 == 0;
        p.lower[i] = binned ? low : *x;
        p.upper[i] = binned ? low + 0.25 : *x;
        if (what == CENSORED && i % 5 == 0) {
            p.lower[i] = i % 2 ? 0.8 : -INFINITY;
            p.upper[i] = i % 2 ? INFINITY : 1.2;
        } else if (what == CENSORED && i % 11 == 0) {
            p.lower[i] = p.upper[i] = (double)NAN;
        }
    }
    p.x = law_view(&p.data);
    p.x.weights = p.weights;
    p.x.lower = what >= BINS ? p.lower : NULL;
    p.x.upper = what >= BINS ? p.upper : NULL;
    p.x.truncation = truncated ? within : NULL;
    return p;
}

static void problem_free(problem *p) {
    free(p->data.x);
    free(p->lower);
    free(p->upper);
    free(p->weights);
}

static outcome fitted(const problem *p) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = K;
    opts.covariance = p->family;
    opts.tol = 1e-12;
    opts.max_iter = 3000;
    opts.search = "quick";
    opts.resolution = "off";
    return law_fit(NULL, &p->x, &opts);
}

/* Log-likelihood of log-odds, means and variances. */
static double at_point(const problem *p, const double *z) {
    const size_t d = p->x.n_cols;
    double weights[K], density[N], sum = 0.0;
    gmix_model *m = NULL;
    weights[0] = 1.0 / (1.0 + exp(-z[0]));
    weights[1] = 1.0 - weights[0];
    CHECK_STATUS(
        NULL,
        gmix_model_new(NULL, p->family, K, d, weights, z + 1, z + 1 + K * d, NULL, &m),
        GMIX_OK);
    CHECK_STATUS(NULL, gmix_log_density(NULL, m, &p->x, density), GMIX_OK);
    for (size_t i = 0; i < N; i++) {
        sum += p->weights[i] * density[i];
    }
    gmix_model_free(&m);
    return sum;
}

/* - d2 log L / dz_a dz_b, by differences of the fourth order in steps of h. */
static double second(const problem *p, const double *z, const double *h, size_t a,
                     size_t b) {
    static const double at[4] = {-2.0, -1.0, 1.0, 2.0}, times[4] = {1.0, -8.0, 8.0, -1.0};
    double sum = 0.0, moved[MOST];
    for (int s = 0; s < 4; s++) {
        for (int t = 0; t < 4; t++) {
            memcpy(moved, z, sizeof moved);
            moved[a] += at[s] * h[a];
            moved[b] += at[t] * h[b];
            sum += times[s] * times[t] * at_point(p, moved);
        }
    }
    return -sum / (144.0 * h[a] * h[b]);
}

/* In place; positive definite. */
static void invert(size_t n, double a[MOST][MOST]) {
    for (size_t p = 0; p < n; p++) {
        const double pivot = a[p][p];
        a[p][p] = 1.0;
        for (size_t j = 0; j < n; j++) {
            a[p][j] /= pivot;
        }
        for (size_t i = 0; i < n; i++) {
            const double off = a[i][p];
            if (i != p) {
                a[i][p] = 0.0;
                for (size_t j = 0; j < n; j++) {
                    a[i][j] -= off * a[p][j];
                }
            }
        }
    }
}

static gmix_standard_errors informed(const problem *p, const gmix_model *m) {
    gmix_standard_errors e = {0};
    gmix_standard_error_options how;
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    gmix_standard_error_options_init(&how);
    how.method = "information";
    opts.covariance = p->family;
    CHECK_STATUS(NULL, gmix_standard_errors_estimate(NULL, &p->x, &opts, m, &how, &e),
                 GMIX_OK);
    return e;
}

static void second_differences(kind what) {
    problem p = make(what);
    outcome o = fitted(&p);
    CHECK_WHERE("information, %s", said[what]);
    gmix_standard_errors e = informed(&p, o.model);
    const size_t d = p.x.n_cols, n = 1 + 2 * K * d;
    double z[MOST] = {0}, h[MOST], i[MOST][MOST];
    const double pi = gmix_model_weights(o.model)[0];
    z[0] = log(pi / (1.0 - pi));
    h[0] = 2e-3;
    for (size_t k = 0; k < K; k++) {
        double cov[4];
        gmix_model_covariance(o.model, k, cov);
        for (size_t j = 0; j < d; j++) {
            const double variance = cov[j * d + j];
            z[1 + k * d + j] = gmix_model_means(o.model)[k * d + j];
            z[1 + (K + k) * d + j] = variance;
            h[1 + k * d + j] = 4e-3 * sqrt(variance);
            h[1 + (K + k) * d + j] = 4e-3 * variance;
        }
    }
    for (size_t a = 0; a < n; a++) {
        for (size_t b = 0; b <= a; b++) {
            i[a][b] = i[b][a] = second(&p, z, h, a, b);
        }
    }
    invert(n, i);
    if (CHECK(e.means != NULL)) {
        CHECK_REL(e.weights[0], pi * (1.0 - pi) * sqrt(i[0][0]), 1e-4);
        for (size_t t = 0; t < K * d; t++) {
            CHECK_REL(e.means[t], sqrt(i[1 + t][1 + t]), 1e-4);
            CHECK_REL(e.covariances[t], sqrt(i[1 + K * d + t][1 + K * d + t]), 1e-4);
        }
    }
    gmix_standard_errors_free(&e);
    outcome_free(&o);
    problem_free(&p);
}

/* Errors of bins that are a millionth wide are those of values. */
static void narrow_bins(void) {
    problem p = make(TRUNCATED);
    outcome o = fitted(&p);
    CHECK_WHERE("narrow bins");
    gmix_standard_errors values = informed(&p, o.model);
    for (size_t i = 0; i < N; i++) {
        p.lower[i] = p.data.x[i] - 5e-7;
        p.upper[i] = p.data.x[i] + 5e-7;
    }
    p.x.lower = p.lower;
    p.x.upper = p.upper;
    gmix_standard_errors bins = informed(&p, o.model);
    if (CHECK(values.means && bins.means)) {
        for (size_t k = 0; k < K; k++) {
            CHECK_REL(values.means[k], bins.means[k], 1e-6);
            CHECK_REL(values.covariances[k], bins.covariances[k], 1e-6);
        }
    }
    gmix_standard_errors_free(&values);
    gmix_standard_errors_free(&bins);
    outcome_free(&o);
    problem_free(&p);
}

int main(void) {
    for (kind what = TRUNCATED; what < KINDS; what++) {
        second_differences(what);
    }
    narrow_bins();
    return CHECK_DONE();
}
