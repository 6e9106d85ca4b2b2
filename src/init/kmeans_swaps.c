/*
 * The start of a large fit: k-means whose centres are moved from where they are missed least to where rows are far
 * from any, as long as that helps (Franti 2018, "Efficiency of random swap clustering"; several at a time). With
 * many clusters a single k-means joins some and cuts others, and EM does not undo that.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "init/kmeans_lloyd.h"

enum {
    FEW = 24, /* centres: moves of components repair those as soon */
    ROUNDS = 12,
    VAIN = 3,           /* rounds in a row */
    FEW_ITERATIONS = 4, /* of Lloyd's, to see whether a swap helps */
    PORTION = 32        /* one centre, and one more for so many, is moved in a round */
};
static const double LESS = 1.0 - 1e-6;

/* Centres, and what they are worth. */
typedef struct placed {
    double *centres; /* K x D */
    double *loss;    /* K: how far the sum of squares rises without each, at most */
    double cost;     /* weighted sum of squares */
} placed;

/* Memory to label a tile. */
typedef struct labels {
    double *best, *second; /* tile */
    int32_t *label;        /* tile */
} labels;

static gmix_status measure(gmix_ctx *ctx, const gmix_i_sample *sample, size_t k,
                           const labels *to, placed *p) {
    const gmix_i_kernels *const kernels = gmix_i_kernels_pick(0);
    p->cost = 0.0;
    memset(p->loss, 0, k * sizeof *p->loss);
    for (size_t first = 0; first < sample->m; first += sample->tile) {
        const size_t left = sample->m - first;
        const size_t n = left < sample->tile ? left : sample->tile;
        kernels->nearest(sample->tile, sample->d, k, sample->x + first * sample->d,
                         p->centres, to->label, to->best, to->second);
        for (size_t i = 0; i < n; i++) {
            const double w = sample->w[first + i];
            p->cost += w * to->best[i];
            p->loss[to->label[i]] += w * (to->second[i] - to->best[i]);
        }
    }
    return gmix_i_poll(ctx);
}

typedef struct ranked {
    double loss;
    size_t centre;
} ranked;

static int by_loss(const void *a, const void *b) {
    const ranked *const x = a, *const y = b;
    return x->loss != y->loss ? (x->loss < y->loss) - (x->loss > y->loss)
                              : (x->centre > y->centre) - (x->centre < y->centre);
}

/* The centres that are missed least come last. */
static void put_in_order(size_t k, size_t d, const placed *from, ranked *order,
                         double *centres) {
    for (size_t c = 0; c < k; c++) {
        order[c] = (ranked){from->loss[c], c};
    }
    qsort(order, k, sizeof *order, by_loss);
    for (size_t c = 0; c < k; c++) {
        memcpy(centres + c * d, from->centres + order[c].centre * d, d * sizeof *centres);
    }
}

/* Rounds of swaps; the better centres are in *at in the end. */
static gmix_status swap_rounds(gmix_ctx *ctx, const gmix_i_sample *sample, size_t k,
                               gmix_i_stream *stream, const labels *to, ranked *order,
                               placed *at, placed *trial) {
    gmix_status status = GMIX_OK;
    const size_t moved = 1 + k / PORTION;
    size_t vain = 0;
    for (size_t round = 0; round < ROUNDS && vain < VAIN && !gmix_i_is_late(ctx);
         round++) {
        put_in_order(k, sample->d, at, order, trial->centres);
        GMIX_TRY(gmix_i_seed_centres(ctx, sample, k, k - moved, stream, trial->centres));
        GMIX_TRY(gmix_i_lloyd(ctx, sample, k, FEW_ITERATIONS, trial->centres));
        GMIX_TRY(measure(ctx, sample, k, to, trial));
        vain++;
        if (trial->cost < LESS * at->cost) {
            const placed better = *trial;
            *trial = *at;
            *at = better;
            vain = 0;
        }
    }
done:
    return status;
}

gmix_status gmix_i_kmeans_swaps(gmix_ctx *ctx, const gmix_i_sample *sample, size_t k,
                                uint64_t seed, size_t run, double *centres) {
    gmix_status status = GMIX_OK;
    gmix_i_stream stream = gmix_i_stream_open(seed, GMIX_I_RNG_SWAPS, run);
    placed at = {0}, trial = {0};
    labels to = {0};
    ranked *order = NULL;
    double *numbers = NULL;
    const size_t d = sample->d, tile = sample->tile;
    GMIX_TRY(gmix_i_kmeans(ctx, sample, k, seed, run, centres));
    if (k < FEW || gmix_i_is_late(ctx)) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "k-means", 2 * k * (d + 1) + 2 * tile, sizeof *numbers,
                           &numbers));
    GMIX_TRY(gmix_i_calloc(ctx, "k-means", tile, sizeof *to.label, &to.label));
    GMIX_TRY(gmix_i_calloc(ctx, "k-means", k, sizeof *order, &order));
    at.centres = numbers;
    trial.centres = at.centres + k * d;
    at.loss = trial.centres + k * d;
    trial.loss = at.loss + k;
    to.best = trial.loss + k;
    to.second = to.best + tile;
    memcpy(at.centres, centres, k * d * sizeof *centres);
    GMIX_TRY(measure(ctx, sample, k, &to, &at));
    GMIX_TRY(swap_rounds(ctx, sample, k, &stream, &to, order, &at, &trial));
    memcpy(centres, at.centres, k * d * sizeof *centres);
    GMIX_TRY(gmix_i_lloyd(ctx, sample, k, GMIX_I_MOST_LLOYD, centres));
done:
    gmix_i_free(ctx, numbers);
    gmix_i_free(ctx, to.label);
    gmix_i_free(ctx, order);
    return status;
}
