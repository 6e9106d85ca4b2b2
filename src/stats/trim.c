/* Choosing the rows that trimming keeps. See trim.h. */
#include "stats/trim.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BINS = 1024, ROOM = 16384, FEW = 64 };

/* A row's score, as a whole number that rises with it, and its weight. */
typedef struct gmix_i_scored {
    uint64_t key;
    double weight;
} scored;

/* What one slot of a pass sees of the scores in an interval of keys. */
struct gmix_i_trim_slot {
    double below; /* weight of rows below the interval */
    double bins[BINS];
    size_t n, n_held; /* rows in the interval; of those in the list */
    scored *list;     /* see room_of_slot() */
};

static uint64_t key_of(double score) {
    uint64_t bits;
    memcpy(&bits, &score, sizeof bits);
    return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static double score_of(uint64_t key) {
    const uint64_t bits = key >> 63 ? key & ~((uint64_t)1 << 63) : ~key;
    double score;
    memcpy(&score, &bits, sizeof score);
    return score;
}

static size_t room_of_slot(const gmix_i_trim *trim) {
    const size_t room = ROOM / trim->n_slots;
    return room < 2 * trim->rows ? 2 * trim->rows : room;
}

gmix_status gmix_i_trim_new(gmix_ctx *ctx, const gmix_i_accumulator *a,
                            const gmix_i_survey *survey, double fraction,
                            gmix_i_trim *out) {
    gmix_status status = GMIX_OK;
    const size_t d = a->d;
    *out = (gmix_i_trim){.weight = gmix_i_trimmed_weight(survey, fraction),
                         .kept = gmix_i_kept_weight(survey, fraction),
                         .d = d,
                         .rows = a->cut.rows,
                         .n_slots = a->cut.n_slots};
    const size_t room = room_of_slot(out);
    GMIX_TRY(gmix_i_calloc(ctx, "trimming", d + 2 * out->n_slots * out->rows,
                           sizeof(double), &out->missing));
    out->scores = out->missing + d;
    GMIX_TRY(
        gmix_i_calloc(ctx, "trimming", out->n_slots, sizeof *out->slots, &out->slots));
    GMIX_TRY(gmix_i_calloc(ctx, "trimming", out->n_slots * room, sizeof *out->found,
                           &out->found));
    for (size_t s = 0; s < out->n_slots; s++) {
        out->slots[s].list = out->found + s * room;
    }
    for (size_t j = 0; j < d; j++) {
        out->missing[j] = -0.5 * (1.0 + log(2.0 * acos(-1.0))) - log(survey->sd[j]);
    }
done:
    if (status != GMIX_OK) {
        gmix_i_trim_free(ctx, out);
    }
    return status;
}

void gmix_i_trim_free(gmix_ctx *ctx, gmix_i_trim *trim) {
    gmix_i_free(ctx, trim->missing);
    gmix_i_free(ctx, trim->slots);
    gmix_i_free(ctx, trim->found);
    *trim = (gmix_i_trim){0};
}

void *gmix_i_trim_lse(const gmix_i_trim *trim, const gmix_i_tile *tile) {
    return trim->scores + (trim->n_slots + tile->slot) * trim->rows;
}

double gmix_i_trim_filler(const gmix_i_trim *trim, const gmix_i_tile *tile,
                          size_t index) {
    const gmix_i_gap_rows *const gaps = tile->gaps;
    const uint64_t *const observed = gaps->observed + index * gaps->words;
    double sum = 0.0;
    for (size_t j = 0; j < trim->d; j++) {
        sum += observed[j / 64] >> j % 64 & 1 ? 0.0 : trim->missing[j];
    }
    return sum;
}

const double *gmix_i_trim_scores(const gmix_i_trim *trim, const gmix_i_kernels *kernels,
                                 const gmix_i_tile *tile, const void *lse) {
    double *const scores = trim->scores + tile->slot * trim->rows;
    for (size_t i = 0; i < tile->n_rows; i++) {
        scores[i] = gmix_i_real_at(kernels, lse, i);
    }
    for (size_t index = 0; tile->gaps && index < tile->gaps->n; index++) {
        scores[tile->gaps->row[index]] += gmix_i_trim_filler(trim, tile, index);
    }
    return scores;
}

/* One row out of the responsibilities, all of it or a part. */
static void trim_row(const gmix_i_kernels *kernels, const gmix_i_tile *tile, size_t k,
                     size_t i, double share, void *resp, size_t *active,
                     gmix_i_norm_sums *sums) {
    double largest = 0.0;
    for (size_t c = 0; c < k; c++) {
        const double r = gmix_i_real_at(kernels, resp, c * tile->n + i);
        largest = fmax(largest, r);
        if (r != 0.0) {
            gmix_i_set_real(kernels, resp, c * tile->n + i, share * r);
            active[c] -= share == 0.0;
        }
    }
    if (largest > 0.0) {
        sums->logmap -= (1.0 - share) * tile->w[i] * log(largest / tile->w[i]);
    }
}

static void *trim_log_sums(const void *of, const gmix_i_tile *tile) {
    return gmix_i_trim_lse(of, tile);
}

static void trim_shares(const void *of, const gmix_i_prepared *q, const gmix_i_tile *tile,
                        void *resp, const void *lse, size_t *active,
                        gmix_i_norm_sums *sums) {
    const gmix_i_trim *const trim = of;
    const gmix_i_kernels *const kernels = q->kernels;
    const size_t k = q->k + q->has_noise;
    const double *const scores = gmix_i_trim_scores(trim, kernels, tile, lse);
    sums->loglik = 0.0;
    for (size_t i = 0; i < tile->n_rows; i++) {
        const double share = tile->w[i] > 0.0 ? gmix_i_trim_share(trim, scores[i]) : 0.0;
        if (share > 0.0) {
            sums->loglik += share * tile->w[i] * scores[i];
        }
        if (share < 1.0 && tile->w[i] > 0.0) {
            trim_row(kernels, tile, k, i, share, resp, active, sums);
        }
    }
}

const gmix_i_row_rule_kind gmix_i_rule_trim = {
    .name = "trimming", .log_sums = trim_log_sums, .shares = trim_shares};

/* Finding the threshold ------------------------------------------------------------ */

typedef struct score_job {
    gmix_i_accumulator *a;
    const gmix_i_prepared *q;
    gmix_i_trim *trim;
    uint64_t low, high, width; /* the interval of keys; of a bin */
} score_job;

static void take_score(gmix_i_trim_slot *slot, const score_job *job, size_t room,
                       double score, double weight) {
    const uint64_t key = key_of(score);
    if (key < job->low) {
        slot->below += weight;
    } else if (key <= job->high) {
        slot->bins[(key - job->low) / job->width] += weight;
        if (slot->n_held < room) {
            slot->list[slot->n_held++] = (scored){key, weight};
        }
        slot->n++;
    }
}

static void score_block(void *arg, const gmix_i_block *block, int thread) {
    const score_job *const job = arg;
    gmix_i_accumulator *const a = job->a;
    gmix_i_scratch *const s = &a->scratches.of_thread[thread];
    gmix_i_norm_sums sums = {0};
    const gmix_i_tile tile = gmix_i_tile_pack(&a->scratches, a->frame, block, thread);
    void *const lse = gmix_i_trim_lse(job->trim, &tile);
    gmix_i_log_terms(job->q, &tile, s->resp, s->work);
    job->q->kernels->normalise(tile.n, job->q->k + job->q->has_noise, s->resp, tile.w,
                               lse, s->active, &sums);
    const double *const scores =
        gmix_i_trim_scores(job->trim, job->q->kernels, &tile, lse);
    const size_t room = room_of_slot(job->trim);
    for (size_t i = 0; i < tile.n_rows; i++) {
        if (tile.w[i] > 0.0) {
            take_score(&job->trim->slots[block->slot], job, room, scores[i], tile.w[i]);
        }
    }
}

static uint64_t bin_width(uint64_t low, uint64_t high) {
    return (high - low) / BINS + 1;
}

/* The bin in which the weight from below reaches `wanted`, the last one that is not empty if
 * rounding keeps it from getting there; *below becomes the weight below that bin. */
static size_t bin_at(const double *bins, double wanted, double *below) {
    size_t found = 0;
    double sum = *below, before = *below;
    for (size_t b = 0; b < BINS; b++) {
        if (bins[b] > 0.0) {
            found = b;
            before = sum;
            sum += bins[b];
            if (sum >= wanted) {
                break;
            }
        }
    }
    *below = before;
    return found;
}

static int by_key(const void *a, const void *b) {
    const scored *const x = a, *const y = b;
    const int order = (x->key > y->key) - (x->key < y->key);
    return order ? order : (x->weight > y->weight) - (x->weight < y->weight);
}

/* Narrows the list down to few rows around the threshold. bins: BINS. */
static size_t narrow(scored *list, size_t n, uint64_t low, uint64_t high, double wanted,
                     double *bins, double *below) {
    while (n > FEW && low < high) {
        const uint64_t width = bin_width(low, high);
        size_t left = 0;
        memset(bins, 0, BINS * sizeof *bins);
        for (size_t i = 0; i < n; i++) {
            bins[(list[i].key - low) / width] += list[i].weight;
        }
        const size_t bin = bin_at(bins, wanted, below);
        for (size_t i = 0; i < n; i++) {
            if ((list[i].key - low) / width == bin) {
                list[left++] = list[i];
            }
        }
        const uint64_t first = low + bin * width;
        high = high - first < width ? high : first + (width - 1);
        low = first;
        n = left;
    }
    return n;
}

/* The threshold among rows that are all there. */
static void set_threshold(gmix_i_trim *trim, scored *list, size_t n, double below) {
    const double wanted = trim->weight * (1.0 - 1e-13);
    qsort(list, n, sizeof *list, by_key);
    size_t first = 0;
    double same = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (list[i].key != list[first].key) {
            below += same;
            first = i;
            same = 0.0;
        }
        same += list[i].weight;
        if (below + same >= wanted && (i + 1 == n || list[i + 1].key != list[i].key)) {
            break;
        }
    }
    const double share = same > 0.0 ? (below + same - trim->weight) / same : 0.0;
    trim->threshold = n > 0 ? score_of(list[first].key) : -INFINITY;
    trim->share = share > 1e-12 ? fmin(share, 1.0) : 0.0;
}

/* Adds the slots up, in their order, into the first; false if lists overflowed. */
static bool merge_slots(gmix_i_trim *trim, size_t n_slots) {
    gmix_i_trim_slot *const all = &trim->slots[0];
    bool whole = all->n == all->n_held;
    for (size_t s = 1; s < n_slots; s++) {
        const gmix_i_trim_slot *const more = &trim->slots[s];
        all->below += more->below;
        for (size_t b = 0; b < BINS; b++) {
            all->bins[b] += more->bins[b];
        }
        memmove(all->list + all->n_held, more->list, more->n_held * sizeof *more->list);
        all->n += more->n;
        all->n_held += more->n_held;
        whole = whole && more->n == more->n_held;
    }
    return whole;
}

static void clear_slots(gmix_i_trim *trim, size_t n_slots) {
    for (size_t s = 0; s < n_slots; s++) {
        scored *const list = trim->slots[s].list;
        memset(&trim->slots[s], 0, sizeof trim->slots[s]);
        trim->slots[s].list = list;
    }
}

gmix_status gmix_i_trim_find(gmix_ctx *ctx, gmix_i_accumulator *a,
                             const gmix_i_prepared *q, gmix_i_trim *trim) {
    gmix_status status = GMIX_OK;
    gmix_i_trim_slot *const all = &trim->slots[0];
    const size_t n_slots = gmix_i_pass_slots(a->input, &a->cut);
    score_job job = {.a = a, .q = q, .trim = trim, .high = UINT64_MAX};
    for (;;) {
        job.width = bin_width(job.low, job.high);
        clear_slots(trim, n_slots);
        GMIX_TRY(gmix_i_pass(ctx, a->input, &a->cut, score_block, &job));
        const bool whole = merge_slots(trim, n_slots);
        double below = all->below;
        if (whole) {
            const size_t n = narrow(all->list, all->n_held, job.low, job.high,
                                    trim->weight, all->bins, &below);
            set_threshold(trim, all->list, n, below);
            return GMIX_OK;
        }
        const size_t bin = bin_at(all->bins, trim->weight, &below);
        const uint64_t first = job.low + bin * job.width;
        if (job.width == 1) { /* rows of one and the same score */
            scored one = {first, all->bins[bin]};
            set_threshold(trim, &one, 1, below);
            return GMIX_OK;
        }
        job.high = job.high - first < job.width ? job.high : first + (job.width - 1);
        job.low = first;
    }
done:
    return status;
}
