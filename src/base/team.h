/*
 * A team: the threads of a context, which sleep between its parallel loops. See team.c; loops are
 * begun by gmix_i_parallel_for() (threads.h).
 */
#ifndef GMIX_BASE_TEAM_H
#define GMIX_BASE_TEAM_H

#include <stdbool.h>
#include <stddef.h>

#include <gmix/context.h>

/* Does task `index`; `thread` is 0 .. n_threads - 1 and is 0 in the calling thread. */
typedef void gmix_i_task(void *arg, size_t index, int thread);

struct gmix_i_team;

typedef enum gmix_i_team_work {
    GMIX_I_TEAM_ABSENT, /* nothing was done: the team is at work, or there is none to be had */
    GMIX_I_TEAM_DONE,
    GMIX_I_TEAM_CUT /* polling failed: some tasks were left out */
} gmix_i_team_work;

/* Does tasks 0 .. n - 1 with the context's team, on n_threads threads of at least 2; the team comes
 * into being with its first loop. */
gmix_i_team_work gmix_i_team_do(gmix_ctx *ctx, int n_threads, size_t n, gmix_i_task *task,
                                void *arg);

/* Ends the threads, waits for them, and forgets them; accepts NULL. */
void gmix_i_team_free(struct gmix_i_team **slot);

#endif
