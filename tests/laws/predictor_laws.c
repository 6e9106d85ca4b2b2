/*
 * Laws of the predictor, for every family: one evaluation gives what the functions for whole tables
 * give, to the last bit, however rows are cut, from tables and sources, on any number of threads; with
 * missing cells, noise and classes; and takes no memory once it has seen such rows.
 */
#include "law.h"

enum { N = 2311, D = 3, K = 3, MOST = N };

static size_t n_allocations;

static void *count_allocate(void *user, size_t size) {
    (void)user;
    n_allocations++;
    return malloc(size);
}

static void count_release(void *user, void *block) {
    (void)user;
    free(block);
}

static gmix_ctx *counting_context(int n_threads) {
    gmix_ctx_options opts;
    gmix_ctx *ctx = NULL;
    gmix_ctx_options_init(&opts);
    opts.n_threads = n_threads;
    opts.allocator = (gmix_allocator){count_allocate, count_release, NULL};
    CHECK_STATUS(NULL, gmix_ctx_new(&opts, &ctx), GMIX_OK);
    return ctx;
}

/* All that is said of N rows. */
typedef struct said {
    double density[N], resp[N * K], certainty[N], distances[N * K];
    int32_t labels[N], classes[N];
} said;

static gmix_prediction places(said *s, size_t first, bool classes) {
    gmix_prediction out;
    gmix_prediction_init(&out);
    out.log_density = s->density + first;
    out.responsibilities = s->resp + first * K;
    out.certainty = s->certainty + first;
    out.labels = s->labels + first;
    out.distances = s->distances + first * K;
    out.classes = classes ? s->classes + first : NULL;
    return out;
}

static void whole(const gmix_model *m, const gmix_table *x, said *s) {
    CHECK_STATUS(NULL, gmix_log_density(NULL, m, x, s->density), GMIX_OK);
    CHECK_STATUS(NULL, gmix_responsibilities(NULL, m, x, s->resp), GMIX_OK);
    CHECK_STATUS(NULL, gmix_labels(NULL, m, x, s->labels), GMIX_OK);
    CHECK_STATUS(NULL, gmix_mahalanobis(NULL, m, x, s->distances), GMIX_OK);
    if (gmix_model_n_classes(m) > 0) {
        CHECK_STATUS(NULL, gmix_class_labels(NULL, m, x, s->classes), GMIX_OK);
    }
    for (size_t i = 0; i < N; i++) {
        double rest = 1;
        for (size_t k = 0; k < K; k++) {
            rest -= s->resp[i * K + k];
        }
        s->certainty[i] = s->labels[i] < 0 ? rest : s->resp[i * K + (size_t)s->labels[i]];
    }
}

static void same(const said *a, const said *b, bool classes) {
    CHECK(same_bits(a->density, b->density, N));
    CHECK(same_bits(a->resp, b->resp, N * K));
    CHECK(same_bits(a->distances, b->distances, N * K));
    CHECK(memcmp(a->labels, b->labels, sizeof a->labels) == 0);
    CHECK(!classes || memcmp(a->classes, b->classes, sizeof a->classes) == 0);
    size_t off = 0;
    for (size_t i = 0; i < N; i++) {
        /* noise has the rest of 1 but for rounding; a component exactly its responsibility */
        const double tol = a->labels[i] < 0 ? 1e-14 : 0;
        off += !(fabs(a->certainty[i] - b->certainty[i]) <= tol);
    }
    CHECK_EQ_INT(off, 0);
}

/* From row to row, blocks of 1, 2, 4, ... rows. */
static void walk(gmix_ctx *ctx, gmix_predictor *p, const gmix_table *x, said *s,
                 bool classes) {
    memset(s, 0x55, sizeof *s);
    for (size_t first = 0, n = 1; first < N; first += n, n = 2 * n) {
        n = n < N - first ? n : N - first;
        const gmix_prediction out = places(s, first, classes);
        CHECK_STATUS(ctx, gmix_predictor_rows(ctx, p, x, first, n, &out), GMIX_OK);
    }
}

typedef struct collector {
    said *s;
    uint64_t next;
    bool classes;
} collector;

static gmix_status collect(void *self, uint64_t first, const gmix_table *rows,
                           const gmix_prediction *said_of) {
    collector *const c = self;
    CHECK_EQ_INT(first, c->next);
    c->next += rows->n_rows;
    const gmix_prediction to = places(c->s, (size_t)first, c->classes);
    const size_t n = rows->n_rows;
    memcpy(to.log_density, said_of->log_density, n * sizeof(double));
    memcpy(to.responsibilities, said_of->responsibilities, n * K * sizeof(double));
    memcpy(to.certainty, said_of->certainty, n * sizeof(double));
    memcpy(to.distances, said_of->distances, n * K * sizeof(double));
    memcpy(to.labels, said_of->labels, n * sizeof(int32_t));
    if (c->classes) {
        memcpy(to.classes, said_of->classes, n * sizeof(int32_t));
    }
    return GMIX_OK;
}

static void stream(gmix_ctx *ctx, gmix_predictor *p, const gmix_table *x, said *s,
                   bool classes) {
    said *const block = fixture_alloc(1, sizeof *block);
    law_stream rows = {.table = *x};
    const gmix_source source = law_source(&rows);
    collector c = {.s = s, .classes = classes};
    const gmix_prediction out = places(block, 0, classes);
    memset(s, 0x55, sizeof *s);
    CHECK_STATUS(ctx, gmix_predictor_source(ctx, p, &source, 500, &out, collect, &c),
                 GMIX_OK);
    CHECK_EQ_INT(c.next, N);
    CHECK_EQ_INT(rows.n_passes, 1);
    free(block);
}

static void predicts(const gmix_model *m, const gmix_table *x, int n_threads) {
    const bool classes = gmix_model_n_classes(m) > 0;
    gmix_ctx *ctx = counting_context(n_threads);
    gmix_predictor *p = NULL;
    said *const expected = fixture_alloc(1, sizeof *expected);
    said *const got = fixture_alloc(1, sizeof *got);
    whole(m, x, expected);
    CHECK_STATUS(ctx, gmix_predictor_new(ctx, m, &p), GMIX_OK);
    walk(ctx, p, x, got, classes);
    same(expected, got, classes);
    stream(ctx, p, x, got, classes);
    same(expected, got, classes);
    n_allocations = 0;
    walk(ctx, p, x, got, classes);
    stream(ctx, p, x, got, classes);
    CHECK_EQ_INT(n_allocations, 0);
    same(expected, got, classes);
    gmix_predictor_free(&p);
    CHECK(!p);
    gmix_ctx_free(&ctx);
    free(expected);
    free(got);
}

static void knock_out(fixture *data) {
    uint64_t state = 5;
    for (size_t i = 0; i < data->n * data->d; i++) {
        data->x[i] = fixture_uniform(&state) < 0.1 ? NAN : data->x[i];
    }
}

static void one_evaluation(const char *family) {
    fixture data = fixture_clusters(N, D, K, 2.5, 41);
    const gmix_table x = law_view(&data);
    gmix_fit_options opts = law_options(family, K);
    outcome plain = law_fit(NULL, &x, &opts);
    opts.noise = 0.05;
    outcome noisy = law_fit(NULL, &x, &opts);
    predicts(plain.model, &x, 1);
    predicts(noisy.model, &x, 3);
    knock_out(&data);
    predicts(plain.model, &x, 3);
    predicts(noisy.model, &x, 1);
    outcome_free(&plain);
    outcome_free(&noisy);
    free(data.x);
}

static void classes_too(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.5, 42);
    gmix_table x = law_view(&data);
    int32_t *const labels = fixture_alloc(N, sizeof *labels);
    for (size_t i = 0; i < N; i++) {
        labels[i] = i % 3 == 0 ? -1 : data.x[i * D] > 0;
    }
    x.labels = labels;
    gmix_fit_options opts = law_options(family, K);
    outcome o = law_fit(NULL, &x, &opts);
    CHECK(gmix_model_n_classes(o.model) > 1);
    predicts(o.model, &x, 2);
    outcome_free(&o);
    free(labels);
    free(data.x);
}

static gmix_status stop(void *self, uint64_t first, const gmix_table *rows,
                        const gmix_prediction *said_of) {
    (void)rows;
    (void)said_of;
    *(uint64_t *)self = first;
    return first > 0 ? GMIX_ERR_CANCELLED : GMIX_OK;
}

static void stops(gmix_ctx *ctx, gmix_predictor *p, const gmix_table *x,
                  const gmix_prediction *out) {
    law_stream rows = {.table = *x};
    const gmix_source source = law_source(&rows);
    uint64_t reached = 0;
    CHECK_STATUS(ctx, gmix_predictor_source(ctx, p, &source, 8, out, stop, &reached),
                 GMIX_ERR_CANCELLED);
    CHECK_EQ_INT(reached, 1);
    CHECK_STATUS(ctx, gmix_predictor_source(ctx, p, &source, 0, out, stop, &reached),
                 GMIX_ERR_ARGUMENT);
}

static void refusals(void) {
    fixture data = fixture_clusters(N, D, K, 2.5, 43);
    gmix_table x = law_view(&data);
    const gmix_fit_options opts = law_options("full", K);
    outcome o = law_fit(NULL, &x, &opts);
    gmix_ctx *ctx = law_context(1), *counting = counting_context(1);
    gmix_predictor *p = NULL;
    double density[8] = {7, 7, 7, 7, 7, 7, 7, 7};
    int32_t labels[8];
    gmix_prediction out;
    gmix_prediction_init(&out);
    out.log_density = density;
    CHECK_STATUS(ctx, gmix_predictor_new(ctx, NULL, &p), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_predictor_new(ctx, o.model, NULL), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_predictor_new(ctx, o.model, &p), GMIX_OK);
    data.x[2005 * D + 1] = INFINITY;
    CHECK_STATUS(ctx, gmix_predictor_rows(ctx, p, &x, 2000, 8, &out), GMIX_ERR_NONFINITE);
    CHECK(strstr(gmix_ctx_message(ctx), "row 2006, column 2 is infinite"));
    CHECK_STATUS(ctx, gmix_predictor_check(ctx, p, &x), GMIX_ERR_NONFINITE);
    CHECK(strstr(gmix_ctx_message(ctx), "row 2006, column 2 is infinite"));
    for (size_t i = 0; i < 8; i++) {
        CHECK_EQ_INT(density[i], 7);
    }
    CHECK_STATUS(ctx, gmix_predictor_rows(ctx, p, &x, 1000, 8, &out), GMIX_OK);
    data.x[2005 * D + 1] = 0;
    CHECK_STATUS(ctx, gmix_predictor_check(ctx, p, &x), GMIX_OK);
    CHECK_STATUS(ctx, gmix_predictor_rows(ctx, p, &x, N, 0, &out), GMIX_OK);
    CHECK_STATUS(ctx, gmix_predictor_rows(ctx, p, &x, N, 1, &out), GMIX_ERR_SHAPE);
    CHECK_STATUS(ctx, gmix_predictor_rows(ctx, p, &x, SIZE_MAX, 2, &out), GMIX_ERR_SHAPE);
    CHECK_STATUS(ctx, gmix_predictor_rows(ctx, p, NULL, 0, 8, &out), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_predictor_rows(ctx, p, &x, 0, 8, NULL), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_predictor_rows(ctx, NULL, &x, 0, 8, &out), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(counting, gmix_predictor_rows(counting, p, &x, 0, 8, &out),
                 GMIX_ERR_ARGUMENT);
    out.classes = labels;
    CHECK_STATUS(ctx, gmix_predictor_rows(ctx, p, &x, 0, 8, &out), GMIX_ERR_ARGUMENT);
    CHECK(strstr(gmix_ctx_message(ctx), "no classes"));
    out.classes = NULL;
    out.struct_size = 3;
    CHECK_STATUS(ctx, gmix_predictor_rows(ctx, p, &x, 0, 8, &out), GMIX_ERR_ARGUMENT);
    out.struct_size = 0;
    CHECK_STATUS(ctx, gmix_predictor_rows(ctx, p, &x, 0, 8, &out), GMIX_OK);
    x.n_cols = D - 1;
    CHECK_STATUS(ctx, gmix_predictor_rows(ctx, p, &x, 0, 8, &out), GMIX_ERR_SHAPE);
    x.n_cols = D;
    stops(ctx, p, &x, &out);
    gmix_predictor_free(&p);
    gmix_predictor_free(&p);
    gmix_predictor_free(NULL);
    gmix_ctx_free(&ctx);
    gmix_ctx_free(&counting);
    outcome_free(&o);
    free(data.x);
}

int main(void) {
    LAW(one_evaluation);
    LAW(classes_too);
    refusals();
    return CHECK_DONE();
}
