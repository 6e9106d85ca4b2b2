/* Some rows of a block as a tile: what bounds leave to be looked at. See kmeans_points.h. */
#include <string.h>

#include "init/kmeans_points.h"

void gmix_i_some_free(gmix_ctx *ctx, gmix_i_some *some) {
    gmix_i_free(ctx, some->rows);
    gmix_i_free(ctx, some->cells);
}

gmix_status gmix_i_some_new(gmix_ctx *ctx, size_t rows, size_t d, int n_threads,
                            gmix_i_some *out) {
    gmix_status status = GMIX_OK;
    const size_t threads = (size_t)n_threads;
    *out = (gmix_i_some){.most = rows, .d = d};
    GMIX_TRY(
        gmix_i_calloc(ctx, "k-means", threads * rows, sizeof *out->rows, &out->rows));
    GMIX_TRY(gmix_i_calloc(ctx, "k-means", threads * rows * d, sizeof *out->cells,
                           &out->cells));
done:
    return status;
}

size_t gmix_i_some_every(size_t n_rows, uint32_t *rows) {
    for (size_t i = 0; i < n_rows; i++) {
        rows[i] = (uint32_t)i;
    }
    return n_rows;
}

size_t gmix_i_some_or_every(size_t n, size_t n_rows, uint32_t *rows) {
    const bool few = n <= n_rows - n_rows / 4; /* worth copying them together */
    return few ? n : gmix_i_some_every(n_rows, rows);
}

/* Row i of a block, as its cells are. */
static void copy_row(const gmix_i_rows *from, size_t i, size_t d, double *out) {
    if (!from->is_single && from->col_stride == 1) {
        const double *const row = (const double *)from->data;
        memcpy(out, row + (ptrdiff_t)i * from->row_stride, d * sizeof *out);
        return;
    }
    for (size_t j = 0; j < d; j++) {
        out[j] = gmix_i_cell(from, i, j);
    }
}

void gmix_i_some_row(const gmix_i_frame *frame, const gmix_i_block *block, size_t i,
                     double *out) {
    copy_row(&block->rows, i, frame->d, out);
    for (size_t j = 0; j < frame->d; j++) {
        out[j] = (out[j] - frame->shift[j]) * frame->inv_scale[j];
    }
}

gmix_i_tile gmix_i_some_pack(const gmix_i_some *some, const gmix_i_scratches *all,
                             const gmix_i_frame *frame, const gmix_i_block *block,
                             size_t n, int thread) {
    if (n == block->rows.n_rows) {
        return gmix_i_tile_pack(all, frame, block, thread);
    }
    const size_t d = some->d;
    const uint32_t *const rows = gmix_i_some_rows(some, thread);
    double *const cells = some->cells + (size_t)thread * some->most * d;
    for (size_t i = 0; i < n; i++) {
        copy_row(&block->rows, rows[i], d, cells + i * d);
    }
    gmix_i_block few = *block;
    few.weights = NULL;
    few.rows = (gmix_i_rows){
        .data = cells, .n_rows = n, .row_stride = (ptrdiff_t)d, .col_stride = 1};
    const gmix_i_tile tile = gmix_i_tile_pack(all, frame, &few, thread);
    double *const w = all->of_thread[thread].w;
    for (size_t i = 0; block->weights && i < n; i++) {
        w[i] = block->weights[rows[i]];
    }
    return tile;
}
