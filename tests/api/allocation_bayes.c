/*
 * Out of memory in what concerns posteriors: fits, files, summaries, and what is found from them. See
 * allocation.h.
 */
#include "allocation.h"

static gmix_status try_points(gmix_ctx *ctx, subject *s) {
    gmix_model *model = untouched;
    const gmix_status status = gmix_model_points(ctx, s->model, &model);
    CHECK((model == untouched) == (status != GMIX_OK));
    model = status == GMIX_OK ? model : NULL;
    gmix_model_free(&model);
    return status;
}

static gmix_status try_sensitivity(gmix_ctx *ctx, subject *s) {
    gmix_prior_change rows[GMIX_N_PRIOR_CHANGES] = {{.what = "untouched"}};
    const gmix_status status =
        gmix_prior_sensitivity(ctx, &s->x, &s->opts, s->model, rows);
    CHECK((strcmp(rows[0].what, "untouched") == 0) == (status != GMIX_OK));
    return status;
}

static gmix_status try_draws(gmix_ctx *ctx, subject *s) {
    double rows[8 * D];
    return gmix_sample(ctx, s->model, 8, 1, rows, NULL);
}

static gmix_status try_density(gmix_ctx *ctx, subject *s) {
    double out[N];
    return gmix_log_density(ctx, s->model, &s->x, out);
}

static void test_all(subject *s, const char *kind) {
    gmix_fit_options_init(&s->opts);
    s->opts.n_components = 3;
    s->opts.max_iter = 3;
    s->opts.restarts = 1;
    s->opts.bayes = kind;
    run(kind, try_fit, s);
    s->opts.restarts = 0;
    s->opts.search = "quick";
    if (CHECK_STATUS(NULL, gmix_fit(NULL, &s->x, &s->opts, &s->model, &s->report),
                     GMIX_OK) &&
        CHECK_STATUS(NULL, gmix_model_to_json(NULL, s->model, &s->report, &s->json),
                     GMIX_OK)) {
        run("model_to_text, posterior", try_to_text, s);
        run("model_to_json, posterior", try_to_json, s);
        run("model_from_json, posterior", try_model_from_json, s);
        run("model_points", try_points, s);
        run("sample, posterior", try_draws, s);
        run("log_density, posterior", try_density, s);
        run("prior_sensitivity", try_sensitivity, s);
    }
    gmix_text_free(&s->json);
    gmix_report_free(&s->report);
    gmix_model_free(&s->model);
}

int main(void) {
    static subject s;
    s.data = fixture_clusters(N, D, 2, 4.0, 41);
    s.x = gmix_table_f64(s.data.x, N, D);
    test_all(&s, "dirichlet");
    for (size_t i = 0; i < N; i += 5) { /* and with missing cells */
        s.data.x[i * D] = NAN;
    }
    test_all(&s, "process");
    free(s.data.x);
    return CHECK_DONE();
}
