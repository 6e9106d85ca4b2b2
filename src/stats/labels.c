/*
 * Rows whose class is known (semi-supervised EM; McLachlan & Peel 2000, section 2.19): such
 * a row may come from the components of its class alone,
 *
 *     log p(x_n, c_n) = log sum_{k in c_n} pi_k N(x_n | mu_k, Sigma_k),
 *
 * so the other components' terms, and that of the noise, are struck out before the row is
 * normalised. The M-step
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

static void label_terms(const void *of, const gmix_i_prepared *q, const gmix_i_tile *tile,
                        void *l, void *work) {
    (void)work;
    gmix_i_hold_labels(q->kernels, tile, q->k, of, l);
    for (size_t i = 0; q->has_noise && tile->labels && i < tile->n_rows; i++) {
        if (tile->labels[i] >= 0) {
            gmix_i_set_real(q->kernels, l, q->k * tile->n + i, -(double)INFINITY);
        }
    }
}

const gmix_i_row_rule_kind gmix_i_rule_labels = {.name = "labels", .terms = label_terms};

void gmix_i_heed_labels(gmix_i_prepared *q, const int32_t *class_of) {
    if (class_of) {
        gmix_i_row_rules_add(&q->rules, &gmix_i_rule_labels, (void *)(uintptr_t)class_of);
    }
}
