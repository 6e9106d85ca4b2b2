/* The fast kernels for avx512, double precision. */
#define GMIX_SIMD_AVX512
#include "kernels/fast_table.h"

DEFINE_TABLE(avx512);
