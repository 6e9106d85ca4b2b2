/*
 * Precision factors of wide matrices that double precision cannot invert, against long double;
 * and products of wide matrices against their definition.
 */
#include <float.h>
#include <string.h>

#include "check.h"
#include "fixture.h"

#include "family/family.h"
#include "linalg/linalg.h"
#include "linalg/pairs.h"

static double random_real(uint64_t *state) {
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    return (double)(*state >> 11) * 0x1p-53 - 0.5;
}

/* Scatter of `rows` < D random rows, and `ridge` on the diagonal: of condition D / ridge. */
static double *make_matrix(size_t d, size_t rows, double ridge, double unit) {
    double *const a = fixture_alloc(gmix_i_packed_len(d), sizeof *a);
    double *const x = fixture_alloc(d, sizeof *x);
    uint64_t state = d;
    memset(a, 0, gmix_i_packed_len(d) * sizeof *a);
    for (size_t n = 0; n < rows; n++) {
        for (size_t j = 0; j < d; j++) {
            x[j] = random_real(&state);
        }
        for (size_t i = 0; i < d; i++) {
            for (size_t j = 0; j <= i; j++) {
                a[gmix_i_packed_len(i) + j] += x[i] * x[j] * unit;
            }
        }
    }
    for (size_t i = 0; i < d; i++) {
        a[gmix_i_packed_len(i) + i] += ridge * unit;
    }
    free(x);
    return a;
}

/* l l^T = a, then l y = x by substitution: |y|^2. */
static long double exact_square(size_t d, const double *a, const double *x) {
    long double *const l = fixture_alloc(gmix_i_packed_len(d), sizeof *l);
    long double *const y = fixture_alloc(d, sizeof *y), square = 0.0L;
    for (size_t i = 0; i < d; i++) {
        long double *const li = l + gmix_i_packed_len(i);
        y[i] = x[i];
        for (size_t j = 0; j <= i; j++) {
            const long double *const lj = l + gmix_i_packed_len(j);
            long double s = a[gmix_i_packed_len(i) + j];
            for (size_t t = 0; t < j; t++) {
                s -= li[t] * lj[t];
            }
            li[j] = j < i ? s / lj[j] : sqrtl(s);
            y[i] -= j < i ? li[j] * y[j] : 0.0L;
        }
        y[i] /= li[i];
        square += y[i] * y[i];
    }
    free(l);
    free(y);
    return square;
}

/* |inv x|^2 for a random x keeps nine digits. */
static void check_factor(size_t d, double ridge, double unit) {
    double *const a = make_matrix(d, d / 2, ridge, unit);
    double *const inv = fixture_alloc(gmix_i_packed_len(d), sizeof *inv);
    double *const x = fixture_alloc(d, sizeof *x);
    void *const work = aligned_alloc(64, (gmix_i_factor_work(d) + 63) / 64 * 64);
    uint64_t state = 7;
    CHECK_WHERE("D = %zu, ridge %g, unit %g", d, ridge, unit);
    for (size_t j = 0; j < d; j++) {
        x[j] = random_real(&state);
    }
    if (CHECK(gmix_i_precision_factor(d, a, inv, work))) {
        double square = 0.0;
        for (size_t i = 0; i < d; i++) {
            double sum = 0.0;
            for (size_t j = 0; j <= i; j++) {
                sum += inv[gmix_i_packed_len(i) + j] * x[j];
            }
            square += sum * sum;
        }
        CHECK_REL(square, (double)exact_square(d, a, x), 1e-9);
    }
    a[gmix_i_packed_len(d) - 1] = -1.0;
    CHECK(!gmix_i_precision_factor(d, a, inv, work));
    free(a);
    free(inv);
    free(x);
    free(work);
}

/* a = m^T m and cov = l l^T. */
static void check_products(size_t d) {
    const size_t len = gmix_i_packed_len(d);
    double *const m = make_matrix(d, 3, 1.0, 1.0), *const a =
                                                       fixture_alloc(len, sizeof *a);
    double *const cov = fixture_alloc(len, sizeof *cov);
    double *const positive = fixture_alloc(d, sizeof *positive);
    double *const rest = fixture_alloc(len, sizeof *rest);
    double *const work = fixture_alloc(len, sizeof *work), worst = 0.0;
    size_t n = 0;
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j < i; j++) {
            rest[n++] = m[gmix_i_packed_len(i) + j];
        }
        positive[i] = m[gmix_i_packed_len(i) + i];
    }
    gmix_i_gram(d, m, a);
    gmix_i_constrain_dense(1, d, positive, rest, cov, work);
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            double gram = 0.0, product = 0.0;
            for (size_t t = i; t < d; t++) {
                gram += m[gmix_i_packed_len(t) + i] * m[gmix_i_packed_len(t) + j];
            }
            for (size_t t = 0; t <= j; t++) {
                product += m[gmix_i_packed_len(i) + t] * m[gmix_i_packed_len(j) + t];
            }
            worst = fmax(worst, fabs(gram - a[gmix_i_packed_len(i) + j]));
            worst = fmax(worst, fabs(product - cov[gmix_i_packed_len(i) + j]));
        }
    }
    CHECK_WHERE("products, D = %zu", d);
    CHECK(worst < 1e-13 * (double)d);
    free(m);
    free(a);
    free(cov);
    free(positive);
    free(rest);
    free(work);
}

int main(void) {
    static const size_t sizes[] = {9, 31, 32, 33, 45, 64, 131};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        for (int digits = 3; digits < 10; digits += 2) {
            check_factor(sizes[s], pow(10.0, -digits), 1.0);
        }
        check_factor(sizes[s], 1e-6, 1e-90);
        check_factor(sizes[s], 1e-6, 1e-150);
        check_factor(sizes[s], 1e-6, 1e150);
        check_products(sizes[s]);
    }
    return CHECK_DONE();
}
