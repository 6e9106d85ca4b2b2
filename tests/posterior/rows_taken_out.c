/* The density of a row given the others of its group, without taking it out: that of the group once it has been
 * taken out, for every kind of covariance and odd numbers of features; a row that is most of its group has none. */
#include "check.h"
#include "posterior/random_draws.h"
#include "posterior/row_groups.h"

enum { N = 9, MOST_D = 11 };

static void check(const char *family, size_t d) {
    gmix_i_stream stream = gmix_i_stream_open(3, GMIX_I_RNG_GIBBS, d);
    double x[N * MOST_D], mean[MOST_D] = {0.1}, shape[MOST_D * (MOST_D + 1) / 2] = {0};
    double ratio[N + 2], sum[N + 3], work[2 * MOST_D * MOST_D],
        arrays[2 * MOST_D * MOST_D];
    const bool is_full = strcmp(family, "full") == 0;
    for (size_t j = 0; j < d; j++) {
        shape[is_full ? j * (j + 1) / 2 + j : j] = 1.0 + 0.1 * (double)j;
    }
    gmix_i_group_prior p = {.kind = gmix_i_group_kind_named(family),
                            .d = d,
                            .nu = (double)d + 2.0,
                            .kappa = 0.3,
                            .scale = 0.8,
                            .mean = mean,
                            .shape = shape};
    CHECK(gmix_i_group_prior_begin(&p, N + 1, ratio, sum, work));
    gmix_i_row_group g = {.mean = arrays, .factor = arrays + d};
    gmix_i_group_clear(&p, &g);
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < d; j++) {
            x[i * d + j] = gmix_i_draw_normal(&stream) * (i == 0 ? 3.0 : 1.0);
        }
        CHECK(gmix_i_group_add(&p, &g, x + i * d, work));
    }
    for (size_t i = 0; i < N; i++) {
        const double own = gmix_i_group_predict_own(&p, &g, x + i * d, work);
        CHECK_WHERE("%s, %zu features, row %zu", family, d, i);
        CHECK(gmix_i_group_remove(&p, &g, x + i * d, work));
        CHECK_NEAR(own, gmix_i_group_predict(&p, &g, x + i * d, work), 1e-10);
        CHECK(gmix_i_group_add(&p, &g, x + i * d, work));
    }
    for (size_t j = 0; j < d; j++) {
        x[j] = 1e5;
    }
    CHECK(gmix_i_group_add(&p, &g, x, work));
    CHECK(isnan(gmix_i_group_predict_own(&p, &g, x, work)));
}

int main(void) {
    static const char *const families[] = {"full", "diag", "spherical"};
    for (size_t f = 0; f < 3; f++) {
        for (size_t d = 1; d <= MOST_D; d += f == 0 ? 1 : 4) {
            check(families[f], d);
        }
    }
    return CHECK_DONE();
}
