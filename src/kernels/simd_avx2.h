/*
 * AVX2 with FMA behind the names of fast_simd.h: 16 registers of 4 doubles or 8 floats.
 */
#include <immintrin.h>

#define LEVEL "avx2"
#define N_REGISTERS 16
#define SUM_GROUP 4

INLINE double d_sum(dvec a) {
    return (a[0] + a[1]) + (a[2] + a[3]);
}

typedef ivec mask;

#ifdef GMIX_SINGLE

INLINE vec v_fma(vec a, vec b, vec c) {
    return (vec)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}

INLINE vec v_fms(vec a, vec b, vec c) {
    return (vec)_mm256_fmsub_ps((__m256)a, (__m256)b, (__m256)c);
}

INLINE vec v_max(vec a, vec b) {
    return (vec)_mm256_max_ps((__m256)a, (__m256)b);
}

INLINE vec v_select(mask m, vec a, vec b) {
    return (vec)_mm256_blendv_ps((__m256)b, (__m256)a, (__m256)m);
}

INLINE unsigned m_bits(mask m) {
    return (unsigned)_mm256_movemask_ps((__m256)m);
}

/* Transposing sum of four vectors, the last step in double: out[i] = sum of lanes of
 * a[i]. */
INLINE void v_sums_group(const vec *a, double *out) {
    const __m256 *q = (const __m256 *)a;
    const __m256 sum =
        _mm256_hadd_ps(_mm256_hadd_ps(q[0], q[1]), _mm256_hadd_ps(q[2], q[3]));
    _mm256_storeu_pd(out, _mm256_add_pd(_mm256_cvtps_pd(_mm256_castps256_ps128(sum)),
                                        _mm256_cvtps_pd(_mm256_extractf128_ps(sum, 1))));
}

INLINE dvec v_part(vec a, int part) {
    const __m256 both = (__m256)a;
    return (dvec)_mm256_cvtps_pd(part ? _mm256_extractf128_ps(both, 1)
                                      : _mm256_castps256_ps128(both));
}

INLINE vec v_load_double(const double *p) {
    return (vec)_mm256_set_m128(_mm256_cvtpd_ps(_mm256_loadu_pd(p + 4)),
                                _mm256_cvtpd_ps(_mm256_loadu_pd(p)));
}

#else

INLINE vec v_fma(vec a, vec b, vec c) {
    return (vec)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
}

INLINE vec v_fms(vec a, vec b, vec c) {
    return (vec)_mm256_fmsub_pd((__m256d)a, (__m256d)b, (__m256d)c);
}

INLINE vec v_max(vec a, vec b) {
    return (vec)_mm256_max_pd((__m256d)a, (__m256d)b);
}

INLINE vec v_select(mask m, vec a, vec b) {
    return (vec)_mm256_blendv_pd((__m256d)b, (__m256d)a, (__m256d)m);
}

INLINE unsigned m_bits(mask m) {
    return (unsigned)_mm256_movemask_pd((__m256d)m);
}

/* Transposing sum of four vectors: out[i] = sum of lanes of a[i]. */
INLINE void v_sums_group(const vec *a, double *out) {
    const __m256d p = _mm256_hadd_pd((__m256d)a[0], (__m256d)a[1]);
    const __m256d q = _mm256_hadd_pd((__m256d)a[2], (__m256d)a[3]);
    _mm256_storeu_pd(out, _mm256_add_pd(_mm256_permute2f128_pd(p, q, 0x20),
                                        _mm256_permute2f128_pd(p, q, 0x31)));
}

INLINE vec v_load_double(const double *p) {
    return (vec)_mm256_loadu_pd(p);
}

#endif

INLINE mask m_ge(vec a, vec b) {
    return (mask)(a >= b);
}

INLINE mask m_ne(vec a, vec b) {
    return (mask)(a != b);
}

INLINE vec v_keep(mask m, vec a) {
    return (vec)(m & (mask)a);
}
