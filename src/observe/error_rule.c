/* Rows with errors of measurement under a mixture. See error_rule.h. */
#include "observe/error_rule.h"

#include <math.h>
#include <string.h>

#include "family/gaps.h"
#include "observe/error_rows.h"
#include "observe/projection_rule.h"

enum { LANES = GMIX_I_LANES };

struct gmix_i_error_rule {
    gmix_ctx *ctx; /* for memory; borrowed */
    const gmix_i_shape *shape;
    size_t k, d, len;     /* len: of a packed matrix */
    double *cov, *root;   /* K x len */
    double *log_weight;   /* K */
    double *matrix;       /* D x D */
    const double *means;  /* K x D; borrowed */
    const double *centre; /* K x D: of the statistics; borrowed */
};

/* A thread's scratch: a number for every row, sums of a component in two forms, and the loops'. */
typedef struct scratch {
    double *of_row, *sums, *turned, *loops;
} scratch;

static size_t padded(size_t rows) {
    return (rows + LANES - 1) / LANES * LANES;
}

static scratch carve(size_t d, size_t rows, void *work) {
    scratch s = {.of_row = work};
    s.sums = s.of_row + padded(rows);
    s.turned = s.sums + gmix_i_error_sums_len(d);
    s.loops = s.turned + d * d + d;
    return s;
}

size_t gmix_i_error_work(const gmix_i_input *input, size_t rows) {
    const size_t d = input->n_cols;
    return !input->errors ? 0
                          : (padded(rows) + gmix_i_error_sums_len(d) + d * d + d +
                             gmix_i_error_rows_work(d)) *
                                sizeof(double);
}

size_t gmix_i_observe_work(const gmix_i_input *input, const gmix_i_shape *shape,
                           size_t rows) {
    const size_t gaps = gmix_i_gap_work(shape, input->n_cols),
                 errors = gmix_i_error_work(input, rows),
                 projections = gmix_i_projection_rule_work(input),
                 most = gaps > errors ? gaps : errors;
    return most > projections ? most : projections;
}

gmix_status gmix_i_error_rule_new(gmix_ctx *ctx, const gmix_i_shape *shape, size_t k,
                                  size_t d, gmix_i_error_rule **out) {
    gmix_status status = GMIX_OK;
    gmix_i_error_rule *rule = NULL;
    const size_t len = gmix_i_packed_len(d);
    GMIX_TRY(gmix_i_calloc(ctx, "errors", 1, sizeof *rule, &rule));
    *rule = (gmix_i_error_rule){.ctx = ctx, .shape = shape, .k = k, .d = d, .len = len};
    GMIX_TRY(gmix_i_calloc(ctx, "errors", k * (2 * len + 1) + d * d, sizeof(double),
                           &rule->cov));
    rule->root = rule->cov + k * len;
    rule->log_weight = rule->root + k * len;
    rule->matrix = rule->log_weight + k;
    *out = rule;
    rule = NULL;
done:
    gmix_i_error_rule_free(&ctx->opts.allocator, &rule);
    return status;
}

void gmix_i_error_rule_free(const gmix_allocator *from, gmix_i_error_rule **rule) {
    if (*rule) {
        gmix_i_release(from, (*rule)->cov);
        gmix_i_release(from, *rule);
        *rule = NULL;
    }
}

gmix_status gmix_i_error_rule_prepare(gmix_i_error_rule *rule, const gmix_i_params *p,
                                      const double *centre) {
    const size_t d = rule->d, len = rule->len, cov_len = rule->shape->cov_len(d);
    rule->means = p->means;
    rule->centre = centre;
    for (size_t k = 0; k < rule->k; k++) {
        double *const cov = rule->cov + k * len;
        rule->shape->to_matrix(d, p->cov + k * cov_len, rule->matrix);
        for (size_t i = 0; i < d; i++) {
            memcpy(cov + gmix_i_packed_len(i), rule->matrix + i * d,
                   (i + 1) * sizeof *cov);
        }
        rule->log_weight[k] = log(p->weights[k]);
        if (!gmix_i_cholesky(NULL, d, cov, rule->root + k * len)) {
            return gmix_i_fail(rule->ctx, GMIX_ERR_SINGULAR,
                               "the covariance matrix of component %zu is not positive "
                               "definite, to rounding",
                               k);
        }
    }
    return GMIX_OK;
}

gmix_i_error_component gmix_i_error_rule_component(const gmix_i_error_rule *rule,
                                                   size_t k) {
    return (gmix_i_error_component){.mean = rule->means + k * rule->d,
                                    .cov = rule->cov + k * rule->len,
                                    .root = rule->root + k * rule->len,
                                    .log_weight = rule->log_weight[k]};
}

static gmix_status prepare(void *of, const gmix_i_params *p, const gmix_i_prepared *q) {
    return gmix_i_error_rule_prepare(of, p, q->centre);
}

static void terms(const void *of, const gmix_i_prepared *q, const gmix_i_tile *tile,
                  void *l, void *work) {
    const gmix_i_error_rule *const rule = of;
    const gmix_i_noisy_rows *const rows = tile->noisy;
    if (!rows) {
        return;
    }
    const scratch s = carve(rule->d, rows->n, work);
    for (size_t k = 0; k < rule->k; k++) {
        const gmix_i_error_component component = gmix_i_error_rule_component(rule, k);
        gmix_i_error_densities(rows, &component, s.of_row, s.loops);
        for (size_t i = 0; i < rows->n; i++) {
            gmix_i_set_real(q->kernels, l, k * tile->n + rows->row[i], s.of_row[i]);
        }
    }
}

/* Moves the responsibilities of rows with errors out of resp; how many are not zero. */
static size_t take_resp(const gmix_i_prepared *q, const gmix_i_tile *tile, size_t k,
                        void *resp, double *r) {
    const gmix_i_noisy_rows *const rows = tile->noisy;
    size_t n = 0;
    for (size_t i = 0; i < rows->n; i++) {
        const size_t at = k * tile->n + rows->row[i];
        r[i] = gmix_i_real_at(q->kernels, resp, at);
        n += r[i] != 0.0;
        gmix_i_set_real(q->kernels, resp, at, 0.0);
    }
    memset(r + rows->n, 0, (padded(rows->n) - rows->n) * sizeof *r);
    return n;
}

/* turned = F M, D x D, for the symmetric M (packed) of the loops' sums; offset = F g. */
static void turn(size_t d, const double *root, const double *sums, double *turned,
                 double *offset) {
    const double *const g = sums + 1, *const m = sums + 1 + d;
    for (size_t i = 0; i < d; i++) {
        const double *const row = root + gmix_i_packed_len(i);
        offset[i] = 0.0;
        for (size_t a = 0; a <= i; a++) {
            offset[i] += row[a] * g[a];
        }
        for (size_t b = 0; b < d; b++) {
            double sum = 0.0;
            for (size_t a = 0; a <= i; a++) {
                sum += row[a] *
                       m[a >= b ? gmix_i_packed_len(a) + b : gmix_i_packed_len(b) + a];
            }
            turned[i * d + b] = sum;
        }
    }
}

void gmix_i_error_rule_add(const gmix_i_error_rule *rule, size_t k, const double *sums,
                           double *work, double *stats) {
    const size_t d = rule->d;
    const bool diagonal = rule->shape->cov_len(d) == d;
    const double *const root = rule->root + k * rule->len, *const cov =
                                                               rule->cov + k * rule->len;
    const double *const mean = rule->means + k * d, *const centre = rule->centre + k * d;
    double *const turned = work, *const offset = work + d * d;
    const double n = sums[0];
    turn(d, root, sums, turned, offset);
    stats[0] += n;
    for (size_t i = 0; i < d; i++) {
        const double shift = mean[i] - centre[i];
        stats[1 + i] += n * shift + offset[i];
        for (size_t j = diagonal ? i : 0; j <= i; j++) {
            const double other = mean[j] - centre[j];
            double sum = n * cov[gmix_i_packed_len(i) + j];
            for (size_t b = 0; b <= j; b++) {
                sum += turned[i * d + b] * root[gmix_i_packed_len(j) + b];
            }
            sum += n * shift * other + shift * offset[j] + offset[i] * other;
            stats[1 + d + (diagonal ? i : gmix_i_packed_len(i) + j)] += sum;
        }
    }
}

static void moments(const void *of, const gmix_i_prepared *q, const gmix_i_tile *tile,
                    void *resp, size_t *active, double *stats, void *work) {
    const gmix_i_error_rule *const rule = of;
    if (!tile->noisy || q->is_start) {
        return;
    }
    const scratch s = carve(rule->d, tile->noisy->n, work);
    const size_t len = gmix_i_stats_len(rule->shape, rule->d);
    for (size_t k = 0; k < rule->k; k++) {
        const size_t n = take_resp(q, tile, k, resp, s.of_row);
        active[k] -= n;
        if (n > 0) {
            const gmix_i_error_component component = gmix_i_error_rule_component(rule, k);
            memset(s.sums, 0, gmix_i_error_sums_len(rule->d) * sizeof *s.sums);
            gmix_i_error_moments(tile->noisy, &component, s.of_row, s.sums, s.loops);
            gmix_i_error_rule_add(rule, k, s.sums, s.turned, stats + k * len);
        }
    }
}

static void release(const gmix_allocator *from, void *of) {
    gmix_i_error_rule *rule = of;
    gmix_i_error_rule_free(from, &rule);
}

const gmix_i_row_rule_kind gmix_i_rule_errors = {.name = "errors of measurement",
                                                 .prepare = prepare,
                                                 .terms = terms,
                                                 .moments = moments,
                                                 .release = release};

gmix_status gmix_i_prepared_heed_errors(gmix_ctx *ctx, const gmix_i_input *input,
                                        gmix_i_prepared *q) {
    gmix_status status = GMIX_OK;
    gmix_i_error_rule *rule = NULL;
    if (input->errors) {
        GMIX_TRY(gmix_i_error_rule_new(ctx, q->shape, q->k, q->d, &rule));
        gmix_i_row_rules_add(&q->rules, &gmix_i_rule_errors, rule);
    }
done:
    return status;
}

void gmix_i_error_true_value(const gmix_i_error_rule *rule, const gmix_i_tile *tile,
                             size_t index, size_t k, double *offset, double *cov,
                             void *work) {
    const scratch s = carve(rule->d, tile->noisy->n, work);
    const gmix_i_error_component component = gmix_i_error_rule_component(rule, k);
    gmix_i_error_posterior(tile->noisy, &component, index, offset, cov, s.loops);
}
