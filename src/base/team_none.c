/* A build without threads: no context has a team. See team.h. */
#include "base/team.h"

gmix_i_team_work gmix_i_team_do(gmix_ctx *ctx, int n_threads, size_t n, gmix_i_task *task,
                                void *arg) {
    (void)ctx, (void)n_threads, (void)n, (void)task, (void)arg;
    return GMIX_I_TEAM_ABSENT;
}

void gmix_i_team_free(struct gmix_i_team **slot) {
    (void)slot;
}
