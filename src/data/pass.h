/*
 * A pass: every row of the data once, in blocks, on all threads, with sums in a fixed
 * order.
 *
 * Rows are cut into blocks of `rows` rows; block b is added to slot b mod n_slots, blocks
 * of a slot one after the other, and the caller adds the slots up in their order. Both
 * numbers depend on D and K alone, so a sum has the same bits for any number of threads,
 * in memory or streamed, however a source cuts its blocks. (Rejected: a buffer per block,
 * whose memory grows with N; a buffer per thread, whose sums depend on timing.)
 */
#ifndef GMIX_DATA_PASS_H
#define GMIX_DATA_PASS_H

#include <gmix/table.h>

#include "base/base.h"
#include "kernels/kernels.h"

/* What is fitted or scored: a table that can be read anywhere, or a stream. Whoever has
 * looked at its cells sets one of the last two if some are missing. */
typedef struct gmix_i_input {
    const gmix_table *table;   /* or NULL */
    uint64_t first;            /* index of its first row in the data set */
    const gmix_source *source; /* used if table is NULL */
    size_t n_cols;
    const char *const *names;               /* or NULL */
    size_t n_classes;                       /* of the labels; 0: not said */
    const char *const *class_names;         /* n_classes, or NULL */
    const struct gmix_i_patterns *patterns; /* of incomplete rows; NULL: there are none */
    bool drop_incomplete;                   /* or they get the weight 0 */
    const struct gmix_i_errors *errors;     /* of the table's measurements; NULL: none */
    const struct gmix_i_between *between;   /* bounds of cells; NULL: there are none */
    const double *truncation;               /* two bounds of the sample; NULL: none */
    const size_t *row_numbers; /* of the table's rows in the data; NULL: as they come */
} gmix_i_input;

typedef struct gmix_i_cut {
    size_t rows;     /* of a block; a multiple of GMIX_I_TILE_ROWS */
    size_t n_slots;  /* >= 1 */
    size_t row_work; /* multiply-adds a row costs: says when threads are worth waking */
} gmix_i_cut;

/* n_slots is at most this. */
enum { GMIX_I_MOST_SLOTS = 64 };

typedef struct gmix_i_block {
    gmix_i_rows rows;
    const double *weights; /* of these rows, or NULL */
    const int32_t *labels; /* of these rows, -1 for unknown; or NULL */
    uint64_t first;        /* index of the first row in the data set */
    size_t slot;
} gmix_i_block;

/* Handles one block; thread is 0 in the calling thread. Blocks of one slot come in order.
 */
typedef void gmix_i_block_fn(void *arg, const gmix_i_block *block, int thread);

/* Checks a view or a source; fills *out. The struct must outlive *out. Refuses errors of measurement:
 * who heeds them asks for gmix_i_input_measured(). */
gmix_status gmix_i_refuse_errors(gmix_ctx *ctx, const gmix_table *table);
gmix_status gmix_i_input_table(gmix_ctx *ctx, const gmix_table *table, gmix_i_input *out);
gmix_status gmix_i_input_source(gmix_ctx *ctx, const gmix_source *source,
                                gmix_i_input *out);

/* Cut for a pass whose slots hold slot_bytes each: few enough slots to stay small. row_work:
 * multiply-adds a row costs, roughly. */
gmix_i_cut gmix_i_cut_for(size_t d, size_t k, size_t slot_bytes, size_t row_work);

/* Cell (i, j) of a block, as a double. */
static inline double gmix_i_cell(const gmix_i_rows *rows, size_t i, size_t j) {
    const ptrdiff_t column =
        rows->col_offsets ? rows->col_offsets[j] : (ptrdiff_t)j * rows->col_stride;
    const ptrdiff_t at = (ptrdiff_t)i * rows->row_stride + column;
    return rows->is_single ? (double)((const float *)rows->data)[at]
                           : ((const double *)rows->data)[at];
}

/* Rows first .. first + n of a table. */
gmix_i_block gmix_i_table_rows(const gmix_table *table, size_t first, size_t n);

/* The next block of a source, checked: at most most rows, as wide as promised. */
gmix_status gmix_i_source_next(gmix_ctx *ctx, const gmix_source *source, size_t most,
                               gmix_table *block);
/* The same of rows that may have errors, bounds and a truncation. */
gmix_status gmix_i_source_rows(gmix_ctx *ctx, const gmix_source *source, size_t most,
                               gmix_table *block);
gmix_status gmix_i_source_reset(gmix_ctx *ctx, const gmix_source *source);

/* Threads that a pass over this input can use. */
int gmix_i_pass_threads(const gmix_ctx *ctx, const gmix_i_input *in,
                        const gmix_i_cut *cut);

/* Slots that a pass over this input will use: the others stay as they are. */
size_t gmix_i_pass_slots(const gmix_i_input *in, const gmix_i_cut *cut);

/* Calls fn for every block, and polls before each: GMIX_ERR_CANCELLED, GMIX_ERR_TIME_LIMIT;
 * whatever the source returns; GMIX_ERR_NOMEM. */
gmix_status gmix_i_pass(gmix_ctx *ctx, const gmix_i_input *in, const gmix_i_cut *cut,
                        gmix_i_block_fn *fn, void *arg);

/* Describes column j in messages: "column 3 'height'" or "column 3". */
const char *gmix_i_column_label(const gmix_i_input *in, size_t j, char buffer[96]);

#endif
