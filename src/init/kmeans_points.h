/*
 * k-means on all rows of a table, where they lie: what its two halves share. The centres and
 * tiles are in a frame that is centred and scaled by one power of two, so distances are those
 * of the data up to that power.
 */
#ifndef GMIX_INIT_KMEANS_POINTS_H
#define GMIX_INIT_KMEANS_POINTS_H

#include <gmix/kmeans.h>

#include "base/rng.h"
#include "data/survey.h"

typedef struct gmix_i_points {
    gmix_ctx *ctx;
    gmix_i_input input;
    gmix_i_survey survey;
    gmix_i_frame frame;
    const gmix_i_kernels *kernels;
    size_t n, d, k;
    double tol;      /* of the sum of squared moves, in the frame */
    double *centres; /* K x D */
    int32_t *label;  /* N: while seeding, the nearest centre so far */
} gmix_i_points;

/* Draws for a seeding: the caller's, or a stream's. */
typedef struct gmix_i_draws {
    const double *given; /* or NULL */
    gmix_i_stream stream;
} gmix_i_draws;

/* K centres by greedy D^2 seeding, and the rows they are (K). */
gmix_status gmix_i_points_seed(gmix_i_points *p, gmix_i_draws *draws, size_t *seeds);

/* Labels, and centres moved to a local minimum; *n_iter iterations of at most max_iter. */
gmix_status gmix_i_points_lloyd(gmix_i_points *p, size_t max_iter, size_t *n_iter);

/* Rows of a block that a pass looks at, and memory to put them together; per thread. */
typedef struct gmix_i_some {
    size_t most, d;
    uint32_t *rows; /* per thread: most */
    double *cells;  /* per thread: most x D */
} gmix_i_some;

gmix_status gmix_i_some_new(gmix_ctx *ctx, size_t rows, size_t d, int n_threads,
                            gmix_i_some *out);
void gmix_i_some_free(gmix_ctx *ctx, gmix_i_some *some);

/* Where a thread lists rows of a block, rising. */
static inline uint32_t *gmix_i_some_rows(const gmix_i_some *some, int thread) {
    return some->rows + (size_t)thread * some->most;
}

/* Lists all rows of a block; their number. */
size_t gmix_i_some_every(size_t n_rows, uint32_t *rows);

/* Of n_rows n are listed; most of them are as well all of them. The number listed then. */
size_t gmix_i_some_or_every(size_t n, size_t n_rows, uint32_t *rows);

/* The n rows of the block that the thread listed, as a tile. */
gmix_i_tile gmix_i_some_pack(const gmix_i_some *some, const gmix_i_scratches *all,
                             const gmix_i_frame *frame, const gmix_i_block *block,
                             size_t n, int thread);

/* Row i of a block in the frame. out: D. */
void gmix_i_some_row(const gmix_i_frame *frame, const gmix_i_block *block, size_t i,
                     double *out);

/* Candidates for the next centre, weighed in single precision (kmeans_sieve.c). */
typedef struct gmix_i_sieve {
    const gmix_i_points *p;
    const gmix_i_kernels *kernels;
    size_t rows, n_blocks, n_candidates; /* rows of a block */
    bool used;                           /* else nothing below is there */
    bool filled;                         /* tiles, which are NULL if they are too large */
    double part;                         /* of a squared distance, that it may be wrong */
    gmix_i_scratches scratches;
    float *tiles;             /* n_blocks x D x rows */
    float *ones, *candidates; /* n_candidates x D */
    double *zeros, *wrong; /* n_candidates; wrong: see part, whatever the distance is */
    double *gain, *slack;  /* n_blocks x n_candidates */
    float *low;            /* per thread: rows */
} gmix_i_sieve;

gmix_status gmix_i_sieve_new(const gmix_i_points *p, const gmix_i_cut *cut,
                             size_t n_candidates, int n_threads, gmix_i_sieve *out);
void gmix_i_sieve_free(gmix_ctx *ctx, gmix_i_sieve *s);

/* New candidates; then every block, with n listed rows; then who won, if that is sure. */
void gmix_i_sieve_begin(gmix_i_sieve *s, const double *candidates);
/* nearest, closer: of the block's rows. Sets bit c of those that candidate c may be closer to. */
void gmix_i_sieve_block(gmix_i_sieve *s, const gmix_i_some *some, const gmix_i_block *b,
                        size_t n, const double *nearest, uint32_t *closer, int thread);
bool gmix_i_sieve_winner(gmix_i_sieve *s, const double *candidates, size_t *winner);

/* Of each centre those nearest to it (kmeans_around.c). */
#define GMIX_I_AROUND 12

typedef struct gmix_i_around {
    gmix_i_points *p;
    int n_threads;
    bool used;         /* else nothing below is there */
    double *centres_t; /* D x K */
    double *gap;       /* K x AROUND: squared distances, rising */
    int32_t *centre;   /* K x AROUND */
    double *scratch;   /* per thread: K */
} gmix_i_around;

/* A row's nearest centre, the squared distance to it, and one that the next is not below. */
typedef struct gmix_i_found {
    int32_t label;
    double best, second;
} gmix_i_found;

gmix_status gmix_i_around_new(gmix_i_points *p, int n_threads, gmix_i_around *out);
void gmix_i_around_free(gmix_ctx *ctx, gmix_i_around *a);

/* After the centres moved. */
gmix_status gmix_i_around_update(gmix_i_around *a);

/* The nearest centre to row x, in the frame, from those around `own`; false if there may be
 * nearer ones. */
bool gmix_i_around_find(const gmix_i_around *a, const double *x, int32_t own,
                        gmix_i_found *out);

/* Row i in the frame. out: D. */
void gmix_i_points_row(const gmix_i_points *p, size_t i, double *out);

/* Weight of row i. */
static inline double gmix_i_points_weight(const gmix_i_points *p, size_t i) {
    const double *const w = p->input.table->weights;
    return w ? w[i] : 1.0;
}

#endif
