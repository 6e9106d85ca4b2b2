/**
 * Reports: what a fit did, and what was found of every model that was tried.
 */
#ifndef GMIX_REPORT_H
#define GMIX_REPORT_H

#include <string.h>

#include "confusion.h"
#include "standard_errors.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Why EM ended. Values are fixed for ever. */
typedef enum gmix_stop {
    GMIX_STOP_NONE = 0,       /* nothing was run */
    GMIX_STOP_CONVERGED = 1,  /* the gain left is below tol */
    GMIX_STOP_MAX_ITER = 2,   /* max_iter steps were taken */
    GMIX_STOP_TIME_LIMIT = 3, /* time_limit was over */
    GMIX_STOP_CANCELLED = 4,  /* the cancel callback said so */
    GMIX_STOP_STALLED = 5     /* rounding lets no step raise the log-likelihood */
} gmix_stop;

/** "converged", "max_iter", "time_limit", "cancelled", "stalled", "none". */
GMIX_API const char *gmix_stop_name(gmix_stop stop);

/** One model among those that gmix_select() chose from: a cell of its table. */
typedef struct gmix_candidate {
    size_t n_components;
    const char *covariance; /* family name; static */
    /* Static:
     *   "ok"          a sound solution (see gmix_report.sound), run to its end
     *   "singular"    none was found: every solution rests on a singularity of the likelihood
     *   "refused"     the options or the data do not allow this model
     *   "unfinished"  time_limit was over or the cancel callback said so */
    const char *status;
    char *reason; /* why it is not "ok" or has no cv, a sentence; else NULL */
    /* What led to the solution, static: a start of gmix_init_names(), "nested" (the solution
     * of a family that this one contains), "split" (of fewer components), "quantiles" (one
     * feature cut into K classes of equal weight), "search". */
    const char *start;
    int sound;           /* status is "ok" */
    size_t n_parameters; /* 0 if refused */
    /* NaN unless "ok"; lower is better but for log-likelihoods. Of Bayesian fits the bound of the
     * log-evidence, and log K! for as many orders of the components of a Dirichlet prior. */
    double log_likelihood;
    double bic, icl, aic; /* as in gmix_report */
    double aicc;          /* AIC + 2 p (p + 1) / (N - p - 1); NaN if N <= p + 1 */
    /* Cross-validated log-likelihood: the sum over folds of that of their rows under the
     * model fitted without them; NaN if not asked for, or if a fold left no sound solution. */
    double cv;
    void *reserved
        [4]; /* NULL: candidates lie side by side, so they cannot grow otherwise */
} gmix_candidate;

/** What becomes of a posterior under another prior: gmix_prior_sensitivity() (bayes.h). */
typedef struct gmix_prior_change {
    const char *what; /* "concentration", "shrinkage", "dof" or "scale"; static */
    double
        factor; /* it was multiplied by: 10 or 0.1; dof above the least that is possible */
    double value;      /* that it then had; of scale the factor */
    double bound;      /* of the log-evidence */
    size_t n_occupied; /* components with half a row or more */
    double weight;     /* largest change of a weight */
    double
        mean; /* of a mean, in its posterior standard deviations, of components that both
                          priors leave a row or more */
    void *reserved[2]; /* NULL */
} gmix_prior_change;

enum { GMIX_N_PRIOR_CHANGES = 8 };

/** What a fit did. Zero it or call gmix_report_init(); release with gmix_report_free(). */
typedef struct gmix_report {
    size_t struct_size;    /* set by _init; 0: that of version 0.2 */
    double log_likelihood; /* total, weighted, of the training rows under the model */
    double
        log_posterior; /* that, plus the log-prior (see gmix_fit): what was maximised. Of Bayesian fits
                          the bound of the log-evidence; log_likelihood is then of the predictive density
                          (NaN of fits that were cut short or dropped rows), and the criteria are NaN */
    double aic; /* -2 log L + 2 p: lower is better */
    double bic; /* -2 log L + p log N: lower is better (R's mclust has the other sign) */
    double icl; /* BIC - 2 sum_n log max_k r_nk (Biernacki et al. 2000; as mclust) */
    size_t n_samples;         /* rows */
    double total_weight;      /* sum of the row weights: the N of BIC */
    size_t n_missing_cells;   /* that were NaN */
    size_t n_incomplete_rows; /* rows with such cells */
    size_t n_dropped_rows;    /* of those: left out, by the option missing */
    double trimmed_weight; /* what the option trim left out: 0 without it; log-likelihood
                               * and BIC are those of the rest */
    double trim_log_density; /* of rows that were trimmed: up to this one */
    size_t n_trimmed_rows;   /* left out as a whole; another one may count in part */
    size_t n_features, n_components, n_parameters;
    const char *covariance; /* family name; static */
    const char *init;       /* start; static */
    uint64_t seed;          /* of everything random */
    char *command;       /* that made the fit, see gmix_report_set_command(); or NULL */
    size_t n_iterations; /* EM steps of the run that was kept */
    gmix_stop stop;      /* why that run ended */
    int converged;       /* stop == GMIX_STOP_CONVERGED */
    double
        remaining_gain; /* estimate, nats per row; NaN: unknown, infinite: gains grow */
    double
        gradient_norm; /* sqrt(gradient^T EM step) per row: 0 at an optimum; NaN: unknown */
    double
        em_rate; /* rate of EM's convergence in its slowest direction, as far as seen: near 1
                       the log-likelihood is a ridge; NaN: unknown */
    /* No component is spurious: explained by the chance alignment of few rows, or held at the
     * smallest covariance allowed (docs/search.md). What tells is evidence, from how far the
     * log-likelihood falls without the component, and never its width beside the whole table.
     * With a prior on covariances every component that has rows is sound. */
    int sound;
    /* What solutions are compared by: the log-posterior, less what chance could have given
     * components in doubt; equal to it where none is. */
    double objective;
    /* An estimate, from where the runs ended, of the chance that a much longer search finds a
     * higher objective (by 1e-4 nats per row or more); NaN: a single run, which tells nothing. */
    double chance_of_better;
    size_t n_starts;         /* starts tried */
    size_t n_runs;           /* runs to the end, or until it was plain where they lead */
    size_t n_hits;           /* those that led to the best solution, to 10 tol */
    size_t best_run;         /* the one kept, 0-based */
    double seconds;          /* wall time */
    double *trace;           /* total log-posterior before each step and at the end */
    size_t n_trace;          /* n_iterations + 1 */
    size_t *trimmed_rows;    /* the first of them, 0-based, at most 1000 */
    size_t n_trimmed_listed; /* how many these are */
    double
        *resolution; /* D: steps that features were rounded to, in their units; 0: none.
                                NULL if no feature has one (docs/rounded-data.md) */
    char **warnings; /* sentences a person should read */
    size_t n_warnings;
    /* Filled by gmix_class_confusion() and gmix_cross_validate(), not by the fit: they are
     * here to be part of what is written and printed. */
    gmix_confusion training, cross_validated;
    /* Of gmix_select(): what was minimised, and every model that was tried, by number of
     * components and then by family in the order they were asked for. NULL and 0 after a fit
     * of one model. */
    const char *criterion; /* see gmix_criterion_names(); static */
    size_t cv_folds;       /* behind gmix_candidate.cv; 0: none */
    gmix_candidate *candidates;
    size_t n_candidates;
    gmix_standard_errors errors; /* filled by gmix_standard_errors_estimate(), likewise */
    double
        log_jacobian; /* what gmix_report_add_jacobian() added to the log-likelihoods; or 0 */
    void *owner;      /* of the arrays; not for callers */

    /* Filled by gmix_prior_sensitivity(), not by the fit; its number is set by who does, and 0 else. */
    gmix_prior_change prior_changes[GMIX_N_PRIOR_CHANGES];
    size_t n_prior_changes;
} gmix_report;

/** Zeroes a report but for its size, which lets a library serve programs that were compiled with an
 * older, smaller struct. */
static inline void gmix_report_init(gmix_report *report) {
    memset(report, 0, sizeof *report);
    report->struct_size = sizeof *report;
}

/** Names of the criteria, NULL-terminated; static: "bic", "icl", "aic", "aicc", "cv",
 * "evidence" of Bayesian fits (bayes.h), and "none", by which the highest log-likelihood wins. */
GMIX_API const char *const *gmix_criterion_names(void);

/** What a criterion is; all static. */
typedef struct gmix_criterion_info {
    const char *name;    /* "bic" */
    const char *label;   /* as printed: "BIC" */
    const char *formula; /* in log L, p free parameters, N rows, responsibilities r_nk */
    int higher_is_better;
    void *reserved[4]; /* NULL */
} gmix_criterion_info;

/** The table of criteria, which ends with a NULL name. */
GMIX_API const gmix_criterion_info *gmix_criterion_table(void);

GMIX_API void gmix_report_free(gmix_report *report);

/**
 * Keeps in a report what a person would type to get it again, for model files and pages.
 *
 * @param report   Filled by a fit or read from a file.
 * @param command  Copied; NULL: forgets the one that is there.
 * @return GMIX_OK; GMIX_ERR_ARGUMENT if the report is NULL or was not filled; GMIX_ERR_NOMEM.
 */
GMIX_API gmix_status gmix_report_set_command(gmix_ctx *ctx, gmix_report *report,
                                             const char *command);

/**
 * Adds a sentence to a report's warnings: what a caller found out after the fit, for model files
 * and pages.
 *
 * @param report  Filled by a fit or read from a file.
 * @param text    Copied.
 * @return GMIX_OK; GMIX_ERR_ARGUMENT if one of them is NULL or the report was not filled;
 *         GMIX_ERR_NOMEM.
 */
GMIX_API gmix_status gmix_report_add_warning(gmix_ctx *ctx, gmix_report *report,
                                             const char *text);

/**
 * Says of rows whose features were transformed what a fit says of them in their own units, so that fits
 * with and without the transformation can be compared: adds the logarithm of the Jacobian to all
 * log-likelihoods, and takes it twice from the criteria, also of the candidates.
 *
 * @param report        Filled by a fit or read from a file.
 * @param log_jacobian  Of all rows together, by their weights: for logarithms, minus the sum of
 *                      the transformed values.
 * @return GMIX_OK; GMIX_ERR_ARGUMENT if the report was not filled or the number is not finite.
 */
GMIX_API gmix_status gmix_report_add_jacobian(gmix_ctx *ctx, gmix_report *report,
                                              double log_jacobian);

#ifdef __cplusplus
}
#endif
#endif
