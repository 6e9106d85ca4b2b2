/*
 * Fences are pages without access. WebAssembly has none: there the bytes behind an array
 * are only looked at afterwards, which tells of writes alone.
 */
#include "fence.h"

#include <stdlib.h>
#include <string.h>

#ifndef __wasm__
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

typedef struct fenced_array {
    struct fenced_array *next;
    unsigned char *base, *start, *end, *fence; /* the array is from start to end */
} fenced_array;

static fenced_array *arrays; /* the newest first: they are freed soon */

static size_t round_up(size_t n, size_t step) {
    return (n + step - 1) / step * step;
}

#ifdef __wasm__
enum { GUARD = 64 };

static void map(fenced_array *a, size_t bytes) {
    const size_t room = round_up(bytes, 64) + GUARD;
    a->base = aligned_alloc(64, room);
    a->fence = a->base ? a->base + room : NULL;
}

static void unmap(const fenced_array *a) {
    free(a->base);
}

static size_t slack(size_t bytes, size_t used) {
    (void)used;
    return round_up(bytes, 64) + GUARD;
}

void fence_on_touch(void (*handler)(int)) {
    (void)handler;
}
#else
static size_t page_size(void) {
    return (size_t)sysconf(_SC_PAGESIZE);
}

static void map(fenced_array *a, size_t bytes) {
    const size_t page = page_size(), room = round_up(bytes, page);
    void *const base = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base != MAP_FAILED) {
        a->base = base;
        a->fence = mprotect(a->base + room, page, PROT_NONE) ? NULL : a->base + room;
    }
}

static void unmap(const fenced_array *a) {
    munmap(a->base, (size_t)(a->fence - a->base) + page_size());
}

static size_t slack(size_t bytes, size_t used) {
    (void)bytes;
    return used;
}

void fence_on_touch(void (*handler)(int)) {
    signal(SIGSEGV, handler);
    signal(SIGBUS, handler);
}
#endif

/* `used` bytes before the fence, of which the first `bytes` are the array's. */
static void *fenced_within(size_t bytes, size_t used) {
    fenced_array *const a = calloc(1, sizeof *a);
    if (a)
        map(a, used);
    if (!a || !a->fence)
        abort();
    a->start = a->fence - slack(bytes, used);
    a->end = a->start + bytes;
    a->next = arrays;
    arrays = a;
    memset(a->base, 0xff, (size_t)(a->fence - a->base));
    return a->start;
}

void *fenced(size_t count, size_t size) {
    return fenced_within(count * size, count * size);
}

void *fenced_aligned(size_t bytes) {
    return fenced_within(bytes, round_up(bytes, 64));
}

static fenced_array **find(const void *array) {
    fenced_array **at = &arrays;
    while (*at && (*at)->start != array)
        at = &(*at)->next;
    if (!*at)
        abort();
    return at;
}

int fence_intact(const void *array) {
    const fenced_array *const a = *find(array);
    for (const unsigned char *byte = a->end; byte < a->fence; byte++)
        if (*byte != 0xff)
            return 0;
    return 1;
}

void fenced_free(void *array) {
    fenced_array **const at = find(array), *const a = *at;
    *at = a->next;
    unmap(a);
    free(a);
}
