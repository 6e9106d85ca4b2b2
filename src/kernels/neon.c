/* The fast kernels for neon, double precision. */
#define GMIX_SIMD_NEON
#include "kernels/fast_table.h"

DEFINE_TABLE(neon);
