/*
 * The nearest centre to a row that is probably near a given one, without a look at most of the
 * others: if u is the distance from the row to that centre, a centre at more than 2 u from it is
 * farther from the row than u (Newling & Fleuret 2016, "Fast k-means with accurate bounds"). So
 * every centre keeps those nearest to it, in their order.
 *
 * Rejected: all centres in their order, which is K^2 log K in every iteration, for rows that
 * then look at many of them one at a time; those are served better by tiles.
 */
#include <float.h>
#include <math.h>

#include "base/threads.h"
#include "init/kmeans_points.h"

/* Where a tile of rows would cost more, so that rows one at a time are worth it. */
enum { LEAST_CENTRES = 4 * GMIX_I_AROUND, LEAST_CELLS = 2048 };

void gmix_i_around_free(gmix_ctx *ctx, gmix_i_around *a) {
    gmix_i_free(ctx, a->centres_t);
    gmix_i_free(ctx, a->gap);
    gmix_i_free(ctx, a->centre);
    gmix_i_free(ctx, a->scratch);
}

gmix_status gmix_i_around_new(gmix_i_points *p, int n_threads, gmix_i_around *out) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = p->ctx;
    const size_t k = p->k, threads = (size_t)n_threads;
    const char *const what = "k-means";
    *out = (gmix_i_around){.p = p, .n_threads = n_threads};
    out->used = k >= LEAST_CENTRES && k * p->d >= LEAST_CELLS;
    if (out->used) {
        GMIX_TRY(gmix_i_calloc(ctx, what, k * p->d, sizeof(double), &out->centres_t));
        GMIX_TRY(gmix_i_calloc(ctx, what, k * GMIX_I_AROUND, sizeof(double), &out->gap));
        GMIX_TRY(gmix_i_calloc(ctx, what, k * GMIX_I_AROUND, sizeof *out->centre,
                               &out->centre));
        GMIX_TRY(gmix_i_calloc(ctx, what, threads * k, sizeof(double), &out->scratch));
    }
done:
    return status;
}

/* The centres nearest to centre c. */
static void list_nearest(void *arg, size_t c, int thread) {
    gmix_i_around *const a = arg;
    const gmix_i_points *const p = a->p;
    double *const q = a->scratch + (size_t)thread * p->k;
    double *const gap = a->gap + c * GMIX_I_AROUND;
    int32_t *const centre = a->centre + c * GMIX_I_AROUND;
    size_t n = 0;
    p->kernels->sqdist(p->k, p->d, p->centres + c * p->d, a->centres_t, q);
    for (size_t o = 0; o < p->k; o++) {
        if (o == c || (n == GMIX_I_AROUND && !(q[o] < gap[n - 1]))) {
            continue;
        }
        size_t at = n < GMIX_I_AROUND ? n++ : n - 1;
        for (; at > 0 && q[o] < gap[at - 1]; at--) {
            gap[at] = gap[at - 1];
            centre[at] = centre[at - 1];
        }
        gap[at] = q[o];
        centre[at] = (int32_t)o;
    }
}

gmix_status gmix_i_around_update(gmix_i_around *a) {
    const gmix_i_points *const p = a->p;
    for (size_t c = 0; a->used && c < p->k; c++) {
        for (size_t j = 0; j < p->d; j++) {
            a->centres_t[j * p->k + c] = p->centres[c * p->d + j];
        }
    }
    return a->used ? gmix_i_parallel_for(p->ctx, a->n_threads, p->k, list_nearest, a)
                   : GMIX_OK;
}

static double squared_distance(const double *x, const double *y, size_t d) {
    double sum[4] = {0};
    size_t j = 0;
    for (; j + 4 <= d; j += 4) {
        for (size_t i = 0; i < 4; i++) {
            sum[i] += (x[j + i] - y[j + i]) * (x[j + i] - y[j + i]);
        }
    }
    for (; j < d; j++) {
        sum[0] += (x[j] - y[j]) * (x[j] - y[j]);
    }
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

bool gmix_i_around_find(const gmix_i_around *a, const double *x, int32_t own,
                        gmix_i_found *out) {
    const double *const centres = a->p->centres;
    const double *const gap = a->gap + (size_t)own * GMIX_I_AROUND;
    const int32_t *const centre = a->centre + (size_t)own * GMIX_I_AROUND;
    const size_t d = a->p->d;
    const double mine = squared_distance(x, centres + (size_t)own * d, d);
    const double within = 4.0 * mine * (1.0 + 1e-9);
    if (!(gap[GMIX_I_AROUND - 1] > within)) {
        return false;
    }
    *out = (gmix_i_found){.label = own, .best = mine, .second = INFINITY};
    size_t i = 0;
    for (; gap[i] <= within; i++) {
        const double q = squared_distance(x, centres + (size_t)centre[i] * d, d);
        if (q < out->best || (q == out->best && centre[i] < out->label)) {
            out->second = out->best;
            out->best = q;
            out->label = centre[i];
        } else if (q < out->second) {
            out->second = q;
        }
    }
    const double beyond = sqrt(gap[i]) - sqrt(mine); /* the others are no nearer */
    out->second = fmin(out->second, beyond * beyond);
    return true;
}
