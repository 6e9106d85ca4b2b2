/* Exact sums of arrays, three limbs each. See exact_limbs.h. */
#include "base/exact_limbs.h"

#include <string.h>

#include "base/clones.h"

enum { MOST_TERMS = 1 << 10 }; /* 2^10 limbs of 2^42 are below 2^53 */

/* x + ROUND - ROUND is the whole number next to x, the even one of two, for |x| <= 2^51. */
static const double ROUND = 0x1.8p52, LIMIT = 0x1p126;

gmix_status gmix_i_limbs_new(gmix_ctx *ctx, size_t n, gmix_i_limbs *l) {
    gmix_status status = GMIX_OK;
    *l = (gmix_i_limbs){.n = n};
    GMIX_TRY(gmix_i_calloc(ctx, "exact sums", 3 * n, sizeof(double), &l->low));
    l->middle = l->low + n;
    l->high = l->middle + n;
done:
    return status;
}

void gmix_i_limbs_free(gmix_ctx *ctx, gmix_i_limbs *l) {
    gmix_i_free(ctx, l->low);
    *l = (gmix_i_limbs){0};
}

/* How many terms were left out. */
GMIX_I_CLONES static size_t add(const gmix_i_limbs *l, const double *restrict x,
                                const double *restrict inverse) {
    double *restrict low = l->low, *restrict middle = l->middle, *restrict high = l->high;
    size_t n_beyond = 0;
    for (size_t i = 0; i < l->n; i++) {
        const double all = x[i] * inverse[i];
        const bool fits = fabs(all) < LIMIT;
        const double t = fits ? all : 0.0;
        const double h = (t * 0x1p-84 + ROUND) - ROUND;
        const double rest = t - h * 0x1p84;
        const double m = (rest * 0x1p-42 + ROUND) - ROUND;
        high[i] += h;
        middle[i] += m;
        low[i] += (rest - m * 0x1p42 + ROUND) - ROUND;
        n_beyond += !fits;
    }
    return n_beyond;
}

bool gmix_i_limbs_add(gmix_i_limbs *l, const double *x, const double *inverse,
                      gmix_i_exact *sums) {
    if (l->n_terms == MOST_TERMS) {
        gmix_i_limbs_flush(l, sums);
    }
    l->n_terms++;
    return add(l, x, inverse) == 0;
}

/* sum += limb 2^bits, modulo 2^128, for 0 <= bits < 128. */
static void join(gmix_i_exact *sum, double limb, unsigned bits) {
    const int64_t whole = (int64_t)limb;
    const uint64_t word = (uint64_t)whole, sign = whole < 0 ? UINT64_MAX : 0;
    gmix_i_exact term = {.low = word, .high = (int64_t)sign};
    if (bits >= 64) {
        term = (gmix_i_exact){.high = (int64_t)(word << (bits - 64))};
    } else if (bits > 0) {
        term = (gmix_i_exact){.low = word << bits,
                              .high = (int64_t)(sign << bits | word >> (64 - bits))};
    }
    gmix_i_exact_join(sum, &term);
}

void gmix_i_limbs_flush(gmix_i_limbs *l, gmix_i_exact *sums) {
    for (size_t i = 0; i < l->n && l->n_terms > 0; i++) {
        join(&sums[i], l->low[i], 0);
        join(&sums[i], l->middle[i], 42);
        join(&sums[i], l->high[i], 84);
    }
    if (l->n_terms > 0) {
        memset(l->low, 0, 3 * l->n * sizeof *l->low);
    }
    l->n_terms = 0;
}
