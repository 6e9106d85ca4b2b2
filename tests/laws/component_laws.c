/*
 * Laws of the tests of the number of components: the same bits on any number of threads,
 * statistics never below 0, p-values that are uniform where the smaller number is true and
 * small where it is not.
 */
#include "law.h"

static gmix_component_tests run_tests(gmix_ctx *ctx, const gmix_table *x,
                                      const gmix_fit_options *fit,
                                      const gmix_component_test_options *opts) {
    gmix_component_tests tests = {0};
    CHECK_STATUS(ctx, gmix_test_components(ctx, x, fit, opts, &tests), GMIX_OK);
    return tests;
}

static gmix_fit_options quick(const char *family) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.covariance = family;
    opts.search = "quick";
    opts.seed = 11;
    return opts;
}

static gmix_component_test_options some(size_t first, size_t last, size_t n) {
    gmix_component_test_options opts;
    gmix_component_test_options_init(&opts);
    opts.first = first;
    opts.last = last;
    opts.n_replicates = n;
    opts.level = fmax(opts.level, 1.0 / ((double)n + 1.0)); /* which p-values can reach */
    opts.all = 1;
    return opts;
}

static void same_tests(const gmix_component_tests *a, const gmix_component_tests *b) {
    CHECK_EQ_INT(a->n_tests, b->n_tests);
    for (size_t i = 0; i < a->n_tests && i < b->n_tests; i++) {
        const gmix_component_test *const p = &a->tests[i], *const q = &b->tests[i];
        CHECK_EQ_INT(p->n_replicates, q->n_replicates);
        CHECK_EQ_INT(p->n_left_out, q->n_left_out);
        CHECK(p->statistic == q->statistic);
        CHECK(same_bits(p->replicates, q->replicates, p->n_replicates));
    }
}

/* Plain, weighted, and with missing cells, in turn. */
static void threads_change_nothing(const char *family) {
    static int turn;
    const int variant = turn++ % 3;
    fixture data = fixture_clusters(90, 2, 2, 3.0, 5);
    double weights[90];
    for (size_t i = 0; i < 90; i++) {
        weights[i] = (double)(i % 3);
    }
    gmix_table x = law_view(&data);
    x.weights = variant == 1 ? weights : NULL;
    for (size_t i = 0; variant == 2 && i < 90; i += 4) {
        data.x[i * 2 + i / 4 % 2] = NAN;
    }
    const gmix_fit_options fit = quick(family);
    const gmix_component_test_options opts = some(1, 3, 4);
    gmix_ctx *alone = law_context(1), *three = law_context(3);
    gmix_component_tests a = run_tests(alone, &x, &fit, &opts);
    gmix_component_tests b = run_tests(three, &x, &fit, &opts);
    same_tests(&a, &b);
    CHECK_EQ_INT(a.n_rows, 90);
    for (size_t i = 0; i < a.n_tests; i++) {
        for (size_t r = 0; r < a.tests[i].n_replicates; r++) {
            CHECK(a.tests[i].replicates[r] >= 0.0);
        }
    }
    gmix_component_tests_free(&a);
    gmix_component_tests_free(&b);
    gmix_ctx_free(&alone);
    gmix_ctx_free(&three);
    free(data.x);
}

/* p under the null has mean 1/2, whatever the family, if it holds the truth. */
static void p_values_are_uniform(void) {
    enum { TABLES = 30, B = 19, N = 60 };
    static const char *const families[] = {"full", "tied"};
    for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
        CHECK_WHERE("uniform p, %s", families[f]);
        uint64_t state = 77 + f;
        double sum = 0.0;
        size_t n = 0;
        const size_t n_tables = fixture_is_brief() ? TABLES / 8 : TABLES;
        for (size_t t = 0; t < n_tables; t++) {
            double x[N * 2];
            for (size_t i = 0; i < N * 2; i++) {
                x[i] = fixture_normal(&state);
            }
            const gmix_table table = gmix_table_f64(x, N, 2);
            gmix_fit_options fit = quick(families[f]);
            fit.seed = t;
            const gmix_component_test_options opts = some(1, 2, B);
            gmix_component_tests tests = {0};
            if (gmix_test_components(NULL, &table, &fit, &opts, &tests) == GMIX_OK &&
                tests.n_tests == 1) {
                sum += tests.tests[0].p_value;
                n++;
            }
            gmix_component_tests_free(&tests);
        }
        CHECK(n * 10 >= n_tables * 9);
        const double mean = sum / (double)n, sd = sqrt((double)n / 12.0) / (double)n;
        CHECK_NEAR(mean, 0.5 + 0.5 / (B + 1), 4.0 * sd);
    }
    CHECK_WHERE("%s", "");
}

/* Three clusters at the corners of a triangle: each smaller number is rejected as far as B
 * lets it be. */
static void clusters_are_found(const char *family) {
    enum { N = 150 };
    double cells[N * 2];
    uint64_t state = 3;
    for (size_t i = 0; i < N; i++) {
        cells[2 * i] = fixture_normal(&state) + (i % 3 == 1 ? 8.0 : 0.0);
        cells[2 * i + 1] = fixture_normal(&state) + (i % 3 == 2 ? 7.0 : 0.0);
    }
    const gmix_table x = gmix_table_f64(cells, N, 2);
    const gmix_fit_options fit = quick(family);
    gmix_component_test_options opts = some(1, 3, 9);
    opts.level = 0.15;
    gmix_component_tests tests = run_tests(NULL, &x, &fit, &opts);
    CHECK_EQ_INT(tests.n_components, 3);
    for (size_t i = 0; i < tests.n_tests; i++) {
        CHECK(tests.tests[i].p_value ==
              1.0 / ((double)tests.tests[i].n_replicates + 1.0));
    }
    gmix_component_tests_free(&tests);
}

static int stop_after(void *user) {
    int *const calls = user;
    return ++*calls > 100000;
}

/* What is done when the caller has enough is kept. */
static void cancelling_keeps_replicates(void) {
    fixture data = fixture_clusters(90, 2, 2, 3.0, 5);
    const gmix_table x = law_view(&data);
    const gmix_fit_options fit = quick("full");
    const gmix_component_test_options opts = some(1, 3, 1000000);
    int calls = 0;
    gmix_ctx_options ctx_opts;
    gmix_ctx_options_init(&ctx_opts);
    ctx_opts.n_threads = 2;
    ctx_opts.cancel = stop_after;
    ctx_opts.user = &calls;
    gmix_ctx *ctx = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(&ctx_opts, &ctx), GMIX_OK);
    gmix_component_tests tests = run_tests(ctx, &x, &fit, &opts);
    CHECK_EQ_INT(tests.end, GMIX_TESTS_CANCELLED);
    CHECK_EQ_INT(tests.n_tests, 1);
    CHECK(tests.n_tests == 1 && tests.tests[0].n_replicates > 0 &&
          tests.tests[0].n_replicates < 100000);
    gmix_component_tests_free(&tests);
    gmix_ctx_free(&ctx);
    free(data.x);
}

int main(void) {
    LAW_OF_LETTERS(threads_change_nothing);
    LAW_OF_LETTERS(clusters_are_found);
    p_values_are_uniform();
    cancelling_keeps_replicates();
    return CHECK_DONE();
}
