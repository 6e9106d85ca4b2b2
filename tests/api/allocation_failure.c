/*
 * Every call that allocates, rerun with 0, 1, 2, ... allocations allowed until it
 * succeeds: before that it fails with GMIX_ERR_NOMEM and a message, leaks nothing, and
 * leaves its outputs as they were.
 */
#include "allocation.h"

static gmix_status try_model_new(gmix_ctx *ctx, subject *s) {
    const char *const names[D] = {"eruptions", "waiting"};
    gmix_model *model = untouched;
    return settle(gmix_model_new(ctx, gmix_model_covariance_name(s->model), K, D,
                                 gmix_model_weights(s->model), gmix_model_means(s->model),
                                 gmix_model_covariances(s->model), names, &model),
                  &model, NULL);
}

static gmix_status try_model_read(gmix_ctx *ctx, subject *s) {
    gmix_model *model = untouched;
    gmix_report report = {0};
    return settle(gmix_model_read(ctx, s->path, &model, &report), &model, &report);
}

static gmix_status try_model_write(gmix_ctx *ctx, subject *s) {
    remove(s->path);
    const gmix_status status = gmix_model_write(ctx, s->model, &s->report, s->path);
    CHECK((access(s->path, F_OK) == 0) == (status == GMIX_OK));
    return status;
}

static gmix_status try_report_json(gmix_ctx *ctx, subject *s) {
    char before, *text = &before;
    return settle_text(gmix_report_to_json(ctx, &s->report, &text), &text, &before);
}

static gmix_status try_log_density(gmix_ctx *ctx, subject *s) {
    double out[N];
    fill(out, N);
    return settle_array(gmix_log_density(ctx, s->model, &s->x, out), out, N);
}

static gmix_status try_responsibilities(gmix_ctx *ctx, subject *s) {
    double out[N * K];
    fill(out, N * K);
    return settle_array(gmix_responsibilities(ctx, s->model, &s->x, out), out, N * K);
}

static gmix_status try_labels(gmix_ctx *ctx, subject *s) {
    int32_t out[N];
    memset(out, 0x55, sizeof out);
    const gmix_status status = gmix_labels(ctx, s->model, &s->x, out);
    for (size_t i = 0; i < N; i++) {
        CHECK((out[i] == 0x55555555) == (status != GMIX_OK));
    }
    return status;
}

static gmix_status try_score(gmix_ctx *ctx, subject *s) {
    gmix_criteria c = {.log_likelihood = -7.25};
    const gmix_status status = gmix_score(ctx, s->model, &s->x, &c);
    return settle_array(status, &c.log_likelihood, 1);
}

static gmix_status try_impute(gmix_ctx *ctx, subject *s) {
    double out[N * D];
    fill(out, N * D);
    return settle_array(gmix_impute(ctx, s->model, &s->x, out), out, N * D);
}

static gmix_status try_impute_draw(gmix_ctx *ctx, subject *s) {
    double out[N * D];
    fill(out, N * D);
    return settle_array(gmix_impute_draw(ctx, s->model, &s->x, 3, 1, out), out, N * D);
}

static gmix_status try_option_set(gmix_ctx *ctx, subject *s) {
    gmix_fit_options opts = s->opts;
    return gmix_fit_option_set(ctx, &opts, "max_iter", "17");
}

static const char *label_column;

static gmix_status try_read(gmix_ctx *ctx, subject *s) {
    gmix_read_options opts;
    gmix_read_options_init(&opts);
    opts.labels = label_column;
    gmix_data *const before = (gmix_data *)(void *)untouched;
    gmix_data *data = before;
    const gmix_status status = gmix_data_read(ctx, s->path, &opts, &data);
    if (status == GMIX_OK) {
        CHECK_EQ_INT(gmix_data_table(data)->n_rows, N);
        gmix_data_free(&data);
    } else {
        CHECK(data == before);
    }
    return status;
}

/* Logarithms of columns; and of one that has a value without. */
static gmix_status try_logs(gmix_ctx *ctx, subject *s) {
    static const char text[] = "a,b\n1,2\n2,7.38905609893065\n";
    static const char bad[] = "a,b\n1,2\n2,-7\n";
    static const char *const logs[] = {"b"};
    gmix_read_options opts;
    gmix_data *data = NULL;
    (void)s;
    gmix_read_options_init(&opts);
    opts.log_columns = logs;
    opts.n_log_columns = 1;
    gmix_status status =
        gmix_data_from_memory(ctx, "t", text, sizeof text - 1, &opts, &data);
    if (status == GMIX_OK) {
        const gmix_table *const table = gmix_data_table(data);
        CHECK_EQ_STR(table->names[0], "a");
        CHECK_EQ_STR(table->names[1], "log(b)");
        CHECK_NEAR(((const double *)table->data)[3], 2, 1e-14);
        gmix_data_free(&data);
        status = gmix_data_from_memory(ctx, "t", bad, sizeof bad - 1, &opts, &data);
        CHECK(status == GMIX_ERR_DATA || status == GMIX_ERR_NOMEM);
        status = status == GMIX_ERR_DATA ? GMIX_OK : status;
    }
    return status;
}

static void drop_bytes(void *self, const char *bytes, size_t n) {
    *(size_t *)self += n + (bytes == NULL);
}

/* Decimal commas, text that names rows, dates, notes; and the text written again. */
static gmix_status try_rewrite(gmix_ctx *ctx, subject *s) {
    static const char text[] = "id;day;a;\n7;2024-01-01;1,5;\n9;2024-01-02;1.000,5;\n";
    static const char *const names[] = {"a"};
    static const char *const columns[] = {"numeric", "d*"};
    const gmix_cell cells[] = {{"x;y", 0}};
    const double filled[] = {1, 2};
    gmix_read_options opts;
    gmix_data *data = NULL;
    gmix_rewriter *r = NULL;
    size_t n = 0;
    (void)s;
    gmix_read_options_init(&opts);
    opts.keep_text = 1;
    opts.dates = 1;
    opts.columns = columns;
    opts.n_columns = 2;
    gmix_status status =
        gmix_data_from_memory(ctx, "t", text, sizeof text - 1, &opts, &data);
    if (status == GMIX_OK) {
        CHECK_EQ_STR(gmix_data_row_names(data)[1], "9");
        status = gmix_rewriter_new(ctx, data, 0, drop_bytes, &n, &r);
    }
    if (status == GMIX_OK) {
        status = gmix_rewriter_heading(ctx, r, names, 1);
    }
    for (size_t i = 0; i < 2 && status == GMIX_OK; i++) {
        status = gmix_rewriter_row(ctx, r, filled, cells, 1);
    }
    gmix_rewriter_free(&r);
    gmix_data_free(&data);
    return status;
}

static void write_csv(const subject *s) {
    FILE *const file = fopen(s->path, "w");
    fprintf(file, "\"first one\",second\n");
    for (size_t i = 0; i < N; i++) {
        fprintf(file, "%.17g,%.17g\n", s->data.x[i * D], s->data.x[i * D + 1]);
    }
    fclose(file);
}

/* Floats, of which a copy may be needed; in Fortran order. */
static void write_npy(const subject *s) {
    FILE *const file = fopen(s->path, "wb");
    char header[118];
    memset(header, ' ', sizeof header);
    const int n = snprintf(header, sizeof header,
                           "{'descr': '<i4', 'fortran_order': True, 'shape': (%d, %d), }",
                           (int)N, (int)D);
    header[n] = ' ';
    header[sizeof header - 1] = '\n';
    fwrite("\x93NUMPY\x01\x00\x76\x00", 1, 10, file);
    fwrite(header, 1, sizeof header, file);
    for (size_t i = 0; i < N * D; i++) {
        const int32_t value = (int32_t)(1000 * s->data.x[i]);
        fwrite(&value, sizeof value, 1, file);
    }
    fclose(file);
}

static void test_fits(subject *s) {
    double memberships[N * K];
    for (size_t i = 0; i < (size_t)N * K; i++) {
        memberships[i] = 0.1 + (double)(i * 37 % 11);
    }
    for (const char *const *family = gmix_family_names(); *family; family++) {
        for (const char *const *init = gmix_init_names(); *init; init++) {
            char name[96];
            const size_t n_families = FIXTURE_SLOW ? 1 : 2; /* no start asks for more */
            const bool all_starts = family < gmix_family_names() + n_families;
            if (!all_starts && strcmp(*init, "kmeans++") != 0) {
                continue;
            }
            gmix_fit_options_init(&s->opts);
            s->opts.n_components = K;
            s->opts.covariance = *family;
            s->opts.init = *init;
            s->opts.max_iter = 5;
            gmix_model *start = NULL;
            if (strcmp(*init, "labels") == 0) {
                s->opts.init_labels = s->labels;
            } else if (strcmp(*init, "memberships") == 0) {
                s->opts.init_memberships = memberships;
            } else if (strcmp(*init, "model") == 0 || strcmp(*init, "split") == 0 ||
                       strcmp(*init, "merge") == 0) {
                s->opts.init = "random";
                s->opts.n_components += strcmp(*init, "merge") == 0;
                s->opts.n_components -= strcmp(*init, "split") == 0;
                CHECK_STATUS(NULL, gmix_fit(NULL, &s->x, &s->opts, &start, NULL),
                             GMIX_OK);
                s->opts.n_components = K;
                s->opts.init = *init;
                s->opts.init_model = start;
            } else {
                s->opts.restarts = 2;
            }
            snprintf(name, sizeof name, "fit, %s, %s", *family, *init);
            run(name, try_fit, s);
            snprintf(name, sizeof name, "fit_source, %s, %s", *family, *init);
            run(name, try_fit_source, s);
            gmix_model_free(&start);
        }
    }
}

/* A search, on all rows and on some of them. */
static void test_search(subject *s) {
    gmix_fit_options_init(&s->opts);
    s->opts.n_components = K;
    s->opts.search = "quick";
    run("fit, search", try_fit, s);
    run("fit_source, search", try_fit_source, s);
}

static void test_models(subject *s) {
    for (const char *const *family = gmix_family_names(); *family; family++) {
        gmix_fit_options_init(&s->opts);
        s->opts.n_components = K;
        s->opts.covariance = *family;
        s->opts.restarts = 1;
        if (!CHECK_STATUS(NULL, gmix_fit(NULL, &s->x, &s->opts, &s->model, &s->report),
                          GMIX_OK) ||
            !CHECK_STATUS(NULL, gmix_model_to_json(NULL, s->model, &s->report, &s->json),
                          GMIX_OK)) {
            continue;
        }
        run("model_new", try_model_new, s);
        run("model_write", try_model_write, s);
        run("model_read", try_model_read, s);
        run("model_from_json", try_model_from_json, s);
        run("model_to_json", try_to_json, s);
        run("model_to_text", try_to_text, s);
        run("report_to_json", try_report_json, s);
        run("log_density", try_log_density, s);
        run("responsibilities", try_responsibilities, s);
        run("labels", try_labels, s);
        run("score", try_score, s);
        run("sample", try_sample, s);
        run("impute", try_impute, s);
        run("impute_draw", try_impute_draw, s);
        gmix_text_free(&s->json);
        gmix_report_free(&s->report);
        gmix_model_free(&s->model);
    }
}

int main(void) {
    static subject s;
    s.data = fixture_clusters(N, D, K, 4.0, 41);
    s.x = gmix_table_f64(s.data.x, N, D);
    for (size_t i = 0; i < N; i++) {
        s.labels[i] = (int32_t)(i % K);
    }
    snprintf(s.path, sizeof s.path, "/tmp/gmix-allocation-XXXXXX");
    const int fd = mkstemp(s.path);
    if (!CHECK(fd >= 0)) {
        return CHECK_DONE();
    }
    close(fd);
    gmix_fit_options_init(&s.opts);
    run("fit_option_set", try_option_set, &s);
    write_csv(&s);
    run("data_read, csv", try_read, &s);
    run("rewriter", try_rewrite, &s);
    run("logarithms", try_logs, &s);
    label_column = "0";
    run("data_read, csv, labels", try_read, &s);
    write_npy(&s);
    label_column = NULL;
    run("data_read, npy", try_read, &s);
    label_column = "0";
    run("data_read, npy, labels", try_read, &s);
    test_fits(&s);
    test_search(&s);
    test_models(&s);
    for (size_t i = 0; i < N; i += 3) { /* and all of it with missing cells */
        s.data.x[i * D + i % D] = NAN;
        s.data.x[(i / 30 * 30) * D] = s.data.x[(i / 30 * 30) * D + 1] = NAN;
    }
    test_fits(&s);
    test_models(&s);
    gmix_fit_options_init(&s.opts);
    s.opts.n_components = K;
    s.opts.restarts = 1;
    s.opts.missing = "drop";
    run("fit, rows dropped", try_fit, &s);
    s.opts.missing = "em";
    s.opts.precision = "single";
    run("fit, missing cells in single precision", try_fit, &s);
    remove(s.path);
    free(s.data.x);
    return CHECK_DONE();
}
