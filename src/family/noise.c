/*
 * The noise component (Banfield & Raftery 1993): uniform with density 1 / V over the volume
 * V of the data, for rows that belong to no cluster,
 *
 *     p(x) = pi_0 / V + sum_k pi_k N(x | mu_k, Sigma_k).
 */
#include <math.h>

#include "family/family.h"

/* Of a row's missing features the box has no say. Their frame's scales are added, as for the
 * other components (gaps.h), which leaves widths in the data's units. */
static void widen(const gmix_i_prepared *q, const gmix_i_tile *tile, void *logdens) {
    const gmix_i_gap_rows *const rows = tile->gaps;
    for (size_t index = 0; index < rows->n; index++) {
        const uint64_t *const observed = rows->observed + index * rows->words;
        double value = q->logc[q->k];
        for (size_t j = 0; j < q->d; j++) {
            const bool seen = observed[j / 64] >> j % 64 & 1;
            value += seen ? 0.0 : q->noise->log_width[j];
        }
        gmix_i_set_real(q->kernels, logdens, q->k * tile->n + rows->row[index], value);
    }
}

static void noise_terms(const void *of, const gmix_i_prepared *q, const gmix_i_tile *tile,
                        void *logdens, void *work) {
    (void)of;
    (void)work;
    if (!q->has_noise) {
        return;
    }
    for (size_t i = 0; i < tile->n; i++) {
        gmix_i_set_real(q->kernels, logdens, q->k * tile->n + i, q->logc[q->k]);
    }
    if (tile->gaps) {
        widen(q, tile, logdens);
    }
}

const gmix_i_row_rule_kind gmix_i_rule_noise = {.name = "noise", .terms = noise_terms};

double gmix_i_noise_rows(const gmix_i_prepared *q, const gmix_i_tile *tile,
                         const void *resp) {
    const double *const doubles = (const double *)resp + q->k * tile->n;
    const float *const floats = (const float *)resp + q->k * tile->n;
    double sum = 0.0;
    for (size_t i = 0; q->has_noise && i < tile->n; i++) {
        sum += q->kernels->real_size == sizeof(double) ? doubles[i] : (double)floats[i];
    }
    return sum;
}
