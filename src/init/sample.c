/*
 * A subset of rows for k-means: row s is drawn from the s-th of m equal stretches of the
 * data, so one pass collects them and sorted data are covered evenly. Memory does not
 * grow with N.
 */
#include <math.h>
#include <string.h>

#include "init/init.h"

enum { LEAST_ROWS = 16384, MOST_CELLS = 4 << 20 };

/* Rows for a component: centres of fewer lie where chance has them (EM from 64 of 39 features each ends .01 nats per row
 * lower than from 256); but no more than an iteration of Lloyd's has this many multiply-adds for. */
static const double FEW_EACH = 64.0, MANY_EACH = 256.0, MOST_WORK = 1e9;

static size_t sample_size(uint64_t n, size_t d, size_t k) {
    const double work = (double)k * (double)k * (double)d; /* of a row for each */
    const double each = fmax(FEW_EACH, fmin(MANY_EACH, MOST_WORK / work));
    size_t m = (size_t)((double)k * each);
    m = m < LEAST_ROWS ? LEAST_ROWS : m;
    const size_t most = MOST_CELLS / d;
    m = m < most ? m : most;
    m = m < 8 * k ? 8 * k : m;
    return n < m ? (size_t)n : m;
}

/* Rows of a tile: as in passes, or all of them where they are fewer. */
static size_t tile_rows(size_t m, const gmix_i_cut *cut) {
    const size_t all = (m + GMIX_I_TILE_ROWS - 1) / GMIX_I_TILE_ROWS * GMIX_I_TILE_ROWS;
    return all < cut->rows ? all : cut->rows;
}

typedef struct collect_job {
    gmix_i_sample *sample;
    const gmix_i_survey *survey;
    gmix_i_stream stream;
    bool drop; /* rows with missing cells do not count */
} collect_job;

/* Index of the s-th chosen row; rises with s. */
static uint64_t chosen_row(const collect_job *job, uint64_t s) {
    const uint64_t n = job->survey->n_rows, m = job->sample->m;
    if (n <= m) {
        return s;
    }
    const double stretch = (double)n / (double)m;
    double u[2];
    gmix_i_uniform2(&job->stream, s, u);
    const uint64_t row = (uint64_t)(((double)s + u[0]) * stretch);
    return row < n ? row : n - 1;
}

static double standardised(const collect_job *job, const gmix_i_rows *rows, size_t i,
                           size_t j) {
    const double x = gmix_i_cell(rows, i, j); /* missing cells: the mean, which is 0 */
    return isnan(x) ? 0.0 : (x - job->survey->mean[j]) / job->survey->sd[j] + 0.0;
}

static void collect_block(void *arg, const gmix_i_block *b, int thread) {
    (void)thread;
    const collect_job *const job = arg;
    gmix_i_sample *const to = job->sample;
    const double density = (double)to->m / (double)job->survey->n_rows;
    const uint64_t end = b->first + b->rows.n_rows;
    uint64_t s = (uint64_t)((double)b->first * density);
    s = s > 2 ? s - 2 : 0;
    for (; s < to->m; s++) {
        const uint64_t row = chosen_row(job, s);
        if (row >= end) {
            break;
        }
        if (row < b->first) {
            continue;
        }
        const size_t i = (size_t)(row - b->first);
        double *const tile = to->x + s / to->tile * to->tile * to->d;
        bool incomplete = false;
        for (size_t j = 0; j < to->d; j++) {
            tile[j * to->tile + s % to->tile] = standardised(job, &b->rows, i, j);
            incomplete = incomplete || isnan(gmix_i_cell(&b->rows, i, j));
        }
        to->w[s] = incomplete && job->drop ? 0.0 : b->weights ? b->weights[i] : 1.0;
        if (to->labels) {
            to->labels[s] = b->labels ? b->labels[i] : -1;
        }
    }
}

gmix_status gmix_i_sample_want(gmix_ctx *ctx, gmix_i_start_task *task) {
    gmix_status status = GMIX_OK;
    gmix_i_sample *const out = &task->sample;
    if (out->x) {
        return GMIX_OK;
    }
    const size_t d = task->survey->d, k = task->opts->n_components;
    out->d = d;
    out->m = sample_size(task->survey->n_rows, d, k);
    out->tile = tile_rows(out->m, &task->accumulator->cut);
    const size_t padded = (out->m + out->tile - 1) / out->tile * out->tile;
    collect_job job = {.sample = out,
                       .drop = task->input->drop_incomplete,
                       .survey = task->survey,
                       .stream =
                           gmix_i_stream_open(task->opts->seed, GMIX_I_RNG_SUBSAMPLE, 0)};
    GMIX_TRY(gmix_i_calloc(ctx, "a sample of rows", padded * d, sizeof(double), &out->x));
    GMIX_TRY(gmix_i_calloc(ctx, "a sample of rows", padded, sizeof(double), &out->w));
    if (task->classes->n > 0) {
        GMIX_TRY(gmix_i_calloc(ctx, "labels of the sample", padded, sizeof *out->labels,
                               &out->labels));
    }
    GMIX_TRY(gmix_i_calloc(ctx, "distinct rows", k * d, sizeof(double), &out->distinct));
    for (size_t c = 0; c < k; c++) {
        const gmix_i_rows row = {
            .data = task->distinct + c * d, .n_rows = 1, .col_stride = 1};
        for (size_t j = 0; j < d; j++) {
            out->distinct[c * d + j] = standardised(&job, &row, 0, j);
        }
    }
    GMIX_TRY(gmix_i_pass(ctx, task->input, &task->accumulator->cut, collect_block, &job));
done:
    if (status != GMIX_OK) {
        gmix_i_sample_free(ctx, out);
    }
    return status;
}

void gmix_i_sample_free(gmix_ctx *ctx, gmix_i_sample *sample) {
    gmix_i_free(ctx, sample->x);
    gmix_i_free(ctx, sample->w);
    gmix_i_free(ctx, sample->distinct);
    gmix_i_free(ctx, sample->labels);
    *sample = (gmix_i_sample){0};
}

const double *gmix_i_sample_spare(const gmix_i_sample *sample, size_t c,
                                  const double *taken) {
    const size_t size = sample->d * sizeof *taken;
    for (size_t s = 0; s <= c; s++) {
        const double *const spare = sample->distinct + s * sample->d;
        bool fresh = true;
        for (size_t t = 0; t < c && fresh; t++) {
            fresh = memcmp(taken + t * sample->d, spare, size) != 0;
        }
        if (fresh) {
            return spare;
        }
    }
    return sample->distinct; /* not reached: c + 1 distinct rows, c taken */
}

void gmix_i_sample_row(const gmix_i_sample *sample, size_t i, double *out) {
    const double *const tile = sample->x + i / sample->tile * sample->tile * sample->d;
    for (size_t j = 0; j < sample->d; j++) {
        out[j] = tile[j * sample->tile + i % sample->tile];
    }
}
