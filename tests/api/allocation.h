/*
 * Calls under a budget of allocations: rerun with 0, 1, 2, ... allowed until they succeed.
 */
#ifndef GMIX_TESTS_ALLOCATION_H
#define GMIX_TESTS_ALLOCATION_H

#include <unistd.h>

#include "budget.h"
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { N = 120, D = 2, K = 2 };

/* What the calls work on, made with plenty of memory. */
typedef struct subject {
    fixture data;
    gmix_table x;
    gmix_model *model;
    gmix_report report;
    char *json;
    int32_t labels[N];
    char path[64];
    gmix_fit_options opts;
} subject;

/* A trial makes one call, checks that a failure left its outputs alone, and frees them.
 */
typedef gmix_status trial(gmix_ctx *ctx, subject *s);

typedef struct attempt {
    trial *call;
    subject *subject;
} attempt;

static inline gmix_status make_attempt(gmix_ctx *ctx, void *arg) {
    const attempt *const a = arg;
    return a->call(ctx, a->subject);
}

static inline void run(const char *name, trial *call, subject *s) {
    attempt a = {call, s};
    budget_run(name, make_attempt, &a);
}

/* Stands for an output that must not be touched. */
static gmix_model *const untouched = (gmix_model *)(uintptr_t)0xabcdef;

static inline gmix_status settle(gmix_status status, gmix_model **model,
                                 gmix_report *report) {
    const gmix_report zero = {0};
    if (status == GMIX_OK) {
        CHECK(*model && *model != untouched);
        gmix_model_free(model);
    } else {
        CHECK(*model == untouched);
        CHECK(!report || memcmp(report, &zero, sizeof zero) == 0);
    }
    gmix_report_free(report);
    return status;
}

static inline gmix_status try_fit(gmix_ctx *ctx, subject *s) {
    gmix_model *model = untouched;
    gmix_report report = {0};
    return settle(gmix_fit(ctx, &s->x, &s->opts, &model, &report), &model, &report);
}

typedef struct once {
    const subject *s;
    bool done;
} once;

static inline gmix_status once_reset(void *self) {
    ((once *)self)->done = false;
    return GMIX_OK;
}

static inline gmix_status once_next(void *self, size_t max_rows, gmix_table *block) {
    once *const o = self;
    *block = o->s->x;
    block->n_rows = o->done ? 0 : N;
    o->done = true;
    return max_rows < N ? GMIX_ERR_ARGUMENT : GMIX_OK;
}

static inline gmix_status try_fit_source(gmix_ctx *ctx, subject *s) {
    once o = {s, false};
    const gmix_source source = {.struct_size = sizeof source,
                                .self = &o,
                                .n_cols = D,
                                .reset = once_reset,
                                .next = once_next};
    gmix_model *model = untouched;
    gmix_report report = {0};
    return settle(gmix_fit_source(ctx, &source, &s->opts, &model, &report), &model,
                  &report);
}

/* Calls that make text. */
static inline gmix_status settle_text(gmix_status status, char **text,
                                      const char *before) {
    if (status == GMIX_OK) {
        CHECK(*text && *text != before && **text);
        gmix_text_free(text);
        CHECK(*text == NULL);
    } else {
        CHECK(*text == before);
    }
    return status;
}

/* Calls that fill arrays: -7 says that nobody has been there. */
static inline gmix_status settle_array(gmix_status status, const double *out, size_t n) {
    for (size_t i = 0; i < n; i++) {
        CHECK((out[i] == -7.25) == (status != GMIX_OK));
    }
    return status;
}

static inline void fill(double *out, size_t n) {
    for (size_t i = 0; i < n; i++) {
        out[i] = -7.25;
    }
}

static inline gmix_status try_model_from_json(gmix_ctx *ctx, subject *s) {
    gmix_model *model = untouched;
    gmix_report report = {0};
    return settle(
        gmix_model_from_json(ctx, s->json, strlen(s->json), "text", &model, &report),
        &model, &report);
}

static inline gmix_status try_to_json(gmix_ctx *ctx, subject *s) {
    char before, *text = &before;
    return settle_text(gmix_model_to_json(ctx, s->model, &s->report, &text), &text,
                       &before);
}

static inline gmix_status try_to_text(gmix_ctx *ctx, subject *s) {
    char before, *text = &before;
    return settle_text(gmix_model_to_text(ctx, s->model, &s->report, &text), &text,
                       &before);
}

static inline gmix_status try_sample(gmix_ctx *ctx, subject *s) {
    double out[N * D];
    int32_t labels[N];
    fill(out, N * D);
    return settle_array(gmix_sample(ctx, s->model, N, 5, out, labels), out, N * D);
}

#endif
