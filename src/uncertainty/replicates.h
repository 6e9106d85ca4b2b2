/*
 * Replicates: the same work for many tables that chance made, side by side on the threads,
 * each on one thread. What a replicate draws is a function of the seed and its number.
 */
#ifndef GMIX_UNCERTAINTY_REPLICATES_H
#define GMIX_UNCERTAINTY_REPLICATES_H

#include <stdatomic.h>

#include <gmix/fit.h>

#include "base/journal_chapters.h"
#include "base/rng.h"

enum { GMIX_I_MOST_REPLICATES = 10000000 };

/* Does replicate `index` in a context of its own; thread: 0 .. n_threads - 1. */
typedef gmix_status gmix_i_replicate_fn(void *arg, gmix_ctx *ctx, size_t index,
                                        int thread);

/*
 * Does n of them. done: n, set where one came to its end; only a caller who cancels leaves
 * some undone, and that is no failure. The first other failure, with its message.
 * step, n_steps: for progress, which of several rounds of replicates this is. made: what replicate i makes,
 * as `stride` bytes at base + i * stride, of which the journal keeps copies; ends with base = NULL.
 */
typedef struct gmix_i_made {
    void *base;
    size_t stride;
} gmix_i_made;
gmix_status gmix_i_replicate(gmix_ctx *ctx, size_t n, gmix_i_replicate_fn *fn, void *arg,
                             size_t step, size_t n_steps, const gmix_i_made *made,
                             bool *done);

/* True if a fit failed for what the data are: another replicate may do. */
static inline bool gmix_i_fit_is_impossible(gmix_status status) {
    return status == GMIX_ERR_SINGULAR || status == GMIX_ERR_DATA ||
           status == GMIX_ERR_MODEL;
}

/* The seed of replicate `index` for one purpose. */
uint64_t gmix_i_replicate_seed(uint64_t seed, gmix_i_purpose purpose, size_t run,
                               size_t index);

#endif
