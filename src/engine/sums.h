/*
 * What parts answer: counts and extremes, exact sums, rows by their number. Two answers join into
 * that of both parts together, in any order: to the last bit the same.
 */
#ifndef GMIX_ENGINE_SUMS_H
#define GMIX_ENGINE_SUMS_H

#include "base/wire.h"
#include "data/tally.h"
#include "engine/observation.h"
#include "search/members.h"

/* Records of some words each; the first says where in the data set it is from. */
typedef struct gmix_i_records {
    size_t n, capacity, words; /* capacity: in words */
    uint64_t *at;              /* n x words */
} gmix_i_records;

typedef struct gmix_i_sums {
    size_t d, n_exact, n_members;
    bool has_tally, has_seen;
    gmix_i_tallies tally;    /* one; its means and squares mean nothing */
    gmix_i_observation seen; /* how rows were observed */
    gmix_i_exact *exact;
    bool beyond; /* a term did not fit, or was not finite */
    gmix_i_records drawn, patterns;
    gmix_i_member_list *members; /* of each component */
} gmix_i_sums;

/* What there is room for says the caller: sums->d, n_exact, n_members, has_tally, has_seen and the
 * records' words are set, all else 0. */
gmix_status gmix_i_sums_new(gmix_ctx *ctx, gmix_i_sums *sums);
void gmix_i_sums_free(const gmix_allocator *from, gmix_i_sums *sums);

/* Both ways. */
void gmix_i_sums_wire(gmix_i_wire *w, gmix_i_sums *sums);

/* sums += more. On failure nothing has happened. */
gmix_status gmix_i_sums_join(gmix_ctx *ctx, gmix_i_sums *sums, const gmix_i_sums *more);

/* The next record, to be filled in; NULL without memory. */
gmix_status gmix_i_records_next(gmix_ctx *ctx, gmix_i_records *r, uint64_t **record);

/* The first `most` different ones, in order: of those that differ in the first word alone, the one
 * where it is least. */
gmix_status gmix_i_records_thin(gmix_ctx *ctx, gmix_i_records *r, size_t most);

static inline uint64_t gmix_i_word_of(double x) {
    union {
        double real;
        uint64_t word;
    } u = {.real = x};
    return u.word;
}
static inline double gmix_i_real_of(uint64_t word) {
    union {
        uint64_t word;
        double real;
    } u = {.word = word};
    return u.real;
}

#endif
