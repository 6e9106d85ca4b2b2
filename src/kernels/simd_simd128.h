/*
 * WebAssembly SIMD128 behind the names of fast_simd.h: 2 doubles or 4 floats. There is no
 * fused multiply-add; engines on x86 have 16 registers.
 */
#include <wasm_simd128.h>

#define LEVEL "simd128"
#define N_REGISTERS 16
#define SUM_GROUP 2
#define TWO_ROUNDINGS /* of v_fma */

INLINE double d_sum(dvec a) {
    return a[0] + a[1];
}

typedef ivec mask;

INLINE vec v_fma(vec a, vec b, vec c) {
    return a * b + c;
}

INLINE vec v_fms(vec a, vec b, vec c) {
    return v_fma(a, b, -c);
}

#ifdef GMIX_SINGLE

INLINE vec v_max(vec a, vec b) {
    return (vec)wasm_f32x4_pmax((v128_t)b, (v128_t)a);
}

INLINE unsigned m_bits(mask m) {
    return (unsigned)wasm_i32x4_bitmask((v128_t)m);
}

INLINE dvec v_part(vec a, int part) {
    return part ? (dvec){(double)a[2], (double)a[3]} : (dvec){(double)a[0], (double)a[1]};
}

INLINE vec v_load_double(const double *p) {
    return (vec){(float)p[0], (float)p[1], (float)p[2], (float)p[3]};
}

/* Transposing sum of two vectors: out[i] = sum of lanes of a[i]. */
INLINE void v_sums_group(const vec *a, double *out) {
    out[0] = d_sum(v_part(a[0], 0) + v_part(a[0], 1));
    out[1] = d_sum(v_part(a[1], 0) + v_part(a[1], 1));
}

#else

INLINE vec v_max(vec a, vec b) {
    return (vec)wasm_f64x2_pmax((v128_t)b, (v128_t)a);
}

INLINE unsigned m_bits(mask m) {
    return (unsigned)wasm_i64x2_bitmask((v128_t)m);
}

INLINE vec v_load_double(const double *p) {
    return (vec){p[0], p[1]};
}

/* Transposing sum of two vectors: out[i] = sum of lanes of a[i]. */
INLINE void v_sums_group(const vec *a, double *out) {
    out[0] = d_sum(a[0]);
    out[1] = d_sum(a[1]);
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
