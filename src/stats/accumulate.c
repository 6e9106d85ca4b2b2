/* Passes that sum statistics. See statistics.h. */
#include <string.h>

#include "family/gaps.h"
#include "stats/statistics.h"
#include "stats/trim.h"

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
                                  gmix_i_gap_work(shape, d), &out->scratches));
    GMIX_TRY(gmix_i_scratches_keep(ctx, &out->cut, &out->scratches));
    GMIX_TRY(gmix_i_calloc(ctx, "sufficient statistics", out->cut.n_slots * out->len,
                           sizeof(double), &out->slots));
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

typedef struct pass_job {
    gmix_i_accumulator *a;
    const gmix_i_prepared *q;
    gmix_i_fill_fn *fill;
    void *arg;
} pass_job;

static void accumulate_block(void *arg, const gmix_i_block *block, int thread) {
    const pass_job *const job = arg;
    gmix_i_accumulator *const a = job->a;
    gmix_i_scratch *const s = &a->scratches.of_thread[thread];
    double *const stats = a->slots + block->slot * a->len;
    gmix_i_norm_sums sums = {0};
    const gmix_i_tile tile = gmix_i_tile_pack(&a->scratches, a->frame, block, thread);
    job->fill(job->arg, &tile, s->resp, s->active, &sums, s->work);
    if (tile.gaps) {
        gmix_i_gap_moments(job->q->gaps, &tile, s->resp, s->active,
                           stats + GMIX_I_STATS_HEAD, s->work);
    }
    a->shape->accumulate(job->q, &tile, s->resp, s->active, stats + GMIX_I_STATS_HEAD,
                         s->work);
    stats[GMIX_I_LOGLIK] += sums.loglik;
    stats[GMIX_I_LOGMAP] += sums.logmap;
    stats[GMIX_I_WEIGHT] += tile.weight;
    stats[GMIX_I_NOISE] += sums.noise;
}

gmix_status gmix_i_accumulate(gmix_ctx *ctx, gmix_i_accumulator *a,
                              const gmix_i_prepared *q, gmix_i_fill_fn *fill, void *arg,
                              double **total) {
    const size_t n_slots = gmix_i_pass_slots(a->input, &a->cut);
    memset(a->slots, 0, n_slots * a->len * sizeof *a->slots);
    pass_job job = {.a = a, .q = q, .fill = fill, .arg = arg};
    const gmix_status status =
        gmix_i_pass(ctx, a->input, &a->cut, accumulate_block, &job);
    for (size_t slot = 1; status == GMIX_OK && slot < n_slots; slot++) {
        const double *const part = a->slots + slot * a->len;
        for (size_t i = 0; i < a->len; i++) {
            a->slots[i] += part[i];
        }
    }
    *total = a->slots;
    return status;
}

void gmix_i_log_terms(const gmix_i_prepared *q, const gmix_i_tile *tile, void *l,
                      void *work) {
    q->shape->log_densities(q, tile, l, work);
    if (tile->gaps) {
        gmix_i_gap_densities(q->gaps, tile, l, work);
    }
    gmix_i_hold_labels(q->kernels, tile, q->k, q->class_of, l);
    gmix_i_noise_densities(q, tile, l);
}

void gmix_i_fill_from_model(void *arg, const gmix_i_tile *tile, void *resp,
                            size_t *active, gmix_i_norm_sums *sums, void *work) {
    const gmix_i_prepared *const q = arg;
    const size_t k = q->k + q->has_noise;
    void *const lse = q->trim ? gmix_i_trim_lse(q->trim, tile) : NULL;
    gmix_i_log_terms(q, tile, resp, work);
    q->kernels->normalise(tile->n, k, resp, tile->w, lse, active, sums);
    if (q->trim) {
        gmix_i_trim_apply(q->trim, q->kernels, tile, k, resp, lse, active, sums);
    }
    sums->noise = gmix_i_noise_rows(q, tile, resp);
}
