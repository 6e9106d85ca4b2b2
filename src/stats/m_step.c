/*
 * The M-step, for any family:
 *
 *     n_k, s_k, S_k  ->  pi_k = n_k / N,  mu_k = c_k + s_k / n_k,
 *     W_k = S_k - s_k s_k^T / n_k  ->  Sigma (the family's update)
 */
#include "stats/statistics.h"

void gmix_i_m_step(double *stats, const double *centre, const gmix_i_bounds *bounds,
                   gmix_i_params *p) {
    const size_t k = p->k, d = p->d;
    const gmix_i_shape *const shape = p->family->shape;
    const gmix_i_moments m = {.k = k,
                              .d = d,
                              .stride = gmix_i_stats_len(shape, d),
                              .at = stats + GMIX_I_STATS_HEAD};
    double total = 0.0;
    for (size_t c = 0; c < k; c++) {
        total += gmix_i_moments_n(&m, c);
    }
    for (size_t c = 0; c < k; c++) {
        const double n = gmix_i_moments_n(&m, c);
        double *const sum = gmix_i_moments_sum(&m, c);
        p->weights[c] = n / total;
        if (!(n > 0.0)) {
            continue;
        }
        for (size_t j = 0; j < d; j++) {
            p->means[c * d + j] = centre[c * d + j] + sum[j] / n;
        }
        shape->recentre(d, n, sum, gmix_i_moments_scatter(&m, c));
    }
    p->family->update(&m, bounds, p->cov);
}
