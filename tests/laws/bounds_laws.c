/*
 * Laws of cells between bounds, for every family of features that are uncorrelated within components: the
 * log-likelihood is that of the probabilities of the cells, worked out from the model alone; it never falls;
 * bounds that are equal are a value, no bounds a missing cell; and narrow ones come to the density.
 */
#include "observed.h"

enum { N = 401, D = 2, K = 2 };

typedef struct bounded {
    fixture data;
    double *lower, *upper;
} bounded;

/* Cells between multiples of h; those below -3 h and above 12 h are open. */
static bounded cells_of(double h, uint64_t seed) {
    const bounded b = {fixture_clusters(N, D, K, 2.5, seed),
                       fixture_alloc((size_t)N * D, sizeof(double)),
                       fixture_alloc((size_t)N * D, sizeof(double))};
    for (size_t i = 0; i < N * D; i++) {
        const double at = floor(b.data.x[i] / h);
        b.lower[i] = at < -4 ? (double)-INFINITY : at > 12 ? 13 * h : at * h;
        b.upper[i] = at < -4 ? -4 * h : at > 12 ? (double)INFINITY : (at + 1) * h;
    }
    return b;
}

static gmix_table view(const bounded *b) {
    gmix_table x = law_view(&b->data);
    x.data = NULL;
    x.lower = b->lower;
    x.upper = b->upper;
    return x;
}

static void bounded_free(bounded *b) {
    free(b->data.x);
    free(b->lower);
    free(b->upper);
}

/* Phi(b) - Phi(a) by Simpson's rule in long double, between -40 and 40. */
static long double between(double a, double b) {
    const long double low = a < -40 ? -40 : a, high = b > 40 ? 40 : b;
    const size_t n = 4000;
    const long double h = (high - low) / n;
    long double sum = 0;
    for (size_t i = 0; i <= n && high > low; i++) {
        const long double x = low + h * (long double)i;
        sum += (i == 0 || i == n ? 1 : i % 2 ? 4 : 2) * expl(-x * x / 2);
    }
    return sum * h / 3 / sqrtl(2 * 3.14159265358979323846264338L);
}

static double row_log(const gmix_model *m, const double *lower, const double *upper) {
    double cov[D * D];
    long double sum = 0;
    for (size_t k = 0; k < gmix_model_n_components(m); k++) {
        gmix_model_covariance(m, k, cov);
        long double term = gmix_model_weights(m)[k];
        for (size_t j = 0; j < D; j++) {
            const double sd = sqrt(cov[j * D + j]), mean = gmix_model_means(m)[k * D + j];
            term *= isnan(lower[j]) ? 1
                    : lower[j] == upper[j]
                        ? expl(-(lower[j] - mean) * (lower[j] - mean) / sd / sd / 2) /
                              sd / sqrtl(2 * 3.14159265358979323846264338L)
                        : between((lower[j] - mean) / sd, (upper[j] - mean) / sd);
        }
        sum += term;
    }
    return (double)logl(sum);
}

static void likelihood(const char *family) {
    if (!gmix_family_is_diagonal(family)) {
        return;
    }
    bounded b = cells_of(0.7, 41);
    for (size_t i = 0; i < N * D; i += 5) { /* some are known, some missing */
        b.lower[i] = b.upper[i] = i % 2 ? b.data.x[i] : (double)NAN;
    }
    const gmix_table x = view(&b);
    const gmix_fit_options opts = law_options(family, K);
    outcome o = law_fit(NULL, &x, &opts);
    double density[N];
    long double total = 0;
    if (o.model &&
        CHECK_STATUS(NULL, gmix_log_density(NULL, o.model, &x, density), GMIX_OK)) {
        for (size_t i = 0; i < N; i++) {
            const double expected = row_log(o.model, b.lower + i * D, b.upper + i * D);
            CHECK_NEAR(density[i], expected, 1e-9 * fmax(1, fabs(expected)));
            total += expected;
        }
        CHECK_REL(o.report.log_likelihood, (double)total, 1e-10);
        law_monotone(&o.report);
    }
    outcome_free(&o);
    bounded_free(&b);
}

/* Equal bounds are the values themselves, to the last bit. */
static void equal(const char *family) {
    bounded b = cells_of(0.7, 42);
    memcpy(b.lower, b.data.x, sizeof(double) * N * D);
    memcpy(b.upper, b.data.x, sizeof(double) * N * D);
    const gmix_table x = view(&b), plain = law_view(&b.data);
    gmix_fit_options opts = law_options(family, K);
    opts.accelerate = 1;
    opts.resolution = "off";
    outcome p = law_fit(NULL, &x, &opts), q = law_fit(NULL, &plain, &opts);
    same_outcome(&p, &q);
    outcome_free(&p);
    outcome_free(&q);
    bounded_free(&b);
}

/* Narrow cells: probabilities are densities times widths; and any number of threads gives the same bits. */
static void narrow(const char *family) {
    if (!gmix_family_is_diagonal(family)) {
        return;
    }
    const double h = 1e-5;
    bounded b = cells_of(0.7, 43);
    for (size_t i = 0; i < N * D; i++) {
        b.lower[i] = b.data.x[i] - h / 2;
        b.upper[i] = b.data.x[i] + h / 2;
    }
    const gmix_table x = view(&b), plain = law_view(&b.data);
    gmix_fit_options opts = law_options(family, K);
    opts.init = "random";
    opts.restarts = 1;
    gmix_ctx *one = law_context(1), *four = law_context(4);
    outcome p = law_fit(one, &x, &opts), q = law_fit(NULL, &plain, &opts),
            r = law_fit(four, &x, &opts);
    CHECK_NEAR(p.report.log_likelihood, q.report.log_likelihood + N * D * log(h), 1e-4);
    same_outcome(&p, &r);
    outcome_free(&p);
    outcome_free(&q);
    outcome_free(&r);
    gmix_ctx_free(&one);
    gmix_ctx_free(&four);
    bounded_free(&b);
}

/* Families with correlations have no closed form, and say so; so does what has no use for bounds. */
static void refusals(void) {
    bounded b = cells_of(0.7, 44);
    gmix_table x = view(&b);
    gmix_model *model = NULL;
    gmix_fit_options opts;
    CHECK_WHERE("refusals");
    gmix_fit_options_init(&opts);
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &model, NULL), GMIX_ERR_OPTION);
    opts.covariance = "diag";
    opts.noise = 0.1;
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &model, NULL), GMIX_ERR_OPTION);
    opts.noise = 0.0;
    b.lower[3] = b.upper[3] + 1;
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &model, NULL), GMIX_ERR_DATA);
    x.upper = NULL;
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &model, NULL), GMIX_ERR_ARGUMENT);
    bounded_free(&b);
}

int main(void) {
    LAW(likelihood);
    LAW(equal);
    LAW(narrow);
    refusals();
    return CHECK_DONE();
}
