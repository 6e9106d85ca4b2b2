/*
 * Lloyd's iterations on all rows with Hamerly's bounds (Hamerly 2010, "Making k-means even
 * faster"): each row keeps an upper bound of the distance to its own centre and a lower bound
 * of that to any other; while the upper one is the smaller its label cannot change. They end
 * when no label changes, or the centres' squared moves sum to tol.
 */
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "init/kmeans_points.h"

typedef struct lloyd {
    gmix_i_points *p;
    gmix_i_cut cut;
    gmix_i_scratches scratches;
    double *centres_t;     /* D x K */
    double *half;          /* K: half the distance to the nearest other centre */
    double *moved;         /* K */
    double most_moved;     /* of any centre */
    double *sums;          /* n_slots x K x (D + 1): weighted rows, weight */
    double *upper, *lower; /* N */
    double *distance;      /* per thread: K + D */
    size_t *changes;       /* n_slots */
    bool begun;            /* labels and bounds are those of some centres */
} lloyd;

static void lloyd_free(gmix_ctx *ctx, lloyd *l) {
    if (l->scratches.of_thread) {
        gmix_i_scratches_free(ctx, &l->scratches);
    }
    gmix_i_free(ctx, l->centres_t);
    gmix_i_free(ctx, l->half);
    gmix_i_free(ctx, l->moved);
    gmix_i_free(ctx, l->sums);
    gmix_i_free(ctx, l->upper);
    gmix_i_free(ctx, l->lower);
    gmix_i_free(ctx, l->distance);
    gmix_i_free(ctx, l->changes);
}

static gmix_status lloyd_new(gmix_i_points *p, lloyd *l) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = p->ctx;
    const size_t d = p->d, k = p->k, slot = k * (d + 1);
    const char *const what = "k-means";
    *l = (lloyd){.p = p, .cut = gmix_i_cut_for(d, 1, slot * sizeof(double), 2 * k * d)};
    const int threads = gmix_i_pass_threads(ctx, &p->input, &l->cut);
    GMIX_TRY(gmix_i_scratches_new(ctx, p->kernels, &p->input, threads, l->cut.rows, 1, 0,
                                  &l->scratches));
    GMIX_TRY(gmix_i_calloc(ctx, what, k * d, sizeof(double), &l->centres_t));
    GMIX_TRY(gmix_i_calloc(ctx, what, k, sizeof(double), &l->half));
    GMIX_TRY(gmix_i_calloc(ctx, what, k, sizeof(double), &l->moved));
    GMIX_TRY(gmix_i_calloc(ctx, what, l->cut.n_slots * slot, sizeof(double), &l->sums));
    GMIX_TRY(gmix_i_calloc(ctx, what, p->n, sizeof(double), &l->upper));
    GMIX_TRY(gmix_i_calloc(ctx, what, p->n, sizeof(double), &l->lower));
    GMIX_TRY(gmix_i_calloc(ctx, what, (size_t)threads * (k + d), sizeof(double),
                           &l->distance));
    GMIX_TRY(gmix_i_calloc(ctx, what, l->cut.n_slots, sizeof(size_t), &l->changes));
done:
    return status;
}

static double distance_to(const double *x, const double *centre, size_t d) {
    double sum = 0.0;
    for (size_t j = 0; j < d; j++) {
        sum += (x[j] - centre[j]) * (x[j] - centre[j]);
    }
    return sqrt(sum);
}

/* The centres transposed, and half the distance from each to the next. */
static void look_at_centres(lloyd *l) {
    const gmix_i_points *const p = l->p;
    for (size_t c = 0; c < p->k; c++) {
        for (size_t j = 0; j < p->d; j++) {
            l->centres_t[j * p->k + c] = p->centres[c * p->d + j];
        }
    }
    for (size_t c = 0; c < p->k; c++) {
        double least = INFINITY;
        p->kernels->sqdist(p->k, p->d, p->centres + c * p->d, l->centres_t, l->distance);
        for (size_t o = 0; o < p->k; o++) {
            least = o != c ? fmin(least, l->distance[o]) : least;
        }
        l->half[c] = 0.5 * sqrt(least);
    }
}

/* All distances of row i: the nearest centre, the first in a tie, and both bounds. */
static bool relabel(lloyd *l, size_t i, const double *x, double *distance) {
    const gmix_i_points *const p = l->p;
    double best = INFINITY, second = INFINITY;
    int32_t label = 0;
    p->kernels->sqdist(p->k, p->d, x, l->centres_t, distance);
    for (size_t c = 0; c < p->k; c++) {
        if (distance[c] < best) {
            second = best;
            best = distance[c];
            label = (int32_t)c;
        } else if (distance[c] < second) {
            second = distance[c];
        }
    }
    const bool changed = !l->begun || p->label[i] != label;
    p->label[i] = label;
    l->upper[i] = sqrt(best);
    l->lower[i] = sqrt(second);
    return changed;
}

/* True if row i may have another centre now; tightens its upper bound. */
static bool may_change(lloyd *l, size_t i, const double *x) {
    const gmix_i_points *const p = l->p;
    if (!l->begun) {
        return true;
    }
    const size_t own = (size_t)p->label[i];
    const double bound = fmax(l->half[own], l->lower[i]);
    if (l->upper[i] < bound) {
        return false;
    }
    l->upper[i] = distance_to(x, p->centres + own * p->d, p->d);
    return !(l->upper[i] < bound);
}

static void assign_block(void *arg, const gmix_i_block *b, int thread) {
    lloyd *const l = arg;
    gmix_i_points *const p = l->p;
    const size_t d = p->d, k = p->k;
    double *const distance = l->distance + (size_t)thread * (k + d);
    double *const x = distance + k;
    double *const sums = l->sums + b->slot * k * (d + 1);
    const gmix_i_tile tile = gmix_i_tile_pack(&l->scratches, &p->frame, b, thread);
    const double *const cells = tile.x;
    for (size_t r = 0; r < b->rows.n_rows; r++) {
        const size_t i = b->first + r;
        for (size_t j = 0; j < d; j++) {
            x[j] = cells[j * tile.n + r];
        }
        if (l->begun) {
            l->upper[i] += l->moved[p->label[i]];
            l->lower[i] -= l->most_moved;
        }
        l->changes[b->slot] += may_change(l, i, x) && relabel(l, i, x, distance);
        double *const sum = sums + (size_t)p->label[i] * (d + 1);
        for (size_t j = 0; j < d; j++) {
            sum[j] += tile.w[r] * x[j];
        }
        sum[d] += tile.w[r];
    }
}

/* One pass: labels under the centres, sums by label in the first slot; how many changed. */
static gmix_status assign(lloyd *l, size_t *changes) {
    gmix_status status = GMIX_OK;
    const gmix_i_points *const p = l->p;
    const size_t len = p->k * (p->d + 1), n_slots = gmix_i_pass_slots(&p->input, &l->cut);
    look_at_centres(l);
    memset(l->sums, 0, n_slots * len * sizeof *l->sums);
    memset(l->changes, 0, n_slots * sizeof *l->changes);
    GMIX_TRY(gmix_i_pass(p->ctx, &p->input, &l->cut, assign_block, l));
    l->begun = true;
    *changes = l->changes[0];
    for (size_t s = 1; s < n_slots; s++) {
        *changes += l->changes[s];
        for (size_t i = 0; i < len; i++) {
            l->sums[i] += l->sums[s * len + i];
        }
    }
done:
    return status;
}

/* The row with a weight that is farthest from its centre, of those not taken (n_taken). */
static size_t farthest_row(const lloyd *l, const size_t *taken, size_t n_taken, double *x,
                           double *most) {
    const gmix_i_points *const p = l->p;
    size_t farthest = 0;
    *most = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        bool free = gmix_i_points_weight(p, i) > 0.0 && l->upper[i] > *most;
        for (size_t t = 0; free && t < n_taken; t++) {
            free = taken[t] != i;
        }
        if (!free) {
            continue;
        }
        gmix_i_points_row(p, i, x);
        const size_t own = (size_t)p->label[i];
        const double distance = distance_to(x, p->centres + own * p->d, p->d);
        if (distance > *most) {
            *most = distance;
            farthest = i;
        }
    }
    gmix_i_points_row(p, farthest, x);
    return farthest;
}

/* Empty clusters take the rows that are farthest from their own centres. */
static gmix_status refill(lloyd *l) {
    gmix_status status = GMIX_OK;
    const gmix_i_points *const p = l->p;
    const size_t d = p->d;
    size_t *taken = NULL, n_taken = 0;
    double *const x = l->distance, most = 0.0;
    for (size_t c = 0; c < p->k; c++) {
        double *const sum = l->sums + c * (d + 1);
        if (sum[d] > 0.0) {
            continue;
        }
        if (!taken) {
            GMIX_TRY(gmix_i_calloc(p->ctx, "k-means", p->k, sizeof *taken, &taken));
        }
        const size_t row = farthest_row(l, taken, n_taken, x, &most);
        if (!(most > 0.0)) {
            break;
        }
        taken[n_taken++] = row;
        const double w = gmix_i_points_weight(p, row);
        double *const from = l->sums + (size_t)p->label[row] * (d + 1);
        for (size_t j = 0; j < d; j++) {
            from[j] -= w * x[j];
            sum[j] = w * x[j];
        }
        from[d] -= w;
        sum[d] = w;
    }
done:
    gmix_i_free(p->ctx, taken);
    return status;
}

/* Moves the centres to the means of their rows, those without to that of the most rows; the
 * sum of squared moves. */
static double move_centres(lloyd *l) {
    const gmix_i_points *const p = l->p;
    const size_t d = p->d;
    size_t largest = 0;
    double total = 0.0;
    for (size_t c = 1; c < p->k; c++) {
        largest = l->sums[c * (d + 1) + d] > l->sums[largest * (d + 1) + d] ? c : largest;
    }
    l->most_moved = 0.0;
    for (size_t c = 0; c < p->k; c++) {
        double *const sum = l->sums + c * (d + 1), *const centre = p->centres + c * d;
        const double *const from = sum[d] > 0.0 ? sum : l->sums + largest * (d + 1);
        const double weight = c > largest && from != sum ? 1.0 : from[d];
        double move = 0.0;
        for (size_t j = 0; j < d; j++) {
            sum[j] = from[j] / weight;
            move += (sum[j] - centre[j]) * (sum[j] - centre[j]);
            centre[j] = sum[j];
        }
        l->moved[c] = sqrt(move);
        l->most_moved = fmax(l->most_moved, l->moved[c]);
        total += move;
    }
    return total;
}

gmix_status gmix_i_points_lloyd(gmix_i_points *p, size_t max_iter, size_t *n_iter) {
    gmix_status status = GMIX_OK;
    lloyd l = {0};
    size_t changes = 0;
    bool settled = false;
    *n_iter = 0;
    GMIX_TRY(lloyd_new(p, &l));
    while (!settled && *n_iter < max_iter) {
        GMIX_TRY(assign(&l, &changes));
        GMIX_TRY(refill(&l));
        const double moves = move_centres(&l);
        ++*n_iter;
        settled = changes == 0;
        if (!settled && moves <= p->tol) {
            break;
        }
    }
    if (!settled) { /* labels of the centres as they are now */
        GMIX_TRY(assign(&l, &changes));
    }
done:
    lloyd_free(p->ctx, &l);
    return status;
}
