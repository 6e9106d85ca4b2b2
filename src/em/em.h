/*
 * EM runs. A run starts from parameters and ends with the best ones it has evaluated; a
 * fit is some runs from different starts, the best one kept.
 */
#ifndef GMIX_EM_EM_H
#define GMIX_EM_EM_H

#include <gmix/fit.h>

#include "em/accelerate.h"
#include "em/watch.h"
#include "init/init.h"
#include "record/record.h"
#include "stats/constraints.h"
#include "stats/trim.h"

/* The visited solution that a run was about to end in. */
typedef struct gmix_i_met {
    bool any;
    double log_likelihood, score; /* what solutions are compared by */
} gmix_i_met;

/* All memory of EM runs with K components of one family on one input: what a thread needs to
 * work on its own. A step over a table allocates nothing (past 1024 steps, the trace grows). */
typedef struct gmix_i_em {
    gmix_ctx *ctx;
    const gmix_fit_options *opts;
    const gmix_i_family *family;
    const gmix_i_survey *survey; /* of the input */
    gmix_i_input rows; /* the input, with the errors that its rows do not share */
    gmix_i_errors errors;
    double
        *shared; /* D: the others, which are a part of covariances; see shared_errors.h */
    gmix_i_bounds bounds;
    gmix_i_constraints constraints; /* of the M-step: these bounds among them */
    gmix_i_accumulator accumulator;
    gmix_i_prepared prepared;
    gmix_i_params
        seen; /* of a variational fit: the parameters with the E-step's weights */
    double *seen_weights; /* K + 1, and work of the constraints; NULL: none */
    double *merge_work;   /* of variational_merge.h; NULL: this fit makes no merges */
    size_t most_merges;   /* in one step; 0: of all components */
    size_t merge_at;      /* the next step that is to try some */
    size_t n_merged;      /* those of current */
    gmix_i_trim trim;     /* a rule of prepared, if rows are trimmed */
    gmix_i_accelerator accelerator;
    /* These three change places, and with them bounds.at_floor and the two below. */
    gmix_i_params current;  /* about to be evaluated */
    gmix_i_params accepted; /* the best evaluated: log_likelihood is theirs */
    gmix_i_params step;     /* the EM step from there, if current is another one */
    bool *accepted_floor, *step_floor; /* K: those at the floor */
    bool *flags;                       /* the memory of all three */
    bool may_accelerate;               /* the options allow extrapolations */
    bool accelerates;                  /* this run makes them */
    bool accelerated; /* current is one, or has components merged: it may be rejected */
    bool rejected;    /* the last one evaluated was: a plain step comes next */
    bool by_change;   /* the stop rule is "change" */
    bool changed_little; /* by it the step under way is the last */
    double *trace;       /* total log-likelihoods of this run, data units */
    size_t n_trace, trace_capacity;
    double log_likelihood; /* total, data units; with a prior, plus its logarithm */
    double log_map;        /* sum_i w_i log max_k r_ik */
    double remaining_gain; /* estimate, mean per row; NaN if unknown */
    double gradient_norm;  /* sqrt(gradient^T EM step / N); NaN if unknown */
    double em_rate;        /* see gmix_i_em_rate */
    size_t n_iter; /* steps evaluated, extrapolations that were rejected among them */
    size_t limit;  /* most steps of a run */
    double tol;    /* gain left at which it ends */
    gmix_stop stop;
    bool hopeless;  /* the run was given up: see run.c */
    gmix_i_met met; /* why, if it was about to end there */
    double began,
        stepped;        /* gmix_i_now() at first; when the last step ended, if there is a
                              deadline */
    size_t run, n_runs; /* for progress */
    const char *stage;
} gmix_i_em;

gmix_status gmix_i_em_new(gmix_ctx *ctx, const gmix_i_input *input,
                          const gmix_i_frame *frame, const gmix_i_survey *survey,
                          const gmix_i_family *family, const gmix_fit_options *opts,
                          gmix_i_em *out);
void gmix_i_em_free(gmix_i_em *em);

/*
 * Runs EM from em->current. GMIX_OK for every way it can stop with a model;
 * GMIX_ERR_CANCELLED if cancelled before the first evaluation; GMIX_ERR_SINGULAR.
 */
gmix_status gmix_i_em_run(gmix_i_em *em, const gmix_i_watch *watch);

/* Makes em->prepared ready for passes under parameters p, and chooses the rows that are kept. */
gmix_status gmix_i_em_prepare(gmix_i_em *em, const gmix_i_params *p);

/*
 * The parts of a run, for whoever has the rows elsewhere (step.c). First of all:
 */
void gmix_i_em_begin(gmix_i_em *em, const gmix_i_watch *watch);

/* E-step: the statistics of all rows under em->current, in the accumulator. */
gmix_status gmix_i_em_pass(gmix_i_em *em, double **stats);

/* Takes the E-step's statistics, centred as em->prepared says, and how it ended: em->current is
 * accepted, or rejected, or the run stalls (em->stop). */
gmix_status gmix_i_em_take(gmix_i_em *em, gmix_status how, const double *stats);

/* M-step from what was accepted, and the extrapolation from it, into em->current. Uses the
 * statistics up. */
void gmix_i_em_step(gmix_i_em *em, double *stats);

/* Stop rule: true if the step taken last leaves less than tol to be gained. */
bool gmix_i_em_converged(gmix_i_em *em);

/* The stop rule, and then what the watch says: true if the run is over, as em->stop says. Else the
 * next step is em->n_iter + 1. (run.c) */
bool gmix_i_em_is_over(gmix_i_em *em, const gmix_i_watch *watch);

/* True if the run will not get to a log-likelihood of `goal`, as far as one can tell; never before its fourth
 * step. (run.c) */
bool gmix_i_em_misses(const gmix_i_em *em, double goal);

/* Last of all: what can be said of a run that is over. */
void gmix_i_em_end(gmix_i_em *em);

/* Tells the callback, if there is one, where the run stands, or where it ended. */
void gmix_i_em_show_progress(const gmix_i_em *em, const gmix_ctx_options *to);

/* False if the caller wanted an end: time limit or cancelled. */
static inline bool gmix_i_may_go_on(gmix_stop stop) {
    return stop != GMIX_STOP_TIME_LIMIT && stop != GMIX_STOP_CANCELLED;
}

/* Mean gain per row of the step that ended at trace[t]; NaN for the first. */
double gmix_i_em_gain(const gmix_i_em *em, size_t t);

/* The end of a run that was cut. */
static inline gmix_stop gmix_i_stop_of(gmix_status status) {
    return status == GMIX_ERR_TIME_LIMIT ? GMIX_STOP_TIME_LIMIT : GMIX_STOP_CANCELLED;
}

/* The other way round, with the sentence. */
static inline gmix_status gmix_i_end_of(gmix_ctx *ctx, gmix_stop stop) {
    return stop == GMIX_STOP_TIME_LIMIT
               ? gmix_i_fail(ctx, GMIX_ERR_TIME_LIMIT, "the time limit passed")
               : gmix_i_fail(ctx, GMIX_ERR_CANCELLED, "cancelled by the caller");
}

/* Size of the gain still to come after gains g_before, g of two steps (Aitken). */
double gmix_i_gain_left(double g_before, double g);

/* What the options say of missing cells. */
gmix_i_missing gmix_i_missing_option(const gmix_fit_options *opts);

/* True if they ask for posteriors instead of points. */
static inline bool gmix_i_is_bayesian(const gmix_fit_options *opts) {
    return strcmp(opts->bayes, "none") != 0;
}

/* What they add to variances; 0: nothing. */
static inline double gmix_i_ridge_option(const gmix_fit_options *opts) {
    return opts->reg > 0.0 ? opts->reg : 0.0;
}

/* A copy of the options, or the defaults for NULL, checked against their table; sizes against
 * the data are the fit's business. */
gmix_status gmix_i_fit_options_take(gmix_ctx *ctx, const gmix_fit_options *opts,
                                    gmix_fit_options *out);

/* True if options say how much is to be trimmed, and it is not left to a choice among models. */
bool gmix_i_fit_options_say_trim(gmix_ctx *ctx, const gmix_fit_options *opts);

#endif
