/*
 * AVX-512 in software, for machines without it: AVX2 as it is, what src/kernels needs of
 * AVX-512 from SIMDe (Debian: libsimde-dev), and the few functions its version 0.7.4
 * lacks. A folder in front of the compiler's own makes #include <immintrin.h> mean this.
 */
#ifndef GMIX_TESTS_SIMDE_IMMINTRIN_H
#define GMIX_TESTS_SIMDE_IMMINTRIN_H

#include_next <immintrin.h>

#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#undef I /* of <complex.h>, which it includes */

typedef double emulated_doubles __attribute__((vector_size(64)));
typedef float emulated_floats __attribute__((vector_size(32)));

#undef _mm512_cvtps_pd
#undef _mm512_cvtpd_ps
#undef _mm512_shuffle_f64x2
#define _mm512_reduce_add_pd emulated_sum
#define _mm512_cvtps_pd(a) \
    ((__m512d) __builtin_convertvector((emulated_floats)(a), emulated_doubles))
#define _mm512_cvtpd_ps(a) \
    ((__m256) __builtin_convertvector((emulated_doubles)(a), emulated_floats))
/* The two ways in which it is used: both lower halves, or both upper ones. */
#define _mm512_shuffle_f64x2(a, b, which)                                                \
    ((__m512d)((which) == 0x44 ? __builtin_shufflevector((emulated_doubles)(a),          \
                                                         (emulated_doubles)(b), 0, 1, 2, \
                                                         3, 8, 9, 10, 11)                \
                               : __builtin_shufflevector((emulated_doubles)(a),          \
                                                         (emulated_doubles)(b), 4, 5, 6, \
                                                         7, 12, 13, 14, 15)))

static inline __attribute__((always_inline)) double emulated_sum(__m512d a) {
    const emulated_doubles x = (emulated_doubles)a;
    return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

#endif
