/* Where weighted densities of Student's t meet. */
#ifndef GMIX_WORKBENCH_STUDENT_MEET_H
#define GMIX_WORKBENCH_STUDENT_MEET_H

#include "distribution/scalar.h"

/* The points where those of components i and j of a mixture of t are equal, rising: four at most. Gives how
 * many. */
size_t gmix_i_student_meet(const gmix_i_scalar *s, size_t i, size_t j, double *roots);

#endif
