/* See target.h. */
#include "target.h"

static const size_t MOST = (size_t)256 << 20;

/* Each block begins with its size. */
enum { HEAD = 16 };

static struct {
    size_t used;
    long allocations, polls; /* left; -1: any number */
} limits = {0, -1, -1};

static void *bounded_allocate(void *user, size_t size) {
    (void)user;
    if (size > MOST || limits.used > MOST - size || limits.allocations == 0) {
        return NULL;
    }
    limits.allocations -= limits.allocations > 0;
    char *const block = malloc(size + HEAD);
    if (!block) {
        return NULL;
    }
    *(size_t *)(void *)block = size;
    limits.used += size;
    return block + HEAD;
}

static void bounded_release(void *user, void *block) {
    (void)user;
    char *const start = (char *)block - HEAD;
    limits.used -= *(size_t *)(void *)start;
    free(start);
}

static int is_over(void *user) {
    (void)user;
    limits.polls -= limits.polls > 0;
    return limits.polls == 0;
}

gmix_ctx *target_ctx(void) {
    gmix_ctx_options opts;
    gmix_ctx *ctx = NULL;
    gmix_ctx_options_init(&opts);
    opts.allocator = (gmix_allocator){bounded_allocate, bounded_release, NULL};
    opts.cancel = is_over;
    opts.n_threads = 1;
    target_require(gmix_ctx_new(&opts, &ctx) == GMIX_OK, "no context");
    return ctx;
}

void target_limit(long allocations, long polls) {
    limits.allocations = allocations;
    limits.polls = polls;
}

size_t target_used(void) {
    return limits.used;
}
