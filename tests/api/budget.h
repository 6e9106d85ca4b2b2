/* An allocator that gives out a stated number of blocks, and counts those that live. */
#ifndef GMIX_TESTS_API_BUDGET_H
#define GMIX_TESTS_API_BUDGET_H

#include <stdatomic.h>
#include <stdlib.h>

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

#endif
