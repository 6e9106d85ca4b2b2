/*
 * Families in which every component has an orientation of its own, beside "full" (VVV).
 * With the scatter W_k = V_k diag(b_k) V_k^T, eigenvalues in one order for all k:
 *
 *     EEV   lambda D_k A D_k^T     D_k = V_k, v_j = sum_k b_kj / n
 *     VEV   lambda_k D_k A D_k^T   D_k = V_k, v_kj = lambda_k a_j iterated; see variances.c
 *     EVV   lambda D_k A_k D_k^T   W_k lambda / |W_k|^(1/D), lambda = sum_k |W_k|^(1/D) / n
 *
 * Banfield & Raftery (1993); Celeux & Govaert (1995). EVV does not depend on the features'
 * units and keeps Sigma_k - diag(floor) positive semidefinite; the other two keep every
 * eigenvalue above one common floor.
 */
#include <math.h>
#include <string.h>

#include "family/variances.h"
#include "linalg/linalg.h"

/* What update works with: V_k, v (K x D), a matrix and vectors of length D. */
typedef struct own_axes {
    double *axes, *v, *matrix, *w, *floor, *scale, *work;
} own_axes;

static size_t update_work(size_t k, size_t d) {
    return k * d * d + k * d + d * d + 3 * d + (k + 2 * d);
}

static own_axes memory_of(const gmix_i_moments *m, const gmix_i_bounds *bounds) {
    const size_t k = m->k, d = m->d;
    double *const axes = gmix_i_update_memory(bounds, &gmix_i_shape_dense, d);
    double *const v = axes + k * d * d, *const matrix = v + k * d,
                  *const w = matrix + d * d;
    return (own_axes){.axes = axes,
                      .v = v,
                      .matrix = matrix,
                      .w = w,
                      .floor = w + d,
                      .scale = w + 2 * d,
                      .work = w + 3 * d};
}

/* x_ij *= s_i s_j, or /= . */
static void scale_matrix(size_t d, const double *s, bool divide, double *x) {
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            const double f = s[i] * s[j];
            x[gmix_i_packed_len(i) + j] *= divide ? 1.0 / f : f;
        }
    }
}

/* Axes of each scatter, measured in units of scale, whose eigenvalues take its place; those of
 * the old covariance for a component without rows. */
static void find_axes(gmix_ctx *ctx, const gmix_i_moments *m, const own_axes *at,
                      const double *cov) {
    const size_t d = m->d, len = gmix_i_packed_len(d);
    for (size_t c = 0; c < m->k; c++) {
        const double n = gmix_i_moments_n(m, c);
        double *const scatter = gmix_i_moments_scatter(m, c), *const v = at->v + c * d;
        if (!(n > 0.0)) {
            memcpy(scatter, cov + c * len, len * sizeof *scatter);
        }
        scale_matrix(d, at->scale, true, scatter);
        gmix_i_eigen_sorted(ctx, d, scatter, at->w, at->axes + c * d * d, at->matrix);
        for (size_t j = 0; j < d; j++) {
            at->w[j] = fmax(at->w[j], 0.0);
            v[j] = n > 0.0 ? at->w[j] / n : at->w[j];
            scatter[j] = n > 0.0 ? at->w[j] : 0.0;
        }
    }
}

/* Sigma_k = S V_k diag(v_k) V_k^T S. */
static void compose(gmix_ctx *ctx, const gmix_i_moments *m, const own_axes *at,
                    double *cov) {
    for (size_t c = 0; c < m->k; c++) {
        double *const out = cov + c * gmix_i_packed_len(m->d);
        gmix_i_from_eigen(ctx, m->d, at->axes + c * m->d * m->d, at->v + c * m->d, out,
                          at->w);
        scale_matrix(m->d, at->scale, false, out);
    }
}

static void update_spectra(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                           double *cov, gmix_i_variances_fn *variances) {
    const own_axes at = memory_of(m, bounds);
    const double floor = gmix_i_common_floor(m->d, bounds->floor);
    for (size_t j = 0; j < m->d; j++) {
        at.floor[j] = floor;
        at.scale[j] = 1.0;
    }
    gmix_i_ridge_dense(m, bounds->ridge);
    find_axes(bounds->ctx, m, &at, cov);
    variances(m, bounds, at.floor, at.v, at.work);
    compose(bounds->ctx, m, &at, cov);
}

static void update_EEV(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                       double *cov) {
    update_spectra(m, bounds, cov, gmix_i_shared_variances);
}

static void update_VEV(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                       double *cov) {
    update_spectra(m, bounds, cov, gmix_i_shared_shape);
}

/* log |x|^(1/D); false if x is not positive definite. l: room for the factor. */
static bool log_root_det(gmix_ctx *ctx, size_t d, const double *x, double *l,
                         double *out) {
    if (!gmix_i_cholesky(ctx, d, x, l)) {
        return false;
    }
    double sum = 0.0;
    for (size_t j = 0; j < d; j++) {
        sum += log(l[gmix_i_packed_len(j) + j]);
    }
    *out = 2.0 * sum / (double)d;
    return true;
}

/* The closed form of EVV, if no bound is binding. size: K. */
static bool equal_determinants(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                               double *size, double *matrix, double *cov) {
    const size_t d = m->d, len = gmix_i_packed_len(d);
    double n = 0.0, top = -INFINITY, sum = 0.0;
    for (size_t c = 0; c < m->k; c++) {
        const bool has_rows = gmix_i_moments_n(m, c) > 0.0;
        const double *const x = has_rows ? gmix_i_moments_scatter(m, c) : cov + c * len;
        if (!log_root_det(bounds->ctx, d, x, matrix, &size[c])) {
            return false;
        }
        n += gmix_i_moments_n(m, c);
        top = has_rows ? fmax(top, size[c]) : top;
    }
    for (size_t c = 0; c < m->k; c++) {
        sum += gmix_i_moments_n(m, c) > 0.0 ? exp(size[c] - top) : 0.0;
    }
    bool free = true;
    for (size_t c = 0; c < m->k && free; c++) {
        const bool has_rows = gmix_i_moments_n(m, c) > 0.0;
        const double *const x = has_rows ? gmix_i_moments_scatter(m, c) : cov + c * len;
        const double factor = exp(top - size[c]) * sum / n;
        for (size_t t = 0; t < len; t++) {
            matrix[t] = x[t] * factor;
        }
        double most = 0.0; /* no less than the largest eigenvalue, in floors */
        for (size_t j = 0; j < d; j++) {
            most += matrix[gmix_i_packed_len(j) + j] / bounds->floor[j];
            matrix[gmix_i_packed_len(j) + j] -= bounds->floor[j];
        }
        free = !(most > bounds->range) && gmix_i_cholesky(bounds->ctx, d, matrix, matrix);
        size[c] = factor;
    }
    for (size_t c = 0; c < m->k && free; c++) {
        const bool has_rows = gmix_i_moments_n(m, c) > 0.0;
        const double *const x = has_rows ? gmix_i_moments_scatter(m, c) : cov + c * len;
        for (size_t t = 0; t < len; t++) {
            cov[c * len + t] = x[t] * size[c];
        }
    }
    return free;
}

static void update_EVV(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                       double *cov) {
    const own_axes at = memory_of(m, bounds);
    bool floored = true;
    gmix_i_ridge_dense(m, bounds->ridge);
    if (equal_determinants(m, bounds, at.work, at.matrix, cov)) {
        memset(bounds->at_floor, 0, m->k * sizeof *bounds->at_floor);
        return;
    }
    for (size_t j = 0; j < m->d; j++) {
        floored = floored && bounds->floor[j] > 0.0;
    }
    for (size_t j = 0; j < m->d; j++) { /* measured in floors, all floors are 1 */
        at.floor[j] = floored ? 1.0 : 0.0;
        at.scale[j] = floored ? sqrt(bounds->floor[j]) : 1.0;
    }
    find_axes(bounds->ctx, m, &at, cov);
    gmix_i_shared_volume(m, bounds, at.floor, at.v, at.work);
    compose(bounds->ctx, m, &at, cov);
}

static size_t n_free_EEV(size_t k, size_t d) {
    return 1 + (d - 1) + k * gmix_i_n_angles(d);
}

static size_t n_free_VEV(size_t k, size_t d) {
    return k + (d - 1) + k * gmix_i_n_angles(d);
}

static size_t n_free_EVV(size_t k, size_t d) {
    return 1 + k * (d - 1) + k * gmix_i_n_angles(d);
}

const gmix_i_family gmix_i_family_EEV = {.name = "EEV",
                                         .form = "EEV",
                                         GMIX_I_DENSE_MATRICES,
                                         .isotropic_frame = true,
                                         .n_free = n_free_EEV,
                                         .update = update_EEV,
                                         .update_work = update_work,
                                         .update_cost = 4.0,
                                         .update_takes = 2.0};
const gmix_i_family gmix_i_family_VEV = {.name = "VEV",
                                         .form = "VEV",
                                         GMIX_I_DENSE_MATRICES,
                                         .isotropic_frame = true,
                                         .n_free = n_free_VEV,
                                         .update = update_VEV,
                                         .update_work = update_work,
                                         .update_cost = 6.0,
                                         .update_takes = 2.0};
const gmix_i_family gmix_i_family_EVV = {.name = "EVV",
                                         .form = "EVV",
                                         GMIX_I_DENSE_MATRICES,
                                         .n_free = n_free_EVV,
                                         .update = update_EVV,
                                         .update_work = update_work};
