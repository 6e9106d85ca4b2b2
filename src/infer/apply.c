/* A pass over a table under a model. See apply.h. */
#include "infer/apply.h"

typedef struct apply_job {
    const gmix_model *model;
    gmix_i_scratches scratches;
    double **lse; /* per thread: n */
    bool weighted;
    gmix_i_take_fn *take;
    void *arg;
} apply_job;

static void apply_block(void *arg, const gmix_i_block *given, int thread) {
    const apply_job *const job = arg;
    const gmix_i_prepared *const q = &job->model->prepared;
    gmix_i_scratch *const s = &job->scratches.of_thread[thread];
    gmix_i_block block = *given;
    if (!job->weighted) {
        block.weights = NULL;
    }
    const gmix_i_tile tile = gmix_i_tile_pack(q->kernels, &job->model->frame, &block, s);
    gmix_i_norm_sums sums = {0};
    q->shape->log_densities(q, &tile, s->resp, s->work);
    q->kernels->normalise(tile.n, q->k, s->resp, tile.w, job->lse[thread], s->active,
                          &sums);
    job->take(
        job->arg, job->model,
        &(gmix_i_tile_result){
            .tile = &tile, .resp = s->resp, .lse = job->lse[thread], .sums = &sums});
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

gmix_status gmix_i_apply(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                         bool weighted, gmix_i_take_fn *take, void *arg) {
    gmix_status status = GMIX_OK;
    gmix_i_input input;
    apply_job job = {.model = model, .weighted = weighted, .take = take, .arg = arg};
    double *lse = NULL;
    GMIX_TRY(gmix_i_input_table(ctx, x, &input));
    GMIX_TRY(check_width(ctx, model, x));
    GMIX_TRY(gmix_i_check_finite(ctx, &input));
    const gmix_i_cut cut = gmix_i_cut_for(model->d, model->k, sizeof(double));
    const int threads = gmix_i_pass_threads(ctx, &input, &cut);
    GMIX_TRY(gmix_i_scratches_new(ctx, model->prepared.kernels, threads, cut.rows,
                                  model->d, model->k, &job.scratches));
    GMIX_TRY(
        gmix_i_calloc(ctx, "log-densities", (size_t)threads, sizeof *job.lse, &job.lse));
    GMIX_TRY(gmix_i_calloc(ctx, "log-densities", (size_t)threads * cut.rows, sizeof *lse,
                           &lse));
    for (int t = 0; t < threads; t++) {
        job.lse[t] = lse + (size_t)t * cut.rows;
    }
    GMIX_TRY(gmix_i_pass(ctx, &input, &cut, apply_block, &job));
done:
    gmix_i_free(ctx, lse);
    gmix_i_free(ctx, job.lse);
    if (job.scratches.of_thread) {
        gmix_i_scratches_free(ctx, &job.scratches);
    }
    return status;
}
