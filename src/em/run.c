/* One EM run. See em.h; gmix/fit.h states the stop rule. */
#include <math.h>
#include <string.h>

#include "em/em.h"
#include "family/gaps.h"

/* Variance of a component, in those of the features: see gmix_i_bounds. */
static const double WIDEST = 1e3;

double gmix_i_gain_left(double g_before, double g) {
    if (g == 0.0) {
        return 0.0;
    }
    const double rate = fabs(g / g_before);
    return rate < 1.0 ? fabs(g) * rate / (1.0 - rate) : INFINITY;
}

gmix_status gmix_i_em_prepare(gmix_i_em *em, const gmix_i_params *p) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_prepare(em->ctx, p, &em->prepared));
    if (em->prepared.trim) {
        GMIX_TRY(gmix_i_trim_find(em->ctx, &em->accumulator, &em->prepared, &em->trim));
    }
done:
    return status;
}

/* E-step: one pass under `current`; its log-likelihood. */
static gmix_status e_step(gmix_i_em *em, double **stats, double *log_likelihood) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_em_prepare(em, &em->current));
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
    *log_likelihood =
        s[GMIX_I_LOGLIK] -
        (em->prepared.trim ? em->trim.kept : s[GMIX_I_WEIGHT]) *
            em->accumulator.frame->log_det +
        gmix_i_log_prior(&em->bounds, &em->current, &em->prepared, em->accumulator.frame);
done:
    return status;
}

static gmix_status note(gmix_i_em *em) {
    const gmix_status status =
        gmix_i_grow(em->ctx, "the trace", &em->trace, &em->trace_capacity,
                    em->n_trace + 1, sizeof *em->trace);
    if (status == GMIX_OK) {
        em->trace[em->n_trace++] = em->log_likelihood;
    }
    return status;
}

/* A plain step lowers the log-likelihood through a ridge (reg), or where covariances are at the
 * limit of double precision: then there is nothing more to be had. */
static bool stalls(const gmix_i_em *em, double value) {
    const bool is_double = em->accumulator.kernels->real_size == sizeof(double);
    const double slack = (is_double ? 1e-12 : 1e-6) * fabs(em->log_likelihood);
    return !(em->opts->reg > 0.0) && !em->by_change && em->n_trace > 0 &&
           value < em->log_likelihood - slack;
}

/* Lets current change places with other parameters, and what is at the floor with it. */
static void change_places(gmix_i_em *em, gmix_i_params *other, bool **other_floor) {
    const gmix_i_params current = em->current;
    bool *const floor = em->bounds.at_floor;
    em->current = *other;
    em->bounds.at_floor = *other_floor;
    *other = current;
    *other_floor = floor;
}

/* Evaluates `current`. An extrapolation that fails or lowers the log-likelihood is rejected:
 * the plain step, which does not, comes next. */
static gmix_status evaluate(gmix_i_em *em, double **stats, bool *rejected) {
    double value = 0.0;
    gmix_status status = e_step(em, stats, &value);
    *rejected =
        em->accelerated && (status == GMIX_ERR_SINGULAR ||
                            (status == GMIX_OK && !(value >= em->log_likelihood)));
    if (*rejected) {
        em->ctx->message[0] = '\0';
        change_places(em, &em->step, &em->step_floor);
        gmix_i_accelerator_doubt(&em->accelerator);
        em->accelerated = false;
        return note(em);
    }
    if (status == GMIX_OK && stalls(em, value)) {
        em->stop = GMIX_STOP_STALLED;
        return note(em);
    }
    if (status == GMIX_OK) {
        em->log_likelihood = value;
        em->log_map = (*stats)[GMIX_I_LOGMAP];
        change_places(em, &em->accepted, &em->accepted_floor);
        status = note(em);
    }
    return status;
}

/* Mean gain per row of the step that ended at trace[t]; NaN for the first. */
static double gain_at(const gmix_i_em *em, size_t t) {
    return t > 0 && t < em->n_trace
               ? (em->trace[t] - em->trace[t - 1]) / gmix_i_kept_weight(em->survey)
               : NAN;
}

/* What rounding alone can do to the mean log-likelihood counts as no gain. */
static double rounding(const gmix_i_em *em) {
    const double per_row = fabs(em->log_likelihood) / gmix_i_kept_weight(em->survey);
    return 1e-15 * fmax(per_row, 1.0);
}

/* Plain steps are judged by their size: a ridge (reg) may make the log-likelihood fall on the
 * way to its fixed point. */
static bool plain_converged(gmix_i_em *em) {
    if (em->by_change) { /* the step that was just taken is the last one, and is evaluated */
        if (em->n_iter >= 1 && fabs(gain_at(em, em->n_iter)) < em->tol &&
            em->n_iter < em->limit) {
            em->limit = em->n_iter + 1;
            em->changed_little = true;
        }
        return false;
    }
    if (em->n_iter < 2) {
        return false;
    }
    const double before = gain_at(em, em->n_iter - 1), gain = gain_at(em, em->n_iter);
    em->remaining_gain = gmix_i_gain_left(before, fabs(gain) > rounding(em) ? gain : 0.0);
    return fabs(gain) < em->tol && em->remaining_gain < em->tol;
}

/*
 * Near its maximum the log-likelihood is a parabola: a step that leads to its top gains half of
 * what the gradient promises for it. The extrapolation is such a step, up to directions that
 * the history has not seen; for those the plain step stands in, lengthened by the EM rate.
 */
static bool accelerated_converged(gmix_i_em *em) {
    const double gain = gain_at(em, em->n_iter);
    const double step = gmix_i_promise(&em->accelerator, false);
    const double top = gmix_i_promise(&em->accelerator, em->accelerated);
    em->gradient_norm = sqrt(2.0 * step);
    em->remaining_gain = fmax(top, step);
    if (em->n_iter < 2 || !(gain < em->tol && em->remaining_gain < em->tol)) {
        return false;
    }
    em->em_rate = gmix_i_em_rate(&em->accelerator);
    return !(em->em_rate >= 1.0 && em->remaining_gain > rounding(em));
}

/*
 * True if the run will not reach its goal, as far as one can tell. What is left to be gained is
 * told from directions already seen; early in a run it may be many times as much. Of runs that
 * were to find a better solution, a factor of 4 gave up every second one; between 30 and 100 it
 * does not matter.
 */
static bool misses_goal(const gmix_i_em *em) {
    const double hoped = 50.0 * em->remaining_gain * gmix_i_kept_weight(em->survey);
    return em->n_iter >= 4 && em->log_likelihood + hoped < em->goal;
}

/* True if the run, which was to better a sound solution, is on its way to a spurious one. */
static bool turns_spurious(const gmix_i_em *em) {
    return em->goal > -INFINITY && em->judge && em->n_iter >= 8 && em->n_iter % 4 == 0 &&
           gmix_i_judge_all(em->judge, &em->accepted, NULL) > 0;
}

/* True if the run is about to end in a solution that was visited before. */
static bool meets_visited(gmix_i_em *em) {
    if (em->visited && em->n_iter >= 4) {
        const size_t met =
            gmix_i_visited_near(em->visited, &em->accepted, em->log_likelihood);
        em->met = met < em->visited->n ? met : SIZE_MAX;
    }
    return em->met != SIZE_MAX;
}

/* The M-step from what was accepted, into current: components without rows keep what they have,
 * and families that iterate begin there. */
static void m_step(gmix_i_em *em, double *stats) {
    gmix_i_params_copy(&em->accepted, &em->current);
    memcpy(em->bounds.at_floor, em->accepted_floor, em->current.k * sizeof(bool));
    gmix_i_m_step(stats, em->prepared.centre, &em->bounds, &em->current);
}

/* M-step, and the extrapolation from it. */
static bool advance(gmix_i_em *em, double *stats) {
    m_step(em, stats);
    em->accelerated = false;
    if (!em->accelerates) {
        return plain_converged(em);
    }
    change_places(em, &em->step, &em->step_floor);
    memcpy(em->bounds.at_floor, em->step_floor, em->current.k * sizeof(bool));
    em->accelerated = gmix_i_accelerate(&em->accelerator, &em->accepted, &em->step,
                                        &em->bounds, &em->current);
    if (!em->accelerated) {
        change_places(em, &em->step, &em->step_floor);
    }
    return accelerated_converged(em);
}

void gmix_i_em_show_progress(const gmix_i_em *em, const gmix_ctx_options *to) {
    if (!to->progress) {
        return;
    }
    const double seconds = gmix_i_now() - em->began;
    const double passes = (double)em->n_trace * (double)em->survey->n_rows;
    to->progress(to->user, &(gmix_progress){
                               .stage = em->stage,
                               .run = em->run,
                               .n_runs = em->n_runs,
                               .iteration = em->n_iter,
                               .max_iterations = em->limit,
                               .log_likelihood =
                                   em->log_likelihood / gmix_i_kept_weight(em->survey),
                               .gain = gain_at(em, em->n_iter),
                               .rows_per_second = seconds > 0.0 ? passes / seconds : 0.0,
                               .seconds = seconds});
}

static void begin(gmix_i_em *em) {
    em->n_trace = 0;
    em->log_likelihood = -INFINITY;
    em->remaining_gain = em->gradient_norm = em->em_rate = NAN;
    em->stop = GMIX_STOP_MAX_ITER;
    em->met = SIZE_MAX;
    em->accelerated = em->changed_little = em->hopeless = false;
    gmix_i_accelerator_reset(&em->accelerator);
    em->stepped = isfinite(em->deadline) ? gmix_i_now() : 0.0;
}

/* True if another step would end after the deadline, were it as long as the last one. */
static bool is_late(gmix_i_em *em) {
    if (!isfinite(em->deadline)) {
        return false;
    }
    const double now = gmix_i_now(), last = now - em->stepped;
    em->stepped = now;
    return now + last > em->deadline;
}

/* Asked of what was accepted, not of the step to come: a run that ends on the way to the floor
 * would pass for one that had found something. */
static bool is_at_floor(const gmix_i_em *em) {
    bool any = false;
    for (size_t k = 0; k < em->accepted.k; k++) {
        any = any || em->accepted_floor[k];
    }
    return any;
}

gmix_status gmix_i_em_run(gmix_i_em *em) {
    gmix_status status = GMIX_OK;
    double *stats;
    bool rejected;
    begin(em);
    for (em->n_iter = 0;; em->n_iter++) {
        GMIX_TRY(evaluate(em, &stats, &rejected));
        gmix_i_em_show_progress(em, &em->ctx->opts);
        if (em->stop == GMIX_STOP_STALLED) {
            break;
        }
        if (!rejected && advance(em, stats)) {
            em->stop = GMIX_STOP_CONVERGED;
            break;
        }
        if (em->ends_at_floor && is_at_floor(em)) {
            em->stop = GMIX_STOP_STALLED;
            break;
        }
        em->hopeless =
            !rejected && (misses_goal(em) || meets_visited(em) || turns_spurious(em));
        if (em->n_iter == em->limit) {
            em->stop = em->changed_little ? GMIX_STOP_CONVERGED : em->stop;
            break;
        }
        if (em->hopeless) {
            break;
        }
        if (is_late(em)) {
            em->stop = GMIX_STOP_TIME_LIMIT;
            break;
        }
    }
    if (em->accelerates && isnan(em->em_rate)) {
        em->em_rate = gmix_i_em_rate(&em->accelerator);
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
    const bool absolute = em->opts->reg >= 0.0;
    em->bounds.range = absolute ? INFINITY : WIDEST / em->opts->reg_relative;
    for (size_t j = 0; j < d; j++) {
        const double sd = em->survey->sd[j] * frame->inv_scale[j];
        numbers[j] = absolute ? 0.0 : em->opts->reg_relative * sd * sd;
        numbers[d + j] =
            absolute ? em->opts->reg * frame->inv_scale[j] * frame->inv_scale[j] : 0;
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

gmix_status gmix_i_em_new(gmix_ctx *ctx, const gmix_i_input *input,
                          const gmix_i_frame *frame, const gmix_i_survey *survey,
                          const gmix_i_family *family, const gmix_fit_options *opts,
                          gmix_i_em *out) {
    gmix_status status = GMIX_OK;
    const size_t k = opts->n_components, d = input->n_cols;
    const bool by_change = strcmp(opts->stop_rule, "change") == 0;
    const gmix_i_kernels *const kernels =
        gmix_i_kernels_pick(strcmp(opts->precision, "single") == 0);
    *out =
        (gmix_i_em){.ctx = ctx,
                    .opts = opts,
                    .family = family,
                    .survey = survey,
                    .accelerates = opts->accelerate && !(opts->reg > 0.0) && !by_change,
                    .by_change = by_change,
                    .limit = opts->max_iter,
                    .tol = opts->tol,
                    .goal = -INFINITY,
                    .stage = "em",
                    .n_runs = 1,
                    .began = gmix_i_now(),
                    .deadline = INFINITY};
    GMIX_TRY(set_bounds(ctx, out, frame));
    GMIX_TRY(gmix_i_accumulator_new(ctx, input, frame, kernels, family->shape, k,
                                    &out->accumulator));
    GMIX_TRY(gmix_i_prepared_new(ctx, kernels, family->shape, k, d, &out->prepared));
    GMIX_TRY(gmix_i_gaps_new(ctx, kernels, family->shape, input, frame, k,
                             &out->prepared.gaps));
    if (survey->trim > 0.0) {
        GMIX_TRY(gmix_i_trim_new(ctx, &out->accumulator, survey, &out->trim));
        out->prepared.trim = &out->trim;
    }
    GMIX_TRY(gmix_i_params_new(ctx, family, k, d, &out->current));
    GMIX_TRY(gmix_i_params_new(ctx, family, k, d, &out->accepted));
    GMIX_TRY(gmix_i_calloc(ctx, "flags", 3 * k, sizeof(bool), &out->flags));
    out->bounds.at_floor = out->flags;
    out->accepted_floor = out->flags + k;
    out->step_floor = out->flags + 2 * k;
    if (out->accelerates) {
        GMIX_TRY(gmix_i_params_new(ctx, family, k, d, &out->step));
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
    gmix_i_accumulator_free(ctx, &em->accumulator);
    gmix_i_trim_free(ctx, &em->trim);
    gmix_i_prepared_free(&ctx->opts.allocator, &em->prepared);
    gmix_i_params_free(&ctx->opts.allocator, &em->current);
    gmix_i_params_free(&ctx->opts.allocator, &em->accepted);
    gmix_i_params_free(&ctx->opts.allocator, &em->step);
    gmix_i_accelerator_free(ctx, &em->accelerator);
    gmix_i_free(ctx, em->flags);
    gmix_i_free(ctx, em->trace);
    *em = (gmix_i_em){0};
}
