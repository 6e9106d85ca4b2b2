/*
 * Families whose components share their axes: Sigma_k = U diag(v_k) U^T.
 *
 *     EVE   prod_j v_kj the same for all k        VVE   v_kj free
 *
 * The M-step minimises sum_k n_k sum_j log v_kj + trace(U^T W_k U diag(v_k)^-1) over U and
 * v. For given U, v is known (variances.c with b_kj = (U^T W_k U)_jj). For given v, a
 * rotation of the axes p and q changes the sum by a quadratic form of the new axis p,
 *
 *     M = sum_k (1 / v_kp - 1 / v_kq) [U^T W_k U restricted to p, q],
 *
 * so the best angle is that of the eigenvector of the 2 x 2 matrix M with the smaller
 * eigenvalue: cyclic sweeps of exact minima, as Flury & Gautschi (1986) do for common
 * principal components, from the best of three orientations: that of the step before (so
 * the likelihood cannot fall), the features' own axes, and the principal axes of all
 * scatter. Rejected: majorise-minimise (Browne & McNicholas 2014, mclust), which needs no
 * inner rotations but hundreds of steps. The minimum need not be the only one.
 */
#include <math.h>
#include <string.h>

#include "family/variances.h"
#include "linalg/linalg.h"

/* Sweeps end when no angle is above this, or when they have gained nothing for a while (an
 * angle between axes of equal variances has no best value), or when they have cost enough: in
 * many dimensions a few are worth more than a maximum that the next E-step makes obsolete. */
static const double ANGLE_LIMIT = 1e-10, SWEEP_BUDGET = 4e5; /* in units of K D^3 */
enum { MIN_SWEEPS = 4, MAX_SWEEPS = 100, MAX_IDLE = 8 };

/* Matrices of K components turned to the axes (K x D x D); axes (D x D, in columns) and
 * candidates; variances v (K x D); a matrix, and vectors. */
typedef struct common_axes {
    gmix_ctx *ctx; /* or NULL */
    size_t k, d;
    double *turned, *axes, *candidate, *matrix, *product, *v, *b, *floor, *work;
} common_axes;

static size_t update_work(size_t k, size_t d) {
    return k * d * d + 4 * d * d + 2 * k * d + d + (k + d);
}

static common_axes memory_of(const gmix_i_moments *m, const gmix_i_bounds *bounds) {
    const size_t k = m->k, d = m->d;
    double *const start = gmix_i_update_memory(bounds, &gmix_i_shape_dense, d);
    double *const axes = start + k * d * d, *const v = axes + 4 * d * d;
    return (common_axes){.ctx = bounds->ctx,
                         .k = k,
                         .d = d,
                         .turned = start,
                         .axes = axes,
                         .candidate = axes + d * d,
                         .matrix = axes + 2 * d * d,
                         .product = axes + 3 * d * d,
                         .v = v,
                         .b = v + k * d,
                         .floor = v + 2 * k * d,
                         .work = v + 2 * k * d + d};
}

/* Rows and columns p, q of the symmetric x: p' = c p + s q, q' = c q - s p. */
static void turn_matrix(size_t d, double *x, size_t p, size_t q, double c, double s) {
    double *const xp = x + p * d, *const xq = x + q * d;
    const double pp = xp[p], qq = xq[q], pq = xp[q];
    for (size_t j = 0; j < d; j++) {
        const double at_p = xp[j], at_q = xq[j];
        xp[j] = c * at_p + s * at_q;
        xq[j] = c * at_q - s * at_p;
    }
    xp[p] = c * c * pp + 2.0 * c * s * pq + s * s * qq;
    xq[q] = c * c * qq - 2.0 * c * s * pq + s * s * pp;
    xp[q] = xq[p] = (c * c - s * s) * pq + c * s * (qq - pp);
    for (size_t j = 0; j < d; j++) {
        x[j * d + p] = xp[j];
        x[j * d + q] = xq[j];
    }
}

static void turn(const common_axes *at, size_t p, size_t q, double c, double s) {
    const size_t d = at->d;
    for (size_t k = 0; k < at->k; k++) {
        turn_matrix(d, at->turned + k * d * d, p, q, c, s);
    }
    for (size_t i = 0; i < d; i++) {
        double *const row = at->axes + i * d;
        const double at_p = row[p], at_q = row[q];
        row[p] = c * at_p + s * at_q;
        row[q] = c * at_q - s * at_p;
    }
}

/* True when what is left of the sweeps is not worth waiting for: every turn is an improvement by
 * itself, so that axes are as good as they have come to be. */
static bool is_late(const common_axes *at) {
    return at->ctx && at->d > GMIX_I_JACOBI_MOST && gmix_i_is_late(at->ctx);
}

static void set_identity(size_t d, double *axes) {
    memset(axes, 0, d * d * sizeof *axes);
    for (size_t j = 0; j < d; j++) {
        axes[j * d + j] = 1.0;
    }
}

/* The angle that makes the turned matrices most nearly diagonal in the plane p, q (Cardoso &
 * Souloumiac 1996). */
static double diagonalising_angle(const common_axes *at, size_t p, size_t q) {
    double gap = 0.0, cross = 0.0;
    for (size_t k = 0; k < at->k; k++) {
        const double *const x = at->turned + k * at->d * at->d;
        const double u = x[p * at->d + p] - x[q * at->d + q], w = 2.0 * x[p * at->d + q];
        gap += u * u - w * w;
        cross += 2.0 * u * w;
    }
    return 0.5 * atan2(cross, gap + hypot(gap, cross));
}

/* A matrix with the axes that all covariances have in common, and eigenvalues that only an
 * accident makes equal; packed into at->turned. */
static void mix_covariances(const common_axes *at, const double *cov) {
    const size_t len = gmix_i_packed_len(at->d);
    double share = 0.5;
    memset(at->turned, 0, len * sizeof *at->turned);
    for (size_t k = 0; k < at->k; k++) {
        double trace = 0.0;
        for (size_t j = 0; j < at->d; j++) {
            trace += gmix_i_shape_dense.variance(cov + k * len, j);
        }
        at->b[k] = trace;
        share = share * 1.6180339887498949 - (double)(share > 0.6);
        for (size_t t = 0; t < len; t++) {
            at->turned[t] += (1.0 + share) * cov[k * len + t] / trace;
        }
    }
}

/* The axes that the covariances of the step before have in common, into at->axes; their
 * variances along them into at->v. Where there are many features the eigenvectors are as near as
 * makes no difference to where the sweeps of the M-step begin, and turns of 1e-12 would take longer
 * than those. */
static void recover_axes(const common_axes *at, const double *cov) {
    const size_t d = at->d, len = gmix_i_packed_len(d);
    mix_covariances(at, cov);
    gmix_i_eigen(at->ctx, d, at->turned, at->work, at->axes, at->matrix);
    for (size_t k = 0; k < at->k; k++) {
        double *const x = at->turned + k * d * d;
        gmix_i_shape_dense.to_matrix(d, cov + k * len, at->matrix);
        gmix_i_congruence(at->ctx, d, at->axes, at->matrix, x, at->product);
        for (size_t i = 0; i < d * d; i++) {
            x[i] /= at->b[k];
        }
    }
    const double least = d > GMIX_I_JACOBI_MOST ? 1e-9 : 1e-15;
    double largest = 1.0;
    for (int sweep = 0; sweep < 10 && largest > 1e-12; sweep++) {
        largest = 0.0;
        for (size_t p = 0; p < d && !is_late(at); p++) {
            for (size_t q = p + 1; q < d; q++) {
                const double angle = diagonalising_angle(at, p, q);
                if (fabs(angle) > least) {
                    turn(at, p, q, cos(angle), sin(angle));
                    largest = fmax(largest, fabs(angle));
                }
            }
        }
    }
    for (size_t k = 0; k < at->k; k++) {
        for (size_t j = 0; j < d; j++) {
            at->v[k * d + j] = at->turned[k * d * d + j * d + j] * at->b[k];
        }
    }
}

/* turned_k = U^T W_k U. */
static void turn_scatter(const gmix_i_moments *m, const common_axes *at,
                         const double *axes) {
    const size_t d = at->d;
    for (size_t k = 0; k < at->k; k++) {
        double *const out = at->turned + k * d * d;
        gmix_i_shape_dense.to_matrix(d, gmix_i_moments_scatter(m, k), at->matrix);
        gmix_i_congruence(at->ctx, d, axes, at->matrix, out, at->product);
    }
}

/* sum_k n_k sum_j log v_kj + b_kj / v_kj, from the diagonals of the turned scatter. */
static double deviance(const gmix_i_moments *m, const common_axes *at) {
    double sum = 0.0;
    for (size_t k = 0; k < at->k; k++) {
        const double n = gmix_i_moments_n(m, k);
        for (size_t j = 0; n > 0.0 && j < at->d; j++) {
            const double v = at->v[k * at->d + j];
            sum += n * log(v) + at->turned[(k * at->d + j) * at->d + j] / v;
        }
    }
    return sum;
}

/* The variances that belong to the axes, from the diagonals of the turned scatter. The packed
 * scatter is kept: b stands in for it. */
static double set_variances(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                            const common_axes *at, gmix_i_variances_fn *variances) {
    const size_t d = at->d;
    gmix_i_moments diagonals = *m;
    for (size_t k = 0; k < at->k; k++) {
        double *const scatter = gmix_i_moments_scatter(m, k);
        memcpy(at->b + k * d, scatter, d * sizeof *scatter);
        for (size_t j = 0; j < d; j++) {
            scatter[j] = fmax(at->turned[(k * d + j) * d + j], 0.0);
        }
    }
    variances(&diagonals, bounds, at->floor, at->v, at->work);
    for (size_t k = 0; k < at->k; k++) {
        memcpy(gmix_i_moments_scatter(m, k), at->b + k * d, d * sizeof *at->b);
    }
    return deviance(m, at);
}

/* Principal axes of all scatter. */
static void pooled_axes(const gmix_i_moments *m, const common_axes *at, double *axes) {
    const size_t len = gmix_i_packed_len(at->d);
    double *const sum = at->turned;
    memset(sum, 0, len * sizeof *sum);
    for (size_t k = 0; k < at->k; k++) {
        for (size_t t = 0; t < len; t++) {
            sum[t] += gmix_i_moments_scatter(m, k)[t];
        }
    }
    gmix_i_eigen(at->ctx, at->d, sum, at->work, axes, at->matrix);
}

/* Starts from the best of the orientations: turned, axes, v; its deviance. */
static double choose_axes(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                          const common_axes *at, gmix_i_variances_fn *variances) {
    const size_t d = at->d, bytes = d * d * sizeof *at->axes;
    turn_scatter(m, at, at->axes);
    double least = set_variances(m, bounds, at, variances);
    bool other = false;
    for (int c = 0; c < 2; c++) {
        if (c == 0) {
            set_identity(d, at->candidate);
        } else {
            pooled_axes(m, at, at->candidate);
        }
        turn_scatter(m, at, at->candidate);
        const double cost = set_variances(m, bounds, at, variances);
        if (cost < least) {
            memcpy(at->axes, at->candidate, bytes);
            least = cost;
        }
        other = !(cost <= least); /* turned and v are not those of at->axes */
    }
    if (other) {
        turn_scatter(m, at, at->axes);
        least = set_variances(m, bounds, at, variances);
    }
    return least;
}

/* The angle that is best for the axes p and q, variances given. */
static double best_angle(const common_axes *at, size_t p, size_t q) {
    const size_t d = at->d;
    double gap = 0.0, cross = 0.0;
    for (size_t k = 0; k < at->k; k++) {
        const double *const x = at->turned + k * d * d, *const v = at->v + k * d;
        const double f = 1.0 / v[p] - 1.0 / v[q];
        gap += f * 0.5 * (x[p * d + p] - x[q * d + q]);
        cross += f * x[p * d + q];
    }
    return gap == 0.0 && cross == 0.0 ? 0.0 : 0.5 * atan2(-cross, -gap);
}

/* What the plane p, q adds to the deviance after a turn, each component's ratio of variances
 * the best, their product given: sum_k 2 sqrt(b_kp b_kq / (v_kp v_kq)). */
static double cost_of_turn(const common_axes *at, size_t p, size_t q, double angle) {
    const size_t d = at->d;
    const double c2 = cos(2.0 * angle), s2 = sin(2.0 * angle);
    double sum = 0.0;
    for (size_t k = 0; k < at->k; k++) {
        const double *const x = at->turned + k * d * d, *const v = at->v + k * d;
        const double mean = 0.5 * (x[p * d + p] + x[q * d + q]);
        const double half = 0.5 * (x[p * d + p] - x[q * d + q]) * c2 + x[p * d + q] * s2;
        sum += 2.0 * sqrt(fmax(mean + half, 0.0) / v[p]) *
               sqrt(fmax(mean - half, 0.0) / v[q]);
    }
    return sum;
}

/* Newton's step towards the angle at which cost_of_turn is least; 0 if that is not convex. */
static double newton_angle(const common_axes *at, size_t p, size_t q) {
    const size_t d = at->d;
    double slope = 0.0, curvature = 0.0;
    for (size_t k = 0; k < at->k; k++) {
        const double *const x = at->turned + k * d * d, *const v = at->v + k * d;
        const double bp = x[p * d + p], bq = x[q * d + q], cross = 2.0 * x[p * d + q];
        const double weight = sqrt(bp / v[p]) * sqrt(bq / v[q]);
        const double first = cross / bp - cross / bq;
        const double second = 2.0 * (bq - bp) * (1.0 / bp - 1.0 / bq) -
                              cross * cross * (1.0 / (bp * bp) + 1.0 / (bq * bq));
        slope += weight * first;
        curvature += weight * (second + 0.5 * first * first);
    }
    return curvature > 0.0 && isfinite(slope) ? -slope / curvature : 0.0;
}

/* A turn of the plane p, q that does not raise the deviance: Newton's where it is an
 * improvement on the exact minimum for given variances, whose steps are too short. */
static double choose_angle(const common_axes *at, size_t p, size_t q) {
    const double safe = best_angle(at, p, q), bold = newton_angle(at, p, q);
    const bool better = fabs(bold) > 0.0 && fabs(bold) < 0.5 &&
                        cost_of_turn(at, p, q, bold) <= cost_of_turn(at, p, q, safe);
    return better ? bold : safe;
}

static bool within_bounds(const common_axes *at, double range, size_t j, double v) {
    return v > 0.0 && v >= at->floor[j] && !(v > range * at->floor[j]);
}

/* The best ratio of variances p and q, their product given, where the bounds allow it. */
static void settle_ratios(const common_axes *at, double range, size_t p, size_t q) {
    const size_t d = at->d;
    for (size_t k = 0; k < at->k; k++) {
        const double *const x = at->turned + k * d * d;
        double *const v = at->v + k * d;
        const double ratio = sqrt(x[p * d + p] / x[q * d + q]);
        const double size = sqrt(v[p]) * sqrt(v[q]);
        const double next_p = size * ratio, next_q = size / ratio;
        if (isfinite(next_p) && isfinite(next_q) && within_bounds(at, range, p, next_p) &&
            within_bounds(at, range, q, next_q)) {
            v[p] = next_p;
            v[q] = next_q;
        }
    }
}

static int sweeps_allowed(size_t k, size_t d) {
    const double affordable = SWEEP_BUDGET / ((double)k * (double)(d * d * d));
    return (int)fmin(fmax(affordable, MIN_SWEEPS), MAX_SWEEPS);
}

/* Every plane once; the largest angle. */
static double sweep_planes(const common_axes *at, double range) {
    double largest = 0.0;
    for (size_t p = 0; p < at->d && !is_late(at); p++) {
        for (size_t q = p + 1; q < at->d; q++) {
            const double angle = choose_angle(at, p, q);
            if (fabs(angle) > 1e-15) {
                turn(at, p, q, cos(angle), sin(angle));
                settle_ratios(at, range, p, q);
                largest = fmax(largest, fabs(angle));
            }
        }
    }
    return largest;
}

static void update(const gmix_i_moments *m, const gmix_i_bounds *bounds, double *cov,
                   gmix_i_variances_fn *variances) {
    const common_axes at = memory_of(m, bounds);
    const size_t d = m->d;
    const double floor = gmix_i_common_floor(d, bounds->floor);
    double n = 0.0;
    for (size_t j = 0; j < d; j++) {
        at.floor[j] = floor;
    }
    for (size_t k = 0; k < m->k; k++) {
        n += gmix_i_moments_n(m, k);
    }
    gmix_i_ridge_dense(m, bounds->ridge);
    recover_axes(&at, cov);
    double cost = choose_axes(m, bounds, &at, variances), angle = 1.0;
    const int most = sweeps_allowed(m->k, d);
    for (int sweep = 0, idle = 0;
         sweep < most && idle < MAX_IDLE && angle > ANGLE_LIMIT && !is_late(&at);
         sweep++) {
        const double before = cost;
        angle = sweep_planes(&at, bounds->range);
        cost = set_variances(m, bounds, &at, variances);
        idle = before - cost > 1e-14 * n ? 0 : idle + 1;
    }
    for (size_t k = 0; k < m->k; k++) {
        gmix_i_from_eigen(at.ctx, d, at.axes, at.v + k * d,
                          cov + k * gmix_i_packed_len(d), at.work);
    }
}

static void update_EVE(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                       double *cov) {
    update(m, bounds, cov, gmix_i_shared_volume);
}

static void update_VVE(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                       double *cov) {
    update(m, bounds, cov, gmix_i_own_variances);
}

static size_t n_free_EVE(size_t k, size_t d) {
    return 1 + k * (d - 1) + gmix_i_n_angles(d);
}

static size_t n_free_VVE(size_t k, size_t d) {
    return k * d + gmix_i_n_angles(d);
}

const gmix_i_family gmix_i_family_EVE = {.name = "EVE",
                                         .form = "EVE",
                                         GMIX_I_DENSE_MATRICES,
                                         .isotropic_frame = true,
                                         .n_free = n_free_EVE,
                                         .update = update_EVE,
                                         .update_work = update_work,
                                         .update_cost = 20.0,
                                         .update_takes = 7.0};
const gmix_i_family gmix_i_family_VVE = {.name = "VVE",
                                         .form = "VVE",
                                         GMIX_I_DENSE_MATRICES,
                                         .isotropic_frame = true,
                                         .n_free = n_free_VVE,
                                         .update = update_VVE,
                                         .update_work = update_work,
                                         .update_cost = 20.0,
                                         .update_takes = 7.0};
