/*
 * Laws of marginals, conditionals, linear maps, products and regression, for every family:
 *
 *   a joint density is the marginal's times the conditional's; conditioning in two steps is
 *   conditioning in one; on nothing, it is the marginal
 *   a marginal of everything is the model; a map that picks features is the marginal; a density
 *   changes by the determinant under a map
 *   p q = scale x product, where it is looked
 *   a row of a table is conditioned as it is alone, incomplete or not, noise or not
 *   P(y <= quantile) is its level, and a region holds its probability: counted in a sample
 *   an offset changes nothing, nor does the number of threads
 */
#include "law.h"

enum { N = 400, D = 4, K = 3 };

static gmix_model *made(const char *family, double noise) {
    fixture data = fixture_clusters(N, D, K, 3.0, 7);
    gmix_model *const model = law_model(family, &data, K, noise);
    free(data.x);
    return model;
}

static double log_density(const gmix_model *model, const double *row) {
    const gmix_table x = gmix_table_f64(row, 1, gmix_model_n_features(model));
    double out = 0;
    CHECK_STATUS(NULL, gmix_log_density(NULL, model, &x, &out), GMIX_OK);
    return out;
}

static gmix_model *marginal(const gmix_model *model, size_t n, const size_t *features) {
    gmix_model *out = NULL;
    CHECK_STATUS(NULL, gmix_model_marginal(NULL, model, n, features, &out), GMIX_OK);
    return out;
}

static gmix_model *condition(const gmix_model *model, size_t n, const size_t *features,
                             const double *values, gmix_evidence *evidence) {
    gmix_model *out = NULL;
    CHECK_STATUS(NULL,
                 gmix_model_condition(NULL, model, n, features, values, &out, evidence),
                 GMIX_OK);
    return out;
}

static void check_joint(const gmix_model *model, const double *row) {
    const size_t given[2] = {3, 1}, rest[2] = {0, 2};
    const double values[2] = {row[3], row[1]}, others[2] = {row[0], row[2]};
    gmix_evidence evidence;
    gmix_model *m = marginal(model, 2, given);
    gmix_model *c = condition(model, 2, given, values, &evidence);
    CHECK_NEAR(log_density(m, values), evidence.log_density, 1e-10);
    CHECK_NEAR(log_density(m, values) + log_density(c, others), log_density(model, row),
               1e-10);
    const size_t all[4] = {0, 1, 2, 3}, second = 2, one = 3;
    gmix_model *same = marginal(model, 4, all);
    CHECK_NEAR(log_density(same, row), log_density(model, row), 1e-12);
    /* in two steps: 3 first, then 1, which is at 1 of those that are left */
    gmix_model *half = condition(model, 1, &one, values, NULL);
    const size_t at_one = 1;
    gmix_model *whole = condition(half, 1, &at_one, values + 1, NULL);
    CHECK_NEAR(log_density(whole, others), log_density(c, others), 1e-9);
    /* a value that is not known leaves its feature out of both sides */
    const double unknown[2] = {NAN, NAN};
    gmix_model *nothing = condition(model, 2, given, unknown, &evidence);
    gmix_model *plain = marginal(model, 2, rest);
    same_model(nothing, plain);
    CHECK(evidence.log_density == 0 && evidence.tail == 1);
    const double partly[2] = {row[3], NAN};
    gmix_model *part = condition(model, 2, given, partly, NULL);
    const size_t out[2] = {0, 2};
    gmix_model *of_half = marginal(half, 2, out);
    CHECK_NEAR(log_density(part, others), log_density(of_half, others), 1e-10);
    (void)second;
    gmix_model *const models[] = {m, c, same, half, whole, nothing, plain, part, of_half};
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        gmix_model *model_i = models[i];
        gmix_model_free(&model_i);
    }
}

static void joint_is_marginal_times_conditional(const char *family) {
    gmix_model *plain = made(family, 0), *noisy = made(family, .1);
    fixture data = fixture_clusters(N, D, K, 3.0, 7);
    for (size_t i = 0; i < 5; i++) {
        check_joint(plain, data.x + 31 * i * D);
        check_joint(noisy, data.x + 31 * i * D);
    }
    gmix_model_free(&plain);
    gmix_model_free(&noisy);
    free(data.x);
}

static void maps(const char *family) {
    gmix_model *model = made(family, 0), *noisy = made(family, .1), *image = NULL;
    const double pick[2 * D] = {0, 0, 1, 0, 1, 0, 0, 0}, x[D] = {1, -2, .5, 3};
    const size_t picked[2] = {2, 0};
    CHECK_STATUS(NULL, gmix_model_transform(NULL, noisy, 2, pick, NULL, NULL, &image),
                 GMIX_OK);
    gmix_model *m = marginal(noisy, 2, picked);
    same_model(image, m);
    gmix_model_free(&image);
    gmix_model_free(&m);
    /* an upper triangle with determinant 2 * 1 * .5 * 3 */
    const double a[D * D] = {2, 1, 0, -1, 0, 1, 2, 0, 0, 0, .5, 1, 0, 0, 0, 3};
    const double b[D] = {10, 0, -3, 1};
    double y[D];
    for (size_t i = 0; i < D; i++) {
        y[i] = b[i];
        for (size_t j = 0; j < D; j++) {
            y[i] += a[i * D + j] * x[j];
        }
    }
    CHECK_STATUS(NULL, gmix_model_transform(NULL, model, D, a, b, NULL, &image), GMIX_OK);
    CHECK_NEAR(log_density(image, y), log_density(model, x) - log(3.0), 1e-9);
    gmix_model_free(&image);
    CHECK_STATUS(NULL, gmix_model_transform(NULL, noisy, D, a, b, NULL, &image),
                 GMIX_ERR_MODEL);
    const double twice[2 * D] = {1, 2, 3, 4, 2, 4, 6, 8};
    CHECK_STATUS(NULL, gmix_model_transform(NULL, model, 2, twice, NULL, NULL, &image),
                 GMIX_ERR_SINGULAR);
    gmix_model_free(&model);
    gmix_model_free(&noisy);
}

static void products(const char *family) {
    gmix_model *a = made(family, 0), *b = NULL, *p = NULL;
    double log_scale = 0;
    const double shift[D * D] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
    const double by[D] = {.3, -.2, .5, .1};
    CHECK_STATUS(NULL, gmix_model_transform(NULL, a, D, shift, by, NULL, &b), GMIX_OK);
    CHECK_STATUS(NULL, gmix_model_product(NULL, a, b, &p, &log_scale), GMIX_OK);
    CHECK_EQ_INT(gmix_model_n_components(p), K * K);
    fixture data = fixture_clusters(N, D, K, 3.0, 7);
    for (size_t i = 0; i < 5; i++) {
        const double *const x = data.x + 17 * i * D;
        CHECK_NEAR(log_density(p, x) + log_scale, log_density(a, x) + log_density(b, x),
                   1e-8);
    }
    free(data.x);
    gmix_model_free(&a);
    gmix_model_free(&b);
    gmix_model_free(&p);
}

/* Rows of a table against each row by itself. */
static void check_rows(const gmix_model *model, const double *x, size_t n) {
    const size_t targets[2] = {2, 0}, inputs[2] = {1, 3};
    const gmix_table table = gmix_table_f64(x, n, 2);
    double *const mean = fixture_alloc(n * 2, sizeof *mean);
    double *const cov = fixture_alloc(n * 4, sizeof *cov);
    gmix_evidence *const evidence = fixture_alloc(n, sizeof *evidence);
    const gmix_regression out = {.mean = mean, .covariance = cov, .evidence = evidence};
    CHECK_STATUS(NULL, gmix_regress(NULL, model, 2, targets, &table, NULL, &out),
                 GMIX_OK);
    for (size_t i = 0; i < n; i++) {
        gmix_evidence own;
        gmix_model *c = condition(model, 2, inputs, x + 2 * i, &own); /* of 0 and 2 */
        const double *const w = gmix_model_weights(c), *const mu = gmix_model_means(c);
        double e = gmix_model_noise_weight(c) > 0
                       ? gmix_model_noise_weight(c) * .5 *
                             (gmix_model_noise_lower(c)[1] + gmix_model_noise_upper(c)[1])
                       : 0;
        for (size_t k = 0; k < K; k++) {
            e += w[k] * mu[k * 2 + 1];
        }
        CHECK_NEAR(mean[i * 2], e, 1e-9);
        CHECK_NEAR(evidence[i].log_density, own.log_density, 1e-9);
        CHECK_REL(evidence[i].tail, own.tail, 1e-9);
        CHECK(cov[i * 4 + 1] == cov[i * 4 + 2] &&
              cov[i * 4] * cov[i * 4 + 3] > cov[i * 4 + 1] * cov[i * 4 + 1]);
        gmix_model_free(&c);
    }
    free(mean);
    free(cov);
    free(evidence);
}

static void rows_are_conditioned_one_by_one(const char *family) {
    gmix_model *plain = made(family, 0), *noisy = made(family, .1);
    double x[2 * 40];
    uint64_t seed = 5;
    for (size_t i = 0; i < 80; i++) {
        x[i] = i % 7 == 3 ? NAN : 3 * fixture_normal(&seed);
    }
    x[10] = x[11] = NAN; /* and one that is empty */
    check_rows(plain, x, 40);
    check_rows(noisy, x, 40);
    gmix_model_free(&plain);
    gmix_model_free(&noisy);
}

/* Share of sampled rows below quantiles and in regions, within five binomial errors. */
static void check_coverage(const gmix_model *model) {
    enum { ROWS = 1500, MOST = K + 2 };
    static const double levels[2] = {.1, .75};
    const double mass = .6;
    const size_t target = 0, n_intervals = gmix_regression_n_intervals(model);
    double *const x = fixture_alloc((size_t)ROWS * D, sizeof *x);
    double *const quantiles = fixture_alloc(2 * ROWS, sizeof *quantiles);
    double *const regions = fixture_alloc((size_t)ROWS * 2 * MOST, sizeof *regions);
    CHECK_STATUS(NULL, gmix_sample(NULL, model, ROWS, 3, x, NULL), GMIX_OK);
    gmix_table inputs = gmix_table_f64(x + 1, ROWS, D - 1);
    inputs.row_stride = D;
    gmix_regress_options opts;
    gmix_regress_options_init(&opts);
    opts.n_quantiles = 2;
    opts.quantiles = levels;
    opts.region_mass = mass;
    const gmix_regression out = {.quantiles = quantiles, .regions = regions};
    CHECK_STATUS(NULL, gmix_regress(NULL, model, 1, &target, &inputs, &opts, &out),
                 GMIX_OK);
    double below[2] = {0, 0}, inside = 0;
    for (size_t i = 0; i < ROWS; i++) {
        const double y = x[i * D];
        below[0] += y <= quantiles[2 * i];
        below[1] += y <= quantiles[2 * i + 1];
        for (size_t r = 0; r < n_intervals; r++) {
            const double *const ends = regions + (i * n_intervals + r) * 2;
            inside += y > ends[0] && y <= ends[1];
        }
    }
    CHECK_NEAR(below[0] / ROWS, levels[0], 5 * sqrt(.1 * .9 / ROWS));
    CHECK_NEAR(below[1] / ROWS, levels[1], 5 * sqrt(.75 * .25 / ROWS));
    CHECK_NEAR(inside / ROWS, mass, 5 * sqrt(.6 * .4 / ROWS));
    free(x);
    free(quantiles);
    free(regions);
}

static void levels_are_kept(const char *family) {
    gmix_model *plain = made(family, 0), *noisy = made(family, .1);
    check_coverage(plain);
    check_coverage(noisy);
    gmix_model_free(&plain);
    gmix_model_free(&noisy);
}

static void offset_and_threads_change_nothing(const char *family) {
    gmix_model *model = made(family, 0), *far = NULL;
    const double eye[D * D] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
    const double by[D] = {1e8, 1e8, 1e8, 1e8};
    CHECK_STATUS(NULL, gmix_model_transform(NULL, model, D, eye, by, NULL, &far),
                 GMIX_OK);
    enum { ROWS = 5000 };
    double *const x = fixture_alloc(ROWS * 3, sizeof *x);
    double *const out = fixture_alloc(ROWS * 4 * 2, sizeof *out);
    uint64_t seed = 9;
    for (size_t i = 0; i < ROWS * 3; i++) {
        x[i] = i % 11 == 3 ? NAN : 3 * fixture_normal(&seed);
    }
    const size_t target = 3;
    gmix_table table = gmix_table_f64(x, ROWS, 3);
    for (int threads = 1; threads <= 4; threads++) {
        gmix_ctx *ctx = law_context(threads);
        double *const own = threads == 1 ? out : out + ROWS * 2;
        const gmix_regression to = {.mean = own, .sd = own + ROWS};
        CHECK_STATUS(ctx, gmix_regress(ctx, model, 1, &target, &table, NULL, &to),
                     GMIX_OK);
        CHECK(same_bits(own, out, ROWS * 2));
        gmix_ctx_free(&ctx);
    }
    for (size_t i = 0; i < ROWS * 3; i++) {
        x[i] += 1e8;
    }
    const gmix_regression to = {.mean = out + ROWS * 2, .sd = out + ROWS * 3};
    CHECK_STATUS(NULL, gmix_regress(NULL, far, 1, &target, &table, NULL, &to), GMIX_OK);
    double worst_mean = 0, worst_sd = 0; /* the inputs are rounded to 1.5e-8 there */
    for (size_t i = 0; i < ROWS; i++) {
        worst_mean = fmax(worst_mean, fabs(out[ROWS * 2 + i] - 1e8 - out[i]));
        worst_sd = fmax(worst_sd, fabs(out[ROWS * 3 + i] / out[ROWS + i] - 1));
    }
    CHECK_NEAR(worst_mean, 0, 1e-6);
    CHECK_NEAR(worst_sd, 0, 1e-6);
    free(x);
    free(out);
    gmix_model_free(&model);
    gmix_model_free(&far);
}

int main(void) {
    LAW(joint_is_marginal_times_conditional);
    LAW(maps);
    LAW(products);
    LAW(rows_are_conditioned_one_by_one);
    LAW(levels_are_kept);
    LAW(offset_and_threads_change_nothing);
    return CHECK_DONE();
}
