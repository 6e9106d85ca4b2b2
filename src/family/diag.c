/* "diag" (VVI): every component has its own variances, features uncorrelated within it.
 * v_kj = W_kj / n_k. */
#include <string.h>

#include "family/family.h"

static size_t layout_dims(size_t k, size_t d, size_t dims[3]) {
    dims[0] = k;
    dims[1] = d;
    return 2;
}

static size_t layout_len(size_t k, size_t d) {
    return k * d;
}

static void copy(size_t k, size_t d, const double *from, double *to) {
    memcpy(to, from, k * d * sizeof *to);
}

static void update(const gmix_i_moments *m, const gmix_i_bounds *bounds, double *cov) {
    for (size_t c = 0; c < m->k; c++) {
        const double n = gmix_i_moments_n(m, c);
        if (n > 0.0) {
            const double *const scatter = gmix_i_moments_scatter(m, c);
            const double share = 1.0 / n;
            for (size_t j = 0; j < m->d; j++) {
                cov[c * m->d + j] = scatter[j] * share;
            }
            bounds->at_floor[c] = gmix_i_bound_diagonal(m->d, bounds, cov + c * m->d);
        }
    }
    gmix_i_bound_ratio_diagonal(m, bounds, m->k, cov);
}

const gmix_i_family gmix_i_family_diag = {.name = "diag",
                                          .form = "VVI",
                                          .shape = &gmix_i_shape_diagonal,
                                          .n_free = layout_len,
                                          .layout_dims = layout_dims,
                                          .layout_len = layout_len,
                                          .to_layout = copy,
                                          .from_layout = copy,
                                          .update = update,
                                          .bounds_ratio = true};
