/*
 * VEE: components differ in volume alone, Sigma_k = lambda_k C.
 *
 *     C = sum_k W_k / lambda_k / n,   lambda_k = trace(W_k C^-1) / (D n_k)
 *
 * alternate from the volumes of the step before; each is the exact minimum in its block,
 * the problem is geodesically convex, so they end in the one minimum. Celeux & Govaert
 * (1995), section 4. The floor keeps lambda_k C - diag(floor) positive semidefinite: C is
 * bounded by floor / min lambda, and lambda by what C leaves.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "family/family.h"
#include "linalg/linalg.h"

/* A floor that is binding costs eigenvalues in every round, and is left to the steps to come. */
enum { ROUNDS = 200, FLOOR_ROUNDS = 8 };

/* C, its inverse, and a matrix, all packed; volumes and those before (K); floors and zeros
 * (D). */
typedef struct form {
    double *c, *inverse, *matrix, *lambda, *before, *floor, *none;
    void *factor_work;
} form;

static size_t factor_doubles(size_t d) {
    return (gmix_i_factor_work(d) + sizeof(double) - 1) / sizeof(double);
}

static size_t update_work(size_t k, size_t d) {
    return factor_doubles(d) + 1 + 3 * gmix_i_packed_len(d) + 2 * k + 2 * d;
}

static form memory_of(const gmix_i_moments *m, const gmix_i_bounds *bounds) {
    const size_t d = m->d, len = gmix_i_packed_len(d);
    double *const start = gmix_i_update_memory(bounds, &gmix_i_shape_dense, d);
    double *const c = start + factor_doubles(d) + 1;
    return (form){.factor_work = start + ((uintptr_t)start % 16 != 0),
                  .c = c,
                  .inverse = c + len,
                  .matrix = c + 2 * len,
                  .lambda = c + 3 * len,
                  .before = c + 3 * len + m->k,
                  .floor = c + 3 * len + 2 * m->k,
                  .none = c + 3 * len + 2 * m->k + d};
}

/* C from the volumes; true if the floor was binding. */
static bool set_form(const gmix_i_moments *m, const gmix_i_bounds *bounds, double n,
                     const form *at) {
    const size_t d = m->d, len = gmix_i_packed_len(d);
    double least = INFINITY;
    memset(at->c, 0, len * sizeof *at->c);
    for (size_t c = 0; c < m->k; c++) {
        const double *const scatter = gmix_i_moments_scatter(m, c);
        least = fmin(least, at->lambda[c]);
        for (size_t t = 0; t < len; t++) {
            at->c[t] += scatter[t] / (at->lambda[c] * n);
        }
    }
    for (size_t j = 0; j < d; j++) {
        at->floor[j] = bounds->floor[j] / least;
        at->none[j] = 0.0;
    }
    const gmix_i_bounds scaled = {
        .floor = at->floor, .ridge = at->none, .ctx = bounds->ctx, .work = bounds->work};
    return gmix_i_bound_dense(d, &scaled, false, at->c);
}

/* The smallest lambda that keeps lambda C above the floor: 0 if there is none. */
static double least_volume(size_t d, const gmix_i_bounds *bounds, const form *at) {
    double *const scaled = bounds->work, *const v = scaled + gmix_i_packed_len(d),
                  *const s = v + d * d, *const w = s + d * d;
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            const size_t t = gmix_i_packed_len(i) + j;
            if (!(bounds->floor[i] > 0.0)) {
                return 0.0;
            }
            scaled[t] = at->c[t] / sqrt(bounds->floor[i] * bounds->floor[j]);
        }
    }
    gmix_i_eigen_sorted(bounds->ctx, d, scaled, w, v, s);
    return 1.0 / w[0];
}

static bool above_floor(size_t d, const gmix_i_bounds *bounds, double least,
                        const form *at) {
    for (size_t t = 0; t < gmix_i_packed_len(d); t++) {
        at->matrix[t] = at->c[t] * least;
    }
    for (size_t j = 0; j < d; j++) {
        at->matrix[gmix_i_packed_len(j) + j] -= bounds->floor[j];
    }
    return gmix_i_cholesky(bounds->ctx, d, at->matrix, at->matrix);
}

/* Volumes from C. False if C is singular, so that there are none. */
static bool set_volumes(gmix_ctx *ctx, const gmix_i_moments *m, const form *at) {
    const size_t d = m->d;
    memcpy(at->before, at->lambda, m->k * sizeof *at->before);
    if (!gmix_i_precision_factor(ctx, d, at->c, at->matrix, at->factor_work)) {
        return false;
    }
    gmix_i_gram(ctx, d, at->matrix, at->inverse);
    for (size_t c = 0; c < m->k; c++) {
        const double n = gmix_i_moments_n(m, c);
        if (n > 0.0) {
            const double *const scatter = gmix_i_moments_scatter(m, c);
            at->lambda[c] =
                gmix_i_trace_product(d, scatter, at->inverse) / (n * (double)d);
        }
    }
    return true;
}

/* Raises volumes to what the floor leaves; true if one had to be. */
static bool bound_volumes(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                          const form *at) {
    double least = INFINITY;
    for (size_t c = 0; c < m->k; c++) {
        least = fmin(least, at->lambda[c]);
    }
    if (above_floor(m->d, bounds, least, at)) {
        return false;
    }
    const double bound = least_volume(m->d, bounds, at);
    for (size_t c = 0; c < m->k; c++) {
        at->lambda[c] = fmax(at->lambda[c], bound);
    }
    return least < bound;
}

static double largest_change(size_t k, const double *before, const double *after) {
    double change = 0.0;
    for (size_t c = 0; c < k; c++) {
        change = fmax(change, fabs(after[c] / before[c] - 1.0));
    }
    return change;
}

static void start_volumes(const gmix_i_moments *m, const double *cov, double *lambda) {
    const size_t len = gmix_i_packed_len(m->d);
    for (size_t c = 0; c < m->k; c++) {
        lambda[c] = 0.0;
        for (size_t j = 0; j < m->d; j++) {
            lambda[c] += gmix_i_shape_dense.variance(cov + c * len, j) / (double)m->d;
        }
        lambda[c] = lambda[c] > 0.0 ? lambda[c] : 1.0;
    }
}

static void write_covariances(const gmix_i_moments *m, const form *at, bool binding,
                              bool *at_floor, double *cov) {
    const size_t len = gmix_i_packed_len(m->d);
    double least = INFINITY;
    for (size_t c = 0; c < m->k; c++) {
        least = fmin(least, at->lambda[c]);
    }
    for (size_t c = 0; c < m->k; c++) {
        at_floor[c] = binding && at->lambda[c] <= least * (1.0 + 1e-9);
        for (size_t t = 0; t < len; t++) {
            cov[c * len + t] = at->lambda[c] * at->c[t];
        }
    }
}

static void update(const gmix_i_moments *m, const gmix_i_bounds *bounds, double *cov) {
    const form at = memory_of(m, bounds);
    double n = 0.0;
    gmix_i_ridge_dense(m, bounds->ridge);
    start_volumes(m, cov, at.lambda);
    for (size_t c = 0; c < m->k; c++) {
        n += gmix_i_moments_n(m, c);
    }
    bool binding = set_form(m, bounds, n, &at);
    for (int round = 0;
         round < (binding ? FLOOR_ROUNDS : ROUNDS) && set_volumes(bounds->ctx, m, &at);
         round++) {
        binding = bound_volumes(m, bounds, &at);
        binding = set_form(m, bounds, n, &at) || binding;
        if (!(largest_change(m->k, at.before, at.lambda) > 1e-14)) {
            break;
        }
    }
    write_covariances(m, &at, binding, bounds->at_floor, cov);
}

static size_t n_free(size_t k, size_t d) {
    return k + (d - 1) + gmix_i_n_angles(d);
}

const gmix_i_family gmix_i_family_VEE = {.name = "VEE",
                                         .form = "VEE",
                                         GMIX_I_DENSE_MATRICES,
                                         .n_free = n_free,
                                         .update = update,
                                         .update_work = update_work};
