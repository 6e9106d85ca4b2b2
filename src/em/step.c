/*
 * The parts of an EM run: rows to statistics (E-step), statistics to parameters (M-step) with
 * the extrapolation of accelerate.h, and the stop rule that gmix/fit.h states. They meet in
 * run.c, and in the engine, whose statistics come from elsewhere.
 */
#include <math.h>
#include <string.h>

#include "em/em.h"
#include "stats/variational.h"
#include "stats/variational_merge.h"

double gmix_i_gain_left(double g_before, double g) {
    if (g == 0.0) {
        return 0.0;
    }
    const double rate = fabs(g / g_before);
    return rate < 1.0 ? fabs(g) * rate / (1.0 - rate) : INFINITY;
}

gmix_status gmix_i_em_prepare(gmix_i_em *em, const gmix_i_params *p) {
    gmix_status status = GMIX_OK;
    if (em->constraints.prior && em->constraints.prior->hyper) {
        em->seen = *p;
        em->seen.weights = em->seen_weights;
        gmix_i_variational_weights(em->constraints.prior->hyper, p, em->constraints.work,
                                   em->seen_weights);
        p = &em->seen;
    }
    GMIX_TRY(gmix_i_prepare(em->ctx, p, &em->prepared));
    if (gmix_i_trim_is_on(&em->trim)) {
        GMIX_TRY(gmix_i_trim_find(em->ctx, &em->accumulator, &em->prepared, &em->trim));
    }
done:
    return status;
}

void gmix_i_em_begin(gmix_i_em *em, const gmix_i_watch *watch) {
    em->n_trace = em->n_iter = 0;
    em->limit = watch->limit;
    em->log_likelihood = -INFINITY;
    em->remaining_gain = em->gradient_norm = em->em_rate = NAN;
    em->stop = GMIX_STOP_MAX_ITER;
    em->met = (gmix_i_met){0};
    em->accelerates = em->may_accelerate && !watch->plain;
    em->accelerated = em->rejected = em->changed_little = em->hopeless = false;
    em->most_merges = em->merge_at = em->n_merged = 0;
    gmix_i_accelerator_reset(&em->accelerator);
    em->stepped = isfinite(watch->deadline) ? gmix_i_now() : 0.0;
}

gmix_status gmix_i_em_pass(gmix_i_em *em, double **stats) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_poll(em->ctx)); /* an M-step that was cut leaves anything */
    GMIX_TRY(gmix_i_em_prepare(em, &em->current));
    GMIX_TRY(gmix_i_accumulate(em->ctx, &em->accumulator, &em->prepared,
                               gmix_i_fill_from_model, &em->prepared, stats));
done:
    return status;
}

/* The log-likelihood that statistics hold, in data units, with the log-prior. */
static gmix_status objective(gmix_i_em *em, const double *s, double *value) {
    const double total = em->survey->total_weight;
    if (!(fabs(s[GMIX_I_WEIGHT] - total) <= 1e-9 * total)) {
        return gmix_i_fail(
            em->ctx, GMIX_ERR_DATA,
            "the data changed between passes: rows of weight %.15g were there at first, "
            "%.15g are now",
            total, s[GMIX_I_WEIGHT]);
    }
    if (!isfinite(s[GMIX_I_LOGLIK])) {
        return gmix_i_fail(em->ctx, GMIX_ERR_SINGULAR,
                           "the log-likelihood is not finite after %zu EM steps",
                           em->n_iter);
    }
    *value = s[GMIX_I_LOGLIK] -
             (gmix_i_trim_is_on(&em->trim) ? em->trim.kept : s[GMIX_I_WEIGHT]) *
                 em->accumulator.frame->log_det +
             gmix_i_log_prior(&em->constraints, &em->current, &em->prepared,
                              em->accumulator.frame);
    return GMIX_OK;
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

/* Of merges that were too many half as many are tried. */
static void doubt_merges(gmix_i_em *em) {
    em->most_merges = em->n_merged > 1 ? em->n_merged / 2 : 1;
    em->merge_at = em->n_merged > 1 ? em->n_iter + 1 : 2 * em->n_iter + 1;
}

/* An extrapolation that fails or lowers the log-likelihood is rejected: the plain step, which does
 * not, comes next. */
gmix_status gmix_i_em_take(gmix_i_em *em, gmix_status how, const double *stats) {
    double value = 0.0;
    gmix_status status = how == GMIX_OK ? objective(em, stats, &value) : how;
    em->rejected =
        em->accelerated && (status == GMIX_ERR_SINGULAR ||
                            (status == GMIX_OK && !(value >= em->log_likelihood)));
    if (em->rejected) {
        em->ctx->message[0] = '\0';
        change_places(em, &em->step, &em->step_floor);
        gmix_i_accelerator_doubt(&em->accelerator);
        em->accelerated = false;
        doubt_merges(em);
        return note(em);
    }
    if (status == GMIX_OK && stalls(em, value)) {
        em->stop = GMIX_STOP_STALLED;
        return note(em);
    }
    if (status == GMIX_OK) {
        em->log_likelihood = value;
        em->log_map = stats[GMIX_I_LOGMAP];
        change_places(em, &em->accepted, &em->accepted_floor);
        status = note(em);
    }
    return status;
}

/* Components without rows keep what they have, and families that iterate begin there. */
static void m_step(gmix_i_em *em, double *stats) {
    gmix_i_params_copy(&em->accepted, &em->current);
    memcpy(em->bounds.at_floor, em->accepted_floor, em->current.k * sizeof(bool));
    gmix_i_m_step(stats, em->prepared.centre, &em->constraints, &em->current);
}

/* Tried after the first step, after steps that made some, and else at times that double. */
static void merge_components(gmix_i_em *em) {
    if (!em->merge_work || em->n_iter < em->merge_at) {
        return;
    }
    gmix_i_params_copy(&em->current, &em->step);
    memcpy(em->step_floor, em->bounds.at_floor, em->current.k * sizeof(bool));
    em->n_merged = gmix_i_merge_components(
        &em->constraints, em->most_merges > 0 ? em->most_merges : em->current.k, 1.0,
        em->merge_work, &em->current);
    em->accelerated = em->n_merged > 0;
    em->merge_at = em->accelerated ? em->n_iter + 1 : 2 * em->n_iter + 1;
}

void gmix_i_em_step(gmix_i_em *em, double *stats) {
    if (em->rejected || em->stop == GMIX_STOP_STALLED) {
        return; /* the step is there already, or there is none to take */
    }
    m_step(em, stats);
    em->accelerated = false;
    if (!em->accelerates) {
        merge_components(em);
        return;
    }
    change_places(em, &em->step, &em->step_floor);
    memcpy(em->bounds.at_floor, em->step_floor, em->current.k * sizeof(bool));
    em->accelerated = gmix_i_accelerate(&em->accelerator, &em->accepted, &em->step,
                                        &em->constraints, &em->current);
    if (!em->accelerated) {
        change_places(em, &em->step, &em->step_floor);
    }
}

double gmix_i_em_gain(const gmix_i_em *em, size_t t) {
    return t > 0 && t < em->n_trace ? (em->trace[t] - em->trace[t - 1]) /
                                          gmix_i_kept_weight(em->survey, em->opts->trim)
                                    : NAN;
}

/* What rounding alone can do to the mean log-likelihood counts as no gain. */
static double rounding(const gmix_i_em *em) {
    const double per_row =
        fabs(em->log_likelihood) / gmix_i_kept_weight(em->survey, em->opts->trim);
    return 1e-15 * fmax(per_row, 1.0);
}

/* Plain steps are judged by their size: a ridge (reg) may make the log-likelihood fall on the
 * way to its fixed point. */
static bool plain_converged(gmix_i_em *em) {
    if (em->by_change) { /* the step that was just taken is the last one, and is evaluated */
        if (em->n_iter >= 1 && fabs(gmix_i_em_gain(em, em->n_iter)) < em->tol &&
            em->n_iter < em->limit) {
            em->limit = em->n_iter + 1;
            em->changed_little = true;
        }
        return false;
    }
    if (em->n_iter < 2) {
        return false;
    }
    const double before = gmix_i_em_gain(em, em->n_iter - 1),
                 gain = gmix_i_em_gain(em, em->n_iter);
    em->remaining_gain = gmix_i_gain_left(before, fabs(gain) > rounding(em) ? gain : 0.0);
    return fabs(gain) < em->tol && em->remaining_gain < em->tol;
}

/*
 * Near its maximum the log-likelihood is a parabola: a step that leads to its top gains half of
 * what the gradient promises for it. The extrapolation is such a step, up to directions that
 * the history has not seen; for those the plain step stands in, lengthened by the EM rate.
 */
static bool accelerated_converged(gmix_i_em *em) {
    const double gain = gmix_i_em_gain(em, em->n_iter);
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

bool gmix_i_em_converged(gmix_i_em *em) {
    return !em->rejected &&
           (em->accelerates ? accelerated_converged(em) : plain_converged(em));
}
