/*
 * Laws of bits, for every family: the number of threads, the layout of the table, how a
 * stream is cut into blocks, and a journey through a file change no bit of a result.
 */
#include "law.h"

enum { N = 6007, D = 3, K = 4 };

/* Enough work for threads to be woken: the library keeps small problems on one. */
enum { MANY = FIXTURE_SLOW ? 9001 : 20011, WIDE_D = 8, WIDE_K = 8 };

static const int thread_counts[] = {
    3, 2, 8}; /* the first for all, the others for a family of each shape */

static gmix_fit_options start_options(const char *family, size_t k, const char *init,
                                      const int32_t *labels, const double *memberships,
                                      const gmix_model *near) {
    gmix_fit_options opts = law_options(family, k);
    opts.init_memberships = memberships;
    opts.init = init;
    opts.init_model = near;
    opts.init_labels = strcmp(init, "labels") == 0 ? labels : NULL;
    opts.restarts = opts.init_labels || strcmp(init, "memberships") == 0 ? 1 : 2;
    opts.max_iter = 5;
    return opts;
}

/* The most threads that this process has had when it was asked. */
static size_t process_threads(void) {
    static size_t most;
    const size_t n = fixture_threads();
    most = n > most ? n : most;
    return most;
}

static bool one_of_each_shape(const char *family) {
    return strcmp(family, "full") == 0 || strcmp(family, "diag") == 0;
}

/* After the laws of threads: there were some. */
static void threads_took_part(void) {
    gmix_build_info build;
    gmix_build_info_get(&build);
    const size_t n = process_threads();
    CHECK_WHERE("threads that took part");
    CHECK(n == 0 || n > 1 || strcmp(build.threading, "none") == 0);
}

static void threads(const char *family) {
    const fixture data = fixture_clusters(MANY, WIDE_D, WIDE_K, 2.0, 21);
    const gmix_table x = law_view(&data);
    int32_t *const labels = law_labels(&data, WIDE_K);
    double *const memberships = law_memberships(&data, WIDE_K);
    for (const char *const *init = gmix_init_names(); *init; init++) {
        if (!law_tries(family, *init)) {
            continue;
        }
        gmix_model *near = law_neighbour(&x, family, WIDE_K, *init);
        const gmix_fit_options opts =
            start_options(family, WIDE_K, *init, labels, memberships, near);
        gmix_ctx *ctx = law_context(1);
        outcome one = law_fit(ctx, &x, &opts);
        gmix_ctx_free(&ctx);
        const size_t n_counts = fixture_is_brief() || !one_of_each_shape(family) ? 1 : 3;
        for (size_t i = 0; i < n_counts; i++) {
            CHECK_WHERE("threads, %s, %s, %d", family, *init, thread_counts[i]);
            ctx = law_context(thread_counts[i]);
            CHECK_EQ_INT(gmix_ctx_n_threads(ctx), thread_counts[i]);
            outcome many = law_fit(ctx, &x, &opts);
            same_outcome(&one, &many);
            outcome_free(&many);
            (void)process_threads(); /* they end with their context */
            gmix_ctx_free(&ctx);
        }
        outcome_free(&one);
        gmix_model_free(&near);
    }
    free(labels);
    free(memberships);
    free(data.x);
}

/* The same for what is done with a model. */
static void threads_in_use(const char *family) {
    const fixture data = fixture_clusters(MANY, WIDE_D, WIDE_K, 2.0, 22);
    const gmix_table x = law_view(&data);
    const gmix_fit_options opts = law_options(family, WIDE_K);
    outcome o = law_fit(NULL, &x, &opts);
    double *const first = fixture_alloc(MANY * (2 + WIDE_K + WIDE_D), sizeof *first);
    double *const again = fixture_alloc(MANY * (2 + WIDE_K + WIDE_D), sizeof *again);
    for (int n = 1; o.model && n <= 8; n += n == 1 ? 1 : 3) {
        CHECK_WHERE("threads in use, %s, %d", family, n);
        gmix_ctx *ctx = law_context(n);
        double *const out = n == 1 ? first : again;
        gmix_criteria criteria;
        int32_t *const labels = (int32_t *)(out + MANY);
        CHECK_STATUS(ctx, gmix_log_density(ctx, o.model, &x, out), GMIX_OK);
        CHECK_STATUS(ctx, gmix_labels(ctx, o.model, &x, labels), GMIX_OK);
        CHECK_STATUS(ctx, gmix_responsibilities(ctx, o.model, &x, out + 2 * MANY),
                     GMIX_OK);
        CHECK_STATUS(ctx,
                     gmix_sample(ctx, o.model, MANY, 9, out + (2 + WIDE_K) * MANY, NULL),
                     GMIX_OK);
        CHECK_STATUS(ctx, gmix_score(ctx, o.model, &x, &criteria), GMIX_OK);
        out[2 * MANY - 1] = criteria.log_likelihood; /* labels take half of their rows */
        CHECK(n == 1 || same_bits(first, again, MANY * (2 + WIDE_K + WIDE_D)));
        gmix_ctx_free(&ctx);
    }
    free(first);
    free(again);
    outcome_free(&o);
    free(data.x);
}

/* Column-major, padded, upside down, of floats, and of columns apart: the same numbers, the same
 * bits. */
static void layouts(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.0, 23);
    double *const columns = fixture_alloc(N * D, sizeof *columns);
    double *const padded = fixture_alloc(N * (D + 2), sizeof *padded);
    float *const floats = fixture_alloc(N * D, sizeof *floats);
    for (size_t i = 0; i < N * D; i++) {
        floats[i] = (float)data.x[i];
        data.x[i] = (double)floats[i];
        columns[i % D * N + i / D] = data.x[i];
        padded[(N - 1 - i / D) * (D + 2) + i % D] = data.x[i];
    }
    gmix_table views[] = {law_view(&data), gmix_table_f64_columns(columns, N, D),
                          gmix_table_f64(padded + (N - 1) * (D + 2), N, D),
                          gmix_table_f32(floats, N, D),
                          gmix_table_f64_columns(columns + N, N, D)};
    const ptrdiff_t offsets[D] = {-(ptrdiff_t)N, 0, N};
    views[2].row_stride = -(D + 2);
    views[4].col_offsets = offsets;
    const gmix_fit_options opts = law_options(family, K);
    outcome plain = law_fit(NULL, &views[0], &opts);
    for (size_t v = 1; v < sizeof views / sizeof *views; v++) {
        CHECK_WHERE("layouts, %s, view %zu", family, v);
        outcome other = law_fit(NULL, &views[v], &opts);
        same_outcome(&plain, &other);
        outcome_free(&other);
    }
    outcome_free(&plain);
    free(columns);
    free(padded);
    free(floats);
    free(data.x);
}

static void streamed(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.0, 24);
    double *const weights = fixture_alloc(N, sizeof *weights);
    for (size_t i = 0; i < N; i++) {
        weights[i] = 0.25 + (double)(i % 3);
    }
    int32_t *const labels = law_labels(&data, K);
    double *const memberships = law_memberships(&data, K);
    int32_t *const classes = law_classes(&data, 2);
    for (int weighted = 0; weighted < 3; weighted++) { /* the third: some labels, too */
        for (const char *const *init = gmix_init_names(); *init; init++) {
            if (!law_tries(family, *init)) {
                continue;
            }
            CHECK_WHERE("streamed, %s, %s, %d", family, *init, weighted);
            law_stream s = {.table = law_view(&data)};
            s.table.weights = weighted ? weights : NULL;
            s.table.labels = weighted == 2 ? classes : NULL;
            gmix_table unlabelled = s.table;
            unlabelled.labels = NULL;
            gmix_model *near = law_neighbour(&unlabelled, family, K, *init);
            if (near && s.table.labels) { /* labels have their own start */
                s.table.labels = NULL;
            }
            const gmix_source source = law_source(&s);
            const gmix_fit_options opts =
                start_options(family, K, *init, labels, memberships, near);
            outcome memory = law_fit(NULL, &s.table, &opts), o = {NULL, {0}};
            CHECK_STATUS(NULL, gmix_fit_source(NULL, &source, &opts, &o.model, &o.report),
                         GMIX_OK);
            same_outcome(&memory, &o);
            CHECK_EQ_INT(o.report.n_samples, N);
            CHECK(s.n_passes >=
                  2); /* engine_laws has streams that are too long to keep */
            outcome_free(&memory);
            outcome_free(&o);
            gmix_model_free(&near);
        }
    }
    free(labels);
    free(memberships);
    free(classes);
    free(weights);
    free(data.x);
}

/* Rows with missing cells, in memory or streamed, on one thread or several. */
static void incomplete_rows(const char *family) {
    enum { ROWS = 901 };
    const fixture data = fixture_clusters(ROWS, WIDE_D, WIDE_K, 2.0, 26);
    uint64_t seed = 27;
    for (size_t i = 0; i < (size_t)ROWS * WIDE_D; i++) {
        data.x[i] = fixture_uniform(&seed) < 0.1 ? (double)NAN : data.x[i];
    }
    static const char *const ways[] = {"em", "drop"};
    for (size_t way = 0; way < 2; way++) {
        CHECK_WHERE("incomplete rows, %s, %s", family, ways[way]);
        law_stream s = {.table = law_view(&data)};
        const gmix_source source = law_source(&s);
        gmix_fit_options opts =
            start_options(family, WIDE_K, "kmeans++", NULL, NULL, NULL);
        opts.missing = ways[way];
        opts.max_iter = 5;
        outcome first = {NULL, {0}};
        for (int n = 1; n <= 5; n += 2) {
            gmix_ctx *ctx = law_context(n);
            outcome o = {NULL, {0}}, from_source = {NULL, {0}};
            o = law_fit(ctx, &s.table, &opts);
            CHECK_STATUS(ctx,
                         gmix_fit_source(ctx, &source, &opts, &from_source.model,
                                         &from_source.report),
                         GMIX_OK);
            same_outcome(&o, &from_source);
            if (n == 1) {
                first = o;
            } else {
                same_outcome(&first, &o);
                outcome_free(&o);
            }
            outcome_free(&from_source);
            gmix_ctx_free(&ctx);
        }
        double *const filled = fixture_alloc((size_t)2 * ROWS * WIDE_D, sizeof *filled);
        double *const again = filled + ROWS * WIDE_D;
        gmix_ctx *one = law_context(1), *three = law_context(3);
        CHECK_STATUS(one, gmix_impute_draw(one, first.model, &s.table, 1, 0, filled),
                     GMIX_OK);
        CHECK_STATUS(three, gmix_impute_draw(three, first.model, &s.table, 1, 0, again),
                     GMIX_OK);
        CHECK(same_bits(filled, again, (size_t)ROWS * WIDE_D));
        gmix_ctx_free(&one);
        gmix_ctx_free(&three);
        outcome_free(&first);
        free(filled);
    }
    free(data.x);
}

static void saved(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.0, 25);
    gmix_table x = law_view(&data);
    const char *const names[D] = {"a", "b \"quoted\"", "\xce\xbc"};
    x.names = names;
    const gmix_fit_options opts = law_options(family, K);
    gmix_ctx *ctx = law_context(0);
    outcome o = law_fit(ctx, &x, &opts), back = {NULL, {0}};
    char *text = NULL, *again = NULL;
    if (!o.model ||
        !CHECK_STATUS(ctx, gmix_model_to_json(ctx, o.model, &o.report, &text), GMIX_OK) ||
        !CHECK_STATUS(ctx,
                      gmix_model_from_json(ctx, text, strlen(text), "text", &back.model,
                                           &back.report),
                      GMIX_OK)) {
        goto done;
    }
    same_model(o.model, back.model);
    CHECK_EQ_STR(gmix_model_feature_name(back.model, 1), names[1]);
    CHECK_EQ_STR(gmix_model_feature_name(back.model, 2), names[2]);
    CHECK(same_bits(&o.report.log_likelihood, &back.report.log_likelihood, 1));
    CHECK(same_bits(&o.report.bic, &back.report.bic, 1));
    CHECK_EQ_INT(o.report.n_iterations, back.report.n_iterations);
    CHECK_EQ_INT(o.report.stop, back.report.stop);
    CHECK_STATUS(ctx, gmix_model_to_json(ctx, back.model, &back.report, &again), GMIX_OK);
    CHECK_EQ_STR(text, again);
    double before[7], after[7];
    x.n_rows = 7;
    CHECK_STATUS(ctx, gmix_log_density(ctx, o.model, &x, before), GMIX_OK);
    CHECK_STATUS(ctx, gmix_log_density(ctx, back.model, &x, after), GMIX_OK);
    CHECK(same_bits(before, after, 7));
done:
    gmix_text_free(&text);
    gmix_text_free(&again);
    outcome_free(&o);
    outcome_free(&back);
    gmix_ctx_free(&ctx);
    free(data.x);
}

int main(void) {
    LAW(threads);
    LAW(threads_in_use);
    if (check_wanted("threads that took part")) {
        threads_took_part();
    }
    LAW(layouts);
    LAW(streamed);
    LAW(incomplete_rows);
    LAW(saved);
    return CHECK_DONE();
}
