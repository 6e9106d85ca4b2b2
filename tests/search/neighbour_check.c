/*
 * The neighbour of a component is the one that the formula says, whatever is left out on the way to it:
 * the least of sum_j (m_kj - m_aj)^2 / (v_kj + v_aj) + log (v_kj + v_aj), the first of equal ones.
 */
#include "check.h"
#include "fixture.h"
#include "search/merging.h"

enum { MOST_K = 40, MOST_D = 6 };

static size_t nearest(const gmix_i_params *p, size_t a) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    size_t near = a;
    double least = INFINITY;
    for (size_t k = 0; k < p->k; k++) {
        double sum = 0.0;
        for (size_t j = 0; j < d; j++) {
            const double off = p->means[k * d + j] - p->means[a * d + j];
            const double both = shape->variance(p->cov + k * len, j) +
                                shape->variance(p->cov + a * len, j);
            sum += off * off / both + log(both);
        }
        if (k != a && p->weights[k] > 0.0 && sum < least) {
            least = sum;
            near = k;
        }
    }
    return near;
}

/* Components on a grid, so that some are as near as others, of widths that differ by `decades`. */
static void place(gmix_i_params *p, double decades, uint64_t *state) {
    const gmix_i_shape *const shape = p->family->shape;
    double variances[MOST_D];
    for (size_t k = 0; k < p->k; k++) {
        p->weights[k] = fixture_uniform(state) < 0.1 ? 0.0 : 1.0 / (double)p->k;
        for (size_t j = 0; j < p->d; j++) {
            p->means[k * p->d + j] = floor(8.0 * fixture_uniform(state));
            variances[j] = pow(10.0, -floor(decades * fixture_uniform(state)));
        }
        shape->from_variances(p->d, variances, p->cov + k * shape->cov_len(p->d));
    }
}

static void test(gmix_ctx *ctx, const char *family, size_t k, size_t d, double decades) {
    uint64_t state = 17;
    const gmix_i_family *found = NULL;
    gmix_i_params p = {0};
    CHECK_WHERE("%s, K = %zu, D = %zu, %g decades", family, k, d, decades);
    CHECK_STATUS(ctx, gmix_i_family_get(ctx, family, d, &found), GMIX_OK);
    CHECK_STATUS(ctx, gmix_i_params_new(ctx, found, k, d, &p), GMIX_OK);
    for (int again = 0; again < 20; again++) {
        place(&p, decades, &state);
        for (size_t a = 0; a < k; a++) {
            CHECK_EQ_INT(gmix_i_part_neighbour(&p, a), nearest(&p, a));
        }
    }
    gmix_i_params_free(&ctx->opts.allocator, &p);
}

int main(void) {
    static const char *const families[] = {"full", "diag", "spherical"};
    gmix_ctx *ctx = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    for (size_t f = 0; f < 3; f++) {
        for (size_t d = 1; d <= MOST_D; d++) {
            test(ctx, families[f], MOST_K, d, 1.0);
            test(ctx, families[f], MOST_K, d, 6.0);
            test(ctx, families[f], 2, d, 30.0);
            test(ctx, families[f], 1, d, 2.0);
        }
    }
    gmix_ctx_free(&ctx);
    return CHECK_DONE();
}
