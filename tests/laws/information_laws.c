/*
 * Standard errors by information of rows that are seen otherwise: truncated samples, bins, censored and
 * missing cells, errors of measurement and combinations of features, of one feature and of two. They are those of
 * second differences of the log-likelihood that gmix_log_density() gives; narrow bins come to values; repeated rows
 * are weights; and combinations that are the features come to those.
 */
#include "law.h"

enum { N = 400, K = 2, MOST = 1 + 5 * K };

typedef enum kind {
    TRUNCATED,
    TAIL,
    BINS,
    TRUNCATED_BINS,
    CENSORED,
    VARIANCES, /* errors; some rows have none, some cells have infinite ones */
    COVARIANCES,
    PROJECTED,
    KINDS
} kind;
static const char *const said[KINDS] = {"truncated",         "from one side",  "bins",
                                        "truncated bins",    "censored cells", "errors",
                                        "error covariances", "projections"};

typedef struct problem {
    fixture data;
    double *lower, *upper, *weights, *errors;
    gmix_projections projections;
    gmix_table x;
    const char *family;
} problem;

/* Errors from none to as wide as the groups. */
static void add_errors(problem *p, kind what) {
    const size_t d = 2, len = what == VARIANCES ? 2 : 3;
    uint64_t state = 7;
    p->errors = fixture_alloc(N * (len + d * d), sizeof *p->errors);
    double *const matrices = p->errors + N * len;
    for (size_t i = 0; i < N; i++) {
        double *const e = p->errors + i * len;
        const double size =
            i % 7 == 0 && what == VARIANCES ? 0.0 : 0.05 + 0.4 * fixture_uniform(&state);
        e[0] = size;
        e[len - 1] = 2.0 * size;
        if (len > d) {
            e[1] = 0.8 * size;
        } else if (i % 11 == 0) {
            e[i % 2] = INFINITY;
        }
        const double turn = 3.0 * fixture_uniform(&state), x = p->data.x[2 * i],
                     y = p->data.x[2 * i + 1];
        double *const r = matrices + 4 * i;
        r[0] = what == PROJECTED ? cos(turn) : 1.0;
        r[1] = what == PROJECTED ? sin(turn) : 0.0;
        r[2] = what == PROJECTED ? 0.5 : 0.0;
        r[3] = 1.0;
        p->data.x[2 * i] = r[0] * x + r[1] * y;
        p->data.x[2 * i + 1] =
            what == PROJECTED && i % 3 == 0 ? (double)NAN : r[2] * x + r[3] * y;
    }
    p->x.errors = p->errors;
    p->x.errors_len = len;
    p->projections = (gmix_projections){.n_measured = 2,
                                        .values = p->data.x,
                                        .matrices = matrices,
                                        .errors = p->errors,
                                        .errors_len = len};
}

/* The rows as projections. */
static void project(problem *p) {
    p->x.errors = NULL;
    p->x.errors_len = 0;
    p->x.data = NULL;
    p->x.projections = &p->projections;
}

/* Bounds of the sample, by kind. */
static const double ends[2][2] = {{-2.0, 3.5}, {-2.0, INFINITY}};

static problem make(kind what) {
    const double *const within = ends[what == TAIL];
    const size_t d = what >= CENSORED ? 2 : 1;
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
    const bool bounds = what >= BINS && what <= CENSORED;
    p.x = law_view(&p.data);
    p.x.weights = p.weights;
    p.x.lower = bounds ? p.lower : NULL;
    p.x.upper = bounds ? p.upper : NULL;
    p.x.truncation = truncated ? within : NULL;
    if (what > CENSORED) {
        add_errors(&p, what);
    }
    return p;
}

static void problem_free(problem *p) {
    free(p->data.x);
    free(p->lower);
    free(p->upper);
    free(p->weights);
    free(p->errors);
}

/* Numbers of a covariance, and where the layout has number t of component k. */
static size_t n_entries(const problem *p) {
    return strcmp(p->family, "diag") == 0 ? p->x.n_cols
                                          : p->x.n_cols * (p->x.n_cols + 1) / 2;
}

static size_t place_of(const problem *p, size_t k, size_t t) {
    return p->x.n_cols == 1                 ? k
           : strcmp(p->family, "diag") == 0 ? 2 * k + t
                                            : 4 * k + t + (t > 0); /* of two: 0, 2, 3 */
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

/* Log-likelihood of log-odds, means and covariances. */
static double at_point(const problem *p, const double *z) {
    const size_t d = p->x.n_cols, len = n_entries(p);
    double weights[K], density[N], cov[4 * K] = {0}, sum = 0.0;
    gmix_model *m = NULL;
    weights[0] = 1.0 / (1.0 + exp(-z[0]));
    weights[1] = 1.0 - weights[0];
    for (size_t t = 0; t < K * len; t++) {
        cov[place_of(p, t / len, t % len)] = z[1 + K * d + t];
    }
    for (size_t k = 0; k < K && len > d; k++) {
        cov[4 * k + 1] = cov[4 * k + 2];
    }
    CHECK_STATUS(NULL,
                 gmix_model_new(NULL, p->family, K, d, weights, z + 1, cov, NULL, &m),
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
    if (what == PROJECTED) {
        project(&p);
    }
    CHECK_WHERE("information, %s", said[what]);
    outcome o = fitted(&p);
    gmix_standard_errors e = informed(&p, o.model);
    const size_t d = p.x.n_cols, len = n_entries(&p), n = 1 + K * (d + len);
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
            h[1 + k * d + j] = 4e-3 * sqrt(variance);
        }
        for (size_t t = 0; t < len; t++) {
            const size_t at = 1 + K * d + k * len + t;
            z[at] = gmix_model_covariances(o.model)[place_of(&p, k, t)];
            h[at] = 4e-3 * (len > d && t == 1 ? sqrt(cov[0] * cov[3]) : fabs(z[at]));
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
        }
        for (size_t t = 0; t < K * len; t++) {
            const size_t at = 1 + K * d + t;
            CHECK_REL(e.covariances[place_of(&p, t / len, t % len)], sqrt(i[at][at]),
                      1e-4);
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

/* Errors of two features, and the same as combinations that are the features. */
static void combinations_of_one(void) {
    problem p = make(COVARIANCES);
    outcome o = fitted(&p);
    CHECK_WHERE("projections that are features");
    gmix_standard_errors features = informed(&p, o.model);
    project(&p);
    gmix_standard_errors combined = informed(&p, o.model);
    if (CHECK(features.means && combined.means)) {
        for (size_t t = 0; t < 2 * K; t++) {
            CHECK_REL(features.means[t], combined.means[t], 1e-9);
        }
    }
    gmix_standard_errors_free(&features);
    gmix_standard_errors_free(&combined);
    outcome_free(&o);
    problem_free(&p);
}

/* Where errors account for all scatter, the maximum is on a boundary, and has no normal errors. */
static void no_scatter_of_its_own(void) {
    problem p = make(VARIANCES);
    for (size_t i = 0; i < N; i++) {
        p.data.x[2 * i + 1] = 0.5 * p.data.x[2 * i];
        p.errors[2 * i] = p.errors[2 * i + 1] = 0.04;
    }
    outcome o = fitted(&p);
    gmix_standard_errors e = {0};
    gmix_standard_error_options how;
    gmix_standard_error_options_init(&how);
    how.method = "information";
    CHECK_WHERE("no scatter of its own");
    gmix_ctx *ctx = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    CHECK_STATUS(ctx, gmix_standard_errors_estimate(ctx, &p.x, NULL, o.model, &how, &e),
                 GMIX_ERR_SINGULAR);
    CHECK(strstr(gmix_ctx_message(ctx), "no scatter of its own") != NULL);
    gmix_ctx_free(&ctx);
    outcome_free(&o);
    problem_free(&p);
}

int main(void) {
    for (kind what = TRUNCATED; what < KINDS; what++) {
        second_differences(what);
    }
    narrow_bins();
    combinations_of_one();
    no_scatter_of_its_own();
    return CHECK_DONE();
}
