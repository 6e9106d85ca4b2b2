/*
 * Patterns of missing cells: which of its features a row has, as a set of bits. Data with
 * few missing features have few patterns, so what a pattern costs can be paid once a pass.
 */
#ifndef GMIX_DATA_PATTERNS_H
#define GMIX_DATA_PATTERNS_H

#include "data/pass.h"

#define GMIX_I_NO_PATTERN SIZE_MAX

/* Distinct patterns of incomplete rows, looked up by hash. */
typedef struct gmix_i_patterns {
    size_t d, words; /* words: of 64 bits in a pattern; bit j: feature j is observed */
    size_t n, most;
    uint64_t *bits; /* most x words, n of them in use */
    size_t n_slots; /* a power of two */
    size_t *slots;  /* 1 + index of a pattern; 0: free */
} gmix_i_patterns;

static inline size_t gmix_i_pattern_words(size_t d) {
    return (d + 63) / 64;
}

static inline bool gmix_i_is_observed(const uint64_t *bits, size_t j) {
    return bits[j / 64] >> (j % 64) & 1;
}

/* The first distinct patterns of incomplete rows, `most` (>= 1) at most; the rows of any
 * others are found to have no pattern. Reads the rows once, or until it has as many. */
gmix_status gmix_i_patterns_new(gmix_ctx *ctx, const gmix_i_input *in, size_t most,
                                gmix_i_patterns *out);

/* None yet, with room for `most`; the pattern of row i, false if no cell is missing; takes a pattern
 * down, true if it is new and there was room. */
gmix_status gmix_i_patterns_none(gmix_ctx *ctx, size_t d, size_t most,
                                 gmix_i_patterns *out);
bool gmix_i_patterns_of_row(const gmix_i_rows *rows, size_t i, size_t d, uint64_t *bits);
bool gmix_i_patterns_add(gmix_i_patterns *p, const uint64_t *bits);
void gmix_i_patterns_free(gmix_ctx *ctx, gmix_i_patterns *p);

/* Its index, or GMIX_I_NO_PATTERN. */
size_t gmix_i_patterns_find(const gmix_i_patterns *p, const uint64_t *bits);

/* The features of a pattern: observed ones, then missing ones, each kind rising. Returns
 * how many are observed. order: D. */
size_t gmix_i_pattern_order(size_t d, const uint64_t *bits, size_t *order);

#endif
