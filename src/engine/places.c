/*
 * Where parts begin that do not know it. Parts follow each other by their numbers, so the first survey
 * finds their places: part p begins behind the rows of those before it. Until all have answered, a
 * row that an answer names (the first bad ones) is known as row r of part p, and kept as
 *
 *     p 2^43 + r
 *
 * which orders rows as they will lie. (2^43 rows of one byte each are eight terabytes.)
 */
#include <stdlib.h>

#include "engine/master.h"

enum { ROW_BITS = 43 };
static const uint64_t ROW_MASK = (UINT64_C(1) << ROW_BITS) - 1;

/* The rows that a tally names, those that are there. */
static size_t named_rows(gmix_i_tally *t, uint64_t *rows[5]) {
    size_t n = 0;
    for (size_t i = 0; i < 3 && i < t->bad_rows; i++) {
        rows[n++] = &t->bad_row[i];
    }
    if (t->bad_weight_row > 0) {
        rows[n++] = &t->bad_weight_row;
    }
    if (t->bad_label_row > 0) {
        rows[n++] = &t->bad_label_row;
    }
    return n;
}

gmix_status gmix_i_places_accept(gmix_ctx *ctx, const gmix_engine *e,
                                 const gmix_i_answer *a, uint64_t part) {
    const bool unknown = a->first == GMIX_ROW_UNKNOWN;
    if (unknown && (part > GMIX_PART_MOST || a->n_rows > ROW_MASK ||
                    e->stage != GMIX_I_STAGE_LOOK)) {
        return gmix_i_fail(
            ctx, GMIX_ERR_ARGUMENT,
            "part %llu does not know where it begins: that is for the first "
            "job, and for numbers of parts to %d",
            (unsigned long long)part, GMIX_PART_MOST);
    }
    if (e->n_answered > 0 && unknown != (e->answered[0].first == GMIX_ROW_UNKNOWN)) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "part %llu %s where it begins, and others do%s: all have to "
                           "know it, or none",
                           (unsigned long long)part, unknown ? "does not know" : "knows",
                           unknown ? "" : " not");
    }
    return GMIX_OK;
}

void gmix_i_places_name(const gmix_i_answer *a, uint64_t part, gmix_i_sums *sums) {
    uint64_t *rows[5];
    if (a->first == GMIX_ROW_UNKNOWN && sums->has_tally) {
        const size_t n = named_rows(sums->tally.at, rows);
        for (size_t i = 0; i < n; i++) {
            *rows[i] = (*rows[i] & ROW_MASK) | part << ROW_BITS;
        }
    }
}

static int by_part(const void *a, const void *b) {
    const gmix_i_answered *const x = a, *const y = b;
    return x->part < y->part ? -1 : x->part > y->part;
}

static uint64_t first_of(const gmix_i_answered *at, size_t n, uint64_t part) {
    const gmix_i_answered key = {.part = part};
    const gmix_i_answered *const found = bsearch(&key, at, n, sizeof *at, by_part);
    return found ? found->first : GMIX_ROW_UNKNOWN;
}

/* By part; the rows that were named are numbers in the data set from now on. */
static void find(gmix_engine *e) {
    uint64_t next = 0, *rows[5];
    for (size_t i = 0; i < e->n_placed; i++) {
        e->placed[i].first = next;
        next += e->placed[i].n_rows;
    }
    const size_t n = named_rows(e->sums.tally.at, rows);
    for (size_t i = 0; i < n; i++) {
        const uint64_t first = first_of(e->placed, e->n_placed, *rows[i] >> ROW_BITS);
        *rows[i] = first + (*rows[i] & ROW_MASK);
    }
}

gmix_status gmix_i_places_find(gmix_ctx *ctx, gmix_engine *e) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_grow(ctx, "parts", &e->placed, &e->placed_room, e->n_answered,
                         sizeof *e->placed));
    e->n_placed = e->n_answered;
    for (size_t i = 0; i < e->n_placed; i++) {
        e->placed[i] = e->answered[i];
    }
    if (e->n_placed > 0) {
        qsort(e->placed, e->n_placed, sizeof *e->placed, by_part);
        if (e->placed[0].first == GMIX_ROW_UNKNOWN) {
            find(e);
        }
    }
done:
    return status;
}

void gmix_i_places_wire(gmix_i_wire *w, gmix_engine *e) {
    gmix_i_wire_count(w, &e->n_placed, 3 * sizeof(uint64_t));
    if (!w->writing && w->status == GMIX_OK) {
        w->status = gmix_i_grow(w->ctx, "parts", &e->placed, &e->placed_room, e->n_placed,
                                sizeof *e->placed);
    }
    e->n_placed = w->status == GMIX_OK ? e->n_placed : 0;
    for (size_t i = 0; i < e->n_placed; i++) {
        gmix_i_wire_word(w, &e->placed[i].part);
        gmix_i_wire_word(w, &e->placed[i].first);
        gmix_i_wire_word(w, &e->placed[i].n_rows);
        gmix_i_wire_expect(w, i == 0 || e->placed[i - 1].part < e->placed[i].part);
    }
}

uint64_t gmix_engine_part_row(const gmix_engine *engine, uint64_t part) {
    return engine && engine->n_placed > 0
               ? first_of(engine->placed, engine->n_placed, part)
               : GMIX_ROW_UNKNOWN;
}
