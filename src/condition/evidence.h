/* How well values agree with a model: gmix_evidence, put together from all components. */
#ifndef GMIX_CONDITION_EVIDENCE_H
#define GMIX_CONDITION_EVIDENCE_H

#include <gmix/derive.h>

#include "model/mixture.h"

/*
 * o values under component k of a model with a posterior, Student's t with df degrees of freedom, and what it
 * makes of the other features: t with df' degrees, whose scale is the point's conditional covariance times
 * `spread`,
 *
 *     df' = df + o,   spread = nu (1 + 1 / kappa + |z|^2 / nu) / df',   z = root of the point's covariance^-1 (x - m),
 *
 * of diagonal families, whose features know nothing of each other, what they are without the values.
 */
typedef struct gmix_i_t_seen {
    double log_density; /* + log |root|: log t */
    double distance2;   /* in scales of t */
    double
        tail; /* P(farther): F; where t is one of single features, chi-squared of normal deviates */
    double df, spread;
} gmix_i_t_seen;

gmix_i_t_seen gmix_i_t_see(const gmix_model *model, size_t k, size_t o, const double *z);

/* The evidence where components are t: seen by the one that is nearest, by its tail. */
gmix_evidence gmix_i_evidence_of_t(double log_density, double distance2, double tail);

/* l: K + 1 values log pi_k p_k(x), the last that of the noise; become responsibilities. Gives
 * the logarithm of their sum, -INFINITY if there is none. */
double gmix_i_normalise_logs(size_t n, double *l);

/* nearest: the smallest squared distance from a component, of o values. */
gmix_evidence gmix_i_evidence_of(size_t o, double log_density, double nearest);

#endif
