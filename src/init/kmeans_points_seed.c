/*
 * Greedy k-means++ on all rows (Arthur & Vassilvitskii 2007): the next centre is the best of
 * 2 + log K rows drawn with probability proportional to w_i d_i^2, d_i the distance to the
 * nearest centre so far. A row is drawn by u -> the first i whose running sum of w d^2 reaches
 * u times the total, as scikit-learn draws. Rows that the triangle inequality keeps from the
 * candidates are not looked at (Elkan 2003).
 */
#include <math.h>
#include <string.h>

#include "init/kmeans_points.h"

typedef struct seeding {
    gmix_i_points *p;
    gmix_i_cut cut;
    gmix_i_scratches scratches;
    gmix_i_some some;
    gmix_i_sieve sieve;
    bool sieved; /* closer is what the sieve left */
    size_t n_blocks, n_candidates;
    size_t n_centres, n_used, winner; /* centres so far; candidates at hand; the best */
    double *nearest;                  /* N: squared distance to the nearest centre */
    uint32_t *closer;                 /* N: bit c: candidate c may be nearer than that */
    double *reach;                    /* K: see look_at_candidates() */
    double *share;                    /* n_blocks: sum of w nearest */
    double *gain;                     /* n_blocks x n_candidates */
    double *candidates;               /* n_candidates x D */
    double *ones, *zeros;             /* n_candidates x D, n_candidates */
    size_t *rows;                     /* n_candidates */
} seeding;

static void seeding_free(gmix_ctx *ctx, seeding *s) {
    if (s->scratches.of_thread) {
        gmix_i_scratches_free(ctx, &s->scratches);
    }
    gmix_i_some_free(ctx, &s->some);
    gmix_i_sieve_free(ctx, &s->sieve);
    gmix_i_free(ctx, s->nearest);
    gmix_i_free(ctx, s->closer);
    gmix_i_free(ctx, s->reach);
    gmix_i_free(ctx, s->share);
    gmix_i_free(ctx, s->gain);
    gmix_i_free(ctx, s->candidates);
    gmix_i_free(ctx, s->ones);
    gmix_i_free(ctx, s->zeros);
    gmix_i_free(ctx, s->rows);
}

static gmix_status seeding_new(gmix_i_points *p, seeding *s) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = p->ctx;
    const size_t d = p->d, n = 2 + (size_t)log((double)p->k); /* < 32: K is below N */
    const char *const what = "k-means seeding";
    *s = (seeding){.p = p, .n_candidates = n, .cut = gmix_i_cut_for(d, n, 1, 2 * n * d)};
    const int threads = gmix_i_pass_threads(ctx, &p->input, &s->cut);
    s->n_blocks = (p->n + s->cut.rows - 1) / s->cut.rows;
    GMIX_TRY(gmix_i_scratches_new(ctx, p->kernels, &p->input, threads, s->cut.rows, n, 0,
                                  &s->scratches));
    GMIX_TRY(gmix_i_some_new(ctx, s->cut.rows, d, threads, &s->some));
    GMIX_TRY(gmix_i_sieve_new(p, &s->cut, n, threads, &s->sieve));
    GMIX_TRY(gmix_i_calloc(ctx, what, p->n, sizeof(double), &s->nearest));
    GMIX_TRY(gmix_i_calloc(ctx, what, p->n, sizeof *s->closer, &s->closer));
    GMIX_TRY(gmix_i_calloc(ctx, what, p->k, sizeof(double), &s->reach));
    GMIX_TRY(gmix_i_calloc(ctx, what, s->n_blocks, sizeof(double), &s->share));
    GMIX_TRY(gmix_i_calloc(ctx, what, s->n_blocks * n, sizeof(double), &s->gain));
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

/* What candidates cannot reach: with q the squared distance from a candidate to centre c, a row
 * of c at the squared distance of at most q / 4 is no nearer to the candidate. reach[c] is the
 * least q / 4, less what distances may be wrong. */
static void look_at_candidates(seeding *s) {
    const size_t d = s->p->d;
    for (size_t c = 0; c < s->n_centres; c++) {
        const double *const centre = s->p->centres + c * d;
        s->reach[c] = INFINITY;
        for (size_t t = 0; t < s->n_used; t++) {
            const double *const candidate = s->candidates + t * d;
            double q = 0.0;
            for (size_t j = 0; j < d; j++) {
                q += (candidate[j] - centre[j]) * (candidate[j] - centre[j]);
            }
            q *= 0.25 * (1.0 - 1e-9);
            s->reach[c] = q < s->reach[c] ? q : s->reach[c];
        }
    }
}

/* Rows of the block that some candidate may be nearer to. */
static size_t find_within_reach(const seeding *s, const gmix_i_block *b, uint32_t *rows) {
    const int32_t *const label = s->p->label + b->first;
    const double *const nearest = s->nearest + b->first;
    const uint32_t *const closer = s->closer + b->first;
    size_t n = 0;
    for (size_t i = 0; i < b->rows.n_rows; i++) {
        rows[n] = (uint32_t)i;
        n += s->sieved ? closer[i] != 0 : nearest[i] > s->reach[label[i]];
    }
    return gmix_i_some_or_every(n, b->rows.n_rows, rows);
}

static void sieve_candidates(void *arg, const gmix_i_block *b, int thread) {
    seeding *const s = arg;
    uint32_t *const closer = s->closer + b->first;
    const size_t n = find_within_reach(s, b, gmix_i_some_rows(&s->some, thread));
    memset(closer, 0, b->rows.n_rows * sizeof *closer);
    gmix_i_sieve_block(&s->sieve, &s->some, b, n, s->nearest + b->first, closer, thread);
}

/* Rows of the block that the winner is nearer to. */
static size_t find_closer(const seeding *s, const gmix_i_block *b, uint32_t *rows) {
    const uint32_t *const closer = s->closer + b->first;
    size_t n = 0;
    for (size_t i = 0; i < b->rows.n_rows; i++) {
        rows[n] = (uint32_t)i;
        n += closer[i] >> s->winner & 1;
    }
    return n;
}

/* Log-densities of unit variance, -d^2 / 2, of n listed rows of a block to candidates. */
static const double *half_distances(const seeding *s, const gmix_i_block *b, size_t n,
                                    size_t first, size_t n_used, int thread,
                                    size_t *stride) {
    const size_t d = s->p->d;
    gmix_i_scratch *const own = &s->scratches.of_thread[thread];
    const gmix_i_tile tile =
        gmix_i_some_pack(&s->some, &s->scratches, &s->p->frame, b, n, thread);
    *stride = tile.n;
    s->p->kernels->logdens_diag(tile.n, d, n_used, tile.x, s->ones,
                                s->candidates + first * d, s->zeros, own->resp,
                                own->work);
    return own->resp;
}

/* What the sum of w nearest would lose to each candidate. */
static void weigh_candidates(void *arg, const gmix_i_block *b, int thread) {
    const seeding *const s = arg;
    const uint32_t *const rows = gmix_i_some_rows(&s->some, thread);
    double *const gain = s->gain + b->first / s->cut.rows * s->n_candidates;
    const double *const nearest = s->nearest + b->first;
    uint32_t *const closer = s->closer + b->first;
    const size_t n = find_within_reach(s, b, gmix_i_some_rows(&s->some, thread));
    memset(closer, 0, b->rows.n_rows * sizeof *closer);
    memset(gain, 0, s->n_used * sizeof *gain);
    if (n == 0) {
        return;
    }
    size_t stride;
    const double *const half = half_distances(s, b, n, 0, s->n_used, thread, &stride);
    const double *const w = s->scratches.of_thread[thread].w;
    for (size_t c = 0; c < s->n_used; c++) {
        for (size_t i = 0; i < n; i++) {
            const double less = nearest[rows[i]] + 2.0 * half[c * stride + i];
            const bool nearer = less > 0.0;
            gain[c] += nearer ? w[i] * less : 0.0;
            closer[rows[i]] |= (uint32_t)nearer << c;
        }
    }
}

/* The winner becomes the centre of the rows that it is nearer to: all of them at first. */
static void take_winner(void *arg, const gmix_i_block *b, int thread) {
    const seeding *const s = arg;
    uint32_t *const rows = gmix_i_some_rows(&s->some, thread);
    double *const nearest = s->nearest + b->first;
    const size_t n = s->n_centres > 0 ? find_closer(s, b, rows)
                                      : gmix_i_some_every(b->rows.n_rows, rows);
    if (n == 0) {
        return;
    }
    size_t stride;
    const double *const half = half_distances(s, b, n, s->winner, 1, thread, &stride);
    for (size_t i = 0; i < n; i++) {
        const double d2 = -2.0 * half[i];
        if (s->n_centres == 0 || d2 < nearest[rows[i]]) {
            nearest[rows[i]] = d2;
            s->p->label[b->first + rows[i]] = (int32_t)s->n_centres;
        }
    }
    double sum = 0.0;
    for (size_t i = 0; i < b->rows.n_rows; i++) {
        sum += (b->weights ? b->weights[i] : 1.0) * nearest[i];
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

/* The candidate that leaves the least: the one with the largest gain. */
static size_t best_candidate(const seeding *s) {
    size_t best = 0;
    double most = -1.0;
    for (size_t c = 0; c < s->n_used; c++) {
        double sum = 0.0;
        for (size_t b = 0; b < s->n_blocks; b++) {
            sum += s->gain[b * s->n_candidates + c];
        }
        if (sum > most) {
            most = sum;
            best = c;
        }
    }
    return best;
}

static void draw_candidates(seeding *s, gmix_i_draws *from) {
    const bool first = s->n_centres == 0;
    double total = 0.0;
    s->n_used = first ? 1 : s->n_candidates;
    for (size_t b = 0; b < s->n_blocks; b++) {
        total += s->share[b];
    }
    for (size_t c = 0; c < s->n_used; c++) {
        const double u = draw(from);
        s->rows[c] = first ? draw_first(s->p, u) : draw_next(s, u * total);
        gmix_i_points_row(s->p, s->rows[c], s->candidates + c * s->p->d);
    }
}

/* Finds the candidate that becomes the next centre. */
static gmix_status choose_winner(seeding *s) {
    gmix_status status = GMIX_OK;
    gmix_i_points *const p = s->p;
    bool sure = false;
    look_at_candidates(s);
    s->sieved = false;
    if (s->sieve.used) {
        gmix_i_sieve_begin(&s->sieve, s->candidates);
        GMIX_TRY(gmix_i_pass(p->ctx, &p->input, &s->cut, sieve_candidates, s));
        sure = gmix_i_sieve_winner(&s->sieve, s->candidates, &s->winner);
        s->sieved = true;
    }
    if (!sure) {
        GMIX_TRY(gmix_i_pass(p->ctx, &p->input, &s->cut, weigh_candidates, s));
        s->winner = best_candidate(s);
    }
done:
    return status;
}

gmix_status gmix_i_points_seed(gmix_i_points *p, gmix_i_draws *draws, size_t *seeds) {
    gmix_status status = GMIX_OK;
    const size_t d = p->d;
    seeding s = {0};
    GMIX_TRY(seeding_new(p, &s));
    for (; s.n_centres < p->k; s.n_centres++) {
        draw_candidates(&s, draws);
        if (s.n_centres > 0) {
            GMIX_TRY(choose_winner(&s));
        }
        seeds[s.n_centres] = s.rows[s.winner];
        memcpy(p->centres + s.n_centres * d, s.candidates + s.winner * d,
               d * sizeof *s.candidates);
        GMIX_TRY(gmix_i_pass(p->ctx, &p->input, &s.cut, take_winner, &s));
    }
done:
    seeding_free(p->ctx, &s);
    return status;
}
