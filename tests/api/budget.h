/* An allocator that gives out a stated number of blocks, and counts those that live; and
 * calls rerun with 0, 1, 2, ... blocks to be had. */
#ifndef GMIX_TESTS_API_BUDGET_H
#define GMIX_TESTS_API_BUDGET_H

#include <stdatomic.h>
#include <stdlib.h>

#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

typedef struct budget {
    atomic_long left, live;
} budget;

static inline void *budget_allocate(void *user, size_t size) {
    budget *const b = user;
    if (atomic_fetch_sub(&b->left, 1) <= 0) {
        return NULL;
    }
    atomic_fetch_add(&b->live, 1);
    return malloc(size);
}

static inline void budget_release(void *user, void *block) {
    budget *const b = user;
    atomic_fetch_sub(&b->live, 1);
    free(block);
}

/* A trial makes one call, checks that a failure left its outputs alone, and frees them. */
typedef gmix_status budget_trial(gmix_ctx *ctx, void *subject);

/* Reruns a trial with ever more allocations allowed until it succeeds: one more at a time, and where
 * there are many, as replicates and folds repeat them, a prime number more. */
static inline void budget_run(const char *name, budget_trial *call, void *subject) {
    budget b = {0};
    gmix_ctx_options opts;
    gmix_ctx_options_init(&opts);
    opts.allocator = (gmix_allocator){budget_allocate, budget_release, &b};
    opts.n_threads = 2;
    gmix_ctx *ctx = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(&opts, &ctx), GMIX_ERR_NOMEM);
    CHECK(ctx == NULL);
    atomic_store(&b.left, 1);
    if (!CHECK_STATUS(NULL, gmix_ctx_new(&opts, &ctx), GMIX_OK)) {
        return;
    }
    gmix_status status = GMIX_ERR_NOMEM;
    const long few = fixture_is_brief() ? 100 : 200;
    const long before = atomic_load(&b.live);
    for (long allowed = 0; status == GMIX_ERR_NOMEM && allowed < 20000;
         allowed += allowed < few ? 1 : 7) {
        CHECK_WHERE("%s, %ld allocations allowed", name, allowed);
        atomic_store(&b.left, allowed);
        status = call(ctx, subject);
        CHECK_EQ_INT(atomic_load(&b.live), before);
        CHECK(status == GMIX_OK || gmix_ctx_message(ctx)[0] != '\0');
    }
    CHECK_STATUS(ctx, status, GMIX_OK);
    gmix_ctx_free(&ctx);
    CHECK_EQ_INT(atomic_load(&b.live), 0);
    CHECK_WHERE("%s", "");
}

#endif
