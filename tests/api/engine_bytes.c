/*
 * What the engine refuses: bytes that are damaged, of another kind, job or fit, or promise more than
 * they hold; parts that answer twice; steps while rows are missing. And every call under a budget of
 * allocations.
 */
#include <stdlib.h>

#include "allocation.h"
#include "budget.h"

enum { ROWS = 400, COLS = 3, COMPONENTS = 2, MOST_STAGES = 8, SAMPLE = 60 };

/* A message of each kind, copied as it came by. */
typedef struct message {
    unsigned char *bytes;
    size_t size;
} message;

typedef struct recording {
    message job[MOST_STAGES], answer[MOST_STAGES], state[MOST_STAGES];
    size_t n;
} recording;

static message copy(const void *bytes, size_t size) {
    message m = {fixture_alloc(size, 1), size};
    memcpy(m.bytes, bytes, size);
    return m;
}

static gmix_fit_options fit_options(void) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = COMPONENTS;
    opts.restarts = 1;
    opts.max_iter = 3;
    opts.noise = 0.05;
    return opts;
}

/* select: NULL: one fit. */
static gmix_status begin_with(gmix_ctx *ctx, const gmix_select_options *select,
                              gmix_engine **engine) {
    static const char *const names[COLS] = {"a", "b", "c"};
    const gmix_fit_options opts = fit_options();
    gmix_engine_options more;
    gmix_engine_options_init(&more);
    more.names = names;
    more.sample_rows = SAMPLE;
    more.select = select;
    return gmix_engine_begin(ctx, COLS, &opts, &more, engine);
}

static gmix_status begin(gmix_ctx *ctx, gmix_engine **engine) {
    return begin_with(ctx, NULL, engine);
}

static gmix_status answer(gmix_ctx *ctx, gmix_engine *e, const gmix_table *x,
                          gmix_partial **part, const void **bytes, size_t *size) {
    gmix_status status = gmix_engine_job(ctx, e, bytes, size);
    if (status == GMIX_OK) {
        status = gmix_partial_begin(ctx, *bytes, *size, 0, part);
    }
    if (status == GMIX_OK) {
        status = gmix_partial_add(ctx, *part, x);
    }
    return status == GMIX_OK ? gmix_partial_bytes(ctx, *part, bytes, size) : status;
}

/* A whole fit, with what went through it. */
static recording record(gmix_ctx *ctx, const gmix_table *x,
                        const gmix_select_options *select) {
    recording r = {.n = 0};
    gmix_engine *e = NULL;
    CHECK_STATUS(ctx, begin_with(ctx, select, &e), GMIX_OK);
    while (e && gmix_engine_next(e) != GMIX_JOB_DONE && r.n < MOST_STAGES) {
        const void *bytes;
        size_t size;
        gmix_partial *part = NULL;
        CHECK_STATUS(ctx, gmix_engine_job(ctx, e, &bytes, &size), GMIX_OK);
        r.job[r.n] = copy(bytes, size);
        CHECK_STATUS(ctx, answer(ctx, e, x, &part, &bytes, &size), GMIX_OK);
        r.answer[r.n] = copy(bytes, size);
        CHECK_STATUS(ctx, gmix_engine_take(ctx, e, bytes, size, 7), GMIX_OK);
        CHECK_STATUS(ctx, gmix_engine_take(ctx, e, bytes, size, 7), GMIX_ERR_ARGUMENT);
        CHECK(strstr(gmix_ctx_message(ctx), "part 7 has answered") != NULL);
        CHECK_STATUS(ctx, gmix_engine_save(ctx, e, &bytes, &size), GMIX_OK);
        r.state[r.n++] = copy(bytes, size);
        CHECK_STATUS(ctx, gmix_engine_step(ctx, e), GMIX_OK);
        gmix_partial_free(&part);
    }
    CHECK(r.n > 4);
    gmix_engine_free(&e);
    return r;
}

static void recording_free(recording *r) {
    for (size_t i = 0; i < r->n; i++) {
        free(r->job[i].bytes);
        free(r->answer[i].bytes);
        free(r->state[i].bytes);
    }
}

/* As src/engine/wire.c has it: what somebody would send who wanted to be believed. */
static void seal(unsigned char *bytes, size_t size) {
    const size_t n = size - 8;
    uint64_t h = UINT64_C(14695981039346656037) ^ n;
    for (size_t at = 0; at < n; at += 8) {
        uint64_t word = 0;
        for (size_t b = 0; b < 8 && at + b < n; b++) {
            word |= (uint64_t)bytes[at + b] << (8 * b);
        }
        h = (h ^ word) * UINT64_C(1099511628211);
        h ^= h >> 29;
    }
    for (size_t b = 0; b < 8; b++) {
        bytes[n + b] = (unsigned char)(h >> (8 * b));
    }
}

typedef gmix_status read_fn(gmix_ctx *ctx, const recording *r, size_t stage,
                            const void *bytes, size_t size);

static gmix_status read_job(gmix_ctx *ctx, const recording *r, size_t stage,
                            const void *bytes, size_t size) {
    (void)r;
    (void)stage;
    gmix_partial *part = NULL;
    const gmix_status status = gmix_partial_begin(ctx, bytes, size, 0, &part);
    gmix_partial_free(&part);
    return status;
}

static gmix_status read_state(gmix_ctx *ctx, const recording *r, size_t stage,
                              const void *bytes, size_t size) {
    (void)r;
    (void)stage;
    gmix_engine *e = NULL;
    const gmix_status status = gmix_engine_load(ctx, bytes, size, &e);
    if (status == GMIX_OK && gmix_engine_next(e) != GMIX_JOB_DONE) {
        gmix_engine_step(ctx, e); /* whatever comes of it */
    }
    gmix_engine_free(&e);
    return status;
}

/* Into an engine that has had no answer to the job but is where it was. */
static gmix_status read_answer(gmix_ctx *ctx, const recording *r, size_t stage,
                               const void *bytes, size_t size) {
    gmix_engine *e = NULL;
    gmix_status status = stage == 0 ? begin(ctx, &e)
                                    : gmix_engine_load(ctx, r->state[stage - 1].bytes,
                                                       r->state[stage - 1].size, &e);
    if (status == GMIX_OK && stage > 0) {
        CHECK_STATUS(ctx, gmix_engine_step(ctx, e), GMIX_OK);
    }
    if (status == GMIX_OK) {
        status = gmix_engine_take(ctx, e, bytes, size, 1);
    }
    if (status == GMIX_OK) {
        gmix_engine_step(ctx, e); /* whatever comes of it */
    }
    gmix_engine_free(&e);
    return status;
}

/* Bits turned over, here and there; cut; gone on beyond the end. */
static void damage(gmix_ctx *ctx, const recording *r, size_t stage, const message *m,
                   read_fn *read) {
    CHECK_STATUS(ctx, read(ctx, r, stage, m->bytes, m->size), GMIX_OK);
    message bad = copy(m->bytes, m->size);
    const size_t step = m->size / 150 + 1;
    for (size_t at = 0; at < m->size; at += step) {
        bad.bytes[at] ^= (unsigned char)(1U << (at % 8));
        CHECK_STATUS(ctx, read(ctx, r, stage, bad.bytes, bad.size), GMIX_ERR_PARSE);
        CHECK(gmix_ctx_message(ctx)[0] != '\0');
        seal(bad.bytes, bad.size);
        read(ctx, r, stage, bad.bytes, bad.size); /* refused, or not: no harm is done */
        bad.bytes[at] = 0xff;
        seal(bad.bytes, bad.size);
        read(ctx, r, stage, bad.bytes, bad.size);
        memcpy(bad.bytes, m->bytes, m->size);
    }
    for (size_t size = 0; size < m->size; size += step) {
        CHECK_STATUS(ctx, read(ctx, r, stage, bad.bytes, size), GMIX_ERR_PARSE);
        if (size > 24) {
            seal(bad.bytes, size);
            CHECK_STATUS(ctx, read(ctx, r, stage, bad.bytes, size), GMIX_ERR_PARSE);
            memcpy(bad.bytes, m->bytes, m->size);
        }
    }
    free(bad.bytes);
}

static void hostile_bytes(gmix_ctx *ctx, const recording *r) {
    for (size_t s = 0; s < r->n; s++) {
        CHECK_WHERE("hostile job %zu", s);
        damage(ctx, r, s, &r->job[s], read_job);
        CHECK_WHERE("hostile answer %zu", s);
        damage(ctx, r, s, &r->answer[s], read_answer);
        CHECK_WHERE("hostile state %zu", s);
        damage(ctx, r, s, &r->state[s], read_state);
        CHECK_WHERE("another kind %zu", s);
        CHECK_STATUS(ctx, read_job(ctx, r, s, r->answer[s].bytes, r->answer[s].size),
                     GMIX_ERR_PARSE);
        CHECK_STATUS(ctx, read_state(ctx, r, s, r->job[s].bytes, r->job[s].size),
                     GMIX_ERR_PARSE);
        const size_t other = (s + 1) % r->n;
        CHECK_STATUS(
            ctx, read_answer(ctx, r, s, r->answer[other].bytes, r->answer[other].size),
            GMIX_ERR_ARGUMENT);
    }
}

/* Rows that are in no part, or in two. */
/* States of a choice among models, before it and after. */
static void hostile_choices(gmix_ctx *ctx, const gmix_table *x) {
    gmix_select_options select;
    gmix_select_options_init(&select);
    select.components = "1-2";
    select.covariances = "EII,diag";
    recording r = record(ctx, x, &select);
    for (size_t s = 0; s < r.n; s++) {
        CHECK_WHERE("hostile state of a choice %zu", s);
        damage(ctx, &r, s, &r.state[s], read_state);
    }
    recording_free(&r);
}

static void rows_are_covered(gmix_ctx *ctx, const gmix_table *x) {
    gmix_engine *e = NULL;
    const void *bytes;
    size_t size;
    CHECK_WHERE("rows are covered");
    CHECK_STATUS(ctx, begin(ctx, &e), GMIX_OK);
    const size_t firsts[] = {200, 0, 100}, n[] = {200, 100, 100};
    for (size_t p = 0; p < 3; p++) {
        gmix_partial *part = NULL;
        gmix_table rows = *x;
        rows.data = (const double *)x->data + firsts[p] * COLS;
        rows.n_rows = n[p];
        CHECK_STATUS(ctx, gmix_engine_job(ctx, e, &bytes, &size), GMIX_OK);
        CHECK_STATUS(ctx, gmix_partial_begin(ctx, bytes, size, firsts[p], &part),
                     GMIX_OK);
        CHECK_STATUS(ctx, gmix_partial_add(ctx, part, &rows), GMIX_OK);
        CHECK_STATUS(ctx, gmix_partial_bytes(ctx, part, &bytes, &size), GMIX_OK);
        CHECK_STATUS(ctx, gmix_partial_add(ctx, part, &rows), GMIX_ERR_ARGUMENT);
        CHECK_STATUS(ctx, gmix_engine_take(ctx, e, bytes, size, p), GMIX_OK);
        gmix_partial_free(&part);
        if (p < 2) {
            CHECK_STATUS(ctx, gmix_engine_step(ctx, e), GMIX_ERR_DATA);
            CHECK(strstr(gmix_ctx_message(ctx),
                         p == 0 ? "rows 0 to 199" : "rows 100 to 199"));
        }
    }
    CHECK_STATUS(ctx, gmix_engine_step(ctx, e), GMIX_OK); /* refusals changed nothing */
    gmix_engine_free(&e);
}

/* One of three parts of 100 rows answers the job at hand; it says that it begins at `first`. */
static gmix_status part_answers(gmix_ctx *ctx, gmix_engine *e, const gmix_table *x,
                                size_t p, uint64_t first) {
    gmix_partial *part = NULL;
    const void *bytes;
    size_t size;
    gmix_table rows = *x;
    rows.data = (const double *)x->data + 100 * p * COLS;
    rows.n_rows = 100;
    gmix_status status = gmix_engine_job(ctx, e, &bytes, &size);
    if (status == GMIX_OK) {
        status = gmix_partial_begin(ctx, bytes, size, first, &part);
    }
    if (status == GMIX_OK) {
        status = gmix_partial_add(ctx, part, &rows);
    }
    if (status == GMIX_OK) {
        status = gmix_partial_bytes(ctx, part, &bytes, &size);
    }
    if (status == GMIX_OK) {
        status = gmix_engine_take(ctx, e, bytes, size, p);
    }
    gmix_partial_free(&part);
    return status;
}

/* An answer about the rows that follow is taken by a part; others are not. */
static void answers_are_put_together(gmix_ctx *ctx, gmix_engine *e, const gmix_table *x) {
    gmix_partial *one = NULL, *other = NULL;
    const void *job, *bytes;
    size_t job_size, size;
    gmix_table rows = *x;
    rows.n_rows = 100;
    CHECK_STATUS(ctx, gmix_engine_job(ctx, e, &job, &job_size), GMIX_OK);
    CHECK_STATUS(ctx, gmix_partial_begin(ctx, job, job_size, 0, &one), GMIX_OK);
    CHECK_STATUS(ctx, gmix_partial_begin(ctx, job, job_size, 100, &other), GMIX_OK);
    CHECK_STATUS(ctx, gmix_partial_add(ctx, other, &rows), GMIX_OK);
    CHECK_STATUS(ctx, gmix_partial_bytes(ctx, other, &bytes, &size), GMIX_OK);
    CHECK_STATUS(ctx, gmix_partial_take(ctx, one, bytes, size), GMIX_ERR_ARGUMENT);
    CHECK(strstr(gmix_ctx_message(ctx), "rows from 100 on: those of this part end at 0"));
    CHECK_STATUS(ctx, gmix_partial_add(ctx, one, &rows), GMIX_OK);
    CHECK_STATUS(ctx, gmix_partial_take(ctx, one, bytes, size - 1), GMIX_ERR_PARSE);
    CHECK_STATUS(ctx, gmix_partial_take(ctx, one, job, job_size), GMIX_ERR_PARSE);
    CHECK_STATUS(ctx, gmix_partial_take(ctx, one, bytes, size), GMIX_OK);
    CHECK_STATUS(ctx, gmix_partial_take(ctx, one, bytes, size), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_partial_bytes(ctx, one, &job, &job_size), GMIX_OK);
    CHECK_STATUS(ctx, gmix_partial_take(ctx, one, bytes, size), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_partial_take(ctx, NULL, bytes, size), GMIX_ERR_ARGUMENT);
    gmix_partial_free(&one);
    gmix_partial_free(&other);
}

/* Parts that do not know where they begin are told; what is wrong with a row of one is said of its
 * number in the data set. */
static void places_are_found(gmix_ctx *ctx, const gmix_table *x) {
    gmix_engine *e = NULL;
    CHECK_WHERE("places are found");
    CHECK_STATUS(ctx, begin(ctx, &e), GMIX_OK);
    CHECK(gmix_engine_part_row(e, 0) == GMIX_ROW_UNKNOWN);
    CHECK_STATUS(ctx, part_answers(ctx, e, x, 2, GMIX_ROW_UNKNOWN), GMIX_OK);
    CHECK_STATUS(ctx, part_answers(ctx, e, x, 0, 0), GMIX_ERR_ARGUMENT);
    CHECK(strstr(gmix_ctx_message(ctx), "all have to know it, or none"));
    CHECK_STATUS(ctx, part_answers(ctx, e, x, 0, GMIX_ROW_UNKNOWN), GMIX_OK);
    CHECK_STATUS(ctx, part_answers(ctx, e, x, 1, GMIX_ROW_UNKNOWN), GMIX_OK);
    CHECK_STATUS(ctx, gmix_engine_step(ctx, e), GMIX_OK);
    CHECK(gmix_engine_part_row(e, 1) == 100 && gmix_engine_part_row(e, 2) == 200);
    CHECK(gmix_engine_part_row(e, 3) == GMIX_ROW_UNKNOWN);
    CHECK_STATUS(ctx, part_answers(ctx, e, x, 1, GMIX_ROW_UNKNOWN), GMIX_ERR_ARGUMENT);
    answers_are_put_together(ctx, e, x);
    gmix_engine_free(&e);

    double *const bad = fixture_alloc((size_t)ROWS * COLS, sizeof *bad);
    memcpy(bad, x->data, sizeof *bad * ROWS * COLS);
    bad[217 * COLS + 1] = bad[203 * COLS] = INFINITY;
    const gmix_table y = gmix_table_f64(bad, ROWS, COLS);
    CHECK_STATUS(ctx, begin(ctx, &e), GMIX_OK);
    for (size_t p = 3; p-- > 0;) {
        CHECK_STATUS(ctx, part_answers(ctx, e, &y, p, GMIX_ROW_UNKNOWN), GMIX_OK);
    }
    CHECK(gmix_engine_step(ctx, e) != GMIX_OK);
    CHECK(strstr(gmix_ctx_message(ctx), "row 204, ") &&
          strstr(gmix_ctx_message(ctx), "cell of row 218"));
    gmix_engine_free(&e);
    free(bad);
}

static void options_are_refused(gmix_ctx *ctx) {
    static const char *const refused[][2] = {{"noise_region", "hull"},
                                             {"init", "labels"}};
    gmix_engine *e = NULL;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        gmix_fit_options opts = fit_options();
        CHECK_WHERE("refused %s", refused[i][0]);
        CHECK_STATUS(ctx, gmix_fit_option_set(ctx, &opts, refused[i][0], refused[i][1]),
                     GMIX_OK);
        CHECK_STATUS(ctx, gmix_engine_begin(ctx, COLS, &opts, NULL, &e), GMIX_ERR_OPTION);
        CHECK(strstr(gmix_ctx_message(ctx), "all rows in one place") != NULL);
        CHECK(e == NULL);
    }
    CHECK_STATUS(ctx, gmix_engine_begin(ctx, 0, NULL, NULL, &e), GMIX_ERR_ARGUMENT);
    CHECK_EQ_INT(gmix_engine_next(NULL), GMIX_JOB_DONE);
}

/* Where parts begin, and a part in one call. */
static void parts_cover_the_rows(gmix_ctx *ctx, const gmix_table *x) {
    gmix_engine *e = NULL;
    gmix_partial *part = NULL, *other = NULL;
    const void *job, *bytes, *own;
    size_t size, n_bytes, n_own;
    CHECK_STATUS(ctx, begin(ctx, &e), GMIX_OK);
    const uint64_t rows = gmix_engine_block_rows(e);
    const uint64_t totals[] = {0, 1, rows, rows + 1, 10 * rows, 1000003};
    for (size_t t = 0; t < sizeof totals / sizeof *totals; t++) {
        const uint64_t n = totals[t];
        CHECK_EQ_INT(gmix_engine_part_first(e, n, 0, 7), 0);
        CHECK_EQ_INT(gmix_engine_part_first(e, n, 7, 7), n);
        for (uint64_t p = 0; p < 7; p++) {
            const uint64_t first = gmix_engine_part_first(e, n, p, 7);
            const uint64_t next = gmix_engine_part_first(e, n, p + 1, 7);
            CHECK(first <= next && (first % rows == 0 || first == n));
            CHECK(next - first <= (n / rows / 7 + 1) * rows);
        }
    }
    CHECK_STATUS(ctx, gmix_engine_job(ctx, e, &job, &size), GMIX_OK);
    gmix_table all = *x;
    all.n_rows = 100;
    CHECK_STATUS(ctx, gmix_partial_of(ctx, job, size, &all, 50, 101, &part),
                 GMIX_ERR_SHAPE);
    CHECK_STATUS(ctx, gmix_partial_of(ctx, job, size, &all, 50, 100, &part), GMIX_OK);
    CHECK_STATUS(ctx, gmix_partial_begin(ctx, job, size, 50, &other), GMIX_OK);
    gmix_table half = gmix_table_f64((const double *)x->data + 50 * x->n_cols, 50, COLS);
    CHECK_STATUS(ctx, gmix_partial_add(ctx, other, &half), GMIX_OK);
    CHECK_STATUS(ctx, gmix_partial_bytes(ctx, part, &bytes, &n_bytes), GMIX_OK);
    CHECK_STATUS(ctx, gmix_partial_bytes(ctx, other, &own, &n_own), GMIX_OK);
    CHECK(n_bytes == n_own && memcmp(bytes, own, n_own) == 0);
    gmix_partial_free(&part);
    gmix_partial_free(&other);
    gmix_engine_free(&e);
}

/* Every call, with 0, 1, 2, ... allocations: out of memory, and nothing else. */
static gmix_status whole_fit(gmix_ctx *ctx, void *arg) {
    gmix_engine *e = NULL, *other = NULL;
    gmix_model *model = untouched;
    gmix_report report = {0};
    gmix_status status = begin(ctx, &e);
    while (status == GMIX_OK && gmix_engine_next(e) != GMIX_JOB_DONE) {
        const void *bytes;
        size_t size;
        gmix_partial *part = NULL;
        status = answer(ctx, e, arg, &part, &bytes, &size);
        if (status == GMIX_OK) {
            status = gmix_engine_take(ctx, e, bytes, size, 0);
        }
        if (status == GMIX_OK && gmix_engine_next(e) == GMIX_JOB_PASS) {
            status = gmix_engine_save(ctx, e, &bytes, &size);
            if (status == GMIX_OK) {
                status = gmix_engine_load(ctx, bytes, size, &other);
            }
            gmix_engine_free(&other);
        }
        if (status == GMIX_OK) {
            status = gmix_engine_step(ctx, e);
        }
        gmix_partial_free(&part);
    }
    if (status == GMIX_OK) {
        status = gmix_engine_finish(ctx, e, &model, &report);
    }
    gmix_engine_free(&e);
    return settle(status, &model, &report);
}

/* The same bytes and budgets for rows with covariances of their errors, of which one has no bound. */
static void with_errors(gmix_ctx *ctx, const gmix_table *x) {
    enum { LEN = COLS * (COLS + 1) / 2 };
    double *const errors = fixture_alloc((size_t)ROWS * LEN, sizeof *errors);
    gmix_table y = *x;
    for (size_t i = 0; i < (size_t)ROWS * LEN; i++) {
        const size_t t = i % LEN;
        errors[i] = t == 0 || t == 2 || t == 5 ? 0.3 + 0.01 * (double)(i % 7) : 0.1;
    }
    errors[7 * LEN] = INFINITY;
    y.errors = errors;
    y.errors_len = LEN;
    recording r = record(ctx, &y, NULL);
    hostile_bytes(ctx, &r);
    budget_run("engine with errors", whole_fit, &y);
    recording_free(&r);
    free(errors);
}

int main(void) {
    const fixture data = fixture_clusters(ROWS, COLS, COMPONENTS, 4.0, 5);
    const gmix_table x = gmix_table_f64(data.x, ROWS, COLS);
    gmix_ctx_options one;
    gmix_ctx *ctx = NULL;
    gmix_ctx_options_init(&one);
    one.n_threads = 1;
    CHECK_STATUS(NULL, gmix_ctx_new(&one, &ctx), GMIX_OK);
    recording r = record(ctx, &x, NULL);
    hostile_bytes(ctx, &r);
    hostile_choices(ctx, &x);
    rows_are_covered(ctx, &x);
    places_are_found(ctx, &x);
    options_are_refused(ctx);
    parts_cover_the_rows(ctx, &x);
    budget_run("engine", whole_fit, (void *)(uintptr_t)&x);
    with_errors(ctx, &x);
    recording_free(&r);
    gmix_ctx_free(&ctx);
    free(data.x);
    return CHECK_DONE();
}
