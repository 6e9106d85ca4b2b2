/*
 * Moments, quantiles, highest-density regions, modes and probabilities of boxes by their
 * numbers: SciPy's root finding (1e-14) and Genz's integrals, quadrature on fine grids.
 */
#include "fixture.h"
#include "use_models.h"

static const double levels[13] = {.001, .01, .025, .05,  .1,  .25, .5,
                                  .75,  .9,  .95,  .975, .99, .999};

static void check_quantiles(const char *name, const gmix_model *model,
                            const double expected[13]) {
    double x[13], lower[13], upper[13];
    CHECK_WHERE("%s", name);
    CHECK_STATUS(NULL, gmix_quantiles(NULL, model, 13, levels, 0, x), GMIX_OK);
    CHECK_STATUS(NULL, gmix_cdf(NULL, model, 13, x, lower, upper), GMIX_OK);
    for (size_t i = 0; i < 13; i++) {
        CHECK_REL(x[i], expected[i], 1e-9);
        CHECK_REL(exp(lower[i]), levels[i], 1e-13);
        CHECK_REL(exp(upper[i]), 1 - levels[i], 1e-13);
    }
}

static void check_moments(const gmix_model *model, double mean, double variance,
                          double skewness, double kurtosis) {
    double found[4];
    CHECK_STATUS(NULL, gmix_moments(NULL, model, found, found + 1, found + 2, found + 3),
                 GMIX_OK);
    CHECK_REL(found[0], mean, 1e-9);
    CHECK_REL(found[1], variance, 1e-9);
    CHECK_REL(found[2], skewness, 1e-8);
    CHECK_REL(found[3], kurtosis, 1e-8);
}

/* To rounding: the density is the level at every end, the probability between them the mass. */
static void check_ends(const gmix_model *model, const gmix_region *region) {
    double inside = 0, l[16], lower[16];
    const size_t n = 2 * region->n_intervals;
    const gmix_table x = gmix_table_f64(region->intervals, n, 1);
    CHECK_STATUS(NULL, gmix_log_density(NULL, model, &x, l), GMIX_OK);
    CHECK_STATUS(NULL, gmix_cdf(NULL, model, n, region->intervals, lower, NULL), GMIX_OK);
    for (size_t i = 0; i < n; i++) {
        CHECK_NEAR(l[i], log(region->level), 1e-12);
        inside += i % 2 ? exp(lower[i]) : -exp(lower[i]);
    }
    CHECK_NEAR(inside, region->mass, 1e-13);
}

static void check_region(const gmix_model *model, double mass, double level, size_t n,
                         const double *ends) {
    gmix_region region = {0};
    CHECK_STATUS(NULL, gmix_region_find(NULL, model, mass, 0, 0, &region), GMIX_OK);
    CHECK_REL(region.level, level, 1e-7);
    CHECK(region.level_error == 0 && region.volume_error == 0);
    if (CHECK_EQ_INT(region.n_intervals, n)) {
        double length = 0;
        for (size_t i = 0; i < 2 * n; i++) {
            CHECK_REL(region.intervals[i], ends[i], 4e-8);
            length += i % 2 ? ends[i] : -ends[i];
        }
        CHECK_NEAR(region.volume, length, 1e-6);
        check_ends(model, &region);
    }
    gmix_region_free(&region);
}

/* Modes and antimodes, each with its density. */
static void check_modes(const gmix_model *model, size_t n, const double *at,
                        const double *density, const double *anti,
                        const double *anti_density) {
    gmix_modes modes = {0};
    CHECK_STATUS(NULL, gmix_modes_find(NULL, model, &modes), GMIX_OK);
    if (CHECK_EQ_INT(modes.n, n) && CHECK_EQ_INT(modes.n_saddles, n - 1)) {
        for (size_t i = 0; i < n; i++) {
            CHECK_REL(modes.at[i], at[i], 1e-9);
            CHECK(!density || fabs(exp(modes.log_density[i]) / density[i] - 1) < 1e-9);
        }
        for (size_t i = 0; i + 1 < n; i++) {
            CHECK_REL(modes.saddles[i], anti[i], 1e-9);
            CHECK_REL(exp(modes.saddle_density[i]), anti_density[i], 1e-4);
        }
    }
    gmix_modes_free(&modes);
}

static void test_a2e(void) {
    gmix_model *m = use_a2e();
    const double q[13] = {3.098748737, 3.44570141,  3.615748759, 3.765036709, 3.942435711,
                          4.262798217, 4.737406893, 6.137708573, 6.590695342, 6.800956294,
                          6.96927207,  7.155244135, 7.523717724};
    check_quantiles("acidity", m, q);
    check_moments(m, 5.105096432, 1.078404342, .3832431637, -1.190866683);
    check_region(m, .5, .339682713, 2,
                 (double[]){3.92729245, 4.81577342, 6.22502286, 6.41527998});
    check_region(m, .9, .1233381684, 2,
                 (double[]){3.61305233, 5.14668704, 5.68465071, 6.94210159});
    check_region(m, .95, .08142210246, 2,
                 (double[]){3.51702312, 5.28227997, 5.53324534, 7.05612241});
    check_region(m, .99, .03068691912, 1, (double[]){3.32553326, 7.27170426});
    check_modes(m, 2, (double[]){4.371080994, 6.3201723},
                (double[]){.5761037509, .3480186143}, (double[]){5.405645111},
                (double[]){.06949822196});
    gmix_model_free(&m);
}

static void test_g3(void) {
    gmix_model *m = use_g3();
    const double q[13] = {8.752576626, 9.207612001, 9.479849765, 9.801630351, 16.73003511,
                          19.45321594, 21.24716846, 22.9286063,  24.6028737,  26.14637641,
                          32.6046042,  33.59991752, 34.81545215};
    check_quantiles("galaxies", m, q);
    check_moments(m, 20.82817073, 20.57388841, -.4561968198, 2.263168247);
    check_region(m, .95, .01367663809, 3,
                 (double[]){8.91432745, 10.50596309, 16.53522902, 26.26496863,
                            32.54542664, 33.54328263});
    double level;
    gmix_region half = {0};
    CHECK_STATUS(NULL, gmix_region_find(NULL, m, .5, 0, 0, &half), GMIX_OK);
    level = half.level;
    check_region(m, .5, level, 1, (double[]){19.67027285, 23.1299248});
    gmix_region_free(&half);
    check_modes(m, 3, (double[]){21.40009883, 9.71014015, 33.04436137}, NULL,
                (double[]){29.87782566, 11.67646299}, (double[]){1.3505e-04, 1.0306e-05});
    gmix_model_free(&m);
}

static void test_e2(void) {
    gmix_model *m = use_e2();
    const double half = .5;
    double x;
    CHECK_WHERE("eruptions");
    CHECK_STATUS(NULL, gmix_quantiles(NULL, m, 1, &half, 0, &x), GMIX_OK);
    CHECK_REL(x, 3.954226675, 1e-9);
    check_region(m, .9, .15333789, 2,
                 (double[]){1.63182766, 2.40544831, 3.55370912, 4.99297787});
    check_modes(m, 2, (double[]){4.273343494, 2.018608993}, NULL, (double[]){2.838622773},
                (double[]){.00410174934});
    gmix_model_free(&m);
}

/* Two equal normals at -m and m, m just above 1: modes where tanh(m x) = x / m, a saddle at 0 between
 * them, in one feature and in two; at m = 1 there is one mode. */
static void test_modes_about_to_join(double m, size_t d) {
    const double w[] = {.5, .5}, mu[] = {-m, 0, m, 0}, one_d[] = {-m, m}, s[] = {1, 1};
    gmix_model *model = use_model("spherical", 2, d, w, d == 1 ? one_d : mu, s, NULL);
    gmix_modes found = {0};
    CHECK_WHERE("modes about to join, %.17g, %zu features", m, d);
    CHECK_STATUS(NULL, gmix_modes_find(NULL, model, &found), GMIX_OK);
    if (CHECK_EQ_INT(found.n, m > 1 ? 2 : 1) && CHECK_EQ_INT(found.n_saddles, m > 1)) {
        for (size_t i = 0; i < found.n; i++) {
            CHECK_NEAR(tanh(m * found.at[i * d]), found.at[i * d] / m, 1e-13);
        }
        if (m > 1) {
            CHECK(fabs(found.at[0]) > sqrt(m - 1) && found.at[0] * found.at[d] < 0);
            CHECK_NEAR(found.saddles[0], 0, 1e-8);
            CHECK_EQ_INT(found.joins[0] + found.joins[1], 1);
        }
    }
    gmix_modes_free(&found);
    gmix_model_free(&model);
}

/* To six digits: EM had stopped there, and the densities at modes are not known. */
static void test_a2(void) {
    gmix_model *m = use_a2();
    gmix_region region = {0};
    gmix_modes modes = {0};
    const double ends[] = {3.651807, 5.046874, 5.527083, 6.959749};
    CHECK_WHERE("acidity, V");
    CHECK_STATUS(NULL, gmix_region_find(NULL, m, .9, 0, 0, &region), GMIX_OK);
    CHECK_REL(region.level, .12171933, 1e-6);
    for (size_t i = 0; CHECK_EQ_INT(region.n_intervals, 2) && i < 4; i++) {
        CHECK_REL(region.intervals[i], ends[i], 1e-6);
    }
    check_ends(m, &region);
    CHECK_STATUS(NULL, gmix_modes_find(NULL, m, &modes), GMIX_OK);
    if (CHECK_EQ_INT(modes.n, 2) && CHECK_EQ_INT(modes.n_saddles, 1)) {
        CHECK_REL(modes.at[0], 4.330696, 1e-6);
        CHECK_REL(modes.at[1], 6.249173, 1e-6);
        CHECK_REL(modes.saddles[0], 5.262887, 1e-6);
    }
    gmix_region_free(&region);
    gmix_modes_free(&modes);
    gmix_model_free(&m);
}

/* Tails that no double near 1 could tell, from both sides; and between components far apart. */
static void test_tails(void) {
    gmix_model *m = use_p();
    const double p[] = {1e-300, 1e-100, 1e-20, 1e-16};
    double x[4], back[4];
    CHECK_WHERE("tails");
    for (int upper = 0; upper < 2; upper++) {
        CHECK_STATUS(NULL, gmix_quantiles(NULL, m, 4, p, upper, x), GMIX_OK);
        CHECK_STATUS(NULL,
                     gmix_cdf(NULL, m, 4, x, upper ? NULL : back, upper ? back : NULL),
                     GMIX_OK);
        for (size_t i = 0; i < 4; i++) {
            CHECK_REL(back[i], log(p[i]), 1e-13);
        }
    }
    const double near_one = 1 - 1.1102230246251565e-16, tiny = 1.1102230246251565e-16;
    double a, b;
    CHECK_STATUS(NULL, gmix_quantiles(NULL, m, 1, &near_one, 0, &a), GMIX_OK);
    CHECK_STATUS(NULL, gmix_quantiles(NULL, m, 1, &tiny, 1, &b), GMIX_OK);
    CHECK_REL(a, b, 1e-15);
    gmix_model_free(&m);
    const double mu[] = {-1e6, 1e6}, var[] = {1};
    m = use_model("tied", 2, 1, NULL, mu, var, NULL);
    const double about[] = {.5 - 1e-12, .5 + 1e-12};
    CHECK_STATUS(NULL, gmix_quantiles(NULL, m, 2, about, 0, x), GMIX_OK);
    CHECK(x[0] > -1e6 && x[0] < -1e6 + 10 && x[1] > 1e6 - 10 && x[1] < 1e6);
    gmix_model_free(&m);
}

/* The saddle lies on the ridgeline at .6018903029: P_0 (1 - a) (mu_0 - x) + P_1 a (mu_1 - x) = 0. */
static void check_alpha(const gmix_model *m, const double *at) {
    const double a[2] = {1 - .6018903029, .6018903029};
    const double *const mu = gmix_model_means(m);
    double sum[2] = {0}, size = 0, s[4];
    for (size_t k = 0; k < 2; k++) {
        const double x = mu[2 * k] - at[0], y = mu[2 * k + 1] - at[1];
        gmix_model_covariance(m, k, s);
        const double det = s[0] * s[3] - s[1] * s[2];
        sum[0] += a[k] * (s[3] * x - s[1] * y) / det;
        sum[1] += a[k] * (s[0] * y - s[2] * x) / det;
        size += fabs(a[k] * (s[3] * x - s[1] * y) / det);
    }
    CHECK_NEAR(sum[0], 0, 1e-8 * size);
    CHECK_NEAR(sum[1], 0, 1e-8 * size);
}

static void test_f2(void) {
    gmix_model *m = use_f2();
    double mean[2], cov[4], lower[2] = {-INFINITY, -INFINITY}, p, error;
    CHECK_WHERE("F2");
    CHECK_STATUS(NULL, gmix_moments(NULL, m, mean, cov, NULL, NULL), GMIX_OK);
    CHECK_REL(mean[0], 3.4877830882353, 1e-12);
    CHECK_REL(mean[1], 70.89705882352943, 1e-12);
    CHECK_REL(cov[0], 1.29793889044928, 1e-12);
    CHECK_REL(cov[1], 13.92641884731833, 1e-12);
    CHECK_REL(cov[3], 184.14381487889204, 1e-12);
    const double corners[3][3] = {
        {3, 70, .3546928745}, {4.5, 80, .6155261764}, {2, 50, .0469983967}};
    for (size_t i = 0; i < 3; i++) {
        CHECK_STATUS(NULL,
                     gmix_box_probability(NULL, m, lower, corners[i], NULL, &p, &error),
                     GMIX_OK);
        CHECK_NEAR(p, corners[i][2], 1e-10);
        CHECK(error < 1e-11);
    }
    gmix_modes modes = {0};
    CHECK_STATUS(NULL, gmix_modes_find(NULL, m, &modes), GMIX_OK);
    if (CHECK_EQ_INT(modes.n, 2) && CHECK_EQ_INT(modes.n_saddles, 1)) {
        CHECK_REL(modes.at[0], 4.28966197441512, 1e-12);
        CHECK_REL(modes.at[1], 79.96811518981119, 1e-12);
        CHECK_REL(exp(modes.log_density[0]), .044775905243687, 1e-12);
        CHECK_REL(modes.at[2], 2.0363884788022193, 1e-12);
        CHECK_REL(modes.at[3], 54.478516850545354, 1e-12);
        CHECK_REL(exp(modes.log_density[1]), .038704988766638, 1e-12);
        CHECK_REL(modes.saddles[0], 2.902468042, 1e-9);
        CHECK_REL(modes.saddles[1], 67.380524898, 1e-9);
        CHECK_REL(exp(modes.saddle_density[0]), 1.75098650512e-04, 1e-11);
        CHECK_REL(exp(modes.saddle_density[0] - modes.log_density[1]), .00452392975924,
                  1e-10);
        CHECK_EQ_INT(modes.joins[0] + modes.joins[1], 1);
        CHECK(modes.joins[0] != modes.joins[1]);
        check_alpha(m, modes.saddles);
    }
    gmix_modes_free(&modes);
    gmix_model_free(&m);
}

/* Where EM ends, a mixture of whole covariances has the mean and the covariance (by n) of the rows. */
static void test_fixed_point(void) {
    fixture data = fixture_csv("data/faithful.csv");
    const gmix_table x = gmix_table_f64(data.x, data.n, 2);
    gmix_fit_options opts;
    gmix_model *m = NULL;
    gmix_fit_options_init(&opts);
    opts.n_components = 2;
    opts.tol = 1e-14;
    double mean[2], cov[4], of_rows[2] = {0}, square[4] = {0};
    CHECK_WHERE("a fixed point of EM");
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &m, NULL), GMIX_OK);
    CHECK_STATUS(NULL, gmix_moments(NULL, m, mean, cov, NULL, NULL), GMIX_OK);
    for (size_t i = 0; i < 2 * data.n; i++) {
        of_rows[i % 2] += data.x[i] / (double)data.n;
    }
    for (size_t i = 0; i < data.n; i++) {
        for (size_t c = 0; c < 4; c++) {
            square[c] += (data.x[2 * i + c / 2] - of_rows[c / 2]) *
                         (data.x[2 * i + c % 2] - of_rows[c % 2]) / (double)data.n;
        }
    }
    for (size_t c = 0; c < 4; c++) {
        CHECK_REL(mean[c % 2], of_rows[c % 2], 1e-9);
        CHECK_REL(cov[c], square[c], 1e-7);
    }
    gmix_model_free(&m);
    free(data.x);
}

/* Levels and areas of F2 within four standard errors, and rows of Old Faithful inside. */
static void test_f2_regions(void) {
    static const struct {
        double mass, level, area;
        int rows;
    } expected[4] = {{.5, .0212025, 16.29, 135},
                     {.9, .00424182, 54.24, 248},
                     {.95, .00212086, 70.58, 256},
                     {.99, 4.2669e-04, 108.46, 269}};
    gmix_model *m = use_f2();
    fixture data = fixture_csv("data/faithful.csv");
    const gmix_table x = gmix_table_f64(data.x, data.n, 2);
    double *const l = fixture_alloc(data.n, sizeof *l);
    CHECK_WHERE("regions of F2");
    CHECK_STATUS(NULL, gmix_log_density(NULL, m, &x, l), GMIX_OK);
    for (size_t i = 0; i < 4; i++) {
        gmix_region r = {0};
        CHECK_STATUS(NULL, gmix_region_find(NULL, m, expected[i].mass, 0, 1, &r),
                     GMIX_OK);
        CHECK_NEAR(r.level, expected[i].level, 4 * r.level_error + 1e-7);
        CHECK(r.level_error < .03 * r.level && r.n_intervals == 0);
        CHECK_NEAR(r.volume, expected[i].area, 4 * r.volume_error + .005);
        int inside = 0;
        for (size_t n = 0; n < data.n; n++) {
            inside += l[n] > log(r.level);
        }
        CHECK_NEAR(inside, expected[i].rows, 1);
        gmix_region_free(&r);
    }
    /* quantiles of the density at the rows, which mclust takes for levels: R's type 7 */
    const double of_rows[3] = {.02104412, .00498320, .00150927};
    for (size_t i = 0; i < data.n; i++) {
        for (size_t j = i; j > 0 && l[j] < l[j - 1]; j--) {
            const double keep = l[j];
            l[j] = l[j - 1];
            l[j - 1] = keep;
        }
    }
    for (size_t i = 0; i < 3; i++) {
        const double at = (double)(data.n - 1) * (1 - expected[i].mass), low = floor(at);
        const double a = exp(l[(size_t)low]), b = exp(l[(size_t)low + 1]);
        CHECK_NEAR(a + (at - low) * (b - a), of_rows[i], 1e-8);
    }
    free(l);
    free(data.x);
    gmix_model_free(&m);
}

/* All coordinates positive, with correlations 1/2: 1 / (D + 1). */
static void test_orthants(void) {
    for (size_t d = 1; d <= 8; d++) {
        double mu[8] = {0}, s[64], lower[8] = {0}, upper[8], p, error, again;
        for (size_t i = 0; i < d * d; i++) {
            s[i] = i / d == i % d ? 1 : .5;
        }
        for (size_t j = 0; j < d; j++) {
            upper[j] = INFINITY;
        }
        CHECK_WHERE("an orthant in %zu dimensions", d);
        gmix_model *m = use_model("full", 1, d, NULL, mu, s, NULL);
        gmix_box_options opts;
        gmix_box_options_init(&opts);
        opts.tolerance = 1e-5;
        CHECK_STATUS(NULL, gmix_box_probability(NULL, m, lower, upper, &opts, &p, &error),
                     GMIX_OK);
        CHECK_NEAR(p, 1.0 / ((double)d + 1), 5 * error + 1e-13);
        CHECK(error <= (d < 3 ? 1e-12 : 3e-5));
        for (int threads = 1; threads < 4; threads++) {
            gmix_ctx_options with;
            gmix_ctx_options_init(&with);
            with.n_threads = threads;
            gmix_ctx *ctx = NULL;
            CHECK_STATUS(NULL, gmix_ctx_new(&with, &ctx), GMIX_OK);
            CHECK_STATUS(ctx,
                         gmix_box_probability(ctx, m, lower, upper, &opts, &again, NULL),
                         GMIX_OK);
            CHECK(again == p);
            gmix_ctx_free(&ctx);
        }
        gmix_model_free(&m);
    }
}

/* Two components on a line may make one mode, and three in a plane four of them (Duistermaat's
 * example in Carreira-Perpinan & Williams 2003: isotropic at the corners of a triangle). */
static void test_more_modes(void) {
    const double close[] = {-.9, .9}, one[] = {1};
    gmix_modes modes = {0};
    CHECK_WHERE("one mode of two components");
    gmix_model *m = use_model("tied", 2, 1, NULL, close, one, NULL);
    CHECK_STATUS(NULL, gmix_modes_find(NULL, m, &modes), GMIX_OK);
    CHECK_EQ_INT(modes.n, 1);
    CHECK_EQ_INT(modes.n_saddles, 0);
    CHECK_NEAR(modes.at[0], 0, 1e-7);
    gmix_modes_free(&modes);
    gmix_model_free(&m);
    CHECK_WHERE("one mode where two begin");
    const double just[] = {-1, 1};
    m = use_model("tied", 2, 1, NULL, just, one, NULL);
    CHECK_STATUS(NULL, gmix_modes_find(NULL, m, &modes), GMIX_OK);
    CHECK_EQ_INT(modes.n, 1);
    CHECK_NEAR(modes.at[0], 0, 1e-4);
    gmix_modes_free(&modes);
    gmix_model_free(&m);
    CHECK_WHERE("four modes of three components");
    const double at[] = {1, 0, -.5, .8660254037844386, -.5, -.8660254037844386};
    const double var[] = {.71 * .71, .71 * .71, .71 * .71};
    m = use_model("spherical", 3, 2, NULL, at, var, NULL);
    CHECK_STATUS(NULL, gmix_modes_find(NULL, m, &modes), GMIX_OK);
    CHECK_EQ_INT(modes.n, 4);
    gmix_modes_free(&modes);
    gmix_model_free(&m);
}

/* Rows of two clusters, each in the basin of its own mode. */
static void test_basins(void) {
    gmix_model *m = use_f2();
    double x[6] = {2, 55, 4.4, 81, NAN, 70};
    const gmix_table table = gmix_table_f64(x, 3, 2);
    int32_t label[3] = {9, 9, 9};
    gmix_modes modes = {0};
    CHECK_WHERE("basins");
    CHECK_STATUS(NULL, gmix_modes_find(NULL, m, &modes), GMIX_OK);
    CHECK_STATUS(NULL, gmix_mode_labels(NULL, m, &modes, &table, label), GMIX_OK);
    CHECK(label[0] == 1 && label[1] == 0 && label[2] == -1);
    double distances[6];
    CHECK_STATUS(NULL, gmix_mahalanobis(NULL, m, &table, distances), GMIX_OK);
    const double dx = 2 - 2.03638845611069, dy = 55 - 54.47851639196248;
    const double a = .06916767374286, b = .43516763679348, c = 33.69728215649882;
    CHECK_REL(distances[0],
              (c * dx * dx - 2 * b * dx * dy + a * dy * dy) / (a * c - b * b), 1e-11);
    CHECK_REL(distances[4], (70 - 54.47851639196248) * (70 - 54.47851639196248) / c,
              1e-12); /* the feature that is there */
    gmix_modes_free(&modes);
    gmix_model_free(&m);
}

/* Components so far apart that no double lies between the ends of one's interval are refused; narrow
 * beside wide is not. Of two normals 1e12 apart, half of the rows lie within .6745 of either. */
static void test_regions_far_apart(void) {
    const double w[] = {.5, .5}, one[] = {1, 1}, narrow[] = {1e-40, 1};
    gmix_ctx *ctx = NULL;
    gmix_region r = {.mass = 7};
    CHECK_WHERE("regions of components far apart");
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    gmix_model *m = use_model("V", 2, 1, w, (double[]){-1e20, 1e20}, one, NULL);
    CHECK_STATUS(NULL, gmix_region_find(ctx, m, .5, 0, 0, &r), GMIX_ERR_MODEL);
    CHECK(strstr(gmix_ctx_message(ctx), "component 0 is 1 wide at -1e+20") != NULL);
    CHECK(r.mass == 7);
    gmix_model_free(&m);
    m = use_model("V", 2, 1, w, (double[]){0, 1e12}, one, NULL);
    CHECK_STATUS(ctx, gmix_region_find(ctx, m, .5, 0, 0, &r), GMIX_OK);
    if (CHECK_EQ_INT(r.n_intervals, 2)) {
        CHECK_NEAR(r.intervals[1], .6744897501960817, 1e-3);
        CHECK_NEAR(r.intervals[2], 1e12 - .6744897501960817, 1e-3);
    }
    gmix_region_free(&r);
    gmix_model_free(&m);
    m = use_model("V", 2, 1, w, (double[]){0, 0}, narrow, NULL);
    CHECK_STATUS(ctx, gmix_region_find(ctx, m, .75, 0, 0, &r), GMIX_OK);
    if (CHECK_EQ_INT(r.n_intervals, 1)) { /* half of the wide one */
        CHECK_NEAR(r.intervals[1], .6744897501960817, 1e-9);
    }
    gmix_region_free(&r);
    gmix_model_free(&m);
    gmix_ctx_free(&ctx);
}

int main(void) {
    for (size_t d = 1; d <= 2; d++) {
        test_modes_about_to_join(1.0001, d);
        test_modes_about_to_join(1.00001, d);
        test_modes_about_to_join(1.000001, d);
        test_modes_about_to_join(1, d);
    }
    test_a2e();
    test_g3();
    test_e2();
    test_a2();
    test_tails();
    test_f2();
    test_fixed_point();
    test_f2_regions();
    test_regions_far_apart();
    test_orthants();
    test_more_modes();
    test_basins();
    return CHECK_DONE();
}
