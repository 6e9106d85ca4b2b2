/*
 * The program of docs/engine.md, as it stands there, compiled and run: three parts get what gmix_fit()
 * gets of the whole.
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { N = 3000, D = 2, K = 2 };

int main(void) {
    const fixture data = fixture_clusters(N, D, K, 4.0, 5);
    const gmix_table x = gmix_table_f64(data.x, N, D);
    const size_t n_cols = D, n_parts = 3;
    gmix_table rows[3];
    uint64_t first_row[3];
    gmix_fit_options options;
    gmix_ctx *ctx = NULL;
    gmix_engine *engine = NULL;
    gmix_partial *partial = NULL;
    gmix_model *model = NULL, *whole = NULL;
    gmix_report report = {0};
    const void *job, *bytes;
    size_t job_size, size;
    gmix_fit_options_init(&options);
    options.n_components = K;
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    for (size_t p = 0; p < n_parts; p++) {
        first_row[p] = p * (N / n_parts);
        rows[p] = gmix_table_f64(data.x + first_row[p] * D, N / n_parts, D);
    }
#include "engine_page.inc"
    CHECK_STATUS(ctx, gmix_fit(ctx, &x, &options, &whole, NULL), GMIX_OK);
    if (CHECK(model && whole)) {
        CHECK(memcmp(gmix_model_means(model), gmix_model_means(whole),
                     K * D * sizeof(double)) == 0);
        CHECK(report.n_samples == N);
    }
    gmix_engine_free(&engine);
    gmix_model_free(&model);
    gmix_model_free(&whole);
    gmix_report_free(&report);
    gmix_ctx_free(&ctx);
    free(data.x);
    return CHECK_DONE();
}
