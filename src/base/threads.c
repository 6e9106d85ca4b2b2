/* Parallel loops over OpenMP, or one after the other without it. See threads.h. */
#include "base/threads.h"

int gmix_i_useful_threads(int n_threads, double work) {
    const double worth_a_thread = 1e6;
    return work >= worth_a_thread * (n_threads - 1) ? n_threads
                                                    : 1 + (int)(work / worth_a_thread);
}

#ifdef _OPENMP
#include <omp.h>

void gmix_i_parallel_for(int n_threads, size_t n, gmix_i_task *task, void *arg) {
    const int useful = n < (size_t)n_threads ? (int)n : n_threads;
    if (useful <= 1) { /* no thread pool for a small problem */
        for (size_t i = 0; i < n; i++) {
            task(arg, i, 0);
        }
        return;
    }
#pragma omp parallel for schedule(dynamic, 1) num_threads(useful)
    for (size_t i = 0; i < n; i++) {
        task(arg, i, omp_get_thread_num());
    }
}

int gmix_i_default_threads(void) {
    return omp_get_max_threads();
}

const char *gmix_i_threading_name(void) {
    return "OpenMP";
}

#else

void gmix_i_parallel_for(int n_threads, size_t n, gmix_i_task *task, void *arg) {
    (void)n_threads;
    for (size_t i = 0; i < n; i++) {
        task(arg, i, 0);
    }
}

int gmix_i_default_threads(void) {
    return 1;
}

const char *gmix_i_threading_name(void) {
    return "none";
}

#endif
