/*
 * Rows for the master, by their number in the data set, so that it does not matter who has them: one
 * drawn from each of as many equal stretches as rows are wanted, or all; and the first patterns of
 * missing cells, as a look at a table finds them.
 */
#include <string.h>

#include "engine/part.h"

/* Words of a drawn row: then its cells, and what it has beside them. */
enum { PLACE, WEIGHT, LABEL, CELLS };

static void seed_wire(gmix_i_wire *w, gmix_i_job *job) {
    gmix_i_wire_size(w, &job->n_drawn);
    gmix_i_wire_size(w, &job->most_patterns);
    gmix_i_wire_word(w, &job->seed);
    gmix_i_wire_expect(w, job->n_drawn <= job->n_rows && job->most_patterns <= (size_t)1
                                                                                   << 20);
}

static void seed_sums(const gmix_i_job *job, gmix_i_sums *sums) {
    sums->drawn.words = CELLS + job->d + job->seen.len;
    sums->patterns.words = 1 + gmix_i_pattern_words(job->d);
}

static gmix_status seed_begin(gmix_ctx *ctx, gmix_partial *p) {
    gmix_status status = GMIX_OK;
    const gmix_i_job *const job = &p->job;
    const size_t d = job->d;
    p->stream = gmix_i_stream_open(job->seed, GMIX_I_RNG_SEARCH_ROWS, 0);
    p->next_drawn =
        (uint64_t)((double)p->first * ((double)job->n_drawn / (double)job->n_rows));
    p->next_drawn = p->next_drawn > 2 ? p->next_drawn - 2 : 0;
    GMIX_TRY(gmix_i_patterns_none(ctx, d, job->most_patterns, &p->seen));
    GMIX_TRY(gmix_i_calloc(ctx, "patterns of missing cells", gmix_i_pattern_words(d),
                           sizeof *p->bits, &p->bits));
done:
    return status;
}

static uint64_t *record(gmix_partial *p, gmix_i_records *r, uint64_t place) {
    gmix_ctx ctx = {.opts = {.allocator = p->allocator}};
    uint64_t *made = NULL;
    const gmix_status status = gmix_i_records_next(&ctx, r, &made);
    if (status != GMIX_OK) {
        p->failed = status;
        return NULL;
    }
    *made = place;
    return made;
}

/* What row i of the wave has beside its cells: n numbers that lie together, or lower and upper bounds. */
static void put_beside(const gmix_partial *p, size_t i, uint64_t *to) {
    const size_t d = p->job.d, n = p->n_beside;
    const bool bounds = p->job.seen.kind == GMIX_I_OBSERVED_BOUNDS;
    for (size_t t = 0; t < n; t++) {
        const size_t at = !bounds ? i * n + t
                          : t < d ? i * d + t
                                  : (p->room + i) * d + t - d;
        to[t] = gmix_i_word_of(p->beside[at]);
    }
}

static void draw(gmix_partial *p, const gmix_i_block *b) {
    const gmix_i_job *const job = &p->job;
    const uint64_t end = b->first + b->rows.n_rows;
    for (; p->next_drawn < job->n_drawn; p->next_drawn++) {
        const uint64_t row =
            gmix_i_drawn_row(&p->stream, job->n_rows, job->n_drawn, p->next_drawn);
        if (row >= end) {
            return;
        }
        uint64_t *const to =
            row < b->first ? NULL : record(p, &p->slots[0].drawn, p->next_drawn);
        const size_t i = (size_t)(row - b->first);
        for (size_t j = 0; to && j < job->d; j++) {
            to[CELLS + j] = gmix_i_word_of(gmix_i_cell(&b->rows, i, j));
        }
        if (to) {
            put_beside(p, (size_t)(row - p->next), to + CELLS + job->d);
            to[WEIGHT] = gmix_i_word_of(b->weights ? b->weights[i] : 1.0);
            to[LABEL] = (uint32_t)(b->labels ? b->labels[i] : -1);
        }
    }
}

static void note_pattern(gmix_partial *p, const gmix_i_block *b, size_t i) {
    const size_t d = p->job.d;
    if (gmix_i_patterns_of_row(&b->rows, i, d, p->bits) &&
        gmix_i_patterns_add(&p->seen, p->bits)) {
        uint64_t *const to = record(p, &p->slots[0].patterns, b->first + i);
        if (to) {
            memcpy(to + 1, p->bits, gmix_i_pattern_words(d) * sizeof *to);
        }
    }
}

static void seed_block(void *arg, const gmix_i_block *b, int thread) {
    (void)thread;
    gmix_partial *const p = arg;
    draw(p, b);
    for (size_t i = 0; i < b->rows.n_rows && p->seen.n < p->seen.most; i++) {
        note_pattern(p, b, i);
    }
}

const gmix_i_work gmix_i_work_seed = {.kind = GMIX_JOB_SEED,
                                      .in_order = true,
                                      .wire = seed_wire,
                                      .sums = seed_sums,
                                      .begin = seed_begin,
                                      .block = seed_block};
