/*
 * What the kernel checks and timings share.
 */
#ifndef GMIX_TESTS_KERNELS_CHECK_H
#define GMIX_TESTS_KERNELS_CHECK_H

#include "kernels/kernels.h"

/* Uniform in [-1, 1), the same sequence in every run. */
double uniform(void);

/* Prints what each slot of each level costs on the shapes of the benchmarks. */
void time_kernels(void);

#endif
