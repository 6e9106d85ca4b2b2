/*
 * The errors of gmix_i_logs and gmix_i_exps in units in the last place, against long double,
 * over their whole ranges: what elementary.h promises. And that the coordinates made with them
 * lead back to the covariances.
 */
#include <float.h>
#include <math.h>

#include "check.h"
#include "family/family.h"
#include "linalg/elementary.h"
#include "linalg/linalg.h"

enum { POINTS = 200000 };

static double ulps(double got, long double exact) {
    int exponent;
    (void)frexpl(exact, &exponent);
    return (double)(fabsl(got - exact) / ldexpl((long double)DBL_EPSILON, exponent - 1));
}

/* Largest error at points from + (to - from) (i / POINTS)^2, dense near `from`. */
static double worst_error(bool is_log, double from, double to) {
    double worst = 0.0;
    for (size_t i = 0; i < POINTS; i += 8) {
        double in[8], out[8];
        for (size_t u = 0; u < 8; u++) {
            const double f = (double)(i + u) / POINTS, at = from + (to - from) * f * f;
            in[u] = out[u] = is_log ? exp(at) : at;
        }
        (is_log ? gmix_i_logs : gmix_i_exps)(8, out);
        for (size_t u = 0; u < 8; u++) {
            const long double exact = is_log ? logl(in[u]) : expl(in[u]);
            const double error =
                exact == 0.0L ? out[u] / DBL_EPSILON : ulps(out[u], exact);
            worst = error <= worst ? worst : error;
        }
    }
    return worst;
}

static void check_errors(void) {
    const double ends[] = {1e-3, 1.0, 40.0, 700.0};
    for (size_t e = 0; e < sizeof ends / sizeof *ends; e++) {
        for (int sign = -1; sign <= 1; sign += 2) {
            CHECK_WHERE("0 to %g", sign * ends[e]);
            CHECK(worst_error(true, 0.0, sign * ends[e]) <= 1.0);
            CHECK(worst_error(false, 0.0, sign * ends[e]) <= 1.1);
        }
    }
}

/* Two covariances that are far from diagonal, their points and back. */
static void check_coordinates(const gmix_i_shape *shape, size_t d) {
    double cov[2 * 15], back[2 * 15], positive[16], rest[2 * 10 + 1], work[15],
        factor[15];
    const size_t len = shape->cov_len(d);
    CHECK_WHERE("%zu numbers in %zu dimensions", len, d);
    for (size_t c = 0; c < 2; c++) {
        for (size_t i = 0, at = 0; i < d; i++) {
            for (size_t j = 0; j <= i; j++, at++) {
                factor[at] = i == j ? 0.5 + (double)(c + i) : 1.0 - 0.7 * (double)(c + j);
            }
        }
        for (size_t i = 0; i < d; i++) {
            for (size_t j = len > d ? 0 : i; j <= i; j++) {
                double sum = 0.0;
                for (size_t t = 0; t <= j; t++) {
                    sum += factor[gmix_i_packed_len(i) + t] *
                           factor[gmix_i_packed_len(j) + t];
                }
                cov[c * len + (len > d ? gmix_i_packed_len(i) + j : i)] = sum;
            }
        }
    }
    CHECK(shape->unconstrain(NULL, 2, d, cov, positive, rest, work));
    shape->constrain(NULL, 2, d, positive, rest, back, work);
    for (size_t t = 0; t < 2 * len; t++) {
        CHECK_REL(back[t], cov[t], 1e-13);
    }
    cov[len] = -1.0; /* of the second one */
    CHECK(!shape->unconstrain(NULL, 2, d, cov, positive, rest, work));
}

int main(void) {
    check_errors();
    for (size_t d = 1; d <= 5; d++) {
        check_coordinates(&gmix_i_shape_dense, d);
        check_coordinates(&gmix_i_shape_diagonal, d);
    }
    return CHECK_DONE();
}
