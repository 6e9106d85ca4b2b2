/* Runs over many features: memory, starts, and the loop. See wide_run.h. */
#include "em/wide_run.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "data/resolution.h"

/* Uniquenesses in variances of their features, and relative to each other, at most. */
static const double WIDEST = 1e3;

static gmix_status params_new(gmix_ctx *ctx, const gmix_i_wide_run *r,
                              gmix_i_wide_params *out) {
    const gmix_status status = gmix_i_calloc(ctx, "the parameters", r->params_len,
                                             sizeof(double), &out->weights);
    if (status == GMIX_OK) {
        out->means = out->weights + r->k;
        out->blocks = out->means + r->k * r->d;
    }
    return status;
}

static double *take(double **memory, size_t n) {
    double *const taken = *memory;
    *memory += n;
    return taken;
}

/* As the bounds of other runs (em_memory.c): of single features unless uniquenesses are alike. */
static void set_floor(const gmix_i_wide_run *r, double *floor) {
    const bool own = r->problem.law->form[1] != 'I';
    const double least = fmax(r->opts->reg_relative, own ? GMIX_I_LEAST_UNIQUENESS : 0.0);
    for (size_t j = 0; j < r->d; j++) {
        const double sd = r->survey->sd[j] * r->frame->inv_scale[j];
        const double step = r->survey->grain[j].step * r->frame->inv_scale[j];
        floor[j] = fmax(fmax(least * sd * sd, gmix_i_rounded_variance(step, sd)), 1e-300);
    }
}

static gmix_status problem_new(gmix_ctx *ctx, const gmix_i_family *law,
                               gmix_i_wide_run *r) {
    gmix_status status = GMIX_OK;
    const size_t k = r->k, d = r->d, q = r->q;
    const size_t bounds = gmix_i_bounds_work(law->uniquenesses, k, d);
    gmix_i_factor_problem *const p = &r->problem;
    GMIX_TRY(gmix_i_calloc(ctx, "flags", k, sizeof(bool), &r->at_floor));
    GMIX_TRY(gmix_i_calloc(ctx, "the M-step",
                           k + k * q * (d + q) + k * d + 2 * q * q + q + k * d +
                               k * (1 + 2 * d) + 2 * d + bounds,
                           sizeof(double), &r->memory));
    double *memory = r->memory;
    *p = (gmix_i_factor_problem){
        .law = law, .k = k, .d = d, .q = q, .common = law->common_loadings, .ctx = ctx};
    p->n = r->n = take(&memory, k);
    p->c = take(&memory, k * q * d);
    p->theta = take(&memory, k * q * q);
    p->variance = take(&memory, k * d);
    p->small = take(&memory, 2 * q * q + q);
    p->square = take(&memory, k * d);
    p->own = (gmix_i_moments){
        .k = k, .d = d, .stride = 1 + 2 * d, .at = take(&memory, k * (1 + 2 * d))};
    double *const floor = take(&memory, d), *const no_ridge = take(&memory, d);
    p->floor = floor;
    set_floor(r, floor);
    p->bounds = (gmix_i_bounds){.floor = floor,
                                .range = WIDEST / GMIX_I_LEAST_UNIQUENESS,
                                .ridge = no_ridge,
                                .at_floor = r->at_floor,
                                .ctx = ctx,
                                .work = memory};
done:
    return status;
}

static gmix_status passes_new(gmix_ctx *ctx, gmix_i_wide_run *r) {
    gmix_status status = GMIX_OK;
    r->len = GMIX_I_STATS_HEAD + r->k * gmix_i_woodbury_len(&r->made);
    r->len = (r->len + 7) / 8 * 8;
    r->cut = gmix_i_cut_for(r->d, r->k, r->len * sizeof(double), 2 * r->len);
    const int threads = gmix_i_pass_threads(ctx, r->input, &r->cut);
    const size_t own = gmix_i_woodbury_work(&r->made, r->cut.rows);
    r->work_len = own > r->k * r->q * r->q ? own : r->k * r->q * r->q;
    GMIX_TRY(gmix_i_scratches_new(ctx, r->kernels, r->input, threads, r->cut.rows,
                                  r->k + 1, 0, &r->scratches));
    GMIX_TRY(gmix_i_scratches_keep(ctx, &r->cut, &r->scratches));
    GMIX_TRY(gmix_i_calloc(ctx, "scores of rows", (size_t)threads * r->work_len,
                           sizeof(double), &r->work));
    GMIX_TRY(gmix_i_calloc(ctx, "sufficient statistics",
                           gmix_i_pass_slots(r->input, &r->cut) * r->len, sizeof(double),
                           &r->slots));
done:
    return status;
}

gmix_status gmix_i_wide_run_new(gmix_ctx *ctx, const gmix_i_input *input,
                                const gmix_i_frame *frame, const gmix_i_survey *survey,
                                const gmix_i_family *law, const gmix_fit_options *opts,
                                const int32_t *class_of, gmix_i_wide_run *out) {
    gmix_status status = GMIX_OK;
    const size_t k = opts->n_components, d = input->n_cols, q = law->n_factors;
    *out = (gmix_i_wide_run){.ctx = ctx,
                             .input = input,
                             .frame = frame,
                             .survey = survey,
                             .opts = opts,
                             .class_of = class_of,
                             .kernels = gmix_i_kernels_pick(0),
                             .k = k,
                             .d = d,
                             .q = q,
                             .params_len = k * (1 + (q + 2) * d),
                             .n_runs = 1,
                             .began = gmix_i_now()};
    GMIX_TRY(gmix_i_woodbury_new(ctx, k, d, q, &out->made));
    GMIX_TRY(params_new(ctx, out, &out->current));
    GMIX_TRY(params_new(ctx, out, &out->accepted));
    GMIX_TRY(params_new(ctx, out, &out->before));
    GMIX_TRY(gmix_i_calloc(ctx, "the parameters", k * (q + 1) * d, sizeof(double),
                           &out->plain));
    GMIX_TRY(problem_new(ctx, law, out));
    GMIX_TRY(passes_new(ctx, out));
done:
    if (status != GMIX_OK) {
        gmix_i_wide_run_free(out);
    }
    return status;
}

void gmix_i_wide_run_free(gmix_i_wide_run *r) {
    gmix_ctx *const ctx = r->ctx;
    if (!ctx) {
        return;
    }
    if (r->scratches.of_thread) {
        gmix_i_scratches_free(ctx, &r->scratches);
    }
    gmix_i_woodbury_free(&ctx->opts.allocator, &r->made);
    gmix_i_free(ctx, r->current.weights);
    gmix_i_free(ctx, r->accepted.weights);
    gmix_i_free(ctx, r->before.weights);
    gmix_i_free(ctx, r->plain);
    gmix_i_free(ctx, r->memory);
    gmix_i_free(ctx, r->at_floor);
    gmix_i_free(ctx, r->work);
    gmix_i_free(ctx, r->slots);
    gmix_i_free(ctx, r->trace);
    *r = (gmix_i_wide_run){0};
}

/* Random signs, in standard deviations of the features: the same for all components. */
static void set_directions(gmix_i_wide_run *r, uint64_t seed, size_t run) {
    const size_t d = r->d, q = r->q, padded = r->made.padded;
    const gmix_i_stream stream = gmix_i_stream_open(seed, GMIX_I_RNG_SKETCH, run);
    for (size_t j = 0; j < d; j++) {
        const double sd = r->survey->sd[j] * r->frame->inv_scale[j];
        for (size_t t = 0; t < q; t++) {
            double u[2];
            gmix_i_uniform2(&stream, j * q + t, u);
            r->made.whiten[j * padded + t] =
                (u[0] < 0.5 ? -1.0 : 1.0) / (sd * sqrt((double)d));
        }
    }
    for (size_t k = 1; k < r->k; k++) {
        memcpy(r->made.whiten + k * d * padded, r->made.whiten,
               d * padded * sizeof *r->made.whiten);
    }
}

gmix_status gmix_i_wide_start(gmix_i_wide_run *r, const double *centres, uint64_t seed,
                              size_t run) {
    gmix_status status = GMIX_OK;
    const size_t d = r->d;
    double *total;
    for (size_t i = 0; i < r->k * d; i++) {
        const double sd = r->survey->sd[i % d] * r->frame->inv_scale[i % d];
        r->made.centre[i] = centres ? centres[i] : 0.0;
        r->made.precision[i] = centres ? (double)d / (sd * sd) : 0.0;
    }
    set_directions(r, seed, run);
    memset(r->made.logc, 0, r->k * sizeof *r->made.logc);
    memset(r->current.weights, 0, r->params_len * sizeof *r->current.weights);
    GMIX_TRY(gmix_i_wide_pass(r, &total));
    gmix_i_wide_update(r, total, true);
done:
    return status;
}

static void show_progress(const gmix_i_wide_run *r, size_t limit) {
    const gmix_ctx_options *const to = &r->ctx->opts;
    const size_t n = r->n_trace;
    if (!to->progress) {
        return;
    }
    const double seconds = gmix_i_now() - r->began, rows = r->survey->total_weight;
    to->progress(
        to->user,
        &(gmix_progress){.stage = "em",
                         .run = r->run,
                         .n_runs = r->n_runs,
                         .iteration = n - 1,
                         .max_iterations = limit,
                         .log_likelihood = r->log_likelihood / rows,
                         .gain = n > 1 ? (r->trace[n - 1] - r->trace[n - 2]) / rows : NAN,
                         .rows_per_second =
                             (double)r->survey->n_rows * (double)n / fmax(seconds, 1e-9),
                         .seconds = seconds});
}

/* Takes the pass of current, unless it lowered the log-likelihood. */
static gmix_status accept(gmix_i_wide_run *r, const double *total, bool *rose) {
    gmix_status status = GMIX_OK;
    const double value = total[GMIX_I_LOGLIK] - total[GMIX_I_WEIGHT] * r->frame->log_det;
    if (!isfinite(value)) {
        GMIX_FAIL(r->ctx, GMIX_ERR_SINGULAR,
                  "the log-likelihood is not finite after %zu EM steps", r->n_iter);
    }
    *rose =
        r->n_trace == 0 || value >= r->log_likelihood - 1e-12 * fabs(r->log_likelihood);
    if (!*rose) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_grow(r->ctx, "the trace", &r->trace, &r->trace_capacity,
                         r->n_trace + 1, sizeof *r->trace));
    r->trace[r->n_trace++] = r->log_likelihood = value;
    r->log_map = total[GMIX_I_LOGMAP];
    const gmix_i_wide_params before = r->before;
    r->before = r->accepted;
    r->accepted = before;
    memcpy(r->accepted.weights, r->current.weights,
           r->params_len * sizeof *r->current.weights);
done:
    return status;
}

/* Aitken, from the gains per row of the last two steps or, where these are extrapolated in turns, pairs
 * of them. */
static void set_remaining(gmix_i_wide_run *r, bool in_pairs) {
    const size_t n = r->n_trace, span = in_pairs ? 2 : 1;
    r->remaining_gain = NAN;
    if (n > 2 * span) {
        const double rows = r->survey->total_weight, *const last = r->trace + n - 1;
        const double gain = last[0] - *(last - span);
        const double before = *(last - span) - *(last - 2 * span);
        r->remaining_gain =
            fmax(gmix_i_gain_left(before / rows, gain / rows), gain / rows);
    }
}

/* From before, accepted and the step from there, current; false: there is nothing to be had. */
static bool extrapolate(gmix_i_wide_run *r) {
    memcpy(r->plain, r->current.blocks,
           r->k * (r->q + 1) * r->d * sizeof *r->current.blocks);
    if (!gmix_i_factors_extrapolate(&r->problem, r->before.blocks, r->accepted.blocks,
                                    r->plain, r->current.blocks)) {
        return false;
    }
    gmix_i_factors_settle(&r->problem, r->current.blocks);
    return true;
}

/* The pass of current; an extrapolation that lowers the log-likelihood gives way to the step it was made
 * of. */
static gmix_status evaluate(gmix_i_wide_run *r, bool *extrapolated, double **total,
                            bool *rose) {
    gmix_status status = GMIX_OK;
    for (;;) {
        const bool fine = gmix_i_woodbury_prepare(r->current.weights, r->current.means,
                                                  r->current.blocks, &r->made);
        if (fine) {
            GMIX_TRY(gmix_i_wide_pass(r, total));
        }
        if (*extrapolated && !(fine && (*total)[GMIX_I_LOGLIK] - (*total)[GMIX_I_WEIGHT] *
                                                                     r->frame->log_det >=
                                           r->log_likelihood)) {
            *extrapolated = false;
            memcpy(r->current.blocks, r->plain,
                   r->k * (r->q + 1) * r->d * sizeof *r->plain);
            continue;
        }
        if (!fine) {
            GMIX_FAIL(r->ctx, GMIX_ERR_SINGULAR,
                      "the covariance of a component is not positive definite");
        }
        GMIX_TRY(accept(r, *total, rose));
        break;
    }
done:
    return status;
}

static gmix_status loop(gmix_i_wide_run *r, size_t limit, double tol) {
    gmix_status status = GMIX_OK;
    const bool accelerates = r->opts->accelerate && tol > 0.0;
    bool extrapolated = false;
    for (r->n_iter = 0;; r->n_iter++) {
        double *total;
        bool rose = false;
        GMIX_TRY(evaluate(r, &extrapolated, &total, &rose));
        show_progress(r, limit);
        if (!accelerates || r->n_iter % 2 == 0) {
            set_remaining(r, accelerates);
        }
        r->stop = !rose                                   ? GMIX_STOP_STALLED
                  : tol > 0.0 && r->remaining_gain <= tol ? GMIX_STOP_CONVERGED
                                                          : GMIX_STOP_MAX_ITER;
        if (r->stop != GMIX_STOP_MAX_ITER || r->n_iter == limit) {
            break;
        }
        if (gmix_i_is_late(r->ctx)) {
            r->stop = GMIX_STOP_TIME_LIMIT;
            break;
        }
        gmix_i_wide_update(r, total, false);
        extrapolated = accelerates && r->n_iter % 2 == 1 && extrapolate(r);
    }
done:
    return status;
}

gmix_status gmix_i_wide_em(gmix_i_wide_run *r, size_t limit, double tol) {
    r->n_trace = 0;
    r->log_likelihood = -INFINITY;
    r->remaining_gain = NAN;
    gmix_status status = loop(r, limit, tol);
    if (gmix_i_was_cut(status) && r->n_trace > 0) {
        r->n_iter = r->n_trace - 1;
        r->stop = gmix_i_stop_of(status);
        status = GMIX_OK;
    }
    return status;
}
