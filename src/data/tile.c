/* Frames and tiles. See tile.h. */
#include "data/tile.h"

#include <math.h>
#include <string.h>

gmix_status gmix_i_frame_new(gmix_ctx *ctx, size_t d, gmix_i_frame *out) {
    *out = (gmix_i_frame){.d = d};
    const gmix_status status =
        gmix_i_calloc(ctx, "the standardised frame", 3 * d, sizeof(double), &out->shift);
    if (status == GMIX_OK) {
        out->scale = out->shift + d;
        out->inv_scale = out->scale + d;
    }
    return status;
}

void gmix_i_frame_free(const gmix_allocator *from, gmix_i_frame *frame) {
    gmix_i_release(from, frame->shift);
    *frame = (gmix_i_frame){0};
}

/* The power of two nearest to x > 0 on the log scale, kept where its square is normal. */
static int nearest_power(double x) {
    const int power = (int)lround(log2(x));
    return power < -500 ? -500 : power > 500 ? 500 : power;
}

void gmix_i_frame_set(gmix_i_frame *frame, const double *centre, const double *sd,
                      bool isotropic) {
    double largest = 0.0;
    for (size_t j = 0; j < frame->d; j++) {
        largest = fmax(largest, sd[j]);
    }
    frame->log_det = 0.0;
    for (size_t j = 0; j < frame->d; j++) {
        const double width = isotropic ? largest : sd[j];
        const int power = width > 0.0 ? nearest_power(width) : 0;
        frame->shift[j] = centre[j];
        frame->scale[j] = ldexp(1.0, power);
        frame->inv_scale[j] = ldexp(1.0, -power);
        frame->log_det += power * 0.693147180559945309417;
    }
}

static gmix_status scratch_new(gmix_ctx *ctx, const gmix_i_kernels *kernels, size_t rows,
                               size_t d, size_t k, gmix_i_scratch *s) {
    gmix_status status = GMIX_OK;
    const size_t real = kernels->real_size;
    GMIX_TRY(gmix_i_calloc(ctx, "a tile of rows", rows * d, real, &s->x));
    GMIX_TRY(gmix_i_calloc(ctx, "responsibilities of a tile", rows * k, real, &s->resp));
    GMIX_TRY(gmix_i_calloc(ctx, "kernel scratch", kernels->work_size(rows, d, k), 1,
                           &s->work));
    GMIX_TRY(gmix_i_calloc(ctx, "row weights of a tile", rows, sizeof(double), &s->w));
    GMIX_TRY(gmix_i_calloc(ctx, "row counts of a tile", k, sizeof(size_t), &s->active));
    GMIX_TRY(gmix_i_calloc(ctx, "flags of a tile", rows, sizeof(bool), &s->far));
done:
    return status;
}

gmix_status gmix_i_scratches_new(gmix_ctx *ctx, const gmix_i_kernels *kernels,
                                 int n_threads, size_t rows, size_t d, size_t k,
                                 gmix_i_scratches *out) {
    gmix_status status = GMIX_OK;
    *out = (gmix_i_scratches){.n_threads = n_threads, .kernels = kernels};
    GMIX_TRY(gmix_i_calloc(ctx, "thread scratch", (size_t)n_threads,
                           sizeof *out->of_thread, &out->of_thread));
    for (int t = 0; t < n_threads; t++) {
        GMIX_TRY(scratch_new(ctx, kernels, rows, d, k, &out->of_thread[t]));
    }
done:
    if (status != GMIX_OK) {
        gmix_i_scratches_free(ctx, out);
    }
    return status;
}

void gmix_i_scratches_free(gmix_ctx *ctx, gmix_i_scratches *s) {
    for (int t = 0; s->of_thread && t < s->n_threads; t++) {
        gmix_i_scratch *const one = &s->of_thread[t];
        gmix_i_free(ctx, one->x);
        gmix_i_free(ctx, one->resp);
        gmix_i_free(ctx, one->work);
        gmix_i_free(ctx, one->w);
        gmix_i_free(ctx, one->active);
        gmix_i_free(ctx, one->far);
    }
    gmix_i_free(ctx, s->of_thread);
    *s = (gmix_i_scratches){0};
}

/* w = given weights, or ones, then zeros for the padding; gives their sum. */
static double set_weights(size_t rows, size_t n, const double *given, double *w) {
    double sum = (double)rows;
    for (size_t i = 0; i < n; i++) {
        w[i] = 1.0;
    }
    if (given) {
        sum = 0.0;
        for (size_t i = 0; i < rows; i++) {
            w[i] = given[i];
            sum += given[i];
        }
    }
    memset(w + rows, 0, (n - rows) * sizeof *w);
    return sum;
}

gmix_i_tile gmix_i_tile_pack(const gmix_i_kernels *kernels, const gmix_i_frame *frame,
                             const gmix_i_block *block, gmix_i_scratch *s) {
    const size_t rows = block->rows.n_rows;
    const size_t n = (rows + GMIX_I_TILE_ROWS - 1) / GMIX_I_TILE_ROWS * GMIX_I_TILE_ROWS;
    kernels->pack(n, frame->d, &block->rows, frame->shift, frame->inv_scale, s->x);
    const double weight = set_weights(rows, n, block->weights, s->w);

    return (gmix_i_tile){.n = n,
                         .n_rows = rows,
                         .x = s->x,
                         .w = s->w,
                         .weight = weight,
                         .labels = block->labels,
                         .first = block->first,
                         .slot = block->slot};
}
