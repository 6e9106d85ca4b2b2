/* Any bytes as a job, an answer or a state of the engine, with a checksum that fits: what is accepted
 * must survive being used. */
#include <string.h>

#include <gmix/gmix.h>

#include "base/wire.h"
#include "target.h"

/* The same bytes, as somebody would seal them. */
static unsigned char *sealed(const uint8_t *bytes, size_t n) {
    unsigned char *const copy = malloc(n);
    if (copy) {
        memcpy(copy, bytes, n);
        gmix_i_wire_seal(copy, n);
    }
    return copy;
}

static void as_job(gmix_ctx *ctx, const void *bytes, size_t n) {
    static const double rows[3][2] = {{0.5, 1.5}, {-1.0, 2.0}, {3.0, -0.25}};
    const gmix_table x = gmix_table_f64(rows[0], 3, 2);
    gmix_partial *part = NULL;
    const void *answer;
    size_t size;
    if (gmix_partial_begin(ctx, bytes, n, 0, &part) != GMIX_OK) {
        target_require(part == NULL, "a part set by a call that failed");
        target_require(gmix_ctx_message(ctx)[0] != '\0', "a failure without a message");
        return;
    }
    if (gmix_partial_add(ctx, part, &x) == GMIX_OK) {
        target_require(gmix_partial_bytes(ctx, part, &answer, &size) != GMIX_OK ||
                           size > 0,
                       "an answer without bytes");
    }
    gmix_partial_free(&part);
}

static void as_state(gmix_ctx *ctx, const void *bytes, size_t n) {
    gmix_engine *engine = NULL;
    const void *again;
    size_t size;
    if (gmix_engine_load(ctx, bytes, n, &engine) != GMIX_OK) {
        target_require(engine == NULL, "an engine set by a call that failed");
        return;
    }
    if (gmix_engine_save(ctx, engine, &again, &size) == GMIX_OK &&
        gmix_engine_next(engine) != GMIX_JOB_SEED) { /* whose step may fit a while */
        gmix_engine_step(ctx, engine);
    }
    gmix_engine_free(&engine);
}

static void as_answer(gmix_ctx *ctx, const void *bytes, size_t n) {
    gmix_engine *engine = NULL;
    if (gmix_engine_begin(ctx, 2, NULL, NULL, &engine) == GMIX_OK &&
        gmix_engine_take(ctx, engine, bytes, n, 0) == GMIX_OK) {
        gmix_engine_step(ctx, engine);
    }
    gmix_engine_free(&engine);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    gmix_ctx *ctx = target_ctx();
    unsigned char *const copy = n >= 24 ? sealed(bytes, n) : NULL;
    if (copy) {
        as_job(ctx, copy, n);
        as_answer(ctx, copy, n);
        as_state(ctx, copy, n);
    }
    free(copy);
    gmix_ctx_free(&ctx);
    return 0;
}
