/*
 * CPU levels x families: from the same start, the log-likelihood after every one of 10
 * plain EM steps is that of the reference kernels, to 1e-10 relative. A level that the
 * machine lacks is the highest that it has. The shapes reach every kernel: few features
 * and many, tiles that end early, components of which most responsibilities are zero, and
 * components far too narrow for the fast path.
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { N_STEPS = 10 };

typedef struct shape {
    size_t n, d, k;
    double apart;
} shape;

static gmix_model *fit(const char *level, const char *family, const shape *s,
                       const gmix_table *x, const gmix_model *start,
                       gmix_report *report) {
    gmix_ctx *ctx = NULL;
    gmix_model *model = NULL;
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = s->k;
    opts.covariance = family;
    opts.init = start ? "model" : "kmeans++";
    opts.init_model = start;
    opts.restarts = 1;
    opts.tol = 0;
    opts.accelerate = 0;
    opts.max_iter = start ? N_STEPS : 1;
    setenv("GMIX_CPU", level, 1);
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    CHECK_STATUS(ctx, gmix_fit(ctx, x, &opts, &model, report), GMIX_OK);
    gmix_ctx_free(&ctx);
    return model;
}

static void hold_levels(const char *family, const shape *s) {
#if defined __x86_64__
    static const char *const levels[] = {"avx2", "avx512"};
#elif defined __aarch64__
    static const char *const levels[] = {"neon"};
#else
    static const char *const levels[] = {"simd128"};
#endif
    const fixture data = fixture_clusters(s->n, s->d, s->k, s->apart, 1);
    const gmix_table x = gmix_table_f64(data.x, data.n, data.d);
    gmix_report first = {0}, expected = {0};
    gmix_model *start = fit("ref", family, s, &x, NULL, &first);
    gmix_model *reference = fit("ref", family, s, &x, start, &expected);
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        gmix_report report = {0};
        CHECK_WHERE("%s %s N=%zu D=%zu K=%zu", levels[i], family, s->n, s->d, s->k);
        gmix_model *model = fit(levels[i], family, s, &x, start, &report);
        CHECK_EQ_INT(report.n_trace, expected.n_trace);
        for (size_t t = 0; t < report.n_trace && t < expected.n_trace; t++)
            CHECK_REL(report.trace[t], expected.trace[t], 1e-10);
        gmix_model_free(&model);
        gmix_report_free(&report);
    }
    gmix_model_free(&reference);
    gmix_model_free(&start);
    gmix_report_free(&expected);
    gmix_report_free(&first);
    free(data.x);
}

int main(void) {
    static const shape shapes[] = {{1000, 1, 4, 2},  {1000, 1, 2, 30}, {900, 2, 8, 3},
                                   {900, 3, 5, 200}, {600, 6, 9, 4},   {600, 13, 4, 8},
                                   {900, 20, 6, 2},  {700, 39, 3, 3}};
    static const shape many = {700, 39, 40, 3};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        hold_levels("diag", &shapes[i]);
        hold_levels("full", &shapes[i]);
    }
    hold_levels("diag", &many);
    return CHECK_DONE();
}
