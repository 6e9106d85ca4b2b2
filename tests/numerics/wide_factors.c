/*
 * Precision factors of wide matrices that double precision cannot invert, against long double;
 * factors and products of wide matrices against their definition; and that whatever takes the cube of D
 * polls on its way.
 */
#include <float.h>
#include <string.h>

#include "check.h"
#include "fixture.h"

#include "base/base.h"
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
    if (CHECK(gmix_i_precision_factor(NULL, d, a, inv, work))) {
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
    CHECK(!gmix_i_precision_factor(NULL, d, a, inv, work));
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
    gmix_i_gram(NULL, d, m, a);
    gmix_i_constrain_dense(NULL, 1, d, positive, rest, cov, work);
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

static double dot_of_eight(size_t n, const double *x, const double *y) {
    double s[8] = {0}, rest = 0.0;
    for (size_t t = 0; t < n; t++) {
        *(t < n / 8 * 8 ? &s[t % 8] : &rest) += x[t] * y[t];
    }
    return ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7])) + rest;
}

/* Panels of rows and tiles of columns change no bit of what is made row by row. */
static void check_panels(size_t d) {
    const size_t len = gmix_i_packed_len(d);
    double *const a = make_matrix(d, 3, 1.0, 1.0), *const l =
                                                       fixture_alloc(len, sizeof *l);
    double *const m = fixture_alloc(len, sizeof *m), *const made =
                                                         fixture_alloc(len, sizeof *made);
    void *const work = aligned_alloc(64, (gmix_i_factor_work(d) + 63) / 64 * 64);
    memset(m, 0, len * sizeof *m);
    for (size_t i = 0; i < d; i++) {
        double *const li = l + gmix_i_packed_len(i), *const mi = m + gmix_i_packed_len(i);
        for (size_t j = 0; j <= i; j++) {
            const double *const lj = l + gmix_i_packed_len(j);
            const double left = a[gmix_i_packed_len(i) + j] - dot_of_eight(j, li, lj);
            li[j] = j < i ? left / lj[j] : sqrt(left);
        }
        for (size_t t = 0; t < i; t++) {
            for (size_t j = 0; j <= t; j++) {
                mi[j] += li[t] * m[gmix_i_packed_len(t) + j];
            }
        }
        mi[i] = 1.0 / li[i];
        for (size_t j = 0; j < i; j++) {
            mi[j] *= -mi[i];
        }
    }
    CHECK_WHERE("panels, D = %zu", d);
    CHECK(gmix_i_cholesky(NULL, d, a, made) && memcmp(made, l, len * sizeof *l) == 0);
    CHECK(gmix_i_precision_factor(NULL, d, a, made, work) &&
          memcmp(made, m, len * sizeof *m) == 0);
    free(a);
    free(l);
    free(m);
    free(made);
    free(work);
}

typedef struct polls {
    size_t n, at; /* so many; at which it is cancelled */
} polls;

static int count(void *user) {
    polls *const p = user;
    return ++p->n >= p->at;
}

enum { WIDE = 300, FUNCTIONS = 8 };

/* The function of that number; false if it said so. */
static bool call(gmix_ctx *ctx, int which, const double *a, double *to, double *work) {
    static double row[WIDE], least[WIDE];
    double *const square = work + (size_t)WIDE * WIDE;
    switch (which) {
    case 0:
        return gmix_i_cholesky(ctx, WIDE, a, to);
    case 1:
        return gmix_i_exceeds_diagonal(ctx, WIDE, a, least, to);
    case 2:
        return gmix_i_precision_factor(ctx, WIDE, a, to, work);
    case 3:
        gmix_i_from_eigen(ctx, WIDE, square, a, to, row);
        return true;
    case 4:
        gmix_i_add_outer(ctx, WIDE, WIDE, square, to);
        return true;
    case 5:
        gmix_i_gram(ctx, WIDE, a, to);
        return true;
    case 6:
        gmix_i_constrain_dense(ctx, 1, WIDE, row, a, to, work);
        return true;
    default:
        gmix_i_congruence(ctx, WIDE, square, square, to, work);
        return true;
    }
}

/* Each polls every few dozen rows, and not once more when that has failed; what failed then is called by its name. */
static void check_polls(void) {
    const size_t square = (size_t)WIDE * WIDE;
    double *const a = make_matrix(WIDE, WIDE / 2, 1e-6, 1.0); /* not for doubles */
    double *const to = fixture_alloc(square, sizeof *to);
    double *const work = fixture_alloc(4 * square, sizeof *work);
    memset(to, 0, square * sizeof *to);
    memset(work, 0, 4 * square * sizeof *work);
    for (int which = 0; which < FUNCTIONS; which++) {
        for (size_t at = SIZE_MAX;; at = 1) {
            polls p = {.at = at};
            gmix_ctx_options opts;
            gmix_ctx *ctx = NULL;
            gmix_ctx_options_init(&opts);
            opts.cancel = count;
            opts.user = &p;
            CHECK_STATUS(NULL, gmix_ctx_new(&opts, &ctx), GMIX_OK);
            CHECK_WHERE("function %d, to be cancelled at %zu", which, at);
            const bool good = call(ctx, which, a, to, work);
            CHECK(at > 1 ? good && p.n >= WIDE / 48 : p.n == 1 && good == (which > 2));
            CHECK_STATUS(ctx, gmix_i_fail(ctx, GMIX_ERR_SINGULAR, "singular"),
                         at > 1 ? GMIX_ERR_SINGULAR : GMIX_ERR_CANCELLED);
            gmix_ctx_free(&ctx);
            if (at == 1) {
                break;
            }
        }
    }
    free(a);
    free(to);
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
        check_panels(sizes[s]);
    }
    check_polls();
    return CHECK_DONE();
}
