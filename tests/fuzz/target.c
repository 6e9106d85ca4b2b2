/* See target.h. */
#include "target.h"

static const size_t MOST = (size_t)256 << 20;

/* Each block begins with its size. */
enum { HEAD = 16 };

static void *bounded_allocate(void *user, size_t size) {
    size_t *const used = user;
    if (size > MOST || *used > MOST - size) {
        return NULL;
    }
    char *const block = malloc(size + HEAD);
    if (!block) {
        return NULL;
    }
    *(size_t *)(void *)block = size;
    *used += size;
    return block + HEAD;
}

static void bounded_release(void *user, void *block) {
    char *const start = (char *)block - HEAD;
    *(size_t *)user -= *(size_t *)(void *)start;
    free(start);
}

gmix_ctx *target_ctx(void) {
    static size_t used;
    gmix_ctx_options opts;
    gmix_ctx *ctx = NULL;
    gmix_ctx_options_init(&opts);
    opts.allocator = (gmix_allocator){bounded_allocate, bounded_release, &used};
    opts.n_threads = 1;
    target_require(gmix_ctx_new(&opts, &ctx) == GMIX_OK, "no context");
    return ctx;
}
