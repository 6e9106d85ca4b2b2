/*
 * A bound on the ratio of eigenvalues: the largest of all components' covariances is at most
 * c times the smallest. Given the unbounded eigenvalues e_kj and n_k, the likelihood is
 * largest for
 *
 *     e*_kj = min(max(e_kj, m), c m),   m the minimum of
 *     f(m) = sum_k n_k sum_j log e*_kj + e_kj / e*_kj
 *
 * (Fritz, Garcia-Escudero & Mayo-Iscar 2013, doi:10.1016/j.csda.2012.11.018), with the axes
 * kept. f is convex in log m, and where no eigenvalue changes sides its minimum is
 *
 *     m = (sum_low n_k e_kj + sum_high n_k e_kj / c) / (sum_low n_k + sum_high n_k),
 *
 * so m is found by this step within a bracket, without the sorting of all 2 K D candidates.
 * Eigenvalues are those in the data's units: `unit` scales the frame's.
 */
#include <math.h>
#include <string.h>

#include "family/family.h"
#include "linalg/linalg.h"

/* Eigenvalues e (groups x d) of groups of weight n. */
typedef struct spectrum {
    size_t groups, d;
    const double *n;
    double *e;
    double ratio;
} spectrum;

/* One step of m; *slope: the sign of f'(log m). */
static double next_level(const spectrum *s, double m, double *slope) {
    double weight = 0.0, sum = 0.0;
    for (size_t g = 0; g < s->groups; g++) {
        for (size_t j = 0; j < s->d; j++) {
            const double e = s->e[g * s->d + j];
            if (e < m) {
                weight += s->n[g];
                sum += s->n[g] * e;
            } else if (e > s->ratio * m) {
                weight += s->n[g];
                sum += s->n[g] * (e / s->ratio);
            }
        }
    }
    *slope = weight * m - sum;
    return weight > 0.0 ? sum / weight : m;
}

/* The smallest eigenvalue allowed; 0 if none need be changed. */
static double lowest_level(const spectrum *s) {
    double low = INFINITY, high = 0.0;
    for (size_t g = 0; g < s->groups; g++) {
        for (size_t j = 0; s->n[g] > 0.0 && j < s->d; j++) {
            low = fmin(low, s->e[g * s->d + j]);
            high = fmax(high, s->e[g * s->d + j]);
        }
    }
    if (!(high > s->ratio * low)) {
        return 0.0;
    }
    high /= s->ratio;
    double m = high;
    for (int round = 0; round < 200 && low < high; round++) {
        double slope;
        const double next = next_level(s, m, &slope);
        if (slope > 0.0) {
            high = m;
        } else {
            low = m;
        }
        if (slope == 0.0 || fabs(next - m) <= 1e-15 * m) {
            break;
        }
        m = next > low && next < high ? next : 0.5 * (low + high);
    }
    return m;
}

/* Moves eigenvalues into the bound; false if all are within it. */
static bool truncate(const spectrum *s) {
    const double m = lowest_level(s);
    for (size_t i = 0; m > 0.0 && i < s->groups * s->d; i++) {
        s->e[i] = fmin(fmax(s->e[i], m), s->ratio * m);
    }
    return m > 0.0;
}

size_t gmix_i_ratio_work(const gmix_i_shape *shape, size_t k, size_t d) {
    return k + k * d + (shape == &gmix_i_shape_dense ? (k + 1) * d * d : 0) +
           gmix_i_packed_len(d) + d;
}

/* Weights of the groups; a single group weighs what all do. */
static void set_weights(const gmix_i_moments *m, size_t groups, double *n) {
    for (size_t g = 0; g < groups; g++) {
        n[g] = groups == 1 ? 1.0 : gmix_i_moments_n(m, g);
    }
}

void gmix_i_bound_ratio_diagonal(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                                 size_t groups, double *cov) {
    const size_t d = m->d;
    if (!(bounds->eigen_ratio > 0.0)) {
        return;
    }
    double *const n = bounds->ratio_work, *const e = n + groups;
    const spectrum s = {groups, d, n, e, bounds->eigen_ratio};
    set_weights(m, groups, n);
    for (size_t i = 0; i < groups * d; i++) {
        const double unit = bounds->unit[i % d];
        e[i] = cov[i] * unit * unit;
    }
    if (!truncate(&s)) {
        return;
    }
    for (size_t i = 0; i < groups * d; i++) {
        const double unit = bounds->unit[i % d];
        cov[i] = n[i / d] > 0.0 ? e[i] / (unit * unit) : cov[i];
    }
}

static void scale_packed(size_t d, const double *unit, bool divide, double *x) {
    for (size_t i = 0, at = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++, at++) {
            const double f = unit[i] * unit[j];
            x[at] = divide ? x[at] / f : x[at] * f;
        }
    }
}

void gmix_i_bound_ratio_dense(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                              size_t groups, double *cov) {
    const size_t d = m->d, len = gmix_i_packed_len(d);
    if (!(bounds->eigen_ratio > 0.0)) {
        return;
    }
    double *const n = bounds->ratio_work, *const e = n + groups,
                  *const axes = e + groups * d, *const work = axes + groups * d * d,
                  *const packed = work + d * d, *const row = packed + len;
    const spectrum s = {groups, d, n, e, bounds->eigen_ratio};
    set_weights(m, groups, n);
    for (size_t g = 0; g < groups; g++) {
        memcpy(packed, cov + g * len, len * sizeof *packed);
        scale_packed(d, bounds->unit, false, packed);
        gmix_i_eigen(bounds->ctx, d, packed, e + g * d, axes + g * d * d, work);
        for (size_t j = 0; j < d; j++) {
            e[g * d + j] = fmax(e[g * d + j], 0.0);
        }
    }
    if (!truncate(&s)) {
        return;
    }
    for (size_t g = 0; g < groups; g++) {
        if (n[g] > 0.0) {
            gmix_i_from_eigen(bounds->ctx, d, axes + g * d * d, e + g * d, cov + g * len,
                              row);
            scale_packed(d, bounds->unit, true, cov + g * len);
        }
    }
}
