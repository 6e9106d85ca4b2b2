/* Where the density of a mixture of one feature is highest, exactly. */
#ifndef GMIX_DISTRIBUTION_SCALAR_REGIONS_H
#define GMIX_DISTRIBUTION_SCALAR_REGIONS_H

#include "distribution/scalar.h"

/* Intervals that a region can have: one for every mode, and two more for the steps of the
 * noise. */
static inline size_t gmix_i_region_most(size_t k, bool has_noise) {
    return k + (has_noise ? 2 : 0);
}

/* Doubles that the calls below work with. */
size_t gmix_i_region_work(size_t k);

/* The smallest region of that probability, 0 < mass < 1: { f > level }. Gives the number of its
 * intervals, which are in `intervals` as pairs (gmix_i_region_most() of them at most). */
size_t gmix_i_scalar_region(const gmix_i_scalar *s, double mass, double *level,
                            double *intervals, double *work);

#endif
