/*
 * What the levels share: the tables by name, and the constants all of them must agree on.
 */
#ifndef GMIX_KERNELS_LEVELS_H
#define GMIX_KERNELS_LEVELS_H

#include "kernels/kernels.h"

/* Nats below a row's largest term from which a term is exactly zero: exp(-38) = 3.1e-17
 * and exp(-17.5) = 2.5e-8 are less than half an ulp of 1, hence of the row's sum of
 * terms. */
#define GMIX_I_CUT_DOUBLE 38.0
#define GMIX_I_CUT_SINGLE 17.5f

extern const gmix_i_kernels gmix_i_kernels_ref_double, gmix_i_kernels_ref_single;
extern const gmix_i_kernels gmix_i_kernels_avx2_double, gmix_i_kernels_avx2_single;
extern const gmix_i_kernels gmix_i_kernels_avx512_double, gmix_i_kernels_avx512_single;
extern const gmix_i_kernels gmix_i_kernels_neon_double, gmix_i_kernels_neon_single;
extern const gmix_i_kernels gmix_i_kernels_simd128_double, gmix_i_kernels_simd128_single;

#endif
