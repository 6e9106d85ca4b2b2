/*
 * The shape of families with diagonal matrices: D variances.
 *
 *     log N(x | mu, Sigma) = -1/2 (D log 2 pi + sum_j log v_j + sum_j (x_j - mu_j)^2 /
 * v_j)
 */
#include <math.h>
#include <string.h>

#include "family/family.h"

static const double LOG_2PI = 1.83787706640934548356;

static size_t cov_len(size_t d) {
    return d;
}

static size_t bounds_work(size_t d) {
    (void)d;
    return 0;
}

static bool prepare(const gmix_i_params *p, size_t k, gmix_i_prepared *q, void *work) {
    (void)work;
    const size_t d = p->d;
    const double *const mean = p->means + k * d, *const v = p->cov + k * d;
    double log_det = 0.0;
    for (size_t j = 0; j < d; j++) {
        if (!(v[j] > 0.0) || !isfinite(v[j])) {
            return false;
        }
        const double scale = 1.0 / sqrt(v[j]);
        q->factor[k * d + j] = scale;
        q->offset[k * d + j] = scale * mean[j];
        log_det += log(v[j]);
    }
    q->logc[k] = log(p->weights[k]) - 0.5 * ((double)d * LOG_2PI + log_det);
    return true;
}

static void log_densities(const gmix_i_prepared *q, const gmix_i_tile *tile, void *out,
                          void *work) {
    q->kernels->logdens_diag(tile->n, q->d, q->k, tile->x, q->real_factor, q->real_offset,
                             q->logc, out, work);
}

static void accumulate(const gmix_i_prepared *q, const gmix_i_tile *tile,
                       const void *resp, const size_t *active, double *stats,
                       void *work) {
    q->kernels->moments_diag(tile->n, q->d, q->k, tile->x, resp,
                             q->any_centred ? q->real_centre : NULL, active, stats, work);
}

static void recentre(size_t d, double n, const double *sum, double *scatter) {
    for (size_t j = 0; j < d; j++) {
        scatter[j] = fmax(scatter[j] - sum[j] / n * sum[j], 0.0);
    }
}

static void rescale(size_t d, const double *scale, double *cov) {
    for (size_t j = 0; j < d; j++) {
        cov[j] *= scale[j] * scale[j];
    }
}

static double variance(const double *cov, size_t j) {
    return cov[j];
}

static double gaussian_loglik(size_t d, const double *factor, double n,
                              const double *scatter) {
    double sum = 0.0;
    for (size_t j = 0; j < d; j++) {
        sum += n * log(factor[j]) - 0.5 * factor[j] * factor[j] * scatter[j];
    }
    return sum;
}

static void from_variances(size_t d, const double *variances, double *cov) {
    memcpy(cov, variances, d * sizeof *cov);
}

static void to_matrix(size_t d, const double *cov, double *matrix) {
    memset(matrix, 0, d * d * sizeof *matrix);
    for (size_t j = 0; j < d; j++) {
        matrix[j * d + j] = cov[j];
    }
}

static void from_matrix(size_t d, const double *matrix, double *cov) {
    for (size_t j = 0; j < d; j++) {
        cov[j] = matrix[j * d + j];
    }
}

static bool root(size_t d, const double *cov, double *out) {
    for (size_t j = 0; j < d; j++) {
        out[j] = sqrt(cov[j]);
    }
    return true;
}

static void apply_root(size_t d, const double *root, const double *z, double *out) {
    for (size_t j = 0; j < d; j++) {
        out[j] = root[j] * z[j];
    }
}

bool gmix_i_bound_diagonal(size_t d, const gmix_i_bounds *bounds, double *cov) {
    bool binding = false;
    for (size_t j = 0; j < d; j++) {
        cov[j] += bounds->ridge[j];
        if (cov[j] < bounds->floor[j]) {
            cov[j] = bounds->floor[j];
            binding = true;
        }
    }
    return binding;
}

const gmix_i_shape gmix_i_shape_diagonal = {.cov_len = cov_len,
                                            .bounds_work = bounds_work,
                                            .prepare = prepare,
                                            .log_densities = log_densities,
                                            .accumulate = accumulate,
                                            .recentre = recentre,
                                            .rescale = rescale,
                                            .variance = variance,
                                            .gaussian_loglik = gaussian_loglik,
                                            .from_variances = from_variances,
                                            .to_matrix = to_matrix,
                                            .from_matrix = from_matrix,
                                            .root = root,
                                            .apply_root = apply_root};
