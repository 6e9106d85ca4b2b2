/* Limited-memory BFGS on EM's residual. See accelerate.h. */
#include "em/accelerate.h"

#include <math.h>
#include <string.h>

enum { MOST_STEPS = 6, LEAST_STEPS = 2, HISTORY_BYTES = 16 << 20 };

/* What rejected and accepted extrapolations do to the reach of the next: factors of its excess
 * over EM's own step. */
static const double SHORTEN = 0.25, LENGTHEN = 2.0, LEAST_EXCESS = 0.1;

static const double TINY_WEIGHT = 1e-250; /* below: treated as a component without rows */

static size_t steps_for(size_t dim) {
    const size_t most = HISTORY_BYTES / (2 * sizeof(double) * dim);
    return most < LEAST_STEPS ? LEAST_STEPS : most > MOST_STEPS ? MOST_STEPS : most;
}

gmix_status gmix_i_accelerator_new(gmix_ctx *ctx, const gmix_i_family *family, size_t k,
                                   size_t d, gmix_i_accelerator *out) {
    const size_t dim = k * gmix_i_stats_len(family->shape, d), m = steps_for(dim);
    double *numbers;
    const gmix_status status =
        gmix_i_calloc(ctx, "the history of EM steps", (7 + 2 * m) * dim + 2 * m,
                      sizeof(double), &numbers);
    *out = (gmix_i_accelerator){.k = k, .d = d, .dim = dim, .most = m};
    if (status == GMIX_OK) {
        out->x = numbers;
        out->f = out->x + dim;
        out->metric = out->f + dim;
        out->x_old = out->metric + dim;
        out->f_old = out->x_old + dim;
        out->q = out->f_old + dim;
        out->stats = out->q + dim;
        out->dx = out->stats + dim;
        out->df = out->dx + m * dim;
        out->rho = out->df + m * dim;
        out->alpha = out->rho + m;
    }
    return status;
}

void gmix_i_accelerator_free(gmix_ctx *ctx, gmix_i_accelerator *a) {
    gmix_i_free(ctx, a->x);
    *a = (gmix_i_accelerator){0};
}

void gmix_i_accelerator_reset(gmix_i_accelerator *a) {
    a->used = a->next = 0;
    a->has_old = a->tried = false;
    a->reach = INFINITY;
}

/* Where the c-th newest step is. */
static size_t nth_newest(const gmix_i_accelerator *a, size_t c) {
    return (a->next + 2 * a->most - 1 - c) % a->most;
}

void gmix_i_accelerator_doubt(gmix_i_accelerator *a) {
    a->used /= 2;
    a->reach = 1.0 + SHORTEN * fmax(a->length - 1.0, LEAST_EXCESS);
    a->tried = false;
}

/* A point: per component log pi, the mean, the free covariance. metric: scratch. */
static bool to_point(const gmix_i_params *p, double *x, double *metric) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d), stride = 1 + d + len;
    for (size_t k = 0; k < p->k; k++) {
        double *const to = x + k * stride, *const own = metric + k * stride;
        if (!shape->unconstrain(d, p->cov + k * len, to + 1 + d, own + 1 + d)) {
            return false;
        }
        to[0] = log(fmax(p->weights[k], TINY_WEIGHT));
        memcpy(to + 1, p->means + k * d, d * sizeof *to);
    }
    return true;
}

/* The metric at a point, from what to_point() left of the covariances' part. */
static void make_metric(const gmix_i_params *p, double *metric) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d), stride = 1 + d + len;
    for (size_t k = 0; k < p->k; k++) {
        double *const own = metric + k * stride;
        const double weight = p->weights[k];
        own[0] = weight;
        for (size_t j = 0; j < d; j++) {
            own[1 + j] = weight / shape->variance(p->cov + k * len, j);
        }
        for (size_t t = 0; t < len; t++) {
            own[1 + d + t] *= weight * own[1 + d + t];
        }
    }
}

/* Weights in proportion to exp(x), those of components without rows staying 0, and that of the
 * noise that of the EM step. */
static bool weights_from(const gmix_i_params *at, const double *x, size_t stride,
                         gmix_i_params *out) {
    const double noise = at->weights[at->k];
    double largest = -INFINITY, total = 0.0;
    for (size_t k = 0; k < out->k; k++) {
        largest = fmax(largest, x[k * stride]);
    }
    for (size_t k = 0; k < out->k; k++) {
        out->weights[k] =
            at->weights[k] > TINY_WEIGHT ? exp(x[k * stride] - largest) : 0.0;
        total += out->weights[k];
    }
    for (size_t k = 0; k < out->k; k++) {
        out->weights[k] *= (1.0 - noise) / total;
        if (at->weights[k] > TINY_WEIGHT && !(out->weights[k] > TINY_WEIGHT)) {
            return false;
        }
    }
    out->weights[out->k] = noise;
    return isfinite(total);
}

/* Parameters from a point. */
static bool from_point(gmix_i_accelerator *a, const gmix_i_params *step,
                       const gmix_i_bounds *bounds, const double *x, gmix_i_params *out) {
    const gmix_i_shape *const shape = step->family->shape;
    const size_t d = a->d, len = shape->cov_len(d), stride = 1 + d + len;
    for (size_t i = 0; i < a->dim; i++) {
        if (!isfinite(x[i])) {
            return false;
        }
    }
    if (!weights_from(step, x, stride, out)) {
        return false;
    }
    for (size_t k = 0; k < a->k; k++) {
        const double *const own = x + k * stride;
        memcpy(out->means + k * d, own + 1, d * sizeof *own);
        shape->constrain(d, own + 1 + d, out->cov + k * len);
    }
    gmix_i_m_step_own(bounds, a->stats, out);
    return true;
}

/* u^T metric v, four sums side by side. */
static double product(const gmix_i_accelerator *a, const double *u, const double *v) {
    const double *const w = a->metric;
    const size_t whole = a->dim - a->dim % 4;
    double sum[4] = {0};
    for (size_t i = 0; i < whole; i += 4) {
        for (size_t c = 0; c < 4; c++) {
            sum[c] += w[i + c] * u[i + c] * v[i + c];
        }
    }
    for (size_t i = whole; i < a->dim; i++) {
        sum[i - whole] += w[i] * u[i] * v[i];
    }
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* The step from the last point to this one, and the change of the residual. */
static void remember(gmix_i_accelerator *a) {
    double *const dx = a->dx + a->next * a->dim, *const df = a->df + a->next * a->dim;
    if (a->has_old) {
        for (size_t i = 0; i < a->dim; i++) {
            dx[i] = a->x[i] - a->x_old[i];
            df[i] = a->f[i] - a->f_old[i];
        }
        a->next = (a->next + 1) % a->most;
        a->used += a->used < a->most;
    }
    memcpy(a->x_old, a->x, a->dim * sizeof *a->x);
    memcpy(a->f_old, a->f, a->dim * sizeof *a->f);
    a->has_old = true;
}

static void add(size_t n, double factor, const double *v, double *to) {
    for (size_t i = 0; i < n; i++) {
        to[i] += factor * v[i];
    }
}

/* The two-loop recursion: q = H f. Steps along which the log-likelihood is not concave say
 * nothing about its top and are passed over. */
static void two_loops(gmix_i_accelerator *a) {
    memcpy(a->q, a->f, a->dim * sizeof *a->q);
    for (size_t c = 0; c < a->used; c++) {
        const size_t i = nth_newest(a, c);
        const double *const dx = a->dx + i * a->dim, *const df = a->df + i * a->dim;
        const double curvature = -product(a, dx, df);
        a->rho[i] = curvature > 1e-8 * product(a, dx, dx) ? 1.0 / curvature : 0.0;
        a->alpha[i] = a->rho[i] * product(a, dx, a->q);
        add(a->dim, a->alpha[i], df, a->q);
    }
    for (size_t c = a->used; c-- > 0;) {
        const size_t i = nth_newest(a, c);
        const double beta = -a->rho[i] * product(a, a->df + i * a->dim, a->q);
        add(a->dim, a->alpha[i] - beta, a->dx + i * a->dim, a->q);
    }
}

/* Draws q towards EM's own step until it is no longer than the reach; growing after success. */
static void keep_within_reach(gmix_i_accelerator *a) {
    const double own = product(a, a->f, a->f);
    a->reach = a->tried ? 1.0 + LENGTHEN * (a->reach - 1.0) : a->reach;
    a->length = own > 0.0 ? sqrt(product(a, a->q, a->q) / own) : 1.0;
    if (a->length > a->reach) {
        const double part = (a->reach - 1.0) / (a->length - 1.0);
        for (size_t i = 0; i < a->dim; i++) {
            a->q[i] = a->f[i] + part * (a->q[i] - a->f[i]);
        }
        a->length = a->reach;
    }
}

bool gmix_i_accelerate(gmix_i_accelerator *a, const gmix_i_params *at,
                       const gmix_i_params *step, const gmix_i_bounds *bounds,
                       gmix_i_params *out) {
    if (!to_point(step, a->f, a->metric) || !to_point(at, a->x, a->metric)) {
        gmix_i_accelerator_reset(a);
        return false;
    }
    make_metric(at, a->metric);
    add(a->dim, -1.0, a->x, a->f);
    remember(a);
    two_loops(a);
    a->top = 0.5 * product(a, a->f, a->q);
    keep_within_reach(a);
    add(a->dim, 1.0, a->x, a->q);
    a->tried = a->used > 0 && from_point(a, step, bounds, a->q, out);
    return a->tried;
}

double gmix_i_promise(const gmix_i_accelerator *a, bool extrapolated) {
    return extrapolated ? a->top : 0.5 * product(a, a->f, a->f);
}

double gmix_i_em_rate(const gmix_i_accelerator *a) {
    double rate = NAN;
    for (size_t c = 0; c < a->used; c++) {
        const size_t i = nth_newest(a, c);
        const double *const dx = a->dx + i * a->dim;
        const double length = product(a, dx, dx);
        if (length > 0.0) {
            const double own = 1.0 + product(a, dx, a->df + i * a->dim) / length;
            rate = isnan(rate) ? own : fmax(rate, own);
        }
    }
    return rate;
}
