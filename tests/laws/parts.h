/*
 * Fits driven by hand: the rows of a table, cut into parts, answer an engine's jobs.
 */
#ifndef GMIX_TESTS_PARTS_H
#define GMIX_TESTS_PARTS_H

#include "check.h"
#include "fixture.h"
#include "law.h"

#include <gmix/gmix.h>

/* How a fit is driven. */
typedef struct drive {
    const gmix_table *x;
    const gmix_fit_options *opts;
    const gmix_engine_options *more;
    size_t n_parts;
    int n_threads;      /* of the parts */
    bool backwards;     /* parts answer in the other order */
    size_t rows_a_call; /* 0: all of a part */
    bool unplaced;      /* parts do not know where they begin until the engine does */
    bool joins;         /* the halves of a part answer, and are put together */
    bool saves;         /* the engine is saved and loaded before every call */
    size_t offset;      /* of the cuts, from block boundaries */
    size_t n_jobs[5];   /* [out] by kind */
} drive;

/* The first row of part p: parts begin at block boundaries (and `offset` rows later). */
static inline size_t parts_first(const drive *d, size_t block, size_t p) {
    const size_t n = d->x->n_rows, blocks = (n + block - 1) / block;
    const size_t first = blocks * p / d->n_parts * block + (p > 0 ? d->offset : 0);
    return p == d->n_parts || first > n ? n : first;
}

/* Rows first .. end - 1, so many a call. */
static inline gmix_status parts_add(gmix_ctx *ctx, const drive *d, size_t first,
                                    size_t end, gmix_partial *partial) {
    gmix_status status = GMIX_OK;
    const size_t step = d->rows_a_call ? d->rows_a_call : end - first;
    for (size_t at = first; status == GMIX_OK && at < end; at += step) {
        const gmix_table rows = law_rows(d->x, at, end - at < step ? end - at : step);
        status = gmix_partial_add(ctx, partial, &rows);
    }
    return status;
}

/* Another partial answers for rows first .. end - 1, and its answer is put to this one's. */
static inline gmix_status parts_join(gmix_ctx *ctx, const drive *d, const void *job,
                                     size_t size, size_t first, size_t end,
                                     gmix_partial *partial) {
    gmix_partial *other = NULL;
    const void *bytes;
    size_t n;
    gmix_status status = gmix_partial_begin(ctx, job, size, first, &other);
    if (status == GMIX_OK) {
        status = parts_add(ctx, d, first, end, other);
    }
    if (status == GMIX_OK) {
        status = gmix_partial_bytes(ctx, other, &bytes, &n);
    }
    if (status == GMIX_OK) {
        status = gmix_partial_take(ctx, partial, bytes, n);
    }
    gmix_partial_free(&other);
    return status;
}

static inline gmix_status parts_answer(gmix_ctx *ctx, const drive *d, size_t block,
                                       const void *job, size_t size, size_t p,
                                       uint64_t place, gmix_partial **partial) {
    const size_t first = parts_first(d, block, p), end = parts_first(d, block, p + 1);
    const bool joins = d->joins && place != GMIX_ROW_UNKNOWN;
    const size_t mid = joins ? first + (end - first) / 2 / block * block : end;
    gmix_status status = gmix_partial_begin(ctx, job, size, place, partial);
    if (status == GMIX_OK) {
        status = parts_add(ctx, d, first, mid, *partial);
    }
    return status == GMIX_OK && joins ? parts_join(ctx, d, job, size, mid, end, *partial)
                                      : status;
}

/* Saves the engine and goes on with another one. */
static inline gmix_status parts_reload(gmix_ctx *ctx, gmix_engine **engine) {
    const void *bytes;
    size_t size;
    gmix_engine *other = NULL;
    gmix_status status = gmix_engine_save(ctx, *engine, &bytes, &size);
    if (status == GMIX_OK) {
        status = gmix_engine_load(ctx, bytes, size, &other);
    }
    if (status == GMIX_OK) {
        gmix_engine_free(engine);
        *engine = other;
    }
    return status;
}

/* One job: all parts answer, and the engine steps. */
static inline gmix_status parts_job(gmix_ctx *ctx, gmix_ctx *workers, drive *d,
                                    gmix_engine **e) {
    gmix_status status = d->saves ? parts_reload(ctx, e) : GMIX_OK;
    const size_t block = gmix_engine_block_rows(*e);
    d->n_jobs[gmix_engine_next(*e)]++;
    for (size_t i = 0; status == GMIX_OK && i < d->n_parts; i++) {
        const size_t p = d->backwards ? d->n_parts - 1 - i : i;
        const void *job, *bytes;
        size_t job_size, size;
        gmix_partial *partial = NULL;
        status = gmix_engine_job(ctx, *e, &job, &job_size);
        if (status == GMIX_OK) {
            const uint64_t place =
                d->unplaced ? gmix_engine_part_row(*e, p) : parts_first(d, block, p);
            status = parts_answer(workers, d, block, job, job_size, p, place, &partial);
        }
        if (status == GMIX_OK) {
            status = gmix_partial_bytes(workers, partial, &bytes, &size);
        }
        if (status == GMIX_OK) {
            status = gmix_engine_take(ctx, *e, bytes, size, p);
        }
        gmix_partial_free(&partial);
        if (status == GMIX_OK && d->saves) {
            status = parts_reload(ctx, e);
        }
    }
    return status == GMIX_OK ? gmix_engine_step(ctx, *e) : status;
}

static inline gmix_status parts_fit(gmix_ctx *ctx, drive *d, gmix_model **model,
                                    gmix_report *report) {
    gmix_ctx_options many;
    gmix_ctx *workers = NULL;
    gmix_engine *e = NULL;
    gmix_ctx_options_init(&many);
    many.n_threads = d->n_threads;
    gmix_status status = gmix_ctx_new(&many, &workers);
    if (status == GMIX_OK) {
        status = gmix_engine_begin(ctx, d->x->n_cols, d->opts, d->more, &e);
    }
    memset(d->n_jobs, 0, sizeof d->n_jobs);
    while (status == GMIX_OK && gmix_engine_next(e) != GMIX_JOB_DONE) {
        status = parts_job(ctx, workers, d, &e);
    }
    if (status == GMIX_OK && d->saves) {
        status = parts_reload(ctx, &e);
    }
    if (status == GMIX_OK) {
        status = gmix_engine_finish(ctx, e, model, report);
    }
    gmix_engine_free(&e);
    gmix_ctx_free(&workers);
    return status;
}

/* The same on one thread, which must do. */
static inline outcome fit_parts(drive *d) {
    outcome o = {NULL, {0}};
    gmix_ctx *ctx = law_context(1);
    CHECK_STATUS(ctx, parts_fit(ctx, d, &o.model, &o.report), GMIX_OK);
    gmix_ctx_free(&ctx);
    return o;
}

/* Rows to fit in parts, and how: what is not there is NULL. */
typedef struct problem {
    fixture data;
    double *weights, *errors, *lower, *upper;
    int32_t *classes;
    gmix_table x;
    gmix_fit_options opts;
    gmix_engine_options more;
} problem;

/* Of data, which is the problem's from here on, with weights and classes that the table does not have. */
static inline problem problem_of(fixture data, const char *family, size_t n_components,
                                 size_t sample_rows) {
    problem p = {.data = data, .x = law_view(&data), .classes = law_classes(&data, 2)};
    p.weights = fixture_alloc(data.n, sizeof *p.weights);
    for (size_t i = 0; i < data.n; i++) {
        p.weights[i] = 0.25 + (double)(i % 3);
    }
    gmix_fit_options_init(&p.opts);
    p.opts.n_components = n_components;
    p.opts.covariance = family;
    gmix_engine_options_init(&p.more);
    p.more.sample_rows = sample_rows;
    return p;
}

/* One cell of fifty is missing. */
static inline void problem_gaps(problem *p, uint64_t seed) {
    for (size_t i = 0; i < p->data.n * p->data.d; i++) {
        p->data.x[i] = fixture_uniform(&seed) < 0.02 ? (double)NAN : p->data.x[i];
    }
}

static inline void problem_free(problem *p) {
    free(p->weights);
    free(p->errors);
    free(p->lower);
    free(p->upper);
    free(p->classes);
    free(p->data.x);
}

static inline drive drive_of(const problem *p, size_t n_parts) {
    return (drive){.x = &p->x,
                   .opts = &p->opts,
                   .more = &p->more,
                   .n_parts = n_parts,
                   .n_threads = 1};
}

/* Another fit in parts has the bits of this one; `beside` holds what else is to be the same, or is NULL. */
static inline void check_same(const outcome *one, drive *d,
                              void (*beside)(const outcome *, const outcome *)) {
    outcome o = fit_parts(d);
    if (CHECK(one->model && o.model)) {
        same_outcome(one, &o);
        if (beside) {
            beside(one, &o);
        }
    }
    outcome_free(&o);
}

/* So many steps; opts then say eight plain ones from there. What is returned must outlive them. */
static inline outcome steps_before(const gmix_table *x, gmix_fit_options *opts,
                                   size_t n_steps) {
    opts->max_iter = n_steps;
    opts->tol = 0;
    opts->singular = "keep";
    const outcome near = law_fit(NULL, x, opts);
    opts->accelerate = 0;
    opts->max_iter = 8;
    opts->restarts = 0;
    opts->init = "model";
    opts->init_model = near.model;
    return near;
}

/* From one model, n_steps from the start, steps in parts are those of a table, to rounding. */
static inline void check_steps(problem *p, size_t n_steps) {
    outcome near = steps_before(&p->x, &p->opts, n_steps);
    drive d = drive_of(p, 3);
    outcome table = law_fit(NULL, &p->x, &p->opts), o = fit_parts(&d);
    if (CHECK(table.model && o.model)) {
        near_traces(&table, &o, 0, 1e-11);
        CHECK((isnan(table.report.bic) && isnan(o.report.bic)) ||
              CHECK_REL(table.report.bic, o.report.bic, 1e-11));
    }
    outcome_free(&table);
    outcome_free(&o);
    outcome_free(&near);
}

#endif
