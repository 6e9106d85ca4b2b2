/*
 * One EM run: E-step, M-step, stop rule, until nothing is left to be gained (step.c) or whoever
 * wanted the run wants it no longer. See em.h.
 */
#include <math.h>

#include "em/em.h"

/* What is left to be gained is told from directions already seen; early in a run it may be many times as
 * much. Of runs that were to find a better solution, a factor of 4 gave up every second one; between 30 and 100
 * it does not matter. */
bool gmix_i_em_misses(const gmix_i_em *em, double goal) {
    const double hoped =
        50.0 * em->remaining_gain * gmix_i_kept_weight(em->survey, em->opts->trim);
    return em->n_iter >= 4 && em->log_likelihood + hoped < goal;
}

static bool gives_up(gmix_i_em *em, const gmix_i_watch *watch) {
    return watch->gives_up && em->n_iter >= 4 && watch->gives_up(watch->arg, em);
}

void gmix_i_em_show_progress(const gmix_i_em *em, const gmix_ctx_options *to) {
    if (!to->progress) {
        return;
    }
    const double seconds = gmix_i_now() - em->began;
    const double passes = (double)em->n_trace * (double)em->survey->n_rows;
    to->progress(
        to->user,
        &(gmix_progress){.stage = em->stage,
                         .run = em->run,
                         .n_runs = em->n_runs,
                         .iteration = em->n_iter,
                         .max_iterations = em->limit,
                         .log_likelihood = em->log_likelihood /
                                           gmix_i_kept_weight(em->survey, em->opts->trim),
                         .gain = gmix_i_em_gain(em, em->n_iter),
                         .rows_per_second = seconds > 0.0 ? passes / seconds : 0.0,
                         .seconds = seconds});
}

/* True if another step would end after the deadline, were it as long as the last one. */
static bool is_late(gmix_i_em *em, double deadline) {
    if (!isfinite(deadline)) {
        return false;
    }
    const double now = gmix_i_now(), last = now - em->stepped;
    em->stepped = now;
    return now + last > deadline;
}

/* True where no step is wanted any more: an M-step of a wide table may take as long as a pass. */
static bool is_past(const gmix_i_em *em, double deadline) {
    return em->stop != GMIX_STOP_STALLED && isfinite(deadline) && gmix_i_now() > deadline;
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

/* The caller's reasons to end the run are asked after the stop rule, in this order. */
bool gmix_i_em_is_over(gmix_i_em *em, const gmix_i_watch *watch) {
    if (em->stop == GMIX_STOP_STALLED) {
        return true;
    }
    if (gmix_i_em_converged(em)) {
        em->stop = GMIX_STOP_CONVERGED;
        return true;
    }
    if (watch->ends_at_floor && !em->bounds.rounded && is_at_floor(em)) {
        em->stop = GMIX_STOP_STALLED;
        return true;
    }
    em->hopeless =
        !em->rejected && (gmix_i_em_misses(em, watch->goal) || gives_up(em, watch));
    if (em->n_iter == em->limit) {
        em->stop = em->changed_little ? GMIX_STOP_CONVERGED : em->stop;
        return true;
    }
    if (!em->hopeless && is_late(em, watch->deadline)) {
        em->stop = GMIX_STOP_TIME_LIMIT;
        return true;
    }
    return em->hopeless;
}

void gmix_i_em_end(gmix_i_em *em) {
    if (em->accelerates && isnan(em->em_rate)) {
        em->em_rate = gmix_i_em_rate(&em->accelerator);
    }
}

gmix_status gmix_i_em_run(gmix_i_em *em, const gmix_i_watch *watch) {
    gmix_status status = GMIX_OK;
    for (gmix_i_em_begin(em, watch);; em->n_iter++) {
        double *stats = NULL;
        status = gmix_i_em_pass(em, &stats);         /* E-step */
        GMIX_TRY(gmix_i_em_take(em, status, stats)); /* accepted, or rejected */
        gmix_i_em_show_progress(em, &em->ctx->opts);
        if (is_past(em, watch->deadline)) {
            em->stop = GMIX_STOP_TIME_LIMIT;
            break;
        }
        gmix_i_em_step(em, stats); /* M-step, and extrapolation */
        if (gmix_i_em_is_over(em, watch)) {
            break;
        }
    }
    gmix_i_em_end(em);
done:
    if (gmix_i_was_cut(status) && em->n_trace > 0) {
        em->n_iter = em->n_trace - 1; /* the step under way was not evaluated */
        em->stop = gmix_i_stop_of(status);
        status = GMIX_OK;
    }
    return status;
}
