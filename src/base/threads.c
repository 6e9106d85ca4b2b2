/* Parallel loops: what they are with and without threads. See threads.h. */
#include "base/threads.h"

#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

enum { MOST_THREADS = 1024 };

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

gmix_status gmix_i_parallel_for(gmix_ctx *ctx, int n_threads, size_t n, gmix_i_task *task,
                                void *arg) {
    const int useful = n < (size_t)n_threads ? (int)n : n_threads;
    const gmix_i_team_work work =
        useful > 1 ? gmix_i_team_do(ctx, useful, n, task, arg) : GMIX_I_TEAM_ABSENT;
    switch (work) {
    case GMIX_I_TEAM_DONE:
        return GMIX_OK;
    case GMIX_I_TEAM_CUT:
        return gmix_i_poll(ctx);
    case GMIX_I_TEAM_ABSENT:
        break;
    }
    return one_after_the_other(ctx, n, task, arg);
}

#ifdef GMIX_I_HAVE_THREADS

/* Processors that this process may run on. */
static int count_processors(void) {
#ifdef CPU_COUNT
    cpu_set_t may;
    if (sched_getaffinity(0, sizeof may, &may) == 0) {
        return CPU_COUNT(&may);
    }
#endif
#ifdef _SC_NPROCESSORS_ONLN
    return (int)sysconf(_SC_NPROCESSORS_ONLN);
#else
    return 1;
#endif
}

int gmix_i_default_threads(void) {
    const char *const asked = getenv("OMP_NUM_THREADS"); /* what many programs go by */
    const long given = asked ? strtol(asked, NULL, 10) : 0;
    const long n = given > 0 ? given : count_processors();
    return n < 1 ? 1 : n < MOST_THREADS ? (int)n : MOST_THREADS;
}

const char *gmix_i_threading_name(void) {
    return "POSIX threads";
}

#else

int gmix_i_default_threads(void) {
    return 1;
}

const char *gmix_i_threading_name(void) {
    return "none";
}

#endif
