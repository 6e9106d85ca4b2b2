/*
 * The eigensolver for wide matrices: what it makes of a = v diag(w) v^T, beside Jacobi's
 * rotations; the same bits for any number of threads. And what small ones are asked for instead: their lowest
 * eigenvalue. Takes a tenth of a second.
 */
#include <string.h>

#include "check.h"
#include "fixture.h"

#include "base/base.h"
#include "family/family.h"
#include "linalg/eights.h"
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

/* The lowest eigenvalue alone, and how many are negative, beside rotations. True if it is found, or half of them are lower than 0. */
static bool compare_lowest(size_t d, const double *a) {
    double w[8], v[64], work[64], value, low[8];
    size_t negative = 0;
    CHECK_WHERE("lowest, D = %zu", d);
    gmix_i_eigen_jacobi(d, a, w, v, work);
    sort(d, w);
    for (size_t e = 0; e < d; e++) {
        negative += w[e] < 0.0;
    }
    CHECK(gmix_i_lowest(d, a, d, w[0] - 1.0, &value, low) == negative);
    if (negative == 0 || value == 0.0) {
        return negative == 0 || 2 * negative > d + 1;
    }
    const double most = largest(d, w);
    CHECK_NEAR(value, w[0], 1e-14 * most);
    for (size_t i = 0; i < d; i++) {
        double rest = -value * low[i];
        for (size_t j = 0; j < d; j++) {
            rest += a[gmix_i_packed_len(i > j ? i : j) + (i > j ? j : i)] * low[j];
        }
        CHECK_NEAR(rest, 0.0, 1e-13 * most);
    }
    return true;
}

/* The bound of covariances: V max(W, 1) V^T in units of the floor. */
static void compare_bound(size_t d, const double *a, const double *floor) {
    double cov[36], w[8], v[64], work[36 + 128 + 8];
    const double ridge[8] = {0};
    const gmix_i_bounds bounds = {.floor = floor, .ridge = ridge, .work = work};
    CHECK_WHERE("bound, D = %zu", d);
    for (size_t i = 0, at = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++, at++) {
            cov[at] = a[at] / sqrt(floor[i] * floor[j]);
        }
    }
    gmix_i_eigen_jacobi(d, cov, w, v, work);
    const double most = largest(d, w);
    memcpy(cov, a, gmix_i_packed_len(d) * sizeof *cov);
    gmix_i_bound_dense(d, &bounds, false, cov);
    for (size_t i = 0, at = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++, at++) {
            double sum = 0.0;
            for (size_t e = 0; e < d; e++) {
                sum += v[i * d + e] * fmax(w[e], 1.0) * v[j * d + e];
            }
            CHECK_NEAR(cov[at] / sqrt(floor[i] * floor[j]), sum, 1e-12 * fmax(most, 1.0));
        }
    }
}

static void test_small(void) {
    static const double floor[] = {1.0, 0.25, 4.0, 1.0, 1e-4, 9.0, 1.0, 2.0};
    static const double heights[] = {0.0, 0.01, 0.1, 0.4, 3.0};
    double a[36], n = 0.0, found = 0.0;
    for (size_t d = 1; d <= GMIX_I_LOWEST_MOST; d++) {
        for (size_t rows = 1; rows < 14; rows++) {
            for (size_t h = 0; h < sizeof heights / sizeof *heights; h++) {
                scatter(d, rows, h % 2 ? 1.0 : 0.4, a);
                compare_bound(d, a, floor);
                for (size_t i = 0; i < d; i++) {
                    a[gmix_i_packed_len(i) + i] -= heights[h];
                }
                if (rows >= d || h > 0) { /* else zeros have either sign */
                    n++;
                    found += compare_lowest(d, a);
                }
            }
        }
        for (size_t t = 0; t < gmix_i_packed_len(d); t++) { /* it ends, with anything */
            a[t] = t % 3 ? -1e180 : 1e170;
        }
        double work[36 + 128 + 8];
        const gmix_i_bounds bounds = {.floor = floor, .ridge = floor, .work = work};
        gmix_i_bound_dense(d, &bounds, false, a);
    }
    CHECK(found > 0.9 * n);
}

/* Matrices side by side, of which the last is singular: the bits of one after another. */
static void compare_eights(size_t n, size_t d) {
    const size_t len = gmix_i_packed_len(d);
    double a[8 * 15], inv[8 * 15], det[8], out[8 * 5], own[8 * 5], rest[8 * 15], one[15],
        again[8 * 15];
    const double least[] = {0.05, 0.05, 0.05, 0.05, 0.05},
                 x[8 * 5] = {1.0, -2.0, 3.0, 0.5};
    char work[1024];
    CHECK_WHERE("%zu side by side, D = %zu", n, d);
    for (size_t k = 0; k < n; k++) {
        scatter(d, k + 1 < n ? 9 + k : 0, 1.0, a + k * len);
    }
    const unsigned above = gmix_i_eights_exceed(n, d, a, least);
    const unsigned inverted = gmix_i_eights_invert(n, d, a, 1e-4, x, inv, det, out);
    CHECK(inverted == gmix_i_eights_split(n, d, a, own, rest));
    CHECK(inverted == (1U << (n - 1)) - 1); /* the last is not */
    gmix_i_eights_square(n, d, own, rest, again);
    for (size_t k = 0; k + 1 < n; k++) {
        double product = 1.0;
        CHECK((above >> k & 1) ==
              gmix_i_exceeds_diagonal(NULL, d, a + k * len, least, one));
        CHECK(gmix_i_precision_factor(NULL, d, a + k * len, one, work));
        CHECK(memcmp(one, inv + k * len, len * sizeof *one) == 0);
        for (size_t i = 0; i < d; i++) {
            double sum = 0.0;
            product *= one[gmix_i_packed_len(i) + i];
            for (size_t j = 0; j <= i; j++) {
                sum += one[gmix_i_packed_len(i) + j] * x[k * d + j];
            }
            CHECK(out[k * d + i] == sum);
        }
        CHECK(det[k] == product);
        CHECK(gmix_i_cholesky(NULL, d, a + k * len, one));
        for (size_t i = 0, r = 0; i < d; i++) {
            CHECK(own[k * d + i] == one[gmix_i_packed_len(i) + i]);
            for (size_t j = 0; j < i; j++, r++) {
                CHECK(rest[k * (len - d) + r] == one[gmix_i_packed_len(i) + j]);
            }
        }
        for (size_t t = 0; t < len; t++) {
            CHECK_NEAR(again[k * len + t], a[k * len + t], 1e-14);
        }
    }
}

int main(void) {
    for (size_t d = 1; d <= GMIX_I_EIGHTS_MOST; d++) {
        for (size_t n = 2; n <= GMIX_I_EIGHTS; n++) {
            compare_eights(n, d);
        }
    }
    test_small();
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
