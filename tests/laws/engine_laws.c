/*
 * Laws of the engine, for every family: parts are the whole, to the last bit, whatever their number
 * and order, the threads they have, and how their rows come; what is saved goes on as it would have;
 * a stream is one part. And the fit is EM: steps in parts are the steps of a table, to rounding.
 */
#include "law.h"
#include "parts.h"

enum { N = FIXTURE_SLOW ? 3001 : 9001, D = 3, K = 3, SAMPLE = 800 };

static const size_t part_counts[] = {1, 2, 3, 8};

/* Several kinds of rows: 0: plain; 1: weights; 2: missing cells; 3: those left out; 4: some labels;
 * 5: noise; 6: single precision; 7: steps that are not extrapolated, from a start on the sample; 8: a prior;
 * 9: one, and missing cells. */
enum { KINDS = 10 };

static problem make(const char *family, int kind) {
    problem p = problem_of(fixture_clusters(N, D, K, 4.0, 31), family, K, SAMPLE);
    if (kind == 2 || kind == 3 || kind == 9) {
        problem_gaps(&p, 32);
    }
    p.x.weights = kind == 1 ? p.weights : NULL;
    p.x.labels = kind == 4 ? p.classes : NULL;
    p.opts.restarts = 2;
    p.opts.max_iter = 40;
    p.opts.tol = 1e-7;
    p.opts.seed = 5;
    p.opts.missing = kind == 3 ? "drop" : "em";
    p.opts.prior = kind >= 8 ? "mclust" : "none";
    p.opts.noise = kind == 5 ? 0.05 : 0.0;
    p.opts.precision = kind == 6 ? "single" : "double";
    if (kind == 7) {
        p.opts.accelerate = 0;
        p.opts.restarts = 0;
        p.opts.tol = 0;
        p.opts.max_iter = 6;
    }
    return p;
}

/* Which kinds a family is tried with: all with one family of each shape. */
static bool tries(const char *family, int kind) {
    return kind < 2 || kind == 7 || strcmp(family, "full") == 0 ||
           strcmp(family, "diag") == 0;
}

static void parts_are_the_whole(const char *family) {
    for (int kind = 0; kind < KINDS; kind++) {
        if (!tries(family, kind)) {
            continue;
        }
        problem p = make(family, kind);
        drive d = drive_of(&p, 1);
        CHECK_WHERE("parts, %s, kind %d", family, kind);
        outcome one = fit_parts(&d);
        CHECK(d.n_jobs[GMIX_JOB_PASS] > 3);
        CHECK_EQ_INT(d.n_jobs[GMIX_JOB_SEED], 1);
        for (size_t i = 0; i < sizeof part_counts / sizeof *part_counts; i++) {
            CHECK_WHERE("parts, %s, kind %d, %zu parts", family, kind, part_counts[i]);
            d = drive_of(&p, part_counts[i]);
            d.backwards = i % 2 == 1;
            d.n_threads = i == 1 ? 2 : i == 2 ? 3 : i == 3 ? 8 : 1;
            d.rows_a_call = i == 2 ? 77 : i == 3 ? 1 : 0;
            d.unplaced = i > 1;
            d.joins = i % 2 == 1;
            check_same(&one, &d, NULL);
        }
        outcome_free(&one);
        problem_free(&p);
    }
}

/* Saved and loaded before every call. */
static void saved_goes_on(const char *family) {
    for (int kind = 0; kind < KINDS; kind++) {
        if (!tries(family, kind)) {
            continue;
        }
        problem p = make(family, kind);
        drive d = drive_of(&p, 2);
        CHECK_WHERE("saved, %s, kind %d", family, kind);
        outcome one = fit_parts(&d);
        d.saves = true;
        d.unplaced = kind % 2 == 1;
        check_same(&one, &d, NULL);
        outcome_free(&one);
        problem_free(&p);
    }
}

/* Rows that were all drawn are fitted as a table: in parts, and as a stream. */
static void small_is_a_table(const char *family) {
    problem p = make(family, 1);
    p.more.sample_rows = 0;
    CHECK_WHERE("small, %s", family);
    drive d = drive_of(&p, 3);
    outcome table = law_fit(NULL, &p.x, &p.opts);
    check_same(&table, &d, NULL);
    CHECK_EQ_INT(d.n_jobs[GMIX_JOB_PASS], 0);
    d.saves = true;
    check_same(&table, &d, NULL);
    outcome_free(&table);
    problem_free(&p);
}

/* Trimming, where the rows come to the master; else it is refused with the reason. */
static void trimming(const char *family) {
    problem p = make(family, 0);
    p.more.sample_rows = 0;
    p.opts.trim = 0.02;
    CHECK_WHERE("trimming, %s", family);
    drive d = drive_of(&p, 3);
    outcome table = law_fit(NULL, &p.x, &p.opts);
    check_same(&table, &d, NULL);
    CHECK(table.report.n_trimmed_rows > 0);
    gmix_ctx *ctx = law_context(1);
    outcome none = {NULL, {0}};
    p.more.sample_rows = SAMPLE;
    CHECK_STATUS(ctx, parts_fit(ctx, &d, &none.model, &none.report), GMIX_ERR_OPTION);
    CHECK(strstr(gmix_ctx_message(ctx), "several passes for every step") != NULL);
    gmix_ctx_free(&ctx);
    outcome_free(&table);
    problem_free(&p);
}

static void steps_are_those_of_a_table(const char *family) {
    static const int kinds[] = {0, 1, 2, 3, 8, 9};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const int kind = kinds[i];
        if (!tries(family, kind)) {
            continue;
        }
        problem p = make(family, kind);
        CHECK_WHERE("steps, %s, kind %d", family, kind);
        check_steps(&p, 2);
        problem_free(&p);
    }
}

/* A stream of more than 2^18 cells is one part of an engine; cuts that are no block boundaries
 * change rounding and no more. */
static void streams(const char *family) {
    enum { ROWS = (1 << 18) / D + 1001 };
    const fixture data = fixture_clusters(ROWS, D, K, 5.0, 33);
    law_stream s = {.table = law_view(&data)};
    const gmix_source source = law_source(&s);
    problem p = {.x = law_view(&data)};
    gmix_fit_options_init(&p.opts);
    gmix_engine_options_init(&p.more);
    p.opts.n_components = K;
    p.opts.covariance = family;
    p.opts.restarts = 1;
    p.opts.max_iter = 30;
    CHECK_WHERE("streams, %s", family);
    drive d = drive_of(&p, 3);
    outcome stream = {NULL, {0}};
    CHECK_STATUS(NULL,
                 gmix_fit_source(NULL, &source, &p.opts, &stream.model, &stream.report),
                 GMIX_OK);
    CHECK(s.n_passes >= stream.report.n_iterations && stream.report.n_iterations > 0);
    check_same(&stream, &d, NULL);
    d.offset = 7;
    outcome other = fit_parts(&d);
    if (CHECK(other.model && stream.model)) {
        CHECK_REL(other.report.log_likelihood, stream.report.log_likelihood, 1e-9);
    }
    outcome_free(&other);
    outcome_free(&stream);
    free(data.x);
}

int main(void) {
    LAW(parts_are_the_whole);
    LAW(saved_goes_on);
    LAW(small_is_a_table);
    LAW(trimming);
    LAW_OF_LETTERS(steps_are_those_of_a_table);
    LAW_OF_LETTERS(streams);
    return CHECK_DONE();
}
