/* Limited-memory BFGS on EM's residual. See accelerate.h. */
#include "em/accelerate.h"

#include <math.h>
#include <string.h>

#include "base/clones.h"
#include "linalg/elementary.h"

enum { MOST_STEPS = 6, LEAST_STEPS = 2, HISTORY_BYTES = 16 << 20 };

/* What rejected and accepted extrapolations do to the reach of the next: factors of its excess
 * over EM's own step. */
static const double SHORTEN = 0.25, LENGTHEN = 2.0, LEAST_EXCESS = 0.1;

static const double TINY_WEIGHT = 1e-250; /* below: treated as a component without rows */
static const double FAR = 0x1.8p1014;     /* the largest number over 682 */
static const double LEAST_LOG = -700.0;

static size_t steps_for(size_t dim) {
    const size_t most = HISTORY_BYTES / (2 * sizeof(double) * dim);
    return most < LEAST_STEPS ? LEAST_STEPS : most > MOST_STEPS ? MOST_STEPS : most;
}

static size_t eights(size_t n) {
    return (n + 7) / 8 * 8;
}

/* Vectors are whole eights, which compilers make vectors of. */
static double *take(double **memory, size_t n) {
    double *const taken = *memory;
    *memory += eights(n);
    return taken;
}

gmix_status gmix_i_accelerator_new(gmix_ctx *ctx, const gmix_i_family *family, size_t k,
                                   size_t d, gmix_i_accelerator *out) {
    const size_t n_cov = gmix_i_family_is_shared(family) ? 1 : k;
    const size_t len = family->shape->cov_len(d), n_logs = eights(k + n_cov * d);
    const size_t dim = n_logs + eights(k * d + n_cov * (len - d)), m = steps_for(dim);
    const size_t stats = k * gmix_i_stats_len(family->shape, d);
    double *numbers;
    const gmix_status status = gmix_i_calloc(ctx, "the history of EM steps",
                                             (6 + 2 * m) * dim + n_logs + 4 * eights(m) +
                                                 eights(stats) + eights(len),
                                             sizeof(double), &numbers);
    *out = (gmix_i_accelerator){
        .k = k, .d = d, .n_cov = n_cov, .n_logs = n_logs, .dim = dim, .most = m};
    if (status == GMIX_OK) {
        out->memory = numbers;
        out->x = take(&numbers, dim);
        out->f = take(&numbers, dim);
        out->metric = take(&numbers, dim);
        out->x_old = take(&numbers, dim);
        out->f_old = take(&numbers, dim);
        out->q = take(&numbers, dim);
        out->dx = take(&numbers, m * dim);
        out->df = take(&numbers, m * dim);
        out->positive = take(&numbers, n_logs);
        out->rho = take(&numbers, m);
        out->alpha = take(&numbers, m);
        out->curvature = take(&numbers, m);
        out->squared = take(&numbers, m);
        out->stats = take(&numbers, stats);
        out->work = take(&numbers, len);
    }
    return status;
}

void gmix_i_accelerator_free(gmix_ctx *ctx, gmix_i_accelerator *a) {
    gmix_i_free(ctx, a->memory);
    *a = (gmix_i_accelerator){0};
}

void gmix_i_accelerator_reset(gmix_i_accelerator *a) {
    a->used = a->next = 0;
    a->has_old = a->tried = false;
    a->reach = INFINITY;
}

/* Where the c-th newest step is. */
static size_t nth_newest(const gmix_i_accelerator *a, size_t c) {
    return a->next > c ? a->next - 1 - c : a->next + a->most - 1 - c;
}

void gmix_i_accelerator_doubt(gmix_i_accelerator *a) {
    a->used /= 2;
    a->reach = 1.0 + SHORTEN * fmax(a->length - 1.0, LEAST_EXCESS);
    a->tried = false;
}

/* Where the parts of a point x begin: see accelerate.h. */
typedef struct parts {
    double *weights, *positive, *means, *rest;
} parts;

static parts parts_of(const gmix_i_accelerator *a, double *x) {
    return (parts){.weights = x,
                   .positive = x + a->k,
                   .means = x + a->n_logs,
                   .rest = x + a->n_logs + a->k * a->d};
}

/* A point but for the logarithms, which are still to be taken. */
static bool read_point(const gmix_i_accelerator *a, const gmix_i_params *p, double *x) {
    const parts to = parts_of(a, x);
    for (size_t k = 0; k < a->k; k++) {
        to.weights[k] = p->weights[k] > TINY_WEIGHT ? p->weights[k] : TINY_WEIGHT;
    }
    for (size_t i = a->k + a->n_cov * a->d; i < a->n_logs; i++) {
        x[i] = 1.0;
    }
    memcpy(to.means, p->means, a->k * a->d * sizeof *to.means);
    return p->family->shape->unconstrain(a->n_cov, a->d, p->cov, to.positive, to.rest,
                                         a->work);
}

/* x of n groups of `len` numbers, times the weights of the groups. */
static void weigh(size_t n, size_t len, const double *weights, double *x) {
    for (size_t g = 0; g < n; g++) {
        for (size_t i = 0; i < len; i++) {
            x[g * len + i] *= weights[g];
        }
    }
}

/* The metric at the parameters of a point whose logarithms are still to be taken. */
static void make_metric(const gmix_i_accelerator *a, const gmix_i_params *p, double *x,
                        double *metric) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = a->d;
    const bool shared = a->n_cov < a->k;
    const double all = 1.0 - p->weights[a->k];
    const double *const rows = shared ? &all : p->weights;
    const parts at = parts_of(a, x), to = parts_of(a, metric);
    shape->information(a->n_cov, d, p->cov, at.positive, to.means, to.positive, to.rest);
    if (shared) {
        gmix_i_spread_first(a->k, d, to.means);
    }
    memcpy(to.weights, p->weights, a->k * sizeof *to.weights);
    weigh(a->k, d, p->weights, to.means);
    weigh(a->n_cov, d, rows, to.positive);
    weigh(a->n_cov, shape->cov_len(d) - d, rows, to.rest);
}

/* Weights in proportion to those of a point, those of components without rows staying 0, and that
 * of the noise that of the EM step. */
static bool set_weights(const gmix_i_params *step, const double *weights,
                        gmix_i_params *out) {
    const double noise = step->weights[step->k];
    double total = 0.0;
    for (size_t k = 0; k < out->k; k++) {
        out->weights[k] = step->weights[k] > TINY_WEIGHT ? weights[k] : 0.0;
        total += out->weights[k];
    }
    for (size_t k = 0; k < out->k; k++) {
        out->weights[k] *= (1.0 - noise) / total;
        if (step->weights[k] > TINY_WEIGHT && !(out->weights[k] > TINY_WEIGHT)) {
            return false;
        }
    }
    out->weights[out->k] = noise;
    out->noise = step->noise;
    out->log_volume = step->log_volume;
    return total > TINY_WEIGHT && isfinite(total);
}

/* Parameters from a point. */
static bool from_point(gmix_i_accelerator *a, const gmix_i_params *step,
                       const gmix_i_bounds *bounds, double *x, gmix_i_params *out) {
    const gmix_i_shape *const shape = step->family->shape;
    const parts from = parts_of(a, x);
    double largest = -INFINITY;
    for (size_t k = 0; k < a->k; k++) {
        largest = from.weights[k] > largest ? from.weights[k] : largest;
    }
    memcpy(a->positive, x, a->n_logs * sizeof *x);
    for (size_t k = 0; k < a->k; k++) {
        const double less = x[k] - largest;
        a->positive[k] = less > LEAST_LOG ? less : LEAST_LOG;
    }
    gmix_i_exps(a->n_logs, a->positive);
    if (!set_weights(step, a->positive, out)) {
        return false;
    }
    memcpy(out->means, from.means, a->k * a->d * sizeof *out->means);
    shape->constrain(a->n_cov, a->d, a->positive + a->k, from.rest, out->cov, a->work);
    if (a->n_cov < a->k) {
        gmix_i_spread_first(a->k, shape->cov_len(a->d), out->cov);
    }
    gmix_i_m_step_own(bounds, a->stats, out);
    return true;
}

GMIX_I_PART double sum_of_eight(const double *s) {
    return ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7]));
}

/* u^T metric v in eight sums side by side. */
GMIX_I_PART double product(size_t n, const double *restrict metric, const double *u,
                           const double *v) {
    double s[8] = {0};
    for (size_t i = 0; i < n; i += 8) {
        for (size_t c = 0; c < 8; c++) {
            s[c] += metric[i + c] * u[i + c] * v[i + c];
        }
    }
    return sum_of_eight(s);
}

GMIX_I_PART void add(size_t n, double factor, const double *restrict v,
                     double *restrict to) {
    for (size_t i = 0; i < n; i += 8) {
        for (size_t c = 0; c < 8; c++) {
            to[i + c] += factor * v[i + c];
        }
    }
}

GMIX_I_PART void subtract(size_t n, const double *restrict u, const double *restrict v,
                          double *restrict to) {
    for (size_t i = 0; i < n; i += 8) {
        for (size_t c = 0; c < 8; c++) {
            to[i + c] = u[i + c] - v[i + c];
        }
    }
}

static void swap(double **a, double **b) {
    double *const kept = *a;
    *a = *b;
    *b = kept;
}

/* The step from the last point to this one, and the change of the residual. */
GMIX_I_PART void remember(gmix_i_accelerator *a) {
    if (a->has_old) {
        subtract(a->dim, a->x, a->x_old, a->dx + a->next * a->dim);
        subtract(a->dim, a->f, a->f_old, a->df + a->next * a->dim);
        a->next = a->next + 1 < a->most ? a->next + 1 : 0;
        a->used += a->used < a->most;
    }
    a->has_old = true;
}

/* The two-loop recursion: q = H f. Steps along which the log-likelihood is not concave say
 * nothing about its top and are passed over. */
GMIX_I_PART void two_loops(gmix_i_accelerator *a) {
    const size_t n = a->dim;
    memcpy(a->q, a->f, n * sizeof *a->q);
    for (size_t c = 0; c < a->used; c++) {
        const size_t i = nth_newest(a, c);
        const double *const dx = a->dx + i * n, *const df = a->df + i * n;
        const double curvature = -product(n, a->metric, dx, df);
        const double length = product(n, a->metric, dx, dx);
        a->curvature[i] = curvature;
        a->squared[i] = length;
        a->rho[i] = curvature > 1e-8 * length ? 1.0 / curvature : 0.0;
        a->alpha[i] = a->rho[i] * product(n, a->metric, dx, a->q);
        add(n, a->alpha[i], df, a->q);
    }
    for (size_t c = a->used; c-- > 0;) {
        const size_t i = nth_newest(a, c);
        const double *const dx = a->dx + i * n, *const df = a->df + i * n;
        const double beta = -a->rho[i] * product(n, a->metric, df, a->q);
        add(n, a->alpha[i] - beta, dx, a->q);
    }
}

/* Draws q towards EM's own step until it is no longer than the reach; growing after success. */
GMIX_I_PART void keep_within_reach(gmix_i_accelerator *a) {
    a->reach = a->tried ? 1.0 + LENGTHEN * (a->reach - 1.0) : a->reach;
    a->length =
        a->own > 0.0 ? sqrt(product(a->dim, a->metric, a->q, a->q) / a->own) : 1.0;
    if (a->length > a->reach) {
        const double part = (a->reach - 1.0) / (a->length - 1.0);
        for (size_t i = 0; i < a->dim; i++) {
            a->q[i] = a->f[i] + part * (a->q[i] - a->f[i]);
        }
        a->length = a->reach;
    }
}

/* True if q is finite, and its logarithms have exponentials: times FAR, what is beyond is not
 * finite. */
GMIX_I_PART bool is_usable(const gmix_i_accelerator *a) {
    double zero[8] = {0};
    for (size_t i = 0; i < a->n_logs; i += 8) {
        for (size_t c = 0; c < 8; c++) {
            zero[c] += a->q[i + c] * FAR * 0.0;
        }
    }
    for (size_t i = a->n_logs; i < a->dim; i += 8) {
        for (size_t c = 0; c < 8; c++) {
            zero[c] += a->q[i + c] * 0.0;
        }
    }
    return sum_of_eight(zero) == 0.0;
}

/* From the point x, and in f its EM step, to the extrapolated point q; false if it is not finite. */
GMIX_I_CLONES static bool extrapolate(gmix_i_accelerator *a) {
    const size_t n = a->dim;
    add(n, -1.0, a->x, a->f);
    remember(a);
    two_loops(a);
    a->own = product(n, a->metric, a->f, a->f);
    a->top = 0.5 * product(n, a->metric, a->f, a->q);
    keep_within_reach(a);
    add(n, 1.0, a->x, a->q);
    return is_usable(a);
}

bool gmix_i_accelerate(gmix_i_accelerator *a, const gmix_i_params *at,
                       const gmix_i_params *step, const gmix_i_bounds *bounds,
                       gmix_i_params *out) {
    swap(&a->x, &a->x_old);
    swap(&a->f, &a->f_old);
    if (!read_point(a, step, a->f) || !read_point(a, at, a->x)) {
        gmix_i_accelerator_reset(a);
        return false;
    }
    make_metric(a, at, a->x, a->metric);
    gmix_i_logs(a->n_logs, a->x);
    gmix_i_logs(a->n_logs, a->f);
    const bool finite = extrapolate(a);
    a->tried = a->used > 0 && finite && from_point(a, step, bounds, a->q, out);
    return a->tried;
}

double gmix_i_promise(const gmix_i_accelerator *a, bool extrapolated) {
    return extrapolated ? a->top : 0.5 * a->own;
}

double gmix_i_em_rate(const gmix_i_accelerator *a) {
    double rate = NAN;
    for (size_t c = 0; c < a->used; c++) {
        const size_t i = nth_newest(a, c); /* fmax passes over the NaN of no length */
        rate = fmax(rate, 1.0 - a->curvature[i] / a->squared[i]);
    }
    return rate;
}
