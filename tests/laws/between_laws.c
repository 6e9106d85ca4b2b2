/*
 * Laws of divergences and reductions, for every family:
 *
 *   Kullback-Leibler divergences lie between their bounds; 0 <= Jensen-Shannon <= log 2;
 *   H^2 <= TV <= sqrt(2 H^2) for the squared Hellinger distance; plans have the models' weights
 *   a linear map of both models changes none but the integrals of squares
 *   a reduced model has the mean and covariance of the model, whatever K; with all its
 *   components it is the model
 */
#include "law.h"

enum { N = 300, D = 3, K = 4 };

static gmix_model *made(const char *family, uint64_t seed, size_t k) {
    fixture data = fixture_clusters(N, D, K, 2.0, seed);
    gmix_model *const model = law_model(family, &data, k, 0);
    free(data.x);
    return model;
}

static gmix_divergences compared(const gmix_model *p, const gmix_model *q) {
    gmix_divergences d = {.k_p = 0};
    gmix_divergence_options opts;
    gmix_divergence_options_init(&opts);
    opts.tolerance = 1e-2;
    opts.max_draws = 20000;
    CHECK_STATUS(NULL, gmix_compare_models(NULL, p, q, &opts, &d), GMIX_OK);
    return d;
}

static void check_order(const gmix_divergences *d) {
    CHECK(d->kl_pq.value >= d->kl_pq_lower && d->kl_pq.value <= d->kl_pq_upper);
    CHECK(d->kl_qp.value >= d->kl_qp_lower && d->kl_qp.value <= d->kl_qp_upper);
    CHECK(d->jensen_shannon.value >= 0 && d->jensen_shannon.value <= log(2.0));
    const double slack = 5 * (d->hellinger.error + d->total_variation.error);
    CHECK(d->hellinger.value <= d->total_variation.value + slack);
    CHECK(d->total_variation.value <= sqrt(2 * d->hellinger.value) + slack);
    CHECK(d->ise >= 0 && d->cauchy_schwarz >= 0 && d->mw2 > 0);
}

static void check_plan(const gmix_divergences *d, const gmix_model *p,
                       const gmix_model *q) {
    for (size_t i = 0; i < d->k_p; i++) {
        double sum = 0;
        for (size_t j = 0; j < d->k_q; j++) {
            CHECK(d->plan[i * d->k_q + j] >= 0);
            sum += d->plan[i * d->k_q + j];
        }
        CHECK_NEAR(sum, gmix_model_weights(p)[i], 1e-12);
    }
    for (size_t j = 0; j < d->k_q; j++) {
        double sum = 0;
        for (size_t i = 0; i < d->k_p; i++) {
            sum += d->plan[i * d->k_q + j];
        }
        CHECK_NEAR(sum, gmix_model_weights(q)[j], 1e-12);
    }
}

static void order_holds(const char *family) {
    gmix_model *p = made(family, 7, K), *q = made(family, 7, K - 1),
               *far = made(family, 8, K);
    gmix_divergences near_one = compared(p, q), far_one = compared(p, far);
    check_order(&near_one);
    check_order(&far_one);
    check_plan(&near_one, p, q);
    check_plan(&far_one, p, far);
    gmix_divergences_free(&near_one);
    gmix_divergences_free(&far_one);
    gmix_model_free(&p);
    gmix_model_free(&q);
    gmix_model_free(&far);
}

static void maps_change_nothing(const char *family) {
    gmix_model *p = made(family, 7, K), *q = made(family, 7, K - 1), *a = NULL, *b = NULL;
    const double matrix[D * D] = {1000, 300, 0, 0, 1, -.5, 0, 0, .01},
                            by[D] = {1e8, 0, -5};
    CHECK_STATUS(NULL, gmix_model_transform(NULL, p, D, matrix, by, NULL, &a), GMIX_OK);
    CHECK_STATUS(NULL, gmix_model_transform(NULL, q, D, matrix, by, NULL, &b), GMIX_OK);
    gmix_divergences here = compared(p, q), there = compared(a, b);
    CHECK_NEAR(here.kl_pq_upper, there.kl_pq_upper, 1e-6);
    CHECK_REL(here.ise, 10 * there.ise, 1e-4); /* the determinant */
    CHECK_NEAR(here.kl_pq.value, there.kl_pq.value,
               5 * (here.kl_pq.error + there.kl_pq.error));
    CHECK_NEAR(here.hellinger.value, there.hellinger.value,
               5 * (here.hellinger.error + there.hellinger.error));
    gmix_divergences_free(&here);
    gmix_divergences_free(&there);
    gmix_model_free(&p);
    gmix_model_free(&q);
    gmix_model_free(&a);
    gmix_model_free(&b);
}

static void check_moments(const gmix_model *a, const gmix_model *b) {
    double mean[2][D], cov[2][D * D];
    CHECK_STATUS(NULL, gmix_moments(NULL, a, mean[0], cov[0], NULL, NULL), GMIX_OK);
    CHECK_STATUS(NULL, gmix_moments(NULL, b, mean[1], cov[1], NULL, NULL), GMIX_OK);
    for (size_t i = 0; i < D; i++) {
        CHECK_NEAR(mean[0][i], mean[1][i], 1e-10 * (1 + fabs(mean[0][i])));
    }
    for (size_t i = 0; i < D * D; i++) {
        CHECK_NEAR(cov[0][i], cov[1][i], 1e-9 * (1 + fabs(cov[0][i])));
    }
}

static void reductions_keep_moments(const char *family) {
    gmix_model *model = made(family, 7, K), *out = NULL;
    for (size_t k = 1; k <= K; k++) {
        for (int refined = 0; refined < 2; refined++) {
            gmix_merge steps[K];
            const char *const refine = refined ? "transport" : NULL;
            CHECK_STATUS(NULL, gmix_model_reduce(NULL, model, k, refine, steps, &out),
                         GMIX_OK);
            CHECK_EQ_INT(gmix_model_n_components(out), k);
            check_moments(model, out);
            for (size_t s = 0; s < K - k; s++) {
                CHECK(steps[s].first < steps[s].second && steps[s].second < K - s &&
                      steps[s].cost >= 0);
            }
            if (k == K) {
                same_model(model, out);
            }
            gmix_model_free(&out);
        }
    }
    gmix_model_free(&model);
}

/* The squared error of a model moved there is no larger, and nothing near it is better; the same
 * far away and in other units. */
static void squares_fall(const char *family) {
    gmix_model *model = made(family, 7, K), *moved = NULL;
    const double matrix[D * D] = {1000, 300, 0, 0, 1, -.5, 0, 0, .01},
                            by[D] = {1e8, 0, -5};
    CHECK_STATUS(NULL, gmix_model_transform(NULL, model, D, matrix, by, NULL, &moved),
                 GMIX_OK);
    for (size_t k = 1; k < K; k++) {
        const gmix_model *const from[3] = {model, model, moved};
        double ise[3];
        for (size_t i = 0; i < 3; i++) {
            gmix_model *out = NULL;
            CHECK_STATUS(NULL,
                         gmix_model_reduce(NULL, from[i], k, i ? "squared-error" : NULL,
                                           NULL, &out),
                         GMIX_OK);
            gmix_divergences d = compared(from[i], out);
            ise[i] = d.ise;
            gmix_divergences_free(&d);
            gmix_model_free(&out);
        }
        CHECK(ise[1] <= ise[0] * (1 + 1e-9));
        CHECK_REL(10 * ise[2], ise[1], 1e-4); /* the determinant */
    }
    gmix_model_free(&model);
    gmix_model_free(&moved);
}

int main(void) {
    LAW(order_holds);
    LAW(maps_change_nothing);
    LAW_OF_LETTERS(reductions_keep_moments);
    LAW(squares_fall);
    return CHECK_DONE();
}
