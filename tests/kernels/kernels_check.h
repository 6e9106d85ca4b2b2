/*
 * What the kernel checks and timings share.
 */
#ifndef GMIX_TESTS_KERNELS_CHECK_H
#define GMIX_TESTS_KERNELS_CHECK_H

#include "kernels/kernels.h"

/* Uniform in [-1, 1), the same sequence in every run. */
double uniform(void);

/* count * size bytes on a 64-byte boundary, filled with bytes that read as NaN. */
void *room(size_t count, size_t size);

/* m doubles as an array of the table's reals. */
void *reals(const gmix_i_kernels *kt, size_t m, const double *from);

/* Prints what each slot of each level costs on the shapes of the benchmarks. */
void time_kernels(void);

#endif
