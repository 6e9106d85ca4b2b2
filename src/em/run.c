/* One EM run. See em.h; gmix/fit.h states the stop rule. */
#include <math.h>
#include <string.h>

#include "em/em.h"
#include "family/gaps.h"

double gmix_i_gain_left(double g_before, double g) {
    if (g == 0.0) {
        return 0.0;
    }
    const double rate = fabs(g / g_before);
    return rate < 1.0 ? fabs(g) * rate / (1.0 - rate) : INFINITY;
}

/* E-step: one pass under `current`, which thereby becomes `accepted`. */
static gmix_status e_step(gmix_i_em *em, double **stats) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_prepare(em->ctx, &em->current, &em->prepared));
    GMIX_TRY(gmix_i_accumulate(em->ctx, &em->accumulator, &em->prepared,
                               gmix_i_fill_from_model, &em->prepared, stats));
    const double *const s = *stats;
    const double total = em->survey->total_weight;
    if (!(fabs(s[GMIX_I_WEIGHT] - total) <= 1e-9 * total)) {
        GMIX_FAIL(
            em->ctx, GMIX_ERR_DATA,
            "the data changed between passes: rows of weight %.15g were there at first, "
            "%.15g are now",
            total, s[GMIX_I_WEIGHT]);
    }
    if (!isfinite(s[GMIX_I_LOGLIK])) {
        GMIX_FAIL(em->ctx, GMIX_ERR_SINGULAR,
                  "the log-likelihood is not finite after %zu EM steps", em->n_iter);
    }
    em->log_likelihood = s[GMIX_I_LOGLIK] -
                         s[GMIX_I_WEIGHT] * em->accumulator.frame->log_det +
                         gmix_i_log_prior(em->bounds.prior, &em->current, &em->prepared,
                                          em->accumulator.frame);
    em->log_map = s[GMIX_I_LOGMAP];
    gmix_i_params_copy(&em->current, &em->accepted);
    memcpy(em->accepted_floor, em->bounds.at_floor, em->current.k * sizeof(bool));
    GMIX_TRY(gmix_i_grow(em->ctx, "the trace", &em->trace, &em->trace_capacity,
                         em->n_trace + 1, sizeof *em->trace));
    em->trace[em->n_trace++] = em->log_likelihood;
done:
    return status;
}

/* Mean gain per row of the step that ended at trace[t]; NaN for the first. */
static double gain_at(const gmix_i_em *em, size_t t) {
    return t > 0 && t < em->n_trace
               ? (em->trace[t] - em->trace[t - 1]) / em->survey->total_weight
               : NAN;
}

/* Steps are judged by their size: a ridge (reg) may make the log-likelihood fall on the way to
 * its fixed point. What rounding alone can do counts as no step. */
static bool converged(gmix_i_em *em) {
    if (em->n_iter < 2) {
        return false;
    }
    const double per_row = fabs(em->log_likelihood) / em->survey->total_weight;
    const double rounding = 1e-15 * fmax(per_row, 1.0);
    const double before = gain_at(em, em->n_iter - 1), gain = gain_at(em, em->n_iter);
    em->remaining_gain = gmix_i_gain_left(before, fabs(gain) > rounding ? gain : 0.0);
    return fabs(gain) < em->opts->tol && em->remaining_gain < em->opts->tol;
}

static void show_progress(const gmix_i_em *em) {
    const gmix_ctx_options *const to = &em->ctx->opts;
    if (!to->progress) {
        return;
    }
    const double seconds = gmix_i_now() - em->began;
    const double passes = (double)em->n_trace * (double)em->survey->n_rows;
    to->progress(
        to->user,
        &(gmix_progress){.stage = "em",
                         .run = em->run,
                         .n_runs = em->n_runs,
                         .iteration = em->n_iter,
                         .max_iterations = em->opts->max_iter,
                         .log_likelihood = em->log_likelihood / em->survey->total_weight,
                         .gain = gain_at(em, em->n_iter),
                         .rows_per_second = seconds > 0.0 ? passes / seconds : 0.0,
                         .seconds = seconds});
}

gmix_status gmix_i_em_run(gmix_i_em *em) {
    gmix_status status = GMIX_OK;
    double *stats;
    em->n_trace = 0;
    em->remaining_gain = NAN;
    em->stop = GMIX_STOP_MAX_ITER;
    for (em->n_iter = 0;; em->n_iter++) {
        GMIX_TRY(e_step(em, &stats));
        show_progress(em);
        if (converged(em)) {
            em->stop = GMIX_STOP_CONVERGED;
            break;
        }
        if (em->n_iter == em->opts->max_iter) {
            break;
        }
        if (gmix_i_now() > em->deadline) {
            em->stop = GMIX_STOP_TIME_LIMIT;
            break;
        }
        gmix_i_m_step(stats, em->prepared.centre, &em->bounds, &em->current);
    }
done:
    if (status == GMIX_ERR_CANCELLED && em->n_trace > 0) {
        em->n_iter = em->n_trace - 1; /* the step under way was not evaluated */
        em->stop = GMIX_STOP_CANCELLED;
        status = GMIX_OK;
    }
    return status;
}

/* Bounds in the frame's units, from options in the data's. */
static gmix_status set_bounds(gmix_ctx *ctx, gmix_i_em *em, const gmix_i_frame *frame) {
    gmix_status status = GMIX_OK;
    const size_t d = frame->d;
    double *numbers = NULL;
    GMIX_TRY(
        gmix_i_calloc(ctx, "the bounds",
                      2 * d + gmix_i_bounds_work(em->family, em->opts->n_components, d),
                      sizeof(double), &numbers));
    em->bounds =
        (gmix_i_bounds){.floor = numbers, .ridge = numbers + d, .work = numbers + 2 * d};
    for (size_t j = 0; j < d; j++) {
        const double sd = em->survey->sd[j] * frame->inv_scale[j];
        const bool absolute = em->opts->reg >= 0.0;
        numbers[j] = absolute ? 0.0 : em->opts->reg_relative * sd * sd;
        numbers[d + j] =
            absolute ? em->opts->reg * frame->inv_scale[j] * frame->inv_scale[j] : 0;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "flags", em->opts->n_components, sizeof(bool),
                           &em->bounds.at_floor));
done:
    return status;
}

gmix_status gmix_i_em_new(gmix_ctx *ctx, const gmix_i_input *input,
                          const gmix_i_frame *frame, const gmix_i_survey *survey,
                          const gmix_i_family *family, const gmix_fit_options *opts,
                          gmix_i_em *out) {
    gmix_status status = GMIX_OK;
    const size_t k = opts->n_components, d = input->n_cols;
    const gmix_i_kernels *const kernels =
        gmix_i_kernels_pick(strcmp(opts->precision, "single") == 0);
    *out = (gmix_i_em){.ctx = ctx,
                       .opts = opts,
                       .family = family,
                       .survey = survey,
                       .began = gmix_i_now(),
                       .deadline = INFINITY};
    GMIX_TRY(set_bounds(ctx, out, frame));
    GMIX_TRY(gmix_i_accumulator_new(ctx, input, frame, kernels, family->shape, k,
                                    &out->accumulator));
    GMIX_TRY(gmix_i_prepared_new(ctx, kernels, family->shape, k, d, &out->prepared));
    GMIX_TRY(gmix_i_gaps_new(ctx, kernels, family->shape, input, frame, k,
                             &out->prepared.gaps));
    GMIX_TRY(gmix_i_params_new(ctx, family, k, d, &out->current));
    GMIX_TRY(gmix_i_params_new(ctx, family, k, d, &out->accepted));
    GMIX_TRY(gmix_i_calloc(ctx, "flags", k, sizeof(bool), &out->accepted_floor));
    GMIX_TRY(gmix_i_grow(ctx, "the trace", &out->trace, &out->trace_capacity,
                         (opts->max_iter < 1024 ? opts->max_iter : 1024) + 1,
                         sizeof *out->trace));
done:
    if (status != GMIX_OK) {
        gmix_i_em_free(out);
    }
    return status;
}

void gmix_i_em_free(gmix_i_em *em) {
    gmix_ctx *const ctx = em->ctx;
    if (!ctx) {
        return;
    }
    gmix_i_free(ctx, (void *)(uintptr_t)em->bounds.floor);
    gmix_i_free(ctx, em->bounds.at_floor);
    gmix_i_accumulator_free(ctx, &em->accumulator);
    gmix_i_prepared_free(&ctx->opts.allocator, &em->prepared);
    gmix_i_params_free(&ctx->opts.allocator, &em->current);
    gmix_i_params_free(&ctx->opts.allocator, &em->accepted);
    gmix_i_free(ctx, em->accepted_floor);
    gmix_i_free(ctx, em->trace);
    *em = (gmix_i_em){0};
}
