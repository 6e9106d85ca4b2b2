/* Parallel loops over OpenMP, or one after the other without it. See threads.h. */
#include "base/threads.h"

int gmix_i_useful_threads(int n_threads, double work) {
    const double worth_a_thread = 1e6;
    return work >= worth_a_thread * (n_threads - 1) ? n_threads
                                                    : 1 + (int)(work / worth_a_thread);
}

static gmix_status one_after_the_other(gmix_ctx *ctx, size_t n, gmix_i_task *task,
                                       void *arg) {
    for (size_t i = 0; i < n; i++) {
        const gmix_status status = gmix_i_poll(ctx);
        if (status != GMIX_OK) {
            return status;
        }
        task(arg, i, 0);
    }
    return GMIX_OK;
}

#ifdef _OPENMP
#include <omp.h>

gmix_status gmix_i_parallel_for(gmix_ctx *ctx, int n_threads, size_t n, gmix_i_task *task,
                                void *arg) {
    const int useful = n < (size_t)n_threads ? (int)n : n_threads;
    atomic_int cut = 0;
    if (useful <= 1) { /* no thread pool for a small problem */
        return one_after_the_other(ctx, n, task, arg);
    }
#pragma omp parallel for schedule(dynamic, 1) num_threads(useful)
    for (size_t i = 0; i < n; i++) {
        const int thread = omp_get_thread_num();
        if (thread == 0 && gmix_i_cancelled(ctx)) {
            atomic_store(&cut, 1);
        }
        if (!atomic_load_explicit(&cut, memory_order_relaxed)) {
            task(arg, i, thread);
        }
    }
    return atomic_load(&cut) ? gmix_i_poll(ctx) : GMIX_OK;
}

int gmix_i_default_threads(void) {
    return omp_get_max_threads();
}

const char *gmix_i_threading_name(void) {
    return "OpenMP";
}

#else

gmix_status gmix_i_parallel_for(gmix_ctx *ctx, int n_threads, size_t n, gmix_i_task *task,
                                void *arg) {
    (void)n_threads;
    return one_after_the_other(ctx, n, task, arg);
}

int gmix_i_default_threads(void) {
    return 1;
}

const char *gmix_i_threading_name(void) {
    return "none";
}

#endif
