/*
 * What was accepted, driven through every call there is: a model through text, JSON, pictures, the
 * page, and all of its uses on rows that are near, far and incomplete; a table through k-means on
 * every remainder, fits, choices, trees, tests and errors. A call may fail with a sentence; what it
 * gives must be what its header promises.
 */
#ifndef GMIX_TESTS_FUZZ_DRIVE_H
#define GMIX_TESTS_FUZZ_DRIVE_H

#include <gmix/gmix.h>

#include "target.h"

typedef struct drive {
    gmix_ctx *ctx;
    uint64_t state; /* of the dice that choose among calls */
    unsigned odds;  /* a call is made once in so many times; 1: always */
} drive;

/* A number from 0 to n - 1. */
static inline size_t drive_roll(drive *d, size_t n) {
    d->state = d->state * 6364136223846793005U + 1442695040888963407U;
    return n > 0 ? (size_t)(d->state >> 33) % n : 0;
}

static inline int drive_wants(drive *d) {
    return drive_roll(d, d->odds) == 0;
}

/* True if the call succeeded; a failure must have said why. */
static inline int drive_done(const drive *d, gmix_status status) {
    target_require(status == GMIX_OK || gmix_ctx_message(d->ctx)[0] != '\0',
                   "a failure without a message");
    return status == GMIX_OK;
}

/* report may be NULL. */
void drive_model(drive *d, const gmix_model *model, const gmix_report *report);
/* The same on rows of the caller's, D wide. */
void drive_use(drive *d, const gmix_model *model, const gmix_report *report,
               const gmix_table *x);

/* Clusters, directions, cells to blame, one feature's values (drive_uses.c). */
void drive_uses(drive *d, const gmix_model *model, const gmix_table *x);
/* Conditionals, tails, regions, modes, other priors (drive_distribution.c). */
void drive_distribution(drive *d, const gmix_model *model, const gmix_table *x);
void drive_detector(drive *d, const gmix_table *given);

void drive_table(drive *d, const gmix_table *given);

#endif
