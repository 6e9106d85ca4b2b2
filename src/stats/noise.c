/*
 * The noise component (Banfield & Raftery 1993): uniform with density 1 / V over the volume
 * V of the data, for rows that belong to no cluster,
 *
 *     p(x) = pi_0 / V + sum_k pi_k N(x | mu_k, Sigma_k).
 *
 * A row with a label does not come from it: its class is known.
 */
#include <math.h>

#include "stats/statistics.h"

void gmix_i_noise_densities(const gmix_i_prepared *q, const gmix_i_tile *tile,
                            void *logdens) {
    if (!q->has_noise) {
        return;
    }
    const bool is_double = q->kernels->real_size == sizeof(double);
    double *const doubles = (double *)logdens + q->k * tile->n;
    float *const floats = (float *)logdens + q->k * tile->n;
    for (size_t i = 0; i < tile->n; i++) {
        const bool known =
            q->class_of && tile->labels && i < tile->n_rows && tile->labels[i] >= 0;
        const double value = known ? -(double)INFINITY : q->logc[q->k];
        if (is_double) {
            doubles[i] = value;
        } else {
            floats[i] = (float)value;
        }
    }
}

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
