/* Passes that sum statistics. See statistics.h. */
#include <string.h>

#include "base/threads.h"
#include "observe/error_rule.h"
#include "stats/statistics.h"

gmix_status gmix_i_accumulator_new(gmix_ctx *ctx, const gmix_i_input *input,
                                   const gmix_i_frame *frame,
                                   const gmix_i_kernels *kernels,
                                   const gmix_i_shape *shape, size_t k,
                                   gmix_i_accumulator *out) {
    gmix_status status = GMIX_OK;
    const size_t d = input->n_cols,
                 len = GMIX_I_STATS_HEAD + k * gmix_i_stats_len(shape, d);
    *out =
        (gmix_i_accumulator){.input = input,
                             .frame = frame,
                             .kernels = kernels,
                             .shape = shape,
                             .k = k,
                             .d = d,
                             .len = (len + 7) / 8 * 8,
                             .cut = gmix_i_cut_for(d, k, len * sizeof(double), 2 * len)};
    const int threads = gmix_i_pass_threads(ctx, input, &out->cut);
    GMIX_TRY(gmix_i_scratches_new(ctx, kernels, input, threads, out->cut.rows, k + 1,
                                  gmix_i_observe_work(input, shape, out->cut.rows),
                                  &out->scratches));
    GMIX_TRY(gmix_i_scratches_keep(ctx, &out->cut, &out->scratches));
    GMIX_TRY(gmix_i_calloc(ctx, "sufficient statistics",
                           gmix_i_pass_slots(input, &out->cut) * out->len, sizeof(double),
                           &out->slots));
done:
    if (status != GMIX_OK) {
        gmix_i_accumulator_free(ctx, out);
    }
    return status;
}

void gmix_i_accumulator_free(gmix_ctx *ctx, gmix_i_accumulator *a) {
    if (a->scratches.of_thread) {
        gmix_i_scratches_free(ctx, &a->scratches);
    }
    gmix_i_free(ctx, a->slots);
    *a = (gmix_i_accumulator){0};
}

void gmix_i_accumulate_block(const gmix_i_filling *f, const gmix_i_block *block,
                             int thread, double *stats) {
    gmix_i_scratch *const s = &f->scratches->of_thread[thread];
    const gmix_i_prepared *const q = f->prepared;
    gmix_i_norm_sums sums = {0};
    const gmix_i_tile tile = gmix_i_tile_pack(f->scratches, f->frame, block, thread);
    f->fill(f->arg, &tile, s->resp, s->active, &sums, s->work);
    gmix_i_add_moments(q, &tile, s->resp, s->active, stats + GMIX_I_STATS_HEAD, s->work);
    stats[GMIX_I_LOGLIK] += sums.loglik;
    stats[GMIX_I_LOGMAP] += sums.logmap;
    stats[GMIX_I_WEIGHT] += tile.weight;
    stats[GMIX_I_NOISE] += sums.noise;
}

typedef struct pass_job {
    const gmix_i_filling *filling;
    double *slots;
    size_t len;
} pass_job;

static void do_block(void *arg, const gmix_i_block *block, int thread) {
    const pass_job *const job = arg;
    gmix_i_accumulate_block(job->filling, block, thread,
                            job->slots + block->slot * job->len);
}

/* Buffers of hundreds of megabytes (K = 2048, D = 64) are cleared and added up in stretches, by
 * all threads: every number by one of them, over the slots in their order. */
enum { STRETCH = 8192 };

typedef struct buffers {
    double *slots;
    size_t len, n_slots;
} buffers;

static size_t stretch_length(const buffers *b, size_t index) {
    const size_t left = b->len - index * STRETCH;
    return left < STRETCH ? left : STRETCH;
}

static void clear_stretch(void *arg, size_t index, int thread) {
    (void)thread;
    const buffers *const b = arg;
    const size_t n = stretch_length(b, index);
    for (size_t slot = 0; slot < b->n_slots; slot++) {
        memset(b->slots + slot * b->len + index * STRETCH, 0, n * sizeof *b->slots);
    }
}

static void add_stretch(void *arg, size_t index, int thread) {
    (void)thread;
    const buffers *const b = arg;
    const size_t n = stretch_length(b, index);
    double *const total = b->slots + index * STRETCH;
    for (size_t slot = 1; slot < b->n_slots; slot++) {
        const double *const part = total + slot * b->len;
        for (size_t i = 0; i < n; i++) {
            total[i] += part[i];
        }
    }
}

static gmix_status for_stretches(gmix_ctx *ctx, const gmix_i_accumulator *a,
                                 size_t n_slots, gmix_i_task *task) {
    buffers b = {.slots = a->slots, .len = a->len, .n_slots = n_slots};
    const int threads =
        gmix_i_useful_threads(a->scratches.n_threads, (double)n_slots * (double)a->len);
    return gmix_i_parallel_for(ctx, threads, (a->len + STRETCH - 1) / STRETCH, task, &b);
}

gmix_status gmix_i_accumulate(gmix_ctx *ctx, gmix_i_accumulator *a,
                              const gmix_i_prepared *q, gmix_i_fill_fn *fill, void *arg,
                              double **total) {
    gmix_status status = GMIX_OK;
    const size_t n_slots = gmix_i_pass_slots(a->input, &a->cut);
    const gmix_i_filling filling = {.scratches = &a->scratches,
                                    .frame = a->frame,
                                    .prepared = q,
                                    .fill = fill,
                                    .arg = arg};
    pass_job job = {.filling = &filling, .slots = a->slots, .len = a->len};
    GMIX_TRY(for_stretches(ctx, a, n_slots, clear_stretch));
    GMIX_TRY(gmix_i_pass(ctx, a->input, &a->cut, do_block, &job));
    GMIX_TRY(for_stretches(ctx, a, n_slots, add_stretch));
    *total = a->slots;
done:
    return status;
}

void gmix_i_fill_from_model(void *arg, const gmix_i_tile *tile, void *resp,
                            size_t *active, gmix_i_norm_sums *sums, void *work) {
    const gmix_i_prepared *const q = arg;
    gmix_i_log_terms(q, tile, resp, work);
    gmix_i_share_out(q, tile, resp, NULL, active, sums);
}
