/*
 * Greedy k-means++ on all rows (Arthur & Vassilvitskii 2007): the next centre is the best of
 * 2 + log K rows drawn with probability proportional to w_i d_i^2, d_i the distance to the
 * nearest centre so far. A row is drawn by u -> the first i whose running sum of w d^2 reaches
 * u times the total, as scikit-learn draws.
 */
#include <math.h>
#include <string.h>

#include "init/kmeans_points.h"

typedef struct seeding {
    const gmix_i_points *p;
    gmix_i_cut cut;
    gmix_i_scratches scratches;
    size_t n_blocks, n_candidates, n_used; /* n_used: candidates at hand */
    double *nearest;                       /* N: squared distance to the nearest centre */
    double *share;                         /* n_blocks: sum of w nearest */
    double *potential;                     /* n_blocks x n_candidates */
    double *candidates;                    /* n_candidates x D */
    double *ones, *zeros;                  /* n_candidates x D, n_candidates */
    size_t *rows;                          /* n_candidates */
    bool first;                            /* there is no centre yet */
} seeding;

static void seeding_free(gmix_ctx *ctx, seeding *s) {
    if (s->scratches.of_thread) {
        gmix_i_scratches_free(ctx, &s->scratches);
    }
    gmix_i_free(ctx, s->nearest);
    gmix_i_free(ctx, s->share);
    gmix_i_free(ctx, s->potential);
    gmix_i_free(ctx, s->candidates);
    gmix_i_free(ctx, s->ones);
    gmix_i_free(ctx, s->zeros);
    gmix_i_free(ctx, s->rows);
}

static gmix_status seeding_new(const gmix_i_points *p, seeding *s) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = p->ctx;
    const size_t d = p->d, n = 2 + (size_t)log((double)p->k);
    const char *const what = "k-means seeding";
    *s = (seeding){.p = p, .n_candidates = n, .cut = gmix_i_cut_for(d, n, 1, 2 * n * d)};
    s->n_blocks = (p->n + s->cut.rows - 1) / s->cut.rows;
    GMIX_TRY(gmix_i_scratches_new(ctx, p->kernels, &p->input,
                                  gmix_i_pass_threads(ctx, &p->input, &s->cut),
                                  s->cut.rows, n, 0, &s->scratches));
    GMIX_TRY(gmix_i_calloc(ctx, what, p->n, sizeof(double), &s->nearest));
    GMIX_TRY(gmix_i_calloc(ctx, what, s->n_blocks, sizeof(double), &s->share));
    GMIX_TRY(gmix_i_calloc(ctx, what, s->n_blocks * n, sizeof(double), &s->potential));
    GMIX_TRY(gmix_i_calloc(ctx, what, n * d, sizeof(double), &s->candidates));
    GMIX_TRY(gmix_i_calloc(ctx, what, n * d, sizeof(double), &s->ones));
    GMIX_TRY(gmix_i_calloc(ctx, what, n, sizeof(double), &s->zeros));
    GMIX_TRY(gmix_i_calloc(ctx, what, n, sizeof *s->rows, &s->rows));
    for (size_t i = 0; i < n * d; i++) {
        s->ones[i] = 1.0;
    }
done:
    return status;
}

/* Log-densities of unit variance: -d^2 / 2 of a block's rows to the candidates. */
static const double *half_distances(const seeding *s, const gmix_i_block *b, int thread,
                                    size_t *stride) {
    gmix_i_scratch *const own = &s->scratches.of_thread[thread];
    const gmix_i_tile tile = gmix_i_tile_pack(&s->scratches, &s->p->frame, b, thread);
    *stride = tile.n;
    s->p->kernels->logdens_diag(tile.n, s->p->d, s->n_used, tile.x, s->ones,
                                s->candidates, s->zeros, own->resp, own->work);
    return own->resp;
}

static void weigh_candidates(void *arg, const gmix_i_block *b, int thread) {
    const seeding *const s = arg;
    size_t stride;
    const double *const half = half_distances(s, b, thread, &stride);
    const double *const w = s->scratches.of_thread[thread].w;
    double *const out = s->potential + b->first / s->cut.rows * s->n_candidates;
    for (size_t c = 0; c < s->n_used; c++) {
        out[c] = 0.0;
        for (size_t i = 0; i < b->rows.n_rows; i++) {
            out[c] += w[i] * fmin(s->nearest[b->first + i], -2.0 * half[c * stride + i]);
        }
    }
}

static void take_candidate(void *arg, const gmix_i_block *b, int thread) {
    const seeding *const s = arg;
    size_t stride;
    const double *const half = half_distances(s, b, thread, &stride);
    const double *const w = s->scratches.of_thread[thread].w;
    double *const nearest = s->nearest + b->first;
    double sum = 0.0;
    for (size_t i = 0; i < b->rows.n_rows; i++) {
        const double d2 = -2.0 * half[i];
        nearest[i] = s->first ? d2 : fmin(nearest[i], d2);
        sum += w[i] * nearest[i];
    }
    s->share[b->first / s->cut.rows] = sum;
}

static double draw(gmix_i_draws *from) {
    return from->given ? *from->given++ : gmix_i_next_uniform(&from->stream);
}

/* By weight alone. */
static size_t draw_first(const gmix_i_points *p, double u) {
    const double total = p->survey.total_weight;
    double sum = 0.0;
    if (!p->input.table->weights) {
        const size_t row = (size_t)(u * (double)p->n);
        return row < p->n ? row : p->n - 1;
    }
    size_t row = 0;
    for (; row + 1 < p->n && !((sum += p->input.table->weights[row]) > u * total);
         row++) {
    }
    return row;
}

static size_t draw_next(const seeding *s, double wanted) {
    const gmix_i_points *const p = s->p;
    size_t block = 0;
    double sum = 0.0;
    for (; block + 1 < s->n_blocks && sum + s->share[block] < wanted; block++) {
        sum += s->share[block];
    }
    const size_t first = block * s->cut.rows;
    const size_t end = first + s->cut.rows < p->n ? first + s->cut.rows : p->n;
    size_t row = first;
    for (; row + 1 < end; row++) {
        sum += gmix_i_points_weight(p, row) * s->nearest[row];
        if (sum >= wanted) {
            break;
        }
    }
    return row;
}

static size_t best_candidate(const seeding *s) {
    size_t best = 0;
    double least = INFINITY;
    for (size_t c = 0; c < s->n_used; c++) {
        double sum = 0.0;
        for (size_t b = 0; b < s->n_blocks; b++) {
            sum += s->potential[b * s->n_candidates + c];
        }
        if (sum < least) {
            least = sum;
            best = c;
        }
    }
    return best;
}

static void draw_candidates(seeding *s, gmix_i_draws *from) {
    double total = 0.0;
    s->n_used = s->first ? 1 : s->n_candidates;
    for (size_t b = 0; b < s->n_blocks; b++) {
        total += s->share[b];
    }
    for (size_t c = 0; c < s->n_used; c++) {
        const double u = draw(from);
        s->rows[c] = s->first ? draw_first(s->p, u) : draw_next(s, u * total);
        gmix_i_points_row(s->p, s->rows[c], s->candidates + c * s->p->d);
    }
}

gmix_status gmix_i_points_seed(gmix_i_points *p, gmix_i_draws *draws, size_t *seeds) {
    gmix_status status = GMIX_OK;
    const size_t d = p->d;
    seeding s = {0};
    GMIX_TRY(seeding_new(p, &s));
    for (size_t c = 0; c < p->k; c++) {
        s.first = c == 0;
        draw_candidates(&s, draws);
        size_t best = 0;
        if (s.n_used > 1) {
            GMIX_TRY(gmix_i_pass(p->ctx, &p->input, &s.cut, weigh_candidates, &s));
            best = best_candidate(&s);
        }
        seeds[c] = s.rows[best];
        memmove(s.candidates, s.candidates + best * d, d * sizeof *s.candidates);
        memcpy(p->centres + c * d, s.candidates, d * sizeof *s.candidates);
        s.n_used = 1;
        GMIX_TRY(gmix_i_pass(p->ctx, &p->input, &s.cut, take_candidate, &s));
    }
done:
    seeding_free(p->ctx, &s);
    return status;
}
