/* The memory of EM runs, and the bounds they keep to. See em.h. */
#include <math.h>
#include <string.h>

#include "data/resolution.h"
#include "em/shared_errors.h"
#include "family/factor_law.h"
#include "family/gaps.h"
#include "observe/bounds_rule.h"
#include "observe/error_rule.h"
#include "observe/projection_rule.h"
#include "observe/truncation_rule.h"
#include "stats/variational.h"
#include "stats/variational_merge.h"

/* Variance of a component, in those of the features: see gmix_i_bounds. */
static const double WIDEST = 1e3;

/* Widths of groups, in median gaps times rows: beyond it the spread of all rows tells how far groups are
 * apart, and nothing of how wide they are. */
static const double FAR_APART = 1e3;

/* What a component's least variance is measured by, as a standard deviation. One component has that of all
 * rows itself, and must stay positive definite; and rows in single precision have no more digits. */
static double spread_of_groups(const gmix_i_em *em, size_t j, double inv_scale,
                               double sd) {
    const bool single = strcmp(em->opts->precision, "single") == 0;
    const double local = FAR_APART * em->survey->grain[j].local * inv_scale;
    return local > 0.0 && em->opts->n_components > 1 && !single ? fmin(sd, local) : sd;
}

/* What errors that all rows share add to the floor: covariances contain them, and a little more, or
 * what is left would be singular. */
static double shared_floor(const gmix_i_em *em, size_t j, double inv_scale, double sd) {
    const double least = 1e-13;
    const double shared = em->shared ? em->shared[j] * inv_scale * inv_scale : 0.0;
    return shared > 0.0 ? shared + least * sd * sd : 0.0;
}

/* Bounds in the frame's units, from options in the data's. */
static gmix_status set_bounds(gmix_ctx *ctx, gmix_i_em *em, const gmix_i_frame *frame) {
    gmix_status status = GMIX_OK;
    const size_t d = frame->d;
    double *numbers = NULL;
    GMIX_TRY(
        gmix_i_calloc(ctx, "the bounds",
                      3 * d + gmix_i_bounds_work(em->family, em->opts->n_components, d),
                      sizeof(double), &numbers));
    em->bounds = (gmix_i_bounds){.ctx = ctx,
                                 .floor = numbers,
                                 .ridge = numbers + d,
                                 .uniqueness = numbers + 2 * d,
                                 .work = numbers + 3 * d};
    const bool absolute = em->opts->reg >= 0.0;
    /* the prior of a variational fit keeps covariances away from singular ones */
    const double relative =
        absolute || gmix_i_is_bayesian(em->opts) ? 0.0 : em->opts->reg_relative;
    em->bounds.range = absolute ? INFINITY : WIDEST / relative;
    for (size_t j = 0; j < d; j++) {
        const double sd = em->survey->sd[j] * frame->inv_scale[j];
        const double spread = spread_of_groups(em, j, frame->inv_scale[j], sd);
        const double least = relative * spread * spread;
        const double times = sd / spread;
        em->bounds.range = fmax(em->bounds.range, WIDEST / relative * times * times);
        const double rounded =
            gmix_i_rounded_variance(em->survey->grain[j].step * frame->inv_scale[j], sd);
        numbers[j] = fmax(least, rounded) + shared_floor(em, j, frame->inv_scale[j], sd);
        const double near = frame->inv_scale[j] *
                            gmix_i_near_spread(&em->survey->grain[j], em->survey->sd[j]);
        em->bounds.rounded = em->bounds.rounded || gmix_i_is_visible(rounded, near);
        numbers[d + j] =
            absolute ? em->opts->reg * frame->inv_scale[j] * frame->inv_scale[j] : 0;
        numbers[2 * d + j] = GMIX_I_LEAST_UNIQUENESS * sd * sd;
    }
    if (em->opts->eigen_ratio > 0.0) {
        em->bounds.eigen_ratio = fmax(em->opts->eigen_ratio, 1.0);
        em->bounds.unit = frame->scale;
        GMIX_TRY(
            gmix_i_calloc(ctx, "the bounds",
                          gmix_i_ratio_work(em->family->shape, em->opts->n_components, d),
                          sizeof(double), &em->bounds.ratio_work));
    }
done:
    return status;
}

static gmix_status check_bounds(gmix_ctx *ctx, const gmix_i_input *input,
                                const gmix_fit_options *opts) {
    if (!(opts->noise > 0.0 || opts->trim > 0.0)) {
        return GMIX_OK;
    }
    if (input->errors && input->errors->projected) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "noise and trim are for rows of which every feature was "
                           "measured, not combinations of them");
    }
    if (input->truncation) {
        return gmix_i_fail(
            ctx, GMIX_ERR_OPTION,
            "noise and trim are for whole samples, not for truncated ones");
    }
    return input->between
               ? gmix_i_fail(ctx, GMIX_ERR_OPTION,
                             "noise and trim are for rows with densities; cells between "
                             "bounds have probabilities")
               : GMIX_OK;
}

/* The rules of rows that were not observed as a whole, or not exactly. */
static gmix_status heed_rows(gmix_ctx *ctx, const gmix_i_input *input,
                             const gmix_i_frame *frame, gmix_i_prepared *q) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_prepared_heed_gaps(ctx, input, frame, q));
    GMIX_TRY(gmix_i_prepared_heed_errors(ctx, input, q));
    GMIX_TRY(gmix_i_prepared_heed_projections(ctx, input, frame, q));
    GMIX_TRY(gmix_i_prepared_heed_bounds(ctx, input, q));
    GMIX_TRY(gmix_i_prepared_heed_truncation(ctx, input, frame, q));
done:
    return status;
}

/* Plain steps are helped by merges; but not where rows with labels belong to components. */
static gmix_status variational_new(gmix_ctx *ctx, const gmix_fit_options *opts, size_t k,
                                   size_t d, gmix_i_em *out) {
    gmix_status status = GMIX_OK;
    const bool merges = !out->may_accelerate && !(out->survey->labelled_weight > 0.0);
    if (!gmix_i_is_bayesian(opts)) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "the variational weights",
                           k + 1 + gmix_i_variational_work(k), sizeof(double),
                           &out->seen_weights));
    out->constraints.work = out->seen_weights + k + 1;
    if (merges) {
        GMIX_TRY(gmix_i_calloc(ctx, "merges", gmix_i_merge_work(out->family->shape, k, d),
                               sizeof(double), &out->merge_work));
    }
done:
    return status;
}

gmix_status gmix_i_em_new(gmix_ctx *ctx, const gmix_i_input *input,
                          const gmix_i_frame *frame, const gmix_i_survey *survey,
                          const gmix_i_family *family, const gmix_fit_options *opts,
                          gmix_i_em *out) {
    gmix_status status = GMIX_OK;
    const size_t k = opts->n_components, d = input->n_cols;
    const bool by_change = strcmp(opts->stop_rule, "change") == 0;
    const gmix_i_kernels *const kernels =
        gmix_i_kernels_pick(strcmp(opts->precision, "single") == 0);
    *out = (gmix_i_em){.ctx = ctx,
                       .opts = opts,
                       .family = family,
                       .survey = survey,
                       .may_accelerate =
                           opts->accelerate && !(opts->reg > 0.0) && !by_change,
                       .by_change = by_change,
                       .limit = opts->max_iter,
                       .tol = opts->tol,
                       .stage = "em",
                       .n_runs = 1,
                       .began = gmix_i_now()};
    GMIX_TRY(check_bounds(ctx, input, opts));
    GMIX_TRY(gmix_i_em_share_errors(out, input));
    input = &out->rows;
    GMIX_TRY(set_bounds(ctx, out, frame));
    /* errors bound the likelihood: a component may have no scatter of its own */
    out->bounds.rounded = out->bounds.rounded ||
                          (input->errors && input->errors->everywhere) ||
                          (input->between && input->between->everywhere);
    out->constraints.bounds = &out->bounds;
    GMIX_TRY(gmix_i_accumulator_new(ctx, input, frame, kernels, family->shape, k,
                                    &out->accumulator));
    GMIX_TRY(gmix_i_prepared_new(ctx, kernels, family->shape, k, d, &out->prepared));
    GMIX_TRY(heed_rows(ctx, input, frame, &out->prepared));
    if (opts->trim > 0.0) {
        GMIX_TRY(gmix_i_trim_new(ctx, &out->accumulator, survey, opts->trim, &out->trim));
        gmix_i_row_rules_add(&out->prepared.rules, &gmix_i_rule_trim, &out->trim);
    }
    GMIX_TRY(gmix_i_params_new(ctx, family, k, d, &out->current));
    GMIX_TRY(gmix_i_params_new(ctx, family, k, d, &out->accepted));
    GMIX_TRY(gmix_i_calloc(ctx, "flags", 3 * k, sizeof(bool), &out->flags));
    out->bounds.at_floor = out->flags;
    out->accepted_floor = out->flags + k;
    out->step_floor = out->flags + 2 * k;
    GMIX_TRY(variational_new(ctx, opts, k, d, out));
    if (out->may_accelerate || out->merge_work) {
        GMIX_TRY(gmix_i_params_new(ctx, family, k, d, &out->step));
    }
    if (out->may_accelerate) {
        GMIX_TRY(gmix_i_accelerator_new(ctx, family, k, d, &out->accelerator));
    }
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
    gmix_i_free(ctx, em->bounds.ratio_work);
    gmix_i_free(ctx, em->shared);
    gmix_i_accumulator_free(ctx, &em->accumulator);
    gmix_i_trim_free(ctx, &em->trim);
    gmix_i_prepared_free(&ctx->opts.allocator, &em->prepared);
    gmix_i_params_free(&ctx->opts.allocator, &em->current);
    gmix_i_params_free(&ctx->opts.allocator, &em->accepted);
    gmix_i_params_free(&ctx->opts.allocator, &em->step);
    gmix_i_accelerator_free(ctx, &em->accelerator);
    gmix_i_free(ctx, em->seen_weights);
    gmix_i_free(ctx, em->merge_work);
    gmix_i_free(ctx, em->flags);
    gmix_i_free(ctx, em->trace);
    *em = (gmix_i_em){0};
}
