/* Detectors of anomalies for tests, and rows for them. */
#ifndef GMIX_TESTS_DETECTORS_H
#define GMIX_TESTS_DETECTORS_H

#include <stdint.h>

#include <gmix/gmix.h>

#include "check.h"
#include "fixture.h"

/* A detector of rows of one Gaussian, which then are their own mean and covariance. */
static inline gmix_detector *detector_of(const double *x, size_t n, size_t d, size_t k,
                                         bool clean, int threads) {
    gmix_detector_options opts;
    gmix_detector_options_init(&opts);
    opts.n_components = k;
    opts.clean = clean;
    gmix_ctx_options ctx_opts;
    gmix_ctx_options_init(&ctx_opts);
    ctx_opts.n_threads = threads;
    gmix_ctx *ctx = NULL;
    gmix_detector *made = NULL;
    const gmix_table table = gmix_table_f64(x, n, d);
    CHECK_STATUS(NULL, gmix_ctx_new(&ctx_opts, &ctx), GMIX_OK);
    CHECK_STATUS(ctx, gmix_detector_fit(ctx, &table, NULL, &opts, &made), GMIX_OK);
    gmix_ctx_free(&ctx);
    return made;
}

static inline void fill_normals(size_t n, double *x, uint64_t seed) {
    for (size_t i = 0; i < n; i++) {
        x[i] = fixture_normal(&seed);
    }
}

#endif
