/*
 * The eigensolver for wide matrices: what it makes of a = v diag(w) v^T, beside Jacobi's
 * rotations; the same bits for any number of threads.
 */
#include <string.h>

#include "check.h"
#include "fixture.h"

#include "base/base.h"
#include "linalg/linalg.h"

enum { D = 131 };

static double random_real(uint64_t *state) {
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    return (double)(*state >> 11) * 0x1p-53 - 0.5;
}

/* Scatter of `rows` random rows, feature j times scale^j. */
static void scatter(size_t d, size_t rows, double scale, double *a) {
    uint64_t state = rows + d;
    double *const x = fixture_alloc(d, sizeof *x);
    memset(a, 0, gmix_i_packed_len(d) * sizeof *a);
    for (size_t n = 0; n < rows; n++) {
        for (size_t j = 0; j < d; j++) {
            x[j] = random_real(&state) * pow(scale, (double)j);
        }
        for (size_t i = 0, at = 0; i < d; i++) {
            for (size_t j = 0; j <= i; j++, at++) {
                a[at] += x[i] * x[j];
            }
        }
    }
    free(x);
}

static double largest(size_t d, const double *w) {
    double most = 0.0;
    for (size_t e = 0; e < d; e++) {
        most = fmax(most, fabs(w[e]));
    }
    return most;
}

/* The largest element of |a - v diag(w) v^T| and of |v^T v - 1|. */
static void residuals(size_t d, const double *a, const double *w, const double *v,
                      double *product, double *unit) {
    *product = *unit = 0.0;
    for (size_t i = 0, at = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++, at++) {
            double whole = a[at], length = i == j ? -1.0 : 0.0;
            for (size_t e = 0; e < d; e++) {
                whole -= v[i * d + e] * w[e] * v[j * d + e];
                length += v[e * d + i] * v[e * d + j];
            }
            *product = fmax(*product, fabs(whole));
            *unit = fmax(*unit, fabs(length));
        }
    }
}

static void sort(size_t d, double *w) {
    for (size_t i = 1; i < d; i++) {
        for (size_t j = i; j > 0 && w[j] < w[j - 1]; j--) {
            const double kept = w[j];
            w[j] = w[j - 1];
            w[j - 1] = kept;
        }
    }
}

static void compare(const char *what, size_t d, const double *a) {
    CHECK_WHERE("%s, D = %zu", what, d);
    double *const w = fixture_alloc(2 * d + 3 * d * d, sizeof *w), *const other = w + d,
                  *const v = other + d, *const work = v + d * d,
                  *const again = work + d * d;
    double product, unit;
    gmix_i_eigen_wide(NULL, d, a, w, v, work);
    const double most = largest(d, w), allowed = 4e-15 * (double)d;
    residuals(d, a, w, v, &product, &unit);
    CHECK(product <= allowed * most);
    CHECK(unit <= allowed);
    gmix_ctx_options opts;
    gmix_ctx_options_init(&opts);
    opts.n_threads = 3;
    gmix_ctx *ctx = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(&opts, &ctx), GMIX_OK);
    gmix_i_eigen_wide(ctx, d, a, other, again, work);
    CHECK(memcmp(w, other, d * sizeof *w) == 0);
    CHECK(memcmp(v, again, d * d * sizeof *v) == 0);
    gmix_ctx_free(&ctx);
    gmix_i_eigen_jacobi(d, a, other, again, work);
    sort(d, w);
    sort(d, other);
    for (size_t e = 0; e < d; e++) {
        CHECK_NEAR(w[e], other[e], allowed * most);
    }
    free(w);
}

static void test_cut(const double *a) {
    gmix_ctx *ctx = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    double *const w = fixture_alloc(D + 2 * D * D, sizeof *w);
    gmix_ctx_set_time_limit(ctx, 1e-9);
    gmix_i_eigen(ctx, D, a, w, w + D, w + D + (size_t)D * D); /* ends, with anything */
    CHECK(gmix_i_cancelled(ctx));
    free(w);
    gmix_ctx_free(&ctx);
}

int main(void) {
    double *const a = fixture_alloc(gmix_i_packed_len(200), sizeof *a);
    static const size_t sizes[] = {4, 5, 9, 41, 64, D, 200};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const size_t d = sizes[s];
        scatter(d, 3 * d, 1.0, a);
        compare("regular", d, a);
        scatter(d, d / 2, 1.0, a);
        compare("half the rank", d, a);
        scatter(d, 1, 1.0, a);
        compare("one row", d, a);
        scatter(d, 2 * d, 0.9, a);
        compare("graded", d, a);
        memset(a, 0, gmix_i_packed_len(d) * sizeof *a);
        compare("zero", d, a);
        for (size_t i = 0; i < d; i++) {
            a[gmix_i_packed_len(i) + i] = i % 2 ? 1.0 : 1e-30;
        }
        compare("diagonal", d, a);
        for (size_t t = 0; t < gmix_i_packed_len(d); t++) {
            a[t] = 1e200;
        }
        compare("huge, and all the same", d, a);
    }
    scatter(D, D, 1.0, a);
    test_cut(a);
    a[7] = NAN;
    double *const w = fixture_alloc(D + 2 * D * D, sizeof *w);
    gmix_i_eigen(NULL, D, a, w, w + D, w + D + (size_t)D * D);
    CHECK(isnan(w[0]));
    free(w);
    free(a);
    return CHECK_DONE();
}
