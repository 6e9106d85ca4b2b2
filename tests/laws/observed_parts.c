/*
 * Laws of rows elsewhere that were observed with errors, between bounds, or in a truncated sample: parts are the whole, to
 * the last bit, as a stream is; what is saved goes on as it would have; few rows are a table; and steps in
 * parts are those of a table, to rounding.
 */
#include "law.h"
#include "parts.h"

enum {
    N = FIXTURE_SLOW ? 2001 : 4001,
    D = 2,
    K = 2,
    SAMPLE = 600,
    LEN = D * (D + 1) / 2
};

typedef enum kind {
    VARIANCES,
    COVARIANCES,
    LINE, /* a component without scatter of its own in one direction */
    BOUNDS,
    TRUNCATED,
    TRUNCATED_BOUNDS,
    KINDS
} kind;

static const char *const said[KINDS] = {"variances", "covariances", "a line",
                                        "bounds",    "truncated",   "truncated bounds"};

static const double WITHIN[2] = {-3.0, 4.0};

/* Errors of every row, those of a block of rows being 0, and some without bound: cells that say nothing. */
static void give_errors(kind what, problem *p) {
    uint64_t seed = 4;
    const size_t len = what == COVARIANCES ? LEN : D;
    for (size_t i = 0; i < N; i++) {
        const double a = 0.3 + fixture_uniform(&seed), b = 0.2 + fixture_uniform(&seed);
        double *const e = p->errors + i * len;
        e[0] = a;
        e[len - 1] = b;
        if (len > D) {
            e[1] = 0.5 * sqrt(a * b);
        }
        for (size_t t = 0; what == VARIANCES && i >= 1000 && i < 1300 && t < len; t++) {
            e[t] = 0.0;
        }
        if (what != LINE && i % 31 == 0) {
            e[len - 1] = INFINITY;
        }
        if (what == LINE) { /* measured, of points on a line */
            const double at = p->data.x[i * D];
            p->data.x[i * D] += sqrt(a) * fixture_normal(&seed);
            p->data.x[i * D + 1] = 0.7 * at + sqrt(b) * fixture_normal(&seed);
        }
    }
    p->x.errors = p->errors;
    p->x.errors_len = len;
}

static void give_bounds(kind what, problem *p) {
    const size_t d = p->x.n_cols;
    for (size_t i = 0; i < N * d; i++) {
        const double x = p->data.x[i], low = 0.5 * floor(2.0 * x);
        const size_t sort = what == TRUNCATED_BOUNDS ? 1 : i % 5;
        p->lower[i] = sort == 0 ? -INFINITY : sort < 3 ? low : x;
        p->upper[i] = sort == 4 ? INFINITY : sort < 3 ? low + 0.5 : x;
        if (sort == 3 && i % 7 == 0) {
            p->lower[i] = p->upper[i] = (double)NAN;
        }
    }
    p->x.lower = p->lower;
    p->x.upper = p->upper;
    p->x.data = NULL;
}

static problem make(const char *family, kind what) {
    const bool truncated = what == TRUNCATED || what == TRUNCATED_BOUNDS;
    const size_t d = truncated ? 1 : D;
    problem p = problem_of(fixture_clusters(N, d, K, 2.5, 41), family,
                           what == LINE ? 1 : K, SAMPLE);
    p.errors = fixture_alloc((size_t)N * LEN, sizeof *p.errors);
    p.lower = fixture_alloc(N * d, sizeof *p.lower);
    p.upper = fixture_alloc(N * d, sizeof *p.upper);
    for (size_t i = 0; truncated && i < N; i++) {
        p.data.x[i] = fmin(fmax(p.data.x[i], WITHIN[0] + 0.01), WITHIN[1] - 0.01);
    }
    p.x.weights = what == VARIANCES ? p.weights : NULL;
    p.x.labels = what == COVARIANCES ? p.classes : NULL;
    p.x.truncation = truncated ? WITHIN : NULL;
    if (what <= LINE) {
        give_errors(what, &p);
    } else if (what != TRUNCATED) {
        give_bounds(what, &p);
    }
    p.opts.restarts = 1;
    p.opts.max_iter = 25;
    p.opts.seed = 5;
    return p;
}

/* Bounds want uncorrelated features; shapes differ, and a family that shares. */
static bool tries(const char *family, kind what) {
    const bool diag = strcmp(family, "diag") == 0 || strcmp(family, "EII") == 0;
    const bool dense = strcmp(family, "full") == 0 || strcmp(family, "VEV") == 0;
    return what == BOUNDS ? diag : what == COVARIANCES ? diag || dense : dense;
}

static void parts_are_the_whole(const char *family, kind what) {
    problem p = make(family, what);
    drive d = drive_of(&p, 1);
    CHECK_WHERE("parts, %s, %s", family, said[what]);
    outcome one = fit_parts(&d);
    CHECK(d.n_jobs[GMIX_JOB_PASS] > 2);
    d = drive_of(&p, 3);
    d.backwards = d.unplaced = true;
    d.n_threads = 2;
    d.rows_a_call = 77;
    check_same(&one, &d, NULL);
    d = drive_of(&p, 5);
    d.joins = true;
    d.rows_a_call = 333;
    check_same(&one, &d, NULL);
    d = drive_of(&p, 2);
    d.saves = true;
    check_same(&one, &d, NULL);
    outcome_free(&one);
    problem_free(&p);
}

/* Rows that were all drawn are fitted as a table: in parts, saved, and as a stream. */
static void small_is_a_table(const char *family, kind what) {
    problem p = make(family, what);
    p.more.sample_rows = 0;
    p.opts.max_iter = 8;
    CHECK_WHERE("small, %s, %s", family, said[what]);
    drive d = drive_of(&p, 3);
    outcome table = law_fit(NULL, &p.x, &p.opts), stream = {NULL, {0}};
    d.saves = true;
    check_same(&table, &d, NULL);
    law_stream s = {.table = p.x};
    const gmix_source source = law_source(&s);
    CHECK_STATUS(NULL,
                 gmix_fit_source(NULL, &source, &p.opts, &stream.model, &stream.report),
                 GMIX_OK);
    if (CHECK(table.model && stream.model)) {
        same_outcome(&table, &stream);
    }
    outcome_free(&stream);
    outcome_free(&table);
    problem_free(&p);
}

/* From one model, so many steps. */
static void steps_are_those_of_a_table(const char *family, kind what) {
    problem p = make(family, what);
    CHECK_WHERE("steps, %s, %s", family, said[what]);
    check_steps(&p, 2);
    problem_free(&p);
}

/* A singular covariance of true values is met as by a table: errors that all rows share are a part of
 * covariances on the way. */
static void a_line_is_found(void) {
    problem p = make("full", LINE);
    p.opts.max_iter = 300;
    CHECK_WHERE("a line");
    drive d = drive_of(&p, 3);
    outcome table = law_fit(NULL, &p.x, &p.opts), o = fit_parts(&d);
    CHECK_REL(o.report.log_likelihood, table.report.log_likelihood, 1e-7);
    CHECK(o.report.n_iterations < 100);
    double s[D * D];
    gmix_model_covariance(o.model, 0, s);
    CHECK(s[1] / s[0] > 0.6 && s[1] / s[0] < 0.8);
    outcome_free(&table);
    outcome_free(&o);
    problem_free(&p);
}

/* What a part is given; the sentence of its refusal. */
static void refused(problem *p, const gmix_table *rows, const char *why) {
    gmix_engine *e = NULL;
    gmix_partial *part = NULL;
    const void *job;
    size_t size;
    gmix_ctx *ctx = law_context(1);
    gmix_table first = law_rows(&p->x, 0, 100);
    CHECK_STATUS(ctx, gmix_engine_begin(ctx, D, &p->opts, NULL, &e), GMIX_OK);
    CHECK_STATUS(ctx, gmix_engine_job(ctx, e, &job, &size), GMIX_OK);
    CHECK_STATUS(ctx, gmix_partial_begin(ctx, job, size, 0, &part), GMIX_OK);
    CHECK_STATUS(ctx, gmix_partial_add(ctx, part, &first), GMIX_OK);
    CHECK(gmix_partial_add(ctx, part, rows) != GMIX_OK);
    check_true(strstr(gmix_ctx_message(ctx), why) != NULL, gmix_ctx_message(ctx),
               __FILE__, __LINE__);
    gmix_partial_free(&part);
    gmix_engine_free(&e);
    gmix_ctx_free(&ctx);
}

static void refusals(void) {
    problem p = make("full", VARIANCES), other = make("full", COVARIANCES);
    gmix_table rows = law_rows(&p.x, 100, 50);
    p.errors[(size_t)110 * D] = -1.0;
    refused(&p, &rows, "row 111, column 1: its error is below 0 (a variance of -1,");
    p.errors[(size_t)110 * D] = 1.0;
    rows = law_rows(&other.x, 100, 50);
    refused(&p, &rows, "not observed in one way");
    rows = law_rows(&p.x, 100, 50);
    const gmix_projections none = {0};
    rows.projections = &none;
    refused(&p, &rows, "combinations of features");
    problem_free(&p);
    problem_free(&other);
}

static void tried(const char *family) {
    for (kind what = VARIANCES; what < KINDS; what++) {
        if (tries(family, what)) {
            parts_are_the_whole(family, what);
            steps_are_those_of_a_table(family, what);
        }
        if (tries(family, what) && (FIXTURE_SLOW == 0 || what % 2 == 0)) {
            small_is_a_table(family, what);
        }
    }
}

int main(void) {
    LAW(tried);
    a_line_is_found();
    refusals();
    return CHECK_DONE();
}
