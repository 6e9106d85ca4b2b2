/*
 * Arrays of exact sums (exact_sum.h) to which whole arrays are added: the same sums, faster. A term is
 * a whole number of units t, |t| < 2^126, taken apart into
 *
 *     t = high 2^84 + middle 2^42 + low,   |middle|, |low| <= 2^41,   |high| <= 2^42,
 *
 * and the three are added as doubles, which is exact for 2^10 terms; then sums take them over. No step
 * of that has a branch or leaves floating point, so that the loop is vectorised.
 */
#ifndef GMIX_BASE_EXACT_LIMBS_H
#define GMIX_BASE_EXACT_LIMBS_H

#include "base/base.h"
#include "base/exact_sum.h"

typedef struct gmix_i_limbs {
    size_t n, n_terms;           /* sums; terms of each since the last flush */
    double *low, *middle, *high; /* n each; one piece of memory */
} gmix_i_limbs;

gmix_status gmix_i_limbs_new(gmix_ctx *ctx, size_t n, gmix_i_limbs *l);
void gmix_i_limbs_free(gmix_ctx *ctx, gmix_i_limbs *l);

/* sums[i] += x[i], rounded to whole units, for n of them; inverse: of the units, powers of two. What is
 * added may wait in the limbs until they are flushed. False: a term was beyond what fits, or not finite,
 * and was left out. */
bool gmix_i_limbs_add(gmix_i_limbs *l, const double *x, const double *inverse,
                      gmix_i_exact *sums);
void gmix_i_limbs_flush(gmix_i_limbs *l, gmix_i_exact *sums);

#endif
