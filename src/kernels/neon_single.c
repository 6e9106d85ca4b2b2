/* The fast kernels for neon, single precision. */
#define GMIX_SIMD_NEON
#define GMIX_SINGLE
#include "kernels/fast_table.h"

DEFINE_TABLE(neon);
