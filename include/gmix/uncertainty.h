/**
 * How sure the parameters of a fit are: standard errors and intervals, by replicates or by
 * the curvature of the log-likelihood.
 */
#ifndef GMIX_UNCERTAINTY_H
#define GMIX_UNCERTAINTY_H

#include "fit.h"
#include "standard_errors.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How standard errors are found, NULL-terminated; static:
 *
 *   "bootstrap"            rows are drawn anew from the data, as many as there are (Efron
 *                          1979), and the mixture is fitted again
 *   "weighted-likelihood"  rows get random weights of mean 1, exponential ones, instead
 *                          (Newton & Raftery 1994; O'Hagan, Murphy, Scrucca & Gormley 2019):
 *                          no component loses all its rows
 *   "information"          from the inverse of the observed information, the exact second
 *                          derivatives of the log-likelihood (Boldea & Magnus 2009) in the
 *                          family's own free parameters
 */
GMIX_API const char *const *gmix_standard_error_methods(void);

/** Options. Set by gmix_standard_error_options_init(); then change fields. */
typedef struct gmix_standard_error_options {
    size_t struct_size;  /* set by _init */
    const char *method;  /* default "bootstrap" */
    size_t n_replicates; /* 2 .. 10^7; default 999; not for "information" */
    double level;        /* of intervals: 0 .. 1; default 0.95 */
} gmix_standard_error_options;

/** Sets all options to their defaults. The size lets a library serve programs that were
 * compiled with an older, smaller struct. */
GMIX_API void gmix_standard_error_options_init_sized(gmix_standard_error_options *opts,
                                                     size_t struct_size);

static inline void gmix_standard_error_options_init(gmix_standard_error_options *opts) {
    gmix_standard_error_options_init_sized(opts, sizeof *opts);
}

/** The table behind it (see option_info.h); ends with an entry whose name is NULL. */
GMIX_API const gmix_option_info *gmix_standard_error_option_table(void);

/**
 * Estimates standard errors of a fitted model.
 *
 * Replicates start EM at the model, so they stay with its solution, and their components are
 * matched to the model's by the least sum of cross-entropies: no label switches. A replicate
 * whose solution is not sound (see gmix_report), while that of the data is, is left out. Intervals
 * of replicates lie between their quantiles (1 - level) / 2 and (1 + level) / 2.
 *
 * By information: Louis (1982) row by row, in log-weights, means and the directions in which
 * the family lets covariances move, with what the family's curvature adds; reported by the
 * delta method. Intervals are estimate +- z errors, of weights on the scale of log-odds, of
 * variances on that of logarithms. Missing cells are no obstacle; cells between bounds and truncated samples
 * are heeded by their own second derivatives, for components without noise; so are errors of measurement and
 * projections, unless a component has no scatter of its own in some direction.
 *
 * Row weights are frequencies: a row of weight 3 stands for three rows.
 *
 * @param x      The table the model was fitted to.
 * @param opts   The options it was fitted with; start, restarts and search are not used.
 * @param model  The fit.
 * @param how    NULL for defaults.
 * @param out    [out] The errors.
 *
 * @return GMIX_OK, also if cancelled when two or more replicates were done;
 *         GMIX_ERR_SHAPE: x is not D wide; GMIX_ERR_OPTION, GMIX_ERR_ARGUMENT;
 *         GMIX_ERR_SINGULAR, by information: the log-likelihood does not determine all
 *         parameters, or the model is at no maximum of it (a bound, reg or a prior holds it
 *         elsewhere); GMIX_ERR_DATA: no two replicates have a solution; GMIX_ERR_CANCELLED;
 *         whatever gmix_fit() returns.
 *
 * Cost: n_replicates fits from the model, on all threads; n_replicates x P + N doubles a thread.
 * By information: O(N P^2 + P^3) for P parameters, and P^2 doubles: at most 3000 of them.
 * The result does not depend on the number of threads.
 */
GMIX_API gmix_status gmix_standard_errors_estimate(gmix_ctx *ctx, const gmix_table *x,
                                                   const gmix_fit_options *opts,
                                                   const gmix_model *model,
                                                   const gmix_standard_error_options *how,
                                                   gmix_standard_errors *out);

#ifdef __cplusplus
}
#endif
#endif
