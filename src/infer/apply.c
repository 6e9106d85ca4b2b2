/* A pass over a table under a model. See apply.h. */
#include "infer/apply.h"

#include <float.h>
#include <math.h>
#include <string.h>

static double *lse_of(const gmix_i_evaluator *e, int thread) {
    return e->lse + (size_t)thread * e->cut.rows;
}

static size_t n_terms(const gmix_i_evaluator *e) {
    return (e->model->k + 1) * e->cut.rows;
}

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

static void evaluate(const gmix_i_evaluator *e, const gmix_i_tile *tile, int thread,
                     gmix_i_norm_sums *sums) {
    const gmix_i_prepared *const q = &e->prepared;
    gmix_i_scratch *const s = &e->scratches.of_thread[thread];
    const size_t k = q->k + q->has_noise;
    double *const lse = lse_of(e, thread), *const resp = s->resp;
    double *const terms =
        e->how & GMIX_I_APPLY_TAILS ? e->terms + (size_t)thread * n_terms(e) : NULL;
    *sums = (gmix_i_norm_sums){0};
    gmix_i_log_terms(q, tile, s->resp, s->work);
    if (terms) {
        memcpy(terms, resp, k * tile->n * sizeof *terms);
    }
    gmix_i_share_out(q, tile, resp, lse, s->active, sums);
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
static void mark_far(const gmix_i_evaluator *e, const gmix_i_tile *tile,
                     const double *lse, const double *x, bool *far) {
    const double most = 1e150;
    for (size_t i = 0; i < tile->n_rows; i++) {
        far[i] = !isfinite(lse[i]);
        for (size_t j = 0; e->model->apart && j < e->model->d; j++) {
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
static void evaluate_far_gaps(const gmix_i_evaluator *e, const gmix_i_tile *tile,
                              int thread) {
    const gmix_model *const m = e->model;
    gmix_i_scratch *const s = &e->scratches.of_thread[thread];
    double *const lse = lse_of(e, thread), *const resp = s->resp;
    gmix_i_norm_sums sums;
    for (size_t g = 0; g < tile->gaps->n; g++) {
        if (s->far[tile->gaps->row[g]]) {
            bring_nearer(tile, m->d, s->x, tile->gaps->row[g]);
        }
    }
    evaluate(e, tile, thread, &sums);
    for (size_t g = 0; g < tile->gaps->n; g++) {
        const size_t i = tile->gaps->row[g];
        for (size_t c = 0; !isfinite(lse[i]) && c < m->k + m->prepared.has_noise; c++) {
            resp[c * tile->n + i] = tile->w[i] * m->weights[c];
        }
        lse[i] = s->far[i] ? -DBL_MAX : lse[i];
    }
}

/* The sums over a tile, row by row. */
static void sum_rows(const gmix_i_evaluator *e, const gmix_i_tile *tile,
                     const double *lse, const double *resp, gmix_i_norm_sums *sums) {
    const size_t k = e->model->k + e->model->prepared.has_noise;
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

static void evaluate_far(const gmix_i_evaluator *e, const gmix_i_rows *rows,
                         const gmix_i_tile *tile, int thread, gmix_i_norm_sums *sums) {
    gmix_i_scratch *const s = &e->scratches.of_thread[thread];
    const gmix_i_far far = gmix_i_far_of(&e->far, e->model, (size_t)thread);
    double *const lse = lse_of(e, thread), *const resp = s->resp;
    if (tile->gaps) {
        evaluate_far_gaps(e, tile, thread);
    }
    for (size_t g = 0; tile->gaps && g < tile->gaps->n; g++) {
        s->far[tile->gaps->row[g]] = false; /* done */
    }
    for (size_t i = 0; i < tile->n_rows; i++) {
        if (s->far[i]) {
            lse[i] =
                gmix_i_far_row(&far, e->model, rows, i, tile->w[i], tile->n, resp + i);
        }
    }
    sum_rows(e, tile, lse, resp, sums);
}

static bool any(size_t n, const bool *flag) {
    size_t i = 0;
    while (i < n && !flag[i]) {
        i++;
    }
    return i < n;
}

static void apply_block(void *arg, const gmix_i_block *given, int thread) {
    const gmix_i_evaluator *const e = arg;
    gmix_i_scratch *const s = &e->scratches.of_thread[thread];
    gmix_i_block block = *given;
    if (!(e->how & GMIX_I_APPLY_WEIGHTS)) {
        block.weights = NULL;
    }
    const gmix_i_tile tile =
        gmix_i_tile_pack(&e->scratches, &e->model->frame, &block, thread);
    gmix_i_norm_sums sums;
    evaluate(e, &tile, thread, &sums);
    /* Student's t is finite wherever a row is */
    if (!e->model->posterior &&
        (e->model->apart || !rows_are_finite(&tile, lse_of(e, thread)))) {
        mark_far(e, &tile, lse_of(e, thread), s->x, s->far);
        if (any(tile.n_rows, s->far)) {
            evaluate_far(e, &block.rows, &tile, thread, &sums);
        }
    }
    e->take(e->arg, e->model,
            &(gmix_i_tile_result){.tile = &tile,
                                  .resp = s->resp,
                                  .lse = lse_of(e, thread),
                                  .sums = &sums,
                                  .gaps = e->gaps,
                                  .errors = e->errors,
                                  .projections = e->projections,
                                  .work = s->work,
                                  .thread = thread});
}

gmix_status gmix_i_check_width(gmix_ctx *ctx, const gmix_model *model,
                               const gmix_table *x) {
    return x->n_cols == model->d
               ? GMIX_OK
               : gmix_i_fail(ctx, GMIX_ERR_SHAPE,
                             "the model has %zu feature%s, the table %zu column%s",
                             model->d, model->d == 1 ? "" : "s", x->n_cols,
                             x->n_cols == 1 ? "" : "s");
}

/* Notes the patterns of rows with missing cells, as long as there is room for more; none where densities
 * do without what they make of matrices. */
static gmix_status learn_patterns(gmix_ctx *ctx, gmix_i_evaluator *e,
                                  const gmix_table *x) {
    enum { ROOM = 1024 };
    gmix_status status = GMIX_OK;
    const gmix_i_prepared *const q = &e->model->prepared;
    gmix_i_patterns *const p = &e->patterns;
    if (!p->bits) {
        const size_t most = gmix_i_gap_most_patterns(q->shape, q->k, q->d);
        const size_t room = x->n_rows > ROOM ? x->n_rows : (size_t)ROOM;
        GMIX_TRY(gmix_i_patterns_none(ctx, q->d, most < room ? most : room, p));
    }
    if (!e->bits) {
        GMIX_TRY(gmix_i_calloc(ctx, "patterns of missing cells", p->words,
                               sizeof *e->bits, &e->bits));
    }
    const gmix_i_rows rows = gmix_i_table_rows(x, 0, x->n_rows).rows;
    for (size_t i = 0; !q->wide && i < x->n_rows && p->n < p->most; i++) {
        if (gmix_i_patterns_of_row(&rows, i, q->d, e->bits)) {
            (void)gmix_i_patterns_add(p, e->bits);
        }
    }
    e->rows.patterns = p;
    if (e->gaps) {
        GMIX_TRY(gmix_i_gaps_extend(ctx, e->gaps));
    } else {
        GMIX_TRY(gmix_i_gaps_new(ctx, q->kernels, q->shape, &e->rows, &e->model->frame,
                                 q->k, &e->gaps));
        gmix_i_row_rules_add(&e->prepared.rules, &gmix_i_rule_gaps, e->gaps);
        GMIX_TRY(gmix_i_gaps_prepare(e->gaps, &e->model->params, e->model->params.means));
    }
done:
    return status;
}

/* What the model makes of rows with errors. */
static gmix_status learn_errors(gmix_ctx *ctx, gmix_i_evaluator *e,
                                const gmix_i_input *input) {
    gmix_status status = GMIX_OK;
    const gmix_i_prepared *const q = &e->model->prepared;
    e->rows.errors = input->errors;
    e->rows.first = input->first;
    if (input->errors && !e->errors) {
        GMIX_TRY(gmix_i_error_rule_new(ctx, q->shape, q->k, q->d, &e->errors));
        GMIX_TRY(gmix_i_error_rule_prepare(e->errors, gmix_i_model_full(e->model),
                                           e->model->params.means));
        gmix_i_row_rules_add(&e->prepared.rules, &gmix_i_rule_errors, e->errors);
    }
    e->rows.between = input->between;
    if (input->between && !e->bounds) {
        GMIX_TRY(gmix_i_bounds_rule_new(ctx, q->shape, q->k, q->d, &e->bounds));
        gmix_i_bounds_rule_prepare(e->bounds, &e->model->params, e->model->params.means);
        gmix_i_row_rules_add(&e->prepared.rules, &gmix_i_rule_bounds, e->bounds);
    }
done:
    return status;
}

static gmix_status learn_projections(gmix_ctx *ctx, gmix_i_evaluator *e,
                                     const gmix_i_input *input) {
    gmix_status status = GMIX_OK;
    const gmix_model *const m = e->model;
    const bool any = input->errors && input->errors->projected;
    if (any && m->prepared.has_noise) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "projections are for models without a noise component");
    }
    if (any && !e->projections) {
        GMIX_TRY(gmix_i_projection_rule_new(ctx, m->prepared.shape, m->k, m->d, &m->frame,
                                            &e->projections));
        GMIX_TRY(gmix_i_projection_rule_prepare(e->projections, gmix_i_model_full(m),
                                                m->params.means));
        gmix_i_row_rules_add(&e->prepared.rules, &gmix_i_rule_projections,
                             e->projections);
    }
    if (e->projections) {
        gmix_i_projection_rule_set(e->projections, input);
    }
done:
    return status;
}

/* The model is conditional on the bounds of these rows. */
static gmix_status learn_truncation(gmix_ctx *ctx, gmix_i_evaluator *e,
                                    const gmix_i_input *input) {
    gmix_status status = GMIX_OK;
    const gmix_model *const m = e->model;
    if (!input->truncation && !e->truncation) {
        return GMIX_OK;
    }
    if (m->posterior || m->prepared.has_noise) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "truncated samples are for mixtures of normals: the model has %s",
                  m->posterior ? "a posterior" : "a noise component");
    }
    if (!e->truncation) {
        GMIX_TRY(
            gmix_i_truncation_rule_new(ctx, m->prepared.shape, m->k, &e->truncation));
        gmix_i_row_rules_add(&e->prepared.rules, &gmix_i_rule_truncation, e->truncation);
    }
    gmix_i_truncation_rule_set(e->truncation, &m->frame, input->truncation);
    GMIX_TRY(gmix_i_truncation_rule_prepare(e->truncation, &m->params, m->params.means));
done:
    return status;
}

static void free_threads(gmix_ctx *ctx, gmix_i_evaluator *e) {
    gmix_i_free(ctx, e->lse);
    gmix_i_free(ctx, e->terms);
    gmix_i_far_free(ctx, &e->far);
    if (e->scratches.of_thread) {
        gmix_i_scratches_free(ctx, &e->scratches);
    }
    e->lse = e->terms = NULL;
    e->far = (gmix_i_far){0};
    e->n_threads = 0;
}

/* Memory for so many threads, unless there is. */
static gmix_status threads_room(gmix_ctx *ctx, gmix_i_evaluator *e, int threads) {
    gmix_status status = GMIX_OK;
    const gmix_model *const model = e->model;
    const bool finds_gaps = e->rows.patterns != NULL;
    const char *const what = "log-densities";
    const bool finds_bounds = e->rows.between != NULL;
    const size_t errors_len = e->rows.errors ? e->rows.errors->len : 0;
    if (threads > e->n_threads || finds_gaps != e->finds_gaps ||
        errors_len != e->errors_len || finds_bounds != e->finds_bounds) {
        free_threads(ctx, e);
        GMIX_TRY(gmix_i_scratches_new(
            ctx, model->prepared.kernels, &e->rows, threads, e->cut.rows, model->k + 1,
            gmix_i_observe_work(&e->rows, model->family->shape, e->cut.rows),
            &e->scratches));
        GMIX_TRY(gmix_i_calloc(ctx, what, (size_t)threads * e->cut.rows, sizeof *e->lse,
                               &e->lse));
        GMIX_TRY(gmix_i_far_new(ctx, model, (size_t)threads, &e->far));
        e->n_threads = threads;
        e->finds_gaps = finds_gaps;
        e->errors_len = errors_len;
        e->finds_bounds = finds_bounds;
    }
    if (e->how & GMIX_I_APPLY_TAILS && !e->terms) {
        GMIX_TRY(gmix_i_calloc(ctx, what, (size_t)e->n_threads * n_terms(e),
                               sizeof *e->terms, &e->terms));
    }
done:
    return status;
}

gmix_i_prepared *gmix_i_evaluator_rules(gmix_i_evaluator *e) {
    if (e->prepared.k == 0) {
        e->prepared = e->model->prepared;
    }
    return &e->prepared;
}

gmix_status gmix_i_evaluate(gmix_ctx *ctx, gmix_i_evaluator *e, const gmix_i_input *input,
                            unsigned how, gmix_i_take_fn *take, void *arg) {
    gmix_status status = GMIX_OK;
    const gmix_model *const m = e->model;
    uint64_t n_missing;
    GMIX_TRY(gmix_i_check_width(ctx, m, input->table));
    GMIX_TRY(gmix_i_check_cells(ctx, input, &n_missing));
    e->cut = gmix_i_cut_for(m->d, m->k, sizeof(double),
                            m->k * (m->d + m->family->shape->cov_len(m->d)));
    e->rows.n_cols = m->d;
    gmix_i_evaluator_rules(e);
    e->how = how;
    e->take = take;
    e->arg = arg;
    if (n_missing > 0) {
        GMIX_TRY(learn_patterns(ctx, e, input->table));
        e->gaps->ctx = ctx;
    }
    GMIX_TRY(learn_errors(ctx, e, input));
    GMIX_TRY(learn_projections(ctx, e, input));
    GMIX_TRY(learn_truncation(ctx, e, input));
    GMIX_TRY(threads_room(ctx, e, gmix_i_pass_threads(ctx, input, &e->cut)));
    GMIX_TRY(gmix_i_pass(ctx, input, &e->cut, apply_block, e));
done:
    return status;
}

void gmix_i_evaluator_free(gmix_ctx *ctx, gmix_i_evaluator *e) {
    free_threads(ctx, e);
    gmix_i_gaps_free(&ctx->opts.allocator, &e->gaps);
    gmix_i_error_rule_free(&ctx->opts.allocator, &e->errors);
    gmix_i_bounds_rule_free(&ctx->opts.allocator, &e->bounds);
    gmix_i_truncation_rule_free(&ctx->opts.allocator, &e->truncation);
    gmix_i_projection_rule_free(&ctx->opts.allocator, &e->projections);
    gmix_i_patterns_free(ctx, &e->patterns);
    gmix_i_free(ctx, e->bits);
    *e = (gmix_i_evaluator){.model = e->model};
}

gmix_status gmix_i_apply(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                         unsigned how, gmix_i_take_fn *take, void *arg) {
    gmix_status status = GMIX_OK;
    gmix_i_input input;
    gmix_i_measurements rows = {0};
    gmix_i_evaluator e = {.model = model};
    GMIX_TRY(gmix_i_input_measured(ctx, x, &rows, &input));
    GMIX_TRY(gmix_i_evaluate(ctx, &e, &input, how, take, arg));
done:
    gmix_i_evaluator_free(ctx, &e);
    gmix_i_measurements_free(ctx, &rows);
    return status;
}
