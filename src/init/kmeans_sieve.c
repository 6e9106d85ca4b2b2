/*
 * Greedy k-means++ in single precision, as far as that can tell. With f the squared distance of
 * a row to a candidate c as floats have it, u = 2^-24, the true one d^2 lies within
 *
 *   e = 4 (D + 8) u f + 16 u |c|^2 / (D + 8):
 *
 * D + 3 roundings of the sum, and those of x and c to floats, which move either end of x - c by
 * u (|x| + |c|) <= u (2 |c| + d); 2 d (2 u |c|) is at most D u d^2 + 4 u |c|^2 / D. Rows that have
 * f - e below their nearest distance are marked as perhaps closer, and count in the gain of a
 * candidate and in what that may be wrong. If the gains are too near to each other to tell the
 * largest, the caller sums in double over the rows that are marked.
 *
 * Tiles of floats are kept if they fit into 32 MB, so that the data need not be packed for
 * every centre.
 */
#include <math.h>
#include <string.h>

#include "init/kmeans_points.h"

enum { LEAST_D = 8, MOST_BYTES = 32 << 20 };
static const double ULP = 0x1p-24;

void gmix_i_sieve_free(gmix_ctx *ctx, gmix_i_sieve *s) {
    if (s->scratches.of_thread) {
        gmix_i_scratches_free(ctx, &s->scratches);
    }
    gmix_i_free(ctx, s->tiles);
    gmix_i_free(ctx, s->ones);
    gmix_i_free(ctx, s->candidates);
    gmix_i_free(ctx, s->zeros);
    gmix_i_free(ctx, s->wrong);
    gmix_i_free(ctx, s->gain);
    gmix_i_free(ctx, s->slack);
    gmix_i_free(ctx, s->low);
}

static gmix_status sieve_memory(gmix_ctx *ctx, gmix_i_sieve *s, int threads) {
    gmix_status status = GMIX_OK;
    const size_t d = s->p->d, n = s->n_candidates;
    const size_t cells = s->n_blocks * s->rows * d;
    const char *const what = "k-means seeding";
    GMIX_TRY(gmix_i_scratches_new(ctx, s->kernels, &s->p->input, threads, s->rows, n, 0,
                                  &s->scratches));
    if (cells <= MOST_BYTES / sizeof(float)) {
        GMIX_TRY(gmix_i_calloc(ctx, what, cells, sizeof(float), &s->tiles));
    }
    GMIX_TRY(gmix_i_calloc(ctx, what, n * d, sizeof(float), &s->ones));
    GMIX_TRY(gmix_i_calloc(ctx, what, n * d, sizeof(float), &s->candidates));
    GMIX_TRY(gmix_i_calloc(ctx, what, n, sizeof(double), &s->zeros));
    GMIX_TRY(gmix_i_calloc(ctx, what, n, sizeof(double), &s->wrong));
    GMIX_TRY(gmix_i_calloc(ctx, what, s->n_blocks * n, sizeof(double), &s->gain));
    GMIX_TRY(gmix_i_calloc(ctx, what, s->n_blocks * n, sizeof(double), &s->slack));
    GMIX_TRY(gmix_i_calloc(ctx, what, (size_t)threads * s->rows, sizeof(float), &s->low));
    for (size_t i = 0; i < n * d; i++) {
        s->ones[i] = 1.0F;
    }
done:
    return status;
}

gmix_status gmix_i_sieve_new(const gmix_i_points *p, const gmix_i_cut *cut,
                             size_t n_candidates, int n_threads, gmix_i_sieve *out) {
    *out = (gmix_i_sieve){.p = p,
                          .kernels = gmix_i_kernels_pick(1),
                          .rows = cut->rows,
                          .n_blocks = (p->n + cut->rows - 1) / cut->rows,
                          .n_candidates = n_candidates,
                          .part = 4.0 * (double)(p->d + 8) * ULP,
                          .used = p->d >= LEAST_D && p->k > 1};
    return out->used ? sieve_memory(p->ctx, out, n_threads) : GMIX_OK;
}

void gmix_i_sieve_begin(gmix_i_sieve *s, const double *candidates) {
    const size_t d = s->p->d;
    s->kernels->convert(s->n_candidates * d, candidates, s->candidates);
    for (size_t c = 0; c < s->n_candidates; c++) {
        double norm2 = 0.0;
        for (size_t j = 0; j < d; j++) {
            norm2 += candidates[c * d + j] * candidates[c * d + j];
        }
        s->wrong[c] = 16.0 * ULP * norm2 / (double)(d + 8) + 1e-30;
    }
}

/* -d^2 / 2 of a block's rows to all candidates: of all of them where tiles are kept and many rows
 * are listed (*whole), else of those. */
static const float *half_distances(gmix_i_sieve *s, const gmix_i_some *some,
                                   const gmix_i_block *b, size_t n, int thread,
                                   size_t *stride, bool *whole) {
    const size_t d = s->p->d, rows = b->rows.n_rows;
    const size_t padded =
        (rows + GMIX_I_TILE_ROWS - 1) / GMIX_I_TILE_ROWS * GMIX_I_TILE_ROWS;
    gmix_i_scratch *const own = &s->scratches.of_thread[thread];
    *whole = s->tiles && n > rows / 8;
    if (*whole) { /* copied: memory is read faster from end to end than by the kernel */
        memcpy(own->x, s->tiles + b->first / s->rows * s->rows * d,
               padded * d * sizeof(float));
        *stride = padded;
    } else {
        const gmix_i_tile tile =
            gmix_i_some_pack(some, &s->scratches, &s->p->frame, b, n, thread);
        *whole = n == rows;
        *stride = tile.n;
    }
    s->kernels->logdens_diag(*stride, d, s->n_candidates, own->x, s->ones, s->candidates,
                             s->zeros, own->resp, own->work);
    return own->resp;
}

/* The least that any candidate's squared distance may be. */
static void lowest(const gmix_i_sieve *s, const float *half, size_t stride, float *low) {
    const float part = (float)(2.0 * (1.0 - s->part));
    for (size_t i = 0; i < stride; i++) {
        low[i] = INFINITY;
    }
    for (size_t c = 0; c < s->n_candidates; c++) {
        const float wrong = (float)s->wrong[c];
        const float *const from = half + c * stride;
        for (size_t i = 0; i < stride; i++) {
            const float l = -part * from[i] - wrong;
            low[i] = l < low[i] ? l : low[i];
        }
    }
}

void gmix_i_sieve_block(gmix_i_sieve *s, const gmix_i_some *some, const gmix_i_block *b,
                        size_t n, const double *nearest, uint32_t *closer, int thread) {
    const uint32_t *const rows = gmix_i_some_rows(some, thread);
    const size_t block = b->first / s->rows, k = s->n_candidates;
    double *const gain = s->gain + block * k, *const slack = s->slack + block * k;
    float *const low = s->low + (size_t)thread * s->rows;
    memset(gain, 0, k * sizeof *gain);
    memset(slack, 0, k * sizeof *slack);
    if (s->tiles && !s->filled) {
        const size_t padded =
            (b->rows.n_rows + GMIX_I_TILE_ROWS - 1) / GMIX_I_TILE_ROWS * GMIX_I_TILE_ROWS;
        s->kernels->pack(padded, s->p->d, &b->rows, s->p->frame.shift,
                         s->p->frame.inv_scale, s->tiles + block * s->rows * s->p->d);
    }
    if (n == 0) {
        return;
    }
    size_t stride;
    bool whole;
    const float *const half = half_distances(s, some, b, n, thread, &stride, &whole);
    lowest(s, half, stride, low);
    for (size_t i = 0; i < n; i++) {
        const size_t row = rows[i], at = whole ? row : i;
        const double w = b->weights ? b->weights[row] : 1.0;
        if (!((double)low[at] < nearest[row])) {
            continue;
        }
        for (size_t c = 0; c < k; c++) {
            const double f = -2.0 * (double)half[c * stride + at];
            const double e = s->part * f + s->wrong[c];
            if (f - e < nearest[row]) {
                closer[row] |= (uint32_t)1 << c;
                gain[c] += f < nearest[row] ? w * (nearest[row] - f) : 0.0;
                slack[c] += w * e;
            }
        }
    }
}

static bool repeats(const gmix_i_sieve *s, const double *candidates, size_t c) {
    const size_t size = s->p->d * sizeof *candidates;
    for (size_t t = 0; t < c; t++) {
        if (memcmp(candidates + t * s->p->d, candidates + c * s->p->d, size) == 0) {
            return true;
        }
    }
    return false;
}

/* Sums over the blocks, into the first. */
static void add_blocks(const gmix_i_sieve *s, double *sums) {
    for (size_t b = 1; b < s->n_blocks; b++) {
        for (size_t c = 0; c < s->n_candidates; c++) {
            sums[c] += sums[b * s->n_candidates + c];
        }
    }
}

bool gmix_i_sieve_winner(gmix_i_sieve *s, const double *candidates, size_t *winner) {
    const double rounding = 1.0 + 1e-9; /* of the sums, and of e itself */
    size_t best = 0;
    bool sure = true;
    s->filled = true;
    add_blocks(s, s->gain);
    add_blocks(s, s->slack);
    for (size_t c = 1; c < s->n_candidates; c++) {
        best = s->gain[c] > s->gain[best] ? c : best;
    }
    const double least = s->gain[best] - rounding * s->slack[best];
    for (size_t c = 0; c < s->n_candidates; c++) {
        const bool lower = s->gain[c] + rounding * s->slack[c] < least * (1.0 - 1e-12);
        sure = sure && (c == best || lower || repeats(s, candidates, c));
    }
    *winner = best;
    return sure;
}
