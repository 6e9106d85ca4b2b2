/*
 * Conditionals by their numbers: Old Faithful's mixture F2 (waiting given eruptions) and iris, as
 * gmr 2.0.3 has them, quantiles by root finding in SciPy; and gmr's own test.
 */
#include "fixture.h"
#include "use_models.h"

static const double levels[3] = {.025, .5, .975};

typedef struct line {
    double eruptions, weights[2], mean, variance, quantiles[3];
} line;

static const line lines[] = {
    {2.0,
     {.999999766195246, 2.33804754220916e-07},
     54.24958188260529,
     30.959469667584926,
     {43.34410484356966, 54.24958043184262, 65.15506729177801}},
    {3.0,
     {.12310828444051, .87689171555949},
     71.31809132325048,
     47.16113752041838,
     {55.768377201267654, 71.88989227131141, 83.40045002845179}},
    {3.5,
     {1.02104372610040e-06, .999998978956274},
     75.59809515291724,
     30.841002161801043,
     {64.71348326712253, 75.598100437687, 86.48267575283998}},
    {4.5,
     {8.70289857517094e-20, 1},
     81.13213075341505,
     30.840857176260215,
     {70.24755989198407, 81.13213075341505, 92.016701614846}},
};

enum { N_LINES = sizeof lines / sizeof *lines };

static void check_line(const gmix_model *model, const line *l) {
    CHECK_WHERE("eruptions %g", l->eruptions);
    const size_t eruptions = 0;
    gmix_model *given = NULL;
    gmix_evidence evidence;
    if (!CHECK_STATUS(NULL,
                      gmix_model_condition(NULL, model, 1, &eruptions, &l->eruptions,
                                           &given, &evidence),
                      GMIX_OK)) {
        return;
    }
    CHECK_EQ_STR(gmix_model_feature_name(given, 0), "waiting");
    const double *const w = gmix_model_weights(given), *const mu =
                                                           gmix_model_means(given);
    CHECK_REL(w[0], l->weights[0], 1e-11);
    CHECK_REL(w[1], l->weights[1], 1e-12);
    CHECK_REL(w[0] * mu[0] + w[1] * mu[1], l->mean, 1e-13);
    double at = 75, density, own;
    const gmix_table x = gmix_table_f64(&at, 1, 1);
    CHECK_STATUS(NULL, gmix_log_density(NULL, given, &x, &density), GMIX_OK);
    double joint[2] = {l->eruptions, at};
    const gmix_table row = gmix_table_f64(joint, 1, 2);
    CHECK_STATUS(NULL, gmix_log_density(NULL, model, &row, &own), GMIX_OK);
    CHECK_NEAR(density + evidence.log_density, own, 1e-12);
    if (l->eruptions == 3.0) {
        CHECK_REL(mu[0], 60.54106751808742, 1e-14);
        CHECK_REL(mu[1], 72.83109559559858, 1e-14);
        CHECK_REL(gmix_model_covariances(given)[0], 30.95942989307832, 1e-13);
        CHECK_REL(gmix_model_covariances(given)[1], 30.84085717626002, 1e-13);
        CHECK_REL(exp(density), .058669165536719206, 1e-12);
    }
    gmix_model_free(&given);
}

static void test_rows(const gmix_model *model) {
    double x[N_LINES], mean[N_LINES], sd[N_LINES], quantiles[N_LINES * 3];
    double weights[N_LINES * 2];
    const size_t waiting = 1;
    for (size_t i = 0; i < N_LINES; i++) {
        x[i] = lines[i].eruptions;
    }
    const gmix_table table = gmix_table_f64(x, N_LINES, 1);
    gmix_regress_options opts;
    gmix_regress_options_init(&opts);
    opts.n_quantiles = 3;
    opts.quantiles = levels;
    const gmix_regression out = {
        .mean = mean, .sd = sd, .quantiles = quantiles, .weights = weights};
    CHECK_STATUS(NULL, gmix_regress(NULL, model, 1, &waiting, &table, &opts, &out),
                 GMIX_OK);
    for (size_t i = 0; i < N_LINES; i++) {
        CHECK_WHERE("eruptions %g, in a table", x[i]);
        CHECK_REL(mean[i], lines[i].mean, 1e-13);
        CHECK_REL(sd[i] * sd[i], lines[i].variance, 1e-12);
        for (size_t q = 0; q < 3; q++) {
            CHECK_REL(quantiles[i * 3 + q], lines[i].quantiles[q], 1e-13);
        }
        CHECK_NEAR(weights[i * 2], lines[i].weights[0], 1e-13);
        CHECK_REL(weights[i * 2 + 1], lines[i].weights[1], 1e-11);
    }
}

/* gmr's test: E[y | x = 0] = 1 + 1 / (1 + sqrt e). */
static void test_toy(void) {
    const double mu[] = {0, 1, 1, 2}, s[] = {1, 1}, zero = 0;
    gmix_model *toy = use_model("spherical", 2, 2, NULL, mu, s, NULL);
    const gmix_table x = gmix_table_f64(&zero, 1, 1);
    const size_t y = 1;
    double mean;
    const gmix_regression out = {.mean = &mean};
    CHECK_WHERE("gmr's test");
    CHECK_STATUS(NULL, gmix_regress(NULL, toy, 1, &y, &x, NULL, &out), GMIX_OK);
    CHECK_REL(mean, 1.3775406687981455, 1e-15);
    gmix_model_free(&toy);
}

/* Inputs whose distances from all means are no doubles: a target that knows nothing of them is where the
 * nearest component has it, and one that does at the last double there is. */
static void test_beyond_doubles(void) {
    const double mu[] = {5, 3, 1e308, 7, 1e308, 5};
    const double variances[] = {.1, .2, .03, .4, .1, .7};
    const double full[] = {1, .5, 0, .5, 2, 0, 0, 0, 3, 1, -.5, 0, -.5, 2, 0, 0, 0, 3};
    const double rows[] = {3, 1e308, 4, 3, -1e308, 5, 1e308, 1e308, 1e308, -1e308};
    gmix_model *const models[2] = {use_model("diag", 2, 3, NULL, mu, variances, NULL),
                                   use_model("full", 2, 3, NULL, mu, full, NULL)};
    const gmix_table x = gmix_table_f64(rows, 5, 2);
    double mean[5];
    const size_t first = 0;
    const gmix_regression out = {.mean = mean};
    for (size_t m = 0; m < 2; m++) {
        CHECK_WHERE("far, model %zu", m);
        CHECK_STATUS(NULL, gmix_regress(NULL, models[m], 1, &first, &x, NULL, &out),
                     GMIX_OK);
        for (size_t i = 0; i < 5; i++) {
            CHECK(!isnan(mean[i]));
            CHECK(m == 1 || mean[i] == 5 || mean[i] == 7);
        }
    }
    CHECK(mean[2] <
          -1e307); /* of the second component, whose features fall with each other */
    gmix_model *free_one = models[0], *free_other = models[1];
    gmix_model_free(&free_one);
    gmix_model_free(&free_other);
}

/* Components so far apart that the square of the pull of one at the other is no double: a mode each. */
static void test_modes_beyond_doubles(void) {
    const double w[] = {.6, .4}, mu[] = {4, 80, 1e140, 55}, variances[] = {16, 17};
    gmix_model *model = use_model("spherical", 2, 2, w, mu, variances, NULL);
    gmix_modes modes = {0};
    CHECK_WHERE("modes 1e140 apart");
    CHECK_STATUS(NULL, gmix_modes_find(NULL, model, &modes), GMIX_OK);
    if (CHECK_EQ_INT(modes.n, 2)) {
        CHECK_REL(modes.at[0], 4.0, 1e-9);
        CHECK_REL(modes.at[2], 1e140, 1e-9);
    }
    gmix_modes_free(&modes);
    gmix_model_free(&model);
}

/* Four features that are one, but for rounding: along it the density is that of two normals, whose modes are
 * those of the first feature by itself. */
static void test_modes_of_thin(void) {
    enum { THIN = 4 };
    const double w[] = {.6, .4}, v = 3.24, e = 1e-12;
    double mu[2 * THIN], s[THIN * THIN];
    for (size_t i = 0; i < THIN * THIN; i++) {
        mu[i % (2 * THIN)] = (i % (2 * THIN) < THIN ? -3.6 : 1.9) + (double)(i % THIN);
        s[i] = i / THIN == i % THIN ? v + e : v;
    }
    gmix_model *thin = use_model("tied", 2, THIN, w, mu, s, NULL), *one = NULL;
    const size_t first = 0;
    gmix_modes modes = {0}, of_one = {0};
    CHECK_WHERE("modes of four features that are one");
    CHECK_STATUS(NULL, gmix_model_marginal(NULL, thin, 1, &first, &one), GMIX_OK);
    CHECK_STATUS(NULL, gmix_modes_find(NULL, thin, &modes), GMIX_OK);
    CHECK_STATUS(NULL, gmix_modes_find(NULL, one, &of_one), GMIX_OK);
    if (CHECK_EQ_INT(modes.n, 2) && CHECK_EQ_INT(of_one.n, 2) &&
        CHECK_EQ_INT(modes.n_saddles, 1)) {
        CHECK_REL(modes.at[0], of_one.at[0], 1e-4);
        CHECK_REL(modes.at[THIN], of_one.at[1], 1e-4);
        CHECK_REL(modes.saddles[0], of_one.saddles[0], 1e-2);
    }
    gmix_modes_free(&modes);
    gmix_modes_free(&of_one);
    gmix_model_free(&thin);
    gmix_model_free(&one);
}

static double r2(const fixture *data, size_t column, const double *predicted) {
    double mean = 0, around = 0, left = 0;
    for (size_t i = 0; i < data->n; i++) {
        mean += data->x[i * 4 + column] / (double)data->n;
    }
    for (size_t i = 0; i < data->n; i++) {
        const double y = data->x[i * 4 + column];
        around += (y - mean) * (y - mean);
        left += (y - predicted[2 * i + column - 2]) * (y - predicted[2 * i + column - 2]);
    }
    return 1 - left / around;
}

/* Iris, full, three components: petals given sepals. */
static void check_iris(const gmix_model *model, const fixture *data) {
    const size_t petals[2] = {2, 3};
    const double sepals[2] = {5.8, 3.0};
    double mean[2], covariance[4],
        weights[3], *const all = fixture_alloc(300, sizeof *all);
    gmix_table x = gmix_table_f64(sepals, 1, 2);
    gmix_regression out = {.mean = mean, .covariance = covariance, .weights = weights};
    CHECK_STATUS(NULL, gmix_regress(NULL, model, 2, petals, &x, NULL, &out), GMIX_OK);
    CHECK_NEAR(mean[0], 4.4897994425, 1e-5);
    CHECK_NEAR(mean[1], 1.595057381, 1e-5);
    CHECK_NEAR(covariance[0], .1828276616, 1e-5);
    CHECK_NEAR(covariance[1], .1101402475, 1e-5);
    CHECK(covariance[1] == covariance[2]);
    CHECK_NEAR(covariance[3], .1086552929, 1e-5);
    double most = 0, least = 1;
    size_t first = 0, last = 0;
    for (size_t k = 0; k < 3; k++) {
        first = weights[k] < least ? k : first;
        last = weights[k] > most ? k : last;
        most = fmax(most, weights[k]);
        least = fmin(least, weights[k]);
    }
    CHECK_NEAR(most, .63865113414, 1e-5);
    CHECK_REL(least, 1.8960471798e-05, 1e-4);
    CHECK_NEAR(weights[3 - first - last], .36132990539, 1e-5);
    const double means[3][2] = {{1.58895553, .29473968}, /* setosa, and so on */
                                {4.24169343, 1.38128916},
                                {4.92847940, 1.97296160}};
    gmix_model *at = NULL;
    CHECK_STATUS(
        NULL, gmix_model_condition(NULL, model, 2, (size_t[]){0, 1}, sepals, &at, NULL),
        GMIX_OK);
    const size_t order[3] = {first, last, 3 - first - last};
    for (size_t k = 0; at && k < 6; k++) {
        CHECK_NEAR(gmix_model_means(at)[2 * order[k / 2] + k % 2], means[k / 2][k % 2],
                   1e-5);
    }
    gmix_model_free(&at);
    x = gmix_table_f64(data->x, data->n, 2);
    x.row_stride = 4;
    out = (gmix_regression){.mean = all};
    CHECK_STATUS(NULL, gmix_regress(NULL, model, 2, petals, &x, NULL, &out), GMIX_OK);
    CHECK_NEAR(r2(data, 2, all), .9461785584, 1e-6);
    CHECK_NEAR(r2(data, 3, all), .8736229462, 1e-6);
    free(all);
}

static void test_iris(void) {
    fixture data = fixture_csv("data/iris.csv");
    const gmix_table x = gmix_table_f64(data.x, data.n, data.d);
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = 3;
    opts.tol = 1e-12;
    opts.max_iter = 2000;
    gmix_model *model = NULL;
    gmix_report report = {0};
    CHECK_WHERE("iris");
    if (CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &model, &report), GMIX_OK) &&
        CHECK_NEAR(report.log_likelihood, -180.18547713, 1e-6)) {
        check_iris(model, &data);
    }
    gmix_report_free(&report);
    gmix_model_free(&model);
    free(data.x);
}

/* Far from the data the line goes on, and the evidence says what it is worth. */
static void test_far(const gmix_model *model) {
    const double x[] = {50, 1000, 3};
    const size_t waiting = 1;
    double mean[3];
    gmix_evidence evidence[3];
    const gmix_table table = gmix_table_f64(x, 3, 1);
    const gmix_regression out = {.mean = mean, .evidence = evidence};
    CHECK_WHERE("far away");
    CHECK_STATUS(NULL, gmix_regress(NULL, model, 1, &waiting, &table, NULL, &out),
                 GMIX_OK);
    CHECK_NEAR(mean[0], 332.93, .005);
    CHECK_NEAR(mean[1], 5590.25, .005);
    CHECK(evidence[0].tail == 0 && evidence[0].log_density < -5000);
    CHECK(evidence[2].tail > .001 && evidence[2].tail < .01);
}

int main(void) {
    gmix_model *model = use_f2();
    for (size_t i = 0; i < N_LINES; i++) {
        check_line(model, &lines[i]);
    }
    test_rows(model);
    test_toy();
    test_beyond_doubles();
    test_modes_beyond_doubles();
    test_modes_of_thin();
    test_iris();
    test_far(model);
    gmix_model_free(&model);
    return CHECK_DONE();
}
