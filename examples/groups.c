/*
 * A few lines with every group of functions, header by header, on the eruptions of Old Faithful.
 * The reference (tools/reference.py) shows each beside its functions; a test runs them all.
 *
 *     cc groups.c $(pkg-config --cflags --libs gmix-files gmix-show) -o groups
 *     ./groups data/faithful.csv
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gmix/gmix.h>

/* What the examples have in common: data, a model of two components, one of its first feature. */
static gmix_ctx *ctx;
static const gmix_table *x;
static gmix_fit_options options;
static gmix_model *model, *one;
static gmix_report report;

/* Ends the program if a call has failed, and says why. */
static void must(gmix_status status) {
    if (status != GMIX_OK) {
        fprintf(stderr, "%s: %s\n", gmix_status_text(status), gmix_ctx_message(ctx));
        exit(1);
    }
}

static void begin(const char *path, gmix_data **data) {
    /* example: context.h */
    must(gmix_ctx_new(NULL, &ctx)); /* defaults: malloc, all cores, no messages */
    gmix_ctx_set_time_limit(ctx, 600.0);
    /* end */
    /* example: files.h */
    gmix_read_options how;
    gmix_read_options_init(&how);
    how.keep_text = 1; /* only who writes the table again needs it: see rewrite.h */
    must(gmix_data_read(ctx, path, &how, data));
    x = gmix_data_table(*data);
    printf("%zu rows, %zu features\n", x->n_rows, x->n_cols);
    /* end */
    /* example: pieces.h */
    gmix_pieces *pieces = NULL;
    gmix_data *piece = NULL;
    must(gmix_pieces_open(ctx, path, NULL, 0, &pieces));
    must(gmix_pieces_next(ctx, pieces, &piece)); /* and again, until there is none */
    printf("%zu rows at first\n", gmix_data_table(piece)->n_rows);
    gmix_data_free(&piece);
    gmix_pieces_free(&pieces);
    /* end */
    /* example: fit.h */
    gmix_fit_options_init(&options);
    options.n_components = 2;
    must(gmix_fit(ctx, x, &options, &model, &report));
    printf("log-likelihood %.2f\n", report.log_likelihood);
    /* end */
    /* example: report.h */
    printf("%s after %zu iterations, %s\n", gmix_stop_name(report.stop),
           report.n_iterations, report.sound ? "sound" : "not sound");
    /* end */
}

static void describe(void) {
    /* example: model.h */
    for (size_t k = 0; k < gmix_model_n_components(model); k++) {
        const double *const mean =
            gmix_model_means(model) + k * gmix_model_n_features(model);
        printf("%.2f at (%.2f, %.1f)\n", gmix_model_weights(model)[k], mean[0], mean[1]);
    }
    /* end */
    /* example: components.h */
    static const char *const names[2] = {"long", "short"};
    size_t order[2];
    gmix_model *named = NULL;
    must(gmix_components_order(ctx, model, "size", order));
    must(gmix_model_arrange(ctx, model, order, names, &named));
    printf("the largest is %s\n", gmix_model_component_name(named, 0));
    gmix_model_free(&named);
    /* end */
    /* example: table.h */
    const double values[3][2] = {{4.0, 80.0}, {2.0, 50.0}, {3.0, NAN}}; /* NaN: missing */
    const gmix_table rows = gmix_table_f64(values[0], 3, 2); /* a view: no copy */
    /* end */
    /* example: infer.h */
    double density[3], shares[3][2];
    int32_t labels[3];
    must(gmix_log_density(ctx, model, &rows, density));
    must(gmix_responsibilities(ctx, model, &rows, shares[0]));
    must(gmix_labels(ctx, model, &rows, labels));
    printf("row 2 is of component %d, with %.3f\n", labels[2], shares[2][labels[2]]);
    /* end */
    /* example: predictor.h */
    gmix_predictor *predictor = NULL;
    gmix_prediction said;
    gmix_prediction_init(&said);
    said.log_density = density;
    said.labels = labels;
    must(gmix_predictor_new(ctx, model, &predictor));
    must(gmix_predictor_rows(ctx, predictor, &rows, 0, 3, &said)); /* one evaluation */
    gmix_predictor_free(&predictor);
    /* end */
    /* example: regression.h */
    const size_t target = 1;
    const double eruption = 3.0;
    const gmix_table known = gmix_table_f64(&eruption, 1, 1);
    double mean, sd;
    gmix_regression waiting = {.mean = &mean, .sd = &sd};
    must(gmix_regress(ctx, model, 1, &target, &known, NULL, &waiting));
    printf("after 3 minutes wait for %.0f +- %.0f\n", mean, sd);
    /* end */
}

static void derive(void) {
    /* example: derive.h */
    const size_t first = 0;
    must(gmix_model_marginal(ctx, model, 1, &first, &one));
    /* end */
    /* example: distribution.h */
    const double level = 0.9;
    double at, lower, upper;
    must(gmix_quantiles(ctx, one, 1, &level, 0, &at));
    must(gmix_cdf(ctx, one, 1, &at, &lower, &upper));
    printf("nine of ten eruptions are shorter than %.2f: %.3f\n", at, exp(lower));
    /* end */
    /* example: regions.h */
    gmix_modes modes = {0};
    must(gmix_modes_find(ctx, model, &modes));
    printf("%zu modes\n", modes.n);
    /* end */
    /* example: found_json.h */
    char *json = NULL;
    must(gmix_modes_to_json(ctx, &modes, &json));
    printf("%zu bytes of JSON\n", strlen(json));
    gmix_text_free(&json);
    /* end */
    gmix_modes_free(&modes);
    /* example: divergence.h */
    gmix_model *smaller = NULL;
    gmix_divergences between = {.k_p = 0};
    must(gmix_model_reduce(ctx, model, 1, NULL, NULL, &smaller));
    must(gmix_compare_models(ctx, model, smaller, NULL, &between));
    printf("one component instead of two loses %.2f nats\n", between.kl_pq.value);
    gmix_divergences_free(&between);
    gmix_model_free(&smaller);
    /* end */
    /* example: fit_test.h */
    gmix_boundaries boundaries = {0};
    must(gmix_boundaries_find(ctx, one, &boundaries));
    printf("%zu boundary, error rate %.4f\n", boundaries.n, boundaries.error_rate);
    gmix_boundaries_free(&boundaries);
    /* end */
    /* example: projection.h */
    gmix_projection projection = {0};
    must(gmix_projection_find(ctx, model, NULL, 0.5, &projection));
    printf("%zu directions\n", projection.n_directions);
    gmix_projection_free(&projection);
    /* end */
}

static void choose(void) {
    /* example: select.h */
    gmix_select_options wanted;
    gmix_select_options_init(&wanted);
    wanted.components = "1-3";
    wanted.covariances = "EEE,VVV";
    gmix_model *best = NULL;
    gmix_report chosen = {0};
    must(gmix_select(ctx, x, &options, &wanted, &best, &chosen));
    printf("%zu models, %zu components\n", chosen.n_candidates, chosen.n_components);
    gmix_report_free(&chosen);
    gmix_model_free(&best);
    /* end */
    /* example: journal.h */
    gmix_journal *journal = NULL;
    const void *bytes;
    size_t size = 0;
    must(gmix_journal_new(ctx, NULL, 0, &journal)); /* or the bytes of a file */
    gmix_ctx_set_journal(ctx, journal);
    must(gmix_select(ctx, x, &options, &wanted, &best, NULL));
    must(gmix_journal_bytes(journal, &bytes, &size)); /* into that file, now and then */
    gmix_ctx_set_journal(ctx, NULL);
    gmix_journal_free(&journal);
    gmix_model_free(&best);
    /* end */
}

static void test(void) {
    /* example: component_test.h */
    gmix_component_test_options few;
    gmix_component_tests tests = {0};
    gmix_component_test_options_init(&few);
    few.first = 1;
    few.last = 2;
    few.n_replicates = 19;
    must(gmix_test_components(ctx, x, &options, &few, &tests));
    printf("one component against two: p = %.2f\n", tests.tests[0].p_value);
    gmix_component_tests_free(&tests);
    /* end */
    /* example: posterior_draws.h */
    gmix_posterior_options chains;
    gmix_posterior_draws draws = {0};
    gmix_posterior_options_init(&chains);
    chains.iterations = 200;
    must(gmix_posterior_sample(ctx, x, &chains, &draws));
    printf("probability of two components: %.1f\n", draws.components_posterior[1]);
    gmix_posterior_draws_free(&draws);
    /* end */
    /* example: uncertainty.h */
    gmix_standard_error_options how;
    gmix_standard_error_options_init(&how);
    how.method = "information";
    must(gmix_standard_errors_estimate(ctx, x, &options, model, &how, &report.errors));
    /* end */
    /* example: standard_errors.h */
    printf("standard error of a weight: %.3f\n", report.errors.weights[0]);
    /* end */
    /* example: option_info.h */
    const gmix_option_info *option = gmix_fit_option_table();
    while (strcmp(option->name, "tol") != 0) {
        option++;
    }
    printf("%s: %s\n", option->name, option->help);
    /* end */
}

static void group(void) {
    int32_t *const a = calloc(x->n_rows, sizeof *a), *const b =
                                                         calloc(x->n_rows, sizeof *b);
    size_t *const merges = calloc(2 * x->n_rows, sizeof *merges);
    /* example: kmeans.h */
    double centres[2][2];
    gmix_kmeans_options two;
    gmix_kmeans_options_init(&two);
    two.n_clusters = 2;
    must(gmix_kmeans(ctx, x, &two, centres[0], a, NULL, NULL)); /* a: N labels */
    /* end */
    /* example: hierarchy.h */
    must(gmix_tree(ctx, x, NULL, merges, NULL)); /* merges: 2 (N - 1) */
    must(gmix_tree_cut(ctx, x->n_rows, merges, 2, b));
    /* end */
    /* example: compare.h */
    gmix_agreement agreement = {0};
    must(gmix_compare_labels(ctx, x->n_rows, a, b, &agreement));
    printf("adjusted Rand index %.2f\n", agreement.adjusted_rand);
    gmix_agreement_free(&agreement);
    /* end */
    /* example: clusters.h */
    gmix_clusters clusters = {0};
    must(gmix_clusters_find(ctx, model, x, NULL, &clusters));
    printf("%zu clusters of components\n", clusters.n_clusters);
    gmix_clusters_free(&clusters);
    /* end */
    /* example: classes.h */
    gmix_table labelled = *x;
    labelled.labels = a; /* -1 where it is unknown */
    gmix_model *classifier = NULL;
    must(gmix_fit(ctx, &labelled, &options, &classifier, NULL));
    must(gmix_class_labels(ctx, classifier, x, b));
    /* end */
    /* example: confusion.h */
    gmix_confusion confusion = {0};
    must(gmix_class_confusion(ctx, classifier, &labelled, &confusion));
    printf("%.1f %% of the labels are missed\n", 100 * confusion.error_rate);
    gmix_confusion_free(&confusion);
    /* end */
    gmix_model_free(&classifier);
    free(a);
    free(b);
    free(merges);
}

static void look_for_anomalies(void) {
    double *const score = calloc(x->n_rows, sizeof *score);
    double *const p = calloc(x->n_rows, sizeof *p);
    /* example: anomaly.h */
    gmix_detector *detector = NULL;
    must(gmix_detector_fit(ctx, x, &options, NULL, &detector));
    must(gmix_detector_training(ctx, detector, score, p));
    must(gmix_adjust_p_values(ctx, x->n_rows, p, p));
    gmix_detector_free(&detector);
    /* end */
    free(score);
    free(p);
}

static void be_uncertain(void) {
    /* example: bayes.h */
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = 2;
    opts.bayes = "dirichlet";
    gmix_model *posterior = NULL;
    must(gmix_fit(ctx, x, &opts, &posterior, NULL));
    double weights[2 * 2];
    const gmix_credible ends = {.weights = weights};
    must(gmix_posterior_intervals(ctx, posterior, 0.95, &ends));
    printf("log-evidence %.3f at least, first weight %.2f to %.2f\n",
           gmix_model_posterior(posterior)->bound, weights[0], weights[1]);
    gmix_model_free(&posterior);
    /* end */
}

/* example: rewrite.h */
static void print(void *self, const char *bytes, size_t n) {
    *(size_t *)self += n; /* where they belong: a file, a buffer */
    (void)bytes;
}

static void append_labels(const gmix_data *data, const int32_t *labels) {
    static const char *const heading[1] = {"component"};
    gmix_rewriter *rewriter = NULL;
    size_t written = 0;
    must(gmix_rewriter_new(ctx, data, 6, print, &written, &rewriter));
    must(gmix_rewriter_heading(ctx, rewriter, heading, 1));
    for (size_t i = 0; i < x->n_rows; i++) {
        const gmix_cell cell = {NULL, labels[i]};
        must(gmix_rewriter_row(ctx, rewriter, NULL, &cell, 1));
    }
    must(gmix_rewriter_end(ctx, rewriter));
    printf("%s bytes of a table with a column more\n", written > 3000 ? "some" : "no");
    gmix_rewriter_free(&rewriter);
}
/* end */

/* example: engine.h */
static gmix_model *fit_in_two_parts(void) {
    gmix_engine *engine = NULL;
    gmix_model *found = NULL;
    must(gmix_engine_begin(ctx, x->n_cols, &options, NULL, &engine));
    while (gmix_engine_next(engine) != GMIX_JOB_DONE) {
        const void *job, *answer;
        size_t size, n;
        must(gmix_engine_job(ctx, engine, &job, &size)); /* to where the rows are */
        for (uint64_t part = 0; part < 2; part++) {
            const uint64_t from = gmix_engine_part_first(engine, x->n_rows, part, 2);
            const uint64_t to = gmix_engine_part_first(engine, x->n_rows, part + 1, 2);
            gmix_partial *partial = NULL;
            must(gmix_partial_of(ctx, job, size, x, from, to, &partial));
            must(gmix_partial_bytes(ctx, partial, &answer, &n)); /* and back */
            must(gmix_engine_take(ctx, engine, answer, n, part));
            gmix_partial_free(&partial);
        }
        must(gmix_engine_step(ctx, engine));
    }
    must(gmix_engine_finish(ctx, engine, &found, NULL));
    gmix_engine_free(&engine);
    return found;
}
/* end */

/* Whoever has data hands out such a stream: here the columns of x, in one batch. */
static struct ArrowSchema fields[2], *children[2];
static struct ArrowArray batch_parts[2], *arrays[2];
static const void *no_nulls[1], *cells[2][2];

#define DONE(name, type)                  \
    static void name(struct type *done) { \
        done->release = NULL;             \
    }
DONE(schema_done, ArrowSchema)
DONE(batch_done, ArrowArray)
DONE(stream_done, ArrowArrayStream)

static int give_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    (void)stream;
    for (size_t j = 0; j < 2; j++) {
        fields[j] = (struct ArrowSchema){.format = "g", .name = x->names[j]};
        children[j] = &fields[j];
    }
    *out = (struct ArrowSchema){
        .format = "+s", .n_children = 2, .children = children, .release = schema_done};
    return 0;
}

static int give_batch(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    const int64_t n = stream->private_data ? (int64_t)x->n_rows : 0; /* once */
    for (size_t j = 0; j < 2; j++) {
        cells[j][1] = (const double *)stream->private_data + j * x->n_rows;
        batch_parts[j] =
            (struct ArrowArray){.length = n, .n_buffers = 2, .buffers = cells[j]};
        arrays[j] = &batch_parts[j];
    }
    *out = (struct ArrowArray){.length = n,
                               .n_buffers = 1,
                               .buffers = no_nulls,
                               .n_children = 2,
                               .children = arrays,
                               .release = n > 0 ? batch_done : NULL};
    stream->private_data = NULL;
    return 0;
}

/* example: arrow.h */
static void fit_stream(struct ArrowArrayStream *stream) { /* of DuckDB, ADBC, ... */
    gmix_arrow *rows = NULL;
    gmix_model *found = NULL;
    must(gmix_source_from_arrow(ctx, stream, NULL, &rows));
    must(gmix_fit_source(ctx, gmix_arrow_source(rows), &options, &found, NULL));
    printf("from a stream: %zu components\n", gmix_model_n_components(found));
    gmix_model_free(&found);
    gmix_arrow_free(&rows);
}
/* end */

static void fit_columns(void) {
    double *const columns = calloc(2 * x->n_rows, sizeof *columns);
    for (size_t i = 0; columns && i < x->n_rows; i++) {
        const double *const row = (const double *)x->data + (ptrdiff_t)i * x->row_stride;
        columns[i] = row[0];
        columns[x->n_rows + i] = row[x->col_stride];
    }
    fit_stream(&(struct ArrowArrayStream){.get_schema = give_schema,
                                          .get_next = give_batch,
                                          .release = stream_done,
                                          .private_data = columns});
    free(columns);
}

/* example: online.h */
static void learn_on(void) {
    gmix_online *online = NULL;
    gmix_model *today = NULL;
    must(gmix_online_resume(ctx, model, NULL, &online)); /* or begin: no model yet */
    must(gmix_online_add(ctx, online, x));               /* rows as they come */
    must(gmix_online_model(ctx, online, &today));
    printf("%g rows; log-density of the next, on average: %.3g\n",
           gmix_online_rows(online), gmix_online_score(online));
    gmix_model_free(&today); /* a file of it goes on from here */
    gmix_online_free(&online);
}
/* end */

static void find_factors(void) {
    gmix_fit_options fit = options;
    gmix_model *flat = NULL;
    fit.covariance = "mppca:1";
    must(gmix_fit(ctx, x, &fit, &flat, NULL));
    /* example: factors.h */
    gmix_factors factors = {.struct_size = sizeof factors};
    must(gmix_factors_find(ctx, flat, &factors));
    double *const scores = calloc(x->n_rows * factors.n_factors, sizeof *scores);
    must(gmix_factor_scores(ctx, flat, x, NULL, scores)); /* N x q */
    printf("%zu factor, explains %.3g of the waiting time's variance\n",
           factors.n_factors, factors.communalities[1]);
    free(scores);
    gmix_factors_free(&factors);
    /* end */
    gmix_model_free(&flat);
}

static void show(void) {
    char *text = NULL;
    /* example: show.h */
    must(gmix_model_to_text(ctx, model, &report, &text));
    printf("%.*s\n", (int)strcspn(text, "\n"), text);
    gmix_text_free(&text);
    /* end */
    /* example: plot.h */
    gmix_plot_options look;
    gmix_plot_options_init(&look);
    look.kind = "scatter";
    must(gmix_plot_svg(ctx, model, &report, x, &look, &text));
    printf("%.4s\n", text);
    gmix_text_free(&text);
    /* end */
    /* example: page.h */
    must(gmix_report_html(ctx, model, &report, x, NULL, &text)); /* or _pdf() */
    printf("%.9s\n", text);
    gmix_text_free(&text);
    /* end */
}

int main(int argc, char **argv) {
    gmix_data *data = NULL;
    begin(argc > 1 ? argv[1] : "data/faithful.csv", &data);
    describe();
    derive();
    choose();
    test();
    group();
    look_for_anomalies();
    be_uncertain();
    int32_t *const labels = calloc(x->n_rows, sizeof *labels);
    must(gmix_labels(ctx, model, x, labels));
    append_labels(data, labels);
    gmix_model *parts = fit_in_two_parts();
    fit_columns();
    learn_on();
    find_factors();
    show();
    free(labels);
    gmix_model_free(&parts);
    gmix_model_free(&one);
    gmix_model_free(&model);
    gmix_report_free(&report);
    gmix_data_free(&data);
    gmix_ctx_free(&ctx);
    return 0;
}
