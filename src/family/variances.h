/*
 * Variances along known axes: what is left of an M-step once the orientation is fixed.
 *
 *     minimise   sum_k sum_j  n_k log v_kj + b_kj / v_kj     over  v_kj >= floor_j,
 *
 * where b_kj >= 0 is the scatter of component k along its axis j, and v_kj = lambda_k a_kj,
 * prod_j a_kj = 1, with volume lambda and shape a shared or not. Each function finds the
 * minimum (all but gmix_i_shared_shape in closed form but for the floor).
 *
 * In: n_k and, as the first D numbers of a component's scatter, b_k; v (K x D), the
 * variances of the step before. Out: v, and bounds->at_floor where the floor is binding;
 * the floors of `bounds` are those of the features, `floor` are those of the axes. work:
 * K + D doubles. A component with n_k = 0 keeps of its v what the others leave it.
 *
 * With all floors zero and no scatter the result is not positive: preparing it fails.
 */
#ifndef GMIX_FAMILY_VARIANCES_H
#define GMIX_FAMILY_VARIANCES_H

#include "family/family.h"

typedef void gmix_i_variances_fn(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                                 const double *floor, double *v, double *work);

gmix_i_variances_fn gmix_i_shared_variances; /* E, E: v_j = sum_k b_kj / n */
gmix_i_variances_fn gmix_i_shared_shape;     /* V, E: v_kj = lambda_k a_j */
gmix_i_variances_fn gmix_i_shared_volume;    /* E, V: prod_j v_kj the same for all k, and
                                              * v_kj <= range floor_j */
gmix_i_variances_fn gmix_i_own_variances;    /* V, V: v_kj = b_kj / n_k */

#endif
