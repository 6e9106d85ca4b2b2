/*
 * Memory through the context's allocator: overflow-checked, zeroed, 64-byte aligned.
 *
 * The allocator need not align, so a block is over-allocated and the pointer it came from
 * is kept just before the aligned start. A block of text keeps its whole allocator there
 * too.
 *
 * The default allocator clears by calloc(): pages of a large block come cleared from the system
 * when they are first used, so that what is reserved for work that a limit cuts costs nothing.
 */
#include "base/base.h"

#include <stdlib.h>
#include <string.h>

#include "base/system_memory.h"

enum { ALIGNMENT = 64 };

static void *system_allocate(void *user, size_t size) {
    (void)user;
    return calloc(1, size);
}

static void system_release(void *user, void *block) {
    (void)user;
    free(block);
}

gmix_allocator gmix_i_system_memory(void) {
    return (gmix_allocator){system_allocate, system_release, NULL};
}

void *gmix_i_alloc(const gmix_allocator *from, size_t count, size_t size) {
    const size_t head = ALIGNMENT + sizeof(void *);
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX - head) {
        return NULL;
    }
    char *const raw = from->allocate(from->user, bytes + head);
    if (!raw) {
        return NULL;
    }
    const uintptr_t start = ((uintptr_t)raw + head) & ~(uintptr_t)(ALIGNMENT - 1);
    void **const block = (void **)(raw + (start - (uintptr_t)raw));
    block[-1] = raw;
    return from->allocate == system_allocate ? block : memset(block, 0, bytes);
}

void gmix_i_release(const gmix_allocator *from, void *block) {
    if (block) {
        from->release(from->user, ((void **)block)[-1]);
    }
}

gmix_status gmix_i_calloc(gmix_ctx *ctx, const char *what, size_t count, size_t size,
                          void *out) {
    void *const block = gmix_i_alloc(&ctx->opts.allocator, count, size);
    if (!block) {
        size_t bytes;
        return gmix_i_fail_nomem(
            ctx, what, __builtin_mul_overflow(count, size, &bytes) ? SIZE_MAX : bytes);
    }
    memcpy(out, &block, sizeof block);
    return GMIX_OK;
}

void gmix_i_free(gmix_ctx *ctx, void *block) {
    gmix_i_release(&ctx->opts.allocator, block);
}

gmix_status gmix_i_grow(gmix_ctx *ctx, const char *what, void *array, size_t *capacity,
                        size_t need, size_t size) {
    if (need <= *capacity) {
        return GMIX_OK;
    }
    size_t wanted = *capacity < 16 ? 16 : *capacity + *capacity / 2;
    wanted = wanted < need ? need : wanted;
    void *const grown = gmix_i_alloc(&ctx->opts.allocator, wanted, size);
    if (!grown) {
        return gmix_i_fail_nomem(ctx, what, wanted * size);
    }
    void *old;
    memcpy(&old, array, sizeof old);
    if (old) {
        memcpy(grown, old, *capacity * size);
        gmix_i_free(ctx, old);
    }
    memcpy(array, &grown, sizeof grown);
    *capacity = wanted;
    return GMIX_OK;
}

char *gmix_i_strdup(const gmix_allocator *from, const char *text) {
    const size_t size = strlen(text) + 1;
    char *const copy = gmix_i_alloc(from, size, 1);
    return copy ? memcpy(copy, text, size) : NULL;
}

gmix_status gmix_i_text_new(gmix_ctx *ctx, const char *bytes, size_t length, char **out) {
    const size_t head = sizeof(gmix_allocator);
    char *const block = gmix_i_alloc(&ctx->opts.allocator, length + head + 1, 1);
    if (!block) {
        return gmix_i_fail_nomem(ctx, "text", length);
    }
    memcpy(block, &ctx->opts.allocator, head);
    memcpy(block + head, bytes, length);
    *out = block + head;
    return GMIX_OK;
}

void gmix_text_free(char **text) {
    if (!text || !*text) {
        return;
    }
    char *const block = *text - sizeof(gmix_allocator);
    gmix_allocator from;
    memcpy(&from, block, sizeof from);
    gmix_i_release(&from, block);
    *text = NULL;
}
