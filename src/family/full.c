/* "full" (VVV): every component has its own covariance matrix. Sigma_k = W_k / n_k. */
#include "family/family.h"
#include "linalg/eights.h"
#include "linalg/linalg.h"

static size_t n_free(size_t k, size_t d) {
    return k * gmix_i_packed_len(d);
}

/* Those of components with rows; most are far from the bounds, which is asked of several at a time. */
static void bound_all(const gmix_i_moments *m, const gmix_i_bounds *bounds, double *cov) {
    const size_t d = m->d, len = gmix_i_packed_len(d);
    for (size_t first = 0; first < m->k; first += GMIX_I_EIGHTS) {
        const size_t n = m->k - first < GMIX_I_EIGHTS ? m->k - first : GMIX_I_EIGHTS;
        const unsigned above =
            gmix_i_eights_serve(n, d)
                ? gmix_i_eights_exceed(n, d, cov + first * len, bounds->floor)
                : 0;
        for (size_t c = first; c < first + n; c++) {
            if (gmix_i_moments_n(m, c) > 0.0) {
                bounds->at_floor[c] = gmix_i_bound_dense(
                    d, bounds, (above >> (c - first) & 1) != 0, cov + c * len);
            }
        }
    }
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
        }
    }
    bound_all(m, bounds, cov);
    gmix_i_bound_ratio_dense(m, bounds, m->k, cov);
}

const gmix_i_family gmix_i_family_full = {.name = "full",
                                          .form = "VVV",
                                          GMIX_I_DENSE_MATRICES,
                                          .n_free = n_free,
                                          .update = update,
                                          .bounds_ratio = true};
