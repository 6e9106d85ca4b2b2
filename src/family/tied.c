/* "tied" (EEE): all components share one covariance matrix. Sigma = sum_k W_k / sum_k n_k. */
#include <string.h>

#include "family/family.h"
#include "linalg/linalg.h"

static size_t n_free(size_t k, size_t d) {
    (void)k;
    return gmix_i_packed_len(d);
}

static size_t layout_dims(size_t k, size_t d, size_t dims[3]) {
    (void)k;
    dims[0] = dims[1] = d;
    return 2;
}

static size_t layout_len(size_t k, size_t d) {
    (void)k;
    return d * d;
}

static void to_layout(size_t k, size_t d, const double *cov, double *layout) {
    (void)k;
    gmix_i_shape_dense.to_matrix(d, cov, layout);
}

static void from_layout(size_t k, size_t d, const double *layout, double *cov) {
    gmix_i_shape_dense.from_matrix(d, layout, cov);
    gmix_i_spread_first(k, gmix_i_packed_len(d), cov);
}

static void update(const gmix_i_moments *m, const gmix_i_bounds *bounds, double *cov) {
    const size_t len = gmix_i_packed_len(m->d);
    double n = 0.0;
    memset(cov, 0, len * sizeof *cov);
    for (size_t c = 0; c < m->k; c++) {
        const double *const scatter = gmix_i_moments_scatter(m, c);
        n += gmix_i_moments_n(m, c);
        for (size_t t = 0; t < len; t++) {
            cov[t] += scatter[t];
        }
    }
    for (size_t t = 0; t < len; t++) {
        cov[t] /= n;
    }
    const bool binding = gmix_i_bound_dense(m->d, bounds, false, cov);
    memset(bounds->at_floor, binding, m->k * sizeof *bounds->at_floor);
    gmix_i_bound_ratio_dense(m, bounds, 1, cov);
    gmix_i_spread_first(m->k, len, cov);
}

const gmix_i_family gmix_i_family_tied = {.name = "tied",
                                          .form = "EEE",
                                          .shape = &gmix_i_shape_dense,
                                          .n_free = n_free,
                                          .layout_dims = layout_dims,
                                          .layout_len = layout_len,
                                          .to_layout = to_layout,
                                          .from_layout = from_layout,
                                          .update = update,
                                          .bounds_ratio = true};
