/*
 * What is handed in wrongly is refused with the right status, a sentence that helps, and
 * outputs as they were.
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { N = 60, D = 2, K = 2 };

static gmix_ctx *ctx;
static double cells[N * D];

static gmix_table table(void) {
    return gmix_table_f64(cells, N, D);
}

static gmix_status fit(const gmix_table *x, size_t k) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = k;
    gmix_model *model = NULL;
    gmix_report report = {0};
    const gmix_status status = gmix_fit(ctx, x, &opts, &model, &report);
    CHECK((model != NULL) == (status == GMIX_OK));
    CHECK((report.n_trace > 0) == (status == GMIX_OK));
    CHECK((gmix_ctx_message(ctx)[0] == '\0') == (status == GMIX_OK));
    gmix_model_free(&model);
    gmix_report_free(&report);
    return status;
}

static void message_has(const char *part) {
    if (!CHECK(strstr(gmix_ctx_message(ctx), part) != NULL)) {
        printf("    \"%s\" is not in \"%s\"\n", part, gmix_ctx_message(ctx));
    }
}

static void test_tables(void) {
    gmix_table x = table();
    CHECK_STATUS(ctx, fit(&x, 2), GMIX_OK);
    x.data = NULL;
    CHECK_STATUS(ctx, fit(&x, 1), GMIX_ERR_ARGUMENT);
    x = table();
    x.dtype = (gmix_dtype)9;
    CHECK_STATUS(ctx, fit(&x, 1), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, fit(NULL, 1), GMIX_ERR_ARGUMENT);
    x = table();
    x.n_rows = 0;
    CHECK_STATUS(ctx, fit(&x, 1), GMIX_ERR_DATA);
    x = table();
    x.n_rows = SIZE_MAX;
    CHECK_STATUS(ctx, fit(&x, 1), GMIX_ERR_ARGUMENT);
    CHECK(strstr(gmix_ctx_message(ctx), "more than there can be") != NULL);
    x = table();
    x.n_cols = 0;
    CHECK_STATUS(ctx, fit(&x, 1), GMIX_ERR_DATA);
    x = table();
    x.n_rows = 1;
    CHECK_STATUS(ctx, fit(&x, 1), GMIX_ERR_DATA);
    x = table();
    CHECK_STATUS(ctx, fit(&x, N + 1), GMIX_ERR_DATA);
}

static void test_cells(void) {
    const char *const names[D] = {"width", "height"};
    gmix_table x = table();
    x.names = names;
    const double kept = cells[17 * D + 1];
    cells[17 * D + 1] = NAN;
    CHECK_STATUS(ctx, fit(&x, 1), GMIX_OK);
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    gmix_model *model = NULL;
    opts.missing = "error";
    CHECK_STATUS(ctx, gmix_fit(ctx, &x, &opts, &model, NULL), GMIX_ERR_NONFINITE);
    message_has("height");
    message_has("18");
    cells[17 * D + 1] = -INFINITY;
    CHECK_STATUS(ctx, fit(&x, 1), GMIX_ERR_NONFINITE);
    cells[17 * D + 1] = kept;

    double constant[N * D];
    for (size_t i = 0; i < N; i++) {
        constant[i * D] = cells[i * D];
        constant[i * D + 1] = 3.5;
    }
    x.data = constant;
    CHECK_STATUS(ctx, fit(&x, 1), GMIX_ERR_DATA);
    message_has("height");
    for (size_t i = 0; i < N * D; i++) {
        constant[i] = 3.5;
    }
    CHECK_STATUS(ctx, fit(&x, 1), GMIX_ERR_DATA);
    for (size_t i = 0; i < N * D; i++) { /* three distinct rows */
        constant[i] = (double)(i / D % 3);
    }
    CHECK_STATUS(ctx, fit(&x, 4), GMIX_ERR_DATA);
    message_has("distinct");
    CHECK_STATUS(ctx, fit(&x, 2), GMIX_OK);
}

static void test_weights(void) {
    double weights[N];
    gmix_table x = table();
    x.weights = weights;
    const double wrong[] = {-1, NAN, INFINITY};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        for (size_t j = 0; j < N; j++) {
            weights[j] = j == 7 ? wrong[i] : 1;
        }
        CHECK(fit(&x, 1) != GMIX_OK);
        message_has("weight");
    }
    memset(weights, 0, sizeof weights);
    CHECK(fit(&x, 1) != GMIX_OK);
    message_has("weight");
}

static void test_starts(void) {
    const gmix_table x = table();
    gmix_fit_options opts;
    gmix_model *model = NULL, *start = NULL;
    int32_t labels[N] = {0};
    gmix_fit_options_init(&opts);
    opts.n_components = 2;
    opts.init = "labels";
    CHECK(gmix_fit(ctx, &x, &opts, &model, NULL) != GMIX_OK); /* no labels */
    message_has("labels");
    opts.init_labels = labels;
    labels[5] = 2;
    CHECK(gmix_fit(ctx, &x, &opts, &model, NULL) != GMIX_OK); /* out of range */
    labels[5] = -1;
    CHECK(gmix_fit(ctx, &x, &opts, &model, NULL) != GMIX_OK);
    opts.init = "model";
    CHECK(gmix_fit(ctx, &x, &opts, &model, NULL) != GMIX_OK); /* no model */
    message_has("model");
    const double mean = 0, variance = 1;
    CHECK_STATUS(ctx,
                 gmix_model_new(ctx, "full", 1, 1, NULL, &mean, &variance, NULL, &start),
                 GMIX_OK);
    opts.init_model = start;
    CHECK_STATUS(ctx, gmix_fit(ctx, &x, &opts, &model, NULL), GMIX_ERR_SHAPE);
    CHECK(model == NULL);
    gmix_model_free(&start);
}

static gmix_status build(const char *family, const double *weights, const double *means,
                         const double *covariances) {
    gmix_model *model = NULL;
    const gmix_status status =
        gmix_model_new(ctx, family, K, D, weights, means, covariances, NULL, &model);
    CHECK((model != NULL) == (status == GMIX_OK));
    gmix_model_free(&model);
    return status;
}

static void test_models(void) {
    const double means[K * D] = {0, 1, 2, 3};
    const double good[K * D * D] = {2, 0.5, 0.5, 1, 1, 0, 0, 1};
    CHECK_STATUS(ctx, build("full", NULL, means, good), GMIX_OK);
    CHECK_STATUS(ctx, build("fulll", NULL, means, good), GMIX_ERR_OPTION);
    message_has("full");
    CHECK_STATUS(ctx, build(NULL, NULL, means, good), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, build("full", NULL, NULL, good), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, build("full", NULL, means, NULL), GMIX_ERR_ARGUMENT);
    const double weights[][K] = {{0.5, 0.4}, {-0.5, 1.5}, {NAN, 1}, {INFINITY, 0}};
    for (size_t i = 0; i < sizeof weights / sizeof *weights; i++) {
        CHECK_STATUS(ctx, build("full", weights[i], means, good), GMIX_ERR_MODEL);
        message_has("weight");
    }
    const double near[K] = {0.5, 0.5000005}; /* is made to sum to 1 */
    CHECK_STATUS(ctx, build("full", near, means, good), GMIX_OK);
    const double none[K] = {1, 0};
    CHECK_STATUS(ctx, build("full", none, means, good), GMIX_OK);
    const double lost[K * D] = {0, 1, NAN, 3};
    CHECK_STATUS(ctx, build("full", NULL, lost, good), GMIX_ERR_MODEL);
    const double bad[][K * D * D] = {{1, 0, 0, 1, 1, 2, 2, 1},
                                     {1, 0, 0, 1, 1, 0.5, 0.4, 1},
                                     {1, 0, 0, 1, 0, 0, 0, 0},
                                     {1, 0, 0, 1, INFINITY, 0, 0, 1},
                                     {1, 0, 0, 1, -1, 0, 0, 1}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_WHERE("covariance %zu", i);
        CHECK_STATUS(ctx, build("full", NULL, means, bad[i]), GMIX_ERR_MODEL);
    }
    CHECK_WHERE("%s", "");
    const double variances[K] = {1, 0};
    CHECK_STATUS(ctx, build("spherical", NULL, means, variances), GMIX_ERR_MODEL);
}

/* A family has one name of its own, and perhaps others. */
static void test_family_names(void) {
    const double one = 1, two[4] = {1, 0, 0, 1}, means[2] = {0, 0};
    gmix_model *model = NULL;
    CHECK_EQ_STR(gmix_family_name("VVV"), "full");
    CHECK_EQ_STR(gmix_family_name("full"), "full");
    CHECK_EQ_STR(gmix_family_name("E"), "EII");
    CHECK(!gmix_family_name("oblong") && !gmix_family_name(NULL));
    CHECK_EQ_STR(gmix_family_alias("full"), "VVV");
    CHECK_EQ_STR(gmix_family_alias("VVV"), "VVV");
    CHECK_EQ_STR(gmix_family_alias("spherical"), "VII");
    CHECK(!gmix_family_alias("VEV") && !gmix_family_alias("oblong"));
    CHECK_STATUS(ctx, gmix_model_new(ctx, "V", 1, 1, NULL, means, &one, NULL, &model),
                 GMIX_OK);
    CHECK_EQ_STR(gmix_model_covariance_name(model), "spherical");
    gmix_model_free(&model);
    CHECK_STATUS(ctx, gmix_model_new(ctx, "E", 1, 2, NULL, means, two, NULL, &model),
                 GMIX_ERR_OPTION);
    message_has("EII");
    const double slanted[4] = {1, 0.5, 0.5, 1};
    CHECK_STATUS(ctx,
                 gmix_model_new(ctx, "EEI", 1, 2, NULL, means, slanted, NULL, &model),
                 GMIX_ERR_MODEL);
    message_has("diagonal");
    const char *const names[2] = {"a", "a"};
    const double square[4] = {1, 0, 0, 1};
    CHECK_STATUS(ctx,
                 gmix_model_new(ctx, "full", 1, 2, NULL, means, square, names, &model),
                 GMIX_ERR_MODEL);
    message_has("'a'");
    const double rows[6] = {1, 2, 3, 5, 4, 4};
    gmix_table repeated = gmix_table_f64(rows, 3, 2);
    repeated.names = names;
    CHECK_STATUS(ctx, gmix_fit(ctx, &repeated, NULL, &model, NULL), GMIX_ERR_DATA);
    message_has("'a'");
    CHECK(model == NULL);
}

static void test_layouts(void) {
    CHECK_EQ_INT(gmix_family_layout("full", 3, 4), 48);
    CHECK_EQ_INT(gmix_family_layout("tied", 3, 4), 16);
    CHECK_EQ_INT(gmix_family_layout("diag", 3, 4), 12);
    CHECK_EQ_INT(gmix_family_layout("spherical", 3, 4), 3);
    CHECK_EQ_INT(gmix_family_layout("oblong", 3, 4), 0);
    CHECK_EQ_INT(gmix_family_layout(NULL, 3, 4), 0);
}

static void test_parameter_counts(void) {
    const struct {
        const char *family;
        size_t count;
    } expected[] = {{"full", 3 + 12 + 4 * 6},
                    {"tied", 3 + 12 + 6},
                    {"diag", 3 + 12 + 12},
                    {"spherical", 3 + 12 + 4}};
    double means[12] = {0}, covariances[36] = {0};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const size_t n = gmix_family_layout(expected[i].family, 4, 3);
        const bool square = n == 36 || n == 9;
        for (size_t j = 0; j < n; j++) {
            covariances[j] = !square || j % 9 % 4 == 0;
        }
        gmix_model *model = NULL;
        CHECK_STATUS(ctx,
                     gmix_model_new(ctx, expected[i].family, 4, 3, NULL, means,
                                    covariances, NULL, &model),
                     GMIX_OK);
        CHECK_EQ_INT(gmix_model_n_parameters(model), expected[i].count);
        gmix_model_free(&model);
    }
}

static void test_use(void) {
    const double mean[3] = {0, 0, 0}, variance[3] = {1, 1, 1};
    double out[N * 3] = {-7.25};
    int32_t labels[N] = {-7};
    gmix_criteria criteria;
    gmix_model *model = NULL;
    gmix_table x = table();
    CHECK_STATUS(ctx,
                 gmix_model_new(ctx, "diag", 1, 3, NULL, mean, variance, NULL, &model),
                 GMIX_OK);
    CHECK_STATUS(ctx, gmix_log_density(ctx, model, &x, out), GMIX_ERR_SHAPE);
    CHECK_STATUS(ctx, gmix_responsibilities(ctx, model, &x, out), GMIX_ERR_SHAPE);
    CHECK_STATUS(ctx, gmix_labels(ctx, model, &x, labels), GMIX_ERR_SHAPE);
    CHECK_STATUS(ctx, gmix_score(ctx, model, &x, &criteria), GMIX_ERR_SHAPE);
    gmix_model_free(&model);
    CHECK_STATUS(ctx,
                 gmix_model_new(ctx, "diag", 1, 2, NULL, mean, variance, NULL, &model),
                 GMIX_OK);
    const double kept = cells[5];
    cells[5] = INFINITY;
    CHECK_STATUS(ctx, gmix_log_density(ctx, model, &x, out), GMIX_ERR_NONFINITE);
    CHECK_STATUS(ctx, gmix_responsibilities(ctx, model, &x, out), GMIX_ERR_NONFINITE);
    CHECK_STATUS(ctx, gmix_labels(ctx, model, &x, labels), GMIX_ERR_NONFINITE);
    CHECK_STATUS(ctx, gmix_score(ctx, model, &x, &criteria), GMIX_ERR_NONFINITE);
    cells[5] = kept;
    CHECK(out[0] == -7.25 && labels[0] == -7);
    CHECK_STATUS(ctx, gmix_log_density(ctx, NULL, &x, out), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_log_density(ctx, model, NULL, out), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_log_density(ctx, model, &x, NULL), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_responsibilities(ctx, model, &x, NULL), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_labels(ctx, model, &x, NULL), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_score(ctx, model, &x, NULL), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_sample(ctx, NULL, 3, 1, out, NULL), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_sample(ctx, model, 3, 1, NULL, NULL), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_sample(ctx, model, 0, 1, out, NULL), GMIX_OK);
    CHECK(out[0] == -7.25);
    gmix_model_free(&model);
}

static void test_sizes(void) {
    const gmix_table x = table();
    gmix_model *model = NULL;
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.struct_size = 0;
    CHECK_STATUS(ctx, gmix_fit(ctx, &x, &opts, &model, NULL), GMIX_ERR_ARGUMENT);
    opts.struct_size = sizeof opts + 8;
    CHECK_STATUS(ctx, gmix_fit(ctx, &x, &opts, &model, NULL), GMIX_ERR_ARGUMENT);
    const gmix_source source = {0};
    gmix_fit_options_init(&opts);
    CHECK_STATUS(ctx, gmix_fit_source(ctx, &source, &opts, &model, NULL),
                 GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_fit_source(ctx, NULL, &opts, &model, NULL), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_fit(ctx, &x, &opts, NULL, NULL), GMIX_ERR_ARGUMENT);
    gmix_read_options read;
    gmix_data *data = NULL;
    gmix_read_options_init(&read);
    CHECK_EQ_INT(read.struct_size, sizeof read);
    read.struct_size = 1;
    CHECK_STATUS(ctx, gmix_data_read(ctx, "x.csv", &read, &data), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_data_read(ctx, NULL, NULL, &data), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_data_read(ctx, "x.csv", NULL, NULL), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_data_read(ctx, "/nowhere/x.csv", NULL, &data), GMIX_ERR_IO);
    message_has("/nowhere/x.csv");
    gmix_ctx_options options;
    gmix_ctx *other = NULL;
    gmix_ctx_options_init(&options);
    options.n_threads = -1;
    CHECK_STATUS(NULL, gmix_ctx_new(&options, &other), GMIX_ERR_ARGUMENT);
    gmix_ctx_options_init(&options);
    options.allocator.release = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(&options, &other), GMIX_ERR_ARGUMENT);
    CHECK(other == NULL);
}

/* NULL contexts, NULL and twice-freed handles, texts of everything that has a number. */
static void test_nothing(void) {
    gmix_model *model = NULL;
    gmix_data *data = NULL;
    gmix_ctx *none = NULL;
    char *text = NULL;
    gmix_report report = {0};
    gmix_model_free(NULL);
    gmix_model_free(&model);
    gmix_data_free(NULL);
    gmix_data_free(&data);
    gmix_ctx_free(NULL);
    gmix_ctx_free(&none);
    gmix_text_free(NULL);
    gmix_text_free(&text);
    gmix_report_free(NULL);
    gmix_report_free(&report);
    gmix_report_free(&report);
    CHECK_EQ_STR(gmix_ctx_message(NULL), "");
    CHECK(gmix_ctx_n_threads(NULL) >= 1);
    CHECK_EQ_STR(gmix_status_text(GMIX_ERR_NOMEM), "out of memory");
    CHECK(gmix_status_text((gmix_status)999) != NULL);
    CHECK_EQ_STR(gmix_stop_name(GMIX_STOP_MAX_ITER), "max_iter");
    CHECK(gmix_stop_name((gmix_stop)999) != NULL);
    gmix_build_info info;
    gmix_build_info_get(&info);
    CHECK_EQ_STR(info.version, GMIX_VERSION);
    CHECK(info.cpu_level && info.threading && info.n_threads >= 1);
    CHECK(strstr(gmix_data_formats(), "csv") && strstr(gmix_data_formats(), "npy"));
}

int main(void) {
    const fixture data = fixture_clusters(N, D, K, 3, 61);
    memcpy(cells, data.x, sizeof cells);
    free(data.x);
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    test_tables();
    test_cells();
    test_weights();
    test_starts();
    test_models();
    test_family_names();
    test_layouts();
    test_parameter_counts();
    test_use();
    test_sizes();
    test_nothing();
    gmix_ctx_free(&ctx);
    return CHECK_DONE();
}
