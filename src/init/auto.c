/*
 * The start "auto": k-means++ for the first run; further runs take turns between seeding
 * without Lloyd's steps, which is cheap and lands elsewhere, random rows, and k-means++
 * again. Which of them finds the best optimum differs from data to data. With a model to start
 * from, every second run is from that: split or merged to K components.
 */
#include "init/init.h"

extern const gmix_i_init gmix_i_init_kmeans, gmix_i_init_seeds, gmix_i_init_random_rows,
    gmix_i_init_split;

static gmix_status check(gmix_ctx *ctx, const gmix_fit_options *opts, size_t d) {
    const gmix_model *const model = opts->init_model;
    if (model && model->d != d) {
        return gmix_i_fail(ctx, GMIX_ERR_SHAPE,
                           "the model to start from has %zu features; the data have %zu",
                           model->d, d);
    }
    return GMIX_OK;
}

static gmix_status start(gmix_ctx *ctx, gmix_i_start_task *task, size_t run,
                         gmix_i_params *out) {
    const gmix_i_init *const kinds[] = {&gmix_i_init_kmeans, &gmix_i_init_seeds,
                                        &gmix_i_init_random_rows};
    const bool has_model = task->opts->init_model != NULL;
    if (has_model && run % 2 == 1) {
        return gmix_i_init_split.start(ctx, task, run / 2, out);
    }
    run = has_model ? run / 2 : run;
    return kinds[run % 3]->start(ctx, task, run, out);
}

const gmix_i_init gmix_i_init_auto = {.name = "auto", .check = check, .start = start};
