/*
 * Out of memory in what is done with a mixture: mixtures made from it, regression. See
 * allocation.h.
 */
#include "allocation.h"

static gmix_model *one; /* of one feature */

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

static gmix_status try_arrange(gmix_ctx *ctx, subject *s) {
    static const char *const names[K] = {"one", "two"};
    size_t order[K] = {7, 7};
    gmix_model *model = untouched;
    gmix_status status = gmix_components_order(ctx, s->model, "size", order);
    if (status != GMIX_OK) {
        CHECK(order[0] == 7);
        return status;
    }
    status =
        settle(gmix_model_arrange(ctx, s->model, order, names, &model), &model, NULL);
    return status == GMIX_OK ? gmix_report_arrange(ctx, s->model, order, &s->report)
                             : status;
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

static gmix_status try_moments(gmix_ctx *ctx, subject *s) {
    double mean[D];
    fill(mean, D);
    return settle_array(gmix_moments(ctx, s->model, mean, NULL, NULL, NULL), mean, D);
}

static gmix_status try_quantiles(gmix_ctx *ctx, subject *s) {
    (void)s;
    static const double p[2] = {.1, 1e-20};
    double x[2];
    fill(x, 2);
    return settle_array(gmix_quantiles(ctx, one, 2, p, 0, x), x, 2);
}

static gmix_status try_cdf(gmix_ctx *ctx, subject *s) {
    (void)s;
    static const double x[2] = {.1, 10};
    double lower[2];
    fill(lower, 2);
    return settle_array(gmix_cdf(ctx, one, 2, x, lower, NULL), lower, 2);
}

static gmix_status try_box(gmix_ctx *ctx, subject *s) {
    static const double lower[D] = {-1, -1}, upper[D] = {1, 2};
    double p;
    fill(&p, 1);
    return settle_array(gmix_box_probability(ctx, s->model, lower, upper, NULL, &p, NULL),
                        &p, 1);
}

static gmix_status try_mahalanobis(gmix_ctx *ctx, subject *s) {
    double out[N * K];
    fill(out, N * K);
    return settle_array(gmix_mahalanobis(ctx, s->model, &s->x, out), out, N * K);
}

/* From the first rows to a model, and on from there. */
static gmix_status try_online(gmix_ctx *ctx, subject *s) {
    gmix_online *online = NULL, *resumed = NULL;
    gmix_online_options more;
    gmix_model *model = untouched, *next = untouched;
    gmix_online_options_init(&more);
    more.start_rows = N / 2;
    gmix_fit_options fit = s->opts;
    fit.restarts = 1;
    fit.max_iter = 1;
    fit.singular = "keep";
    gmix_status status = gmix_online_begin(ctx, D, &fit, &more, &online);
    status = status == GMIX_OK ? gmix_online_add(ctx, online, &s->x) : status;
    status = status == GMIX_OK ? gmix_online_model(ctx, online, &model) : status;
    if (status == GMIX_OK) {
        status = gmix_online_resume(ctx, model, NULL, &resumed);
        CHECK((resumed == NULL) == (status != GMIX_OK));
        status = status == GMIX_OK ? gmix_online_add(ctx, resumed, &s->x) : status;
        status = status == GMIX_OK ? gmix_online_model(ctx, resumed, &next) : status;
        gmix_model_free(&model);
    } else {
        CHECK(model == untouched);
    }
    gmix_online_free(&online);
    gmix_online_free(&resumed);
    return settle(status, &next, NULL);
}

/* Complete rows first, then one that takes more memory: it has a missing cell. */
static gmix_status try_predictor(gmix_ctx *ctx, subject *s) {
    double density[N], resp[N * K], distances[N * K];
    double cells[D] = {1, NAN};
    const gmix_table gap = gmix_table_f64(cells, 1, D);
    gmix_predictor *predictor = (gmix_predictor *)untouched;
    gmix_prediction out;
    gmix_prediction_init(&out);
    out.log_density = density;
    out.responsibilities = resp;
    out.distances = distances;
    gmix_status status = gmix_predictor_new(ctx, s->model, &predictor);
    if (status != GMIX_OK) {
        CHECK(predictor == (gmix_predictor *)untouched);
        return status;
    }
    fill(density, N);
    status = gmix_predictor_rows(ctx, predictor, &s->x, 0, N, &out);
    settle_array(status, density, N);
    if (status == GMIX_OK) {
        fill(density, N);
        status = gmix_predictor_rows(ctx, predictor, &gap, 0, 1, &out);
        settle_array(status, density, 1);
    }
    gmix_predictor_free(&predictor);
    CHECK(!predictor);
    return status;
}

static gmix_status try_region(gmix_ctx *ctx, const gmix_model *model) {
    gmix_region r = {.level = -7.25};
    const gmix_status status = gmix_region_find(ctx, model, .5, 1000, 0, &r);
    CHECK((r.level == -7.25) == (status != GMIX_OK));
    gmix_region_free(&r);
    return status;
}

static gmix_status try_region_1(gmix_ctx *ctx, subject *s) {
    (void)s;
    return try_region(ctx, one);
}

static gmix_status try_region_2(gmix_ctx *ctx, subject *s) {
    return try_region(ctx, s->model);
}

static gmix_status try_modes(gmix_ctx *ctx, subject *s) {
    gmix_modes modes = {.n = 77};
    const gmix_status status = gmix_modes_find(ctx, s->model, &modes);
    CHECK((modes.n == 77) == (status != GMIX_OK));
    gmix_modes_free(&modes);
    return status;
}

static gmix_status try_mode_labels(gmix_ctx *ctx, subject *s) {
    gmix_modes modes = {0};
    int32_t out[N];
    memset(out, 0x55, sizeof out);
    CHECK_STATUS(NULL, gmix_modes_find(NULL, s->model, &modes), GMIX_OK);
    const gmix_status status = gmix_mode_labels(ctx, s->model, &modes, &s->x, out);
    CHECK((out[0] == 0x55555555) == (status != GMIX_OK));
    gmix_modes_free(&modes);
    return status;
}

static gmix_status try_compare_models(gmix_ctx *ctx, subject *s) {
    gmix_divergences d = {.k_p = 77};
    const gmix_status status = gmix_compare_models(ctx, s->model, s->model, NULL, &d);
    CHECK((d.k_p == 77) == (status != GMIX_OK));
    gmix_divergences_free(&d);
    return status;
}

static gmix_status try_approximation(gmix_ctx *ctx, subject *s) {
    double kl;
    fill(&kl, 1);
    return settle_array(gmix_kl_approximation(ctx, s->model, s->model, "moments", &kl),
                        &kl, 1);
}

static gmix_status try_reduce(gmix_ctx *ctx, subject *s) {
    gmix_model *model = untouched;
    return settle(gmix_model_reduce(ctx, s->model, 1, "transport", NULL, &model), &model,
                  NULL);
}

static gmix_status try_distances(gmix_ctx *ctx, subject *s) {
    const gmix_model *const models[2] = {s->model, s->model};
    double values[4];
    fill(values, 4);
    return settle_array(gmix_distances_find(ctx, 2, models, "mw2", NULL, values, NULL),
                        values, 4);
}

static gmix_status try_squares(gmix_ctx *ctx, subject *s) {
    gmix_model *model = untouched;
    return settle(gmix_model_reduce(ctx, s->model, 1, "squared-error", NULL, &model),
                  &model, NULL);
}

static gmix_status try_boundaries(gmix_ctx *ctx, subject *s) {
    (void)s;
    gmix_boundaries b = {.n = 77};
    const gmix_status status = gmix_boundaries_find(ctx, one, &b);
    CHECK((b.n == 77) == (status != GMIX_OK));
    gmix_boundaries_free(&b);
    return status;
}

static gmix_status try_test_fit(gmix_ctx *ctx, subject *s) {
    gmix_table x = s->x;
    x.n_cols = 1;
    gmix_fit_test_options opts;
    gmix_fit_test_options_init(&opts);
    opts.replicates = 19;
    gmix_fit_test test = {.n = 777};
    const gmix_status status = gmix_test_fit(ctx, one, &x, &opts, &test);
    CHECK((test.n == 777) == (status != GMIX_OK));
    return status;
}

static gmix_status try_detector(gmix_ctx *ctx, subject *s) {
    gmix_detector_options opts;
    gmix_detector_options_init(&opts);
    opts.max_components = 2;
    opts.folds = 3;
    gmix_fit_options fit;
    gmix_fit_options_init(&fit);
    fit.max_iter = 2;
    gmix_detector *const before = (gmix_detector *)&opts;
    gmix_detector *made = before;
    double score[N];
    fill(score, N);
    gmix_status status = gmix_detector_fit(ctx, &s->x, &fit, &opts, &made);
    CHECK((made == before) == (status != GMIX_OK));
    if (made != before) {
        status =
            settle_array(gmix_detector_apply(ctx, made, &s->x, score, NULL), score, N);
        gmix_detector_free(&made);
    }
    return status;
}

static gmix_status try_clusters(gmix_ctx *ctx, subject *s) {
    gmix_cluster_options opts;
    gmix_cluster_options_init(&opts);
    opts.replicates = 2;
    gmix_clusters found = {.n_clusters = 777};
    const gmix_status status = gmix_clusters_find(ctx, s->model, &s->x, &opts, &found);
    CHECK((found.n_clusters == 777) == (status != GMIX_OK));
    gmix_clusters_free(&found);
    return status;
}

static gmix_status try_clustered(gmix_ctx *ctx, subject *s) {
    const int32_t cluster[K] = {0};
    gmix_model *model = untouched;
    return settle(gmix_model_with_clusters(ctx, s->model, 1, cluster, NULL, &model),
                  &model, NULL);
}

static gmix_status try_projection(gmix_ctx *ctx, subject *s) {
    gmix_projection found = {.n_features = 777};
    const gmix_status status = gmix_projection_find(ctx, s->model, NULL, .5, &found);
    CHECK((found.n_features == 777) == (status != GMIX_OK));
    gmix_projection_free(&found);
    return status;
}

static gmix_status try_adequacy(gmix_ctx *ctx, subject *s) {
    gmix_table x = s->x;
    x.n_cols = 1;
    gmix_adequacy found = {.n = 777};
    const gmix_status status = gmix_adequacy_find(ctx, one, &x, &found);
    CHECK((found.n == 777) == (status != GMIX_OK));
    return status;
}

/* Results as text: made without a limit, written with one. */
static gmix_status try_json(gmix_ctx *ctx, subject *s) {
    static gmix_divergences d;
    static gmix_clusters c;
    static gmix_boundaries b;
    char *text = NULL;
    const gmix_fit_test t = {.n = 3};
    double mean[2] = {1, 2};
    gmix_evidence evidence[2] = {{.tail = .3}, {.tail = .7}};
    const gmix_regression r = {.mean = mean, .evidence = evidence};
    const size_t target = 0;
    if (!d.plan) { /* once: their time is not what is asked for */
        gmix_divergence_options opts;
        gmix_divergence_options_init(&opts);
        opts.max_draws = 1000;
        CHECK_STATUS(NULL, gmix_compare_models(NULL, s->model, s->model, &opts, &d),
                     GMIX_OK);
        CHECK_STATUS(NULL, gmix_clusters_find(NULL, s->model, &s->x, NULL, &c), GMIX_OK);
        CHECK_STATUS(NULL, gmix_boundaries_find(NULL, one, &b), GMIX_OK);
    }
    gmix_status status = gmix_divergences_to_json(ctx, &d, &text);
    gmix_text_free(&text);
    if (status == GMIX_OK) {
        status = gmix_clusters_to_json(ctx, &c, &text);
        gmix_text_free(&text);
    }
    if (status == GMIX_OK) {
        status = gmix_fit_test_to_json(ctx, &t, &text);
        gmix_text_free(&text);
    }
    const char *const names[1] = {"a"};
    if (status == GMIX_OK) {
        status = gmix_distances_to_json(ctx, 1, names, "kl", mean, mean, &text);
        gmix_text_free(&text);
    }
    if (status == GMIX_OK) {
        status = gmix_boundaries_to_json(ctx, &b, &text);
        gmix_text_free(&text);
    }
    if (status == GMIX_OK) {
        status =
            gmix_regression_to_json(ctx, s->model, 1, &target, 2, NULL, &r, .5, &text);
        gmix_text_free(&text);
    }
    if (status == GMIX_OK) {
        gmix_boundaries_free(&b);
        gmix_clusters_free(&c);
        gmix_divergences_free(&d);
    }
    return status;
}

static gmix_status try_found_json(gmix_ctx *ctx, subject *s) {
    double at[2] = {1, 2}, ends[2] = {0, 1};
    size_t joins[2] = {0, 0}, which[1] = {0};
    const int32_t component[1] = {-1};
    const gmix_json_column columns[2] = {{"a", at, NULL}, {"b", NULL, component}};
    const gmix_modes modes = {.n = 1,
                              .d = 1,
                              .at = at,
                              .log_density = at,
                              .n_saddles = 1,
                              .saddles = at,
                              .saddle_density = at,
                              .joins = joins};
    const gmix_region region = {.n_intervals = 1, .intervals = ends};
    const gmix_anomaly_rows rows = {.struct_size = sizeof rows,
                                    .n = 1,
                                    .score = at,
                                    .p = at,
                                    .adjusted = ends,
                                    .component = component,
                                    .fdr = .1,
                                    .n_found = 1,
                                    .n_reasons = 1,
                                    .which = which,
                                    .x = at,
                                    .expected = at,
                                    .sd = at};
    char *text = NULL;
    gmix_status status = gmix_columns_to_json(ctx, 2, columns, 1, &text);
    gmix_text_free(&text);
    status = status ? status : gmix_modes_to_json(ctx, &modes, &text);
    gmix_text_free(&text);
    status = status ? status : gmix_regions_to_json(ctx, 1, &region, &text);
    gmix_text_free(&text);
    status = status ? status : gmix_anomalies_to_json(ctx, s->model, &rows, &text);
    gmix_text_free(&text);
    return status;
}

static gmix_status try_reasons(gmix_ctx *ctx, subject *s) {
    double surprise[N * D];
    fill(surprise, N * D);
    return settle_array(gmix_cell_reasons(ctx, s->model, &s->x, NULL, NULL, surprise),
                        surprise, N * D);
}

static gmix_status try_blame(gmix_ctx *ctx, subject *s) {
    size_t which[N];
    double expected[N], sd[N];
    fill(sd, N);
    return settle_array(
        gmix_blame_cells(ctx, s->model, &s->x, 1, 2.0, which, expected, sd), sd, N);
}

static gmix_status try_shapley(gmix_ctx *ctx, subject *s) {
    double values[N * D];
    fill(values, N * D);
    return settle_array(gmix_shapley_values(ctx, s->model, &s->x, values), values, N * D);
}

static gmix_status try_adjust(gmix_ctx *ctx, subject *s) {
    (void)s;
    const double p[2] = {.01, .5};
    double adjusted[2];
    fill(adjusted, 2);
    return settle_array(gmix_adjust_p_values(ctx, 2, p, adjusted), adjusted, 2);
}

static void test_all(subject *s) {
    const size_t first = 0;
    gmix_fit_options_init(&s->opts);
    s->opts.n_components = K;
    s->opts.max_iter = 5;
    if (CHECK_STATUS(NULL, gmix_fit(NULL, &s->x, &s->opts, &s->model, &s->report),
                     GMIX_OK)) {
        run("model_marginal", try_marginal, s);
        run("model_condition", try_condition, s);
        run("model_transform", try_transform, s);
        run("model_product", try_product, s);
        run("model_arrange", try_arrange, s);
        run("regress", try_regress, s);
        CHECK_STATUS(NULL, gmix_model_marginal(NULL, s->model, 1, &first, &one), GMIX_OK);
        run("boundaries_find", try_boundaries, s);
        run("test_fit", try_test_fit, s);
        run("adequacy_find", try_adequacy, s);
        run("moments", try_moments, s);
        run("quantiles", try_quantiles, s);
        run("cdf", try_cdf, s);
        run("box_probability", try_box, s);
        run("mahalanobis", try_mahalanobis, s);
        run("predictor", try_predictor, s);
        run("online", try_online, s);
        run("region_find, one feature", try_region_1, s);
        run("region_find", try_region_2, s);
        run("modes_find", try_modes, s);
        run("mode_labels", try_mode_labels, s);
        run("compare_models", try_compare_models, s);
        run("kl_approximation", try_approximation, s);
        run("model_reduce", try_reduce, s);
        run("model_reduce, squared error", try_squares, s);
        run("distances_find", try_distances, s);
        run("detector_fit", try_detector, s);
        run("clusters_find", try_clusters, s);
        run("model_with_clusters", try_clustered, s);
        run("projection_find", try_projection, s);
        run("uses_json", try_json, s);
        run("found_json", try_found_json, s);
        run("cell_reasons", try_reasons, s);
        run("blame_cells", try_blame, s);
        run("shapley_values", try_shapley, s);
        run("adjust_p_values", try_adjust, s);
        gmix_model_free(&one);
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
