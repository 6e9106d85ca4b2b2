/* Passes over tables and streams. See pass.h. */
#include "data/pass.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/threads.h"

static gmix_status check_classes(gmix_ctx *ctx, const gmix_i_input *in) {
    for (size_t c = 0; in->class_names && c < in->n_classes; c++) {
        if (!in->class_names[c]) {
            return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "the name of class %zu is NULL",
                               c);
        }
    }
    return in->class_names && in->n_classes == 0
               ? gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                             "class_names are given, but n_classes is 0")
               : GMIX_OK;
}

gmix_status gmix_i_refuse_errors(gmix_ctx *ctx, const gmix_table *table) {
    if (table->lower || table->upper) {
        return gmix_i_fail(
            ctx, GMIX_ERR_ARGUMENT,
            "the table has bounds of cells, which this call does not heed");
    }
    if (table->projections) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "combinations of features were measured, which this call does "
                           "not heed");
    }
    if (table->truncation) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "the sample is truncated, which this call does not heed");
    }
    return !table->errors ? GMIX_OK
                          : gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                                        "the rows have errors of measurement, which this "
                                        "call does not heed: leave "
                                        "them out of the table");
}

gmix_status gmix_i_input_table(gmix_ctx *ctx, const gmix_table *table,
                               gmix_i_input *out) {
    if (!table) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "the table is NULL");
    }
    if (table->n_cols == 0 || table->n_rows == 0) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA,
                           "the table is empty: it has %zu rows and %zu columns",
                           table->n_rows, table->n_cols);
    }
    const size_t most = PTRDIFF_MAX / sizeof(double);
    if (table->n_rows > most || table->n_cols > most) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "the table is said to have %zu rows and %zu columns, which is "
                           "more than there can be",
                           table->n_rows, table->n_cols);
    }
    if (gmix_i_refuse_errors(ctx, table) != GMIX_OK) {
        return GMIX_ERR_ARGUMENT;
    }
    if (!table->data || (table->dtype != GMIX_F64 && table->dtype != GMIX_F32)) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "the table has no data or an unknown dtype");
    }
    *out = (gmix_i_input){.table = table,
                          .n_cols = table->n_cols,
                          .names = table->names,
                          .n_classes = table->n_classes,
                          .class_names = table->class_names};
    return check_classes(ctx, out);
}

gmix_status gmix_i_input_source(gmix_ctx *ctx, const gmix_source *source,
                                gmix_i_input *out) {
    if (!source || source->struct_size == 0 || !source->reset || !source->next) {
        return gmix_i_fail(
            ctx, GMIX_ERR_ARGUMENT,
            "the source is NULL, lacks a function or has a wrong struct_size");
    }
    if (source->n_cols == 0) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA, "the source has no columns");
    }
    *out = (gmix_i_input){.source = source,
                          .n_cols = source->n_cols,
                          .names = source->names,
                          .n_classes = source->n_classes,
                          .class_names = source->class_names};
    return check_classes(ctx, out);
}

gmix_i_cut gmix_i_cut_for(size_t d, size_t k, size_t slot_bytes, size_t row_work) {
    const size_t budget = (size_t)16 << 20;
    size_t slots = budget / (slot_bytes + 1);
    slots = slots < 8 ? 8 : slots > GMIX_I_MOST_SLOTS ? (size_t)GMIX_I_MOST_SLOTS : slots;
    return (gmix_i_cut){
        .rows = gmix_i_kernels_tile_rows(d, k), .n_slots = slots, .row_work = row_work};
}

static size_t n_blocks(const gmix_i_input *in, const gmix_i_cut *cut) {
    return (in->table->n_rows + cut->rows - 1) / cut->rows;
}

size_t gmix_i_pass_slots(const gmix_i_input *in, const gmix_i_cut *cut) {
    const size_t blocks = in->table ? n_blocks(in, cut) : cut->n_slots;
    return blocks < cut->n_slots ? blocks : cut->n_slots;
}

int gmix_i_pass_threads(const gmix_ctx *ctx, const gmix_i_input *in,
                        const gmix_i_cut *cut) {
    int threads = ctx->opts.n_threads;
    const size_t most = gmix_i_pass_slots(in, cut);
    if (in->table) {
        const double work = (double)in->table->n_rows * (double)cut->row_work;
        threads = gmix_i_useful_threads(threads, work);
    }
    return most < (size_t)threads ? (int)most : threads;
}

gmix_i_block gmix_i_table_rows(const gmix_table *t, size_t first, size_t n) {
    const size_t size = t->dtype == GMIX_F32 ? sizeof(float) : sizeof(double);
    const ptrdiff_t skip = (ptrdiff_t)first * t->row_stride * (ptrdiff_t)size;
    return (gmix_i_block){.rows = {.data = (const char *)t->data + skip,
                                   .n_rows = n,
                                   .row_stride = t->row_stride,
                                   .col_stride = t->col_offsets ? 0 : t->col_stride,
                                   .col_offsets = t->col_offsets,
                                   .is_single = t->dtype == GMIX_F32},
                          .weights = t->weights ? t->weights + first : NULL,
                          .labels = t->labels ? t->labels + first : NULL};
}

typedef struct pass_state {
    gmix_ctx *ctx;
    const gmix_table *table; /* rows at hand: all, or those of a wave */
    const gmix_i_cut *cut;
    uint64_t first; /* index of the table's first row in the data set */
    gmix_i_block_fn *fn;
    void *arg;
    atomic_int ended; /* some blocks were left out */
} pass_state;

/* All blocks of one slot, in order. */
static void do_slot(void *arg, size_t slot, int thread) {
    pass_state *const p = arg;
    const size_t rows = p->cut->rows, n = p->table->n_rows;
    for (size_t at = slot * rows; at < n; at += p->cut->n_slots * rows) {
        if (thread == 0 && gmix_i_cancelled(p->ctx)) {
            atomic_store(&p->ended, 1);
        }
        if (atomic_load_explicit(&p->ended, memory_order_relaxed)) {
            return;
        }
        gmix_i_block block =
            gmix_i_table_rows(p->table, at, n - at < rows ? n - at : rows);
        block.first = p->first + at;
        block.slot = slot;
        p->fn(p->arg, &block, thread);
    }
}

static gmix_status do_rows(pass_state *p, int n_threads) {
    const size_t blocks = (p->table->n_rows + p->cut->rows - 1) / p->cut->rows;
    const size_t slots = blocks < p->cut->n_slots ? blocks : p->cut->n_slots;
    const gmix_status status = gmix_i_parallel_for(p->ctx, n_threads, slots, do_slot, p);
    return status == GMIX_OK && atomic_load(&p->ended) ? gmix_i_poll(p->ctx) : status;
}

/* A wave: one block for every slot, copied together from a stream. */
typedef struct wave {
    double *x, *weights;
    int32_t *labels;
    size_t n_rows, capacity, d;
} wave;

static void wave_append(wave *w, const gmix_table *part) {
    if (!part->data) { /* the end: a block with rows has data, or was refused */
        return;
    }
    const gmix_i_rows rows = gmix_i_table_rows(part, 0, part->n_rows).rows;
    for (size_t i = 0; i < part->n_rows; i++) {
        double *const row = w->x + (w->n_rows + i) * w->d;
        for (size_t j = 0; j < w->d; j++) {
            row[j] = gmix_i_cell(&rows, i, j);
        }
        w->weights[w->n_rows + i] = part->weights ? part->weights[i] : 1.0;
        w->labels[w->n_rows + i] = part->labels ? part->labels[i] : -1;
    }
    w->n_rows += part->n_rows;
}

/* A source's own status, if it is one of ours. */
static gmix_status known_status(gmix_status status) {
    const unsigned value = (unsigned)status;
    return value <= (unsigned)GMIX_ERR_TIME_LIMIT ? status : GMIX_ERR_IO;
}

gmix_status gmix_i_source_reset(gmix_ctx *ctx, const gmix_source *source) {
    const gmix_status status = known_status(source->reset(source->self));
    return status == GMIX_OK
               ? GMIX_OK
               : gmix_i_fail(ctx, status,
                             "the data source cannot go back to its first row");
}

gmix_status gmix_i_source_rows(gmix_ctx *ctx, const gmix_source *source, size_t most,
                               gmix_table *block) {
    *block = (gmix_table){0};
    const gmix_status status = known_status(source->next(source->self, most, block));
    if (status != GMIX_OK) {
        return gmix_i_fail(ctx, status, "the data source failed: %s",
                           gmix_status_text(status));
    }
    if (block->n_rows > 0 && (block->n_cols != source->n_cols || block->n_rows > most ||
                              !(block->data || block->lower))) {
        return gmix_i_fail(
            ctx, GMIX_ERR_SHAPE,
            "the data source gave a block of %zu rows and %zu columns where "
            "at most %zu rows of %zu columns were asked for",
            block->n_rows, block->n_cols, most, source->n_cols);
    }
    block->struct_size = block->struct_size ? block->struct_size : sizeof *block;
    return GMIX_OK;
}

gmix_status gmix_i_source_next(gmix_ctx *ctx, const gmix_source *source, size_t most,
                               gmix_table *block) {
    const gmix_status status = gmix_i_source_rows(ctx, source, most, block);
    return status == GMIX_OK ? gmix_i_refuse_errors(ctx, block) : status;
}

/* Fills the wave; *ended if the stream is over. */
static gmix_status wave_fill(gmix_ctx *ctx, const gmix_source *s, wave *w, bool *ended) {
    gmix_status status = GMIX_OK;
    w->n_rows = 0;
    while (w->n_rows < w->capacity && !*ended) {
        gmix_table part;
        GMIX_TRY(gmix_i_source_next(ctx, s, w->capacity - w->n_rows, &part));
        *ended = part.n_rows == 0;
        wave_append(w, &part);
    }
done:
    return status;
}

static gmix_status stream_pass(pass_state *p, const gmix_i_input *in) {
    gmix_status status = GMIX_OK;
    const size_t capacity = p->cut->rows * p->cut->n_slots;
    wave w = {.capacity = capacity, .d = in->n_cols};
    gmix_table table;
    p->table = &table;
    bool ended = false;
    GMIX_TRY(
        gmix_i_calloc(p->ctx, "a wave of blocks", capacity * w.d, sizeof(double), &w.x));
    GMIX_TRY(gmix_i_calloc(p->ctx, "row weights", capacity, sizeof(double), &w.weights));
    GMIX_TRY(gmix_i_calloc(p->ctx, "row labels", capacity, sizeof *w.labels, &w.labels));
    GMIX_TRY(gmix_i_source_reset(p->ctx, in->source));
    while (!ended) {
        GMIX_TRY(wave_fill(p->ctx, in->source, &w, &ended));
        table = gmix_table_f64(w.x, w.n_rows, w.d);
        table.weights = w.weights;
        table.labels = w.labels;
        GMIX_TRY(do_rows(p, p->ctx->opts.n_threads));
        p->first += w.n_rows;
    }
done:
    p->table = NULL;
    gmix_i_free(p->ctx, w.x);
    gmix_i_free(p->ctx, w.weights);
    gmix_i_free(p->ctx, w.labels);
    return status;
}

gmix_status gmix_i_pass(gmix_ctx *ctx, const gmix_i_input *in, const gmix_i_cut *cut,
                        gmix_i_block_fn *fn, void *arg) {
    pass_state p = {.ctx = ctx,
                    .table = in->table,
                    .first = in->table ? in->first : 0,
                    .cut = cut,
                    .fn = fn,
                    .arg = arg};
    return in->table ? do_rows(&p, gmix_i_pass_threads(ctx, in, cut))
                     : stream_pass(&p, in);
}

const char *gmix_i_column_label(const gmix_i_input *in, size_t j, char buffer[96]) {
    if (in->names && in->names[j]) {
        snprintf(buffer, 96, "column %zu '%.64s'", j + 1, in->names[j]);
    } else {
        snprintf(buffer, 96, "column %zu", j + 1);
    }
    return buffer;
}
