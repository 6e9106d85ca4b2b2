/* What conditionals, marginals, maps, products and regression refuse, and what they say. */
#include "use_models.h"

static void refused(gmix_ctx *ctx, gmix_status got, gmix_status want, const char *says) {
    CHECK_STATUS(ctx, got, want);
    if (!CHECK(strstr(gmix_ctx_message(ctx), says) != NULL)) {
        printf("    '%s' is not in: %s\n", says, gmix_ctx_message(ctx));
    }
}

static void test_features(gmix_ctx *ctx, const gmix_model *f2) {
    const size_t twice[2] = {1, 1}, beyond = 2, first = 0, both[2] = {0, 1};
    const double values[2] = {1, INFINITY}, far = 1e300;
    gmix_model *out = NULL;
    refused(ctx, gmix_model_marginal(ctx, f2, 0, &first, &out), GMIX_ERR_ARGUMENT, "one");
    refused(ctx, gmix_model_marginal(ctx, f2, 2, twice, &out), GMIX_ERR_ARGUMENT,
            "twice");
    refused(ctx, gmix_model_marginal(ctx, f2, 1, &beyond, &out), GMIX_ERR_ARGUMENT,
            "no feature 2");
    refused(ctx, gmix_model_marginal(ctx, NULL, 1, &first, &out), GMIX_ERR_ARGUMENT,
            "NULL");
    refused(ctx, gmix_model_condition(ctx, f2, 2, both, values, &out, NULL),
            GMIX_ERR_ARGUMENT, "others that are not");
    refused(ctx, gmix_model_condition(ctx, f2, 1, &first, values + 1, &out, NULL),
            GMIX_ERR_NONFINITE, "inf");
    refused(ctx, gmix_model_condition(ctx, f2, 1, &first, &far, &out, NULL),
            GMIX_ERR_DATA, "so far from every component");
    CHECK(out == NULL);
}

static void test_maps(gmix_ctx *ctx, const gmix_model *f2, const gmix_model *p) {
    const double a[6] = {1, 2, 2, 4, NAN, 1};
    gmix_model *out = NULL;
    double scale = 0;
    refused(ctx, gmix_model_transform(ctx, f2, 2, a, NULL, NULL, &out), GMIX_ERR_SINGULAR,
            "linearly dependent");
    refused(ctx, gmix_model_transform(ctx, f2, 3, a, NULL, NULL, &out), GMIX_ERR_SINGULAR,
            "3 rows");
    refused(ctx, gmix_model_transform(ctx, f2, 1, a + 4, NULL, NULL, &out),
            GMIX_ERR_NONFINITE, "column 0 of the matrix");
    refused(ctx, gmix_model_product(ctx, f2, p, &out, &scale), GMIX_ERR_SHAPE,
            "2 features");
    const double away[2] = {1e200, 0}, eye[4] = {1, 0, 0, 1};
    gmix_model *moved = NULL;
    CHECK_STATUS(ctx, gmix_model_transform(ctx, f2, 2, eye, away, NULL, &moved), GMIX_OK);
    refused(ctx, gmix_model_product(ctx, f2, moved, &out, &scale), GMIX_ERR_DATA,
            "so far apart");
    gmix_model_free(&moved);
    CHECK(out == NULL);
}

static void test_regression(gmix_ctx *ctx, const gmix_model *f2) {
    const size_t target = 1, beyond = 5;
    const double x[2] = {1, INFINITY}, bad = 1.5;
    double mean[2] = {-7.25, -7.25};
    const gmix_table table = gmix_table_f64(x, 2, 1), wide = gmix_table_f64(x, 1, 2);
    gmix_regression out = {.mean = mean};
    gmix_regress_options opts;
    gmix_regress_options_init(&opts);
    refused(ctx, gmix_regress(ctx, f2, 1, &beyond, &table, NULL, &out), GMIX_ERR_ARGUMENT,
            "no feature 5");
    refused(ctx, gmix_regress(ctx, f2, 2, &target, &table, NULL, &out), GMIX_ERR_ARGUMENT,
            "2 of 2 features");
    refused(ctx, gmix_regress(ctx, f2, 1, &target, &wide, NULL, &out), GMIX_ERR_SHAPE,
            "1 feature");
    refused(ctx, gmix_regress(ctx, f2, 1, &target, &table, NULL, &out),
            GMIX_ERR_NONFINITE, "");
    opts.n_quantiles = 1;
    opts.quantiles = &bad;
    refused(ctx, gmix_regress(ctx, f2, 1, &target, &table, &opts, &out), GMIX_ERR_OPTION,
            "1.5");
    opts.n_quantiles = 0;
    opts.region_mass = 1;
    refused(ctx, gmix_regress(ctx, f2, 1, &target, &table, &opts, &out), GMIX_ERR_OPTION,
            "region_mass");
    opts.region_mass = 0;
    out.quantiles = mean;
    refused(ctx, gmix_regress(ctx, f2, 1, &target, &table, &opts, &out), GMIX_ERR_OPTION,
            "no option");
    opts.struct_size = 1;
    refused(ctx, gmix_regress(ctx, f2, 1, &target, &table, &opts, &out),
            GMIX_ERR_ARGUMENT, "_init()");
    CHECK(mean[0] == -7.25 && mean[1] == -7.25);
}

/* Names are matched whatever their order, and say what is missing. */
static void test_names(gmix_ctx *ctx, const gmix_model *f2) {
    const size_t turned[2] = {1, 0};
    const double eye[4] = {1, 0, 0, 1};
    const char *const others[2] = {"eruptions", "wait"};
    gmix_model *other = NULL, *a = NULL, *b = NULL;
    double plain = 0, matched = 1;
    CHECK_STATUS(ctx, gmix_model_marginal(ctx, f2, 2, turned, &other), GMIX_OK);
    CHECK_STATUS(ctx, gmix_model_product(ctx, f2, f2, &a, &plain), GMIX_OK);
    CHECK_STATUS(ctx, gmix_model_product(ctx, f2, other, &b, &matched), GMIX_OK);
    CHECK_REL(plain, matched, 1e-12);
    gmix_model_free(&other);
    CHECK_STATUS(ctx, gmix_model_transform(ctx, f2, 2, eye, NULL, others, &other),
                 GMIX_OK);
    gmix_model_free(&b);
    refused(ctx, gmix_model_product(ctx, f2, other, &b, NULL), GMIX_ERR_SHAPE,
            "no feature 'waiting'");
    gmix_model_free(&other);
    gmix_model_free(&a);
    gmix_model_free(&b);
}

/* Orders, names, and what a model keeps of them. */
static void test_arrangement(gmix_ctx *ctx, const gmix_model *f2) {
    static const char *const names[2] = {"long", "short"}, *const same[2] = {"a", "a"},
                             *const none[2] = {"", ""};
    const size_t twice[2] = {1, 1}, turned[2] = {1, 0};
    size_t order[2] = {9, 9};
    gmix_model *out = NULL, *back = NULL;
    refused(ctx, gmix_components_order(ctx, f2, "length", order), GMIX_ERR_OPTION,
            "no feature is called 'length'");
    refused(ctx, gmix_components_order(ctx, f2, "2", order), GMIX_ERR_OPTION, "'2'");
    refused(ctx, gmix_components_order(ctx, f2, NULL, order), GMIX_ERR_ARGUMENT, "NULL");
    CHECK(order[0] == 9);
    refused(ctx, gmix_model_arrange(ctx, f2, twice, NULL, &out), GMIX_ERR_ARGUMENT,
            "once");
    refused(ctx, gmix_model_arrange(ctx, f2, NULL, same, &out), GMIX_ERR_MODEL,
            "two components are called 'a'");
    refused(ctx, gmix_report_arrange(ctx, f2, turned, NULL), GMIX_ERR_ARGUMENT, "NULL");
    CHECK_STATUS(ctx, gmix_components_order(ctx, f2, "1", order), GMIX_OK);
    CHECK(gmix_model_means(f2)[2 * order[0] + 1] <
          gmix_model_means(f2)[2 * order[1] + 1]);
    CHECK_STATUS(ctx, gmix_model_arrange(ctx, f2, turned, names, &out), GMIX_OK);
    CHECK(strcmp(gmix_model_component_name(out, 0), "long") == 0);
    CHECK(gmix_model_weights(out)[0] == gmix_model_weights(f2)[1]);
    CHECK(gmix_model_covariances(out)[0] == gmix_model_covariances(f2)[4]);
    CHECK_STATUS(ctx, gmix_model_arrange(ctx, out, turned, NULL, &back), GMIX_OK);
    CHECK(strcmp(gmix_model_component_name(back, 1), "long") == 0);
    CHECK(gmix_model_component_name(back, 2) == NULL);
    gmix_model_free(&back);
    CHECK_STATUS(ctx, gmix_model_arrange(ctx, out, NULL, none, &back), GMIX_OK);
    CHECK(gmix_model_component_name(back, 0) == NULL);
    gmix_model_free(&back);
    gmix_model_free(&out);
}

int main(void) {
    gmix_ctx *ctx = NULL;
    gmix_ctx_new(NULL, &ctx);
    gmix_model *f2 = use_f2(), *p = use_p();
    test_features(ctx, f2);
    test_maps(ctx, f2, p);
    test_regression(ctx, f2);
    test_names(ctx, f2);
    test_arrangement(ctx, f2);
    gmix_model_free(&f2);
    gmix_model_free(&p);
    gmix_ctx_free(&ctx);
    return CHECK_DONE();
}
