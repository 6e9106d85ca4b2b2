/*
 * Greedy seeding beside the definition where single precision sieves the candidates: the same
 * rows, with weights, rows that repeat (candidates that tie), rows far away, and offsets; for any
 * number of threads.
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

typedef struct kind {
    bool weighted, twice, far, offset;
} kind;

enum { N = 1200, D = 12, K = 40, CANDIDATES = 5, DRAWS = 1 + (K - 1) * CANDIDATES };

static double distance2(const double *a, const double *b) {
    double sum = 0;
    for (size_t j = 0; j < D; j++) {
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    }
    return sum;
}

/* The first row whose running sum of share reaches `wanted`. */
static size_t row_at(const double *share, double wanted) {
    double sum = 0;
    size_t row = 0;
    for (; row + 1 < N && (sum += share[row]) < wanted; row++) {
    }
    return row;
}

static void seed_by_hand(const double *x, const double *w, const double *u,
                         size_t *seeds) {
    static double nearest[N], share[N];
    for (size_t c = 0; c < K; c++) {
        double best = INFINITY, total = 0;
        for (size_t i = 0; i < N; i++) {
            share[i] = w[i] * (c ? nearest[i] : 1.0);
            total += share[i];
        }
        for (size_t t = 0; t < (c ? CANDIDATES : 1); t++, u++) {
            const size_t row = row_at(share, *u * total);
            double potential = 0;
            for (size_t i = 0; i < N && c; i++) {
                potential += w[i] * fmin(nearest[i], distance2(x + i * D, x + row * D));
            }
            if (potential < best) {
                best = potential;
                seeds[c] = row;
            }
        }
        for (size_t i = 0; i < N; i++) {
            const double q = distance2(x + i * D, x + seeds[c] * D);
            nearest[i] = c ? fmin(nearest[i], q) : q;
        }
    }
}

static void run(int threads, const gmix_table *x, const double *draws, size_t *seeds) {
    static double centres[K * D];
    gmix_ctx_options with;
    gmix_ctx *ctx = NULL;
    gmix_kmeans_options opts;
    gmix_ctx_options_init(&with);
    with.n_threads = threads;
    CHECK_STATUS(NULL, gmix_ctx_new(&with, &ctx), GMIX_OK);
    gmix_kmeans_options_init(&opts);
    opts.n_clusters = K;
    opts.draws = draws;
    opts.max_iter = 0;
    CHECK_STATUS(ctx, gmix_kmeans(ctx, x, &opts, centres, NULL, seeds, NULL), GMIX_OK);
    gmix_ctx_free(&ctx);
}

static void test_kind(const kind *rows, uint64_t state) {
    fixture data = fixture_clusters(N, D, 30, 1.0, state);
    static double w[N], draws[DRAWS];
    size_t by_hand[K], one[K], three[K];
    CHECK_EQ_INT(gmix_kmeans_n_draws(K), DRAWS);
    for (size_t i = 0; i < DRAWS; i++) {
        draws[i] = fixture_uniform(&state);
    }
    for (size_t i = 0; i < N; i++) {
        w[i] = rows->weighted ? 0.25 * (double)(1 + i % 7) : 1.0;
    }
    if (rows->twice) {
        memcpy(data.x + N / 2 * D, data.x, N / 2 * D * sizeof *data.x);
    }
    for (size_t i = 0; rows->far && i < 8 * D; i++) {
        data.x[i] *= 1e5;
    }
    for (size_t i = 0; rows->offset && i < N * D; i++) {
        data.x[i] = 1e6 + data.x[i];
    }
    gmix_table x = gmix_table_f64(data.x, N, D);
    x.weights = rows->weighted ? w : NULL;
    seed_by_hand(data.x, w, draws, by_hand);
    run(1, &x, draws, one);
    run(3, &x, draws, three);
    CHECK(memcmp(one, by_hand, sizeof one) == 0);
    CHECK(memcmp(one, three, sizeof one) == 0);
    free(data.x);
}

int main(void) {
    static const kind kinds[] = {{0},
                                 {.weighted = true},
                                 {.twice = true},
                                 {.far = true},
                                 {.offset = true, .weighted = true}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        for (uint64_t seed = 1; seed <= 3; seed++) {
            test_kind(&kinds[i], seed);
        }
    }
    return CHECK_DONE();
}
