/*
 * Tests of the number of components: what they refuse, how they come out under a budget of
 * allocations, and that they are exact about weights and missing cells.
 */
#include "budget.h"
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { N = 60, D = 2 };

static fixture data;
static gmix_ctx *ctx;

static gmix_fit_options fit_options(void) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.search = "quick";
    return opts;
}

static gmix_component_test_options few(void) {
    gmix_component_test_options opts;
    gmix_component_test_options_init(&opts);
    opts.n_replicates = 2;
    opts.level = 0.5;
    return opts;
}

static void refused(const gmix_table *x, const gmix_fit_options *fit,
                    const gmix_component_test_options *opts, gmix_status expected,
                    const char *part) {
    gmix_component_tests tests = {0};
    CHECK_STATUS(ctx, gmix_test_components(ctx, x, fit, opts, &tests), expected);
    CHECK(tests.owner == NULL && tests.n_tests == 0);
    if (!CHECK(strstr(gmix_ctx_message(ctx), part) != NULL)) {
        printf("    \"%s\" is not in \"%s\"\n", part, gmix_ctx_message(ctx));
    }
}

static void test_options(void) {
    const gmix_table x = gmix_table_f64(data.x, N, D);
    const gmix_fit_options fit = fit_options();
    gmix_component_test_options opts = few();
    refused(NULL, &fit, &opts, GMIX_ERR_ARGUMENT, "NULL");
    opts.first = 0;
    refused(&x, &fit, &opts, GMIX_ERR_ARGUMENT, "range");
    opts = few();
    opts.last = 1;
    refused(&x, &fit, &opts, GMIX_ERR_ARGUMENT, "range");
    opts = few();
    opts.n_replicates = 0;
    refused(&x, &fit, &opts, GMIX_ERR_OPTION, "replicates");
    opts = few();
    opts.level = NAN;
    refused(&x, &fit, &opts, GMIX_ERR_OPTION, "level");
    opts = few();
    opts.level = 0.05;
    opts.n_replicates = 18;
    refused(&x, &fit, &opts, GMIX_ERR_OPTION, "1/19; take at least 19");
    memset(&opts, 0, sizeof opts);
    refused(&x, &fit, &opts, GMIX_ERR_ARGUMENT, "_init()");
}

/* Asked to stop when a number of replicates are there. */
typedef struct stopper {
    long polls;
} stopper;

static int stop(void *user) {
    stopper *const s = user;
    return --s->polls < 0;
}

/* Interrupted work says of no number what replicates that were not made could turn: two clear
 * groups are not called one for want of a replicate as large. */
static void test_interrupted(void) {
    const fixture apart = fixture_clusters(N, D, 2, 30.0, 6);
    const gmix_table x = gmix_table_f64(apart.x, N, D);
    const gmix_fit_options fit = fit_options();
    gmix_component_test_options opts;
    size_t n_cut = 0;
    gmix_component_test_options_init(&opts);
    opts.n_replicates = 999;
    for (long polls = 1000; polls < 200000; polls *= 2) {
        stopper s = {polls};
        gmix_ctx_options with;
        gmix_ctx *own = NULL;
        gmix_component_tests tests = {0};
        gmix_ctx_options_init(&with);
        with.cancel = stop;
        with.user = &s;
        with.n_threads = 1;
        CHECK_STATUS(NULL, gmix_ctx_new(&with, &own), GMIX_OK);
        if (gmix_test_components(own, &x, &fit, &opts, &tests) == GMIX_OK) {
            const gmix_component_test *const t = &tests.tests[0];
            const bool cut = tests.end == GMIX_TESTS_CANCELLED;
            const bool early = cut && t->n_as_large == 0 && t->n_replicates < 950;
            CHECK(!early || tests.n_components == 0);
            CHECK(tests.n_components != 1);
            n_cut += early;
        }
        gmix_component_tests_free(&tests);
        gmix_ctx_free(&own);
    }
    CHECK(n_cut > 0);
    free(apart.x);
}

static void test_what_has_no_meaning(void) {
    gmix_table x = gmix_table_f64(data.x, N, D);
    const gmix_component_test_options opts = few();
    gmix_fit_options fit = fit_options();
    fit.prior = "mclust";
    refused(&x, &fit, &opts, GMIX_ERR_OPTION, "prior");
    fit = fit_options();
    fit.init = "model";
    refused(&x, &fit, &opts, GMIX_ERR_OPTION, "start");
    fit = fit_options();
    fit.covariance = "fool";
    refused(&x, &fit, &opts, GMIX_ERR_OPTION, "full");
    int32_t labels[N];
    memset(labels, 0xff, sizeof labels);
    x.labels = labels;
    labels[7] = 0;
    fit = fit_options();
    refused(&x, &fit, &opts, GMIX_ERR_DATA, "row 8 has a label");
    double weights[N];
    for (size_t i = 0; i < N; i++) {
        weights[i] = 0.01;
    }
    x.labels = NULL;
    x.weights = weights;
    refused(&x, &fit, &opts, GMIX_ERR_DATA, "sum to 0.6");
}

/* A replicate has as many rows as the weights say, less those that are dropped. */
static void test_rows(void) {
    gmix_table x = gmix_table_f64(data.x, N, D);
    const gmix_component_test_options opts = few();
    gmix_fit_options fit = fit_options();
    double weights[N];
    for (size_t i = 0; i < N; i++) {
        weights[i] = i < 10 ? 2.5 : i % 2 ? 2.0 : 0.0;
    }
    x.weights = weights;
    gmix_component_tests tests = {0};
    CHECK_STATUS(ctx, gmix_test_components(ctx, &x, &fit, &opts, &tests), GMIX_OK);
    CHECK_EQ_INT(tests.n_rows, 75);
    CHECK_EQ_INT(tests.n_samples, N);
    gmix_component_tests_free(&tests);
    data.x[11 * D] = NAN; /* row 11, of weight 2 */
    fit.missing = "drop";
    CHECK_STATUS(ctx, gmix_test_components(ctx, &x, &fit, &opts, &tests), GMIX_OK);
    CHECK_EQ_INT(tests.n_rows, 73);
    gmix_component_tests_free(&tests);
    fit.missing = "error";
    refused(&x, &fit, &opts, GMIX_ERR_NONFINITE, "row 12");
    data.x[11 * D] = 0.5;
}

static gmix_status settle(gmix_status status, char **text) {
    CHECK((*text != NULL) == (status == GMIX_OK));
    gmix_text_free(text);
    return status;
}

static gmix_status try_test(gmix_ctx *own, void *arg) {
    const gmix_fit_options *const fit = arg;
    const gmix_table x = gmix_table_f64(data.x, N, D);
    gmix_component_test_options opts = few();
    gmix_component_tests tests = {0};
    char *text = NULL;
    opts.n_replicates = 1;
    gmix_status status = gmix_test_components(own, &x, fit, &opts, &tests);
    CHECK((tests.owner != NULL) == (status == GMIX_OK));
    if (status == GMIX_OK) {
        status = settle(gmix_component_tests_to_text(own, &tests, &text), &text);
    }
    if (status == GMIX_OK) {
        status = settle(gmix_component_tests_to_json(own, &tests, &text), &text);
    }
    gmix_component_tests_free(&tests);
    return status;
}

int main(void) {
    data = fixture_clusters(N, D, 2, 3.0, 6);
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    test_options();
    test_interrupted();
    test_what_has_no_meaning();
    test_rows();
    gmix_fit_options fit = fit_options();
    fit.covariance = "spherical";
    fit.max_iter = 4;
    fit.restarts = 1;
    budget_run("test_components, one run", try_test, &fit);
    fit.max_iter = 3;
    fit.restarts = 0;
    fit.init = "hierarchical";
    budget_run("test_components, splits", try_test, &fit);
    for (size_t i = 0; i < N; i += 9) {
        data.x[i * D] = NAN;
    }
    fit.restarts = 1;
    fit.noise = 0.1;
    budget_run("test_components, missing cells and noise", try_test, &fit);
    gmix_ctx_free(&ctx);
    free(data.x);
    return CHECK_DONE();
}
