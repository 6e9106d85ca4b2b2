/* How well values agree with a model: gmix_evidence, put together from all components. */
#ifndef GMIX_CONDITION_EVIDENCE_H
#define GMIX_CONDITION_EVIDENCE_H

#include <gmix/derive.h>

#include "model/mixture.h"

/* l: K + 1 values log pi_k p_k(x), the last that of the noise; become responsibilities. Gives
 * the logarithm of their sum, -INFINITY if there is none. */
double gmix_i_normalise_logs(size_t n, double *l);

/* nearest: the smallest squared distance from a component, of o values. */
gmix_evidence gmix_i_evidence_of(size_t o, double log_density, double nearest);

#endif
