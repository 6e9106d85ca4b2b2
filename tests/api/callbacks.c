/*
 * What happens while a fit runs: progress, cancelling, the time limit, the log;
 * allocations (none inside an iteration); and several threads sharing a model.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { N = 6000, D = 3, K = 3, THREADS = 6 };

typedef struct watcher {
    size_t n_progress, n_log, cancel_at, n_polls, max_iterations;
    double last;
    bool falls;
    pthread_t caller;
    bool elsewhere;
    atomic_long n_allocations, live;
} watcher;

static void *watch_allocate(void *user, size_t size) {
    watcher *const w = user;
    atomic_fetch_add(&w->n_allocations, 1);
    atomic_fetch_add(&w->live, 1);
    return malloc(size);
}

static void watch_release(void *user, void *block) {
    atomic_fetch_sub(&((watcher *)user)->live, 1);
    free(block);
}

static void watch_log(void *user, gmix_log_level level, const char *line) {
    (void)level;
    ((watcher *)user)->n_log += line[0] != '\0';
}

static void watch_progress(void *user, const gmix_progress *at) {
    watcher *const w = user;
    CHECK(at->stage && at->stage[0]);
    CHECK(at->run < at->n_runs || at->n_runs == 0);
    CHECK(at->seconds >= 0);
    if (strcmp(at->stage, "em") == 0) {
        w->n_progress++;
        w->max_iterations = at->max_iterations;
        CHECK(at->iteration <= at->max_iterations);
        if (at->iteration > 1 && !isnan(at->log_likelihood)) {
            w->falls |= at->log_likelihood < w->last - 1e-12 * fabs(w->last);
        }
        w->last = at->log_likelihood;
    }
    w->elsewhere |= !pthread_equal(pthread_self(), w->caller);
}

static int watch_cancel(void *user) {
    watcher *const w = user;
    w->elsewhere |= !pthread_equal(pthread_self(), w->caller);
    return w->cancel_at && ++w->n_polls >= w->cancel_at;
}

static gmix_ctx *watched(watcher *w, int n_threads) {
    gmix_ctx_options opts;
    gmix_ctx_options_init(&opts);
    opts.allocator = (gmix_allocator){watch_allocate, watch_release, w};
    opts.n_threads = n_threads;
    opts.log = watch_log;
    opts.progress = watch_progress;
    opts.cancel = watch_cancel;
    opts.user = w;
    w->caller = pthread_self();
    gmix_ctx *ctx = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(&opts, &ctx), GMIX_OK);
    return ctx;
}

static gmix_fit_options options(size_t max_iter) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = K;
    opts.tol = 0;
    opts.max_iter = max_iter;
    return opts;
}

static void test_progress(const gmix_table *x) {
    watcher w = {0};
    gmix_ctx *ctx = watched(&w, 2);
    gmix_fit_options opts = options(15);
    gmix_model *model = NULL;
    CHECK_STATUS(ctx, gmix_fit(ctx, x, &opts, &model, NULL), GMIX_OK);
    CHECK(w.n_progress >= 15);
    CHECK_EQ_INT(w.max_iterations, 15);
    CHECK(!w.falls);
    CHECK(!w.elsewhere);
    gmix_model_free(&model);
    gmix_ctx_free(&ctx);
    CHECK_EQ_INT(atomic_load(&w.live), 0);
}

/* Runs side by side, and the chains of a search: the caller hears of them, in its own thread. */
static void test_progress_of_many(const gmix_table *x) {
    for (size_t restarts = 0; restarts <= 6; restarts += 6) {
        CHECK_WHERE("progress of %zu restarts", restarts);
        watcher w = {0};
        gmix_ctx *ctx = watched(&w, 2);
        gmix_fit_options opts;
        gmix_fit_options_init(&opts);
        opts.n_components = K;
        opts.search = "thorough";
        opts.restarts = restarts;
        gmix_model *model = NULL;
        CHECK_STATUS(ctx, gmix_fit(ctx, x, &opts, &model, NULL), GMIX_OK);
        CHECK(w.n_progress > 0);
        CHECK(!w.elsewhere);
        gmix_model_free(&model);
        gmix_ctx_free(&ctx);
        CHECK_EQ_INT(atomic_load(&w.live), 0);
    }
    CHECK_WHERE("%s", "");
}

/* Cancelled at every poll in turn: either no model and the status, or a model and the
 * stop. */
static void test_cancel(const gmix_table *x) {
    size_t n_without = 0, n_with = 0;
    for (size_t at = 1; at < 4000; at = at < 40 ? at + 1 : at * 3 / 2) {
        CHECK_WHERE("cancelled at poll %zu", at);
        watcher w = {.cancel_at = at};
        gmix_ctx *ctx = watched(&w, 2);
        gmix_fit_options opts = options(20);
        gmix_model *model = NULL;
        gmix_report report = {0};
        const gmix_status status = gmix_fit(ctx, x, &opts, &model, &report);
        if (status == GMIX_ERR_CANCELLED) {
            CHECK(model == NULL);
            n_without++;
        } else if (CHECK_STATUS(ctx, status, GMIX_OK)) {
            CHECK(model != NULL);
            CHECK(report.stop == GMIX_STOP_CANCELLED || report.n_iterations == 20);
            CHECK_EQ_INT(report.n_trace, report.n_iterations + 1);
            gmix_criteria c;
            CHECK_STATUS(NULL, gmix_score(NULL, model, x, &c), GMIX_OK);
            CHECK_REL(c.log_likelihood, report.log_likelihood, 1e-12);
            n_with += report.stop == GMIX_STOP_CANCELLED;
        }
        gmix_model_free(&model);
        gmix_report_free(&report);
        gmix_ctx_free(&ctx);
        CHECK_EQ_INT(atomic_load(&w.live), 0);
    }
    CHECK_WHERE("%s", "");
    CHECK(n_without > 0);
    CHECK(n_with > 0);
}

/* A search on some of the rows: from the first evaluation on there is a model, and its
 * log-likelihood is that of all rows. */
static void test_cancel_search(const gmix_table *x) {
    bool cancels = true;
    size_t n_with = 0;
    for (size_t at = 1; cancels; at = at < 20 ? at + 1 : at * 4 / 3) {
        CHECK_WHERE("search cancelled at poll %zu", at);
        watcher w = {.cancel_at = at};
        gmix_ctx *ctx = watched(&w, 1);
        gmix_fit_options opts;
        gmix_fit_options_init(&opts);
        opts.n_components = K;
        gmix_model *model = NULL;
        gmix_report report = {0};
        const gmix_status status = gmix_fit(ctx, x, &opts, &model, &report);
        if (status == GMIX_ERR_CANCELLED) {
            CHECK_EQ_INT(w.n_progress, 0);
        } else if (CHECK_STATUS(ctx, status, GMIX_OK)) {
            gmix_criteria c;
            CHECK_STATUS(NULL, gmix_score(NULL, model, x, &c), GMIX_OK);
            CHECK_REL(c.log_likelihood, report.log_likelihood, 1e-12);
            cancels = w.n_polls >= at;
            CHECK(!cancels || report.stop == GMIX_STOP_CANCELLED);
            n_with += cancels;
        }
        gmix_model_free(&model);
        gmix_report_free(&report);
        gmix_ctx_free(&ctx);
        CHECK_EQ_INT(atomic_load(&w.live), 0);
    }
    CHECK_WHERE("%s", "");
    CHECK(n_with > 0);
}

static void test_time_limit(const gmix_table *x) {
    gmix_fit_options opts = options(100000000);
    opts.time_limit = 0.2;
    gmix_model *model = NULL;
    gmix_report report = {0};
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    if (CHECK_STATUS(NULL, gmix_fit(NULL, x, &opts, &model, &report), GMIX_OK)) {
        clock_gettime(CLOCK_MONOTONIC, &after);
        CHECK_EQ_INT(report.stop, GMIX_STOP_TIME_LIMIT);
        CHECK(!report.converged);
        CHECK(report.seconds >= 0.15);
        CHECK(difftime(after.tv_sec, before.tv_sec) < (FIXTURE_SLOW ? 30 : 5));
    }
    gmix_model_free(&model);
    gmix_report_free(&report);
}

/* A search whose time is over at once makes one start in each of its chains, at most four, and
 * has a model. */
static void test_no_time(const gmix_table *x) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = K;
    opts.time_limit = 1e-9;
    gmix_model *model = NULL;
    gmix_report report = {0};
    if (CHECK_STATUS(NULL, gmix_fit(NULL, x, &opts, &model, &report), GMIX_OK)) {
        CHECK_EQ_INT(report.stop, GMIX_STOP_TIME_LIMIT);
        CHECK(report.n_starts >= 1 && report.n_starts <= 4);
        CHECK_EQ_INT(report.n_trace, 1);
        CHECK(isfinite(report.log_likelihood));
    }
    gmix_model_free(&model);
    gmix_report_free(&report);
}

static void test_no_steps(const gmix_table *x) {
    gmix_fit_options opts = options(0);
    gmix_model *model = NULL;
    gmix_report report = {0};
    if (CHECK_STATUS(NULL, gmix_fit(NULL, x, &opts, &model, &report), GMIX_OK)) {
        CHECK_EQ_INT(report.n_iterations, 0);
        CHECK_EQ_INT(report.n_trace, 1);
        CHECK_REL(report.trace[0], report.log_likelihood, 1e-12);
        CHECK_EQ_INT(report.stop, GMIX_STOP_MAX_ITER);
    }
    gmix_model_free(&model);
    gmix_report_free(&report);
}

static long count_allocations(const gmix_table *x, const char *family,
                              const char *precision, size_t max_iter) {
    watcher w = {0};
    gmix_ctx *ctx = watched(&w, 2);
    gmix_fit_options opts = options(max_iter);
    opts.covariance = family;
    opts.precision = precision;
    gmix_model *model = NULL;
    gmix_report report = {0};
    CHECK_STATUS(ctx, gmix_fit(ctx, x, &opts, &model, &report), GMIX_OK);
    CHECK_EQ_INT(report.n_iterations, max_iter);
    gmix_model_free(&model);
    gmix_report_free(&report);
    gmix_ctx_free(&ctx);
    CHECK_EQ_INT(atomic_load(&w.live), 0);
    return atomic_load(&w.n_allocations);
}

/* As many allocations for twenty iterations as for one. */
static void test_allocations(const gmix_table *x) {
    const char *const precisions[] = {"double", "single"};
    for (const char *const *family = gmix_family_names(); *family; family++) {
        for (size_t p = 0; p < 2; p++) {
            CHECK_WHERE("allocations, %s, %s", *family, precisions[p]);
            CHECK_EQ_INT(count_allocations(x, *family, precisions[p], 20),
                         count_allocations(x, *family, precisions[p], 1));
        }
    }
    CHECK_WHERE("%s", "");
}

typedef struct sharer {
    const gmix_model *model;
    const gmix_table *x;
    double *density, *resp;
    gmix_status status;
} sharer;

static void *share(void *arg) {
    sharer *const s = arg;
    gmix_ctx_options opts;
    gmix_ctx_options_init(&opts);
    opts.n_threads = 2;
    gmix_ctx *ctx = NULL;
    s->status = gmix_ctx_new(&opts, &ctx);
    for (int i = 0; i < 5 && s->status == GMIX_OK; i++) {
        s->status = gmix_log_density(ctx, s->model, s->x, s->density);
        if (s->status == GMIX_OK) {
            s->status = gmix_responsibilities(ctx, s->model, s->x, s->resp);
        }
    }
    gmix_ctx_free(&ctx);
    return NULL;
}

static void test_sharing(const gmix_table *x) {
    gmix_fit_options opts = options(5);
    gmix_model *model = NULL;
    sharer sharers[THREADS];
    pthread_t threads[THREADS];
    if (!CHECK_STATUS(NULL, gmix_fit(NULL, x, &opts, &model, NULL), GMIX_OK)) {
        return;
    }
    for (size_t i = 0; i < THREADS; i++) {
        sharers[i] = (sharer){model, x, fixture_alloc(N, sizeof(double)),
                              fixture_alloc(N * K, sizeof(double)), GMIX_OK};
        CHECK(pthread_create(&threads[i], NULL, share, &sharers[i]) == 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        CHECK_STATUS(NULL, sharers[i].status, GMIX_OK);
        CHECK(memcmp(sharers[i].density, sharers[0].density, N * sizeof(double)) == 0);
        CHECK(memcmp(sharers[i].resp, sharers[0].resp, N * K * sizeof(double)) == 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        free(sharers[i].density);
        free(sharers[i].resp);
    }
    gmix_model_free(&model);
}

int main(void) {
    const fixture data = fixture_clusters(N, D, K, 1.5, 71);
    const gmix_table x = gmix_table_f64(data.x, N, D);
    test_progress(&x);
    test_progress_of_many(&x);
    test_cancel(&x);
    test_cancel_search(&x);
    test_time_limit(&x);
    test_no_time(&x);
    test_no_steps(&x);
    test_allocations(&x);
    test_sharing(&x);
    free(data.x);
    return CHECK_DONE();
}
