/*
 * Directions that tell components apart, by the numbers of R's MclustDR, from the same fits. GMIX_MERGE_DATA
 * names a folder with crabs.csv (MASS), as for clusters_numbers.
 */
#include "merge_fits.h"

static void check_projection(const gmix_model *model, const gmix_table *x, double lambda,
                             size_t n, const double *eigenvalues, const double *direction,
                             double tolerance) {
    gmix_projection p = {0};
    CHECK_STATUS(NULL, gmix_projection_find(NULL, model, x, lambda, &p), GMIX_OK);
    for (size_t i = 0; i < n; i++) {
        CHECK_REL(p.eigenvalues[i], eigenvalues[i], tolerance);
    }
    CHECK_EQ_INT(p.n_directions, n);
    for (size_t j = 0; j < p.n_features && direction; j++) {
        CHECK_NEAR(p.directions[j], direction[j], 1e-6);
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
    check_projection(three, &x, 1, 2, (double[]){1.87856514447, .0725067163009},
                     (double[]){-.2039886, -.4351051, .5585879, .6760560}, 1e-8);
    check_projection(
        three, &x, .5, 4,
        (double[]){.948609281968, .623544294125, .0742953477406, .0327652642668}, NULL,
        1e-8);
    check_projection(two, &x, 1, 1, (double[]){1.6489015527},
                     (double[]){.1929305, .7096740, -.6564488, -.1679753}, 1e-7);
    check_projection(
        two, &x, .5, 4,
        (double[]){.850678715954, .345862763036, .0649149802696, .0302692553862}, NULL,
        1e-7);
    gmix_model *f3 = use_f3(); /* mclust's fit is .0003 short of it */
    gmix_projection p = {0};
    const fixture faithful = fixture_csv("data/faithful.csv");
    const gmix_table old = gmix_table_f64(faithful.x, faithful.n, 2);
    check_projection(f3, &old, 1, 2, (double[]){1.77839709682, .00755251520469}, NULL,
                     .1);
    CHECK_STATUS(NULL, gmix_projection_find(NULL, f3, &old, 1, &p), GMIX_OK);
    CHECK_REL(p.eigenvalues[0], 1.77839709682, 1e-3);
    CHECK_NEAR(p.directions[0], .999909, 1e-5);
    CHECK_NEAR(p.directions[1], .013494, 5e-4);
    CHECK_NEAR(p.directions[2], .9959264, 1e-5);
    CHECK_NEAR(p.directions[3], -.0901702, 5e-4);
    gmix_projection_free(&p);
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
    gmix_model *model = fit_of(data.x, data.n, 5, "EEV", 4, 69);
    CHECK_WHERE("projection of crabs");
    check_projection(model, &x, 1, 3,
                     (double[]){1.590698935, 1.07817772321, .0991040480128}, NULL, 1e-8);
    check_projection(model, &x, .5, 5,
                     (double[]){.84516932512, .65031455947, .251841059058, .131652890851,
                                .101513575549},
                     NULL, 1e-8);
    gmix_model_free(&model);
    free(data.x);
}

int main(void) {
    test_projection();
    if (getenv("GMIX_MERGE_DATA")) {
        test_crabs();
    }
    return CHECK_DONE();
}
