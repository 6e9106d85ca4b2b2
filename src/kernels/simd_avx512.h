/*
 * AVX-512 (F, DQ, VL, BW) behind the names of fast_simd.h: 32 registers of 8 doubles or
 * 16 floats, masks in registers of their own.
 */
#include <immintrin.h>

#define LEVEL "avx512"
#define N_REGISTERS 32
#define SUM_GROUP 8 /* vectors that v_sums_group reduces */

INLINE double d_sum(dvec a) {
    return _mm512_reduce_add_pd((__m512d)a);
}

#ifdef GMIX_SINGLE

typedef __mmask16 mask;

INLINE vec v_fma(vec a, vec b, vec c) {
    return (vec)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}

INLINE vec v_fms(vec a, vec b, vec c) {
    return (vec)_mm512_fmsub_ps((__m512)a, (__m512)b, (__m512)c);
}

INLINE vec v_max(vec a, vec b) {
    return (vec)_mm512_max_ps((__m512)a, (__m512)b);
}

INLINE mask m_ge(vec a, vec b) {
    return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_GE_OQ);
}

INLINE mask m_ne(vec a, vec b) {
    return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_NEQ_UQ);
}

INLINE vec v_keep(mask m, vec a) {
    return (vec)_mm512_maskz_mov_ps(m, (__m512)a);
}

INLINE vec v_select(mask m, vec a, vec b) {
    return (vec)_mm512_mask_mov_ps((__m512)b, m, (__m512)a);
}

/* Transposing sum of eight vectors, in float within quarters of a vector and in double
 * across them: out[i] = sum of lanes of a[i]. */
INLINE void v_sums_group(const vec *a, double *out) {
    __m512d wide[2];
    UNROLL
    for (int i = 0; i < 2; i++) {
        const __m512 *q = (const __m512 *)a + 4 * i;
        const __m512d p = _mm512_castps_pd(_mm512_add_ps(_mm512_unpacklo_ps(q[0], q[1]),
                                                         _mm512_unpackhi_ps(q[0], q[1])));
        const __m512d r = _mm512_castps_pd(_mm512_add_ps(_mm512_unpacklo_ps(q[2], q[3]),
                                                         _mm512_unpackhi_ps(q[2], q[3])));
        const __m512 sum = _mm512_add_ps(_mm512_castpd_ps(_mm512_unpacklo_pd(p, r)),
                                         _mm512_castpd_ps(_mm512_unpackhi_pd(p, r)));
        const __m256d hi = _mm512_extractf64x4_pd(_mm512_castps_pd(sum), 1);
        wide[i] = _mm512_add_pd(_mm512_cvtps_pd(_mm512_castps512_ps256(sum)),
                                _mm512_cvtps_pd(_mm256_castpd_ps(hi)));
    }
    _mm512_storeu_pd(out, _mm512_add_pd(_mm512_shuffle_f64x2(wide[0], wide[1], 0x44),
                                        _mm512_shuffle_f64x2(wide[0], wide[1], 0xee)));
}

INLINE dvec v_part(vec a, int part) {
    const __m512d both = _mm512_castps_pd((__m512)a);
    const __m256d half =
        part ? _mm512_extractf64x4_pd(both, 1) : _mm512_castpd512_pd256(both);
    return (dvec)_mm512_cvtps_pd(_mm256_castpd_ps(half));
}

INLINE vec v_load_double(const double *p) {
    const __m256d lo = _mm256_castps_pd(_mm512_cvtpd_ps(_mm512_loadu_pd(p)));
    const __m256d hi = _mm256_castps_pd(_mm512_cvtpd_ps(_mm512_loadu_pd(p + 8)));
    return (vec)_mm512_castpd_ps(_mm512_insertf64x4(_mm512_castpd256_pd512(lo), hi, 1));
}

#else

typedef __mmask8 mask;

INLINE vec v_fma(vec a, vec b, vec c) {
    return (vec)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
}

INLINE vec v_fms(vec a, vec b, vec c) {
    return (vec)_mm512_fmsub_pd((__m512d)a, (__m512d)b, (__m512d)c);
}

INLINE vec v_max(vec a, vec b) {
    return (vec)_mm512_max_pd((__m512d)a, (__m512d)b);
}

INLINE mask m_ge(vec a, vec b) {
    return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_GE_OQ);
}

INLINE mask m_ne(vec a, vec b) {
    return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_NEQ_UQ);
}

INLINE vec v_keep(mask m, vec a) {
    return (vec)_mm512_maskz_mov_pd(m, (__m512d)a);
}

INLINE vec v_select(mask m, vec a, vec b) {
    return (vec)_mm512_mask_mov_pd((__m512d)b, m, (__m512d)a);
}

/* Transposing sum of eight vectors: out[i] = sum of lanes of a[i]. Each step adds a blend
 * to a shuffle, for shuffles have one port. */
INLINE void v_sums_group(const vec *a, double *out) {
    vec pair[4], quad[2];
    UNROLL
    for (int i = 0; i < 4; i++) {
        const vec p = a[2 * i], q = a[2 * i + 1];
        pair[i] = __builtin_shufflevector(p, q, 0, 9, 2, 11, 4, 13, 6, 15) +
                  __builtin_shufflevector(p, q, 1, 8, 3, 10, 5, 12, 7, 14);
    }
    UNROLL
    for (int i = 0; i < 2; i++) {
        const vec p = pair[2 * i], q = pair[2 * i + 1];
        quad[i] = __builtin_shufflevector(p, q, 0, 1, 10, 11, 4, 5, 14, 15) +
                  __builtin_shufflevector(p, q, 2, 3, 8, 9, 6, 7, 12, 13);
    }
    const vec sum =
        __builtin_shufflevector(quad[0], quad[1], 0, 1, 2, 3, 12, 13, 14, 15) +
        __builtin_shufflevector(quad[0], quad[1], 4, 5, 6, 7, 8, 9, 10, 11);
    memcpy(out, &sum, sizeof sum);
}

INLINE vec v_load_double(const double *p) {
    return (vec)_mm512_loadu_pd(p);
}

/* power[i] where i is the low four bits of a. */
INLINE vec v_power16(vec a, const double *power) {
    return (vec)_mm512_permutex2var_pd(_mm512_loadu_pd(power), (__m512i)a,
                                       _mm512_loadu_pd(power + 8));
}

/* a 2^floor(n) where m, else 0. */
INLINE vec v_scale2(mask m, vec a, vec n) {
    return (vec)_mm512_maskz_scalef_pd(m, (__m512d)a, (__m512d)n);
}

#endif

INLINE unsigned m_bits(mask m) {
    return (unsigned)m;
}
