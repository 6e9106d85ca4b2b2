/*
 * Parallel loops, on the threads of a context's team (team.h).
 */
#ifndef GMIX_BASE_THREADS_H
#define GMIX_BASE_THREADS_H

#include <stddef.h>

#include "base/base.h"

/* Runs task(arg, 0 .. n - 1) on up to n_threads threads, in any order. Polls between tasks
 * (limit.h): once that fails, so does this, with tasks undone. Within a task of a loop, and where
 * the system gives no threads, the calling thread does all. */
gmix_status gmix_i_parallel_for(gmix_ctx *ctx, int n_threads, size_t n, gmix_i_task *task,
                                void *arg);

/* How many of the threads at hand a loop of so many additions (or the like) is worth: one
 * for every million, about 0.2 ms; waking it takes 0.01 ms, far more on a busy machine. */
int gmix_i_useful_threads(int n_threads, double work);

int gmix_i_default_threads(void);
const char *gmix_i_threading_name(void);

#endif
