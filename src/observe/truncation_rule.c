/* Truncated samples under a mixture. See truncation_rule.h. */
#include "observe/truncation_rule.h"

#include <math.h>
#include <string.h>

#include "observe/truncated.h"

/* What a component has beyond the bounds: for each row that was seen so many rows, their sum and their sum
 * of squares about the centre. */
typedef struct beyond {
    double n, sum, square;
} beyond;

struct gmix_i_truncation_rule {
    gmix_ctx *ctx; /* for messages; borrowed */
    const gmix_i_shape *shape;
    size_t k;
    double bounds[2]; /* in the frame */
    double log_p;
    beyond *unseen; /* K */
};

/* log P below which parameters are no answer: rows that were seen stand for 1e260 others. */
static const double LEAST_LOG_P = -600.0;

gmix_status gmix_i_truncation_rule_new(gmix_ctx *ctx, const gmix_i_shape *shape, size_t k,
                                       gmix_i_truncation_rule **out) {
    gmix_status status = GMIX_OK;
    gmix_i_truncation_rule *rule = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "the truncation", 1, sizeof *rule, &rule));
    *rule = (gmix_i_truncation_rule){.ctx = ctx, .shape = shape, .k = k};
    GMIX_TRY(
        gmix_i_calloc(ctx, "the truncation", k, sizeof *rule->unseen, &rule->unseen));
    *out = rule;
    rule = NULL;
done:
    gmix_i_truncation_rule_free(&ctx->opts.allocator, &rule);
    return status;
}

void gmix_i_truncation_rule_free(const gmix_allocator *from,
                                 gmix_i_truncation_rule **rule) {
    if (*rule) {
        gmix_i_release(from, (*rule)->unseen);
        gmix_i_release(from, *rule);
        *rule = NULL;
    }
}

void gmix_i_truncation_rule_set(gmix_i_truncation_rule *rule, const gmix_i_frame *frame,
                                const double *bounds) {
    for (int i = 0; i < 2; i++) {
        rule->bounds[i] = bounds   ? (bounds[i] - frame->shift[0]) * frame->inv_scale[0]
                          : i == 0 ? -INFINITY
                                   : INFINITY;
    }
}

static double sd_of(const gmix_i_shape *shape, const gmix_i_params *p, size_t k) {
    return sqrt(shape->variance(p->cov + k * shape->cov_len(1), 0));
}

double gmix_i_share_between(const gmix_i_shape *shape, const gmix_i_params *p, size_t k,
                            const gmix_i_frame *frame, const double *bounds) {
    const double mean = p->means[k], sd = sd_of(shape, p, k);
    const double a = (bounds[0] - frame->shift[0]) * frame->inv_scale[0];
    const double b = (bounds[1] - frame->shift[0]) * frame->inv_scale[0];
    return exp(gmix_i_truncate((a - mean) / sd, (b - mean) / sd).log_p);
}

static double log_sum(double a, double b) {
    const double most = fmax(a, b);
    return isinf(most) ? most : most + log1p(exp(-fabs(a - b)));
}

/* Adds the rows of a component from a to b, in its own units, of which there are exp(log_rows) times their
 * probability. */
static void add_tail(beyond *to, double a, double b, double log_rows, double mean,
                     double sd) {
    if (a < b) {
        const gmix_i_truncated t = gmix_i_truncate(a, b);
        const double n = exp(log_rows + t.log_p), z = mean + sd * t.mean;
        to->n += n;
        if (n > 0.0) { /* or the moments are those of nothing */
            to->sum += n * z;
            to->square += n * (z * z + sd * sd * t.variance);
        }
    }
}

gmix_status gmix_i_truncation_rule_prepare(gmix_i_truncation_rule *rule,
                                           const gmix_i_params *p, const double *centre) {
    if (isinf(rule->bounds[0]) && isinf(rule->bounds[1])) { /* to the bit */
        rule->log_p = 0.0;
        memset(rule->unseen, 0, rule->k * sizeof *rule->unseen);
        return GMIX_OK;
    }
    rule->log_p = -INFINITY;
    for (size_t k = 0; k < rule->k; k++) {
        const double mean = p->means[k], sd = sd_of(rule->shape, p, k);
        const gmix_i_truncated inside =
            gmix_i_truncate((rule->bounds[0] - mean) / sd, (rule->bounds[1] - mean) / sd);
        rule->log_p = log_sum(rule->log_p, log(p->weights[k]) + inside.log_p);
    }
    if (!(rule->log_p > LEAST_LOG_P)) {
        return gmix_i_fail(rule->ctx, GMIX_ERR_SINGULAR,
                           "the mixture has next to nothing between the bounds of the "
                           "truncation: its logarithm is %g",
                           rule->log_p);
    }
    for (size_t k = 0; k < rule->k; k++) {
        const double mean = p->means[k], sd = sd_of(rule->shape, p, k);
        const double log_rows = log(p->weights[k]) - rule->log_p;
        rule->unseen[k] = (beyond){0};
        add_tail(&rule->unseen[k], -INFINITY, (rule->bounds[0] - mean) / sd, log_rows,
                 mean - centre[k], sd);
        add_tail(&rule->unseen[k], (rule->bounds[1] - mean) / sd, INFINITY, log_rows,
                 mean - centre[k], sd);
    }
    return GMIX_OK;
}

static gmix_status prepare(void *of, const gmix_i_params *p, const gmix_i_prepared *q) {
    return gmix_i_truncation_rule_prepare(of, p, q->centre);
}

/* The same for all components: who a row belongs to is as it was. */
static void terms(const void *of, const gmix_i_prepared *q, const gmix_i_tile *tile,
                  void *l, void *work) {
    const gmix_i_truncation_rule *const rule = of;
    const size_t n = q->is_start ? 0 : rule->k * tile->n;
    double *const doubles = l;
    float *const floats = l;
    (void)work;
    if (q->kernels->real_size == sizeof(double)) {
        for (size_t at = 0; at < n; at++) {
            doubles[at] -= rule->log_p;
        }
    } else {
        for (size_t at = 0; at < n; at++) {
            floats[at] -= (float)rule->log_p;
        }
    }
}

static void moments(const void *of, const gmix_i_prepared *q, const gmix_i_tile *tile,
                    void *resp, size_t *active, double *stats, void *work) {
    const gmix_i_truncation_rule *const rule = of;
    const size_t len = gmix_i_stats_len(rule->shape, 1);
    (void)resp, (void)active, (void)work;
    for (size_t k = 0; k < rule->k && !q->is_start; k++) {
        stats[k * len] += tile->weight * rule->unseen[k].n;
        stats[k * len + 1] += tile->weight * rule->unseen[k].sum;
        stats[k * len + 2] += tile->weight * rule->unseen[k].square;
    }
}

static void release(const gmix_allocator *from, void *of) {
    gmix_i_truncation_rule *rule = of;
    gmix_i_truncation_rule_free(from, &rule);
}

const gmix_i_row_rule_kind gmix_i_rule_truncation = {.name = "truncation",
                                                     .prepare = prepare,
                                                     .terms = terms,
                                                     .moments = moments,
                                                     .comes_last = true,
                                                     .release = release};

gmix_status gmix_i_prepared_heed_truncation(gmix_ctx *ctx, const gmix_i_input *input,
                                            const gmix_i_frame *frame,
                                            gmix_i_prepared *q) {
    gmix_status status = GMIX_OK;
    gmix_i_truncation_rule *rule = NULL;
    if (input->truncation) {
        GMIX_TRY(gmix_i_truncation_rule_new(ctx, q->shape, q->k, &rule));
        gmix_i_truncation_rule_set(rule, frame, input->truncation);
        gmix_i_row_rules_add(&q->rules, &gmix_i_rule_truncation, rule);
    }
done:
    return status;
}
