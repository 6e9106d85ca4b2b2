/*
 * Parallel loops. The only file that knows of OpenMP is threads.c; without it the loop is
 * serial.
 */
#ifndef GMIX_BASE_THREADS_H
#define GMIX_BASE_THREADS_H

#include <stddef.h>

#include "base/base.h"

/* Does task `index`; `thread` is 0 .. n_threads - 1 and is 0 in the calling thread. */
typedef void gmix_i_task(void *arg, size_t index, int thread);

/* Runs task(arg, 0 .. n - 1) on up to n_threads threads, in any order. Polls between tasks
 * (limit.h): once that fails, so does this, with tasks undone. */
gmix_status gmix_i_parallel_for(gmix_ctx *ctx, int n_threads, size_t n, gmix_i_task *task,
                                void *arg);

/* How many of the threads at hand a loop of so many additions (or the like) is worth: one
 * for every million, about 0.2 ms; waking it takes 0.01 ms, far more on a busy machine. */
int gmix_i_useful_threads(int n_threads, double work);

int gmix_i_default_threads(void);
const char *gmix_i_threading_name(void);

#endif
