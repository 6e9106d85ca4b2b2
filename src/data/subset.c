/* Drawing rows. See subset.h. */
#include "data/subset.h"

#include <math.h>
#include <string.h>

typedef struct draw_job {
    size_t d, m;
    uint64_t n; /* rows of the data */
    gmix_i_stream stream;
    double *x, *w;
    int32_t *labels;
    const gmix_i_errors *given;    /* or NULL */
    uint64_t first;                /* of the rows that these are of */
    const gmix_i_between *between; /* or NULL */
    double *bounds;                /* lower, then upper: m x D each */
    double *errors;                /* m x len */
    gmix_i_projected projected;    /* m rows; or none */
    bool drop_incomplete;
} draw_job;

static void draw_block(void *arg, const gmix_i_block *b, int thread) {
    (void)thread;
    const draw_job *const job = arg;
    const uint64_t end = b->first + b->rows.n_rows;
    uint64_t s = (uint64_t)((double)b->first * ((double)job->m / (double)job->n));
    s = s > 2 ? s - 2 : 0;
    for (; s < job->m && gmix_i_drawn_row(&job->stream, job->n, job->m, s) < end; s++) {
        const uint64_t row = gmix_i_drawn_row(&job->stream, job->n, job->m, s);
        if (row < b->first) {
            continue;
        }
        const size_t i = (size_t)(row - b->first);
        bool complete = true;
        for (size_t j = 0; j < job->d; j++) {
            job->x[s * job->d + j] = gmix_i_cell(&b->rows, i, j);
            complete = complete && !isnan(job->x[s * job->d + j]);
        }
        job->w[s] = job->drop_incomplete && !complete ? 0.0
                    : b->weights                      ? b->weights[i]
                                                      : 1.0;
        job->labels[s] = b->labels ? b->labels[i] : -1;
        for (size_t j = 0; job->between && j < job->d; j++) {
            const size_t from = (size_t)(row - job->first) * job->d + j;
            job->bounds[s * job->d + j] = job->between->lower[from];
            job->bounds[(job->m + s) * job->d + j] = job->between->upper[from];
        }
        if (job->given && job->given->projected) {
            gmix_i_projected_put(job->given->projected, (size_t)(row - job->first),
                                 &job->projected, s);
        }
        if (job->given) {
            const size_t len = job->given->len;
            memcpy(job->errors + s * len, job->given->at + (row - job->first) * len,
                   len * sizeof *job->errors);
        }
    }
}

static double sum_of(const double *w, size_t n) {
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += w[i];
    }
    return sum;
}

gmix_status gmix_i_subset_new(gmix_ctx *ctx, const gmix_i_input *in,
                              const gmix_i_survey *survey, size_t m, uint64_t seed,
                              gmix_i_subset *out) {
    gmix_status status = GMIX_OK;
    const size_t d = in->n_cols;
    draw_job job = {.d = d,
                    .m = m,
                    .n = survey->n_rows,
                    .given = in->errors,
                    .between = in->between,
                    .first = in->first,
                    .drop_incomplete = in->drop_incomplete,
                    .stream = gmix_i_stream_open(seed, GMIX_I_RNG_SEARCH_ROWS, 0)};
    GMIX_TRY(gmix_i_calloc(ctx, "a subset of rows", m * d, sizeof(double), &job.x));
    GMIX_TRY(gmix_i_calloc(ctx, "a subset of rows", m, sizeof(double), &job.w));
    GMIX_TRY(gmix_i_calloc(ctx, "a subset of rows", m, sizeof *job.labels, &job.labels));
    if (in->errors) {
        GMIX_TRY(gmix_i_calloc(ctx, "a subset of rows", m * in->errors->len,
                               sizeof(double), &job.errors));
    }
    if (in->errors && in->errors->projected) {
        GMIX_TRY(gmix_i_projected_room(ctx, in->errors->projected, m, &job.projected));
    }
    if (in->between) {
        GMIX_TRY(gmix_i_calloc(ctx, "a subset of rows", 2 * m * d, sizeof(double),
                               &job.bounds));
    }
    const gmix_i_cut cut = gmix_i_cut_for(d, 1, sizeof(double), d);
    GMIX_TRY(gmix_i_pass(ctx, in, &cut, draw_block, &job));
    GMIX_TRY(gmix_i_subset_of(ctx, in, survey, job.x, job.w, job.labels, m, out));
    out->own_errors = job.errors;
    out->own_bounds = job.bounds;
    if (in->between) {
        out->between = *in->between;
        out->between.lower = job.bounds;
        out->between.upper = job.bounds + m * d;
        out->input.between = &out->between;
    }
    if (in->errors) {
        out->errors = *in->errors;
        out->errors.at = job.errors;
        out->projected = job.projected;
        out->errors.projected = in->errors->projected ? &out->projected : NULL;
        out->input.errors = &out->errors;
    }
done:
    if (status != GMIX_OK) {
        gmix_i_free(ctx, job.errors);
        gmix_i_projected_free(ctx, &job.projected);
        gmix_i_free(ctx, job.bounds);
        gmix_i_free(ctx, job.x);
        gmix_i_free(ctx, job.w);
        gmix_i_free(ctx, job.labels);
        *out = (gmix_i_subset){0};
    }
    return status;
}

gmix_status gmix_i_subset_of(gmix_ctx *ctx, const gmix_i_input *in,
                             const gmix_i_survey *survey, double *x, double *w,
                             int32_t *labels, size_t m, gmix_i_subset *out) {
    gmix_status status = GMIX_OK;
    *out = (gmix_i_subset){.survey = *survey};
    out->survey.n_rows = m;
    out->survey.total_weight = sum_of(w, m);
    if (!(out->survey.total_weight > 0.0)) { /* weight sits on rows that were not drawn */
        for (size_t i = 0; i < m; i++) {
            w[i] = 1.0;
        }
        out->survey.total_weight = (double)m;
    }
    out->table = gmix_table_f64(x, m, in->n_cols);
    out->table.weights = w;
    out->table.names = in->names;
    out->table.labels = labels;
    GMIX_TRY(gmix_i_input_table(ctx, &out->table, &out->input));
    out->input.patterns = in->patterns;
    out->input.drop_incomplete = in->drop_incomplete;
    out->input.truncation = in->truncation;
done:
    return status;
}

void gmix_i_subset_free(gmix_ctx *ctx, gmix_i_subset *subset) {
    gmix_i_free(ctx, (void *)(uintptr_t)subset->table.data);
    gmix_i_free(ctx, (void *)(uintptr_t)subset->table.weights);
    gmix_i_free(ctx, (void *)(uintptr_t)subset->table.labels);
    gmix_i_free(ctx, subset->own_errors);
    gmix_i_projected_free(ctx, &subset->projected);
    gmix_i_free(ctx, subset->own_bounds);
    *subset = (gmix_i_subset){0};
}
