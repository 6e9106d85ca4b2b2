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
bool gmix_i_patterns_of_row(const gmix_i_rows *rows, size_t i, size_t d, uint64_t *bits) {
    bool incomplete = false;
    memset(bits, 0, gmix_i_pattern_words(d) * sizeof *bits);
    for (size_t j = 0; j < d; j++) {
        const bool observed = !isnan(gmix_i_cell(rows, i, j));
        bits[j / 64] |= (uint64_t)observed << (j % 64);
        incomplete = incomplete || !observed;
    }
    return incomplete;
}

bool gmix_i_patterns_add(gmix_i_patterns *p, const uint64_t *bits) {
    size_t *const slot = find_slot(p, bits);
    if (*slot != 0 || p->n == p->most) {
        return false;
    }
    memcpy(p->bits + p->n * p->words, bits, p->words * sizeof *bits);
    *slot = ++p->n;
    return true;
}

static void add_table(gmix_i_patterns *p, const gmix_table *t, uint64_t *bits) {
    const gmix_i_rows rows = gmix_i_table_rows(t, 0, t->n_rows).rows;
    for (size_t i = 0; i < t->n_rows && p->n < p->most; i++) {
        if (gmix_i_patterns_of_row(&rows, i, p->d, bits)) {
            gmix_i_patterns_add(p, bits);
        }
    }
}

gmix_status gmix_i_patterns_none(gmix_ctx *ctx, size_t d, size_t most,
                                 gmix_i_patterns *out) {
    gmix_status status = GMIX_OK;
    const char *const what = "patterns of missing cells";
    *out = (gmix_i_patterns){
        .d = d, .words = gmix_i_pattern_words(d), .most = most, .n_slots = 4};
    while (out->n_slots < 2 * most) {
        out->n_slots *= 2;
    }
    GMIX_TRY(gmix_i_calloc(ctx, what, most * out->words, sizeof *out->bits, &out->bits));
    GMIX_TRY(gmix_i_calloc(ctx, what, out->n_slots, sizeof *out->slots, &out->slots));
done:
    if (status != GMIX_OK) {
        gmix_i_patterns_free(ctx, out);
    }
    return status;
}

gmix_status gmix_i_patterns_new(gmix_ctx *ctx, const gmix_i_input *in, size_t most,
                                gmix_i_patterns *out) {
    gmix_status status = GMIX_OK;
    uint64_t *bits = NULL;
    *out = (gmix_i_patterns){0};
    GMIX_TRY(gmix_i_calloc(ctx, "patterns of missing cells",
                           gmix_i_pattern_words(in->n_cols), sizeof *bits, &bits));
    GMIX_TRY(gmix_i_patterns_none(ctx, in->n_cols, most, out));
    if (in->table) {
        add_table(out, in->table, bits);
    } else {
        gmix_table part = {.n_rows = 1};
        GMIX_TRY(gmix_i_source_reset(ctx, in->source));
        while (out->n < most && part.n_rows > 0) {
            GMIX_TRY(gmix_i_source_next(ctx, in->source, 4096, &part));
            add_table(out, &part, bits);
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
