/*
 * Laws of the bound on the ratio of eigenvalues, for the families that have it: EM stays
 * monotone and within the bound, a wide one changes nothing, the narrowest makes one sphere
 * of all components, and the M-step is the best that there is.
 */
#include "law.h"

enum { N = 1500, D = 3, K = 4 };

static bool has_bound(const char *family) {
    static const char *const names[] = {"full",      "tied", "diag",
                                        "spherical", "EII",  "EEI"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], family) == 0) {
            return true;
        }
    }
    return false;
}

/* Smallest and largest eigenvalue of a symmetric 3 x 3 matrix (Smith 1961). */
static void extremes(const double s[D * D], double *least, double *most) {
    const double mean = (s[0] + s[4] + s[8]) / 3;
    const double off = s[1] * s[1] + s[2] * s[2] + s[5] * s[5];
    const double a = s[0] - mean, b = s[4] - mean, c = s[8] - mean;
    const double p = sqrt((a * a + b * b + c * c + 2 * off) / 6);
    const double det = a * (b * c - s[5] * s[5]) - s[1] * (s[1] * c - s[5] * s[2]) +
                       s[2] * (s[1] * s[5] - b * s[2]);
    const double r = p > 0 ? fmin(fmax(det / (2 * p * p * p), -1), 1) : 0;
    const double angle = acos(r) / 3;
    *most = mean + 2 * p * cos(angle);
    *least = mean + 2 * p * cos(angle + 2.0943951023931953);
}

static double largest_ratio(const gmix_model *model) {
    double low = INFINITY, high = 0;
    for (size_t k = 0; k < gmix_model_n_components(model); k++) {
        double s[D * D], least, most;
        gmix_model_covariance(model, k, s);
        extremes(s, &least, &most);
        low = fmin(low, least);
        high = fmax(high, most);
    }
    return high / low;
}

static gmix_fit_options ratio_options(const char *family, double ratio) {
    gmix_fit_options opts = law_options(family, K);
    opts.eigen_ratio = ratio;
    opts.max_iter = 40;
    return opts;
}

static void refused(const char *family) {
    const fixture data = fixture_clusters(100, D, 2, 2.5, 91);
    const gmix_table x = law_view(&data);
    gmix_model *model = NULL;
    gmix_fit_options opts = ratio_options(family, 10);
    CHECK_EQ_INT(gmix_fit(NULL, &x, &opts, &model, NULL),
                 has_bound(family) ? GMIX_OK : GMIX_ERR_OPTION);
    gmix_model_free(&model);
    opts.eigen_ratio = 0.5;
    CHECK_EQ_INT(gmix_fit(NULL, &x, &opts, &model, NULL), GMIX_ERR_OPTION);
    free(data.x);
}

static void within_bound(const char *family) {
    fixture data = fixture_clusters(N, D, K, 2.5, 92);
    for (size_t i = 0; i < 50 * D; i++) { /* rows that coincide: a bound that binds */
        data.x[i] = 3.0 + (double)(i % D);
    }
    for (size_t i = 0; i < N; i++) { /* and units that differ, less than the bound */
        data.x[i * D + 1] *= 1.7;
    }
    const gmix_table x = law_view(&data);
    int32_t *const labels = law_labels(&data, K);
    for (double ratio = 1; has_bound(family) && ratio < 2000; ratio *= 12) {
        CHECK_WHERE("within_bound, %s, %g", family, ratio);
        gmix_fit_options opts = ratio_options(family, ratio);
        opts.init = "labels";
        opts.init_labels = labels;
        outcome o = law_fit(NULL, &x, &opts);
        for (size_t t = 1; t < o.report.n_trace; t++) {
            const double before = o.report.trace[t - 1];
            CHECK(o.report.trace[t] >= before - 1e-12 * fabs(before));
        }
        CHECK(o.model && largest_ratio(o.model) <= ratio * (1 + 1e-7));
        outcome_free(&o);
    }
    free(labels);
    free(data.x);
}

/* Without a bound, with one that is wide, and with the narrowest. */
static void limits(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.5, 93);
    const gmix_table x = law_view(&data);
    int32_t *const labels = law_labels(&data, K);
    const double ratios[] = {0, 1e9, 1};
    outcome o[4] = {{NULL, {0}}};
    for (size_t i = 0; has_bound(family) && i < 4; i++) {
        gmix_fit_options opts =
            ratio_options(i < 3 ? family : "EII", i < 3 ? ratios[i] : 0);
        opts.init = "labels";
        opts.init_labels = labels;
        o[i] = law_fit(NULL, &x, &opts);
    }
    if (has_bound(family)) {
        same_outcome(&o[0], &o[1]);
        near_traces(&o[2], &o[3], 0, 1e-10);
    }
    for (size_t i = 0; i < 4; i++) {
        outcome_free(&o[i]);
    }
    free(labels);
    free(data.x);
}

/* sum_k n_k sum_j log e* + e / e* with e* = e moved into m .. c m. */
static double value(const double *n, const double *e, double ratio, double m) {
    double sum = 0;
    for (size_t i = 0; i < K * D; i++) {
        const double moved = fmin(fmax(e[i], m), ratio * m);
        sum += n[i / D] * (log(moved) + e[i] / moved);
    }
    return sum;
}

/* One M-step of "diag" from a partition, against all levels on a fine grid. */
static void best_level(void) {
    const fixture data = fixture_clusters(N, D, K, 2.5, 94);
    const gmix_table x = law_view(&data);
    int32_t *const labels = law_labels(&data, K);
    gmix_fit_options opts = ratio_options("diag", 0);
    opts.init = "labels";
    opts.init_labels = labels;
    opts.max_iter = 0;
    outcome free_one = law_fit(NULL, &x, &opts);
    for (double ratio = 1; free_one.model && ratio < 30; ratio *= 1.3) {
        CHECK_WHERE("best_level, %g", ratio);
        opts.eigen_ratio = ratio;
        outcome o = law_fit(NULL, &x, &opts);
        const double *const n = gmix_model_weights(o.model);
        const double *const e = gmix_model_covariances(free_one.model);
        const double *const moved = gmix_model_covariances(o.model);
        double low = INFINITY, high = 0, best = INFINITY, sum = 0;
        for (size_t i = 0; i < K * D; i++) {
            low = fmin(low, e[i]);
            high = fmax(high, e[i]);
            sum += n[i / D] * (log(moved[i]) + e[i] / moved[i]);
        }
        const double step = 1e-4;
        const size_t n_steps = (size_t)(log(high / low) / step);
        for (size_t s = 0; s <= n_steps; s++) {
            best = fmin(best, value(n, e, ratio, low * exp((double)s * step)));
        }
        CHECK(sum <= best + 1e-12 * fabs(best) || high / low <= ratio);
        CHECK(sum >= best - 1e-6 * fabs(best));
        outcome_free(&o);
    }
    CHECK_WHERE("%s", "");
    outcome_free(&free_one);
    free(labels);
    free(data.x);
}

int main(void) {
    LAW(refused);
    LAW(within_bound);
    LAW(limits);
    best_level();
    return CHECK_DONE();
}
