/*
 * The start "random": K distinct rows are the means; every component has the covariance
 * of all the data and the weight 1 / K.
 */
#include <string.h>

#include "init/init.h"

/* Everything belongs to component 0. */
static void fill_first(void *arg, const gmix_i_tile *tile, void *resp, size_t *active,
                       gmix_i_norm_sums *sums, void *work) {
    (void)sums;
    (void)work;
    const size_t k = *(const size_t *)arg;
    double *const r = resp;
    memset(r + tile->n, 0, (k - 1) * tile->n * sizeof *r);
    memset(active, 0, k * sizeof *active);
    memcpy(r, tile->w, tile->n * sizeof *r);
    active[0] = tile->n_rows;
}

gmix_status gmix_i_all_moments(gmix_ctx *ctx, gmix_i_start_task *task,
                               const double **moments) {
    size_t k = task->accumulator->k;
    double *stats;
    gmix_i_set_centres(task->prepared, NULL);
    const gmix_status status =
        gmix_i_accumulate(ctx, task->accumulator, task->prepared, fill_first, &k, &stats);
    *moments = stats + GMIX_I_STATS_HEAD;
    return status;
}

/* One pass for the scatter of all rows, then the same share of it for every component. */
static gmix_status overall_covariance(gmix_ctx *ctx, gmix_i_start_task *task,
                                      gmix_i_params *out) {
    size_t k = out->k;
    double *stats;
    gmix_i_set_centres(task->prepared, NULL);
    const gmix_status status =
        gmix_i_accumulate(ctx, task->accumulator, task->prepared, fill_first, &k, &stats);
    if (status != GMIX_OK) {
        return status;
    }
    const size_t len = gmix_i_stats_len(out->family->shape, out->d);
    double *const first = stats + GMIX_I_STATS_HEAD;
    for (size_t i = 0; i < len; i++) {
        first[i] /= (double)k;
    }
    for (size_t c = 1; c < k; c++) {
        memcpy(first + c * len, first, len * sizeof *first);
    }
    gmix_i_m_step(stats, task->prepared->centre, task->constraints, out);
    return GMIX_OK;
}

static bool chosen_before(const double *means, size_t c, size_t d) {
    for (size_t o = 0; o < c; o++) {
        if (memcmp(means + o * d, means + c * d, d * sizeof *means) == 0) {
            return true;
        }
    }
    return false;
}

static void choose_rows(const gmix_i_start_task *task, size_t run, gmix_i_params *out) {
    const gmix_i_sample *const s = &task->sample;
    gmix_i_stream stream =
        gmix_i_stream_open(task->opts->seed, GMIX_I_RNG_RANDOM_ROWS, run);
    const size_t d = out->d;
    for (size_t c = 0, tries = 0; c < out->k; tries++) {
        if (tries > 64 * out->k + s->m) { /* the sample holds little but repeated rows */
            memcpy(out->means + c * d, gmix_i_sample_spare(s, c, out->means),
                   d * sizeof *out->means);
            c++;
            continue;
        }
        const size_t row = gmix_i_next_below(&stream, s->m);
        gmix_i_sample_row(s, row, out->means + c * d);
        if (s->w[row] > 0.0 && !chosen_before(out->means, c, d)) {
            c++;
        }
    }
    for (size_t c = 0; c < out->k; c++) { /* from standardised to the frame */
        for (size_t j = 0; j < d; j++) {
            out->means[c * d + j] *= task->survey->sd[j] * task->frame->inv_scale[j];
        }
    }
}

static gmix_status start(gmix_ctx *ctx, gmix_i_start_task *task, size_t run,
                         gmix_i_params *out) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_sample_want(ctx, task));
    GMIX_TRY(overall_covariance(ctx, task, out));
    choose_rows(task, run, out);
done:
    return status;
}

const gmix_i_init gmix_i_init_random_rows = {.name = "random", .start = start};
