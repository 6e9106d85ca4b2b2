/*
 * What there is between two Gaussians, in coordinates in which one is standard and the other has
 * independent features: with S_1 = L L^T and L^-1 S_2 L^-T = V diag(l) V^T, distances are
 *
 *     q_1 = sum x_j^2,   q_2 = sum (x_j - e_j)^2 / l_j,   e = V^T L^-1 (mu_2 - mu_1).
 *
 * On the ridgeline x_j(a) = a e_j / ((1 - a) l_j + a) (Ray & Lindsay 2005, doi:10.1214/009053605000000417), the
 * gradients of the two are opposite with the ratio a : 1 - a, so that its critical points are the roots of
 *
 *     log(w_1 / w_2) + log(a / (1 - a)) - (q_1 - q_2 - sum log l) / 2,
 *
 * maxima and minima in turn. Rejected: the lowest density on a grid, whose value depends on the step.
 */
#include <math.h>
#include <string.h>

#include "clusters/merging_state.h"
#include "linalg/linalg.h"

enum { STEPS = 4000 };

static const double FAR = 40.0; /* of log(a / (1 - a)) */

/* Two Gaussians in these coordinates. */
typedef struct pair {
    size_t d;
    const double *e, *l;
    double log_det; /* sum log l */
} pair;

/* L^-1 x in place, L packed. */
static void solve_lower(size_t d, const double *root, double *x) {
    for (size_t i = 0; i < d; i++) {
        const double *const row = root + i * (i + 1) / 2;
        for (size_t j = 0; j < i; j++) {
            x[i] -= row[j] * x[j];
        }
        x[i] /= row[i];
    }
}

/* work: 4 D x D + 3 D. False if the first covariance is not positive definite. */
static bool diagonalise(size_t d, const double *mean1, const double *cov1,
                        const double *mean2, const double *cov2, double *work,
                        pair *out) {
    double *const root = work, *const b = root + d * d, *const v = b + d * d;
    double *const scratch = v + d * d, *const l = scratch + d * d, *const e = l + d;
    double *const off = e + d;
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            root[i * (i + 1) / 2 + j] = cov1[i * d + j];
        }
        off[i] = mean2[i] - mean1[i];
    }
    if (!gmix_i_cholesky(NULL, d, root, root)) {
        return false;
    }
    memcpy(b, cov2, d * d * sizeof *b);
    for (size_t side = 0; side < 2; side++) { /* rows, transpose, rows */
        for (size_t i = 0; i < d; i++) {
            solve_lower(d, root, b + i * d);
        }
        for (size_t i = 0; i < d; i++) {
            for (size_t j = 0; j < i; j++) {
                const double kept = b[i * d + j];
                b[i * d + j] = b[j * d + i];
                b[j * d + i] = kept;
            }
        }
    }
    solve_lower(d, root, off);
    for (size_t i = 0; i < d; i++) { /* packed; root is free now */
        for (size_t j = 0; j <= i; j++) {
            root[i * (i + 1) / 2 + j] = 0.5 * (b[i * d + j] + b[j * d + i]);
        }
    }
    gmix_i_eigen(NULL, d, root, l, v, scratch);
    *out = (pair){.d = d, .e = e, .l = l};
    for (size_t j = 0; j < d; j++) {
        l[j] = fmax(l[j], 1e-300);
        out->log_det += log(l[j]);
        e[j] = 0.0;
        for (size_t i = 0; i < d; i++) {
            e[j] += v[i * d + j] * off[i];
        }
    }
    return true;
}

/* q_1 and q_2 at a = 1 / (1 + e^-t). */
static void distances(const pair *p, double t, double *q1, double *q2) {
    const double a = 1.0 / (1.0 + exp(-t)), b = 1.0 / (1.0 + exp(t));
    *q1 = *q2 = 0.0;
    for (size_t j = 0; j < p->d; j++) {
        const double per = p->e[j] / (b * p->l[j] + a);
        *q1 += a * per * a * per;
        *q2 += p->l[j] * b * per * b * per;
    }
}

static double slope(const pair *p, double log_odds, double t) {
    double q1, q2;
    distances(p, t, &q1, &q2);
    return log_odds + t - 0.5 * (q1 - q2 - p->log_det);
}

static double log_density(const pair *p, const double w[2], double t) {
    double q1, q2;
    distances(p, t, &q1, &q2);
    const double a = log(w[0]) - 0.5 * q1, b = log(w[1]) - 0.5 * (q2 + p->log_det);
    return fmax(a, b) + log1p(exp(-fabs(a - b)));
}

static double find_root(const pair *p, double log_odds, double low, double high) {
    const bool rising = slope(p, log_odds, high) > 0.0;
    for (int i = 0; i < 100; i++) {
        const double middle = 0.5 * (low + high);
        if ((slope(p, log_odds, middle) > 0.0) == rising) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return 0.5 * (low + high);
}

/* Beyond this t nothing can be, nor before its opposite: the slope is below 0 there, and above 0
 * here. Between it and FAR, where a is 0 or 1 to the last bit, it is a line. */
static double far_end(const pair *p, double log_odds) {
    double q1, q2;
    distances(p, FAR, &q1, &q2);
    double most = 0.5 * q1;
    distances(p, -FAR, &q1, &q2);
    most = fmax(most, 0.5 * q2);
    return FAR + 2.0 * most + fabs(log_odds) + fabs(p->log_det);
}

double gmix_i_ridge_ratio(size_t d, const double w[2], const double *mean1,
                          const double *cov1, const double *mean2, const double *cov2,
                          double *work) {
    pair p;
    if (!diagonalise(d, mean1, cov1, mean2, cov2, work, &p)) {
        return NAN;
    }
    const double log_odds = log(w[0] / w[1]), end = far_end(&p, log_odds);
    double first = -INFINITY, second = -INFINITY, lowest = INFINITY;
    double at = -end, before = slope(&p, log_odds, at);
    bool maximum = true;
    for (int i = 0; i <= STEPS + 1; i++) {
        const double t = i <= STEPS ? FAR * (2.0 * i / STEPS - 1.0) : end;
        const double now = slope(&p, log_odds, t);
        if ((now > 0.0) != (before > 0.0)) {
            const double height = log_density(&p, w, find_root(&p, log_odds, at, t));
            if (maximum) {
                second = fmax(second, fmin(first, height));
                first = fmax(first, height);
            } else {
                lowest = fmin(lowest, height);
            }
            maximum = !maximum;
        }
        at = t;
        before = now;
    }
    return second > -INFINITY ? exp(lowest - second) : 1.0;
}

double gmix_i_bhattacharyya(size_t d, const double *mean1, const double *cov1,
                            const double *mean2, const double *cov2, double *work) {
    pair p;
    if (!diagonalise(d, mean1, cov1, mean2, cov2, work, &p)) {
        return NAN;
    }
    double distance = -0.25 * p.log_det;
    for (size_t j = 0; j < d; j++) {
        distance +=
            0.25 * p.e[j] * p.e[j] / (1.0 + p.l[j]) + 0.5 * log(0.5 + 0.5 * p.l[j]);
    }
    return exp(-distance);
}

void gmix_i_discriminant(size_t d, const double *mean1, const double *mean2,
                         const double *cov, double *work, double *direction) {
    for (size_t i = 0; i < d; i++) {
        direction[i] = mean2[i] - mean1[i];
        for (size_t j = 0; j <= i; j++) {
            work[i * (i + 1) / 2 + j] = cov[i * d + j];
        }
    }
    if (!gmix_i_cholesky(NULL, d, work, work)) {
        return;
    }
    solve_lower(d, work, direction);
    for (size_t i = d; i-- > 0;) { /* L^T */
        direction[i] /= work[i * (i + 1) / 2 + i];
        for (size_t j = 0; j < i; j++) {
            direction[j] -= work[i * (i + 1) / 2 + j] * direction[i];
        }
    }
}
