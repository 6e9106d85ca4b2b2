/* A pass over a table under a model. See apply.h. */
#include "infer/apply.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "infer/far_rows.h"

typedef struct apply_job {
    const gmix_model *model;
    gmix_i_scratches scratches;
    double **lse;      /* per thread: n */
    gmix_i_gaps *gaps; /* NULL: every row is complete */
    unsigned how;
    double *terms; /* per thread: (K + 1) x n log-densities; NULL: tails are not wanted */
    size_t n_terms;
    gmix_i_far far;
    gmix_i_take_fn *take;
    void *arg;
} apply_job;

/* Sets responsibilities that the kernels cut to 0. l: their log-densities. */
static void fill_tails(const gmix_i_tile *tile, size_t k, const double *l,
                       const double *lse, double *resp) {
    const double least = -745.2; /* exp of less is 0 */
    for (size_t c = 0; c < k; c++) {
        for (size_t i = 0; i < tile->n_rows; i++) {
            const size_t at = c * tile->n + i;
            const double t = l[at] - lse[i];
            if (resp[at] == 0.0 && t > least) {
                resp[at] = exp(t);
            }
        }
    }
}

static void evaluate(const apply_job *job, const gmix_i_tile *tile, int thread,
                     gmix_i_norm_sums *sums) {
    const gmix_i_prepared *const q = &job->model->prepared;
    gmix_i_scratch *const s = &job->scratches.of_thread[thread];
    const size_t k = q->k + q->has_noise;
    double *const lse = job->lse[thread], *const resp = s->resp;
    double *const terms = job->terms ? job->terms + (size_t)thread * job->n_terms : NULL;
    *sums = (gmix_i_norm_sums){0};
    q->shape->log_densities(q, tile, s->resp, s->work);
    if (tile->gaps) {
        gmix_i_gap_densities(job->gaps, tile, s->resp, s->work);
    }
    gmix_i_noise_densities(q, tile, s->resp);
    if (terms) {
        memcpy(terms, resp, k * tile->n * sizeof *terms);
    }
    q->kernels->normalise(tile->n, k, resp, tile->w, lse, s->active, sums);
    if (terms) {
        fill_tails(tile, k, terms, lse, resp);
    }
}

static bool rows_are_finite(const gmix_i_tile *tile, const double *lse) {
    double zero = 0.0;
    for (size_t i = 0; i < tile->n_rows; i++) {
        zero += 0.0 * lse[i];
    }
    return zero == 0.0;
}

/* Rows beyond the range of a double: those without a finite log-density and, where components
 * lie far apart, those with a cell whose square overflows under one of them, though another
 * may be near. */
static void mark_far(const apply_job *job, const gmix_i_tile *tile, const double *lse,
                     const double *x, bool *far) {
    const double most = 1e150;
    for (size_t i = 0; i < tile->n_rows; i++) {
        far[i] = !isfinite(lse[i]);
        for (size_t j = 0; job->model->apart && j < job->model->d; j++) {
            far[i] = far[i] || !(fabs(x[j * tile->n + i]) < most);
        }
    }
}

/* Brings incomplete row i, some 1e154 standard deviations away, to 1e100 in the same direction:
 * means are little beside either, so the components keep their order. */
static void bring_nearer(const gmix_i_tile *tile, size_t d, double *x, size_t i) {
    double farthest = 0.0;
    for (size_t j = 0; j < d; j++) {
        double *const cell = &x[j * tile->n + i];
        *cell = isfinite(*cell) ? *cell : copysign(DBL_MAX, *cell);
        farthest = fmax(farthest, fabs(*cell));
    }
    for (size_t j = 0; farthest > 0.0 && j < d; j++) {
        x[j * tile->n + i] *= 1e100 / farthest;
    }
}

/* Far rows with missing cells: responsibilities as seen from nearer or, where even there no
 * component reaches, the weights of the model. */
static void evaluate_far_gaps(const apply_job *job, const gmix_i_tile *tile, int thread) {
    const gmix_model *const m = job->model;
    gmix_i_scratch *const s = &job->scratches.of_thread[thread];
    double *const lse = job->lse[thread], *const resp = s->resp;
    gmix_i_norm_sums sums;
    for (size_t g = 0; g < tile->gaps->n; g++) {
        if (s->far[tile->gaps->row[g]]) {
            bring_nearer(tile, m->d, s->x, tile->gaps->row[g]);
        }
    }
    evaluate(job, tile, thread, &sums);
    for (size_t g = 0; g < tile->gaps->n; g++) {
        const size_t i = tile->gaps->row[g];
        for (size_t c = 0; !isfinite(lse[i]) && c < m->k + m->prepared.has_noise; c++) {
            resp[c * tile->n + i] = tile->w[i] * m->weights[c];
        }
        lse[i] = s->far[i] ? -DBL_MAX : lse[i];
    }
}

/* The sums over a tile, row by row. */
static void sum_rows(const apply_job *job, const gmix_i_tile *tile, const double *lse,
                     const double *resp, gmix_i_norm_sums *sums) {
    const size_t k = job->model->k + job->model->prepared.has_noise;
    *sums = (gmix_i_norm_sums){0};
    for (size_t i = 0; i < tile->n_rows; i++) {
        double top = 0.0;
        for (size_t c = 0; c < k; c++) {
            top = fmax(top, resp[c * tile->n + i]);
        }
        if (tile->w[i] > 0.0) {
            sums->loglik = fmax(sums->loglik + tile->w[i] * lse[i], -DBL_MAX);
            sums->logmap += tile->w[i] * log(top / tile->w[i]);
        }
    }
}

static void evaluate_far(const apply_job *job, const gmix_i_rows *rows,
                         const gmix_i_tile *tile, int thread, gmix_i_norm_sums *sums) {
    gmix_i_scratch *const s = &job->scratches.of_thread[thread];
    const gmix_i_far far = gmix_i_far_of(&job->far, job->model, (size_t)thread);
    double *const lse = job->lse[thread], *const resp = s->resp;
    if (tile->gaps) {
        evaluate_far_gaps(job, tile, thread);
    }
    for (size_t g = 0; tile->gaps && g < tile->gaps->n; g++) {
        s->far[tile->gaps->row[g]] = false; /* done */
    }
    for (size_t i = 0; i < tile->n_rows; i++) {
        if (s->far[i]) {
            lse[i] =
                gmix_i_far_row(&far, job->model, rows, i, tile->w[i], tile->n, resp + i);
        }
    }
    sum_rows(job, tile, lse, resp, sums);
}

static bool any(size_t n, const bool *flag) {
    size_t i = 0;
    while (i < n && !flag[i]) {
        i++;
    }
    return i < n;
}

static void apply_block(void *arg, const gmix_i_block *given, int thread) {
    const apply_job *const job = arg;
    gmix_i_scratch *const s = &job->scratches.of_thread[thread];
    gmix_i_block block = *given;
    if (!(job->how & GMIX_I_APPLY_WEIGHTS)) {
        block.weights = NULL;
    }
    const gmix_i_tile tile =
        gmix_i_tile_pack(&job->scratches, &job->model->frame, &block, thread);
    gmix_i_norm_sums sums;
    evaluate(job, &tile, thread, &sums);
    if (job->model->apart || !rows_are_finite(&tile, job->lse[thread])) {
        mark_far(job, &tile, job->lse[thread], s->x, s->far);
        if (any(tile.n_rows, s->far)) {
            evaluate_far(job, &block.rows, &tile, thread, &sums);
        }
    }
    job->take(job->arg, job->model,
              &(gmix_i_tile_result){.tile = &tile,
                                    .resp = s->resp,
                                    .lse = job->lse[thread],
                                    .sums = &sums,
                                    .gaps = job->gaps,
                                    .work = s->work,
                                    .thread = thread});
}

static gmix_status check_width(gmix_ctx *ctx, const gmix_model *model,
                               const gmix_table *x) {
    return x->n_cols == model->d
               ? GMIX_OK
               : gmix_i_fail(ctx, GMIX_ERR_SHAPE,
                             "the model has %zu feature%s, the table %zu column%s",
                             model->d, model->d == 1 ? "" : "s", x->n_cols,
                             x->n_cols == 1 ? "" : "s");
}

gmix_status gmix_i_apply_gaps(gmix_ctx *ctx, const gmix_model *model, gmix_i_input *input,
                              gmix_i_patterns *patterns, gmix_i_gaps **gaps) {
    gmix_status status = GMIX_OK;
    const gmix_i_prepared *const q = &model->prepared;
    uint64_t n_missing;
    GMIX_TRY(check_width(ctx, model, input->table));
    GMIX_TRY(gmix_i_check_cells(ctx, input, &n_missing));
    if (n_missing > 0) {
        const size_t most = gmix_i_gap_most_patterns(q->shape, q->k, q->d);
        const size_t rows = input->table->n_rows;
        GMIX_TRY(gmix_i_patterns_new(ctx, input, most < rows ? most : rows, patterns));
        input->patterns = patterns;
        GMIX_TRY(
            gmix_i_gaps_new(ctx, q->kernels, q->shape, input, &model->frame, q->k, gaps));
        GMIX_TRY(gmix_i_gaps_prepare(*gaps, &model->params, model->params.means));
    }
done:
    return status;
}

static gmix_status apply_memory(gmix_ctx *ctx, const gmix_i_input *input,
                                const gmix_i_cut *cut, apply_job *job, double **lse) {
    gmix_status status = GMIX_OK;
    const gmix_model *const model = job->model;
    const int threads = gmix_i_pass_threads(ctx, input, cut);
    const char *const what = "log-densities";
    GMIX_TRY(gmix_i_scratches_new(
        ctx, model->prepared.kernels, input, threads, cut->rows, model->k + 1,
        gmix_i_gap_work(model->family->shape, model->d), &job->scratches));
    GMIX_TRY(gmix_i_calloc(ctx, what, (size_t)threads, sizeof *job->lse, &job->lse));
    GMIX_TRY(gmix_i_calloc(ctx, what, (size_t)threads * cut->rows, sizeof **lse, lse));
    for (int t = 0; t < threads; t++) {
        job->lse[t] = *lse + (size_t)t * cut->rows;
    }
    GMIX_TRY(gmix_i_far_new(ctx, model, (size_t)threads, &job->far));
    if (job->how & GMIX_I_APPLY_TAILS) {
        job->n_terms = (model->k + 1) * cut->rows;
        GMIX_TRY(gmix_i_calloc(ctx, what, (size_t)threads * job->n_terms,
                               sizeof *job->terms, &job->terms));
    }
done:
    return status;
}

gmix_status gmix_i_apply(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                         unsigned how, gmix_i_take_fn *take, void *arg) {
    gmix_status status = GMIX_OK;
    gmix_i_input input;
    gmix_i_patterns patterns = {0};
    apply_job job = {.model = model, .how = how, .take = take, .arg = arg};
    double *lse = NULL;
    GMIX_TRY(gmix_i_input_table(ctx, x, &input));
    GMIX_TRY(gmix_i_apply_gaps(ctx, model, &input, &patterns, &job.gaps));
    const gmix_i_cut cut =
        gmix_i_cut_for(model->d, model->k, sizeof(double),
                       model->k * (model->d + model->family->shape->cov_len(model->d)));
    GMIX_TRY(apply_memory(ctx, &input, &cut, &job, &lse));
    GMIX_TRY(gmix_i_pass(ctx, &input, &cut, apply_block, &job));
done:
    gmix_i_free(ctx, lse);
    gmix_i_free(ctx, job.lse);
    gmix_i_free(ctx, job.terms);
    gmix_i_far_free(ctx, &job.far);
    if (job.scratches.of_thread) {
        gmix_i_scratches_free(ctx, &job.scratches);
    }
    gmix_i_gaps_free(&ctx->opts.allocator, &job.gaps);
    gmix_i_patterns_free(ctx, &patterns);
    return status;
}
