/*
 * Exact sums of arrays, whose terms wait in limbs, against exact sums of one term after the other: words
 * are the same, whatever the terms, and whenever limbs are flushed; what does not fit is left out and said.
 */
#include <math.h>

#include "base/exact_limbs.h"
#include "check.h"

enum { SUMS = 37, TERMS = 3000 };

/* sum += x, rounded to a whole number of units; false, and nothing happens, if x is beyond what
 * fits. inverse: of the unit. */
static bool exact_add(gmix_i_exact *sum, double x, double inverse) {
    const double size = rint(fabs(x) * inverse);
    if (!(size < 0x1p126)) {
        return false;
    }
    const uint64_t high = (uint64_t)(size * 0x1p-64);
    const uint64_t low = (uint64_t)(size - (double)high * 0x1p64);
    const bool negative = x < 0.0;
    const gmix_i_exact term = {.low = negative ? 0 - low : low,
                               .high = (int64_t)(negative ? 0 - high - (low > 0) : high)};
    gmix_i_exact_join(sum, &term);
    return true;
}

/* Terms of all sizes and both signs; halves of units among them, which are rounded to even. */
static double term(uint64_t *state, double unit) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    const uint64_t r = *state >> 11;
    const double sign = r & 1 ? 1.0 : -1.0;
    const int power = (int)(r >> 1 & 127) - 2;
    const double share = r & 512 ? 0.5 + (double)(r >> 12) * 0x1p-42 : 0.5;
    return sign * ldexp(share, power) * unit;
}

static void check_words(gmix_ctx *ctx, uint64_t seed, size_t flush_after) {
    gmix_i_limbs limbs;
    gmix_i_exact one[SUMS] = {{0}}, all[SUMS] = {{0}};
    double x[SUMS], inverse[SUMS];
    uint64_t state = seed;
    CHECK_STATUS(ctx, gmix_i_limbs_new(ctx, SUMS, &limbs), GMIX_OK);
    for (size_t t = 0; t < TERMS; t++) {
        for (size_t i = 0; i < SUMS; i++) {
            const double unit = ldexp(1.0, (int)i * 20 - 360);
            inverse[i] = 1.0 / unit;
            x[i] = i % 5 == 4 ? (double)(t % 7) * 0.5 * unit : term(&state, unit);
            CHECK(exact_add(&one[i], x[i], inverse[i]));
        }
        CHECK(gmix_i_limbs_add(&limbs, x, inverse, all));
        if (t % flush_after == flush_after - 1) {
            gmix_i_limbs_flush(&limbs, all);
        }
    }
    gmix_i_limbs_flush(&limbs, all);
    for (size_t i = 0; i < SUMS; i++) {
        CHECK_WHERE("sum %zu, flushed after %zu terms", i, flush_after);
        CHECK(one[i].low == all[i].low && one[i].high == all[i].high);
    }
    gmix_i_limbs_free(ctx, &limbs);
}

static void check_beyond(gmix_ctx *ctx) {
    const double bad[] = {NAN, INFINITY, -INFINITY, 0x1p126, -0x1p126, 0x1p1000};
    gmix_i_limbs limbs;
    CHECK_STATUS(ctx, gmix_i_limbs_new(ctx, 2, &limbs), GMIX_OK);
    for (size_t b = 0; b < sizeof bad / sizeof *bad; b++) {
        const double x[] = {3.0, bad[b]}, inverse[] = {1.0, 1.0};
        gmix_i_exact sums[2] = {{0}};
        CHECK_WHERE("%g", bad[b]);
        CHECK(!gmix_i_limbs_add(&limbs, x, inverse, sums));
        gmix_i_limbs_flush(&limbs, sums);
        CHECK(sums[0].low == 3 && sums[0].high == 0);
        CHECK(sums[1].low == 0 && sums[1].high == 0);
    }
    gmix_i_limbs_free(ctx, &limbs);
}

int main(void) {
    gmix_ctx *ctx = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    check_words(ctx, 1, 1);
    check_words(ctx, 2, 700);
    check_words(ctx, 3, TERMS);
    check_beyond(ctx);
    gmix_ctx_free(&ctx);
    return CHECK_DONE();
}
