/* The fast kernels for avx2, double precision. */
#define GMIX_SIMD_AVX2
#include "kernels/fast_table.h"

DEFINE_TABLE(avx2);
