/* Cells between bounds under a mixture. See bounds_rule.h. */
#include "observe/bounds_rule.h"

#include <math.h>

#include "observe/truncated.h"

struct gmix_i_bounds_rule {
    const gmix_i_shape *shape;
    size_t k, d;
    double *sd, *log_sd;  /* K x D */
    double *log_weight;   /* K */
    const double *means;  /* K x D; borrowed */
    const double *centre; /* K x D: of the statistics; borrowed */
};

gmix_status gmix_i_bounds_rule_new(gmix_ctx *ctx, const gmix_i_shape *shape, size_t k,
                                   size_t d, gmix_i_bounds_rule **out) {
    gmix_status status = GMIX_OK;
    gmix_i_bounds_rule *rule = NULL;
    if (shape->cov_len(d) > d) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "cells between bounds are for one feature, or for features that are "
                  "uncorrelated within components: ask for covariance = diag, spherical "
                  "or one of their kind");
    }
    GMIX_TRY(gmix_i_calloc(ctx, "bounds", 1, sizeof *rule, &rule));
    *rule = (gmix_i_bounds_rule){.shape = shape, .k = k, .d = d};
    GMIX_TRY(gmix_i_calloc(ctx, "bounds", k * (2 * d + 1), sizeof(double), &rule->sd));
    rule->log_sd = rule->sd + k * d;
    rule->log_weight = rule->log_sd + k * d;
    *out = rule;
    rule = NULL;
done:
    gmix_i_bounds_rule_free(&ctx->opts.allocator, &rule);
    return status;
}

void gmix_i_bounds_rule_free(const gmix_allocator *from, gmix_i_bounds_rule **rule) {
    if (*rule) {
        gmix_i_release(from, (*rule)->sd);
        gmix_i_release(from, *rule);
        *rule = NULL;
    }
}

void gmix_i_bounds_rule_prepare(gmix_i_bounds_rule *rule, const gmix_i_params *p,
                                const double *centre) {
    const size_t d = rule->d, len = rule->shape->cov_len(d);
    rule->means = p->means;
    rule->centre = centre;
    for (size_t k = 0; k < rule->k; k++) {
        rule->log_weight[k] = log(p->weights[k]);
        for (size_t j = 0; j < d; j++) {
            rule->sd[k * d + j] = sqrt(rule->shape->variance(p->cov + k * len, j));
            rule->log_sd[k * d + j] = log(rule->sd[k * d + j]);
        }
    }
}

static gmix_status prepare(void *of, const gmix_i_params *p, const gmix_i_prepared *q) {
    gmix_i_bounds_rule_prepare(of, p, q->centre);
    return GMIX_OK;
}

/* Feature j of a row under component k, in the component's units. */
static gmix_i_truncated look_at(const gmix_i_bounds_rule *rule,
                                const gmix_i_between_rows *rows, size_t i, size_t k,
                                size_t j) {
    const double log_sqrt_2pi = 0.91893853320467274178;
    const size_t at = k * rule->d + j, cell = i * rule->d + j;
    const double a = (rows->lower[cell] - rule->means[at]) / rule->sd[at];
    if (rows->lower[cell] == rows->upper[cell]) {
        return (gmix_i_truncated){.log_p = -0.5 * a * a - log_sqrt_2pi - rule->log_sd[at],
                                  .mean = a};
    }
    return gmix_i_truncate(a, (rows->upper[cell] - rule->means[at]) / rule->sd[at]);
}

static void terms(const void *of, const gmix_i_prepared *q, const gmix_i_tile *tile,
                  void *l, void *work) {
    const gmix_i_bounds_rule *const rule = of;
    const gmix_i_between_rows *const rows = tile->between;
    (void)work;
    for (size_t k = 0; rows && k < rule->k; k++) {
        for (size_t i = 0; i < rows->n; i++) {
            double sum = rule->log_weight[k] + rows->base[i];
            for (size_t j = 0; j < rule->d; j++) {
                sum += look_at(rule, rows, i, k, j).log_p;
            }
            gmix_i_set_real(q->kernels, l, k * tile->n + rows->row[i], sum);
        }
    }
}

/* A row of weight r into the statistics of component k. */
static void add_row(const gmix_i_bounds_rule *rule, const gmix_i_between_rows *rows,
                    size_t i, size_t k, double r, double *stats) {
    const size_t d = rule->d;
    stats[0] += r;
    for (size_t j = 0; j < d; j++) {
        const size_t at = k * d + j;
        const gmix_i_truncated t = look_at(rule, rows, i, k, j);
        const double z = rule->means[at] - rule->centre[at] + rule->sd[at] * t.mean;
        stats[1 + j] += r * z;
        stats[1 + d + j] += r * (z * z + rule->sd[at] * rule->sd[at] * t.variance);
    }
}

static void moments(const void *of, const gmix_i_prepared *q, const gmix_i_tile *tile,
                    void *resp, size_t *active, double *stats, void *work) {
    const gmix_i_bounds_rule *const rule = of;
    const gmix_i_between_rows *const rows = tile->between;
    const size_t len = gmix_i_stats_len(rule->shape, rule->d);
    (void)work;
    for (size_t k = 0; rows && !q->is_start && k < rule->k; k++) {
        for (size_t i = 0; i < rows->n; i++) {
            const size_t at = k * tile->n + rows->row[i];
            const double r = gmix_i_real_at(q->kernels, resp, at);
            if (r != 0.0) {
                add_row(rule, rows, i, k, r, stats + k * len);
                gmix_i_set_real(q->kernels, resp, at, 0.0);
                active[k]--;
            }
        }
    }
}

static void release(const gmix_allocator *from, void *of) {
    gmix_i_bounds_rule *rule = of;
    gmix_i_bounds_rule_free(from, &rule);
}

const gmix_i_row_rule_kind gmix_i_rule_bounds = {.name = "bounds of cells",
                                                 .prepare = prepare,
                                                 .terms = terms,
                                                 .moments = moments,
                                                 .release = release};

gmix_status gmix_i_prepared_heed_bounds(gmix_ctx *ctx, const gmix_i_input *input,
                                        gmix_i_prepared *q) {
    gmix_status status = GMIX_OK;
    gmix_i_bounds_rule *rule = NULL;
    if (input->between) {
        GMIX_TRY(gmix_i_bounds_rule_new(ctx, q->shape, q->k, q->d, &rule));
        gmix_i_row_rules_add(&q->rules, &gmix_i_rule_bounds, rule);
    }
done:
    return status;
}
