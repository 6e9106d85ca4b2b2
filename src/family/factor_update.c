/*
 * The M-step of laws with factors. It is done to its end: what EM of a mixture needs next, and
 * what accelerates it takes for a gradient, is the maximum of Q, and steps towards it take no
 * rows. Principal components are had in closed form; the others by steps of parameter-expanded EM
 * (factor_step.c), extrapolated in loadings and logarithms of uniquenesses (SQUAREM, Varadhan &
 * Roland 2008, doi:10.1111/j.1467-9469.2007.00585.x) where that does not lower Q.
 */
#include <math.h>
#include <string.h>

#include "family/factor_problem.h"

/* Nats per row that a cycle gains, absolute and beside what all have, below which it was the
 * last; most cycles of three steps. */
static const double LEAST_GAIN = 1e-11, LEAST_SHARE = 1e-3;
enum { MOST_CYCLES = 60 };

/* Correlations that a covariance may be off what its factors say, for them to be begun at. */
static const double NEAR = 0.1;

/* Uniquenesses that are this close to their floor, everywhere, are a collapse. */
static const double ON_FLOOR = 1e-3;

static size_t own_len(size_t k, size_t d) {
    return k * (1 + 2 * d);
}

size_t gmix_i_factors_work(const gmix_i_family *law, size_t k, size_t d) {
    const size_t q = law->n_factors, points = 4 * k * (q + 1) * d;
    const size_t square = 4 * d * d + (k + 3) * d;
    const size_t moments = k + k * d * d + k * d + k * q * d + k * q * q;
    const size_t small = 2 * q * d + 2 * q * q + q + 2 * d;
    return points + square + moments + small + own_len(k, d) +
           gmix_i_bounds_work(law->uniquenesses, k, d);
}

static double *take(double **memory, size_t n) {
    double *const taken = *memory;
    *memory += n;
    return taken;
}

/* S_k, n_k; scatter is that of matrices, with the ridge. */
static void take_scatter(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                         gmix_i_factor_problem *p, double *n) {
    const size_t d = p->d;
    gmix_i_ridge_dense(m, bounds->ridge);
    p->total = 0.0;
    for (size_t k = 0; k < p->k; k++) {
        const double *const scatter = gmix_i_moments_scatter(m, k);
        double *const s = p->s + k * d * d;
        n[k] = gmix_i_moments_n(m, k);
        p->total += n[k];
        for (size_t i = 0; n[k] > 0.0 && i < d; i++) {
            for (size_t j = 0; j <= i; j++) {
                s[i * d + j] = s[j * d + i] = scatter[gmix_i_packed_len(i) + j] / n[k];
            }
            p->variance[k * d + i] = s[i * d + i];
        }
    }
}

/* The floor, and without one a trace of the pooled variances. One variance for all features is no
 * feature's own: only what bounds all covariances bounds it. */
static void set_floor(const gmix_i_bounds *bounds, gmix_i_factor_problem *p,
                      double *floor) {
    const double trace = 1e-9;
    const size_t d = p->d;
    for (size_t j = 0; j < d; j++) {
        double pooled = 0.0;
        for (size_t k = 0; k < p->k; k++) {
            pooled +=
                p->n[k] > 0.0 ? p->n[k] / p->total * p->s[k * d * d + j * d + j] : 0.0;
        }
        const bool own = p->law->form[1] != 'I';
        floor[j] = !bounds->uniqueness ? trace * pooled
                   : own               ? bounds->uniqueness[j]
                                       : 0.0;
        floor[j] = fmax(fmax(floor[j], bounds->floor[j]), 1e-300);
    }
}

static gmix_i_factor_problem pose(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                                  const gmix_i_family *law, double **memory) {
    const size_t k = m->k, d = m->d, q = law->n_factors;
    double *const n = take(memory, k), *const floor = take(memory, d);
    gmix_i_factor_problem p = {.law = law,
                               .k = k,
                               .d = d,
                               .q = q,
                               .common = law->common_loadings,
                               .ctx = bounds->ctx,
                               .n = n,
                               .floor = floor};
    p.s = take(memory, k * d * d);
    p.variance = take(memory, k * d);
    p.c = take(memory, k * q * d);
    p.theta = take(memory, k * q * q);
    p.beta = take(memory, 2 * q * d);
    p.small = take(memory, 2 * q * q + q);
    p.square = take(memory, 4 * d * d + (k + 3) * d);
    p.own = (gmix_i_moments){
        .k = k, .d = d, .stride = 1 + 2 * d, .at = take(memory, own_len(k, d))};
    double *const no_ridge = take(memory, d);
    memset(no_ridge, 0, d * sizeof *no_ridge);
    p.bounds = (gmix_i_bounds){
        .floor = floor,
        .range = 1e3 / GMIX_I_LEAST_UNIQUENESS,
        .ridge = no_ridge,
        .at_floor = bounds->at_floor,
        .ctx = bounds->ctx,
        .work = take(memory, gmix_i_bounds_work(law->uniquenesses, k, d))};
    take_scatter(m, bounds, &p, n);
    set_floor(bounds, &p, floor);
    return p;
}

static bool is_near(const gmix_i_factor_problem *p, const gmix_i_params *at, size_t k) {
    const size_t d = p->d, q = p->q;
    const double *const block = at->factors + k * (q + 1) * d;
    for (size_t j = 0; j < d; j++) {
        if (!(block[q * d + j] > 0.0)) {
            return false;
        }
    }
    return gmix_i_factors_describe(q, d, block, at->cov + k * gmix_i_packed_len(d), NEAR);
}

/* x: the parameters before, where they are of use. */
static void begin(const gmix_i_factor_problem *p, const gmix_i_params *at, double *x) {
    const size_t len = (p->q + 1) * p->d;
    bool fresh = false;
    memcpy(x, at->factors, p->k * len * sizeof *x);
    for (size_t k = 0; k < p->k; k++) {
        const bool begins = p->n[k] > 0.0 && !is_near(p, at, k);
        if (begins && !p->common) {
            gmix_i_factors_begin(p, k, x);
        }
        fresh = fresh || begins;
    }
    if (fresh && p->common) {
        gmix_i_factors_begin(p, 0, x);
    }
    if (fresh) {
        gmix_i_factors_settle(p, x);
    }
}

bool gmix_i_factors_extrapolate(const gmix_i_factor_problem *p, const double *x0,
                                const double *x1, const double *x2, double *to) {
    const size_t d = p->d, block = (p->q + 1) * d, n = p->k * block;
    double rr = 0.0, vv = 0.0;
    for (size_t i = 0; i < n; i++) {
        const size_t own = i / block * block + p->q * d + i % d;
        const bool log_scale = i % block >= p->q * d;
        const double unit = log_scale ? 1.0 : 1.0 / sqrt(x0[own]);
        const double r = log_scale ? log(x1[i] / x0[i]) : (x1[i] - x0[i]) * unit;
        const double v = (log_scale ? log(x2[i] / x1[i]) : (x2[i] - x1[i]) * unit) - r;
        rr += r * r;
        vv += v * v;
    }
    const double alpha = fmin(-1.0, -sqrt(rr / vv));
    if (!isfinite(alpha) || alpha > -1.01) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (i % block < p->q * d) {
            const double r = x1[i] - x0[i], v = (x2[i] - x1[i]) - r;
            to[i] = x0[i] - 2.0 * alpha * r + alpha * alpha * v;
        } else {
            const double r = log(x1[i] / x0[i]), v = log(x2[i] / x1[i]) - r;
            const double by = fmin(fmax(alpha * (alpha * v - 2.0 * r), -10.0), 10.0);
            to[i] = fmax(x0[i] * exp(by), p->floor[i % d] * 1e-3);
        }
    }
    return true;
}

/* x moves on to the maximum. spare: three points. */
static void climb(const gmix_i_factor_problem *p, double *x, double *spare) {
    const size_t n = p->k * (p->q + 1) * p->d;
    double *const x1 = spare, *const x2 = x1 + n, *const far = x2 + n;
    double first = 0.0, at = gmix_i_factors_step(p, x, x1);
    for (int cycle = 0; cycle < MOST_CYCLES; cycle++) {
        const double next = gmix_i_factors_step(p, x1, x2), gain = next - at;
        first = cycle == 0 ? next - gain : first;
        if (!(gain > fmax(LEAST_GAIN, LEAST_SHARE * (next - first))) && cycle > 0) {
            memcpy(x, gain >= 0.0 ? x2 : x1, n * sizeof *x);
            return;
        }
        if (cycle == 0 && !(gain > LEAST_GAIN)) {
            memcpy(x, gain >= 0.0 ? x2 : x, n * sizeof *x);
            return;
        }
        const bool tried = gmix_i_factors_extrapolate(p, x, x1, x2, far);
        const double there = tried ? gmix_i_factors_step(p, far, x1) : -INFINITY;
        if (there >= next) {
            memcpy(x, far, n * sizeof *x);
            at = there;
        } else {
            memcpy(x, x2, n * sizeof *x);
            at = gmix_i_factors_step(p, x, x1);
        }
    }
    memcpy(x, x1, n * sizeof *x);
}

/* The parameters, and whether a component lies on the floor along some direction. */
static void give(const gmix_i_factor_problem *p, const double *x,
                 const gmix_i_bounds *bounds, gmix_i_params *to) {
    const size_t d = p->d, block = (p->q + 1) * d, len = gmix_i_packed_len(d);
    const bool shared = gmix_i_family_is_shared(p->law);
    double *const least = p->beta;
    for (size_t j = 0; j < d; j++) {
        least[j] = p->floor[j] * (1.0 + ON_FLOOR);
    }
    memcpy(to->factors, x, p->k * block * sizeof *x);
    for (size_t k = 0; k < p->k; k++) {
        double *const cov = to->cov + k * len;
        if (k > 0 && shared) {
            memcpy(cov, to->cov, len * sizeof *cov);
            bounds->at_floor[k] = bounds->at_floor[0];
        } else {
            gmix_i_factors_compose(p->q, d, x + k * block, cov);
            bounds->at_floor[k] =
                !gmix_i_exceeds_diagonal(NULL, d, cov, least, p->square);
        }
    }
}

void gmix_i_factors_update(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                           gmix_i_params *p) {
    double *memory = gmix_i_update_memory(bounds, p->family->shape, p->d);
    const gmix_i_factor_problem problem = pose(m, bounds, p->family, &memory);
    const size_t n = p->k * (p->family->n_factors + 1) * p->d;
    double *const x = take(&memory, 4 * n), *const spare = x + n;
    memcpy(x, p->factors, n * sizeof *x);
    if (!gmix_i_factors_closed(&problem, x)) {
        begin(&problem, p, x);
        gmix_i_factors_fill(&problem, x, spare);
        climb(&problem, x, spare);
    }
    give(&problem, x, bounds, p);
}
