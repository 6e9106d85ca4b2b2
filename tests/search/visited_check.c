/*
 * Which runs are taken to end in a solution that was visited: those that are near it and below it
 * in log-likelihood, whatever the order of their components and whatever the family.
 */
#include "check.h"
#include "search/visited.h"

#include <math.h>

enum { K = 3, D = 2, ROOM = 32 };

static const double N_ROWS = 1000.0, TOP = -5000.0;

typedef struct visit {
    gmix_ctx *ctx;
    gmix_i_params at; /* the solution, and what is compared with it */
    gmix_i_visited visited;
} visit;

/* Three components a few standard deviations apart, all of them of one family. */
static void place(gmix_i_params *p) {
    const gmix_i_shape *const shape = p->family->shape;
    static const double variances[D] = {1.0, 1.0};
    for (size_t k = 0; k < K; k++) {
        p->weights[k] = 0.2 + 0.1333 * (double)k;
        for (size_t j = 0; j < D; j++) {
            p->means[k * D + j] = 3.0 * (double)k - (double)j;
        }
        shape->from_variances(D, variances, p->cov + k * shape->cov_len(D));
    }
}

static visit open_visit(const char *family) {
    visit v = {0};
    const gmix_i_family *found = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &v.ctx), GMIX_OK);
    CHECK_STATUS(v.ctx, gmix_i_family_get(v.ctx, family, D, &found), GMIX_OK);
    CHECK_STATUS(v.ctx, gmix_i_params_new(v.ctx, found, K, D, &v.at), GMIX_OK);
    CHECK_STATUS(v.ctx, gmix_i_visited_new(v.ctx, K, D, N_ROWS, &v.visited), GMIX_OK);
    place(&v.at);
    return v;
}

static void close_visit(visit *v) {
    gmix_i_visited_free(v->ctx, &v->visited);
    gmix_i_params_free(&v->ctx->opts.allocator, &v->at);
    gmix_ctx_free(&v->ctx);
}

static bool is_met(visit *v, double log_likelihood) {
    return gmix_i_visited_near(&v->visited, &v->at, log_likelihood) < v->visited.n;
}

static void swap_components(gmix_i_params *p, size_t a, size_t b) {
    const double weight = p->weights[a];
    p->weights[a] = p->weights[b];
    p->weights[b] = weight;
    for (size_t j = 0; j < D; j++) {
        const double mean = p->means[a * D + j];
        p->means[a * D + j] = p->means[b * D + j];
        p->means[b * D + j] = mean;
    } /* the covariances are the same */
}

/* Shifts of a mean whose divergence is known: w s^2 / v, below and above the radius of 0.05. */
static void near_and_below_is_met(const char *family) {
    visit v = open_visit(family);
    CHECK_WHERE("near_and_below_is_met, %s", family);
    CHECK(!is_met(&v, TOP));
    gmix_i_visited_add(&v.visited, &v.at, TOP, 0);
    CHECK(is_met(&v, TOP));
    CHECK(is_met(&v, TOP - 1.0));
    CHECK(!is_met(&v, TOP + 1e-6));         /* above: it goes elsewhere */
    CHECK(!is_met(&v, TOP - 0.1 * N_ROWS)); /* as low as nothing near can be */
    v.at.means[0] += sqrt(0.9 * 0.05 / v.at.weights[0]);
    CHECK(is_met(&v, TOP - 1.0));
    place(&v.at);
    v.at.means[0] += sqrt(1.1 * 0.05 / v.at.weights[0]);
    CHECK(!is_met(&v, TOP - 1.0));
    place(&v.at);
    for (size_t k = 0; k < K; k++) {
        v.at.weights[k] += sqrt(0.9 * 0.05 * v.at.weights[k]);
        CHECK(is_met(&v, TOP - 1.0));
        place(&v.at);
        v.at.weights[k] += sqrt(1.1 * 0.05 * v.at.weights[k]);
        CHECK(!is_met(&v, TOP - 1.0));
        place(&v.at);
    }
    close_visit(&v);
}

/* One component 1 + e times as wide in both features: w e^2 / (1 + e). */
static void width_counts(const char *family) {
    visit v = open_visit(family);
    CHECK_WHERE("width_counts, %s", family);
    gmix_i_visited_add(&v.visited, &v.at, TOP, 0);
    for (size_t outside = 0; outside < 2; outside++) {
        const double q = (outside ? 1.1 : 0.9) * 0.05 / v.at.weights[1];
        const double e = 0.5 * (q + sqrt(q * (q + 4.0))), wide[D] = {1.0 + e, 1.0 + e};
        const gmix_i_shape *const shape = v.at.family->shape;
        shape->from_variances(D, wide, v.at.cov + shape->cov_len(D));
        CHECK_EQ_INT(is_met(&v, TOP - 1.0), !outside);
    }
    close_visit(&v);
}

static void order_means_nothing(const char *family) {
    visit v = open_visit(family);
    CHECK_WHERE("order_means_nothing, %s", family);
    gmix_i_visited_add(&v.visited, &v.at, TOP, 0);
    swap_components(&v.at, 0, 2);
    CHECK(is_met(&v, TOP - 1.0));
    swap_components(&v.at, 0, 1);
    v.at.means[D] += 0.1;
    CHECK(is_met(&v, TOP - 1.0));
    v.at.means[D] += 1.0;
    CHECK(!is_met(&v, TOP - 1.0));
    close_visit(&v);
}

/* Two components in one place: a run with one there has none left to be near to the second. */
static void one_for_each(const char *family) {
    visit v = open_visit(family);
    CHECK_WHERE("one_for_each, %s", family);
    v.at.weights[0] = v.at.weights[1];
    v.at.means[D] = v.at.means[0];
    v.at.means[D + 1] = v.at.means[1];
    gmix_i_visited_add(&v.visited, &v.at, TOP, 0);
    CHECK(is_met(&v, TOP - 1.0));
    v.at.means[D] += 1.0;
    CHECK(!is_met(&v, TOP - 1.0));
    close_visit(&v);
}

/* Number s lies 100 s to the right. */
static void the_oldest_is_forgotten(const char *family) {
    visit v = open_visit(family);
    CHECK_WHERE("the_oldest_is_forgotten, %s", family);
    for (size_t s = 0; s <= ROOM; s++) {
        for (size_t k = 0; k < K; k++) {
            v.at.means[k * D] = 3.0 * (double)k + 100.0 * (double)s;
        }
        gmix_i_visited_add(&v.visited, &v.at, TOP, (double)s);
        CHECK_EQ_INT(v.visited.n, s < ROOM ? s + 1 : ROOM);
        const size_t met = gmix_i_visited_near(&v.visited, &v.at, TOP - 1.0);
        CHECK(met < v.visited.n && v.visited.score[met] == (double)s);
    }
    place(&v.at);
    CHECK(!is_met(&v, TOP - 1.0)); /* number 0 */
    for (size_t k = 0; k < K; k++) {
        v.at.means[k * D] += 100.0;
    }
    CHECK(is_met(&v, TOP - 1.0)); /* number 1 */
    gmix_i_visited_forget(&v.visited);
    CHECK(!is_met(&v, TOP - 1.0));
    close_visit(&v);
}

int main(void) {
    static const char *const families[] = {"full", "diag", "spherical", "VEE"};
    for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
        near_and_below_is_met(families[f]);
        width_counts(families[f]);
        order_means_nothing(families[f]);
        one_for_each(families[f]);
        the_oldest_is_forgotten(families[f]);
    }
    return CHECK_DONE();
}
