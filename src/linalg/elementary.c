/*
 * Logarithms and exponentials of arrays. See elementary.h.
 *
 *   x = 2^e m,  sqrt(1/2) <= m < sqrt(2),  f = m - 1,  h = f / (2 + f):
 *       log x = e ln2 + f - (f^2 / 2 - h (f^2 / 2 + R(h^2)))        R: fdlibm, e_log.c
 *   x = n ln2 + r,  |r| <= ln2 / 2:
 *       exp x = 2^n (1 + r + r^2 q(r))                   q of degree 9, see fast_exp.h
 *
 * (The sums are written for two chains of multiply-adds side by side.) Integers become doubles
 * and back through the low bits of 2^52 or 1.5 * 2^52.
 */
#include "linalg/elementary.h"

#include <stdint.h>
#include <string.h>

#include "base/clones.h"

#define LN2_HI 0x1.62e42fefa3800p-1 /* 42 bits: n times it is exact */
#define LN2_LO 0x1.ef35793c76730p-45

static inline uint64_t bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double double_of(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

GMIX_I_PART double log_of(double x) {
    const uint64_t one = 0x3ff0000000000000, root = 0x3fe6a09e667f3bcd; /* sqrt(1/2) */
    const uint64_t mantissa = 0x000fffffffffffff, two52 = 0x4330000000000000;
    const uint64_t carried = bits_of(x) + (one - root);
    const double e = double_of(carried >> 52 | two52) - (0x1p52 + 1023);
    const double f = double_of((carried & mantissa) + root) - 1.0;
    const double h = f / (2.0 + f), z = h * h, half_square = 0.5 * f * f;
    const double z2 = z * z;
    const double low = z2 * (0.3999999999940941908 +
                             z2 * (0.2222219843214978396 + z2 * 0.1531383769920937332));
    const double high =
        z * (0.6666666666666735130 +
             z2 * (0.2857142874366239149 +
                   z2 * (0.1818357216161805012 + z2 * 0.1479819860511658591)));
    const double tail = h * (half_square + (low + high)) + e * LN2_LO;
    return e * LN2_HI + (f - (half_square - tail));
}

GMIX_I_PART double exp_of(double x) {
    const double magic = 0x1.8p52;
    const double shifted = x * 1.4426950408889634 + magic, n = shifted - magic;
    const double r = (x - n * LN2_HI) - n * LN2_LO;
    const double r2 = r * r;
    const double even =
        0x1.0000000000001p-1 +
        r2 * (0x1.5555555553d63p-5 +
              r2 * (0x1.6c16c1788bd90p-10 +
                    r2 * (0x1.a019b90d2ae7ap-16 + r2 * 0x1.289185613a3d6p-22)));
    const double odd =
        0x1.5555555555556p-3 +
        r2 * (0x1.11111111109b3p-7 +
              r2 * (0x1.a01a01a7c41d5p-13 +
                    r2 * (0x1.71de0dae63bb3p-19 + r2 * 0x1.af38a9b0ec855p-26)));
    return double_of(bits_of(1.0 + (r + r2 * (even + r * odd))) +
                     (bits_of(shifted) << 52));
}

GMIX_I_CLONES static void logs(size_t n, double *x) {
    for (size_t i = 0; i < n; i += 8) {
        for (size_t u = 0; u < 8; u++) {
            x[i + u] = log_of(x[i + u]);
        }
    }
}

GMIX_I_CLONES static void exps(size_t n, double *x) {
    for (size_t i = 0; i < n; i += 8) {
        for (size_t u = 0; u < 8; u++) {
            x[i + u] = exp_of(x[i + u]);
        }
    }
}

void gmix_i_logs(size_t n, double *x) {
    logs(n, x);
}

void gmix_i_exps(size_t n, double *x) {
    exps(n, x);
}
