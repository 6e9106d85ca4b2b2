/*
 * Sums that do not depend on the order of their terms: fixed-point numbers of 128 bits, so that
 * adding is exact (Kulisch 1971; Demmel & Hida 2003 round terms onto a common grid, too, but add
 * in floating point, word by word). The grid is known before the first term: `unit`, a power of
 * two so far below a bound on the whole sum that a double of the bound's size loses nothing until
 * it is 2^67 times smaller. Terms beyond the bound, and those that are not finite, are refused.
 */
#ifndef GMIX_BASE_EXACT_SUM_H
#define GMIX_BASE_EXACT_SUM_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/* high 2^64 + low, in units. */
typedef struct gmix_i_exact {
    uint64_t low;
    int64_t high;
} gmix_i_exact;

enum { GMIX_I_EXACT_BITS = 120 }; /* of a sum at its bound; 6 more are room */

/* The unit for sums of at most `bound`; the least power whose inverse is a normal number if that
 * is larger. */
static inline double gmix_i_exact_unit(double bound) {
    int power = 0;
    frexp(bound, &power);
    power -= GMIX_I_EXACT_BITS;
    return ldexp(1.0, power < -1000 ? -1000 : power > 1000 ? 1000 : power);
}

/* a += b, modulo 2^128. */
static inline void gmix_i_exact_join(gmix_i_exact *a, const gmix_i_exact *b) {
    const uint64_t low = a->low + b->low;
    const uint64_t carry = low < b->low;
    a->high = (int64_t)((uint64_t)a->high + (uint64_t)b->high + carry);
    a->low = low;
}

/* The sum as a double. */
static inline double gmix_i_exact_value(const gmix_i_exact *sum, double unit) {
    const bool negative = sum->high < 0;
    const uint64_t low = negative ? 0 - sum->low : sum->low;
    const uint64_t high =
        negative ? 0 - (uint64_t)sum->high - (sum->low > 0) : (uint64_t)sum->high;
    const double size = (double)high * 0x1p64 + (double)low;
    return (negative ? -size : size) * unit;
}

#endif
