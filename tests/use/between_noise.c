/*
 * Between mixtures with noise, which is uniform over its box: divergences by sums over a grid,
 * and products by their log-densities; modes where there is nothing else.
 */
#include "use_models.h"

typedef struct numbers {
    double kl_pq, kl_qp, js, hellinger, tv, entropy_p, entropy_q, ise;
} numbers;

/* Within a few standard errors, and more exactly where there is none. */
static void check_estimate(gmix_estimate found, double expected, double digits) {
    CHECK_NEAR(found.value, expected, 4.5 * found.error + digits);
}

static gmix_model *noisy_model(size_t d, double noise, double centre, double low,
                               double high) {
    const double w = 1 - noise, mu[2] = {centre, -centre}, var[2] = {1, .5};
    const double lower[2] = {low, low - 1}, upper[2] = {high, high};
    gmix_model *model = NULL;
    gmix_model_extras extras;
    gmix_model_extras_init(&extras);
    extras.noise_weight = noise;
    extras.noise_lower = lower;
    extras.noise_upper = upper;
    CHECK_STATUS(
        NULL, gmix_model_new_with(NULL, "diag", 1, d, &w, mu, var, NULL, &extras, &model),
        GMIX_OK);
    return model;
}

/* Density of such a model, by its formula. */
static double noisy_density(size_t d, double noise, double centre, double low,
                            double high, const double *x) {
    double z = (x[0] - centre) * (x[0] - centre), volume = high - low;
    double scale = 2 * 3.14159265358979323846;
    bool inside = x[0] >= low && x[0] <= high;
    if (d == 2) {
        z += 2 * (x[1] + centre) * (x[1] + centre);
        volume *= high - low + 1;
        scale *= scale * .5;
        inside = inside && x[1] >= low - 1 && x[1] <= high;
    }
    return (1 - noise) * exp(-.5 * z) / sqrt(scale) + (inside ? noise / volume : 0);
}

/* The integrals by sums over a grid whose cells end where the boxes do. */
static numbers noisy_numbers(size_t d, size_t per_unit) {
    numbers n = {0};
    const size_t side = 24 * per_unit, rows = d == 2 ? side : 1;
    const double cell = 1 / (double)per_unit, area = d == 2 ? cell * cell : cell;
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < side; j++) {
            const double x[2] = {-12 + cell * ((double)j + .5),
                                 -12 + cell * ((double)i + .5)};
            const double p = noisy_density(d, .2, 0, -3, 4, x);
            const double q = noisy_density(d, .3, .5, -5, 6, x), m = (p + q) / 2;
            n.kl_pq += area * p * log(p / q);
            n.kl_qp += area * q * log(q / p);
            n.js += area / 2 * (p * log(p / m) + q * log(q / m));
            n.hellinger += area / 2 * (sqrt(p) - sqrt(q)) * (sqrt(p) - sqrt(q));
            n.tv += area / 2 * fabs(p - q);
            n.entropy_p -= area * p * log(p);
            n.entropy_q -= area * q * log(q);
            n.ise += area * (p - q) * (p - q);
        }
    }
    return n;
}

static void test_noise_of(size_t d, size_t per_unit, double digits) {
    gmix_model *p = noisy_model(d, .2, 0, -3, 4), *q = noisy_model(d, .3, .5, -5, 6);
    const numbers n = noisy_numbers(d, per_unit);
    gmix_divergences f = {.k_p = 0};
    double kl;
    CHECK_WHERE("noise, %zu features", d);
    CHECK_STATUS(NULL, gmix_compare_models(NULL, p, q, NULL, &f), GMIX_OK);
    check_estimate(f.kl_pq, n.kl_pq, digits);
    check_estimate(f.kl_qp, n.kl_qp, digits);
    check_estimate(f.jensen_shannon, n.js, digits);
    check_estimate(f.hellinger, n.hellinger, digits);
    check_estimate(f.total_variation, n.tv, digits);
    check_estimate(f.entropy_p, n.entropy_p, digits);
    check_estimate(f.entropy_q, n.entropy_q, digits);
    CHECK_NEAR(f.ise, n.ise, digits);
    CHECK(f.kl_pq_lower <= n.kl_pq && f.kl_pq_upper >= n.kl_pq && f.kl_pq_upper < .5);
    CHECK(f.kl_qp_upper >= n.kl_qp && f.kl_qp_lower <= n.kl_qp);
    CHECK(f.k_p == 2 && f.k_q == 2);
    CHECK_NEAR(f.plan[0] + f.plan[1], .8, 1e-14);
    gmix_divergences_free(&f);
    CHECK_STATUS(NULL, gmix_compare_models(NULL, p, p, NULL, &f), GMIX_OK);
    CHECK(f.kl_pq.value == 0 && f.ise == 0 && f.mw2 == 0 && f.plan[3] == .2);
    gmix_divergences_free(&f);
    CHECK_STATUS(NULL, gmix_kl_approximation(NULL, p, q, "product", &kl), GMIX_ERR_MODEL);
    gmix_model_free(&p);
    gmix_model_free(&q);
}

/* Nothing but noise: the logarithm of a ratio of volumes, or infinite. */
static void test_noise_alone(void) {
    gmix_model *p = noisy_model(2, 1, 0, -1, 1), *q = noisy_model(2, 1, 0, -2, 3);
    gmix_divergences f = {.k_p = 0};
    CHECK_WHERE("noise alone");
    CHECK_STATUS(NULL, gmix_compare_models(NULL, p, q, NULL, &f), GMIX_OK);
    CHECK_NEAR(f.kl_pq.value, log(30. / 6), 1e-12);
    CHECK_NEAR(f.kl_pq_upper, log(30. / 6), 1e-12);
    CHECK(isinf(f.kl_qp.value));
    gmix_divergences_free(&f);
    gmix_model_free(&p);
    gmix_model_free(&q);
}

/* Log-densities of a product are the sums of both, less a constant, in the boxes and outside. */
static void test_noise_product(void) {
    gmix_model *p = noisy_model(2, .2, 0, -3, 4), *q = noisy_model(2, .3, .5, -5, 6);
    gmix_model *far = noisy_model(2, .3, .5, 5, 6), *f2 = use_f2(), *out = NULL;
    const gmix_model *const pairs[2][2] = {{p, q}, {f2, p}};
    const double x[8] = {0, 0, 1, -3, 3, 3.5, 40, -17};
    const gmix_table t = gmix_table_f64(x, 4, 2);
    for (size_t i = 0; i < 2; i++) {
        double scale, a[4], b[4], of_both[4];
        CHECK_WHERE("product with noise, %zu", i);
        CHECK_STATUS(NULL,
                     gmix_model_product(NULL, pairs[i][0], pairs[i][1], &out, &scale),
                     GMIX_OK);
        CHECK_EQ_INT(gmix_model_n_components(out), i ? 4 : 3);
        CHECK_STATUS(NULL, gmix_log_density(NULL, pairs[i][0], &t, a), GMIX_OK);
        CHECK_STATUS(NULL, gmix_log_density(NULL, pairs[i][1], &t, b), GMIX_OK);
        CHECK_STATUS(NULL, gmix_log_density(NULL, out, &t, of_both), GMIX_OK);
        for (size_t r = 0; r < 4; r++) {
            CHECK_NEAR(of_both[r], a[r] + b[r] - scale, 1e-11 * (1 + fabs(a[r] + b[r])));
        }
        gmix_model_free(&out);
    }
    CHECK_STATUS(NULL, gmix_model_product(NULL, p, far, &out, NULL), GMIX_ERR_MODEL);
    gmix_model_free(&p);
    gmix_model_free(&q);
    gmix_model_free(&far);
    gmix_model_free(&f2);
}

/* A reduction keeps the noise, and what it loses can be measured. */
static void test_noise_reduced(void) {
    const double w[] = {.3, .5}, mu[] = {-1, 1}, var[] = {1, 1}, low = -5, high = 6;
    gmix_model *m = NULL, *out = NULL;
    gmix_divergences f = {.k_p = 0};
    gmix_model_extras extras;
    gmix_model_extras_init(&extras);
    extras.noise_weight = .2;
    extras.noise_lower = &low;
    extras.noise_upper = &high;
    CHECK_WHERE("noise, reduced");
    CHECK_STATUS(NULL,
                 gmix_model_new_with(NULL, "V", 2, 1, w, mu, var, NULL, &extras, &m),
                 GMIX_OK);
    CHECK_STATUS(NULL, gmix_model_reduce(NULL, m, 1, NULL, NULL, &out), GMIX_OK);
    CHECK_STATUS(NULL, gmix_compare_models(NULL, m, out, NULL, &f), GMIX_OK);
    CHECK(f.kl_pq.value > 1e-4 && f.kl_pq.value < .1 && f.w1 > 0 && f.w2 > f.w1 * f.w1);
    gmix_divergences_free(&f);
    gmix_model_free(&m);
    gmix_model_free(&out);
}

/* Where the noise has all the weight, no place is higher than those around it, and no row ascends to any. */
static void test_modes_of_noise(void) {
    gmix_model *m = noisy_model(2, 1, 0, -2, 2);
    const double row[] = {.5, 1};
    const gmix_table x = gmix_table_f64(row, 1, 2);
    gmix_modes modes = {0};
    int32_t label = 7;
    CHECK_WHERE("modes of noise alone");
    CHECK_STATUS(NULL, gmix_modes_find(NULL, m, &modes), GMIX_OK);
    CHECK(modes.n == 0 && modes.n_saddles == 0);
    CHECK_STATUS(NULL, gmix_mode_labels(NULL, m, &modes, &x, &label), GMIX_OK);
    CHECK_EQ_INT(label, -1);
    gmix_modes_free(&modes);
    gmix_model_free(&m);
}

int main(void) {
    test_noise_of(1, 2000, 1e-7);
    test_noise_of(2, 20, 1e-4);
    test_noise_alone();
    test_noise_product();
    test_noise_reduced();
    test_modes_of_noise();
    return CHECK_DONE();
}
