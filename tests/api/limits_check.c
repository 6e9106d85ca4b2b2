/*
 * Ends of work: a model is never lost to an interrupt that comes while something is said about it,
 * and limits of a context hold for all of its calls. What can be counted is counted: the machine
 * may be busy.
 */
#include <malloc.h>
#include <sys/resource.h>
#include <time.h>

#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { SLOW = FIXTURE_SLOW ? 20 : 1 };

/* Seconds that are enough for something to be found, and for much less than all. */
static const double SHORT = FIXTURE_SLOW ? 6.0 : 1.0;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Cancels at one poll and ever after. */
typedef struct canceller {
    size_t at, n_polls;
} canceller;

static int cancel(void *user) {
    canceller *const c = user;
    return ++c->n_polls >= c->at;
}

static gmix_ctx *context_of(canceller *c, int n_threads) {
    gmix_ctx_options opts;
    gmix_ctx_options_init(&opts);
    opts.n_threads = n_threads;
    opts.cancel = c ? cancel : NULL;
    opts.user = c;
    gmix_ctx *ctx = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(&opts, &ctx), GMIX_OK);
    return ctx;
}

static gmix_ctx *context(canceller *c) {
    return context_of(c, 2);
}

/* So many components on so few rows end in spurious ones, whose rows are listed in a pass of its
 * own after the search; with "drop" further searches follow. On one thread a later poll finds more
 * done; on two, how far the other one is at a poll of the caller's is a matter of luck. */
static void test_interrupt(const gmix_table *x, const char *singular, int n_threads) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = 12;
    opts.restarts = 3;
    opts.singular = singular;
    size_t n_models = 0;
    bool cancelled = true;
    for (size_t at = 1; cancelled; at += 1 + (n_threads > 1 ? at / 4 : at / 16)) {
        CHECK_WHERE("%s, %d threads, cancelled at poll %zu", singular, n_threads, at);
        canceller c = {.at = at};
        gmix_ctx *ctx = context_of(&c, n_threads);
        gmix_model *model = NULL;
        gmix_report report = {0};
        const gmix_status status = gmix_fit(ctx, x, &opts, &model, &report);
        cancelled = c.n_polls >= at;
        if (status == GMIX_ERR_CANCELLED) {
            if (n_threads == 1) { /* once there is a model there always is */
                CHECK_EQ_INT(n_models, 0);
            }
        } else if (CHECK_STATUS(ctx, status, GMIX_OK)) {
            n_models++;
            CHECK(isfinite(report.log_likelihood));
        }
        gmix_model_free(&model);
        gmix_report_free(&report);
        gmix_ctx_free(&ctx);
    }
    CHECK_WHERE("%s", "");
    CHECK(n_models > 1);
}

/* A limit of the context is one of the fit's, too. */
static void test_context_limit(const gmix_table *x) {
    gmix_ctx *ctx = context(NULL);
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = 6;
    opts.restarts = 1000000;
    gmix_model *model = NULL;
    gmix_report report = {0};
    gmix_ctx_set_time_limit(ctx, 0.3);
    const double began = now();
    if (CHECK_STATUS(ctx, gmix_fit(ctx, x, &opts, &model, &report), GMIX_OK)) {
        CHECK_EQ_INT(report.stop, GMIX_STOP_TIME_LIMIT);
        CHECK(now() - began < 5.0 * SLOW);
        gmix_standard_error_options how;
        gmix_standard_error_options_init(&how);
        gmix_standard_errors errors = {0};
        CHECK_STATUS(ctx,
                     gmix_standard_errors_estimate(ctx, x, NULL, model, &how, &errors),
                     GMIX_ERR_TIME_LIMIT);
        gmix_ctx_set_time_limit(ctx, 0.0);
        double density;
        const gmix_table first = gmix_table_f64(x->data, 1, x->n_cols);
        CHECK_STATUS(ctx, gmix_log_density(ctx, model, &first, &density), GMIX_OK);
    }
    gmix_model_free(&model);
    gmix_report_free(&report);
    gmix_ctx_free(&ctx);
}

/* Replicates that would take far longer. */
static void test_replicates(const gmix_table *x) {
    gmix_ctx *ctx = context(NULL);
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = 3;
    gmix_model *model = NULL;
    CHECK_STATUS(ctx, gmix_fit(ctx, x, &opts, &model, NULL), GMIX_OK);
    gmix_standard_error_options how;
    gmix_standard_error_options_init(&how);
    how.method = "bootstrap";
    how.n_replicates = 100000;
    gmix_standard_errors errors = {0};
    gmix_ctx_set_time_limit(ctx, SHORT);
    const double began = now();
    if (CHECK_STATUS(ctx,
                     gmix_standard_errors_estimate(ctx, x, &opts, model, &how, &errors),
                     GMIX_OK)) {
        CHECK(errors.n_replicates >= 2 && errors.n_replicates < how.n_replicates);
    }
    CHECK(now() - began < 5.0 * SLOW);
    gmix_standard_errors_free(&errors);
    gmix_model_free(&model);
    gmix_ctx_free(&ctx);
}

/* However short the time is, a choice ends with a model, and says what to do. */
static void test_choice(const gmix_table *x) {
    gmix_ctx *ctx = context(NULL);
    gmix_fit_options fit;
    gmix_fit_options_init(&fit);
    fit.time_limit = 1e-9;
    gmix_select_options select;
    gmix_select_options_init(&select);
    select.components = "5-6";
    select.covariances = "diag,full";
    gmix_model *model = NULL;
    gmix_report report = {0};
    if (CHECK_STATUS(ctx, gmix_select(ctx, x, &fit, &select, &model, &report), GMIX_OK)) {
        CHECK_EQ_INT(report.stop, GMIX_STOP_TIME_LIMIT);
        CHECK(!report.converged);
        bool advises = false;
        for (size_t i = 0; i < report.n_warnings; i++) {
            advises = advises || strstr(report.warnings[i], "more time") != NULL;
        }
        CHECK(advises);
    }
    gmix_model_free(&model);
    gmix_report_free(&report);
    gmix_ctx_free(&ctx);
}

/* Tests end with what there is. */
static void test_tests(const gmix_table *x) {
    gmix_ctx *ctx = context(NULL);
    gmix_fit_options fit;
    gmix_fit_options_init(&fit);
    fit.time_limit = SHORT;
    gmix_component_test_options opts;
    gmix_component_test_options_init(&opts);
    opts.n_replicates = 1000000;
    gmix_component_tests tests = {0};
    const double began = now();
    if (CHECK_STATUS(ctx, gmix_test_components(ctx, x, &fit, &opts, &tests), GMIX_OK)) {
        CHECK_EQ_INT(tests.end, GMIX_TESTS_TIME_LIMIT);
        CHECK_EQ_INT(tests.n_tests, 1);
    }
    CHECK(now() - began < 5.0 * SLOW);
    gmix_component_tests_free(&tests);
    gmix_ctx_free(&ctx);
}

/* A posterior is a model as well, and what is said beside its bound is not worth losing it. */
static void test_bayes(const gmix_table *x) {
    gmix_ctx *ctx = context(NULL);
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = 4;
    opts.bayes = "process";
    opts.time_limit = 1e-9;
    gmix_model *model = NULL;
    gmix_report report = {0};
    if (CHECK_STATUS(ctx, gmix_fit(ctx, x, &opts, &model, &report), GMIX_OK)) {
        CHECK_EQ_INT(report.stop, GMIX_STOP_TIME_LIMIT);
        CHECK(isfinite(report.objective) && isnan(report.log_likelihood));
    }
    gmix_model_free(&model);
    gmix_report_free(&report);
    gmix_ctx_free(&ctx);
}

/* Spends what is left of a time limit at one poll. */
typedef struct dawdler {
    size_t at, n_polls;
    double until;
} dawdler;

static int dawdle(void *user) {
    static const struct timespec moment = {.tv_nsec = 1000000};
    dawdler *const d = user;
    for (++d->n_polls; d->n_polls == d->at && now() < d->until;) {
        nanosleep(&moment, NULL);
    }
    return 0;
}

/* Time is over while the first solution, most of whose components are lost, is asked what it would be without
 * each of them: that is as many runs as there are components, and none of them is made any more. Steps of
 * runs poll, so polls tell how much is done, and with one thread their number is no matter of luck: 8000 +
 * 117, where all runs are made 8000 + 25744. */
static void test_lost_components(void) {
    enum { ROWS = 2000, AT = 8000 };
    fixture data = fixture_clusters(ROWS, 2, 1, 0.0, 7);
    const gmix_table x = gmix_table_f64(data.x, ROWS, 2);
    dawdler d = {.at = AT};
    gmix_ctx_options with;
    gmix_ctx_options_init(&with);
    with.n_threads = 1;
    with.cancel = dawdle;
    with.user = &d;
    gmix_ctx *ctx = NULL;
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.time_limit = 0.5;
    gmix_select_options select;
    gmix_select_options_init(&select);
    select.components = "120";
    select.covariances = "full";
    gmix_model *model = NULL;
    gmix_report report = {0};
    CHECK_STATUS(NULL, gmix_ctx_new(&with, &ctx), GMIX_OK);
    d.until = now() + opts.time_limit;
    if (CHECK_STATUS(ctx, gmix_select(ctx, &x, &opts, &select, &model, &report),
                     GMIX_OK)) {
        CHECK_EQ_INT(report.stop, GMIX_STOP_TIME_LIMIT);
        CHECK_WHERE("%zu polls", d.n_polls);
        CHECK(d.n_polls < AT + 5000);
        CHECK_WHERE("%s", "");
    }
    gmix_model_free(&model);
    gmix_report_free(&report);
    gmix_ctx_free(&ctx);
    free(data.x);
}

/* Where time is over before they begin, standard errors and folds make no fit, of which they could say
 * nothing; whoever cancels is not even asked. */
static void test_nothing_begun(const gmix_table *x) {
    canceller c = {.at = SIZE_MAX};
    gmix_ctx *ctx = context_of(&c, 1);
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = 2;
    opts.search = "quick";
    gmix_standard_error_options how;
    gmix_standard_error_options_init(&how);
    gmix_model *model = NULL;
    gmix_standard_errors errors = {0};
    gmix_confusion confusion = {0};
    int32_t *const labels = fixture_alloc(x->n_rows, sizeof *labels);
    for (size_t i = 0; i < x->n_rows; i++) {
        labels[i] = (int32_t)(i % 2);
    }
    gmix_table labelled = *x;
    labelled.labels = labels;
    CHECK_STATUS(ctx, gmix_fit(ctx, x, &opts, &model, NULL), GMIX_OK);
    CHECK(c.n_polls > 100);
    gmix_ctx_set_time_limit(ctx, 1e-9);
    c.n_polls = 0;
    CHECK_STATUS(ctx, gmix_standard_errors_estimate(ctx, x, &opts, model, &how, &errors),
                 GMIX_ERR_TIME_LIMIT);
    CHECK_STATUS(ctx, gmix_cross_validate(ctx, &labelled, &opts, 5, &confusion),
                 GMIX_ERR_TIME_LIMIT);
    CHECK_EQ_INT(c.n_polls, 0);
    free(labels);
    gmix_model_free(&model);
    gmix_ctx_free(&ctx);
}

/* Scatters of the groups of a tree take D^2 for each row, which is asked before each. */
static void test_tree_start(void) {
    enum { ROWS = 300, WIDTH = 40 };
    fixture data = fixture_clusters(ROWS, WIDTH, 2, 3.0, 8);
    const gmix_table x = gmix_table_f64(data.x, ROWS, WIDTH);
    canceller c = {.at = SIZE_MAX};
    gmix_ctx *ctx = context_of(&c, 1);
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = 2;
    opts.restarts = 1;
    opts.max_iter = 0;
    gmix_model *model = NULL;
    size_t n_polls[2];
    for (size_t h = 0; h < 2; h++) {
        opts.init = h ? "hierarchical" : "random";
        c.n_polls = 0;
        CHECK_STATUS(ctx, gmix_fit(ctx, &x, &opts, &model, NULL), GMIX_OK);
        gmix_model_free(&model);
        n_polls[h] = c.n_polls;
    }
    CHECK_WHERE("%zu polls with a random start, %zu with a tree", n_polls[0], n_polls[1]);
    CHECK(n_polls[1] > n_polls[0] + 5 * ROWS / 2); /* two of them to make the tree */
    CHECK_WHERE("%s", "");
    gmix_ctx_free(&ctx);
    free(data.x);
}

static long most_kilobytes(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss;
}

/* Memory reserved for replicates that are never made is not touched: to clear it would take longer than
 * anything may between two polls. */
static void test_reserved(const gmix_table *x) {
    canceller c = {.at = 12};
    gmix_ctx *free_ctx = context(NULL), *ctx = context(&c);
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = 2;
    gmix_standard_error_options how;
    gmix_standard_error_options_init(&how);
    how.n_replicates = 5000000; /* of 13 numbers each: 520 MB */
    gmix_model *model = NULL;
    gmix_standard_errors errors = {0};
    CHECK_STATUS(free_ctx, gmix_fit(free_ctx, x, &opts, &model, NULL), GMIX_OK);
#ifdef M_PERTURB
    mallopt(M_PERTURB, 0); /* with it, calloc() writes */
#endif
    const long before = most_kilobytes();
    CHECK_STATUS(ctx, gmix_standard_errors_estimate(ctx, x, &opts, model, &how, &errors),
                 GMIX_ERR_CANCELLED);
    CHECK_WHERE("%ld kilobytes more", most_kilobytes() - before);
    CHECK(most_kilobytes() - before < 200000);
    CHECK_WHERE("%s", "");
    gmix_model_free(&model);
    gmix_ctx_free(&ctx);
    gmix_ctx_free(&free_ctx);
}

/* The longest that a thread has worked between two polls, in its own time. */
typedef struct gaps {
    double last, longest;
} gaps;

static double processor_time(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int note_gap(void *user) {
    gaps *const g = user;
    const double at = processor_time();
    g->longest = g->last > 0.0 ? fmax(g->longest, at - g->last) : 0.0;
    g->last = at;
    return 0;
}

/* Polls are near each other however wide the table is: an interrupt is answered soon. */
static void test_wide(const char *family) {
    enum { ROWS = 500, WIDTH = 300 };
    fixture data = fixture_clusters(ROWS, WIDTH, 2, 3.0, 5);
    const gmix_table x = gmix_table_f64(data.x, ROWS, WIDTH);
    gaps g = {0};
    gmix_ctx_options with;
    gmix_ctx_options_init(&with);
    with.n_threads = 1;
    with.cancel = note_gap;
    with.user = &g;
    gmix_ctx *ctx = NULL;
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = 2;
    opts.covariance = family;
    opts.restarts = 1;
    opts.max_iter = 1;
    gmix_model *model = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(&with, &ctx), GMIX_OK);
    CHECK_STATUS(ctx, gmix_fit(ctx, &x, &opts, &model, NULL), GMIX_OK);
    g.longest = fmax(g.longest, processor_time() - g.last);
    CHECK_WHERE("%s: %g s between two polls", family, g.longest);
    CHECK(g.longest < 0.1);
    CHECK_WHERE("%s", "");
    gmix_model_free(&model);
    gmix_ctx_free(&ctx);
    free(data.x);
}

/* Allocations after the poll that cancels. */
typedef struct afterwards {
    canceller c;
    size_t n;
} afterwards;

static void *note_allocation(void *user, size_t size) {
    afterwards *const a = user;
    a->n += a->c.n_polls >= a->c.at;
    return aligned_alloc(64, (size + 63) / 64 * 64);
}

static void give_back(void *user, void *memory) {
    (void)user;
    free(memory);
}

static int cancel_and_count(void *user) {
    return cancel(&((afterwards *)user)->c);
}

/* An online fit that is interrupted before its start is found has nothing to go on with: no model is made of what the
 * search has so far, which takes the cube of the features and, here, 59 allocations in place of 36. */
static void test_online_start(const gmix_table *x) {
    afterwards a = {.c = {.at = 20000}};
    gmix_ctx_options with;
    gmix_ctx_options_init(&with);
    with.n_threads = 1;
    with.cancel = cancel_and_count;
    with.user = &a;
    with.allocator = (gmix_allocator){note_allocation, give_back, &a};
    gmix_ctx *ctx = NULL;
    gmix_fit_options fit;
    gmix_fit_options_init(&fit);
    fit.n_components = 3;
    gmix_online_options opts;
    gmix_online_options_init(&opts);
    opts.start_rows = x->n_rows;
    gmix_online *online = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(&with, &ctx), GMIX_OK);
    CHECK_STATUS(ctx, gmix_online_begin(ctx, x->n_cols, &fit, &opts, &online), GMIX_OK);
    CHECK_STATUS(ctx, gmix_online_add(ctx, online, x), GMIX_ERR_CANCELLED);
    CHECK_WHERE("%zu allocations after the interrupt", a.n);
    CHECK(a.n > 0 && a.n <= 45);
    CHECK_WHERE("%s", "");
    gmix_online_free(&online);
    gmix_ctx_free(&ctx);
}

/* Parameters of diagonal groups cost what their covariances have, not the cube of the features. */
static void test_many_features(void) {
    enum { ROWS = 40, WIDTH = 500 };
    fixture data = fixture_clusters(ROWS, WIDTH, 2, 3.0, 6);
    const gmix_table x = gmix_table_f64(data.x, ROWS, WIDTH);
    gmix_ctx *ctx = context(NULL);
    gmix_posterior_options opts;
    gmix_posterior_options_init(&opts);
    opts.covariance = "diag";
    opts.iterations = 20;
    opts.n_grid = 0;
    gmix_posterior_draws draws = {0};
    const double began = processor_time();
    CHECK_STATUS(ctx, gmix_posterior_sample(ctx, &x, &opts, &draws), GMIX_OK);
    CHECK(processor_time() - began < 2.0 * SLOW); /* the cube: 7 */
    gmix_posterior_draws_free(&draws);
    gmix_ctx_free(&ctx);
    free(data.x);
}

int main(void) {
    const fixture faithful = fixture_csv("data/faithful.csv");
    const gmix_table some = gmix_table_f64(faithful.x, 60, faithful.d);
    const gmix_table all = gmix_table_f64(faithful.x, faithful.n, faithful.d);
    for (int n_threads = 1; n_threads <= 2; n_threads++) {
        test_interrupt(&some, "repair", n_threads);
        test_interrupt(&some, "drop", n_threads);
    }
    test_context_limit(&all);
    test_replicates(&all);
    test_choice(&all);
    test_tests(&all);
    test_bayes(&all);
    test_lost_components();
    test_nothing_begun(&some);
    test_tree_start();
    test_online_start(&all);
    if (!fixture_is_brief()) {
        test_reserved(&some);
        test_wide("full");
        test_wide("EEV");
        test_many_features();
    }
    free(faithful.x);
    return CHECK_DONE();
}
