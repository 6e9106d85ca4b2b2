/* Arrays of results that the caller releases without a context: one block that knows where it
 * comes from. */
#ifndef GMIX_DISTRIBUTION_OWNED_H
#define GMIX_DISTRIBUTION_OWNED_H

#include <string.h>

#include "base/base.h"

enum { GMIX_I_OWNED_HEAD = 64 }; /* bytes, so that the arrays stay aligned */

/* *owner: a block with room for `bytes`, zeroed, at gmix_i_owned(). */
static inline gmix_status gmix_i_owned_new(gmix_ctx *ctx, const char *what, size_t bytes,
                                           void **owner) {
    void *const block = gmix_i_alloc(&ctx->opts.allocator, bytes + GMIX_I_OWNED_HEAD, 1);
    if (!block) {
        return gmix_i_fail_nomem(ctx, what, bytes);
    }
    memcpy(block, &ctx->opts.allocator, sizeof ctx->opts.allocator);
    *owner = block;
    return GMIX_OK;
}

static inline void *gmix_i_owned(void *owner) {
    return (char *)owner + GMIX_I_OWNED_HEAD;
}

static inline void gmix_i_owned_free(void **owner) {
    if (*owner) {
        gmix_allocator from;
        memcpy(&from, *owner, sizeof from);
        gmix_i_release(&from, *owner);
        *owner = NULL;
    }
}

#endif
