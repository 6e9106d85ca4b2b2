/*
 * How well values agree with a model. See evidence.h.
 *
 * Under the model a row comes from some component k, and its squared distance from that one is
 * chi-squared; its distance from the nearest is no larger. So
 *
 *     P(min_k distance_k^2 > q) <= P(chi-squared_o > q),
 *
 * a bound that needs no simulation and means the same whichever features are there, which
 * log-densities of different features do not.
 */
#include "condition/evidence.h"

#include <math.h>

#include "distribution/chi_squared.h"

double gmix_i_normalise_logs(size_t n, double *l) {
    double most = -INFINITY, sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        most = fmax(most, l[i]);
    }
    if (!isfinite(most)) {
        return most;
    }
    for (size_t i = 0; i < n; i++) {
        l[i] = exp(l[i] - most);
        sum += l[i];
    }
    for (size_t i = 0; i < n; i++) {
        l[i] /= sum;
    }
    return most + log(sum);
}

gmix_evidence gmix_i_evidence_of(size_t o, double log_density, double nearest) {
    return (gmix_evidence){.log_density = log_density,
                           .distance = sqrt(nearest),
                           .tail = gmix_i_chi_squared_tail(o, nearest)};
}
