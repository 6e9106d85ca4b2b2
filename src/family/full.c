/* "full" (VVV): every component has its own covariance matrix. Sigma_k = W_k / n_k. */
#include "family/family.h"
#include "linalg/linalg.h"

static size_t n_free(size_t k, size_t d) {
    return k * gmix_i_packed_len(d);
}

static void update(const gmix_i_moments *m, const gmix_i_bounds *bounds, double *cov) {
    const size_t len = gmix_i_packed_len(m->d);
    for (size_t c = 0; c < m->k; c++) {
        const double n = gmix_i_moments_n(m, c);
        if (n > 0.0) {
            const double *const scatter = gmix_i_moments_scatter(m, c);
            const double share = 1.0 / n;
            for (size_t t = 0; t < len; t++) {
                cov[c * len + t] = scatter[t] * share;
            }
            bounds->at_floor[c] = gmix_i_bound_dense(m->d, bounds, cov + c * len);
        }
    }
    gmix_i_bound_ratio_dense(m, bounds, m->k, cov);
}

const gmix_i_family gmix_i_family_full = {.name = "full",
                                          .form = "VVV",
                                          GMIX_I_DENSE_MATRICES,
                                          .n_free = n_free,
                                          .update = update,
                                          .bounds_ratio = true};
