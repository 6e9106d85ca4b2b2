/* "full": every component has its own covariance matrix. Sigma_k = W_k / n_k. */
#include <string.h>

#include "family/family.h"
#include "linalg/linalg.h"

static size_t n_free(size_t k, size_t d) {
    return k * gmix_i_packed_len(d);
}

static size_t layout_dims(size_t k, size_t d, size_t dims[3]) {
    dims[0] = k;
    dims[1] = dims[2] = d;
    return 3;
}

static size_t layout_len(size_t k, size_t d) {
    return k * d * d;
}

static void to_layout(size_t k, size_t d, const double *cov, double *layout) {
    for (size_t c = 0; c < k; c++) {
        gmix_i_shape_dense.to_matrix(d, cov + c * gmix_i_packed_len(d),
                                     layout + c * d * d);
    }
}

static void from_layout(size_t k, size_t d, const double *layout, double *cov) {
    for (size_t c = 0; c < k; c++) {
        gmix_i_shape_dense.from_matrix(d, layout + c * d * d,
                                       cov + c * gmix_i_packed_len(d));
    }
}

static void update(const gmix_i_moments *m, const gmix_i_bounds *bounds, double *cov) {
    const size_t len = gmix_i_packed_len(m->d);
    for (size_t c = 0; c < m->k; c++) {
        const double n = gmix_i_moments_n(m, c);
        if (n > 0.0) {
            const double *const scatter = gmix_i_moments_scatter(m, c);
            for (size_t t = 0; t < len; t++) {
                cov[c * len + t] = scatter[t] / n;
            }
            bounds->at_floor[c] = gmix_i_bound_dense(m->d, bounds, cov + c * len);
        }
    }
}

const gmix_i_family gmix_i_family_full = {.name = "full",
                                          .shape = &gmix_i_shape_dense,
                                          .n_free = n_free,
                                          .layout_dims = layout_dims,
                                          .layout_len = layout_len,
                                          .to_layout = to_layout,
                                          .from_layout = from_layout,
                                          .update = update};
