/*
 * Sums over rows come in batches: responsibilities of a batch are those of the E-step, with its rules;
 * derivatives of its rows are worked out side by side, then every
 * thread adds all of them to its own part of the sums. So each sum is in the order of the
 * rows, whatever the threads, and one matrix is enough. See row_scores.h.
 */
#include "uncertainty/row_scores.h"

#include <math.h>
#include <string.h>

#include "base/cells.h"
#include "base/threads.h"
#include "data/measured.h"
#include "infer/apply.h"
#include "linalg/linalg.h"
#include "uncertainty/row_view.h"

enum { LEAST_ROWS = 64, MOST_ROWS = 4096, STRIPE = 16 };
static const double BATCH_WORK =
    4e6; /* multiply-adds of a batch: worth waking threads for */

/* Everything of one pass. */
typedef struct scorer {
    gmix_ctx *ctx;
    const gmix_model *model;
    gmix_i_coordinates c;
    gmix_i_row_viewer viewer;
    gmix_i_evaluator evaluator;
    const double *weights;
    double *a;       /* K x D x D inverses of plain rows */
    size_t first, n; /* rows of the batch */
    int threads;     /* that a batch is worth */
    size_t batch;    /* rows at a time */
    double *share;   /* batch x (K + 1): responsibilities, noise last */
    double *score;   /* batch x K x (D + L) */
    double *joint;   /* batch x P: sum_k r_k s_k */
    bool *plain;     /* batch */
    double *own_a;   /* batch x K x D x D, of rows that are not plain; NULL: none */
    double *work;    /* per thread: work_len */
    size_t work_len;
    double *sums; /* K x (1 + D + D^2): r, r b, r b b^T of plain rows */
    double *gradient, *information;
} scorer;

gmix_i_coordinates gmix_i_coordinates_of(const gmix_model *m) {
    gmix_i_coordinates c = {.k = m->k, .d = m->d};
    c.len = m->family->shape->cov_len(m->d);
    c.dense = m->family->shape == &gmix_i_shape_dense;
    c.n_t = m->k + (m->weights[m->k] > 0.0);
    c.each = c.d + c.len;
    c.n = c.n_t + c.k * c.each;
    return c;
}

/* d log N / dSigma behind b. */
static void covariance_scores(const gmix_i_coordinates *c, const double *a, double *b) {
    double *out = b + c->d;
    for (size_t i = 0; i < c->d; i++) {
        for (size_t j = c->dense ? 0 : i; j < i; j++) {
            *out++ = b[i] * b[j] - a[i * c->d + j];
        }
        *out++ = 0.5 * (b[i] * b[i] - a[i * c->d + i]);
    }
}

/* sum_k r_k s_k of a row of the batch. */
static void join_scores(const scorer *s, size_t index) {
    const gmix_i_coordinates *const c = &s->c;
    const double *const share = s->share + index * (c->k + 1);
    double *const joint = s->joint + index * c->n;
    memcpy(joint, share, c->n_t * sizeof *joint);
    for (size_t k = 0; k < c->k; k++) {
        const double *const b = s->score + (index * c->k + k) * c->each;
        double *const out = joint + c->n_t + k * c->each;
        for (size_t t = 0; t < c->each; t++) {
            out[t] = share[k] * b[t];
        }
    }
}

/* The scores of one row of the batch, and what they come to. */
static void score_row(void *arg, size_t index, int thread) {
    scorer *const s = arg;
    const gmix_i_coordinates *const c = &s->c;
    const size_t d = c->d, row = s->first + index;
    s->plain[index] = true;
    if (!(s->weights[row] > 0.0)) {
        memset(s->joint + index * c->n, 0, c->n * sizeof *s->joint);
        return;
    }
    const gmix_i_row_view view =
        gmix_i_row_view_of(&s->viewer, row, s->work + (size_t)thread * s->work_len);
    s->plain[index] = view.plain;
    for (size_t k = 0; k < c->k; k++) {
        double *const b = s->score + (index * c->k + k) * c->each;
        double *const a =
            view.plain ? s->a + k * d * d : s->own_a + (index * c->k + k) * d * d;
        gmix_i_row_view_look(&s->viewer, &view, k, a, b);
        covariance_scores(c, a, b);
    }
    join_scores(s, index);
}

static void take_shares(void *arg, const gmix_model *m, const gmix_i_tile_result *r) {
    const scorer *const s = arg;
    const size_t first = (size_t)r->tile->first - s->first;
    for (size_t i = 0; i < r->tile->n_rows; i++) {
        for (size_t c = 0; c < s->c.n_t; c++) {
            s->share[(first + i) * (m->k + 1) + c] = r->resp[c * r->tile->n + i];
        }
    }
}

/* Responsibilities of the batch, as a fit has them: a labelled row is its class's. */
static gmix_status share_rows(scorer *s) {
    gmix_status status = GMIX_OK;
    const gmix_i_input *const all = s->viewer.input;
    gmix_i_input input;
    gmix_i_errors errors;
    gmix_i_projected projected;
    gmix_table part = gmix_i_table_slice(all->table, s->first, s->n);
    part.labels = all->table->labels ? all->table->labels + s->first : NULL;
    GMIX_TRY(gmix_i_input_table(s->ctx, &part, &input));
    input.first = s->first;
    if (all->errors) {
        input.errors = &errors;
        errors = gmix_i_errors_slice(all->errors, s->first, &projected);
    }
    GMIX_TRY(gmix_i_evaluate(s->ctx, &s->evaluator, &input, 0, take_shares, s));
done:
    return status;
}

/* information[i, j <= i] += sum_n w joint_i joint_j, for a stripe of i. */
static void add_joint(void *arg, size_t stripe, int thread) {
    (void)thread;
    const scorer *const s = arg;
    const size_t n = s->c.n;
    for (size_t i = stripe * STRIPE; i < n && i < (stripe + 1) * STRIPE; i++) {
        double *const out = s->information + i * n;
        for (size_t r = 0; r < s->n; r++) {
            const double *const v = s->joint + r * n;
            const double w = s->weights[s->first + r] * v[i];
            if (w != 0.0) {
                s->gradient[i] += w;
                for (size_t j = 0; j <= i; j++) {
                    out[j] += w * v[j];
                }
            }
        }
    }
}

/* h (each x each, lower triangle) -= second derivatives of rows with sums r, r b (D), r b b^T
 * (D x D) that share A. */
static void subtract_second(const scorer *s, const double *a, double r, const double *rb,
                            const double *rbb, size_t stride, double *h) {
    const gmix_i_coordinates *const c = &s->c;
    const size_t d = c->d;
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            h[i * stride + j] += r * a[i * d + j];
        }
    }
    for (size_t t = 0, i = 0, j = 0; t < c->len; t++, gmix_i_next_entry(c, &i, &j)) {
        const double half = i == j ? 0.5 : 1.0;
        double *const row = h + (d + t) * stride;
        for (size_t u = 0; u < d; u++) {
            row[u] += half * (a[u * d + i] * rb[j] + a[u * d + j] * rb[i]);
        }
        for (size_t v = 0, p = 0, q = 0; v <= t; v++, gmix_i_next_entry(c, &p, &q)) {
            const double both = half * (p == q ? 0.5 : 1.0);
            const double trace =
                a[i * d + p] * a[j * d + q] + a[i * d + q] * a[j * d + p];
            const double bent =
                a[j * d + p] * rbb[i * d + q] + a[j * d + q] * rbb[i * d + p] +
                a[i * d + p] * rbb[j * d + q] + a[i * d + q] * rbb[j * d + p];
            row[d + v] += both * (bent - r * trace);
        }
    }
}

/* A component's own block: minus sum_n w r (H + s s^T), and the sums that complete rows share
 * an A for; and minus sum_n w r s beside its t. */
static void add_own(void *arg, size_t k, int thread) {
    const scorer *const s = arg;
    const gmix_i_coordinates *const c = &s->c;
    const size_t d = c->d, n = c->n, at = c->n_t + k * c->each;
    double *const h = s->information + at * n + at;
    double *const sums = s->sums + k * (1 + d + d * d);
    double *const outer = s->work + (size_t)thread * s->work_len;
    for (size_t r = 0; r < s->n; r++) {
        const double w = s->weights[s->first + r] * s->share[r * (c->k + 1) + k];
        const double *const b = s->score + (r * c->k + k) * c->each;
        if (!(w > 0.0)) {
            continue;
        }
        s->information[k * n + k] -= w;
        for (size_t i = 0; i < c->each; i++) {
            s->information[(at + i) * n + k] -= w * b[i];
            for (size_t j = 0; j <= i; j++) {
                h[i * n + j] -= w * b[i] * b[j];
            }
        }
        double *const rb = s->plain[r] ? sums + 1 : outer;
        double *const rbb = rb + d;
        if (!s->plain[r]) {
            memset(outer, 0, (d + d * d) * sizeof *outer);
        }
        for (size_t i = 0; i < d; i++) {
            rb[i] += w * b[i];
            for (size_t j = 0; j < d; j++) {
                rbb[i * d + j] += w * b[i] * b[j];
            }
        }
        if (s->plain[r]) {
            sums[0] += w;
        } else {
            subtract_second(s, s->own_a + (r * c->k + k) * d * d, w, rb, rbb, n, h);
        }
    }
}

/* Some row that counts has an A of its own. */
static bool any_own(const scorer *s) {
    const size_t n = s->viewer.input->table->n_rows;
    for (size_t i = 0; i < n; i++) {
        if (s->weights[i] > 0.0 && !gmix_i_row_view_of(&s->viewer, i, s->work).plain) {
            return true;
        }
    }
    return false;
}

static gmix_status scorer_new(scorer *s) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = s->ctx;
    const char *const what = "scores";
    const size_t k = s->c.k, d = s->c.d, threads = (size_t)ctx->opts.n_threads;
    const double row_work = (double)(s->c.n * s->c.n), rows = BATCH_WORK / row_work;
    s->batch = (size_t)fmin(fmax(rows, LEAST_ROWS), MOST_ROWS);
    s->threads = gmix_i_useful_threads(ctx->opts.n_threads, (double)s->batch * row_work);
    GMIX_TRY(gmix_i_calloc(ctx, what, k * d * d, sizeof(double), &s->a));
    GMIX_TRY(gmix_i_calloc(ctx, what, s->batch * (k + 1), sizeof(double), &s->share));
    GMIX_TRY(
        gmix_i_calloc(ctx, what, s->batch * k * s->c.each, sizeof(double), &s->score));
    GMIX_TRY(gmix_i_calloc(ctx, what, s->batch * s->c.n, sizeof(double), &s->joint));
    GMIX_TRY(gmix_i_calloc(ctx, what, s->batch, sizeof(bool), &s->plain));
    s->work_len = gmix_i_row_view_work(s->viewer.input) + d + d * d;
    GMIX_TRY(gmix_i_calloc(ctx, what, threads * s->work_len, sizeof(double), &s->work));
    GMIX_TRY(gmix_i_calloc(ctx, what, k * (1 + d + d * d), sizeof(double), &s->sums));
    if (any_own(s)) {
        GMIX_TRY(
            gmix_i_calloc(ctx, what, s->batch * k * d * d, sizeof(double), &s->own_a));
    }
    for (size_t c = 0; c < k; c++) {
        if (!gmix_i_row_view_plain(&s->viewer, c, s->a + c * d * d, s->work)) {
            GMIX_FAIL(ctx, GMIX_ERR_SINGULAR,
                      "the covariance of component %zu is not positive definite", c);
        }
    }
done:
    return status;
}

static void scorer_free(scorer *s) {
    gmix_i_evaluator_free(s->ctx, &s->evaluator);
    gmix_i_free(s->ctx, s->a);
    gmix_i_free(s->ctx, s->share);
    gmix_i_free(s->ctx, s->score);
    gmix_i_free(s->ctx, s->joint);
    gmix_i_free(s->ctx, s->plain);
    gmix_i_free(s->ctx, s->work);
    gmix_i_free(s->ctx, s->sums);
    gmix_i_free(s->ctx, s->own_a);
}

/* What does not depend on the row: second derivatives of complete rows, and of log pi, which
 * are -(diag pi - pi pi^T) a row; gradients of t are about 0. Then the upper triangle. */
static void finish(scorer *s, double total) {
    const gmix_i_coordinates *const c = &s->c;
    const size_t n = c->n, d = c->d;
    const double *const pi = s->model->weights;
    for (size_t k = 0; k < c->k; k++) {
        const size_t at = c->n_t + k * c->each;
        const double *const sums = s->sums + k * (1 + d + d * d);
        subtract_second(s, s->a + k * d * d, sums[0], sums + 1, sums + 1 + d, n,
                        s->information + at * n + at);
    }
    for (size_t i = 0; i < c->n_t; i++) {
        if (i == c->k) { /* shares of noise, as add_own() takes off those of components */
            s->information[i * n + i] -= s->gradient[i];
        }
        s->information[i * n + i] += total * pi[i];
        for (size_t j = 0; j <= i; j++) {
            s->information[i * n + j] -= total * pi[i] * pi[j];
        }
    }
    for (size_t i = 0; i < c->n_t; i++) {
        s->gradient[i] -= total * pi[i];
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            s->information[j * n + i] = s->information[i * n + j];
        }
    }
}

gmix_status gmix_i_observed_information(gmix_ctx *ctx, const gmix_model *model,
                                        const gmix_i_input *input, const double *weights,
                                        double *gradient, double *information) {
    gmix_status status = GMIX_OK;
    scorer s = {.ctx = ctx,
                .model = model,
                .evaluator = {.model = model},
                .c = gmix_i_coordinates_of(model),
                .viewer = {.model = model, .input = input},
                .weights = weights,
                .gradient = gradient,
                .information = information};
    const size_t n_rows = input->table->n_rows;
    double total = 0.0;
    s.viewer.cells = gmix_i_table_rows(input->table, 0, n_rows).rows;
    if (model->classes.n > 0) {
        gmix_i_heed_labels(gmix_i_evaluator_rules(&s.evaluator),
                           model->classes.of_component);
    }
    GMIX_TRY(scorer_new(&s));
    memset(gradient, 0, s.c.n * sizeof *gradient);
    memset(information, 0, s.c.n * s.c.n * sizeof *information);
    for (s.first = 0; s.first < n_rows; s.first += s.n) {
        s.n = n_rows - s.first < s.batch ? n_rows - s.first : s.batch;
        const size_t stripes = (s.c.n + STRIPE - 1) / STRIPE;
        GMIX_TRY(share_rows(&s));
        GMIX_TRY(gmix_i_parallel_for(ctx, s.threads, s.n, score_row, &s));
        GMIX_TRY(gmix_i_parallel_for(ctx, s.threads, stripes, add_joint, &s));
        GMIX_TRY(gmix_i_parallel_for(ctx, s.threads, s.c.k, add_own, &s));
        for (size_t r = 0; r < s.n; r++) {
            total += weights[s.first + r];
        }
    }
    finish(&s, total);
done:
    scorer_free(&s);
    return status;
}
