/* The fast kernels for simd128, single precision. */
#define GMIX_SIMD_SIMD128
#define GMIX_SINGLE
#include "kernels/fast_table.h"

DEFINE_TABLE(simd128);
