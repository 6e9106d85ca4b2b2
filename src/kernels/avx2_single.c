/* The fast kernels for avx2, single precision. */
#define GMIX_SIMD_AVX2
#define GMIX_SINGLE
#include "kernels/fast_table.h"

DEFINE_TABLE(avx2);
