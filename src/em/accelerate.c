/* Limited-memory BFGS on EM's residual. See accelerate.h. */
#include "em/accelerate.h"

#include <math.h>
#include <string.h>

#include "base/clones.h"
#include "family/factor_law.h"
#include "linalg/dot.h"
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

static void lay_out(gmix_i_accelerator *a, size_t stats, size_t len) {
    double *at = a->memory;
    gmix_i_point *const points[] = {&a->at, &a->old, &a->step, &a->far};
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        points[i]->x = take(&at, a->dim);
        points[i]->positive = take(&at, a->n_logs);
    }
    a->f = take(&at, a->dim);
    a->f_old = take(&at, a->dim);
    a->metric = take(&at, a->dim);
    a->dx = take(&at, a->most * a->dim);
    a->df = take(&at, a->most * a->dim);
    a->rho = take(&at, a->most);
    a->alpha = take(&at, a->most);
    a->curvature = take(&at, a->most);
    a->squared = take(&at, a->most);
    a->stats = take(&at, stats);
    a->work = take(&at, len);
}

gmix_status gmix_i_accelerator_new(gmix_ctx *ctx, const gmix_i_family *family, size_t k,
                                   size_t d, gmix_i_accelerator *out) {
    const size_t n_cov = gmix_i_family_is_shared(family) ? 1 : k;
    const size_t len = family->shape->cov_len(d), n_logs = eights(k + n_cov * d);
    const size_t dim = n_logs + eights(k * d + n_cov * (len - d)), m = steps_for(dim);
    const size_t stats = k * gmix_i_stats_len(family->shape, d);
    *out =
        (gmix_i_accelerator){.k = k,
                             .d = d,
                             .n_cov = n_cov,
                             .n_logs = n_logs,
                             .dim = dim,
                             .most = m,
                             .free = gmix_i_family_n_free(family, k, d) == n_cov * len};
    const gmix_status status = gmix_i_calloc(
        ctx, "the history of EM steps",
        (7 + 2 * m) * dim + 4 * n_logs + 4 * eights(m) + eights(stats) + eights(len),
        sizeof(double), &out->memory);
    if (status == GMIX_OK) {
        lay_out(out, stats, len);
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

static bool read_point(gmix_ctx *ctx, const gmix_i_accelerator *a, const gmix_i_params *p,
                       const gmix_i_point *out) {
    const size_t n = a->k + a->n_cov * a->d;
    double *const positive = out->positive;
    const parts to = parts_of(a, out->x);
    for (size_t k = 0; k < a->k; k++) {
        positive[k] = p->weights[k] > TINY_WEIGHT ? p->weights[k] : TINY_WEIGHT;
    }
    for (size_t i = n; i < a->n_logs; i++) {
        positive[i] = 1.0;
    }
    memcpy(to.means, p->means, a->k * a->d * sizeof *to.means);
    if (!p->family->shape->unconstrain(ctx, a->n_cov, a->d, p->cov, positive + a->k,
                                       to.rest, a->work)) {
        return false;
    }
    memcpy(out->x, positive, a->n_logs * sizeof *positive);
    gmix_i_logs(a->n_logs, out->x);
    return true;
}

/* The point of the extrapolation that was accepted, from its own coordinates: components without
 * rows keep theirs. */
static void normalise(const gmix_i_accelerator *a, const gmix_i_params *p, double *x) {
    const double shift = log(a->share) - a->largest;
    for (size_t k = 0; k < a->k; k++) {
        x[k] += p->weights[k] > TINY_WEIGHT ? shift : 0.0;
    }
}

/* Moves on to parameters p, whose point is at hand if they are the EM step, or an extrapolation
 * that the family left as it was. */
static bool move_on(gmix_ctx *ctx, gmix_i_accelerator *a, const gmix_i_params *p) {
    const gmix_i_point spare = a->old;
    a->old = a->at;
    if (a->has_old && !a->tried) {
        a->at = a->step;
        a->step = spare;
        return true;
    }
    if (a->has_old && a->kept) {
        a->at = a->far;
        a->far = spare;
        normalise(a, p, a->at.x);
        return true;
    }
    a->at = spare;
    return read_point(ctx, a, p, &a->at);
}

/* x of n groups of `len` numbers, times the weights of the groups. */
static void weigh(size_t n, size_t len, const double *weights, double *x) {
    for (size_t g = 0; g < n; g++) {
        for (size_t i = 0; i < len; i++) {
            x[g * len + i] *= weights[g];
        }
    }
}

static void make_metric(const gmix_i_accelerator *a, const gmix_i_params *p) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = a->d;
    const bool shared = a->n_cov < a->k;
    const double all = 1.0 - p->weights[a->k];
    const double *const rows = shared ? &all : p->weights;
    const parts to = parts_of(a, a->metric);
    shape->information(a->n_cov, d, p->cov, a->at.positive + a->k, to.means, to.positive,
                       to.rest);
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
static bool set_weights(gmix_i_accelerator *a, const gmix_i_params *step,
                        gmix_i_params *out) {
    const double noise = step->weights[step->k];
    double total = 0.0;
    for (size_t k = 0; k < out->k; k++) {
        out->weights[k] = step->weights[k] > TINY_WEIGHT ? a->far.positive[k] : 0.0;
        total += out->weights[k];
    }
    a->share = (1.0 - noise) / total;
    for (size_t k = 0; k < out->k; k++) {
        out->weights[k] *= a->share;
        if (step->weights[k] > TINY_WEIGHT && !(out->weights[k] > TINY_WEIGHT)) {
            return false;
        }
    }
    out->weights[out->k] = noise;
    out->noise = step->noise;
    out->log_volume = step->log_volume;
    return total > TINY_WEIGHT && isfinite(total);
}

/* Exponentials of the extrapolated point's first part, of log-weights less the largest. */
static void take_exponentials(gmix_i_accelerator *a) {
    double *const positive = a->far.positive;
    a->largest = -INFINITY;
    for (size_t k = 0; k < a->k; k++) {
        a->largest = a->far.x[k] > a->largest ? a->far.x[k] : a->largest;
    }
    memcpy(positive, a->far.x, a->n_logs * sizeof *positive);
    for (size_t k = 0; k < a->k; k++) {
        const double less = positive[k] - a->largest;
        positive[k] = less > LEAST_LOG ? less : LEAST_LOG;
    }
    gmix_i_exps(a->n_logs, positive);
}

/* True if the family and the bounds leave covariances made up for them as they are. */
static bool are_kept(const gmix_i_accelerator *a, const gmix_i_constraints *constraints) {
    const gmix_i_bounds *const bounds = constraints->bounds;
    bool kept = a->free && !(bounds->eigen_ratio > 0.0) && !constraints->frozen;
    for (size_t k = 0; k < a->k; k++) {
        kept = kept && !bounds->at_floor[k];
    }
    return kept;
}

/* Parameters from the extrapolated point. */
static bool from_point(gmix_i_accelerator *a, const gmix_i_params *step,
                       const gmix_i_constraints *constraints, gmix_i_params *out) {
    const gmix_i_shape *const shape = step->family->shape;
    const parts from = parts_of(a, a->far.x);
    take_exponentials(a);
    if (!set_weights(a, step, out)) {
        return false;
    }
    memcpy(out->means, from.means, a->k * a->d * sizeof *out->means);
    shape->constrain(constraints->bounds->ctx, a->n_cov, a->d, a->far.positive + a->k,
                     from.rest, out->cov, a->work);
    if (a->n_cov < a->k) {
        gmix_i_spread_first(a->k, shape->cov_len(a->d), out->cov);
    }
    if (out->factors) { /* where its M-step begins */
        memcpy(out->factors, step->factors,
               a->k * gmix_i_factors_len(out->family, a->d) * sizeof *out->factors);
    }
    gmix_i_m_step_own(constraints, a->stats, out);
    a->kept = are_kept(a, constraints);
    return true;
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
    return gmix_i_sum_of_eight(s);
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
        subtract(a->dim, a->at.x, a->old.x, a->dx + a->next * a->dim);
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
    memcpy(a->far.x, a->f, n * sizeof *a->far.x);
    for (size_t c = 0; c < a->used; c++) {
        const size_t i = nth_newest(a, c);
        const double *const dx = a->dx + i * n, *const df = a->df + i * n;
        const double curvature = -product(n, a->metric, dx, df);
        const double length = product(n, a->metric, dx, dx);
        a->curvature[i] = curvature;
        a->squared[i] = length;
        a->rho[i] = curvature > 1e-8 * length ? 1.0 / curvature : 0.0;
        a->alpha[i] = a->rho[i] * product(n, a->metric, dx, a->far.x);
        add(n, a->alpha[i], df, a->far.x);
    }
    for (size_t c = a->used; c-- > 0;) {
        const size_t i = nth_newest(a, c);
        const double *const dx = a->dx + i * n, *const df = a->df + i * n;
        const double beta = -a->rho[i] * product(n, a->metric, df, a->far.x);
        add(n, a->alpha[i] - beta, dx, a->far.x);
    }
}

/* Draws q towards EM's own step until it is no longer than the reach; growing after success. */
GMIX_I_PART void keep_within_reach(gmix_i_accelerator *a) {
    a->reach = a->tried ? 1.0 + LENGTHEN * (a->reach - 1.0) : a->reach;
    a->length = a->own > 0.0
                    ? sqrt(product(a->dim, a->metric, a->far.x, a->far.x) / a->own)
                    : 1.0;
    if (a->length > a->reach) {
        const double part = (a->reach - 1.0) / (a->length - 1.0);
        for (size_t i = 0; i < a->dim; i++) {
            a->far.x[i] = a->f[i] + part * (a->far.x[i] - a->f[i]);
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
            zero[c] += a->far.x[i + c] * FAR * 0.0;
        }
    }
    for (size_t i = a->n_logs; i < a->dim; i += 8) {
        for (size_t c = 0; c < 8; c++) {
            zero[c] += a->far.x[i + c] * 0.0;
        }
    }
    return gmix_i_sum_of_eight(zero) == 0.0;
}

/* From the point and that of its EM step to the extrapolated one; false if that is not usable. */
GMIX_I_CLONES static bool extrapolate(gmix_i_accelerator *a) {
    const size_t n = a->dim;
    subtract(n, a->step.x, a->at.x, a->f);
    remember(a);
    two_loops(a);
    a->own = product(n, a->metric, a->f, a->f);
    a->top = 0.5 * product(n, a->metric, a->f, a->far.x);
    keep_within_reach(a);
    add(n, 1.0, a->at.x, a->far.x);
    return is_usable(a);
}

bool gmix_i_accelerate(gmix_i_accelerator *a, const gmix_i_params *at,
                       const gmix_i_params *step, const gmix_i_constraints *constraints,
                       gmix_i_params *out) {
    swap(&a->f, &a->f_old);
    if (!move_on(constraints->bounds->ctx, a, at) ||
        !read_point(constraints->bounds->ctx, a, step, &a->step)) {
        gmix_i_accelerator_reset(a);
        return false;
    }
    make_metric(a, at);
    const bool usable = extrapolate(a) && a->used > 0;
    a->tried = usable && from_point(a, step, constraints, out);
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
