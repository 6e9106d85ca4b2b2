/*
 * A part: rows on their way into sums. They wait until blocks, cut by number in the data set, are
 * whole; then threads work on blocks side by side, each slot into sums of its own.
 */
#ifndef GMIX_ENGINE_PART_H
#define GMIX_ENGINE_PART_H

#include "base/exact_limbs.h"
#include "base/rng.h"
#include "data/subset.h"
#include "engine/job.h"

struct gmix_partial {
    gmix_allocator allocator;
    gmix_i_job job;
    uint64_t job_name;
    bool is_unplaced;     /* rows are numbered from the part's first */
    uint64_t first, next; /* rows: the part's first; the first of those in `wave` */
    gmix_i_cut cut;
    gmix_i_sums *slots;  /* cut.n_slots */
    gmix_i_limbs *limbs; /* cut.n_slots: what is still to join their exact sums */
    double *wave,
        *weights; /* room x D, room: rows that wait for their block to be whole */
    int32_t *labels;
    size_t n_waiting, room;
    size_t n_beside; /* numbers of a row beside its cells that are kept */
    double
        *beside; /* room x n_beside: as job.seen says; lower bounds before upper ones */
    bool ended;
    unsigned char *bytes; /* the answer */
    size_t n_bytes, capacity;
    /* look: */
    gmix_i_tallies tallies;
    /* seed: */
    gmix_i_stream stream;
    uint64_t next_drawn;
    gmix_i_patterns seen;
    uint64_t *bits;
    gmix_status failed; /* of a block */
    /* pass: */
    gmix_i_input input; /* what the rows are like, and those at hand have beside cells */
    gmix_i_errors errors;
    gmix_i_between between;
    gmix_i_prepared prepared;
    gmix_i_scratches scratches;
    double *stats;             /* of a block, per thread */
    double *inverse;           /* of units: of the head, n, s, S */
    gmix_i_member_list *lists; /* n_slots x K */
    size_t len;
};

#endif
