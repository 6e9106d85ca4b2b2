/*
 * k-means on every remainder that N leaves of a block: all of 2 to 600 rows for few centres, and
 * around whole blocks for the ways by bounds (rows one at a time among many centres, the sieve of
 * candidates). What comes out is held to its definition: every label is that of the nearest
 * centre, every centre the mean of its rows.
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

typedef struct sweep {
    size_t d, k, first, last; /* rows: first to last */
    bool weighted;
} sweep;

static double distance2(const double *a, const double *b, size_t d) {
    double sum = 0;
    for (size_t j = 0; j < d; j++) {
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    }
    return sum;
}

static void check_labels(const gmix_table *t, const double *centres, size_t k,
                         const int32_t *labels) {
    const double *const x = t->data;
    const size_t d = t->n_cols;
    for (size_t i = 0; i < t->n_rows; i++) {
        double least = INFINITY;
        for (size_t c = 0; c < k; c++) {
            least = fmin(least, distance2(x + i * d, centres + c * d, d));
        }
        if (!CHECK(labels[i] >= 0 && (size_t)labels[i] < k)) {
            return;
        }
        CHECK_NEAR(distance2(x + i * d, centres + (size_t)labels[i] * d, d), least, 1e-9);
    }
}

static void check_centres(const gmix_table *t, const double *centres, size_t k,
                          const int32_t *labels) {
    const double *const x = t->data;
    const size_t d = t->n_cols;
    double *const sums = fixture_alloc(k * (d + 1), sizeof *sums);
    for (size_t i = 0; i < t->n_rows; i++) {
        double *const sum = sums + (size_t)labels[i] * (d + 1);
        const double w = t->weights ? t->weights[i] : 1.0;
        for (size_t j = 0; j < d; j++) {
            sum[j] += w * x[i * d + j];
        }
        sum[d] += w;
    }
    for (size_t c = 0; c < k; c++) {
        const double *const sum = sums + c * (d + 1);
        for (size_t j = 0; j < d && sum[d] > 0; j++) {
            CHECK_NEAR(centres[c * d + j], sum[j] / sum[d], 1e-9);
        }
    }
    free(sums);
}

static void test_rows(const sweep *s, const double *x, const double *w, size_t n,
                      double *centres, int32_t *labels) {
    gmix_ctx *ctx = NULL;
    gmix_kmeans_options opts;
    /* Rows of their own, so that a sanitizer sees what is read behind them. */
    double *const own = fixture_alloc(n * s->d, sizeof *own);
    double *const weights = s->weighted ? fixture_alloc(n, sizeof *weights) : NULL;
    memcpy(own, x, n * s->d * sizeof *own);
    gmix_table t = gmix_table_f64(own, n, s->d);
    if (weights) {
        memcpy(weights, w, n * sizeof *weights);
        t.weights = weights;
    }
    gmix_kmeans_options_init(&opts);
    opts.n_clusters = s->k < n ? s->k : n;
    opts.tol = 0;
    opts.max_iter = 1000;
    CHECK_WHERE("%zu rows, D = %zu, K = %zu%s", n, s->d, opts.n_clusters,
                weights ? ", weighted" : "");
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    CHECK_STATUS(ctx, gmix_kmeans(ctx, &t, &opts, centres, labels, NULL, NULL), GMIX_OK);
    check_labels(&t, centres, opts.n_clusters, labels);
    check_centres(&t, centres, opts.n_clusters, labels);
    gmix_ctx_free(&ctx);
    free(own), free(weights);
}

static void test_sweep(const sweep *s) {
    fixture data = fixture_clusters(s->last, s->d, s->k, 3.0, 11);
    double *const centres = fixture_alloc(s->k * s->d, sizeof *centres);
    double *const w = fixture_alloc(s->last, sizeof *w);
    int32_t *const labels = fixture_alloc(s->last, sizeof *labels);
    for (size_t i = 0; i < s->last; i++) {
        w[i] = 0.5 * (double)(1 + i % 3);
    }
    for (size_t n = s->first; n <= s->last; n++) {
        test_rows(s, data.x, w, n, centres, labels);
    }
    free(centres), free(w), free(labels), free(data.x);
}

/* Three rows are three centres, and stay where they are. */
static void test_three(void) {
    const double x[] = {0, 1, 10};
    const gmix_table t = gmix_table_f64(x, 3, 1);
    double centres[3];
    int32_t labels[3] = {-1, -1, -1};
    gmix_kmeans_options opts;
    gmix_kmeans_options_init(&opts);
    opts.n_clusters = 3;
    opts.centres = x;
    CHECK_STATUS(NULL, gmix_kmeans(NULL, &t, &opts, centres, labels, NULL, NULL),
                 GMIX_OK);
    for (int c = 0; c < 3; c++) {
        CHECK_EQ_INT(labels[c], c);
        CHECK_NEAR(centres[c], x[c], 1e-14);
    }
}

int main(void) {
    static const sweep sweeps[] = {
        {.d = 1, .k = 3, .first = 2, .last = 600},
        {.d = 2, .k = 2, .first = 2, .last = 300, .weighted = true},
        {.d = 9, .k = 4, .first = 2, .last = 300},
        {.d = 40, .k = 60, .first = 286, .last = 292},
        {.d = 32, .k = 64, .first = 575, .last = 579, .weighted = true},
    };
    test_three();
    for (size_t i = 0; i < sizeof sweeps / sizeof *sweeps; i++) {
        test_sweep(&sweeps[i]);
    }
    return CHECK_DONE();
}
