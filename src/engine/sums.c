/* Answers of parts, and how they join. See sums.h. */
#include "engine/sums.h"

#include <stdlib.h>
#include <string.h>

gmix_status gmix_i_sums_new(gmix_ctx *ctx, gmix_i_sums *sums) {
    gmix_status status = GMIX_OK;
    if (sums->has_tally) {
        GMIX_TRY(gmix_i_tallies_new(ctx, sums->d, GMIX_I_MISSING_EM, 1, 0, &sums->tally));
    }
    if (sums->has_seen) {
        GMIX_TRY(gmix_i_observation_new(ctx, sums->d, &sums->seen));
    }
    GMIX_TRY(gmix_i_calloc(ctx, "exact sums", sums->n_exact, sizeof *sums->exact,
                           &sums->exact));
    GMIX_TRY(gmix_i_calloc(ctx, "rows of components", sums->n_members,
                           sizeof *sums->members, &sums->members));
done:
    if (status != GMIX_OK) {
        gmix_i_sums_free(&ctx->opts.allocator, sums);
    }
    return status;
}

void gmix_i_sums_free(const gmix_allocator *from, gmix_i_sums *sums) {
    gmix_ctx ctx = {.opts = {.allocator = *from}};
    gmix_i_tallies_free(&ctx, &sums->tally);
    gmix_i_observation_free(from, &sums->seen);
    gmix_i_free(&ctx, sums->exact);
    gmix_i_free(&ctx, sums->members);
    gmix_i_free(&ctx, sums->drawn.at);
    gmix_i_free(&ctx, sums->patterns.at);
    *sums = (gmix_i_sums){0};
}

static void wire_tally(gmix_i_wire *w, gmix_i_tally *t, size_t d) {
    uint64_t *const counts[] = {
        &t->n_rows,          &t->bad_cells,         &t->bad_rows,
        &t->n_missing_cells, &t->n_incomplete_rows, &t->n_empty_rows,
        &t->bad_row[0],      &t->bad_row[1],        &t->bad_row[2],
        &t->bad_weight_row,  &t->bad_label_row};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        gmix_i_wire_word(w, counts[c]);
    }
    gmix_i_wire_size(w, &t->bad_column);
    gmix_i_wire_expect(w, t->bad_column < d);
    gmix_i_wire_real(w, &t->bad_value);
    gmix_i_wire_real(w, &t->bad_weight);
    gmix_i_wire_real(w, &t->largest_weight);
    gmix_i_wire_ints(w, &t->bad_label, 1);
    gmix_i_wire_ints(w, &t->largest_label, 1);
    gmix_i_wire_expect(w, t->largest_label >= -1);
    gmix_i_wire_reals(w, t->seen, d); /* more than 0 where there is a value */
    gmix_i_wire_reals(w, t->lowest, d);
    gmix_i_wire_reals(w, t->highest, d);
    gmix_i_wire_real(w, &t->weight);
}

static void wire_records(gmix_i_wire *w, gmix_i_records *r) {
    gmix_i_wire_same(w, r->words);
    if (r->words == 0 || w->status != GMIX_OK) {
        return;
    }
    gmix_i_wire_count(w, &r->n, r->words * sizeof *r->at);
    if (!w->writing) {
        gmix_i_wire_alloc(w, r->n * r->words, sizeof *r->at, &r->at);
        r->capacity = r->n * r->words;
    }
    gmix_i_wire_words(w, r->at, r->n * r->words);
}

void gmix_i_sums_wire(gmix_i_wire *w, gmix_i_sums *sums) {
    if (sums->has_tally) {
        wire_tally(w, sums->tally.at, sums->d);
    }
    if (sums->has_seen) {
        gmix_i_observation_wire(w, &sums->seen);
        gmix_i_wire_expect(w, sums->seen.d == sums->d);
    }
    gmix_i_wire_flag(w, &sums->beyond);
    gmix_i_wire_exact(w, sums->exact, sums->n_exact);
    wire_records(w, &sums->drawn);
    wire_records(w, &sums->patterns);
    for (size_t c = 0; c < sums->n_members; c++) {
        gmix_i_wire_word(w, &sums->members[c].n);
        gmix_i_wire_words(w, sums->members[c].rows, GMIX_I_ROWS_NAMED);
    }
}

gmix_status gmix_i_records_next(gmix_ctx *ctx, gmix_i_records *r, uint64_t **record) {
    const gmix_status status = gmix_i_grow(ctx, "rows of a part", &r->at, &r->capacity,
                                           (r->n + 1) * r->words, sizeof *r->at);
    if (status == GMIX_OK) {
        *record = r->at + r->n++ * r->words;
    }
    return status;
}

static gmix_status make_room(gmix_ctx *ctx, gmix_i_records *r,
                             const gmix_i_records *more) {
    return gmix_i_grow(ctx, "rows of parts", &r->at, &r->capacity,
                       (r->n + more->n) * r->words, sizeof *r->at);
}

static void append(gmix_i_records *r, const gmix_i_records *more) {
    if (more->n > 0) {
        memcpy(r->at + r->n * r->words, more->at, more->n * r->words * sizeof *r->at);
        r->n += more->n;
    }
}

gmix_status gmix_i_sums_join(gmix_ctx *ctx, gmix_i_sums *sums, const gmix_i_sums *more) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(make_room(ctx, &sums->drawn, &more->drawn));
    GMIX_TRY(make_room(ctx, &sums->patterns, &more->patterns));
    append(&sums->drawn, &more->drawn);
    append(&sums->patterns, &more->patterns);
    if (sums->has_tally) {
        gmix_i_tally_join(sums->tally.at, more->tally.at, sums->d);
    }
    if (sums->has_seen) {
        gmix_i_observation_join(&sums->seen, &more->seen);
    }
    for (size_t i = 0; i < sums->n_exact; i++) {
        gmix_i_exact_join(&sums->exact[i], &more->exact[i]);
    }
    for (size_t c = 0; c < sums->n_members; c++) {
        gmix_i_member_list_join(&sums->members[c], &more->members[c]);
    }
    sums->beyond = sums->beyond || more->beyond;
done:
    return status;
}

typedef struct record {
    const uint64_t *at;
    size_t words;
} record;

static int by_place(const void *a, const void *b) {
    const uint64_t x = *((const record *)a)->at, y = *((const record *)b)->at;
    return x < y ? -1 : x > y;
}

static int by_content(const void *a, const void *b) {
    const record *const x = a, *const y = b;
    const int order = memcmp(x->at + 1, y->at + 1, (x->words - 1) * sizeof *x->at);
    return order != 0 ? order : by_place(a, b);
}

gmix_status gmix_i_records_thin(gmix_ctx *ctx, gmix_i_records *r, size_t most) {
    gmix_status status = GMIX_OK;
    record *all = NULL;
    uint64_t *kept = NULL;
    size_t n = 0;
    GMIX_TRY(gmix_i_calloc(ctx, "rows of parts", r->n, sizeof *all, &all));
    for (size_t i = 0; i < r->n; i++) {
        all[i] = (record){.at = r->at + i * r->words, .words = r->words};
    }
    qsort(all, r->n, sizeof *all, by_content);
    for (size_t i = 0; i < r->n; i++) {
        if (n == 0 || memcmp(all[n - 1].at + 1, all[i].at + 1,
                             (r->words - 1) * sizeof *r->at) != 0) {
            all[n++] = all[i];
        }
    }
    qsort(all, n, sizeof *all, by_place);
    n = n < most ? n : most;
    GMIX_TRY(gmix_i_calloc(ctx, "rows of parts", n * r->words, sizeof *kept, &kept));
    for (size_t i = 0; i < n; i++) {
        memcpy(kept + i * r->words, all[i].at, r->words * sizeof *kept);
    }
    gmix_i_free(ctx, r->at);
    *r =
        (gmix_i_records){.n = n, .capacity = n * r->words, .words = r->words, .at = kept};
done:
    gmix_i_free(ctx, all);
    return status;
}
