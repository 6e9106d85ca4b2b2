/*
 * Coverage: tables drawn from the prior, K, weights, parameters and rows, whose posterior must hold the
 * truth as often as it says. Intervals of the scale and bands of densities at 80 %; probabilities of K
 * against how often K is that; intervals of means where the partition has as many clusters as there
 * were components with rows. `covers_truth TABLES` makes so many, and prints what it found: 16 by default,
 * in a second; docs/posterior.md has 200.
 */
#include "check.h"
#include "fixture.h"
#include "posterior/random_draws.h"
#include "posterior/row_groups.h"

#include <gmix/gmix.h>

enum { N = 60, D = 2, MOST_K = 4, PLACES = 5 };

/* What holds the truth, among how many. */
typedef struct tally {
    double hits, all, by_table; /* by_table: sum over tables of their squared excess */
} tally;

typedef struct found {
    tally scale, density, means;
    double expected[MOST_K], seen[MOST_K], variance[MOST_K];
} found;

typedef struct truth {
    size_t k, with_rows;
    double scale, weights[MOST_K], mu[MOST_K][D], sigma[MOST_K][D * D];
    size_t rows[MOST_K];
    double x[N * D];
} truth;

static const double mean[D] = {0.0, 0.0}, matrix[D * D] = {1.0, 0.3, 0.3, 1.0};

static void draw_truth(truth *t, size_t table) {
    gmix_i_stream stream = gmix_i_stream_open(2026, GMIX_I_RNG_GIBBS, table);
    const double shape[3] = {1.0, 0.3, 1.0};
    double ratio[2], sum[3], work[2 * D * D + D], memory[D + 3], total = 0.0;
    *t = (truth){.k = gmix_i_next_below(&stream, MOST_K) + 1,
                 .scale = gmix_i_draw_gamma(&stream, 1.0) / 2.0};
    gmix_i_group_prior prior = {.kind = gmix_i_group_kind_named("full"),
                                .d = D,
                                .nu = D + 2.0,
                                .kappa = t->scale / 16.0,
                                .scale = t->scale,
                                .mean = mean,
                                .shape = shape};
    CHECK(gmix_i_group_prior_begin(&prior, 1, ratio, sum, work));
    gmix_i_row_group none = {.mean = memory, .factor = memory + D};
    gmix_i_group_clear(&prior, &none);
    for (size_t k = 0; k < t->k; k++) {
        t->weights[k] = gmix_i_draw_gamma(&stream, 1.0);
        total += t->weights[k];
        gmix_i_group_draw(&prior, &none, &stream, t->mu[k], t->sigma[k], work);
    }
    for (size_t k = 0; k < t->k; k++) {
        t->weights[k] /= total;
    }
    for (size_t i = 0; i < N; i++) {
        double logs[MOST_K];
        for (size_t k = 0; k < t->k; k++) {
            logs[k] = log(t->weights[k]);
        }
        const size_t k = gmix_i_draw_index(&stream, logs, t->k);
        const double *const s = t->sigma[k], l00 = sqrt(s[0]), l10 = s[2] / l00;
        const double a = gmix_i_draw_normal(&stream), b = gmix_i_draw_normal(&stream);
        t->x[i * D] = t->mu[k][0] + l00 * a;
        t->x[i * D + 1] = t->mu[k][1] + l10 * a + sqrt(s[3] - l10 * l10) * b;
        t->with_rows += t->rows[k]++ == 0;
    }
}

static void count(tally *t, double hits, double all, double level) {
    t->hits += hits;
    t->all += all;
    t->by_table += (hits - level * all) * (hits - level * all);
}

static double density(const truth *t, size_t j, double x) {
    double sum = 0.0;
    for (size_t k = 0; k < t->k; k++) {
        const double v = t->sigma[k][j * D + j], apart = x - t->mu[k][j];
        sum += t->weights[k] * exp(-0.5 * apart * apart / v) /
               sqrt(6.283185307179586476925 * v);
    }
    return sum;
}

/* Means of clusters, each beside the nearest true one that has rows. */
static void look_at_means(const truth *t, const gmix_posterior_draws *o, found *f) {
    double hits = 0.0, all = 0.0;
    for (size_t c = 0; c < o->n_clusters; c++) {
        size_t nearest = 0;
        double least = INFINITY;
        for (size_t k = 0; k < t->k; k++) {
            double apart = t->rows[k] ? 0.0 : INFINITY;
            for (size_t j = 0; j < D && t->rows[k]; j++) {
                const double gap = t->mu[k][j] - o->means.mean[c * D + j];
                apart += gap * gap;
            }
            nearest = apart < least ? k : nearest;
            least = fmin(least, apart);
        }
        for (size_t j = 0; j < D; j++) {
            const double m = t->mu[nearest][j];
            hits += m >= o->means.lower[c * D + j] && m <= o->means.upper[c * D + j];
            all += 1.0;
        }
    }
    count(&f->means, hits, all, 0.8);
}

static void look(gmix_ctx *ctx, size_t table, found *f) {
    truth t;
    draw_truth(&t, table);
    const gmix_table x = gmix_table_f64(t.x, N, D);
    gmix_posterior_options opts;
    gmix_posterior_options_init(&opts);
    opts.components = "uniform";
    opts.components_parameter = MOST_K;
    opts.prior_mean = mean;
    opts.prior_matrix = matrix;
    opts.n_chains = 2;
    opts.iterations = 700;
    opts.level = 0.8;
    opts.n_grid = PLACES;
    opts.seed = table;
    gmix_posterior_draws o = {0};
    if (!CHECK_STATUS(ctx, gmix_posterior_sample(ctx, &x, &opts, &o), GMIX_OK)) {
        return;
    }
    count(&f->scale, t.scale >= o.scale_summary.lower && t.scale <= o.scale_summary.upper,
          1.0, 0.8);
    double hits = 0.0;
    for (size_t i = 0; i < (size_t)D * PLACES; i++) {
        const double p = density(&t, i / PLACES, o.grid[i]);
        hits += p >= o.density.lower[i] && p <= o.density.upper[i];
    }
    count(&f->density, hits, D * PLACES, 0.8);
    for (size_t k = 0; k < MOST_K; k++) {
        const double p = o.components_posterior[k];
        f->expected[k] += p;
        f->variance[k] += p * (1.0 - p);
        f->seen[k] += k + 1 == t.k;
    }
    if (o.n_clusters == t.with_rows && o.n_relabelled > 20) {
        look_at_means(&t, &o, f);
    }
    gmix_posterior_draws_free(&o);
}

/* Within four standard errors, which the tables themselves tell. */
static void judge(const char *what, const tally *t) {
    const double share = t->hits / t->all, error = sqrt(t->by_table) / t->all;
    printf("%s: %.3f of %.0f, error %.3f\n", what, share, t->all, error);
    CHECK_WHERE("%s", what);
    CHECK_NEAR(share, 0.8, 4.0 * error + 1e-9);
}

int main(int argc, char **argv) {
    const size_t n = argc > 1             ? (size_t)strtoul(argv[1], NULL, 10)
                     : fixture_is_brief() ? 8
                                          : 16;
    gmix_ctx *ctx = NULL;
    found f = {0};
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    for (size_t table = 0; table < n; table++) {
        look(ctx, table, &f);
    }
    judge("scale", &f.scale);
    judge("density", &f.density);
    judge("means", &f.means);
    for (size_t k = 0; k < MOST_K; k++) {
        printf("K = %zu: %.0f tables, %.1f expected\n", k + 1, f.seen[k], f.expected[k]);
        CHECK_WHERE("K = %zu", k + 1);
        CHECK_NEAR(f.seen[k], f.expected[k], 4.0 * sqrt(f.variance[k]) + 0.5);
    }
    gmix_ctx_free(&ctx);
    return CHECK_DONE();
}
