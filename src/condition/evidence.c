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
#include "distribution/scalar.h"
#include "linalg/incomplete_gamma.h"
#include "model/posterior.h"

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

/* The square of the normal deviate that is as rare as t. */
static double deviate_square(double df, double t) {
    const double u = gmix_i_phi_inverse(gmix_i_student_log_head(df, -fabs(t)));
    return u * u;
}

static gmix_i_t_seen see_features(const gmix_model *m, size_t k, size_t o,
                                  const double *z) {
    const double df = m->posterior->t[k].df, ratio = gmix_i_posterior_ratio(m, k);
    gmix_i_t_seen seen = {.df = df, .spread = ratio};
    seen.log_density = gmix_i_posterior_constant(m, k, o);
    double deviates = 0.0;
    for (size_t i = 0; i < o; i++) {
        const double square = z[i] * z[i] / ratio;
        seen.distance2 += square;
        seen.log_density -= 0.5 * (df + 1.0) * log1p(square / df);
        deviates += deviate_square(df, sqrt(square));
    }
    seen.tail = gmix_i_chi_squared_tail(o, deviates);
    return seen;
}

gmix_i_t_seen gmix_i_t_see(const gmix_model *m, size_t k, size_t o, const double *z) {
    if (gmix_i_posterior_is_product(m->posterior)) {
        return see_features(m, k, o, z);
    }
    const double df = m->posterior->t[k].df, ratio = gmix_i_posterior_ratio(m, k);
    const double half = 0.5 * (double)o, nu = m->posterior->said.dof[k];
    double square = 0.0;
    for (size_t i = 0; i < o; i++) {
        square += z[i] * z[i];
    }
    gmix_i_t_seen seen = {.distance2 = square / ratio, .df = df + (double)o, .tail = 1.0};
    seen.log_density = gmix_i_posterior_constant(m, k, o) -
                       (0.5 * df + half) * log1p(seen.distance2 / df);
    seen.spread = (nu * (1.0 + 1.0 / m->posterior->said.kappa[k]) + square) / seen.df;
    if (o > 0) {
        seen.tail = exp(gmix_i_ratio_log_tail((double)o, df, seen.distance2 / (double)o));
    }
    return seen;
}

gmix_evidence gmix_i_evidence_of_t(double log_density, double distance2, double tail) {
    return (gmix_evidence){
        .log_density = log_density, .distance = sqrt(distance2), .tail = tail};
}
