/*
 * Rows whose class is known (semi-supervised EM; McLachlan & Peel 2000, section 2.19): such
 * a row may come from the components of its class alone,
 *
 *     log p(x_n, c_n) = log sum_{k in c_n} pi_k N(x_n | mu_k, Sigma_k),
 *
 * so the other components' terms are struck out before the row is normalised. The M-step
 * knows nothing of it, and the log-likelihood still never falls.
 */
#include <math.h>

#include "stats/statistics.h"

void gmix_i_hold_labels(const gmix_i_kernels *kernels, const gmix_i_tile *tile, size_t k,
                        const int32_t *class_of, void *logdens) {
    if (!class_of || !tile->labels) {
        return;
    }
    const bool is_double = kernels->real_size == sizeof(double);
    double *const doubles = logdens;
    float *const floats = logdens;
    for (size_t c = 0; c < k; c++) {
        for (size_t i = 0; i < tile->n_rows; i++) {
            if (tile->labels[i] < 0 || tile->labels[i] == class_of[c]) {
                continue;
            }
            if (is_double) {
                doubles[c * tile->n + i] = -(double)INFINITY;
            } else {
                floats[c * tile->n + i] = -INFINITY;
            }
        }
    }
}
