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

static gmix_status gap_rows_new(gmix_ctx *ctx, size_t rows, size_t d,
                                gmix_i_gap_rows *out) {
    gmix_status status = GMIX_OK;
    const char *const what = "incomplete rows of a tile";
    out->words = gmix_i_pattern_words(d);
    GMIX_TRY(gmix_i_calloc(ctx, what, rows, sizeof *out->row, &out->row));
    GMIX_TRY(gmix_i_calloc(ctx, what, rows, sizeof *out->pattern, &out->pattern));
    GMIX_TRY(gmix_i_calloc(ctx, what, rows * out->words, sizeof *out->observed,
                           &out->observed));
done:
    return status;
}

/* Memory for a packed tile. */
static gmix_status tile_new(gmix_ctx *ctx, const gmix_i_scratches *all, size_t rows,
                            gmix_i_scratch *s) {
    gmix_status status = GMIX_OK;
    const size_t d = all->input->n_cols, real = all->kernels->real_size;
    GMIX_TRY(gmix_i_calloc(ctx, "a tile of rows", rows * d, real, &s->x));
    GMIX_TRY(gmix_i_calloc(ctx, "row weights of a tile", rows, sizeof(double), &s->w));
    GMIX_TRY(gmix_i_calloc(ctx, "flags of a tile", rows, sizeof(bool), &s->far));
    if (all->input->patterns || all->input->drop_incomplete) {
        GMIX_TRY(gap_rows_new(ctx, rows, d, &s->gaps));
    }
    if (all->input->between) {
        GMIX_TRY(gmix_i_between_rows_new(ctx, rows, d, &s->between));
    }
    if (all->input->errors) {
        GMIX_TRY(gmix_i_noisy_rows_new(ctx, rows, d, all->input->errors->len, &s->noisy));
    }
done:
    return status;
}

static gmix_status scratch_new(gmix_ctx *ctx, const gmix_i_scratches *all, size_t rows,
                               size_t k, size_t gap_work, gmix_i_scratch *s) {
    gmix_status status = GMIX_OK;
    const size_t real = all->kernels->real_size;
    size_t work = all->kernels->work_size(rows, all->input->n_cols, k);
    const bool more = all->input->patterns || all->input->errors || all->input->between;
    work = more && gap_work > work ? gap_work : work;
    GMIX_TRY(tile_new(ctx, all, rows, s));
    GMIX_TRY(gmix_i_calloc(ctx, "responsibilities of a tile", rows * k, real, &s->resp));
    GMIX_TRY(gmix_i_calloc(ctx, "kernel scratch", work, 1, &s->work));
    GMIX_TRY(gmix_i_calloc(ctx, "row counts of a tile", k, sizeof(size_t), &s->active));
done:
    return status;
}

gmix_status gmix_i_scratches_new(gmix_ctx *ctx, const gmix_i_kernels *kernels,
                                 const gmix_i_input *input, int n_threads, size_t rows,
                                 size_t k, size_t gap_work, gmix_i_scratches *out) {
    gmix_status status = GMIX_OK;
    *out = (gmix_i_scratches){.n_threads = n_threads, .kernels = kernels, .input = input};
    GMIX_TRY(gmix_i_calloc(ctx, "thread scratch", (size_t)n_threads,
                           sizeof *out->of_thread, &out->of_thread));
    for (int t = 0; t < n_threads; t++) {
        GMIX_TRY(scratch_new(ctx, out, rows, k, gap_work, &out->of_thread[t]));
    }
done:
    if (status != GMIX_OK) {
        gmix_i_scratches_free(ctx, out);
    }
    return status;
}

gmix_status gmix_i_scratches_keep(gmix_ctx *ctx, const gmix_i_cut *cut,
                                  gmix_i_scratches *s) {
    gmix_status status = GMIX_OK;
    const size_t most = 32768; /* numbers: where packing tells, and no cache is filled */
    const size_t slots = gmix_i_pass_slots(s->input, cut);
    if (!s->input->table || s->input->table->n_rows > slots * cut->rows ||
        slots * cut->rows * s->input->n_cols > most) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "tiles", slots, sizeof *s->kept, &s->kept));
    s->n_kept = slots;
    for (size_t slot = 0; slot < slots; slot++) {
        GMIX_TRY(tile_new(ctx, s, cut->rows, &s->kept[slot].in));
    }
done:
    return status;
}

static void scratch_free(gmix_ctx *ctx, gmix_i_scratch *s) {
    gmix_i_free(ctx, s->x);
    gmix_i_free(ctx, s->resp);
    gmix_i_free(ctx, s->work);
    gmix_i_free(ctx, s->w);
    gmix_i_free(ctx, s->active);
    gmix_i_free(ctx, s->far);
    gmix_i_free(ctx, s->gaps.row);
    gmix_i_free(ctx, s->gaps.pattern);
    gmix_i_free(ctx, s->gaps.observed);
    gmix_i_noisy_rows_free(ctx, &s->noisy);
    gmix_i_between_rows_free(ctx, &s->between);
}

void gmix_i_scratches_free(gmix_ctx *ctx, gmix_i_scratches *s) {
    for (int t = 0; s->of_thread && t < s->n_threads; t++) {
        scratch_free(ctx, &s->of_thread[t]);
    }
    for (size_t slot = 0; slot < s->n_kept; slot++) {
        scratch_free(ctx, &s->kept[slot].in);
    }
    gmix_i_free(ctx, s->of_thread);
    gmix_i_free(ctx, s->kept);
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

/* Which rows have a cell that is NaN. */
static void flag_incomplete(size_t n, size_t d, bool single, const void *x, bool *flag) {
    memset(flag, 0, n * sizeof *flag);
    for (size_t j = 0; j < d; j++) {
        const double *const wide = (const double *)x + j * n;
        const float *const narrow = (const float *)x + j * n;
        for (size_t i = 0; i < n && !single; i++) {
            flag[i] |= isnan(wide[i]);
        }
        for (size_t i = 0; i < n && single; i++) {
            flag[i] |= isnan(narrow[i]);
        }
    }
}

/* The pattern of row i; its missing cells become 0. */
static void take_pattern(size_t n, size_t d, bool single, void *x, size_t i,
                         uint64_t *bits) {
    memset(bits, 0, gmix_i_pattern_words(d) * sizeof *bits);
    for (size_t j = 0; j < d; j++) {
        double *const wide = (double *)x + j * n + i;
        float *const narrow = (float *)x + j * n + i;
        const bool observed = single ? !isnan(*narrow) : !isnan(*wide);
        bits[j / 64] |= (uint64_t)observed << (j % 64);
        if (!observed && single) {
            *narrow = 0.0F;
        } else if (!observed) {
            *wide = 0.0;
        }
    }
}

/* Lists the incomplete rows of a packed tile, and fills their missing cells with 0. */
static void find_gaps(const gmix_i_scratches *all, size_t n, size_t n_rows,
                      gmix_i_scratch *s) {
    const size_t d = all->input->n_cols;
    const bool single = all->kernels->real_size < sizeof(double);
    gmix_i_gap_rows *const gaps = &s->gaps;
    gaps->n = 0;
    flag_incomplete(n, d, single, s->x, s->far);
    for (size_t i = 0; i < n_rows; i++) {
        if (s->far[i]) {
            uint64_t *const bits = gaps->observed + gaps->n * gaps->words;
            take_pattern(n, d, single, s->x, i, bits);
            gaps->pattern[gaps->n] =
                all->input->patterns ? gmix_i_patterns_find(all->input->patterns, bits)
                                     : GMIX_I_NO_PATTERN;
            gaps->row[gaps->n++] = i;
        }
    }
}

/* Takes the weight of incomplete rows away; gives the sum of those left. */
static double drop_gaps(size_t n, gmix_i_scratch *s) {
    double sum = 0.0;
    for (size_t g = 0; g < s->gaps.n; g++) {
        s->w[s->gaps.row[g]] = 0.0;
    }
    for (size_t i = 0; i < n; i++) {
        sum += s->w[i];
    }
    s->gaps.n = 0;
    return sum;
}

static gmix_i_tile pack(const gmix_i_scratches *all, const gmix_i_frame *frame,
                        const gmix_i_block *block, gmix_i_scratch *s) {
    const size_t rows = block->rows.n_rows;
    const size_t n = (rows + GMIX_I_TILE_ROWS - 1) / GMIX_I_TILE_ROWS * GMIX_I_TILE_ROWS;
    all->kernels->pack(n, frame->d, &block->rows, frame->shift, frame->inv_scale, s->x);
    double weight = set_weights(rows, n, block->weights, s->w);
    if (s->gaps.row) {
        find_gaps(all, n, rows, s);
        weight = all->input->drop_incomplete ? drop_gaps(n, s) : weight;
    }
    const size_t first = (size_t)(block->first - all->input->first);
    if (s->between.row) {
        gmix_i_between_rows_pack(all->input->between, block, first, frame->shift,
                                 frame->inv_scale, &s->between);
    }
    if (s->noisy.row) {
        gmix_i_noisy_rows_pack(all->input->errors, block, first, n, all->kernels, s->x,
                               frame->inv_scale, &s->noisy);
    }
    return (gmix_i_tile){.n = n,
                         .n_rows = rows,
                         .gaps = s->gaps.n > 0 ? &s->gaps : NULL,
                         .noisy = s->noisy.n > 0 ? &s->noisy : NULL,
                         .between = s->between.n > 0 ? &s->between : NULL,
                         .x = s->x,
                         .w = s->w,
                         .weight = weight,
                         .labels = block->labels,
                         .first = block->first,
                         .slot = block->slot};
}

gmix_i_tile gmix_i_tile_pack(const gmix_i_scratches *all, const gmix_i_frame *frame,
                             const gmix_i_block *block, int thread) {
    if (!all->kept) {
        return pack(all, frame, block, &all->of_thread[thread]);
    }
    gmix_i_kept *const kept = &all->kept[block->slot];
    if (!kept->tile.x) {
        kept->tile = pack(all, frame, block, &kept->in);
    }
    return kept->tile;
}
