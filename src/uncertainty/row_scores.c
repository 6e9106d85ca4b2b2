/*
 * Sums over rows come in batches: rows of a batch are worked out side by side, then every
 * thread adds all of them to its own part of the sums. So each sum is in the order of the
 * rows, whatever the threads, and one matrix is enough. See row_scores.h.
 */
#include "uncertainty/row_scores.h"

#include <math.h>
#include <string.h>

#include "base/threads.h"
#include "linalg/linalg.h"

enum { LEAST_ROWS = 64, MOST_ROWS = 4096, STRIPE = 16 };
static const double BATCH_WORK =
    4e6; /* multiply-adds of a batch: worth waking threads for */

/* Everything of one pass. */
typedef struct scorer {
    gmix_ctx *ctx;
    const gmix_model *model;
    gmix_i_coordinates c;
    gmix_i_block all;
    const double *weights;
    double *a, *log_constant; /* K x D x D inverses of complete rows; K */
    size_t first, n;          /* rows of the batch */
    int threads;              /* that a batch is worth */
    size_t batch;             /* rows at a time */
    double *share;            /* batch x (K + 1): responsibilities, noise last */
    double *score;            /* batch x K x (D + L) */
    double *joint;            /* batch x P: sum_k r_k s_k */
    bool *complete;           /* batch */
    double *own_a;            /* batch x K x D x D, of incomplete rows; NULL: none */
    double *work;             /* per thread: 3 D^2 + 3 D */
    double *sums;             /* K x (1 + D + D^2): r, r b, r b b^T of complete rows */
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

/* The inverse of rows and columns `seen` (o of D) of component k's covariance, zeros
 * elsewhere, and log det of that block. work: 2 D^2. False if it is not positive definite. */
static bool invert(const scorer *s, size_t k, size_t o, const size_t *seen, double *a,
                   double *log_det, double *work) {
    const size_t d = s->c.d;
    double *const block = work, *const inverse = work + gmix_i_packed_len(d);
    const double *const cov = s->model->params.cov + k * s->c.len;
    memset(a, 0, d * d * sizeof *a);
    for (size_t i = 0; i < o; i++) {
        for (size_t j = 0; j <= i; j++) {
            const size_t p = seen[i], q = seen[j];
            block[gmix_i_packed_len(i) + j] = s->c.dense ? cov[gmix_i_packed_len(p) + q]
                                              : p == q   ? cov[p]
                                                         : 0.0;
        }
    }
    if (!gmix_i_cholesky(o, block, block)) {
        return false;
    }
    *log_det = 0.0;
    for (size_t i = 0; i < o; i++) { /* rows of l^-1, in place of l's */
        double *const row = inverse + gmix_i_packed_len(i);
        const double *const l = block + gmix_i_packed_len(i);
        for (size_t j = 0; j < i; j++) {
            double sum = 0.0;
            for (size_t t = j; t < i; t++) {
                sum += l[t] * inverse[gmix_i_packed_len(t) + j];
            }
            row[j] = -sum / l[i];
        }
        row[i] = 1.0 / l[i];
        *log_det += 2.0 * log(l[i]);
    }
    gmix_i_gram(o, inverse, block);
    for (size_t i = 0; i < o; i++) {
        for (size_t j = 0; j <= i; j++) {
            const double v = block[gmix_i_packed_len(i) + j];
            a[seen[i] * d + seen[j]] = a[seen[j] * d + seen[i]] = v;
        }
    }
    return true;
}

/* log pi_k N(x_o) from b = A delta, which is written, and A. */
static double log_density(const scorer *s, size_t k, size_t o, const double *a,
                          double log_det, const double *delta, double *b) {
    const size_t d = s->c.d;
    double square = 0.0;
    for (size_t i = 0; i < d; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < d; j++) {
            sum += a[i * d + j] * delta[j];
        }
        b[i] = sum;
        square += sum * delta[i];
    }
    return log(s->model->weights[k]) -
           0.5 * ((double)o * 1.8378770664093453 + log_det + square);
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

/* Log-densities to shares, within the classes that a label allows. */
static void set_shares(const scorer *s, size_t row, double *share) {
    const size_t k = s->c.k, n = s->c.n_t;
    const gmix_i_classes *const classes = &s->model->classes;
    const int32_t label = s->all.labels && classes->n > 0 ? s->all.labels[row] : -1;
    double most = -INFINITY, sum = 0.0;
    for (size_t c = 0; c < n && label >= 0; c++) {
        if (c == k || classes->of_component[c] != label) {
            share[c] = -INFINITY;
        }
    }
    for (size_t c = 0; c < n; c++) {
        most = fmax(most, share[c]);
    }
    for (size_t c = 0; c < n; c++) {
        share[c] = exp(share[c] - most);
        sum += share[c];
    }
    for (size_t c = 0; c < n; c++) {
        share[c] /= sum;
    }
}

/* One row: shares, scores, and what they come to. */
static void score_row(void *arg, size_t index, int thread) {
    scorer *const s = arg;
    const gmix_i_coordinates *const c = &s->c;
    const size_t d = c->d, row = s->first + index;
    double *const work = s->work + (size_t)thread * (3 * d * d + 3 * d);
    double *const x = work + 3 * d * d, *const delta = x + d;
    size_t *const seen = (size_t *)(void *)(delta + d);
    double *const share = s->share + index * (c->k + 1);
    double *const joint = s->joint + index * c->n;
    size_t o = 0;
    s->complete[index] = true;
    if (!(s->weights[row] > 0.0)) {
        memset(joint, 0, c->n * sizeof *joint);
        return;
    }
    for (size_t j = 0; j < d; j++) {
        x[j] = (gmix_i_cell(&s->all.rows, row, j) - s->model->frame.shift[j]) *
               s->model->frame.inv_scale[j];
        if (!isnan(x[j])) {
            seen[o++] = j;
        }
    }
    s->complete[index] = o == d;
    for (size_t k = 0; k < c->k; k++) {
        double *const b = s->score + (index * c->k + k) * c->each;
        double *a = s->a + k * d * d, log_det = s->log_constant[k];
        if (o < d) {
            a = s->own_a + (index * c->k + k) * d * d;
            invert(s, k, o, seen, a, &log_det, work);
        }
        for (size_t j = 0; j < d; j++) {
            delta[j] = isnan(x[j]) ? 0.0 : x[j] - s->model->params.means[k * d + j];
        }
        share[k] = log_density(s, k, o, a, log_det, delta, b);
        covariance_scores(c, a, b);
    }
    if (c->n_t > c->k) { /* the box's density, of the observed cells */
        share[c->k] = log(s->model->weights[c->k]) - s->model->noise.log_volume;
        for (size_t j = 0; j < d; j++) {
            share[c->k] += isnan(x[j]) ? s->model->noise.log_width[j]
                                       : log(s->model->frame.scale[j]);
        }
    }
    set_shares(s, row, share);
    memcpy(joint, share, c->n_t * sizeof *joint);
    for (size_t k = 0; k < c->k; k++) {
        const double *const b = s->score + (index * c->k + k) * c->each;
        double *const out = joint + c->n_t + k * c->each;
        for (size_t t = 0; t < c->each; t++) {
            out[t] = share[k] * b[t];
        }
    }
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
    double *const outer = s->work + (size_t)thread * (3 * d * d + 3 * d);
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
        double *const rb = s->complete[r] ? sums + 1 : outer;
        double *const rbb = rb + d;
        if (!s->complete[r]) {
            memset(outer, 0, (d + d * d) * sizeof *outer);
        }
        for (size_t i = 0; i < d; i++) {
            rb[i] += w * b[i];
            for (size_t j = 0; j < d; j++) {
                rbb[i * d + j] += w * b[i] * b[j];
            }
        }
        if (s->complete[r]) {
            sums[0] += w;
        } else {
            subtract_second(s, s->own_a + (r * c->k + k) * d * d, w, rb, rbb, n, h);
        }
    }
}

static bool any_missing(const scorer *s, size_t n_rows) {
    for (size_t i = 0; i < n_rows; i++) {
        for (size_t j = 0; j < s->c.d; j++) {
            if (isnan(gmix_i_cell(&s->all.rows, i, j)) && s->weights[i] > 0.0) {
                return true;
            }
        }
    }
    return false;
}

static gmix_status scorer_new(scorer *s, size_t n_rows) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = s->ctx;
    const char *const what = "scores";
    const size_t k = s->c.k, d = s->c.d, threads = (size_t)ctx->opts.n_threads;
    const double row_work = (double)(s->c.n * s->c.n), rows = BATCH_WORK / row_work;
    s->batch = (size_t)fmin(fmax(rows, LEAST_ROWS), MOST_ROWS);
    s->threads = gmix_i_useful_threads(ctx->opts.n_threads, (double)s->batch * row_work);
    GMIX_TRY(gmix_i_calloc(ctx, what, k * (d * d + 1), sizeof(double), &s->a));
    GMIX_TRY(gmix_i_calloc(ctx, what, s->batch * (k + 1), sizeof(double), &s->share));
    GMIX_TRY(
        gmix_i_calloc(ctx, what, s->batch * k * s->c.each, sizeof(double), &s->score));
    GMIX_TRY(gmix_i_calloc(ctx, what, s->batch * s->c.n, sizeof(double), &s->joint));
    GMIX_TRY(gmix_i_calloc(ctx, what, s->batch, sizeof(bool), &s->complete));
    GMIX_TRY(gmix_i_calloc(ctx, what, threads * (3 * d * d + 3 * d), sizeof(double),
                           &s->work));
    GMIX_TRY(gmix_i_calloc(ctx, what, k * (1 + d + d * d), sizeof(double), &s->sums));
    if (any_missing(s, n_rows)) {
        GMIX_TRY(
            gmix_i_calloc(ctx, what, s->batch * k * d * d, sizeof(double), &s->own_a));
    }
    s->log_constant = s->a + k * d * d;
    size_t *const seen = (size_t *)(void *)(s->work + 3 * d * d);
    for (size_t j = 0; j < d; j++) {
        seen[j] = j;
    }
    for (size_t c = 0; c < k; c++) {
        if (!invert(s, c, d, seen, s->a + c * d * d, &s->log_constant[c], s->work)) {
            GMIX_FAIL(ctx, GMIX_ERR_SINGULAR,
                      "the covariance of component %zu is not positive definite", c);
        }
    }
done:
    return status;
}

static void scorer_free(scorer *s) {
    gmix_i_free(s->ctx, s->a);
    gmix_i_free(s->ctx, s->share);
    gmix_i_free(s->ctx, s->score);
    gmix_i_free(s->ctx, s->joint);
    gmix_i_free(s->ctx, s->complete);
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
                                        const gmix_table *x, const double *weights,
                                        double *gradient, double *information) {
    gmix_status status = GMIX_OK;
    scorer s = {.ctx = ctx,
                .model = model,
                .c = gmix_i_coordinates_of(model),
                .all = gmix_i_table_rows(x, 0, x->n_rows),
                .weights = weights,
                .gradient = gradient,
                .information = information};
    double total = 0.0;
    GMIX_TRY(scorer_new(&s, x->n_rows));
    memset(gradient, 0, s.c.n * sizeof *gradient);
    memset(information, 0, s.c.n * s.c.n * sizeof *information);
    for (s.first = 0; s.first < x->n_rows; s.first += s.n) {
        s.n = x->n_rows - s.first < s.batch ? x->n_rows - s.first : s.batch;
        const size_t stripes = (s.c.n + STRIPE - 1) / STRIPE;
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
