/*
 * Out of memory in what is done with a mixture: mixtures made from it, regression. See
 * allocation.h.
 */
#include "allocation.h"

static gmix_status try_marginal(gmix_ctx *ctx, subject *s) {
    const size_t second = 1;
    gmix_model *model = untouched;
    return settle(gmix_model_marginal(ctx, s->model, 1, &second, &model), &model, NULL);
}

static gmix_status try_condition(gmix_ctx *ctx, subject *s) {
    const size_t first = 0;
    const double value = 1;
    gmix_model *model = untouched;
    gmix_evidence evidence = {-7.25, -7.25, -7.25};
    const gmix_status status =
        gmix_model_condition(ctx, s->model, 1, &first, &value, &model, &evidence);
    CHECK((evidence.tail == -7.25) == (status != GMIX_OK));
    return settle(status, &model, NULL);
}

static gmix_status try_transform(gmix_ctx *ctx, subject *s) {
    static const char *const names[2] = {"sum", "difference"};
    const double matrix[D * D] = {1, 1, 1, -1};
    gmix_model *model = untouched;
    return settle(gmix_model_transform(ctx, s->model, D, matrix, NULL, names, &model),
                  &model, NULL);
}

static gmix_status try_product(gmix_ctx *ctx, subject *s) {
    gmix_model *model = untouched;
    double scale = -7.25;
    const gmix_status status =
        gmix_model_product(ctx, s->model, s->model, &model, &scale);
    CHECK((scale == -7.25) == (status != GMIX_OK));
    return settle(status, &model, NULL);
}

static gmix_status try_regress(gmix_ctx *ctx, subject *s) {
    static const double levels[2] = {.1, .9};
    const size_t target = 1;
    double mean[N], quantiles[2 * N], regions[2 * N * K];
    gmix_table x = s->x;
    x.n_cols = 1;
    gmix_regress_options opts;
    gmix_regress_options_init(&opts);
    opts.n_quantiles = 2;
    opts.quantiles = levels;
    opts.region_mass = .9;
    fill(mean, N);
    fill(quantiles, 2 * N);
    const gmix_regression out = {
        .mean = mean, .quantiles = quantiles, .regions = regions};
    const gmix_status status = gmix_regress(ctx, s->model, 1, &target, &x, &opts, &out);
    settle_array(status, quantiles, 2 * N);
    return settle_array(status, mean, N);
}

static void test_all(subject *s) {
    gmix_fit_options_init(&s->opts);
    s->opts.n_components = K;
    s->opts.max_iter = 5;
    if (CHECK_STATUS(NULL, gmix_fit(NULL, &s->x, &s->opts, &s->model, &s->report),
                     GMIX_OK)) {
        run("model_marginal", try_marginal, s);
        run("model_condition", try_condition, s);
        run("model_transform", try_transform, s);
        run("model_product", try_product, s);
        run("regress", try_regress, s);
    }
    gmix_report_free(&s->report);
    gmix_model_free(&s->model);
}

int main(void) {
    static subject s;
    s.data = fixture_clusters(N, D, K, 4.0, 41);
    s.x = gmix_table_f64(s.data.x, N, D);
    test_all(&s);
    for (size_t i = 0; i < N; i += 3) { /* and with missing cells */
        s.data.x[i * D + i % D] = NAN;
    }
    test_all(&s);
    free(s.data.x);
    return CHECK_DONE();
}
