/* The fast kernels for avx512, single precision. */
#define GMIX_SIMD_AVX512
#define GMIX_SINGLE
#include "kernels/fast_table.h"

DEFINE_TABLE(avx512);
