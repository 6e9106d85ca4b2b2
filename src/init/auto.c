/*
 * The start "auto": k-means++ for the first run; further runs take turns between seeding
 * without Lloyd's steps, which is cheap and lands elsewhere, random rows, and k-means++
 * again. Which of them finds the best optimum differs from data to data.
 */
#include "init/init.h"

extern const gmix_i_init gmix_i_init_kmeans, gmix_i_init_seeds, gmix_i_init_random_rows;

static gmix_status start(gmix_ctx *ctx, gmix_i_start_task *task, size_t run,
                         gmix_i_params *out) {
    const gmix_i_init *const kinds[] = {&gmix_i_init_kmeans, &gmix_i_init_seeds,
                                        &gmix_i_init_random_rows};
    return kinds[run % 3]->start(ctx, task, run, out);
}

const gmix_i_init gmix_i_init_auto = {.name = "auto", .start = start};
