/*
 * NEON on AArch64 behind the names of fast_simd.h: 32 registers of 2 doubles or 4 floats.
 */
#include <arm_neon.h>

#define LEVEL "neon"
#define N_REGISTERS 32

INLINE double d_sum(dvec a) {
    return a[0] + a[1];
}

typedef ivec mask;

#ifdef GMIX_SINGLE

#define SUM_GROUP 4

INLINE vec v_fma(vec a, vec b, vec c) {
    return (vec)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}

INLINE vec v_fms(vec a, vec b, vec c) {
    return v_fma(a, b, -c);
}

INLINE vec v_max(vec a, vec b) {
    return (vec)vmaxnmq_f32((float32x4_t)a, (float32x4_t)b);
}

INLINE unsigned m_bits(mask m) {
    const ivec bit = {1, 2, 4, 8};
    return vaddvq_u32((uint32x4_t)(m & bit));
}

INLINE dvec v_part(vec a, int part) {
    return part ? (dvec)vcvt_high_f64_f32((float32x4_t)a)
                : (dvec)vcvt_f64_f32(vget_low_f32((float32x4_t)a));
}

INLINE vec v_load_double(const double *p) {
    return (vec)vcvt_high_f32_f64(vcvt_f32_f64(vld1q_f64(p)), vld1q_f64(p + 2));
}

/* Transposing sum of four vectors: out[i] = sum of lanes of a[i]. */
INLINE void v_sums_group(const vec *a, double *out) {
    const float32x4_t p = vpaddq_f32((float32x4_t)a[0], (float32x4_t)a[1]);
    const float32x4_t q = vpaddq_f32((float32x4_t)a[2], (float32x4_t)a[3]);
    const vec sum = (vec)vpaddq_f32(p, q);
    vst1q_f64(out, (float64x2_t)v_part(sum, 0));
    vst1q_f64(out + 2, (float64x2_t)v_part(sum, 1));
}

#else

#define SUM_GROUP 2

INLINE vec v_fma(vec a, vec b, vec c) {
    return (vec)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
}

INLINE vec v_fms(vec a, vec b, vec c) {
    return v_fma(a, b, -c);
}

INLINE vec v_max(vec a, vec b) {
    return (vec)vmaxnmq_f64((float64x2_t)a, (float64x2_t)b);
}

INLINE unsigned m_bits(mask m) {
    return (unsigned)((m[0] & 1) | (m[1] & 2));
}

INLINE vec v_load_double(const double *p) {
    return (vec)vld1q_f64(p);
}

/* Transposing sum of two vectors: out[i] = sum of lanes of a[i]. */
INLINE void v_sums_group(const vec *a, double *out) {
    vst1q_f64(out, vpaddq_f64((float64x2_t)a[0], (float64x2_t)a[1]));
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

INLINE vec v_select(mask m, vec a, vec b) {
    return (vec)((m & (mask)a) | (~m & (mask)b));
}
