/* Patterns of missing cells: an open-addressing table. See patterns.h. */
#include "data/patterns.h"

#include <math.h>
#include <string.h>

static size_t hash_bits(const uint64_t *bits, size_t words) {
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < words; i++) {
        h = (h ^ bits[i]) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 32;
    }
    return (size_t)h;
}

/* Where the pattern is, or the free slot where it would be. */
static size_t *find_slot(const gmix_i_patterns *p, const uint64_t *bits) {
    size_t at = hash_bits(bits, p->words) & (p->n_slots - 1);
    while (p->slots[at] && memcmp(p->bits + (p->slots[at] - 1) * p->words, bits,
                                  p->words * sizeof *bits) != 0) {
        at = (at + 1) & (p->n_slots - 1);
    }
    return &p->slots[at];
}

size_t gmix_i_patterns_find(const gmix_i_patterns *p, const uint64_t *bits) {
    return *find_slot(p, bits) - 1; /* 0 - 1: GMIX_I_NO_PATTERN */
}

/* True if the row has a missing cell. */
static bool row_bits(const gmix_i_rows *rows, size_t i, size_t d, uint64_t *bits) {
    bool incomplete = false;
    memset(bits, 0, gmix_i_pattern_words(d) * sizeof *bits);
    for (size_t j = 0; j < d; j++) {
        const bool observed = !isnan(gmix_i_cell(rows, i, j));
        bits[j / 64] |= (uint64_t)observed << (j % 64);
        incomplete = incomplete || !observed;
    }
    return incomplete;
}

static void add_table(gmix_i_patterns *p, size_t most, const gmix_table *t,
                      uint64_t *bits) {
    const gmix_i_rows rows = gmix_i_table_rows(t, 0, t->n_rows).rows;
    for (size_t i = 0; i < t->n_rows && p->n < most; i++) {
        if (!row_bits(&rows, i, p->d, bits)) {
            continue;
        }
        size_t *const slot = find_slot(p, bits);
        if (*slot == 0) {
            memcpy(p->bits + p->n * p->words, bits, p->words * sizeof *bits);
            *slot = ++p->n;
        }
    }
}

gmix_status gmix_i_patterns_new(gmix_ctx *ctx, const gmix_i_input *in, size_t most,
                                gmix_i_patterns *out) {
    gmix_status status = GMIX_OK;
    uint64_t *bits = NULL;
    *out = (gmix_i_patterns){
        .d = in->n_cols, .words = gmix_i_pattern_words(in->n_cols), .n_slots = 4};
    while (out->n_slots < 2 * most) {
        out->n_slots *= 2;
    }
    const char *const what = "patterns of missing cells";
    GMIX_TRY(gmix_i_calloc(ctx, what, out->words, sizeof *bits, &bits));
    GMIX_TRY(gmix_i_calloc(ctx, what, most * out->words, sizeof *bits, &out->bits));
    GMIX_TRY(gmix_i_calloc(ctx, what, out->n_slots, sizeof *out->slots, &out->slots));
    if (in->table) {
        add_table(out, most, in->table, bits);
    } else {
        gmix_table part = {.n_rows = 1};
        GMIX_TRY(gmix_i_source_reset(ctx, in->source));
        while (out->n < most && part.n_rows > 0) {
            GMIX_TRY(gmix_i_source_next(ctx, in->source, 4096, &part));
            add_table(out, most, &part, bits);
        }
    }
done:
    gmix_i_free(ctx, bits);
    if (status != GMIX_OK) {
        gmix_i_patterns_free(ctx, out);
    }
    return status;
}

void gmix_i_patterns_free(gmix_ctx *ctx, gmix_i_patterns *p) {
    gmix_i_free(ctx, p->bits);
    gmix_i_free(ctx, p->slots);
    *p = (gmix_i_patterns){0};
}

size_t gmix_i_pattern_order(size_t d, const uint64_t *bits, size_t *order) {
    size_t o = 0, m = 0;
    for (size_t j = 0; j < d; j++) {
        o += gmix_i_is_observed(bits, j);
    }
    for (size_t j = 0, seen = 0; j < d; j++) {
        const bool observed = gmix_i_is_observed(bits, j);
        order[observed ? seen++ : o + m++] = j;
    }
    return o;
}
