/* Rows of which combinations of features were measured. See projection_rule.h. */
#include "observe/projection_rule.h"

#include <string.h>

#include "data/measured.h"
#include "observe/error_rule.h"

struct gmix_i_projection_rule {
    gmix_i_error_rule *components; /* roots of covariances, means, centres */
    const gmix_i_shape *shape;
    const gmix_i_frame *frame;    /* borrowed */
    const gmix_i_projected *rows; /* borrowed; NULL: none */
    uint64_t first;               /* of the rows, in the data set */
    size_t k, d;
};

/* A thread's scratch: sums of a component, what turns them into statistics, and a row. */
typedef struct scratch {
    double *sums, *turned, *row;
} scratch;

static scratch carve(size_t d, void *work) {
    scratch s = {.sums = work};
    s.turned = s.sums + gmix_i_error_sums_len(d);
    s.row = s.turned + d * d + d;
    return s;
}

size_t gmix_i_projection_rule_work(const gmix_i_input *input) {
    const size_t d = input->n_cols;
    return !input->errors || !input->errors->projected
               ? 0
               : (gmix_i_error_sums_len(d) + d * d + d +
                  gmix_i_projection_work(input->errors->projected)) *
                     sizeof(double);
}

gmix_status gmix_i_projection_rule_new(gmix_ctx *ctx, const gmix_i_shape *shape, size_t k,
                                       size_t d, const gmix_i_frame *frame,
                                       gmix_i_projection_rule **out) {
    gmix_status status = GMIX_OK;
    gmix_i_projection_rule *rule = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "projections", 1, sizeof *rule, &rule));
    *rule = (gmix_i_projection_rule){.shape = shape, .k = k, .d = d, .frame = frame};
    GMIX_TRY(gmix_i_error_rule_new(ctx, shape, k, d, &rule->components));
    *out = rule;
    rule = NULL;
done:
    gmix_i_projection_rule_free(&ctx->opts.allocator, &rule);
    return status;
}

void gmix_i_projection_rule_free(const gmix_allocator *from,
                                 gmix_i_projection_rule **rule) {
    if (*rule) {
        gmix_i_error_rule_free(from, &(*rule)->components);
        gmix_i_release(from, *rule);
        *rule = NULL;
    }
}

gmix_status gmix_i_projection_rule_prepare(gmix_i_projection_rule *rule,
                                           const gmix_i_params *p, const double *centre) {
    return gmix_i_error_rule_prepare(rule->components, p, centre);
}

void gmix_i_projection_rule_set(gmix_i_projection_rule *rule, const gmix_i_input *input) {
    rule->rows = input->errors ? input->errors->projected : NULL;
    rule->first = input->first;
}

static gmix_status prepare(void *of, const gmix_i_params *p, const gmix_i_prepared *q) {
    return gmix_i_projection_rule_prepare(of, p, q->centre);
}

/* Row i of the tile under a component; its log-density, whose unit is that of what was measured. */
static double look(const gmix_i_projection_rule *rule, const gmix_i_tile *tile, size_t i,
                   const gmix_i_error_component *component, double *work,
                   gmix_i_projection *at) {
    gmix_i_projection_of(rule->rows, (size_t)(tile->first + i - rule->first),
                         rule->frame->shift, rule->frame->scale, work, at);
    return gmix_i_projection_look(at, component->mean, component->root);
}

static void terms(const void *of, const gmix_i_prepared *q, const gmix_i_tile *tile,
                  void *l, void *work) {
    const gmix_i_projection_rule *const rule = of;
    const scratch s = carve(rule->d, work);
    gmix_i_projection at;
    for (size_t k = 0; rule->rows && !q->is_start && k < rule->k; k++) {
        const gmix_i_error_component component =
            gmix_i_error_rule_component(rule->components, k);
        for (size_t i = 0; i < tile->n_rows; i++) {
            gmix_i_set_real(q->kernels, l, k * tile->n + i,
                            component.log_weight + rule->frame->log_det +
                                look(rule, tile, i, &component, s.row, &at));
        }
    }
}

static void moments(const void *of, const gmix_i_prepared *q, const gmix_i_tile *tile,
                    void *resp, size_t *active, double *stats, void *work) {
    const gmix_i_projection_rule *const rule = of;
    const scratch s = carve(rule->d, work);
    const size_t len = gmix_i_stats_len(rule->shape, rule->d);
    gmix_i_projection at;
    for (size_t k = 0; rule->rows && !q->is_start && k < rule->k; k++) {
        const gmix_i_error_component component =
            gmix_i_error_rule_component(rule->components, k);
        memset(s.sums, 0, gmix_i_error_sums_len(rule->d) * sizeof *s.sums);
        for (size_t i = 0; i < tile->n_rows; i++) {
            const double r = gmix_i_real_at(q->kernels, resp, k * tile->n + i);
            if (r != 0.0) {
                (void)look(rule, tile, i, &component, s.row, &at);
                gmix_i_projection_add(&at, r, s.sums);
                gmix_i_set_real(q->kernels, resp, k * tile->n + i, 0.0);
                active[k]--;
            }
        }
        gmix_i_error_rule_add(rule->components, k, s.sums, s.turned, stats + k * len);
    }
}

void gmix_i_projection_true_value(const gmix_i_projection_rule *rule,
                                  const gmix_i_tile *tile, size_t i, size_t k,
                                  double *offset, double *cov, void *work) {
    const size_t d = rule->d;
    const scratch s = carve(d, work);
    const gmix_i_error_component c = gmix_i_error_rule_component(rule->components, k);
    gmix_i_projection at;
    (void)look(rule, tile, i, &c, s.row, &at);
    for (size_t a = 0; a < d; a++) { /* I - W^T W */
        for (size_t b = 0; b < d; b++) {
            double sum = (double)(a == b);
            for (size_t m = 0; m < at.o; m++) {
                sum -= at.rf[m * d + a] * at.rf[m * d + b];
            }
            s.turned[a * d + b] = sum;
        }
    }
    for (size_t j = 0; j < d; j++) {
        const double *const fj = c.root + gmix_i_packed_len(j);
        offset[j] = 0.0;
        for (size_t a = 0; a <= j; a++) {
            offset[j] += fj[a] * at.g[a];
        }
        for (size_t h = 0; h <= j; h++) {
            const double *const fh = c.root + gmix_i_packed_len(h);
            double sum = 0.0;
            for (size_t a = 0; a <= j; a++) {
                for (size_t b = 0; b <= h; b++) {
                    sum += fj[a] * s.turned[a * d + b] * fh[b];
                }
            }
            cov[gmix_i_packed_len(j) + h] = sum;
        }
    }
}

static void release(const gmix_allocator *from, void *of) {
    gmix_i_projection_rule *rule = of;
    gmix_i_projection_rule_free(from, &rule);
}

const gmix_i_row_rule_kind gmix_i_rule_projections = {.name = "projections",
                                                      .prepare = prepare,
                                                      .terms = terms,
                                                      .moments = moments,
                                                      .release = release};

gmix_status gmix_i_prepared_heed_projections(gmix_ctx *ctx, const gmix_i_input *input,
                                             const gmix_i_frame *frame,
                                             gmix_i_prepared *q) {
    gmix_status status = GMIX_OK;
    gmix_i_projection_rule *rule = NULL;
    if (input->errors && input->errors->projected) {
        GMIX_TRY(gmix_i_projection_rule_new(ctx, q->shape, q->k, q->d, frame, &rule));
        gmix_i_projection_rule_set(rule, input);
        gmix_i_row_rules_add(&q->rules, &gmix_i_rule_projections, rule);
    }
done:
    return status;
}
