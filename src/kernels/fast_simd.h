/*
 * One vector type over every instruction set, so that each kernel is written once.
 *
 * A level's source file defines GMIX_SIMD_AVX512 (or another) and perhaps GMIX_SINGLE,
 * then includes fast_table.h. Afterwards REAL is the type of a real, vec holds LANES of
 * them, dvec holds LANES / PARTS doubles, ivec holds LANES unsigned integers of the same
 * width. Arithmetic is that of the compiler's vector types (+ - *); what they lack is in
 * simd_<level>.h: fused multiply-add, max, comparisons to a mask, sums across lanes.
 *
 * Rejected: one file of intrinsics per level, for one body has one set of errors. On
 * AVX-512 gcc 12 and clang 14 keep the accumulators of the inner loops in registers; on
 * AVX2 clang 14 spills some of those of the dense moments, gcc 12 does not.
 */
#ifndef GMIX_KERNELS_FAST_SIMD_H
#define GMIX_KERNELS_FAST_SIMD_H

#include "kernels/levels.h"

#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

#if defined __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 32")
#endif

#if defined GMIX_SIMD_AVX512
#define WIDTH 64
#elif defined GMIX_SIMD_AVX2
#define WIDTH 32
#else
#define WIDTH 16
#endif

typedef double dvec __attribute__((vector_size(WIDTH)));

#ifdef GMIX_SINGLE
typedef float REAL;
typedef float vec __attribute__((vector_size(WIDTH)));
typedef uint32_t ivec __attribute__((vector_size(WIDTH)));
#define PRECISION "single"
#define PARTS 2
#define CUT GMIX_I_CUT_SINGLE
#else
typedef double REAL;
typedef double vec __attribute__((vector_size(WIDTH)));
typedef uint64_t ivec __attribute__((vector_size(WIDTH)));
#define PRECISION "double"
#define PARTS 1
#define CUT GMIX_I_CUT_DOUBLE
#endif

#define LANES ((size_t)WIDTH / sizeof(REAL))

#if defined GMIX_SIMD_AVX512
#include "kernels/simd_avx512.h"
#elif defined GMIX_SIMD_AVX2
#include "kernels/simd_avx2.h"
#elif defined GMIX_SIMD_NEON
#include "kernels/simd_neon.h"
#elif defined GMIX_SIMD_SIMD128
#include "kernels/simd_simd128.h"
#endif

INLINE vec v_load(const REAL *p) {
    vec a;
    memcpy(&a, p, sizeof a);
    return a;
}

INLINE void v_store(REAL *p, vec a) {
    memcpy(p, &a, sizeof a);
}

INLINE vec v_set(REAL a) {
    return a - (vec){0};
}

INLINE dvec d_load(const double *p) {
    dvec a;
    memcpy(&a, p, sizeof a);
    return a;
}

#ifndef GMIX_SINGLE
INLINE dvec v_part(vec a, int part) {
    (void)part;
    return a;
}
#endif

/* The sum of a vector's lanes as LANES / PARTS doubles. */
INLINE dvec v_widen(vec a) {
    return PARTS == 1 ? v_part(a, 0) : v_part(a, 0) + v_part(a, PARTS - 1);
}

/* out[i] = sum of the lanes of a[i], i < m, for constant m. out has room for m rounded up
 * to SUM_GROUP. */
INLINE void v_sums(int m, const vec *a, double *out) {
    UNROLL
    for (int i = 0; i < m; i += SUM_GROUP) {
        vec group[SUM_GROUP];
        UNROLL
        for (int p = 0; p < SUM_GROUP; p++)
            group[p] = i + p < m ? a[i + p] : (vec){0};
        v_sums_group(group, out + i);
    }
    /* Keeps the sums in memory, where vectors of them can be added to rows of statistics;
     * gcc would take them apart by shuffles. */
    __asm__ volatile("" : : "r"(out) : "memory");
}

#endif
