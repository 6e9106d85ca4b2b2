/*
 * Lloyd's iterations beside the definition: every label by all distances, every mean by all rows.
 * Shapes of both ways to go by bounds (tiles of rows, rows one at a time among many centres), with
 * weights, rows that repeat, and other layouts; the same bits for any number of threads.
 */
#include "budget.h"
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

typedef struct shape {
    size_t n, d, k;
    bool weighted, repeated, by_columns;
} shape;

static double distance2(const double *a, const double *b, size_t d) {
    double sum = 0;
    for (size_t j = 0; j < d; j++) {
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    }
    return sum;
}

static bool label_by_hand(const shape *s, const double *x, const double *centres,
                          int32_t *labels) {
    bool changed = false;
    for (size_t i = 0; i < s->n; i++) {
        int32_t label = 0;
        double best = INFINITY;
        for (size_t c = 0; c < s->k; c++) {
            const double q = distance2(x + i * s->d, centres + c * s->d, s->d);
            label = q < best ? (int32_t)c : label;
            best = fmin(best, q);
        }
        changed |= labels[i] != label;
        labels[i] = label;
    }
    return changed;
}

/* Empty clusters stay where they are: the data leave none. */
static size_t lloyd_by_hand(const shape *s, const double *x, const double *w,
                            double *centres, int32_t *labels) {
    double *const sums = fixture_alloc(s->k * (s->d + 1), sizeof *sums);
    size_t n_iter = 0;
    for (bool changed = true; changed; n_iter++) {
        changed = label_by_hand(s, x, centres, labels) || n_iter == 0;
        memset(sums, 0, s->k * (s->d + 1) * sizeof *sums);
        for (size_t i = 0; i < s->n; i++) {
            double *const sum = sums + (size_t)labels[i] * (s->d + 1);
            const double weight = w ? w[i] : 1.0;
            for (size_t j = 0; j < s->d; j++) {
                sum[j] += weight * x[i * s->d + j];
            }
            sum[s->d] += weight;
        }
        for (size_t c = 0; c < s->k; c++) {
            const double *const sum = sums + c * (s->d + 1);
            CHECK(sum[s->d] > 0);
            for (size_t j = 0; j < s->d; j++) {
                centres[c * s->d + j] = sum[j] / sum[s->d];
            }
        }
    }
    free(sums);
    return n_iter;
}

static double *transposed(const shape *s, const double *x) {
    double *const out = fixture_alloc(s->n * s->d, sizeof *out);
    for (size_t i = 0; i < s->n; i++) {
        for (size_t j = 0; j < s->d; j++) {
            out[j * s->n + i] = x[i * s->d + j];
        }
    }
    return out;
}

/* Runs on `threads` threads from the first K rows that are spread out. */
static size_t run(const shape *s, int threads, const gmix_table *x, const double *from,
                  double *centres, int32_t *labels) {
    gmix_ctx_options with;
    gmix_ctx *ctx = NULL;
    gmix_kmeans_options opts;
    size_t n_iter = 0;
    gmix_ctx_options_init(&with);
    with.n_threads = threads;
    CHECK_STATUS(NULL, gmix_ctx_new(&with, &ctx), GMIX_OK);
    gmix_kmeans_options_init(&opts);
    opts.n_clusters = s->k;
    opts.centres = from;
    opts.tol = 0;
    opts.max_iter = 1000;
    CHECK_STATUS(ctx, gmix_kmeans(ctx, x, &opts, centres, labels, NULL, &n_iter),
                 GMIX_OK);
    gmix_ctx_free(&ctx);
    return n_iter;
}

static void test_shape(const shape *s) {
    const size_t cells = s->k * s->d;
    fixture data = fixture_clusters(s->n, s->d, s->k / 2 + 1, 1.5, 17);
    double *const columns = s->by_columns ? transposed(s, data.x) : NULL;
    double *const w = s->weighted ? fixture_alloc(s->n, sizeof *w) : NULL;
    double *const from = fixture_alloc(3 * cells, sizeof *from);
    double *const one = from + cells, *const three = one + cells;
    int32_t *const labels = fixture_alloc(3 * s->n, sizeof *labels);
    for (size_t i = 0; w && i < s->n; i++) {
        w[i] = i < s->n / 2 ? 0.25 * (double)(1 + i % 7) : (double)(i % 2);
    }
    for (size_t i = 0; s->repeated && i < s->n * s->d; i++) {
        data.x[i] = round(data.x[i]);
    }
    gmix_table x = gmix_table_f64(columns ? columns : data.x, s->n, s->d);
    x.row_stride = columns ? 1 : x.row_stride;
    x.col_stride = columns ? (ptrdiff_t)s->n : x.col_stride;
    x.weights = w;
    memcpy(from, data.x, cells * sizeof *from); /* rows that have a weight */
    const size_t n_iter = run(s, 1, &x, from, one, labels);
    CHECK_EQ_INT(run(s, 3, &x, from, three, labels + s->n), n_iter);
    CHECK(memcmp(one, three, cells * sizeof *one) == 0);
    CHECK(memcmp(labels, labels + s->n, s->n * sizeof *labels) == 0);
    const size_t by_hand = lloyd_by_hand(s, data.x, w, from, labels + 2 * s->n);
    /* A tie may be broken later by rounding; where only rows without a weight change their
     * labels, no centre moves, and that is the end. */
    CHECK(by_hand == n_iter || s->repeated || (s->weighted && by_hand == n_iter + 1));
    CHECK(memcmp(labels, labels + 2 * s->n, s->n * sizeof *labels) == 0);
    for (size_t i = 0; i < cells; i++) {
        CHECK_NEAR(one[i], from[i], 1e-12);
    }
    free(columns), free(w), free(from), free(labels), free(data.x);
}

static gmix_status try_many(gmix_ctx *ctx, void *subject) {
    enum { K = 64, D = 32 };
    static double centres[K * D];
    gmix_kmeans_options opts;
    gmix_kmeans_options_init(&opts);
    opts.n_clusters = K;
    return gmix_kmeans(ctx, subject, &opts, centres, NULL, NULL, NULL);
}

int main(void) {
    static const shape shapes[] = {
        {.n = 3000, .d = 2, .k = 8},
        {.n = 3000, .d = 1, .k = 5, .weighted = true},
        {.n = 2000, .d = 3, .k = 60, .weighted = true, .by_columns = true},
        {.n = 1500, .d = 40, .k = 60},
        {.n = 1500, .d = 40, .k = 60, .weighted = true, .by_columns = true},
        {.n = 1500, .d = 36, .k = 100, .repeated = true},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        test_shape(&shapes[i]);
    }
    const fixture data = fixture_clusters(300, 32, 40, 2.0, 92);
    gmix_table x = gmix_table_f64(data.x, 300, 32);
    budget_run("kmeans of many", try_many, &x);
    free(data.x);
    return CHECK_DONE();
}
