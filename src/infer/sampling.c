/*
 * Sampling: component by inversion of the cumulative weights, then x = mu + L z. Row i
 * takes its numbers from counter i, so rows may be drawn in parallel and do not depend on
 * n.
 */
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "base/threads.h"
#include "infer/apply.h"
#include "model/posterior.h"

enum { ROWS_PER_TASK = 1024, NUMBERS_EACH = 64 };

typedef struct sampler {
    const gmix_model *model;
    gmix_i_stream component, normal, spread;
    double *cumulative; /* K + 1, noise last */
    double *root;       /* K x cov_len */
    double *scratch;    /* per thread: 2 D */
    size_t n;
    double *x;
    int32_t *labels;
} sampler;

/* A row of the noise component: uniform over its box. Normals that it does not use are not
 * drawn; the numbers of a row belong to it whatever it is. */
static void draw_noise(const sampler *s, size_t i, double *row) {
    const gmix_model *const m = s->model;
    for (size_t j = 0; j < m->d; j++) {
        double u[2];
        gmix_i_uniform2(&s->normal, i * ((m->d + 1) / 2) + j / 2, u);
        row[j] = m->noise.lower[j] + (m->noise.upper[j] - m->noise.lower[j]) * u[j % 2];
    }
}

/* A gamma variable of shape a (Marsaglia & Tsang 2000), from numbers that belong to `index`: two for a try,
 * of which 95 of 100 are the last. */
static double draw_gamma(const gmix_i_stream *from, uint64_t index, double a) {
    const double own = a < 1.0 ? a + 1.0 : a;
    const double d = own - 1.0 / 3.0, c = 1.0 / sqrt(9.0 * d);
    double u[2], z[2];
    for (uint64_t at = index * NUMBERS_EACH;; at += 2) {
        gmix_i_normal2(from, at, z);
        gmix_i_uniform2(from, at + 1, u);
        const double root = 1.0 + c * z[0], v = root * root * root;
        if (root > 0.0 && log(u[0]) < 0.5 * z[0] * z[0] + d * (1.0 - v + log(v))) {
            return d * v * (a < 1.0 ? pow(u[1], 1.0 / a) : 1.0);
        }
    }
}

/* Where parameters have a posterior, steps from the mean are those of Student's t: a normal over the root of a
 * chi-squared number, one for all features or, where variances are theirs, one for each. */
static void spread(const sampler *s, size_t i, size_t c, double *step) {
    const struct gmix_i_posterior *const p = s->model->posterior;
    const size_t d = s->model->d;
    const bool joint = p->law->matrix || p->law->one;
    const double df = p->t[c].df, wide = p->said.dof[c] / (2.0 * p->t[c].b);
    double factor = 1.0;
    for (size_t j = 0; j < d; j++) {
        if (j == 0 || !joint) {
            factor = sqrt(wide / draw_gamma(&s->spread, i * d + j, 0.5 * df));
        }
        step[j] *= factor;
    }
}

/* The first component whose cumulative weight is above u. */
static size_t find_component(const double *cumulative, size_t k, double u) {
    size_t low = 0, high = k - 1;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (cumulative[middle] > u) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

static void draw_row(const sampler *s, size_t i, double *z) {
    const gmix_model *const m = s->model;
    const size_t d = m->d, pairs = (d + 1) / 2;
    double u[2];
    gmix_i_uniform2(&s->component, i, u);
    const size_t c = find_component(s->cumulative, m->k + 1, u[0]);
    if (s->labels) {
        s->labels[i] = c == m->k ? -1 : (int32_t)c;
    }
    if (c == m->k) {
        draw_noise(s, i, s->x + i * d);
        return;
    }
    for (size_t pair = 0; pair < pairs; pair++) {
        double g[2];
        gmix_i_normal2(&s->normal, i * pairs + pair, g);
        z[2 * pair] = g[0];
        if (2 * pair + 1 < d) {
            z[2 * pair + 1] = g[1];
        }
    }
    double *const row = s->x + i * d, *const step = z + d;
    m->family->shape->apply_root(d, s->root + c * m->family->shape->cov_len(d), z, step);
    if (m->posterior) {
        spread(s, i, c, step);
    }
    for (size_t j = 0; j < d; j++) {
        row[j] = m->means[c * d + j] + m->frame.scale[j] * step[j];
    }
}

static void draw_rows(void *arg, size_t task, int thread) {
    const sampler *const s = arg;
    const size_t first = task * ROWS_PER_TASK;
    const size_t end = first + ROWS_PER_TASK < s->n ? first + ROWS_PER_TASK : s->n;
    for (size_t i = first; i < end; i++) {
        draw_row(s, i, s->scratch + (size_t)thread * 2 * s->model->d);
    }
}

static void set_cumulative(const gmix_model *m, double *cumulative) {
    double sum = 0.0;
    size_t last = 0;
    for (size_t c = 0; c <= m->k; c++) {
        sum += m->weights[c];
        cumulative[c] = sum;
        last = m->weights[c] > 0.0 ? c : last;
    }
    for (size_t c = last; c <= m->k;
         c++) { /* rounding must not reach an empty component */
        cumulative[c] = 1.0;
    }
}

gmix_status gmix_sample(gmix_ctx *ctx, const gmix_model *model, size_t n, uint64_t seed,
                        double *x, int32_t *labels) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    if (!model || (!x && n > 0)) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "the model or the output is NULL");
    }
    const size_t len = model->family->shape->cov_len(model->d);
    const size_t tasks = n / ROWS_PER_TASK + (n % ROWS_PER_TASK != 0);
    sampler s = {.model = model,
                 .component = gmix_i_stream_open(seed, GMIX_I_RNG_SAMPLE_COMPONENT, 0),
                 .normal = gmix_i_stream_open(seed, GMIX_I_RNG_SAMPLE_NORMAL, 0),
                 .spread = gmix_i_stream_open(seed, GMIX_I_RNG_SAMPLE_SPREAD, 0),
                 .n = n,
                 .x = x,
                 .labels = labels};
    GMIX_TRY(gmix_i_calloc(ctx, "sampling", model->k + 1, sizeof(double), &s.cumulative));
    GMIX_TRY(gmix_i_calloc(ctx, "sampling", model->k * len, sizeof(double), &s.root));
    GMIX_TRY(gmix_i_calloc(ctx, "sampling", (size_t)ctx->opts.n_threads * 2 * model->d,
                           sizeof(double), &s.scratch));
    set_cumulative(model, s.cumulative);
    for (size_t c = 0; c < model->k;
         c++) { /* positive definite since the model was built */
        model->family->shape->root(ctx, model->d, gmix_i_model_full(model)->cov + c * len,
                                   s.root + c * len);
    }
    GMIX_TRY(gmix_i_parallel_for(ctx, ctx->opts.n_threads, tasks, draw_rows, &s));
done:
    gmix_i_free(ctx, s.cumulative);
    gmix_i_free(ctx, s.root);
    gmix_i_free(ctx, s.scratch);
    return status;
}
