/*
 * Boundaries by root finding, distances of fits in closed form, and their p-values with refits
 * (300 parametric bootstrap samples elsewhere: within Monte Carlo errors here).
 */
#include "fixture.h"
#include "use_models.h"

static void check_boundaries(const char *name, gmix_model *m, size_t n, const double *at,
                             const int *labels) {
    gmix_boundaries b = {0};
    CHECK_WHERE("%s", name);
    CHECK_STATUS(NULL, gmix_boundaries_find(NULL, m, &b), GMIX_OK);
    if (CHECK_EQ_INT(b.n, n)) {
        for (size_t i = 0; i < n; i++) {
            CHECK_REL(b.at[i], at[i], 1e-9); /* what is below is to 10 digits */
        }
        for (size_t i = 0; i <= n; i++) {
            CHECK_EQ_INT(b.label[i], labels[i]);
        }
    }
    gmix_boundaries_free(&b);
    gmix_model_free(&m);
}

/* Of two components of different widths each, the boundary that lies among the data; the other one
 * is where the wider takes over again, and both are equally likely there. acidity's EM had
* stopped at six digits, and that of eruptions is by parameters of more digits than these. */
static void test_inside_the_data(void) {
    const struct {
        gmix_model *m;
        size_t which;
        double at, digits;
    } cases[] = {{use_a2(), 1, 5.203542, 1e-6}, {use_e2(), 1, 2.808000942, 4e-9}};
    for (size_t i = 0; i < 2; i++) {
        gmix_boundaries b = {0};
        gmix_model *m = cases[i].m;
        double r[4];
        CHECK_WHERE("among the data, %zu", i);
        CHECK_STATUS(NULL, gmix_boundaries_find(NULL, m, &b), GMIX_OK);
        if (CHECK_EQ_INT(b.n, 2)) {
            const gmix_table x = gmix_table_f64(b.at, 2, 1);
            CHECK_REL(b.at[cases[i].which], cases[i].at, cases[i].digits);
            CHECK_STATUS(NULL, gmix_responsibilities(NULL, m, &x, r), GMIX_OK);
            CHECK_NEAR(r[0], .5, 1e-9);
            CHECK_NEAR(r[2], .5, 1e-9);
        }
        gmix_boundaries_free(&b);
        gmix_model_free(&m);
    }
}

/* The error rate is that of a sample's labels. */
static void test_error_rate(void) {
    enum { ROWS = 200000 };
    gmix_model *m = use_q();
    double *const x = fixture_alloc(ROWS, sizeof *x);
    int32_t *const from = fixture_alloc(ROWS, sizeof *from);
    int32_t *const found = fixture_alloc(ROWS, sizeof *found);
    gmix_boundaries b = {0};
    CHECK_WHERE("error rate");
    CHECK_STATUS(NULL, gmix_boundaries_find(NULL, m, &b), GMIX_OK);
    CHECK_STATUS(NULL, gmix_sample(NULL, m, ROWS, 3, x, from), GMIX_OK);
    const gmix_table table = gmix_table_f64(x, ROWS, 1);
    CHECK_STATUS(NULL, gmix_labels(NULL, m, &table, found), GMIX_OK);
    double wrong = 0;
    for (size_t i = 0; i < ROWS; i++) {
        size_t segment = 0;
        while (segment < b.n && x[i] > b.at[segment]) {
            segment++;
        }
        wrong += found[i] != from[i];
        if (found[i] != b.label[segment]) {
            CHECK(found[i] == b.label[segment]);
        }
    }
    CHECK_NEAR(wrong / ROWS, b.error_rate, 5 * sqrt(b.error_rate / ROWS));
    gmix_boundaries_free(&b);
    gmix_model_free(&m);
    free(x);
    free(from);
    free(found);
}

/* (1 - share) N(mean, variance) + share U(low, high) */
static gmix_model *with_noise(const char *family, double mean, double variance,
                              double share, double low, double high) {
    const double w = 1 - share;
    gmix_model_extras extras;
    gmix_model_extras_init(&extras);
    extras.noise_weight = share;
    extras.noise_lower = &low;
    extras.noise_upper = &high;
    gmix_model *m = NULL;
    CHECK_STATUS(
        NULL,
        gmix_model_new_with(NULL, family, 1, 1, &w, &mean, &variance, NULL, &extras, &m),
        GMIX_OK);
    return m;
}

static void test_noise(void) {
    gmix_model *m = with_noise("full", 0, 1, .2, -10, 10);
    const double at = sqrt(-2 * log(.01 * sqrt(6.283185307179586) / .8));
    check_boundaries("noise", m, 2, (double[]){-at, at}, (int[]){-1, 0, -1});
}

/* Beside the components its box is a point, and tails did not sum to 1. */
static void test_noise_at_a_point(void) {
    double x = 0, lower, upper;
    gmix_model *m = with_noise("full", 6, 4, .125, 1e-300, 1e-140);
    CHECK_STATUS(NULL, gmix_cdf(NULL, m, 1, &x, &lower, &upper), GMIX_ERR_MODEL);
    gmix_model_free(&m);
}

/* The chi-squared of equal bins, counted here; and what a mixture known beforehand is worth: its density
 * beside the Pareto density, whose radius is the 18th percentile of all distances. */
static void test_adequacy(void) {
    const fixture data = fixture_csv("data/galaxies.csv");
    const gmix_table x = gmix_table_f64(data.x, data.n, 1);
    gmix_model *m = use_g3();
    gmix_adequacy a = {0};
    gmix_pareto_density p = {0};
    CHECK_WHERE("adequacy");
    CHECK_STATUS(NULL, gmix_adequacy_find(NULL, m, &x, &a), GMIX_OK);
    CHECK_EQ_INT(a.n, 82);
    CHECK_NEAR(a.log_likelihood, -203.179227965, 1e-7);
    CHECK_NEAR(a.kolmogorov_smirnov, .10635933, 1e-7);
    CHECK_NEAR(a.p, .289, .02); /* the reference's own bootstrap without refits */
    CHECK_STATUS(NULL, gmix_pareto_density_find(NULL, &x, 0, &p), GMIX_OK);
    CHECK_EQ_INT(p.n, 101);
    double area = 0, square = 0, l[101];
    const gmix_table at = gmix_table_f64(p.at, p.n, 1);
    CHECK_STATUS(NULL, gmix_log_density(NULL, m, &at, l), GMIX_OK);
    for (size_t i = 0; i < p.n; i++) {
        area += i ? .5 * (p.density[i] + p.density[i - 1]) * (p.at[i] - p.at[i - 1]) : 0;
        square += (exp(l[i]) - p.density[i]) * (exp(l[i]) - p.density[i]);
    }
    CHECK_REL(area, 1.0, 1e-12);
    CHECK_REL(a.rms, sqrt(square), 1e-12);
    CHECK_EQ_INT(a.pareto_radius == p.radius, 1);
    size_t near = 0;
    for (size_t i = 0; i < data.n; i++) {
        for (size_t j = 0; j < i; j++) {
            near += fabs(data.x[i] - data.x[j]) < p.radius;
        }
    }
    CHECK_NEAR((double)near / (82 * 81 / 2.), .18, .002);
    size_t within = 0;
    for (size_t i = 0; i < data.n; i++) {
        within += fabs(data.x[i] - p.at[50]) <= p.radius;
    }
    CHECK((double)within > 0 && p.density[50] > 0);
    gmix_fit_test_options opts;
    gmix_fit_test_options_init(&opts);
    opts.replicates = 19;
    gmix_fit_test t;
    CHECK_STATUS(NULL, gmix_test_fit(NULL, m, &x, &opts, &t), GMIX_OK);
    CHECK_EQ_INT(t.n_bins, 11); /* 2 x 82^.4 = 11.65 */
    double lower[82], upper[82], count[11] = {0}, chi = 0;
    CHECK_STATUS(NULL, gmix_cdf(NULL, m, 82, data.x, lower, upper), GMIX_OK);
    for (size_t i = 0; i < 82; i++) {
        count[(size_t)(11 * exp(lower[i]))]++;
    }
    for (size_t b = 0; b < 11; b++) {
        chi += (count[b] - 82 / 11.) * (count[b] - 82 / 11.) * 11 / 82;
    }
    CHECK_REL(t.chi_squared.statistic, chi, 1e-12);
    CHECK(t.chi_squared.p >= .05 && t.chi_squared.p <= 1);
    gmix_pareto_density_free(&p);
    const double same[] = {1, 1, 1, 1};
    const gmix_table flat = gmix_table_f64(same, 4, 1);
    CHECK_STATUS(NULL, gmix_pareto_density_find(NULL, &flat, 0, &p), GMIX_ERR_DATA);
    CHECK_STATUS(NULL, gmix_pareto_density_find(NULL, &x, 1, &p), GMIX_ERR_OPTION);
    gmix_model_free(&m);
    free(data.x);
}

/* Log-normals: SciPy's lognorm at the parameters found has the log-likelihood that a report with the
 * Jacobian says, and the criteria follow. */
static void test_jacobian(void) {
    fixture data = fixture_csv("data/faithful.csv");
    double *const x = fixture_alloc(data.n, sizeof *x), sum = 0;
    for (size_t i = 0; i < data.n; i++) {
        x[i] = log(data.x[2 * i + 1]);
        sum += x[i];
    }
    const gmix_table table = gmix_table_f64(x, data.n, 1);
    gmix_fit_options opts;
    gmix_model *model = NULL;
    gmix_report report = {0};
    gmix_fit_options_init(&opts);
    opts.n_components = 2;
    opts.covariance = "V";
    CHECK_WHERE("the Jacobian of logarithms");
    CHECK_STATUS(NULL, gmix_report_add_jacobian(NULL, &report, 1), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(NULL, gmix_fit(NULL, &table, &opts, &model, &report), GMIX_OK);
    const double before = report.log_likelihood, bic = report.bic;
    CHECK_STATUS(NULL, gmix_report_add_jacobian(NULL, &report, NAN), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(NULL, gmix_report_add_jacobian(NULL, &report, -sum), GMIX_OK);
    CHECK_NEAR(report.log_likelihood, -1032.709966663291, 1e-6);
    CHECK(report.log_jacobian == -sum && report.log_likelihood == before - sum);
    CHECK_REL(report.bic, 5 * log(272) - 2 * report.log_likelihood, 1e-12);
    CHECK_REL(report.bic - bic, 2 * sum, 1e-12);
    CHECK(report.trace[report.n_trace - 1] == report.log_posterior);
    gmix_report_free(&report);
    gmix_model_free(&model);
    free(x);
    free(data.x);
}

typedef struct row {
    const char *name;
    gmix_model *model;
    const char *file;
    size_t column;
    double ks, ad, cvm;      /* statistics */
    double p[3], p_naive[3]; /* of 300 replicates */
} row;

static void check_p(double found, double expected) {
    CHECK_NEAR(found, expected,
               5 * sqrt(fmax(expected * (1 - expected), .003) * (1.0 / 300 + 1.0 / 299)));
}

static void check_test(row *r) {
    fixture data = fixture_csv(r->file);
    gmix_table x = gmix_table_f64(data.x + r->column, data.n, 1);
    x.row_stride = (ptrdiff_t)data.d;
    gmix_fit_test_options opts;
    gmix_fit_test_options_init(&opts);
    opts.replicates = 299;
    gmix_fit_test t = {.n = 0};
    CHECK_WHERE("%s", r->name);
    CHECK_STATUS(NULL, gmix_test_fit(NULL, r->model, &x, &opts, &t), GMIX_OK);
    CHECK_NEAR(t.kolmogorov_smirnov.statistic, r->ks, 4e-8);
    CHECK_NEAR(t.anderson_darling.statistic, r->ad, 1e-6);
    CHECK_NEAR(t.cramer_von_mises.statistic, r->cvm, 2e-7);
    const gmix_distance_test tests[3] = {t.kolmogorov_smirnov, t.anderson_darling,
                                         t.cramer_von_mises};
    for (size_t i = 0; i < 3; i++) {
        check_p(tests[i].p, r->p[i]);
        check_p(tests[i].p_naive, r->p_naive[i]);
    }
    CHECK_EQ_INT(t.n_replicates, 299);
    CHECK(t.n_left_out < 10 && t.n == data.n && t.n_distinct <= data.n);
    gmix_model_free(&r->model);
    free(data.x);
}

static gmix_model *one_normal(const char *file, size_t column) {
    fixture data = fixture_csv(file);
    double mean = 0, variance = 0;
    const double one = 1;
    for (size_t i = 0; i < data.n; i++) {
        mean += data.x[i * data.d + column] / (double)data.n;
    }
    for (size_t i = 0; i < data.n; i++) {
        const double off = data.x[i * data.d + column] - mean;
        variance += off * off / (double)data.n;
    }
    free(data.x);
    return use_model("full", 1, 1, &one, &mean, &variance, NULL);
}

/* Two normals of waiting times, at the maximum: log-likelihood -1034.00174983. */
static gmix_model *waiting_fit(void) {
    fixture data = fixture_csv("data/faithful.csv");
    gmix_table x = gmix_table_f64(data.x + 1, data.n, 1);
    x.row_stride = (ptrdiff_t)data.d;
    gmix_fit_options opts;
    gmix_model *model = NULL;
    gmix_report report = {0};
    gmix_fit_options_init(&opts);
    opts.n_components = 2;
    opts.covariance = "V";
    opts.tol = 1e-13;
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &model, &report), GMIX_OK);
    CHECK_NEAR(report.log_likelihood, -1034.00174983, 1e-8);
    gmix_report_free(&report);
    free(data.x);
    return model;
}

/*
 * Of galaxies the third component has 3 of 82 rows, so that in a replicate of five its refit collapses.
 * What is made of these decides Anderson-Darling's p: .042 without them, .049 with what is left of
 * a component a thousandth wide (6000 replicates, in NumPy), .063 with the sound solution that a fit
 * looks for then. The last is what a fit of the data themselves does, and what p is here; the .043
 * of 300 replicates agrees with all three.
 */
static void test_fits(void) {
    row rows[] = {
        {"eruptions, 1",
         one_normal("data/faithful.csv", 0),
         "data/faithful.csv",
         0,
         .18156100,
         17.38191006,
         2.95666952,
         {.003, .003, .003},
         {.003, .003, .003}},
        {"eruptions, 2",
         use_e2(),
         "data/faithful.csv",
         0,
         .04864640,
         1.05925397,
         .12346582,
         {.033, .003, .003},
         {.498, .316, .492}},
        {"acidity, 2",
         use_a2e(),
         "data/acidity.csv",
         0,
         .05675895,
         .80140560,
         .09557675,
         {.070, .010, .020},
         {.691, .495, .618}},
        {"galaxies, 3",
         use_g3(),
         "data/galaxies.csv",
         0,
         .10635933,
         .52059493,
         .10665952,
         {.013, .043, .040},
         {.289, .731, .571}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        check_test(&rows[i]);
    }
}

static void test_more_fits(void) {
    row rows[] = {
        {"waiting, 2",
         waiting_fit(),
         "data/faithful.csv",
         1,
         .03354491,
         .29312391,
         .03810268,
         {.272, .176, .193},
         {.914, .940, .937}},
        {"acidity, 2, V",
         use_a2(),
         "data/acidity.csv",
         0,
         .04510392,
         .50187757,
         .05270237,
         {.203, .010, .066},
         {.907, .767, .860}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        check_test(&rows[i]);
    }
}

/* A model with noise is a distribution, too: n values of .8 N(0, 1) + .2 U(-9, 9) pass, values with a
 * second component that is not in the model do not; D is that of F by its formula. */
static void test_noise_fits(void) {
    enum { N = 240 };
    double x[N], far = 0.0;
    gmix_model *m = with_noise("V", 0, 1, .2, -9, 9);
    CHECK_WHERE("fits with noise");
    CHECK_STATUS(NULL, gmix_sample(NULL, m, N, 3, x, NULL), GMIX_OK);
    const gmix_table t = gmix_table_f64(x, N, 1);
    for (size_t i = 0; i < N; i++) {
        double rank = 0;
        for (size_t j = 0; j < N; j++) {
            rank += x[j] <= x[i];
        }
        const double inside = fmin(fmax((x[i] + 9) / 18, 0), 1);
        const double f = .8 * .5 * erfc(-x[i] / sqrt(2)) + .2 * inside;
        far = fmax(far, fmax(rank / N - f, f - (rank - 1) / N));
    }
    gmix_fit_test_options opts;
    gmix_fit_test_options_init(&opts);
    opts.replicates = 49;
    gmix_fit_test found;
    gmix_adequacy a = {0};
    CHECK_STATUS(NULL, gmix_test_fit(NULL, m, &t, &opts, &found), GMIX_OK);
    CHECK_NEAR(found.kolmogorov_smirnov.statistic, far, 1e-13);
    CHECK(found.anderson_darling.p_naive > .05 && found.anderson_darling.statistic < 3);
    CHECK_STATUS(NULL, gmix_adequacy_find(NULL, m, &t, &a), GMIX_OK);
    CHECK_NEAR(a.kolmogorov_smirnov, far, 1e-13);
    CHECK(a.rms > 0 && a.rms < 1);
    for (size_t i = 0; i < N; i += 3) {
        x[i] = 5 + .1 * x[i];
    }
    CHECK_STATUS(NULL, gmix_test_fit(NULL, m, &t, &opts, &found), GMIX_OK);
    CHECK_NEAR(found.anderson_darling.p, .02, 1e-12);
    gmix_model_free(&m);
}

/* Far apart, the error rate is a tail, not the rounding of 1; farther than squares of distances have
 * room for, it is said. */
static void test_far_apart(void) {
    const double w[] = {.5, .5}, mu[] = {-20, 20}, var[] = {1, 1},
                 far[] = {-1e300, 1e300};
    gmix_model *m = use_model("V", 2, 1, w, mu, var, NULL);
    gmix_boundaries b = {0};
    CHECK_WHERE("far apart");
    CHECK_STATUS(NULL, gmix_boundaries_find(NULL, m, &b), GMIX_OK);
    CHECK_EQ_INT(b.n, 1);
    CHECK_REL(b.error_rate, 2.7536241186062337e-89, 1e-12); /* Phi(-20) */
    gmix_boundaries_free(&b);
    gmix_model_free(&m);
    m = use_model("V", 2, 1, w, far, var, NULL);
    CHECK_STATUS(NULL, gmix_boundaries_find(NULL, m, &b), GMIX_ERR_MODEL);
    gmix_modes modes = {0};
    CHECK_STATUS(NULL, gmix_modes_find(NULL, m, &modes), GMIX_ERR_MODEL);
    gmix_model_free(&m);
}

/* Of four features two make up the other two but for rounding, so that the Hessian has any sign: a Gaussian's mode is
 * its mean all the same. */
static void test_mode_next_to_singular(void) {
    static const double cov[] = {
        0.66672916666666682,    0.66668184598286928, -0.6666717529296875,
        2.0482950730503491e-17, 0.66668184598286928, 0.88892936752625218,
        -0.44445795490779916,   0.44446473674623888, -0.6666717529296875,
        -0.44445795490779916,   0.88890245230868414, 0.44445800789010986,
        2.0482950730503491e-17, 0.44446473674623888, 0.44445800789010986,
        0.88892957945871598};
    static const double one[] = {1}, mean[4] = {1, 2, 3, 4};
    gmix_model *m = use_model("full", 1, 4, one, mean, cov, NULL);
    gmix_modes modes = {0};
    CHECK_WHERE("next to singular");
    CHECK_STATUS(NULL, gmix_modes_find(NULL, m, &modes), GMIX_OK);
    if (CHECK_EQ_INT(modes.n, 1)) {
        for (size_t j = 0; j < 4; j++) {
            CHECK_NEAR(modes.at[j], mean[j], 1e-9);
        }
    }
    gmix_modes_free(&modes);
    gmix_model_free(&m);
}

static void test_threads_and_refusals(void) {
    gmix_model *m = use_e2(), *f2 = use_f2();
    fixture data = fixture_csv("data/faithful.csv");
    gmix_table x = gmix_table_f64(data.x, data.n, 1);
    x.row_stride = (ptrdiff_t)data.d;
    gmix_fit_test_options opts;
    gmix_fit_test_options_init(&opts);
    opts.replicates = 29;
    gmix_fit_test t[2];
    memset(t, 0, sizeof t);
    CHECK_WHERE("threads, refusals");
    for (int i = 0; i < 2; i++) {
        gmix_ctx_options with;
        gmix_ctx_options_init(&with);
        with.n_threads = 1 + 2 * i;
        gmix_ctx *ctx = NULL;
        CHECK_STATUS(NULL, gmix_ctx_new(&with, &ctx), GMIX_OK);
        CHECK_STATUS(ctx, gmix_test_fit(ctx, m, &x, &opts, &t[i]), GMIX_OK);
        CHECK_STATUS(NULL, gmix_test_fit(ctx, f2, &x, &opts, &t[i]), GMIX_ERR_SHAPE);
        gmix_ctx_free(&ctx);
    }
    CHECK(memcmp(&t[0], &t[1], sizeof t[0]) == 0);
    opts.replicates = 1;
    CHECK_STATUS(NULL, gmix_test_fit(NULL, m, &x, &opts, &t[0]), GMIX_ERR_OPTION);
    gmix_model_free(&m);
    gmix_model_free(&f2);
    free(data.x);
}

int main(void) {
    check_boundaries("galaxies", use_g3(), 4,
                     (double[]){6.977722277, 11.54258309, 30.01622326, 41.06061705},
                     (int[]){1, 0, 1, 2, 1});
    check_boundaries("acidity", use_a2e(), 1, (double[]){5.3938616783857}, (int[]){0, 1});
    test_inside_the_data();
    test_error_rate();
    test_noise();
    test_noise_at_a_point();
    test_adequacy();
    test_jacobian();
    test_fits();
    test_more_fits();
    test_noise_fits();
    test_far_apart();
    test_mode_next_to_singular();
    test_threads_and_refusals();
    return CHECK_DONE();
}
