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

static bool factor(gmix_ctx *ctx, size_t d, const double *v, double *scale,
                   gmix_i_product *det, void *work) {
    (void)ctx;
    (void)work;
    for (size_t j = 0; j < d; j++) {
        if (!(v[j] > 0.0) || !isfinite(v[j])) {
            return false;
        }
        scale[j] = 1.0 / sqrt(v[j]);
        gmix_i_product_times(det, scale[j]);
    }
    return true;
}

/* Component c by differences from its mean. out: n. */
static void apart_densities(const gmix_i_prepared *q, const gmix_i_tile *tile, size_t c,
                            double *out) {
    const size_t d = q->d, n = tile->n;
    const double *const x = tile->x;
    for (size_t i = 0; i < n; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < d; j++) {
            const double off = x[j * n + i] - q->centre[c * d + j];
            const double z = q->factor[c * d + j] * off;
            sum += z * z;
        }
        out[i] = q->logc[c] - 0.5 * sum;
    }
}

static void log_densities(const gmix_i_prepared *q, const gmix_i_tile *tile, void *out,
                          void *work) {
    q->kernels->logdens_diag(tile->n, q->d, q->k, tile->x, q->real_factor, q->real_offset,
                             q->logc, out, work);
    for (size_t c = 0; c < q->k; c++) {
        if (q->apart[c]) {
            apart_densities(q, tile, c, (double *)out + c * tile->n);
        }
    }
}

static void accumulate(const gmix_i_prepared *q, const gmix_i_tile *tile,
                       const void *resp, const size_t *active, double *stats,
                       void *work) {
    q->kernels->moments_diag(tile->n, q->d, q->k, tile->x, resp,
                             q->any_centred ? q->real_centre : NULL, active, stats, work);
}

static size_t gap_len(size_t d) {
    return 1 + 3 * d;
}

static size_t gap_work(size_t d) {
    (void)d;
    return 0;
}

/* A = diag(1 / sd), B = 0, C = diag(v): missing cells say nothing and are said nothing of. */
static void gap_terms(const gmix_i_kernels *kernels, const gmix_i_params *p, size_t first,
                      size_t k, size_t o, const size_t *order, double *terms,
                      double *work) {
    (void)kernels;
    (void)work;
    const size_t d = p->d;
    for (size_t lane = 0; lane < k; lane++) {
        const double *const v = p->cov + (first + lane) * d;
        double *const own = terms + lane + (1 + d) * GMIX_I_LANES;
        gmix_i_product product = {.factor = 1.0};
        gmix_i_product_times(&product, p->weights[first + lane]);
        for (size_t a = 0; a < d; a++) {
            own[a * GMIX_I_LANES] = a < o ? 1.0 / sqrt(v[order[a]]) : v[order[a]];
            gmix_i_product_times(&product, a < o ? own[a * GMIX_I_LANES] : 1.0);
        }
        terms[lane] = gmix_i_product_log(&product) - 0.5 * (double)o * LOG_2PI;
    }
}

static void gap_density(const gmix_i_kernels *kernels, size_t d, size_t o, size_t k,
                        const double *x, const double *terms, double *out, double *work) {
    (void)work;
    kernels->gap_density_diag(d, o, k, x, terms, out);
}

static void gap_moments(const gmix_i_kernels *kernels, size_t d, size_t o, size_t k,
                        const double *x, const size_t *order, const double *r,
                        const double *terms, double *stats, double *work) {
    (void)work;
    kernels->gap_moments_diag(d, o, k, x, order, r, terms, stats);
}

static void gap_fill(size_t d, size_t o, const double *x, const double *terms,
                     const double *z, double *missing, double *work) {
    (void)x;
    (void)work;
    for (size_t a = o; a < d; a++) {
        missing[a - o] = z ? sqrt(terms[1 + d + a]) * z[a - o] : 0.0;
    }
}

static void recentre(size_t d, double n, const double *sum, double *scatter) {
    for (size_t j = 0; j < d; j++) {
        const double own = scatter[j] - sum[j] / n * sum[j];
        scatter[j] = own < 0.0 ? 0.0 : own;
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

static bool root(gmix_ctx *ctx, size_t d, const double *cov, double *out) {
    (void)ctx;
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

static bool exceeds(gmix_ctx *ctx, size_t d, const double *cov, const double *least,
                    double *work) {
    (void)ctx;
    (void)work;
    bool all = true;
    for (size_t j = 0; j < d; j++) {
        all = all && cov[j] > least[j];
    }
    return all;
}

bool gmix_i_bound_diagonal(size_t d, const gmix_i_bounds *bounds, double *cov) {
    bool binding = false;
    for (size_t j = 0; j < d; j++) {
        const double own = cov[j] + bounds->ridge[j];
        const bool low = own < bounds->floor[j];
        cov[j] = low ? bounds->floor[j] : own;
        binding = binding || low;
    }
    return binding;
}

const gmix_i_shape gmix_i_shape_diagonal = {.cov_len = cov_len,
                                            .bounds_work = bounds_work,
                                            .factor = factor,
                                            .log_densities = log_densities,
                                            .accumulate = accumulate,
                                            .gap_len = gap_len,
                                            .gap_work = gap_work,
                                            .gap_terms = gap_terms,
                                            .gap_density = gap_density,
                                            .gap_moments = gap_moments,
                                            .gap_fill = gap_fill,
                                            .recentre = recentre,
                                            .rescale = rescale,
                                            .variance = variance,
                                            .gaussian_loglik = gaussian_loglik,
                                            .from_variances = from_variances,
                                            .to_matrix = to_matrix,
                                            .from_matrix = from_matrix,
                                            .root = root,
                                            .apply_root = apply_root,
                                            .exceeds = exceeds,
                                            .unconstrain = gmix_i_unconstrain_diagonal,
                                            .constrain = gmix_i_constrain_diagonal,
                                            .information = gmix_i_information_diagonal};
