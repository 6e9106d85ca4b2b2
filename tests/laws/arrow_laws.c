/*
 * Laws of Arrow streams: a fit of one is the fit of the table with the same numbers, to the last bit, however its
 * rows are cut into batches, whatever the types and offsets of its columns, with nulls as missing cells; all
 * that was handed out is released, once. And what is refused, in words.
 */
#include "law.h"

enum { N = 600, D = 3, K = 2, MOST_BATCH = 97 };

/* What a producer makes of the numbers of a table. */
typedef struct producer {
    const fixture *data;
    const char *formats[D + 1]; /* of the columns; the last is that of weights, or NULL */
    bool nulls, row_nulls;      /* NaNs are nulls; the first row is null as a whole */
    size_t offset, row_offset;  /* of columns, and of batches */
    int wrong;                  /* something is: see spoil() */
    size_t at, n_released, n_made;
    struct ArrowSchema schemas[D + 1], *schema_list[D + 1];
} producer;

static size_t n_columns(const producer *p) {
    return p->formats[D] ? D + 1 : D;
}

static void schema_release(struct ArrowSchema *schema) {
    schema->release = NULL;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    static const char *const names[D + 1] = {"height", "width", "depth", "w"};
    producer *const p = stream->private_data;
    for (size_t j = 0; j < n_columns(p); j++) {
        p->schemas[j] = (struct ArrowSchema){.format = p->formats[j], .name = names[j]};
        p->schema_list[j] = &p->schemas[j];
    }
    *out = (struct ArrowSchema){.format = p->wrong == 1 ? "g" : "+s",
                                .name = "",
                                .n_children = (int64_t)n_columns(p),
                                .children = p->schema_list,
                                .release = schema_release};
    return p->wrong == 2 ? 5 : 0;
}

static void put(const char *format, void *values, size_t i, double x) {
    const uint16_t half = (uint16_t)(x < 0.0 ? 0xbc00 : x > 0.0 ? 0x3e00 : 0);
    switch (format[0]) {
    case 'g':
        ((double *)values)[i] = x;
        break;
    case 'f':
        ((float *)values)[i] = (float)x;
        break;
    case 'i':
        ((int32_t *)values)[i] = (int32_t)x;
        break;
    case 'L':
        ((uint64_t *)values)[i] = (uint64_t)x;
        break;
    case 'e':
        ((uint16_t *)values)[i] = half;
        break;
    case 'b':
        ((unsigned char *)values)[i / 8] |= (unsigned char)((x != 0.0) << (i % 8));
        break;
    default:
        ((int8_t *)values)[i] = (int8_t)x;
    }
}

/* What put() makes of a number. */
static double got(const char *format, double x) {
    return format[0] == 'g'   ? x
           : format[0] == 'f' ? (double)(float)x
           : format[0] == 'i' ? (double)(int32_t)x
           : format[0] == 'L' ? (double)(uint64_t)x
           : format[0] == 'e' ? (x < 0.0   ? -1.0
                                 : x > 0.0 ? 1.5
                                           : 0.0)
           : format[0] == 'b' ? (double)(x != 0.0)
                              : (double)(int8_t)x;
}

static double cell(const producer *p, size_t i, size_t j) {
    return j < D ? p->data->x[i * D + j] : (double)(1 + i % 3);
}

static void array_release(struct ArrowArray *array) {
    producer *const p = array->private_data;
    for (int64_t j = 0; j < array->n_children; j++) {
        free((void *)(uintptr_t)array->children[j]->buffers[0]);
        free((void *)(uintptr_t)array->children[j]->buffers[1]);
        free(array->children[j]->buffers);
        free(array->children[j]);
    }
    free((void *)(uintptr_t)array->buffers[0]);
    free(array->buffers);
    free(array->children);
    array->release = NULL;
    p->n_released++;
}

static struct ArrowArray *column(const producer *p, size_t j, size_t n) {
    const size_t before = p->offset + p->row_offset, all = before + n;
    struct ArrowArray *const a = fixture_alloc(1, sizeof *a);
    unsigned char *const valid = fixture_alloc(all / 8 + 1, 1);
    void *const values = fixture_alloc(all, sizeof(double));
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        const double x = cell(p, p->at + i, j);
        if (p->nulls && isnan(x)) {
            any = true;
        } else {
            put(p->formats[j], values, before + i, x);
            valid[(before + i) / 8] |= (unsigned char)(1U << ((before + i) % 8));
        }
    }
    *a = (struct ArrowArray){.length = (int64_t)(n + p->row_offset),
                             .null_count = any ? -1 : 0,
                             .offset = (int64_t)p->offset,
                             .n_buffers = 2};
    a->buffers = fixture_alloc(2, sizeof *a->buffers);
    a->buffers[0] = any ? valid : NULL;
    a->buffers[1] = values;
    if (!any) {
        free(valid);
    }
    return a;
}

/* Batches that are not what the schema says. */
static void spoil(const producer *p, struct ArrowArray *out) {
    if (p->wrong == 4) {
        out->length++;
    } else if (p->wrong == 5) {
        out->children[1]->n_buffers = 1;
    } else if (p->wrong == 6) {
        out->children[0]->offset = -8;
    } else if (p->wrong == 7) {
        out->offset = INT64_MAX - 3;
    }
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    producer *const p = stream->private_data;
    const size_t left = p->data->n - p->at;
    size_t n = (p->n_made * 37) % MOST_BATCH; /* some are empty */
    n = n < left ? n : left;
    *out = (struct ArrowArray){0};
    p->n_made++;
    if (p->wrong == 3 && p->at > 0) {
        return 5;
    }
    if (left == 0) {
        p->n_made--;
        return 0;
    }
    const size_t d = n_columns(p);
    *out = (struct ArrowArray){.length = (int64_t)n,
                               .offset = (int64_t)p->row_offset,
                               .n_buffers = 1,
                               .n_children = (int64_t)d,
                               .release = array_release,
                               .private_data = p};
    out->buffers = fixture_alloc(1, sizeof *out->buffers);
    out->children = fixture_alloc(d, sizeof *out->children);
    for (size_t j = 0; j < d; j++) {
        out->children[j] = column(p, j, n);
    }
    if (p->row_nulls && p->at == 0 && n > 0) {
        unsigned char *const valid = fixture_alloc((n + p->row_offset) / 8 + 1, 1);
        memset(valid, 0xff, (n + p->row_offset) / 8 + 1);
        valid[p->row_offset / 8] &= (unsigned char)~(1U << (p->row_offset % 8));
        out->buffers[0] = valid;
        out->null_count = 1;
    }
    spoil(p, out);
    p->at += n;
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *stream) {
    (void)stream;
    return "the cable is cut";
}

static void stream_release(struct ArrowArrayStream *stream) {
    stream->release = NULL;
}

static int open_stream(void *self, struct ArrowArrayStream *out) {
    producer *const p = self;
    p->at = 0;
    *out = (struct ArrowArrayStream){.get_schema = get_schema,
                                     .get_next = get_next,
                                     .get_last_error = get_last_error,
                                     .release = stream_release,
                                     .private_data = p};
    return 0;
}

/* The numbers that a producer's columns hold, as a table that the caller owns. */
static fixture seen(const producer *p) {
    fixture out = {fixture_alloc(p->data->n * D, sizeof(double)), p->data->n, D};
    for (size_t i = 0; i < out.n; i++) {
        for (size_t j = 0; j < D; j++) {
            const double x = p->data->x[i * D + j];
            const bool gone = isnan(x) || (p->row_nulls && i == 0);
            out.x[i * D + j] = gone ? (double)NAN : got(p->formats[j], x);
        }
    }
    return out;
}

/* How the stream is read: once, with a function that opens it, or into a table. */
static gmix_model *fit_stream(producer *p, int how, bool weighted) {
    const gmix_fit_options opts = law_options("full", K);
    struct ArrowArrayStream stream;
    gmix_arrow_options more;
    gmix_arrow *arrow = NULL;
    gmix_model *model = NULL;
    gmix_table all;
    gmix_arrow_options_init(&more);
    more.weights = weighted ? "w" : NULL;
    more.open = how == 1 ? open_stream : NULL;
    more.self = p;
    open_stream(p, &stream);
    CHECK_STATUS(NULL,
                 gmix_source_from_arrow(NULL, how == 1 ? NULL : &stream, &more, &arrow),
                 GMIX_OK);
    CHECK(how == 1 || stream.release == NULL);
    if (how < 2) {
        CHECK_STATUS(NULL,
                     gmix_fit_source(NULL, gmix_arrow_source(arrow), &opts, &model, NULL),
                     GMIX_OK);
    } else {
        CHECK_STATUS(NULL, gmix_arrow_table(NULL, arrow, &all), GMIX_OK);
        CHECK_EQ_STR(all.names[2], "depth");
        CHECK_STATUS(NULL, gmix_fit(NULL, &all, &opts, &model, NULL), GMIX_OK);
    }
    gmix_arrow_free(&arrow);
    return model;
}

static void is_the_table(producer *p, bool weighted) {
    fixture same = seen(p);
    gmix_table x = law_view(&same);
    double *const weights = fixture_alloc(N, sizeof *weights);
    for (size_t i = 0; i < N; i++) {
        weights[i] = cell(p, i, D);
    }
    x.weights = weighted ? weights : NULL;
    const gmix_fit_options opts = law_options("full", K);
    outcome o = law_fit(NULL, &x, &opts);
    for (int how = 0; how < 3 && o.model; how++) {
        gmix_model *const model = fit_stream(p, how, weighted);
        CHECK(model && same_bits(gmix_model_means(o.model), gmix_model_means(model),
                                 (size_t)K * D));
        CHECK(model && same_bits(gmix_model_covariances(o.model),
                                 gmix_model_covariances(model), (size_t)K * D * D));
        gmix_model_free((gmix_model **)&model);
    }
    CHECK_EQ_INT((long long)p->n_released, (long long)p->n_made);
    outcome_free(&o);
    free(weights);
    free(same.x);
}

static void columns_of_all_kinds(const fixture *data) {
    static const char *const kinds[][D] = {{"g", "g", "g"},
                                           {"f", "f", "f"},
                                           {"g", "i", "f"},
                                           {"c", "g", "g"},
                                           {"e", "g", "g"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        producer p = {.data = data, .offset = i, .row_offset = 3 * i};
        CHECK_WHERE("columns %zu", i);
        memcpy(p.formats, kinds[i], sizeof kinds[i]);
        is_the_table(&p, false);
        p.formats[D] = "L";
        is_the_table(&p, true);
    }
}

static void nulls_are_missing(fixture *data) {
    uint64_t seed = 5;
    for (size_t i = 0; i < data->n * D; i++) {
        data->x[i] = fixture_uniform(&seed) < 0.05 ? (double)NAN : data->x[i];
    }
    for (size_t k = 0; k < 4; k++) {
        producer p = {.data = data,
                      .formats = {"g", k % 2 ? "i" : "g", k % 2 ? "f" : "g"},
                      .nulls = true,
                      .row_nulls = k > 1,
                      .offset = k,
                      .row_offset = 5 * k};
        CHECK_WHERE("nulls %zu", k);
        is_the_table(&p, false);
    }
}

/* A stream that is wrong, or has a column of that format: what is said. */
static void refused(const fixture *data, int wrong, const char *format,
                    const char *says) {
    gmix_ctx *ctx = law_context(1);
    producer p = {.data = data, .formats = {"g", format, "g"}, .wrong = wrong};
    struct ArrowArrayStream stream;
    gmix_arrow *arrow = NULL;
    gmix_table all;
    CHECK_WHERE("wrong %d, %s", wrong, format);
    open_stream(&p, &stream);
    gmix_status status = gmix_source_from_arrow(ctx, &stream, NULL, &arrow);
    status = status == GMIX_OK ? gmix_arrow_table(ctx, arrow, &all) : status;
    CHECK(status != GMIX_OK);
    CHECK(strstr(gmix_ctx_message(ctx), says) != NULL);
    gmix_arrow_free(&arrow);
    if (stream.release) {
        stream.release(&stream);
    }
    gmix_ctx_free(&ctx);
}

static void what_is_refused(const fixture *data) {
    static const struct {
        const char *format, *is;
    } others[] = {{"u", "text"},      {"tsu:UTC", "dates"}, {"tDs", "durations"},
                  {"+l", "lists"},    {"n", "nulls"},       {"d:9,2", "decimals"},
                  {"?", "not known"}, {"gg", "not known"}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        refused(data, 0, others[i].format, others[i].is);
        refused(data, 0, others[i].format, "column 'width'");
    }
    refused(data, 1, "g", "none of a table");
    refused(data, 2, "g", "asked for its schema: the cable is cut");
    refused(data, 3, "g", "asked for rows: the cable is cut");
    for (int wrong = 4; wrong < 8; wrong++) {
        refused(data, wrong, "g", "not what its schema says");
    }
}

static void columns_by_name(const fixture *data) {
    static const char *const wanted[] = {"depth", "height"}, *const no[] = {"hieght"};
    gmix_ctx *ctx = law_context(1);
    producer p = {.data = data, .formats = {"g", "u", "g"}};
    gmix_arrow_options more;
    gmix_arrow *arrow = NULL;
    gmix_table all;
    gmix_arrow_options_init(&more);
    more.open = open_stream;
    more.self = &p;
    more.columns = no;
    more.n_columns = 1;
    CHECK_STATUS(ctx, gmix_source_from_arrow(ctx, NULL, &more, &arrow), GMIX_ERR_OPTION);
    CHECK_EQ_STR(gmix_ctx_message(ctx),
                 "there is no column 'hieght'; did you mean 'height'?");
    more.columns = wanted;
    more.n_columns = 2;
    CHECK_STATUS(ctx, gmix_source_from_arrow(ctx, NULL, &more, &arrow), GMIX_OK);
    CHECK_STATUS(ctx, gmix_arrow_table(ctx, arrow, &all), GMIX_OK);
    CHECK(all.n_rows == N && ((const double *)all.data)[7] == data->x[D * 7 + 2]);
    gmix_arrow_free(&arrow);
    gmix_ctx_free(&ctx);
}

/* One pass of a stream that is not kept: online; a second one is refused. */
static void one_pass(const fixture *data) {
    producer p = {.data = data, .formats = {"g", "g", "g"}};
    struct ArrowArrayStream stream;
    gmix_arrow_options more;
    gmix_arrow *arrow = NULL;
    gmix_table block;
    size_t n = 0;
    gmix_arrow_options_init(&more);
    more.keep = 0;
    open_stream(&p, &stream);
    CHECK_STATUS(NULL, gmix_source_from_arrow(NULL, &stream, &more, &arrow), GMIX_OK);
    const gmix_source *const source = gmix_arrow_source(arrow);
    CHECK_STATUS(NULL, source->reset(source->self), GMIX_OK);
    do {
        CHECK_STATUS(NULL, source->next(source->self, 50, &block), GMIX_OK);
        n += block.n_rows;
    } while (block.n_rows > 0);
    CHECK_EQ_INT((long long)n, N);
    CHECK_STATUS(NULL, source->reset(source->self), GMIX_ERR_DATA);
    CHECK(strstr(gmix_arrow_message(arrow), "read once only") != NULL);
    gmix_arrow_free(&arrow);
}

/* Memory that ends after so many allocations. */
typedef struct budget {
    long left, live;
} budget;

static void *budget_allocate(void *user, size_t size) {
    budget *const b = user;
    void *const block = b->left-- > 0 ? malloc(size) : NULL;
    b->live += block != NULL;
    return block;
}

static void budget_release(void *user, void *block) {
    ((budget *)user)->live -= block != NULL;
    free(block);
}

/* Whenever memory ends, the call says so, the stream stays whose it was, and nothing is left behind. */
static void memory_may_end(const fixture *data) {
    gmix_status status = GMIX_ERR_NOMEM;
    CHECK_WHERE("%s", "memory");
    for (long allowed = 2; status == GMIX_ERR_NOMEM && allowed < 200; allowed++) {
        budget b = {.left = allowed};
        producer p = {.data = data, .formats = {"g", "i", "f", "L"}};
        struct ArrowArrayStream stream;
        gmix_ctx_options opts;
        gmix_arrow_options more;
        gmix_ctx *ctx = NULL;
        gmix_arrow *arrow = NULL;
        gmix_table all;
        gmix_ctx_options_init(&opts);
        opts.allocator = (gmix_allocator){budget_allocate, budget_release, &b};
        opts.n_threads = 1;
        gmix_arrow_options_init(&more);
        more.weights = "w";
        open_stream(&p, &stream);
        status = gmix_ctx_new(&opts, &ctx);
        if (status == GMIX_OK) {
            status = gmix_source_from_arrow(ctx, &stream, &more, &arrow);
            CHECK((arrow != NULL) == (status == GMIX_OK));
            CHECK((stream.release == NULL) == (status == GMIX_OK));
        }
        status = status == GMIX_OK ? gmix_arrow_table(ctx, arrow, &all) : status;
        gmix_arrow_free(&arrow);
        gmix_ctx_free(&ctx);
        CHECK(b.live == 0 && p.n_released == p.n_made);
    }
    CHECK_STATUS(NULL, status, GMIX_OK);
}

int main(void) {
    fixture data = fixture_clusters(N, D, K, 8.0, 11);
    columns_of_all_kinds(&data);
    columns_by_name(&data);
    one_pass(&data);
    what_is_refused(&data);
    memory_may_end(&data);
    nulls_are_missing(&data);
    free(data.x);
    return CHECK_DONE();
}
