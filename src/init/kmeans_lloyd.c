/*
 * Lloyd's iterations with Hamerly's bounds (Hamerly 2010, "Making k-means even faster"):
 * each row keeps an upper bound u of the distance to its own centre and a lower bound l
 * of that to any other; while u <= max(l, half the way to the next centre) its label
 * cannot change. The first labels are those of all rows of a tile at once.
 */
#include <math.h>
#include <string.h>

#include "base/threads.h"
#include "init/kmeans_lloyd.h"

static const double SHIFT_TOLERANCE =
    1e-4; /* sum of squared moves; features have variance 1 */

typedef struct lloyd {
    const gmix_i_kernels *kernels;
    const gmix_i_sample *sample;
    size_t k, threads, n_tiles;
    double *centres;       /* K x D */
    double *centres_t;     /* D x K */
    double *half;          /* K: half the distance to the nearest other centre */
    double *moved;         /* K */
    double *sum;           /* K x (D + 1): weighted rows, weight */
    double *upper, *lower; /* m */
    int32_t *label;        /* m */
    double *scratch;       /* per thread: K + D */
    double *found;         /* per thread: 2 x tile */
    int32_t *found_label;  /* per thread: tile */
    size_t *changes;       /* per tile */
} lloyd;

static void lloyd_free(gmix_ctx *ctx, lloyd *l) {
    gmix_i_free(ctx, l->centres_t);
    gmix_i_free(ctx, l->half);
    gmix_i_free(ctx, l->moved);
    gmix_i_free(ctx, l->sum);
    gmix_i_free(ctx, l->upper);
    gmix_i_free(ctx, l->lower);
    gmix_i_free(ctx, l->label);
    gmix_i_free(ctx, l->scratch);
    gmix_i_free(ctx, l->found);
    gmix_i_free(ctx, l->found_label);
    gmix_i_free(ctx, l->changes);
}

static gmix_status lloyd_new(gmix_ctx *ctx, const gmix_i_sample *sample, size_t k,
                             double *centres, lloyd *l) {
    gmix_status status = GMIX_OK;
    const size_t d = sample->d, m = sample->m;
    *l = (lloyd){.kernels = gmix_i_kernels_pick(0), .sample = sample, .k = k};
    l->centres = centres;
    l->n_tiles = (m + sample->tile - 1) / sample->tile;
    l->threads =
        (size_t)gmix_i_useful_threads(ctx->opts.n_threads, (double)(sample->m * d));
    l->threads = l->threads < l->n_tiles ? l->threads : l->n_tiles;
    const char *const what = "k-means";
    GMIX_TRY(gmix_i_calloc(ctx, what, k * d, sizeof(double), &l->centres_t));
    GMIX_TRY(gmix_i_calloc(ctx, what, k, sizeof(double), &l->half));
    GMIX_TRY(gmix_i_calloc(ctx, what, k, sizeof(double), &l->moved));
    GMIX_TRY(gmix_i_calloc(ctx, what, k * (d + 1), sizeof(double), &l->sum));
    GMIX_TRY(gmix_i_calloc(ctx, what, m, sizeof(double), &l->upper));
    GMIX_TRY(gmix_i_calloc(ctx, what, m, sizeof(double), &l->lower));
    GMIX_TRY(gmix_i_calloc(ctx, what, m, sizeof(int32_t), &l->label));
    GMIX_TRY(gmix_i_calloc(ctx, what, l->threads * (k + d), sizeof(double), &l->scratch));
    GMIX_TRY(gmix_i_calloc(ctx, what, l->threads * 2 * sample->tile, sizeof(double),
                           &l->found));
    GMIX_TRY(gmix_i_calloc(ctx, what, l->threads * sample->tile, sizeof(int32_t),
                           &l->found_label));
    GMIX_TRY(gmix_i_calloc(ctx, what, l->n_tiles, sizeof(size_t), &l->changes));
done:
    return status;
}

/* Transposes the centres and finds half the distance from each to the next. */
static void centre_gaps(void *arg, size_t c, int thread) {
    lloyd *const l = arg;
    double *const distance = l->scratch + (size_t)thread * (l->k + l->sample->d);
    double least = INFINITY;
    l->kernels->sqdist(l->k, l->sample->d, l->centres + c * l->sample->d, l->centres_t,
                       distance);
    for (size_t o = 0; o < l->k; o++) {
        least = o != c ? fmin(least, distance[o]) : least;
    }
    l->half[c] = 0.5 * sqrt(least);
}

static double distance_to(const double *x, const double *centre, size_t d) {
    double sum = 0.0;
    for (size_t j = 0; j < d; j++) {
        sum += (x[j] - centre[j]) * (x[j] - centre[j]);
    }
    return sqrt(sum);
}

/* Row i has this label, and these squared distances to its centre and the next one. */
static void assign_row(lloyd *l, size_t i, int32_t label, double best, double second) {
    l->label[i] = label;
    l->upper[i] = sqrt(best);
    l->lower[i] = sqrt(second);
}

/* All distances of row i. True if its label changed. */
static bool relabel(lloyd *l, size_t i, const double *x, double *distance) {
    double best = INFINITY, second = INFINITY;
    size_t label = 0;
    l->kernels->sqdist(l->k, l->sample->d, x, l->centres_t, distance);
    for (size_t c = 0; c < l->k; c++) {
        if (distance[c] < best) {
            second = best;
            best = distance[c];
            label = c;
        } else if (distance[c] < second) {
            second = distance[c];
        }
    }
    const bool changed = l->label[i] != (int32_t)label;
    assign_row(l, i, (int32_t)label, best, second);
    return changed;
}

/* The first labels of a tile. */
static void label_tile(void *arg, size_t tile, int thread) {
    lloyd *const l = arg;
    const gmix_i_sample *const s = l->sample;
    const size_t first = tile * s->tile;
    const size_t end = first + s->tile < s->m ? s->tile : s->m - first;
    double *const best = l->found + (size_t)thread * 2 * s->tile;
    double *const second = best + s->tile;
    int32_t *const label = l->found_label + (size_t)thread * s->tile;
    l->kernels->nearest(s->tile, s->d, l->k, s->x + first * s->d, l->centres, label, best,
                        second);
    l->changes[tile] = end;
    for (size_t i = 0; i < end; i++) {
        assign_row(l, first + i, label[i], best[i], second[i]);
    }
}

static void assign_tile(void *arg, size_t tile, int thread) {
    lloyd *const l = arg;
    const gmix_i_sample *const s = l->sample;
    double *const distance = l->scratch + (size_t)thread * (l->k + s->d);
    double *const x = distance + l->k;
    const size_t first = tile * s->tile;
    const size_t end = first + s->tile < s->m ? first + s->tile : s->m;
    l->changes[tile] = 0;
    for (size_t i = first; i < end; i++) {
        const size_t own = (size_t)l->label[i];
        const double bound = fmax(l->half[own], l->lower[i]);
        if (l->upper[i] <= bound) {
            continue;
        }
        gmix_i_sample_row(s, i, x);
        l->upper[i] = distance_to(x, l->centres + own * s->d, s->d);
        if (l->upper[i] > bound) {
            l->changes[tile] += relabel(l, i, x, distance);
        }
    }
}

static void sum_rows(lloyd *l) {
    const gmix_i_sample *const s = l->sample;
    const size_t d = s->d;
    memset(l->sum, 0, l->k * (d + 1) * sizeof *l->sum);
    for (size_t first = 0; first < s->m; first += s->tile) {
        const size_t end = first + s->tile < s->m ? s->tile : s->m - first;
        const double *const x = s->x + first * d, *const w = s->w + first;
        for (size_t j = 0; j < d; j++) {
            for (size_t i = 0; i < end; i++) {
                l->sum[(size_t)l->label[first + i] * (d + 1) + j] +=
                    w[i] * x[j * s->tile + i];
            }
        }
        for (size_t i = 0; i < end; i++) {
            l->sum[(size_t)l->label[first + i] * (d + 1) + d] += w[i];
        }
    }
}

/* An empty cluster takes the row that is farthest from its own centre; it keeps its own where
 * every row of the sample sits on a centre. */
static void refill(lloyd *l, size_t c, double *centre) {
    size_t farthest = 0;
    double most = 0.0;
    for (size_t i = 0; i < l->sample->m; i++) {
        if (l->sample->w[i] > 0.0 && l->upper[i] > most) {
            most = l->upper[i];
            farthest = i;
        }
    }
    if (most > 0.0) {
        gmix_i_sample_row(l->sample, farthest, centre);
        l->label[farthest] = (int32_t)c;
        l->upper[farthest] = 0.0;
        l->lower[farthest] = 0.0;
    } else {
        memcpy(centre, l->centres + c * l->sample->d, l->sample->d * sizeof *centre);
    }
}

/* Moves the centres to the means of their rows; the sum of squared moves. */
static double move_centres(lloyd *l) {
    const size_t d = l->sample->d;
    double total = 0.0;
    sum_rows(l);
    for (size_t c = 0; c < l->k; c++) {
        double *const centre = l->centres + c * d, *const sum = l->sum + c * (d + 1);
        if (sum[d] > 0.0) {
            for (size_t j = 0; j < d; j++) {
                sum[j] /= sum[d];
            }
        } else {
            refill(l, c, sum);
        }
        l->moved[c] = distance_to(sum, centre, d);
        total += l->moved[c] * l->moved[c];
        memcpy(centre, sum, d * sizeof *centre);
    }
    return total;
}

static void loosen_bounds(lloyd *l) {
    double most = 0.0;
    for (size_t c = 0; c < l->k; c++) {
        most = fmax(most, l->moved[c]);
    }
    for (size_t i = 0; i < l->sample->m; i++) {
        l->upper[i] += l->moved[l->label[i]];
        l->lower[i] -= most;
    }
}

static void transpose_centres(lloyd *l) {
    for (size_t c = 0; c < l->k; c++) {
        for (size_t j = 0; j < l->sample->d; j++) {
            l->centres_t[j * l->k + c] = l->centres[c * l->sample->d + j];
        }
    }
}

/* New labels; how many changed. */
static gmix_status assign(gmix_ctx *ctx, lloyd *l, bool first, size_t *changes) {
    gmix_status status = GMIX_OK;
    const int threads = (int)l->threads;
    if (first) {
        GMIX_TRY(gmix_i_parallel_for(ctx, threads, l->n_tiles, label_tile, l));
    } else {
        transpose_centres(l);
        GMIX_TRY(gmix_i_parallel_for(ctx, l->k > 64 ? threads : 1, l->k, centre_gaps, l));
        GMIX_TRY(gmix_i_parallel_for(ctx, threads, l->n_tiles, assign_tile, l));
    }
    *changes = 0;
    for (size_t t = 0; t < l->n_tiles; t++) {
        *changes += l->changes[t];
    }
done:
    return status;
}

gmix_status gmix_i_lloyd(gmix_ctx *ctx, const gmix_i_sample *sample, size_t k,
                         size_t most, double *centres) {
    gmix_status status = GMIX_OK;
    lloyd l = {0};
    GMIX_TRY(lloyd_new(ctx, sample, k, centres, &l));
    for (size_t iteration = 0; iteration < most && !gmix_i_is_late(ctx); iteration++) {
        size_t changes;
        GMIX_TRY(assign(ctx, &l, iteration == 0, &changes));
        if (changes == 0 || move_centres(&l) <= SHIFT_TOLERANCE * (double)sample->d) {
            break;
        }
        loosen_bounds(&l);
    }
    GMIX_TRY(gmix_i_poll(ctx));
done:
    lloyd_free(ctx, &l);
    return status;
}
