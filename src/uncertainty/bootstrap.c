/*
 * Standard errors from replicates: the mixture is fitted again, from where it is, to the same
 * rows with random weights (resample.h).
 *
 * Component l of a replicate is matched to component k of the model so that the sum of the
 * cross-entropies -E_l[log N_k] = -1/2 (log |Sigma_k| + tr Sigma_k^-1 (Sigma_l + d d^T)),
 * d = mu_l - mu_k, is least: means alone cannot tell a narrow component inside a wide one
 * from it.
 */
#include <math.h>
#include <string.h>

#include "base/order.h"
#include "em/em.h"
#include "uncertainty/errors.h"
#include "uncertainty/replicates.h"
#include "uncertainty/resample.h"
#include "validate/assignment.h"

typedef struct repeater {
    const gmix_i_errors_task *task;
    gmix_fit_options opts;
    gmix_i_base base;
    bool weighted, strict; /* strict: only sound solutions count */
    size_t len;            /* parameters */
    double *weights;       /* per thread: N */
    double *work;          /* per thread: see work_len */
    int32_t *match;        /* per thread: K */
    double *found;         /* replicates x len */
    bool *usable, *done;   /* replicates */
} repeater;

/* Doubles that matching wants: costs, a matrix, a covariance twice, a difference. */
static size_t work_len(const gmix_model *m) {
    return m->k * m->k + m->d * m->d + 2 * m->family->shape->cov_len(m->d) + m->d;
}

/* Costs of all pairs, K x K: component of the model, of the replicate. */
static void set_costs(const gmix_model *from, const gmix_model *made, double *costs) {
    const gmix_i_shape *const shape = from->family->shape;
    const size_t k = from->k, d = from->d, len = shape->cov_len(d);
    double *const matrix = costs + k * k, *const cov = matrix + d * d;
    double *const scatter = cov + len, *const apart = scatter + len;
    for (size_t l = 0; l < k; l++) {
        gmix_model_covariance(made, l, matrix);
        for (size_t i = 0; i < d; i++) {
            for (size_t j = 0; j < d; j++) {
                matrix[i * d + j] *= from->frame.inv_scale[i] * from->frame.inv_scale[j];
            }
        }
        shape->from_matrix(d, matrix, cov);
        for (size_t c = 0; c < k; c++) {
            for (size_t j = 0; j < d; j++) {
                apart[j] = (made->means[l * d + j] - from->means[c * d + j]) *
                           from->frame.inv_scale[j];
            }
            for (size_t i = 0; i < d; i++) {
                for (size_t j = 0; j < d; j++) {
                    matrix[i * d + j] = apart[i] * apart[j];
                }
            }
            shape->from_matrix(d, matrix, scatter);
            for (size_t t = 0; t < len; t++) {
                scatter[t] += cov[t];
            }
            costs[c * k + l] =
                -shape->gaussian_loglik(d, from->prepared.factor + c * len, 1.0, scatter);
        }
    }
}

/* Parameters of a replicate in the order of the model's components. Other layouts than K
 * matrices or K numbers hold what all share. */
static void put_in_order(const gmix_model *made, const int32_t *match, double *out) {
    const size_t k = made->k, d = made->d,
                 n_cov = gmix_i_family_layout_len(made->family, k, d);
    const size_t each = n_cov - gmix_i_family_layout_len(made->family, k - 1, d);
    double *const means = out + k + 1, *const cov = means + k * d;
    memcpy(cov, made->covariances, n_cov * sizeof *cov);
    out[k] = made->weights[k];
    for (size_t c = 0; c < k; c++) {
        const size_t l = (size_t)match[c];
        out[c] = made->weights[l];
        memcpy(means + c * d, made->means + l * d, d * sizeof *means);
        memcpy(cov + c * each, made->covariances + l * each, each * sizeof *cov);
    }
}

static gmix_status align(const repeater *r, gmix_ctx *ctx, const gmix_model *made,
                         int thread, double *out) {
    gmix_status status = GMIX_OK;
    const gmix_model *const from = r->task->model;
    const size_t k = from->k;
    double *const costs = r->work + (size_t)thread * work_len(from);
    int32_t *const match = r->match + (size_t)thread * k;
    set_costs(from, made, costs);
    for (size_t i = 0; i < k * k; i++) { /* one that has grown narrow without end */
        costs[i] = isfinite(costs[i]) ? costs[i] : 1e300;
    }
    for (size_t c = 0; c < k; c++) { /* classes hold their components */
        for (size_t l = 0; l < k && from->classes.n > 0; l++) {
            const bool same =
                from->classes.of_component[c] == from->classes.of_component[l];
            costs[c * k + l] += same ? 0.0 : 1e200;
        }
    }
    GMIX_TRY(gmix_i_assign(ctx, k, k, costs, match));
    put_in_order(made, match, out);
done:
    return status;
}

static gmix_status replicate(void *arg, gmix_ctx *ctx, size_t index, int thread) {
    gmix_status status = GMIX_OK;
    repeater *const r = arg;
    const gmix_i_stream stream =
        gmix_i_stream_open(r->opts.seed, GMIX_I_RNG_RESAMPLE, index);
    double *const weights = r->weights + (size_t)thread * r->base.n;
    gmix_table x = *r->task->x;
    gmix_model *made = NULL;
    gmix_report report = {0};
    GMIX_TRY((r->weighted ? gmix_i_draw_weights : gmix_i_draw_counts)(ctx, &r->base,
                                                                      stream, weights));
    x.weights = weights;
    status = gmix_fit(ctx, &x, &r->opts, &made, &report);
    if (gmix_i_fit_is_impossible(status)) {
        return GMIX_OK;
    }
    GMIX_TRY(status);
    if (!gmix_i_may_go_on(report.stop)) { /* not what the same data always lead to */
        GMIX_TRY(gmix_i_end_of(ctx, report.stop));
    }
    if (report.sound || !r->strict) {
        GMIX_TRY(align(r, ctx, made, thread, r->found + index * r->len));
        r->usable[index] = true;
    }
done:
    gmix_model_free(&made);
    gmix_report_free(&report);
    return status;
}

/* Whether the model is sound, from where replicates begin. */
static gmix_status look_at_model(repeater *r) {
    gmix_status status = GMIX_OK;
    gmix_model *made = NULL;
    gmix_report report = {0};
    GMIX_TRY(gmix_fit(r->task->ctx, r->task->x, &r->opts, &made, &report));
    r->strict = report.sound != 0;
done:
    gmix_model_free(&made);
    gmix_report_free(&report);
    return status;
}

static gmix_status repeater_new(const gmix_i_errors_task *task, bool weighted,
                                repeater *out) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = task->ctx;
    const gmix_model *const m = task->model;
    const size_t n = task->how.n_replicates, threads = (size_t)ctx->opts.n_threads;
    const char *const what = "replicates";
    size_t cells;
    *out = (repeater){.task = task,
                      .opts = *task->opts,
                      .weighted = weighted,
                      .len = gmix_i_errors_len(m)};
    out->opts.n_components = m->k;
    out->opts.covariance = m->family->name;
    out->opts.init = "model";
    out->opts.init_model = m;
    out->opts.init_labels = NULL;
    out->opts.restarts = 1;
    out->opts.singular = "repair";
    out->opts.time_limit = 0.0;
    if (m->weights[m->k] > 0.0 && out->opts.noise == 0.0) {
        out->opts.noise = fmin(m->weights[m->k], 0.999);
    }
    if (__builtin_mul_overflow(n, out->len, &cells)) {
        GMIX_TRY(gmix_i_fail_nomem(ctx, what, SIZE_MAX));
    }
    GMIX_TRY(gmix_i_base_new(ctx, task->x, &out->opts, &out->base));
    GMIX_TRY(
        gmix_i_calloc(ctx, what, threads * out->base.n, sizeof(double), &out->weights));
    GMIX_TRY(gmix_i_calloc(ctx, what, threads * work_len(m), sizeof(double), &out->work));
    GMIX_TRY(gmix_i_calloc(ctx, what, threads * m->k, sizeof(int32_t), &out->match));
    GMIX_TRY(gmix_i_calloc(ctx, what, cells, sizeof(double), &out->found));
    GMIX_TRY(gmix_i_calloc(ctx, what, n, sizeof(bool), &out->usable));
    GMIX_TRY(gmix_i_calloc(ctx, what, n, sizeof(bool), &out->done));
done:
    return status;
}

static void repeater_free(gmix_ctx *ctx, repeater *r) {
    gmix_i_base_free(ctx, &r->base);
    gmix_i_free(ctx, r->weights);
    gmix_i_free(ctx, r->work);
    gmix_i_free(ctx, r->match);
    gmix_i_free(ctx, r->found);
    gmix_i_free(ctx, r->usable);
    gmix_i_free(ctx, r->done);
}

/* Standard deviation and quantiles of one parameter. values: n, in any order; sorted here. */
static void sum_up(double *values, size_t n, double level, double *to[3]) {
    double mean = 0.0, squares = 0.0;
    for (size_t i = 0; i < n; i++) {
        mean += (values[i] - mean) / (double)(i + 1);
    }
    for (size_t i = 0; i < n; i++) {
        squares += (values[i] - mean) * (values[i] - mean);
    }
    gmix_i_sort_reals(values, n);
    *to[0] = sqrt(squares / (double)(n - 1));
    *to[1] = gmix_i_quantile(values, n, 0.5 * (1.0 - level));
    *to[2] = gmix_i_quantile(values, n, 0.5 * (1.0 + level));
}

static gmix_status sum_up_all(repeater *r, gmix_standard_errors *out) {
    gmix_status status = GMIX_OK;
    const size_t n = r->task->how.n_replicates;
    double *values = NULL, *to[3];
    size_t n_done = 0;
    for (size_t b = 0; b < n; b++) {
        out->n_replicates += r->usable[b];
        n_done += r->done[b];
    }
    out->n_left_out = n_done - out->n_replicates;
    if (out->n_replicates < 2) {
        GMIX_TRY(gmix_i_poll(r->task->ctx));
        GMIX_FAIL(r->task->ctx, n_done < n ? GMIX_ERR_TIME_LIMIT : GMIX_ERR_DATA,
                  n_done < n ? "the time limit passed before two replicates were done"
                             : "%zu of %zu replicates have a%s solution: there are no "
                               "standard errors without two",
                  out->n_replicates, n, r->strict ? " sound" : "");
    }
    GMIX_TRY(gmix_i_calloc(r->task->ctx, "replicates", n, sizeof *values, &values));
    for (size_t p = 0; p < r->len; p++) {
        size_t used = 0;
        for (size_t b = 0; b < n; b++) {
            if (r->usable[b]) {
                values[used++] = r->found[b * r->len + p];
            }
        }
        gmix_i_errors_place(out, p, to);
        sum_up(values, used, r->task->how.level, to);
    }
done:
    gmix_i_free(r->task->ctx, values);
    return status;
}

gmix_status gmix_i_errors_replicated(const gmix_i_errors_task *task, bool weighted,
                                     gmix_standard_errors *out) {
    gmix_status status = GMIX_OK;
    repeater r;
    gmix_i_limit limit;
    gmix_i_limit_begin_firm(task->ctx,
                            &limit); /* a fit that was cut tells nothing here */
    GMIX_TRY(repeater_new(task, weighted, &r));
    GMIX_TRY(look_at_model(&r));
    const gmix_i_made made[] = {
        {r.found, r.len * sizeof *r.found}, {r.usable, sizeof *r.usable}, {NULL, 0}};
    GMIX_TRY(gmix_i_replicate(task->ctx, task->how.n_replicates, replicate, &r, 0, 1,
                              made, r.done));
    gmix_i_limit_end(task->ctx, &limit);
    GMIX_TRY(sum_up_all(&r, out));
done:
    gmix_i_limit_end(task->ctx, &limit);
    repeater_free(task->ctx, &r);
    return status;
}
