/*
 * The start "kmeans++": k-means centres on standardised features (greedy seeding, then
 * Lloyd), found on a sample of the rows when there are many; weights and covariances from
 * the hard assignment of all rows.
 */
#include <math.h>
#include <string.h>

#include "init/kmeans_lloyd.h"

gmix_status gmix_i_kmeans(gmix_ctx *ctx, const gmix_i_sample *sample, size_t k,
                          uint64_t seed, size_t run, double *centres) {
    gmix_i_stream stream = gmix_i_stream_open(seed, GMIX_I_RNG_KMEANS, run);
    const gmix_status status = gmix_i_seed_centres(ctx, sample, k, 0, &stream, centres);
    return status == GMIX_OK ? gmix_i_lloyd(ctx, sample, k, GMIX_I_MOST_LLOYD, centres)
                             : status;
}

/* Centres in the terms of logdens_diag on tiles of the frame. */
typedef struct nearest {
    const gmix_i_kernels *kernels;
    size_t k, d;
    double *scale;           /* K x D: frame to standardised */
    double *offset;          /* K x D: standardised centres less the frame's own offset */
    double *zeros;           /* K */
    double *frame_centres;   /* K x D */
    const int32_t *class_of; /* K, or NULL */
} nearest;

static void fill_nearest(void *arg, const gmix_i_tile *tile, void *resp, size_t *active,
                         gmix_i_norm_sums *sums, void *work) {
    (void)sums;
    const nearest *const to = arg;
    enum { CHUNK = 32 };
    const size_t n = tile->n;
    double *const r = resp;
    to->kernels->logdens_diag(n, to->d, to->k, tile->x, to->scale, to->offset, to->zeros,
                              r, work);
    gmix_i_hold_labels(to->kernels, tile, to->k, to->class_of, r);
    memset(active, 0, to->k * sizeof *active);
    for (size_t first = 0; first < n; first += CHUNK) {
        double best[CHUNK];
        size_t label[CHUNK] = {0};
        memcpy(best, r + first, sizeof best);
        for (size_t c = 1; c < to->k; c++) {
            for (size_t i = 0; i < CHUNK; i++) {
                const bool closer = r[c * n + first + i] > best[i];
                best[i] = closer ? r[c * n + first + i] : best[i];
                label[i] = closer ? c : label[i];
            }
        }
        for (size_t c = 0; c < to->k; c++) {
            memset(r + c * n + first, 0, sizeof best);
        }
        for (size_t i = 0; i < CHUNK; i++) {
            r[label[i] * n + first + i] = tile->w[first + i];
            active[label[i]] += tile->w[first + i] > 0.0;
        }
    }
}

gmix_status gmix_i_start_from_centres(gmix_ctx *ctx, gmix_i_start_task *task,
                                      const double *centres, gmix_i_params *out) {
    gmix_status status = GMIX_OK;
    const size_t k = out->k, d = out->d;
    nearest to = {.kernels = task->accumulator->kernels,
                  .k = k,
                  .d = d,
                  .class_of = task->classes->of_component};
    GMIX_TRY(gmix_i_calloc(ctx, "centres", 3 * k * d + k, sizeof(double), &to.offset));
    to.scale = to.offset + k * d;
    to.frame_centres = to.scale + k * d;
    to.zeros = to.frame_centres + k * d;
    memcpy(to.offset, centres, k * d * sizeof *centres);
    for (size_t c = 0; c < k;
         c++) { /* the frame is centred at the mean: only scales differ */
        for (size_t j = 0; j < d; j++) {
            const double sd = task->survey->sd[j] * task->frame->inv_scale[j];
            to.scale[c * d + j] = 1.0 / sd;
            to.frame_centres[c * d + j] = to.offset[c * d + j] * sd;
        }
    }
    gmix_i_set_centres(task->prepared, to.frame_centres);
    GMIX_TRY(gmix_i_start_from_fill(ctx, task, fill_nearest, &to, out));
done:
    gmix_i_free(ctx, to.offset);
    return status;
}

typedef gmix_status place_fn(gmix_ctx *ctx, const gmix_i_sample *sample, size_t k,
                             uint64_t seed, size_t run, double *centres);

/* Greedy seeding alone: cheap, and less alike from run to run. */
static gmix_status seeds(gmix_ctx *ctx, const gmix_i_sample *sample, size_t k,
                         uint64_t seed, size_t run, double *centres) {
    gmix_i_stream stream = gmix_i_stream_open(seed, GMIX_I_RNG_KMEANS, run);
    return gmix_i_seed_centres(ctx, sample, k, 0, &stream, centres);
}

static gmix_status start_at(gmix_ctx *ctx, gmix_i_start_task *task, size_t run,
                            place_fn *place, gmix_i_params *out) {
    gmix_status status = GMIX_OK;
    double *centres = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "centres", out->k * out->d, sizeof *centres, &centres));
    GMIX_TRY(gmix_i_sample_want(ctx, task));
    GMIX_TRY(place(ctx, &task->sample, out->k, task->opts->seed, run, centres));
    GMIX_TRY(gmix_i_start_from_centres(ctx, task, centres, out));
done:
    gmix_i_free(ctx, centres);
    return status;
}

static gmix_status start(gmix_ctx *ctx, gmix_i_start_task *task, size_t run,
                         gmix_i_params *out) {
    return start_at(ctx, task, run, gmix_i_kmeans, out);
}

static gmix_status start_seeds(gmix_ctx *ctx, gmix_i_start_task *task, size_t run,
                               gmix_i_params *out) {
    return start_at(ctx, task, run, seeds, out);
}

static gmix_status start_swaps(gmix_ctx *ctx, gmix_i_start_task *task, size_t run,
                               gmix_i_params *out) {
    return start_at(ctx, task, run, gmix_i_kmeans_swaps, out);
}

/* Neither is one of the registry's. */
const gmix_i_init gmix_i_init_swaps = {.name = "swaps", .start = start_swaps};
const gmix_i_init gmix_i_init_seeds = {.name = "seeds", .start = start_seeds};
const gmix_i_init gmix_i_init_kmeans = {.name = "kmeans++", .start = start};
