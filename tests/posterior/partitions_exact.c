/*
 * Chains of partitions against the exact posterior: of n <= 10 rows there are at most 115975 partitions
 * (Bell numbers), and the evidence of a partition is a product over its groups, of 2^n. Held to it:
 * the priors of partitions and of t, p(t | rows), the probability that two rows are together, and the
 * means of a scale and a concentration that are learnt. About a second.
 */
#include "check.h"
#include "linalg/gamma_functions.h"
#include "posterior/gibbs_chain.h"
#include "posterior/random_draws.h"

enum { MOST_N = 10, MOST_D = 2, BATCHES = 40 };

/* What a partition adds up to. */
typedef struct found {
    double total, groups[MOST_N + 1], together[MOST_N][MOST_N];
} found;

typedef struct setting {
    gmix_i_gibbs_task task;
    double rows[MOST_N * MOST_D], mean[MOST_D], shape[3];
    double ratio[MOST_N + 2], sum[MOST_N + 3], log_v[MOST_N + 2];
    double evidence[1 << MOST_N];
} setting;

static void set_up(setting *s, const char *family, size_t n, size_t d) {
    memset(s, 0, sizeof *s);
    gmix_i_stream stream = gmix_i_stream_open(17, GMIX_I_RNG_GIBBS, 99);
    for (size_t i = 0; i < n * d; i++) {
        s->rows[i] = gmix_i_draw_normal(&stream) + (i / d % 3 == 0 ? 2.5 : -0.5);
    }
    const double full[3] = {1.0, 0.3, 1.5}, diag[3] = {1.0, 1.5, 0.0};
    memcpy(s->shape, strcmp(family, "full") == 0 ? full : diag, sizeof s->shape);
    s->mean[0] = 0.3;
    s->task = (gmix_i_gibbs_task){.n = n,
                                  .d = d,
                                  .rows = s->rows,
                                  .prior = {.kind = gmix_i_group_kind_named(family),
                                            .d = d,
                                            .nu = (double)d + 1.5,
                                            .kappa = 0.2,
                                            .scale = 0.7,
                                            .mean = s->mean,
                                            .shape = s->shape},
                                  .scale_shape = 1.5,
                                  .scale_rate = 2.0,
                                  .concentration_shape = 2.0,
                                  .concentration_rate = 1.5,
                                  .n_proposals = 1,
                                  .seed = 5};
    double work[3];
    CHECK(gmix_i_group_prior_begin(&s->task.prior, n, s->ratio, s->sum, work));
}

static void set_partition(setting *s, gmix_i_partition_kind kind, const char *number,
                          double parameter, double concentration) {
    s->task.partition =
        (gmix_i_partition_prior){.kind = kind,
                                 .n = s->task.n,
                                 .number = gmix_i_number_prior_named(number),
                                 .parameter = parameter,
                                 .log_v = s->log_v};
    gmix_i_partition_prior_set(&s->task.partition, concentration);
}

/* The evidence of every set of rows, row by row: the chain rule; and by the closed form. */
static void find_evidence(setting *s, const gmix_i_group_prior *prior) {
    double mean[MOST_D], factor[3], work[2 * MOST_D];
    const size_t n = s->task.n, d = s->task.d;
    for (size_t set = 1; set < (size_t)1 << n; set++) {
        gmix_i_row_group g = {.mean = mean, .factor = factor};
        double sum = 0.0;
        gmix_i_group_clear(prior, &g);
        for (size_t i = 0; i < n; i++) {
            if (set >> i & 1) {
                sum += gmix_i_group_predict(prior, &g, s->rows + i * d, work);
                gmix_i_group_add(prior, &g, s->rows + i * d, work);
            }
        }
        s->evidence[set] = sum;
        if (!CHECK_NEAR(sum, gmix_i_group_evidence(prior, &g), 1e-10)) {
            return;
        }
    }
}

/* Adds weight x p(partition, rows) over all partitions; rows NULL: the prior. */
static void enumerate(setting *s, bool with_rows, double log_weight, found *f) {
    const size_t n = s->task.n;
    size_t label[MOST_N] = {0}, most[MOST_N] = {0};
    for (;;) {
        size_t sets[MOST_N] = {0}, t = 0;
        for (size_t i = 0; i < n; i++) {
            sets[label[i]] |= (size_t)1 << i;
            t = label[i] + 1 > t ? label[i] + 1 : t;
        }
        double log_p = log_weight + gmix_i_partition_log_v(&s->task.partition, t);
        for (size_t c = 0; c < t; c++) {
            const size_t size = (size_t)__builtin_popcountll(sets[c]);
            log_p += gmix_i_partition_log_size(&s->task.partition, size) +
                     (with_rows ? s->evidence[sets[c]] : 0.0);
        }
        const double p = exp(log_p);
        f->total += p;
        f->groups[t] += p;
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < i; j++) {
                f->together[i][j] += label[i] == label[j] ? p : 0.0;
            }
        }
        size_t i = n; /* the next restricted growth string */
        while (--i > 0 && label[i] > most[i]) {
        }
        if (i == 0) {
            return;
        }
        label[i]++;
        for (size_t j = i + 1; j < n; j++) {
            label[j] = 0;
            most[j] = label[j - 1] > most[j - 1] ? label[j - 1] : most[j - 1];
        }
    }
}

/* A mean of a chain within five of its standard errors, by batches. */
static void check_mean(const double *batches, double expected, const char *what) {
    double mean = 0.0, square = 0.0;
    for (size_t b = 0; b < BATCHES; b++) {
        mean += batches[b] / BATCHES;
    }
    for (size_t b = 0; b < BATCHES; b++) {
        square += (batches[b] - mean) * (batches[b] - mean) / (BATCHES - 1);
    }
    if (!CHECK_NEAR(mean, expected, 5.0 * sqrt(square / BATCHES) + 1e-3)) {
        printf("  that was %s\n", what);
    }
}

static void check_chain(setting *s, const found *f, double scale, double concentration,
                        size_t number, size_t n_steps) {
    const size_t n = s->task.n;
    static double groups[MOST_N + 1][BATCHES], together[MOST_N][MOST_N][BATCHES];
    double scales[BATCHES] = {0}, concentrations[BATCHES] = {0};
    memset(groups, 0, sizeof groups);
    memset(together, 0, sizeof together);
    gmix_ctx *ctx = NULL;
    CHECK(gmix_ctx_new(NULL, &ctx) == GMIX_OK);
    gmix_i_gibbs_chain c;
    if (!CHECK(gmix_i_gibbs_begin(ctx, &s->task, number, &c) == GMIX_OK)) {
        return;
    }
    for (size_t b = 0; b < BATCHES; b++) {
        for (size_t m = 0; m < n_steps / BATCHES; m++) {
            const double share = (double)BATCHES / (double)n_steps;
            uint16_t labels[MOST_N];
            CHECK(gmix_i_gibbs_step(ctx, &c) == GMIX_OK);
            gmix_i_gibbs_labels(&c, labels);
            groups[c.t][b] += share;
            scales[b] += share * log(c.prior.scale);
            concentrations[b] += share * log(c.partition.concentration);
            for (size_t i = 0; i < n; i++) {
                for (size_t j = 0; j < i; j++) {
                    together[i][j][b] += labels[i] == labels[j] ? share : 0.0;
                }
            }
        }
    }
    for (size_t t = 1; t <= n; t++) {
        check_mean(groups[t], f->groups[t] / f->total, "a number of groups");
    }
    for (size_t i = 1; i < n; i++) {
        check_mean(together[i][0], f->together[i][0] / f->total, "two rows together");
    }
    check_mean(scales, scale, "log scale");
    check_mean(concentrations, concentration, "log concentration");
    CHECK(c.n_accepted > 0 || s->task.n_proposals == 0);
    gmix_i_gibbs_free(ctx, &c);
    gmix_ctx_free(&ctx);
}

typedef struct law {
    gmix_i_partition_kind kind;
    const char *number;
    double parameter, concentration;
} law;

static const law laws[] = {{GMIX_I_DIRICHLET_PROCESS, "geometric", 0.1, 1.3},
                           {GMIX_I_FINITE_MIXTURES, "geometric", 0.1, 1.0},
                           {GMIX_I_FINITE_MIXTURES, "poisson", 2.0, 0.6},
                           {GMIX_I_FINITE_MIXTURES, "uniform", 4.0, 1.5},
                           {GMIX_I_FINITE_MIXTURES, "bnb", 0.0, 1.0}};
enum { N_LAWS = sizeof laws / sizeof *laws };

static void use(setting *s, const law *l) {
    CHECK_WHERE("%s, %zu features, law %d %s", s->task.prior.kind->covariance, s->task.d,
                (int)l->kind, l->number);
    set_partition(s, l->kind, l->number, l->parameter, l->concentration);
}

/* Priors sum to 1, and that of the number of groups is what the partitions say. */
static void check_priors(void) {
    for (size_t l = 0; l < N_LAWS; l++) {
        setting s;
        found f = {0};
        double share[MOST_N] = {0}, work[MOST_N + 1];
        set_up(&s, "full", 7, 1);
        use(&s, &laws[l]);
        enumerate(&s, false, 0.0, &f);
        /* The sums over k end at 2000: what is beyond, with a tail as k^-5, is 1e-11. */
        CHECK_NEAR(f.total, 1.0, 1e-9);
        gmix_i_partition_groups(&s.task.partition, 1.0, 7, share, work);
        for (size_t t = 1; t <= 7; t++) {
            CHECK_NEAR(share[t - 1], f.groups[t], 1e-9);
        }
        if (laws[l].kind ==
            GMIX_I_FINITE_MIXTURES) { /* p(k) = sum over t of p(k | t) p(t) */
            double k_share[GMIX_I_MOST_COMPONENTS], p3 = 0.0;
            for (size_t t = 1; t <= 3; t++) {
                (void)gmix_i_partition_components(&s.task.partition, t,
                                                  GMIX_I_MOST_COMPONENTS, k_share);
                p3 += k_share[3 - t] * f.groups[t];
            }
            const double expected =
                exp(s.task.partition.number->log_p(3, s.task.partition.parameter));
            CHECK_NEAR(p3, expected, 1e-9);
        }
    }
}

static void check_posteriors(void) {
    static const struct {
        const char *family;
        size_t d;
    } shapes[] = {{"full", 1}, {"full", 2}, {"diag", 2}, {"spherical", 2}};
    for (size_t m = 0; m < sizeof shapes / sizeof *shapes; m++) {
        for (size_t l = 0; l < (m == 0 ? N_LAWS : 2); l++) {
            setting s;
            found f = {0};
            set_up(&s, shapes[m].family, m == 0 && l % 4 == 0 ? 10 : 7, shapes[m].d);
            use(&s, &laws[l]);
            find_evidence(&s, &s.task.prior);
            enumerate(&s, true, 0.0, &f);
            s.task.n_proposals = l == 1 && m == 0 ? 0 : 1;
            check_chain(&s, &f, log(s.task.prior.scale), log(laws[l].concentration), l,
                        m == 1 ? 8000 : 6000);
        }
    }
}

/* The scale and the concentration learnt: sums over a grid of their logarithms as well. */
static void check_learnt(void) {
    for (size_t l = 0; l < 2; l++) {
        setting s;
        found f = {0};
        double scale = 0.0, concentration = 0.0;
        const double step = 0.5;
        set_up(&s, "full", 5, 1);
        use(&s, &laws[l]);
        s.task.learns_scale = s.task.learns_concentration = true;
        s.task.kappa_per_scale = l == 1 ? 1.0 : 0.0;
        for (int a = 0; a < 26; a++) {
            const double u = -9.0 + step * a;
            gmix_i_group_prior prior = s.task.prior;
            gmix_i_group_prior_scale(&prior, exp(u), l == 1 ? exp(u) : (double)NAN);
            find_evidence(&s, &prior);
            for (int b = 0; b < 24; b++) {
                const double v = -8.0 + step * b;
                const double before = f.total;
                gmix_i_partition_prior_set(&s.task.partition, exp(v));
                enumerate(&s, true, 1.5 * u - 2.0 * exp(u) + 2.0 * v - 1.5 * exp(v), &f);
                scale += u * (f.total - before);
                concentration += v * (f.total - before);
            }
        }
        gmix_i_partition_prior_set(&s.task.partition, laws[l].concentration);
        check_chain(&s, &f, scale / f.total, concentration / f.total, l, 6000);
    }
}

static void check_log_gamma(void) {
    double x = 1e-8;
    for (int i = 0; i < 74; i++, x *= 1.7) {
        const double expected = lgamma(x);
        CHECK_NEAR(gmix_i_log_gamma(x), expected, 4e-15 * fmax(1.0, fabs(expected)));
    }
}

int main(void) {
    check_log_gamma();
    check_priors();
    check_posteriors();
    check_learnt();
    return CHECK_DONE();
}
