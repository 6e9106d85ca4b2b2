/* The fast kernels for simd128, double precision. */
#define GMIX_SIMD_SIMD128
#include "kernels/fast_table.h"

DEFINE_TABLE(simd128);
