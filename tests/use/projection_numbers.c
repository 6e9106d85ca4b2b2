/*
 * Directions that tell components apart, by the numbers of R's MclustDR, from the same fits; crabs and
 * banknotes where they are (merge_fits.h).
 */
#include "merge_fits.h"

/* Eigenvalues, and of the first n_given of them the directions, whose signs are arbitrary there. */
static void check_projection(const gmix_model *model, const gmix_table *x, double lambda,
                             size_t n, const double *eigenvalues, double tolerance,
                             size_t n_given, const double *directions) {
    gmix_projection p = {0};
    CHECK_STATUS(NULL, gmix_projection_find(NULL, model, x, lambda, &p), GMIX_OK);
    for (size_t i = 0; i < n; i++) {
        CHECK_REL(p.eigenvalues[i], eigenvalues[i], tolerance);
    }
    CHECK_EQ_INT(p.n_directions, n);
    for (size_t i = 0; i < n_given; i++) {
        const double *const found = p.directions + i * p.n_features;
        const double *const given = directions + i * p.n_features;
        double product = 0;
        for (size_t j = 0; j < p.n_features; j++) {
            product += found[j] * given[j];
        }
        for (size_t j = 0; j < p.n_features; j++) {
            CHECK_NEAR(found[j], product < 0 ? -given[j] : given[j], 1e-6);
        }
    }
    gmix_projection_free(&p);
}

/* MclustDR's eigenvalues and directions, from the same fits; units and offsets change nothing. */
static void test_projection(void) {
    const fixture data = fixture_csv("data/iris.csv");
    const gmix_table x = gmix_table_f64(data.x, data.n, data.d);
    gmix_model *two = fit_of(data.x, data.n, data.d, "VEV", 2, 2);
    gmix_model *three = fit_of(data.x, data.n, data.d, "VEV", 3, 43);
    CHECK_WHERE("projection");
    check_projection(three, &x, 1, 2, (double[]){1.87856514447, .0725067163009}, 1e-8, 2,
                     (double[]){.2039886, .4351051, -.5585879, -.6760560, -.0139148,
                                -.5565978, .2645890, -.7873995});
    check_projection(
        three, &x, .5, 4,
        (double[]){.948609281968, .623544294125, .0742953477406, .0327652642668}, 1e-8, 0,
        NULL);
    check_projection(two, &x, 1, 1, (double[]){1.6489015527}, 1e-7, 1,
                     (double[]){.1929305, .7096740, -.6564488, -.1679753});
    check_projection(
        two, &x, .5, 4,
        (double[]){.850678715954, .345862763036, .0649149802696, .0302692553862}, 1e-7, 0,
        NULL);
    gmix_model *f3 = mclust_faithful(true);
    gmix_projection p = {0};
    const fixture faithful = fixture_csv("data/faithful.csv");
    const gmix_table old = gmix_table_f64(faithful.x, faithful.n, 2);
    check_projection(f3, &old, 1, 2, (double[]){1.77839709682, .00755251520469}, 1e-8, 2,
                     (double[]){.999909, .013494, .9959264, -.0901702});
    gmix_model_free(&f3);
    free(faithful.x);
    for (size_t i = 0; i < data.n; i++) {
        data.x[i * data.d] = 1e8 + 1e3 * data.x[i * data.d];
    }
    gmix_model *far = fit_of(data.x, data.n, data.d, "full", 2, 30);
    CHECK_STATUS(NULL, gmix_projection_find(NULL, far, &x, 1, &p), GMIX_OK);
    const double there = p.eigenvalues[0];
    gmix_projection_free(&p);
    for (size_t i = 0; i < data.n; i++) {
        data.x[i * data.d] = (data.x[i * data.d] - 1e8) / 1e3;
    }
    gmix_model *near = fit_of(data.x, data.n, data.d, "full", 2, 30);
    CHECK_STATUS(NULL, gmix_projection_find(NULL, near, &x, 1, &p), GMIX_OK);
    CHECK_REL(p.eigenvalues[0], there, 1e-6);
    const double by_data = p.eigenvalues[0];
    gmix_projection_free(&p);
    CHECK_STATUS(NULL, gmix_projection_find(NULL, near, NULL, 1, &p), GMIX_OK);
    CHECK_REL(p.eigenvalues[0], by_data,
              1e-4); /* an EM fixed point has the data's moments */
    gmix_projection_free(&p);
    CHECK_STATUS(NULL, gmix_projection_find(NULL, near, &x, 2, &p), GMIX_ERR_OPTION);
    CHECK_STATUS(NULL, gmix_projection_find(NULL, NULL, &x, 1, &p), GMIX_ERR_ARGUMENT);
    gmix_model_free(&two);
    gmix_model_free(&three);
    gmix_model_free(&far);
    gmix_model_free(&near);
    free(data.x);
}

/* Crabs of two species and sexes: as many EM steps as mclust took. */
static void test_crabs(void) {
    const fixture data = merge_data("crabs.csv", 5);
    const gmix_table x = gmix_table_f64(data.x, data.n, 5);
    if (data.n == 0) {
        free(data.x);
        return;
    }
    gmix_model *model = fit_of(data.x, data.n, 5, "EEV", 4, 69);
    CHECK_WHERE("projection of crabs");
    check_projection(model, &x, 1, 3,
                     (double[]){1.590698935, 1.07817772321, .0991040480128}, 1e-8, 0,
                     NULL);
    check_projection(model, &x, .5, 5,
                     (double[]){.84516932512, .65031455947, .251841059058, .131652890851,
                                .101513575549},
                     1e-8, 0, NULL);
    gmix_model_free(&model);
    free(data.x);
}

/* Means and covariances (by n) of rows. */
static void moments_of(const double *x, size_t n, size_t d, double *mean, double *cov) {
    memset(mean, 0, d * sizeof *mean);
    memset(cov, 0, d * d * sizeof *cov);
    for (size_t i = 0; i < n * d; i++) {
        mean[i % d] += x[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t c = 0; c < d * d; c++) {
            cov[c] += (x[i * d + c / d] - mean[c / d]) *
                      (x[i * d + c % d] - mean[c % d]) / (double)n;
        }
    }
}

/*
 * Swiss banknotes (Flury & Riedwyl 1988), the first hundred genuine: one Gaussian for each kind with a common
 * covariance (EDDA, EEE), and MclustDA's choice, one of the genuine and two (EVE) of the counterfeit.
 */
static void test_banknotes(void) {
    enum { D = 6, N = 100, S = D * D };
    const fixture data = merge_data("banknote.csv", D);
    double mu[3 * D], s[3 * S], common[S];
    if (data.n == 0) {
        free(data.x);
        return;
    }
    const gmix_table x = gmix_table_f64(data.x, data.n, D);
    moments_of(data.x, N, D, mu, s);
    moments_of(data.x + N * D, N, D, mu + D, s + S);
    for (size_t c = 0; c < S; c++) {
        common[c] = .5 * (s[c] + s[S + c]);
    }
    CHECK_WHERE("banknotes, EDDA");
    gmix_model *model = use_model("tied", 2, D, NULL, mu, common, NULL);
    check_projection(
        model, &x, 1, 1, (double[]){1.70811024646}, 1e-10, 1,
        (double[]){.00196935, .32714361, -.33365186, -.43910970, -.46329823, .61170829});
    gmix_model_free(&model);
    CHECK_WHERE("banknotes, MclustDA");
    gmix_model *false_ones = fit_of(data.x + N * D, N, D, "EVE", 2, 60);
    double w[3] = {.5, 0, 0};
    for (size_t k = 0; k < 2; k++) {
        w[k + 1] = .5 * gmix_model_weights(false_ones)[k];
        memcpy(mu + (k + 1) * D, gmix_model_means(false_ones) + k * D, D * sizeof *mu);
        gmix_model_covariance(false_ones, k, s + (k + 1) * S);
    }
    model = use_model("full", 3, D, w, mu, s, NULL);
    check_projection(model, &x, 1, 2, (double[]){1.71875866539, 1.06072859087}, 1e-8, 2,
                     (double[]){-.07015997, -.36887821, .29525420, .54682965, .55720436,
                                -.40290451, -.2569003, -.1996311, -.1011103, .4625410,
                                .4136975, .7062836});
    gmix_model_free(&false_ones);
    gmix_model_free(&model);
    free(data.x);
}

int main(void) {
    test_projection();
    test_crabs();
    test_banknotes();
    return CHECK_DONE();
}
