/*
 * exp and log of a vector, for the narrow ranges that log-sum-exp needs.
 *
 *   v_exps(t), -CUT <= t <= 0:   t = n ln2 + r,   |r| <= ln2 / 2,
 *       exp(t) = 2^n (1 + r + r^2 q(r)),
 *
 * q of degree 9 (double) or 4 (float), interpolated at Chebyshev nodes: relative error of
 * the polynomial 1.7e-17 or 1.0e-8. n stands in the low bits of t / ln2 + 1.5 * 2^52 (2^23
 * in float), which needs no conversion, and is added to the exponent field: the result is
 * never subnormal. One multiply-add takes n ln2 off, with ln2 as a single real: t is off by
 * |t| 2^-54.7 at most, a third of the rounding of t itself, which is a difference. At most
 * 1.25 + 0.31 |t| ulp (measured: 1.04 near 0, 11.8 at -38; float 1.3). Without a fused
 * multiply-add, ln2 is two reals: at most 1.25 ulp.
 *
 * Up to EXP_GROUP vectors go side by side: with 16 registers a coefficient is loaded for
 * all of them, and the chains of multiply-adds overlap.
 *
 * On AVX-512 in double, n is a multiple of 1/16 and |r| <= ln2 / 32: q has degree 4
 * (relative error 2.9e-17), and 2^n is 2^floor(n) (an instruction) times one of 16
 * numbers held in two registers. Five multiply-adds fewer: with that, and masks in place
 * of a clamp and a second comparison, `normalise` went from 0.83 to 0.60 ns an entry; with ln2
 * as a single real to 0.57.
 *
 *   v_log(s), 1 <= s < max / 2:   s = 2^e m,   sqrt(1/2) <= m < sqrt(2),   f = m - 1,
 *       h = f / (2 + f),   log s = e ln2 + f - (f^2 / 2 - h (f^2 / 2 + R(h^2))).
 *
 * R and the order of the sum are those of Sun's fdlibm (e_log.c). At most 0.85 ulp
 * (measured: 0.79), or 1.05 without a fused multiply-add (1.00).
 */
#ifndef GMIX_KERNELS_FAST_EXP_H
#define GMIX_KERNELS_FAST_EXP_H

#include "kernels/fast_simd.h"

#ifdef GMIX_SINGLE
#define MANTISSA 23
#define MAGIC 0x1.8p23f
#define LN2_HI 0x1.62ep-1f
#define LN2_LO 0x1.0bfbe8p-15f
#define LN2 0x1.62e430p-1f
#define INV_LN2 1.44269504f
#else
#define MANTISSA 52
#define MAGIC 0x1.8p52
#define LN2_HI 0x1.62e42fefa3800p-1
#define LN2_LO 0x1.ef35793c76730p-45
#define LN2 0x1.62e42fefa39efp-1
#define INV_LN2 1.4426950408889634
#endif

#if N_REGISTERS == 32
#define EXP_GROUP 1
#else
#define EXP_GROUP 4
#endif

/* t - n ln2; without a fused multiply-add the product has to be exact. */
INLINE vec v_reduce(vec t, vec n) {
#ifdef TWO_ROUNDINGS
    return v_fma(n, v_set(-LN2_LO), v_fma(n, v_set(-LN2_HI), t));
#else
    return v_fma(n, v_set(-LN2), t);
#endif
}

/* t[v] becomes exp(t[v]) where within[v], else 0, for v < R <= EXP_GROUP; t[v] is in
 * [-CUT, 0] where within[v], and anything elsewhere. */
#if defined GMIX_SIMD_AVX512 && !defined GMIX_SINGLE

INLINE vec v_exp(mask within, vec t) {
    static const double power[16] = {
        0x1.0000000000000p+0, 0x1.0b5586cf9890fp+0, 0x1.172b83c7d517bp+0,
        0x1.2387a6e756238p+0, 0x1.306fe0a31b715p+0, 0x1.3dea64c123422p+0,
        0x1.4bfdad5362a27p+0, 0x1.5ab07dd485429p+0, 0x1.6a09e667f3bcdp+0,
        0x1.7a11473eb0187p+0, 0x1.8ace5422aa0dbp+0, 0x1.9c49182a3f090p+0,
        0x1.ae89f995ad3adp+0, 0x1.c199bdd85529cp+0, 0x1.d5818dcfba487p+0,
        0x1.ea4afa2a490dap+0};
    const vec shifted = v_fma(t, v_set(INV_LN2), v_set(MAGIC / 16));
    const vec n = shifted - v_set(MAGIC / 16);
    const vec r = v_reduce(t, n);
    vec q = v_fma(v_set(0x1.6c17bbd1f560ap-10), r, v_set(0x1.11120b77051e7p-7));
    q = v_fma(q, r, v_set(0x1.55555555190f9p-5));
    q = v_fma(q, r, v_set(0x1.55555554dcc9bp-3));
    q = v_fma(q, r, v_set(0.5));
    const vec p = v_power16(shifted, power), minus1 = v_fma(r * r, q, r);
    return v_scale2(within, v_fma(minus1, p, p), n);
}

INLINE void v_exps(const int R, const mask *within, vec *t) {
    UNROLL
    for (int v = 0; v < R; v++)
        t[v] = v_exp(within[v], t[v]);
}

#else

INLINE void v_exps(const int R, const mask *within, vec *t) {
#ifdef GMIX_SINGLE
    static const REAL q[] = {
        1, 1, 0.5f, 0.1666657667f, 0.04166655421f, 0.008363232884f, 0.001392625083f};
#else
    static const REAL q[] = {1,
                             1,
                             0x1.0000000000001p-1,
                             0x1.5555555555556p-3,
                             0x1.5555555553d63p-5,
                             0x1.11111111109b3p-7,
                             0x1.6c16c1788bd90p-10,
                             0x1.a01a01a7c41d5p-13,
                             0x1.a019b90d2ae7ap-16,
                             0x1.71de0dae63bb3p-19,
                             0x1.289185613a3d6p-22,
                             0x1.af38a9b0ec855p-26};
#endif
    const int degree = (int)(sizeof q / sizeof q[0]) - 1;
    vec shifted[EXP_GROUP], p[EXP_GROUP];
    UNROLL
    for (int v = 0; v < R; v++) {
        shifted[v] = v_fma(t[v], v_set(INV_LN2), v_set(MAGIC));
        t[v] = v_reduce(t[v], shifted[v] - v_set(MAGIC));
        p[v] = v_set(q[degree]);
    }
    UNROLL
    for (int i = degree - 1; i >= 0; i--) {
        const vec qi = v_set(q[i]);
        UNROLL
        for (int v = 0; v < R; v++)
            p[v] = v_fma(p[v], t[v], qi);
    }
    UNROLL
    for (int v = 0; v < R; v++)
        t[v] = v_keep(within[v], (vec)((ivec)p[v] + ((ivec)shifted[v] << MANTISSA)));
}

#endif

/* R(h^2) of fdlibm, with z = h^2. */
INLINE vec v_log_tail(vec z) {
#ifdef GMIX_SINGLE
    static const REAL g[] = {0.66666662693f, 0.40000972152f, 0.28498786688f,
                             0.24279078841f};
#else
    static const REAL g[] = {6.666666666666735130e-01, 3.999999999940941908e-01,
                             2.857142874366239149e-01, 2.222219843214978396e-01,
                             1.818357216161805012e-01, 1.531383769920937332e-01,
                             1.479819860511658591e-01};
#endif
    const int last = (int)(sizeof g / sizeof g[0]) - 1;
    vec p = v_set(g[last]);
    UNROLL
    for (int i = last - 1; i >= 0; i--)
        p = v_fma(p, z, v_set(g[i]));
    return p * z;
}

INLINE vec v_log(vec s) {
    /* Adding 1 - sqrt(1/2) in the bits carries m >= sqrt(2) into the next binade; what is
     * then in the exponent field, less that of 1, is e. */
    const vec one = v_set(1), root = v_set((REAL)0.70710678118654752440);
    const ivec carried = (ivec)s + ((ivec)one - (ivec)root);
    const ivec shifted = (carried >> MANTISSA << MANTISSA) - (ivec)one;
    const vec m = (vec)((ivec)s - shifted);
    const vec e = (vec)((shifted >> MANTISSA) + (ivec)v_set(MAGIC)) - v_set(MAGIC);
    const vec f = m - one, half_square = v_set((REAL)0.5) * f * f;
    const vec h = f / (f + v_set(2));
    const vec tail = h * (half_square + v_log_tail(h * h));
    return v_fma(e, v_set(LN2_HI), f - (half_square - v_fma(e, v_set(LN2_LO), tail)));
}

#endif
