/*
 * Frames and tiles: from a block of rows in the data's units to a standardised,
 * transposed tile for the kernels.
 *
 * The frame subtracts a centre and multiplies by a power of two per feature, so that
 * scaling (of rows, of covariances on their way back) is exact and only the subtraction
 * rounds.
 */
#ifndef GMIX_DATA_TILE_H
#define GMIX_DATA_TILE_H

#include "data/measured.h"
#include "data/patterns.h"

/* x' = (x - shift) * inv_scale. */
typedef struct gmix_i_frame {
    size_t d;
    double *shift, *scale, *inv_scale; /* D each, one allocation behind shift */
    double log_det; /* sum_j log scale_j: log-density in data units = that in frame -
                       log_det */
} gmix_i_frame;

gmix_status gmix_i_frame_new(gmix_ctx *ctx, size_t d, gmix_i_frame *out);
void gmix_i_frame_free(const gmix_allocator *from, gmix_i_frame *frame);

/* Sets the scales from standard deviations: the powers of two next to them, one common
 * power (of the largest) if isotropic. */
void gmix_i_frame_set(gmix_i_frame *frame, const double *centre, const double *sd,
                      bool isotropic);

/* Rows of a tile with missing cells, which are 0 in the tile. */
typedef struct gmix_i_gap_rows {
    size_t n, words;
    size_t *row;        /* n, rising */
    size_t *pattern;    /* n: in the input's patterns, or GMIX_I_NO_PATTERN */
    uint64_t *observed; /* n x words: see patterns.h */
} gmix_i_gap_rows;

/* True if not a cell of the row is there. */
static inline bool gmix_i_gap_is_empty(const gmix_i_gap_rows *gaps, size_t gap) {
    uint64_t any = 0;
    for (size_t w = 0; w < gaps->words; w++) {
        any |= gaps->observed[gap * gaps->words + w];
    }
    return any == 0;
}

/* A block, packed: n_rows rows padded to n with rows of weight 0. */
typedef struct gmix_i_tile {
    size_t n, n_rows;
    const gmix_i_gap_rows *gaps; /* NULL: all rows are complete */
    const gmix_i_noisy_rows
        *noisy; /* NULL: no row has errors; the others of these may have gaps */
    const gmix_i_between_rows *between; /* NULL: no row has bounds */
    const void *x;                      /* D x n reals */
    const double *w;                    /* n row weights */
    double weight;                      /* their sum */
    const int32_t *labels;              /* of the n_rows rows, -1 for unknown; or NULL */
    uint64_t first;
    size_t slot;
} gmix_i_tile;

/* Working memory of one thread: the tile, a K x n matrix of reals, and what kernels and the
 * treatment of incomplete rows want.
 */
typedef struct gmix_i_scratch {
    void *x, *resp, *work;
    double *w;
    size_t *active;              /* K */
    bool *far;                   /* n: rows beyond the range of a double */
    gmix_i_gap_rows gaps;        /* row is NULL if there are no incomplete rows to find */
    gmix_i_between_rows between; /* row is NULL if no row has bounds */
    gmix_i_noisy_rows noisy;     /* row is NULL if no row has errors */
} gmix_i_scratch;

/* A tile that outlives its pass. */
typedef struct gmix_i_kept {
    gmix_i_tile tile; /* x is NULL before the first pass */
    gmix_i_scratch in;
} gmix_i_kept;

typedef struct gmix_i_scratches {
    gmix_i_scratch *of_thread;
    int n_threads;
    const gmix_i_kernels *kernels;
    const gmix_i_input *input;
    gmix_i_kept *kept; /* n_kept, by slot; or NULL */
    size_t n_kept;
} gmix_i_scratches;

/* For tiles of `rows` rows of an input. gap_work: bytes that the treatment of incomplete
 * rows, or of those with errors, wants, if the input has some. */
gmix_status gmix_i_scratches_new(gmix_ctx *ctx, const gmix_i_kernels *kernels,
                                 const gmix_i_input *input, int n_threads, size_t rows,
                                 size_t k, size_t gap_work, gmix_i_scratches *out);
void gmix_i_scratches_free(gmix_ctx *ctx, gmix_i_scratches *s);

/* Packs the tiles of a small table once, for all passes with this cut, one frame and the same
 * rows. Does nothing if the input is a stream or not small. */
gmix_status gmix_i_scratches_keep(gmix_ctx *ctx, const gmix_i_cut *cut,
                                  gmix_i_scratches *s);

/* Packs a block into the scratch of a thread, unless its tile has been kept. */
gmix_i_tile gmix_i_tile_pack(const gmix_i_scratches *all, const gmix_i_frame *frame,
                             const gmix_i_block *block, int thread);

#endif
