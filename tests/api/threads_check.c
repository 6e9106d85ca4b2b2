/*
 * Threads of a context: the same bits where the system gives none, in a child of fork(), and in
 * contexts side by side.
 */
#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { N = 20000, D = 5, K = 4, SIDE_BY_SIDE = 4, NOBODY = 65534 };

static double fit(gmix_ctx *ctx, const gmix_table *x) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = K;
    opts.max_iter = 20;
    opts.restarts = 2;
    gmix_model *model = NULL;
    gmix_report report = {0};
    CHECK_STATUS(ctx, gmix_fit(ctx, x, &opts, &model, &report), GMIX_OK);
    const double found = report.log_likelihood;
    gmix_model_free(&model);
    gmix_report_free(&report);
    return found;
}

static gmix_ctx *context(int n_threads) {
    gmix_ctx_options opts;
    gmix_ctx_options_init(&opts);
    opts.n_threads = n_threads;
    gmix_ctx *ctx = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(&opts, &ctx), GMIX_OK);
    return ctx;
}

/* True if a child process, after `prepare`, finds the same with these threads. ctx: NULL for one
 * of the child's own. */
static bool child_finds(const gmix_table *x, gmix_ctx *ctx, double expected,
                        void (*prepare)(void)) {
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        alarm(FIXTURE_SLOW ? 600 : 60); /* a child that waits for threads it has not */
        if (prepare) {
            prepare();
        }
        gmix_ctx *own = ctx ? ctx : context(4);
        const bool same = fit(own, x) == expected;
        gmix_ctx_free(&own);
        _exit(same ? 0 : 1);
    }
    int status = -1;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

/* The limit counts all processes of the user and does not hold for root. */
static void forbid_threads(void) {
    const struct rlimit none = {1, 1};
    if (getuid() == 0 && setuid(NOBODY) != 0) {
        return;
    }
    setrlimit(RLIMIT_NPROC, &none);
}

typedef struct side {
    const gmix_table *x;
    double found;
} side;

static void *fit_beside(void *arg) {
    side *const s = arg;
    gmix_ctx *ctx = context(3);
    s->found = fit(ctx, s->x);
    gmix_ctx_free(&ctx);
    return NULL;
}

static void test_side_by_side(const gmix_table *x, double expected) {
    side sides[SIDE_BY_SIDE];
    pthread_t threads[SIDE_BY_SIDE];
    for (size_t i = 0; i < SIDE_BY_SIDE; i++) {
        sides[i] = (side){.x = x};
        CHECK(pthread_create(&threads[i], NULL, fit_beside, &sides[i]) == 0);
    }
    for (size_t i = 0; i < SIDE_BY_SIDE; i++) {
        pthread_join(threads[i], NULL);
        CHECK(sides[i].found == expected);
    }
}

/* A search of few rows has its chains side by side, though no pass is worth a thread. */
static void test_search_of_few_rows(void) {
    const fixture data = fixture_clusters(300, 2, K, 1.5, 73);
    const gmix_table x = gmix_table_f64(data.x, data.n, data.d);
    gmix_build_info build;
    gmix_build_info_get(&build);
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = K;
    gmix_ctx *ctx = context(3);
    gmix_model *model = NULL;
    const size_t before = fixture_threads();
    CHECK_STATUS(ctx, gmix_fit(ctx, &x, &opts, &model, NULL), GMIX_OK);
    const size_t after = fixture_threads(); /* they wait for the context's next call */
    CHECK(before == 0 || after > before || strcmp(build.threading, "none") == 0);
    gmix_model_free(&model);
    gmix_ctx_free(&ctx);
    free(data.x);
}

int main(void) {
    test_search_of_few_rows();
    const fixture data = fixture_clusters(N, D, K, 1.5, 72);
    const gmix_table x = gmix_table_f64(data.x, N, D);
    gmix_ctx *one = context(1), *four = context(4);
    const double expected = fit(one, &x);
    CHECK(fit(four, &x) == expected);
    CHECK(child_finds(&x, NULL, expected, forbid_threads));
    CHECK(child_finds(&x, four, expected, NULL));
    CHECK(fit(four, &x) == expected);
    CHECK(fit(NULL, &x) == expected);
    test_side_by_side(&x, expected);
    gmix_ctx_free(&one);
    gmix_ctx_free(&four);
    free(data.x);
    return CHECK_DONE();
}
