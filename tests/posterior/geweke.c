/*
 * The joint-distribution test (Geweke 2004, doi:10.1198/016214504000001132): draws of partition,
 * hyperparameters and rows from the prior, and a chain that alternates a step given the rows with new
 * rows given the partition, are of one law. An error in a step, or in a density, shows in their means.
 * Half a second.
 */
#include "check.h"
#include "posterior/gibbs_chain.h"
#include "posterior/random_draws.h"

enum { N = 6, D = 2, FUNCTIONS = 6, BATCHES = 50, DRAWS = 10000 };

typedef struct world {
    gmix_i_gibbs_task task;
    double rows[N * D], mean[D], shape[3], ratio[N + 2], sum[N + 3];
} world;

static void set_up(world *w, const char *family, gmix_i_partition_kind kind) {
    const double shape[3] = {1.0, strcmp(family, "full") == 0 ? 0.4 : 0.8, 0.9};
    double work[3];
    memset(w, 0, sizeof *w);
    memcpy(w->shape, shape, sizeof shape);
    w->mean[1] = 0.5;
    w->task =
        (gmix_i_gibbs_task){.n = N,
                            .d = D,
                            .rows = w->rows,
                            .prior = {.kind = gmix_i_group_kind_named(family),
                                      .d = D,
                                      .nu = D + 8.0,
                                      .kappa = 1.0,
                                      .scale = 1.0,
                                      .mean = w->mean,
                                      .shape = w->shape},
                            .partition = {.kind = kind,
                                          .n = N,
                                          .concentration = 1.0,
                                          .number = gmix_i_number_prior_named("poisson"),
                                          .parameter = 2.0},
                            .learns_scale = true,
                            .kappa_per_scale = 1.0,
                            .learns_concentration = true,
                            .scale_shape = 8.0,
                            .scale_rate = 6.0,
                            .concentration_shape = 6.0,
                            .concentration_rate = 5.0,
                            .n_proposals = 1,
                            .seed = 3};
    CHECK(gmix_i_group_prior_begin(&w->task.prior, N, w->ratio, w->sum, work));
}

/* Rows given the partition: of each group by its parameters. */
static void draw_rows(world *w, const gmix_i_group_prior *prior, const uint32_t *group,
                      gmix_i_stream *stream) {
    double memory[D + 3], mu[D], sigma[D * D], work[2 * D * D + D];
    gmix_i_row_group none = {.mean = memory, .factor = memory + D};
    gmix_i_group_clear(prior, &none);
    bool done[N] = {false};
    for (size_t first = 0; first < N; first++) {
        if (done[first]) {
            continue;
        }
        gmix_i_group_draw(prior, &none, stream, mu, sigma, work);
        const double l00 = sqrt(sigma[0]), l10 = sigma[2] / l00;
        const double l11 = sqrt(sigma[3] - l10 * l10);
        for (size_t i = first; i < N; i++) {
            if (group[i] == group[first]) {
                const double a = gmix_i_draw_normal(stream),
                             b = gmix_i_draw_normal(stream);
                w->rows[i * D] = mu[0] + l00 * a;
                w->rows[i * D + 1] = mu[1] + l10 * a + l11 * b;
                done[i] = true;
            }
        }
    }
}

static void look(const world *w, const uint32_t *group, size_t t, double scale,
                 double concentration, double out[FUNCTIONS]) {
    double square = 0.0;
    for (size_t i = 0; i < N * D; i++) {
        square += w->rows[i] * w->rows[i];
    }
    out[0] = (double)t;
    out[1] = group[0] == group[1];
    out[2] = log(scale);
    out[3] = log(concentration);
    out[4] = log(square);
    out[5] = tanh(w->rows[0] * w->rows[2]); /* of two rows, which may be together */
}

/* From the prior: the partition row by row. */
static void draw_prior(world *w, size_t draw, double out[FUNCTIONS]) {
    const gmix_i_gibbs_task *const k = &w->task;
    gmix_i_stream stream = gmix_i_stream_open(11, GMIX_I_RNG_GIBBS, draw);
    gmix_i_group_prior prior = k->prior;
    const double scale = gmix_i_draw_gamma(&stream, k->scale_shape) / k->scale_rate;
    const double a =
        gmix_i_draw_gamma(&stream, k->concentration_shape) / k->concentration_rate;
    gmix_i_group_prior_scale(&prior, scale, scale);
    uint32_t group[N];
    double size[N] = {0}, log_weights[N + 8];
    size_t t = 0, most = 0;
    if (k->partition.kind == GMIX_I_FINITE_MIXTURES) { /* K, then Polya's urn of K */
        double numbers[64];
        for (size_t m = 0; m < 64; m++) {
            numbers[m] = k->partition.number->log_p(m + 1, k->partition.parameter);
        }
        most = gmix_i_draw_index(&stream, numbers, 64) + 1;
    }
    for (size_t i = 0; i < N; i++) {
        for (size_t c = 0; c < t; c++) {
            log_weights[c] = log(size[c] + (most ? a : 0.0));
        }
        log_weights[t] = log(most ? a * (double)(most - t) : a);
        const size_t c = gmix_i_draw_index(&stream, log_weights, t + 1);
        group[i] = (uint32_t)c;
        size[c]++;
        t += c == t;
    }
    draw_rows(w, &prior, group, &stream);
    look(w, group, t, scale, a, out);
}

static void compare(const char *family, gmix_i_partition_kind kind) {
    static double batches[FUNCTIONS][BATCHES];
    world w;
    double prior[FUNCTIONS] = {0}, squares[FUNCTIONS] = {0}, out[FUNCTIONS];
    CHECK_WHERE("%s, kind %d", family, (int)kind);
    set_up(&w, family, kind);
    memset(batches, 0, sizeof batches);
    for (size_t i = 0; i < DRAWS; i++) {
        draw_prior(&w, i, out);
        for (size_t f = 0; f < FUNCTIONS; f++) {
            prior[f] += out[f] / DRAWS;
            squares[f] += out[f] * out[f] / DRAWS;
        }
    }
    gmix_ctx *ctx = NULL;
    gmix_i_gibbs_chain c;
    CHECK(gmix_ctx_new(NULL, &ctx) == GMIX_OK);
    CHECK(gmix_i_gibbs_begin(ctx, &w.task, 0, &c) == GMIX_OK);
    gmix_i_stream stream = gmix_i_stream_open(12, GMIX_I_RNG_GIBBS, 0);
    for (size_t i = 0; i < DRAWS; i++) {
        c.alone_known = false; /* the rows are others */
        CHECK(gmix_i_gibbs_step(ctx, &c) == GMIX_OK);
        draw_rows(&w, &c.prior, c.slot, &stream);
        look(&w, c.slot, c.t, c.prior.scale, c.partition.concentration, out);
        for (size_t f = 0; f < FUNCTIONS; f++) {
            batches[f][i * BATCHES / DRAWS] += out[f] * BATCHES / DRAWS;
        }
    }
    for (size_t f = 0; f < FUNCTIONS; f++) {
        double mean = 0.0, spread = 0.0;
        for (size_t b = 0; b < BATCHES; b++) {
            mean += batches[f][b] / BATCHES;
        }
        for (size_t b = 0; b < BATCHES; b++) {
            spread += (batches[f][b] - mean) * (batches[f][b] - mean) / (BATCHES - 1);
        }
        const double error =
            sqrt(spread / BATCHES + (squares[f] - prior[f] * prior[f]) / DRAWS);
        if (!CHECK(fabs(mean - prior[f]) < 4.5 * error)) {
            printf("  function %zu: %g given the chain, %g in the prior, error %g\n", f,
                   mean, prior[f], error);
        }
    }
    gmix_i_gibbs_free(ctx, &c);
    gmix_ctx_free(&ctx);
}

int main(void) {
    compare("full", GMIX_I_FINITE_MIXTURES);
    compare("full", GMIX_I_DIRICHLET_PROCESS);
    compare("diag", GMIX_I_FINITE_MIXTURES);
    compare("spherical", GMIX_I_DIRICHLET_PROCESS);
    return CHECK_DONE();
}
