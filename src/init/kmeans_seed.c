/*
 * Greedy k-means++ (Arthur & Vassilvitskii 2007; greedy variant: Bhattacharya, Eube,
 * Roeglin & Schmidt 2020): each new centre is the best of 2 + log K rows drawn with
 * probability proportional to w_i d_i^2, d_i the distance to the nearest centre so far.
 */
#include <math.h>
#include <string.h>

#include "base/clones.h"
#include "base/threads.h"
#include "init/kmeans_lloyd.h"
#include "linalg/dot.h"

typedef struct seeding {
    const gmix_i_kernels *kernels;
    const gmix_i_sample *sample;
    size_t n_tiles, n_candidates, threads;
    double *nearest;          /* padded m: squared distance to the nearest centre */
    double *potential;        /* n_tiles x n_candidates: sum of w min(nearest, d^2) */
    double *share;            /* n_tiles: sum of w nearest, what a draw goes by */
    double *candidates;       /* n_candidates x D */
    double *scale;            /* n_candidates x D: ones */
    double *zeros;            /* n_candidates */
    double *distance;         /* per thread: n_candidates x tile */
    char *work;               /* per thread */
    size_t work_size, n_used; /* n_used: candidates at hand */
    bool first;               /* there is no centre yet */
} seeding;

static void seeding_free(gmix_ctx *ctx, seeding *s) {
    gmix_i_free(ctx, s->nearest);
    gmix_i_free(ctx, s->potential);
    gmix_i_free(ctx, s->share);
    gmix_i_free(ctx, s->candidates);
    gmix_i_free(ctx, s->scale);
    gmix_i_free(ctx, s->zeros);
    gmix_i_free(ctx, s->distance);
    gmix_i_free(ctx, s->work);
}

static gmix_status seeding_new(gmix_ctx *ctx, const gmix_i_sample *sample, size_t k,
                               seeding *s) {
    gmix_status status = GMIX_OK;
    const size_t d = sample->d, tile = sample->tile, n = 2 + (size_t)log((double)k);
    *s =
        (seeding){.kernels = gmix_i_kernels_pick(0), .sample = sample, .n_candidates = n};
    s->n_tiles = (sample->m + tile - 1) / tile;
    s->threads =
        (size_t)gmix_i_useful_threads(ctx->opts.n_threads, (double)(sample->m * d));
    s->threads = s->threads < s->n_tiles ? s->threads : s->n_tiles;
    s->work_size = (s->kernels->work_size(tile, d, n) + 63) / 64 * 64;
    const char *const what = "k-means seeding";
    GMIX_TRY(gmix_i_calloc(ctx, what, s->n_tiles * tile, sizeof(double), &s->nearest));
    GMIX_TRY(gmix_i_calloc(ctx, what, s->n_tiles * n, sizeof(double), &s->potential));
    GMIX_TRY(gmix_i_calloc(ctx, what, s->n_tiles, sizeof(double), &s->share));
    GMIX_TRY(gmix_i_calloc(ctx, what, n * d, sizeof(double), &s->candidates));
    GMIX_TRY(gmix_i_calloc(ctx, what, n * d, sizeof(double), &s->scale));
    GMIX_TRY(gmix_i_calloc(ctx, what, n, sizeof(double), &s->zeros));
    GMIX_TRY(
        gmix_i_calloc(ctx, what, s->threads * n * tile, sizeof(double), &s->distance));
    GMIX_TRY(gmix_i_calloc(ctx, what, s->threads, s->work_size, &s->work));
    for (size_t i = 0; i < n * d; i++) {
        s->scale[i] = 1.0;
    }
    for (size_t i = 0; i < s->n_tiles * tile; i++) { /* the first row: by weight alone */
        s->nearest[i] = 1.0;
        s->share[i / tile] += sample->w[i];
    }
done:
    return status;
}

/* Of a tile's rows to the candidates: -1/2 times squared distances. */
static const double *log_densities(const seeding *s, size_t tile, int thread) {
    const size_t n = s->sample->tile, d = s->sample->d;
    double *const out = s->distance + (size_t)thread * s->n_candidates * n;
    s->kernels->logdens_diag(n, d, s->n_used, s->sample->x + tile * n * d, s->scale,
                             s->candidates, s->zeros, out,
                             s->work + (size_t)thread * s->work_size);
    return out;
}

GMIX_I_PART double closer(double nearest, double log_density) {
    const double d2 = -2.0 * log_density;
    return d2 < nearest ? d2 : nearest;
}

/* sum w min(nearest, d^2) over the rows of a tile, a multiple of 8. */
GMIX_I_CLONES static double weigh(size_t n, const double *w, const double *nearest,
                                  const double *log_density) {
    double sum[8] = {0};
    for (size_t i = 0; i < n; i += 8) {
        for (size_t u = 0; u < 8; u++) {
            sum[u] += w[i + u] * closer(nearest[i + u], log_density[i + u]);
        }
    }
    return gmix_i_sum_of_eight(sum);
}

/* The same, and nearest becomes that minimum. */
GMIX_I_CLONES static double take(size_t n, const double *w, const double *log_density,
                                 double *nearest) {
    double sum[8] = {0};
    for (size_t i = 0; i < n; i += 8) {
        for (size_t u = 0; u < 8; u++) {
            nearest[i + u] = closer(nearest[i + u], log_density[i + u]);
            sum[u] += w[i + u] * nearest[i + u];
        }
    }
    return gmix_i_sum_of_eight(sum);
}

static void weigh_candidates(void *arg, size_t tile, int thread) {
    const seeding *const s = arg;
    const size_t n = s->sample->tile;
    const double *const l = log_densities(s, tile, thread);
    for (size_t c = 0; c < s->n_used; c++) {
        s->potential[tile * s->n_candidates + c] =
            weigh(n, s->sample->w + tile * n, s->nearest + tile * n, l + c * n);
    }
}

static void take_candidate(void *arg, size_t tile, int thread) {
    const seeding *const s = arg;
    const size_t n = s->sample->tile;
    double *const nearest = s->nearest + tile * n;
    for (size_t i = 0; s->first && i < n; i++) {
        nearest[i] = INFINITY;
    }
    s->share[tile] =
        take(n, s->sample->w + tile * n, log_densities(s, tile, thread), nearest);
}

/* A row drawn with probability proportional to w_i nearest_i; m if all are zero. */
static size_t draw_row(const seeding *s, double u) {
    const size_t n = s->sample->tile;
    double total = 0.0;
    for (size_t t = 0; t < s->n_tiles; t++) {
        total += s->share[t];
    }
    double left = u * total;
    size_t tile = s->n_tiles;
    for (size_t t = 0; t < s->n_tiles && (tile == s->n_tiles || left >= 0.0); t++) {
        if (s->share[t] > 0.0) {
            tile = t;
            left -= s->share[t];
        }
    }
    if (tile == s->n_tiles) {
        return s->sample->m;
    }
    left += s->share[tile]; /* now within the tile */
    size_t last = s->sample->m;
    for (size_t i = tile * n; i < (tile + 1) * n; i++) {
        const double share = s->sample->w[i] * s->nearest[i];
        if (share > 0.0) {
            last = i;
            left -= share;
            if (left < 0.0) {
                break;
            }
        }
    }
    return last;
}

static size_t best_candidate(const seeding *s) {
    size_t best = 0;
    double least = INFINITY;
    for (size_t c = 0; c < s->n_used; c++) {
        double sum = 0.0;
        for (size_t t = 0; t < s->n_tiles; t++) {
            sum += s->potential[t * s->n_candidates + c];
        }
        if (sum < least) {
            least = sum;
            best = c;
        }
    }
    return best;
}

/* Where there is no time: what is missing is drawn by the distances to the centres so far, none
 * of the rows twice. */
static void fill_up(seeding *s, size_t c, size_t k, gmix_i_stream *stream,
                    double *centres) {
    const size_t d = s->sample->d, n = s->sample->tile;
    for (; c < k; c++) {
        const size_t row = draw_row(s, gmix_i_next_uniform(stream));
        double *const centre = centres + c * d;
        if (row < s->sample->m) {
            gmix_i_sample_row(s->sample, row, centre);
            s->share[row / n] -= s->sample->w[row] * s->nearest[row];
            s->share[row / n] = fmax(s->share[row / n], 0.0);
            s->nearest[row] = 0.0;
        } else {
            memcpy(centre, gmix_i_sample_spare(s->sample, c, centres),
                   d * sizeof *centre);
        }
    }
}

/* Draws the candidates for centre c; a row from outside the sample where it has no more. */
static void draw_candidates(seeding *s, size_t c, gmix_i_stream *stream,
                            const double *centres) {
    const size_t d = s->sample->d;
    s->first = c == 0;
    s->n_used = s->first ? 1 : s->n_candidates;
    for (size_t t = 0; t < s->n_used; t++) {
        const size_t row = draw_row(s, gmix_i_next_uniform(stream));
        if (row < s->sample->m) {
            gmix_i_sample_row(s->sample, row, s->candidates + t * d);
        } else {
            memcpy(s->candidates, gmix_i_sample_spare(s->sample, c, centres),
                   d * sizeof *centres);
            s->n_used = 1;
        }
    }
}

/* The centre c of those that are there. */
static gmix_status take_centre(gmix_ctx *ctx, seeding *s, size_t c,
                               const double *centre) {
    s->first = c == 0;
    s->n_used = 1;
    memcpy(s->candidates, centre, s->sample->d * sizeof *centre);
    return gmix_i_parallel_for(ctx, (int)s->threads, s->n_tiles, take_candidate, s);
}

gmix_status gmix_i_seed_centres(gmix_ctx *ctx, const gmix_i_sample *sample, size_t k,
                                size_t n_kept, gmix_i_stream *stream, double *centres) {
    gmix_status status = GMIX_OK;
    seeding s = {0};
    const size_t d = sample->d;
    GMIX_TRY(seeding_new(ctx, sample, k, &s));
    for (size_t c = 0; c < n_kept; c++) {
        GMIX_TRY(take_centre(ctx, &s, c, centres + c * d));
    }
    for (size_t c = n_kept; c < k; c++) {
        if (c > 0 && c % 16 == 0 && gmix_i_is_late(ctx)) {
            GMIX_TRY(gmix_i_poll(ctx));
            fill_up(&s, c, k, stream, centres);
            break;
        }
        draw_candidates(&s, c, stream, centres);
        if (s.n_used > 1) {
            GMIX_TRY(gmix_i_parallel_for(ctx, (int)s.threads, s.n_tiles, weigh_candidates,
                                         &s));
        }
        const size_t best = s.n_used > 1 ? best_candidate(&s) : 0;
        memcpy(centres + c * d, s.candidates + best * d, d * sizeof *centres);
        GMIX_TRY(take_centre(ctx, &s, c, centres + c * d));
    }
done:
    seeding_free(ctx, &s);
    return status;
}
