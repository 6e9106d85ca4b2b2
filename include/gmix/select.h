/**
 * Choosing among models: families of covariances and numbers of components.
 *
 * The criteria, for log-likelihood L, p free parameters and N rows (sum of weights), all
 * lower is better but for "cv", "evidence" and "none":
 *
 *   bic   -2 L + p log N, an approximation of -2 log of the integrated likelihood (Schwarz
 *         1978; R's mclust has the other sign)
 *   icl   BIC - 2 sum_n log max_k r_nk, an approximation of -2 log of the integrated
 *         complete-data likelihood (ICL-BIC; Biernacki, Celeux & Govaert 2000)
 *   aic   -2 L + 2 p (Akaike 1974);   aicc   AIC + 2 p (p + 1) / (N - p - 1) (Sugiura 1978)
 *   cv    log-likelihood of rows under the model fitted without their fold (Smyth 2000)
 *   none  the log-likelihood itself
 */
#ifndef GMIX_SELECT_H
#define GMIX_SELECT_H

#include "fit.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Options of a choice. Set by gmix_select_options_init(); then change fields. */
typedef struct gmix_select_options {
    size_t struct_size; /* set by _init */
    /* Numbers of components: "3", "1-9", "1,2,4", "1-4,8", or "auto" (default): from 1 on (with
     * labels, from what the classes need) until the criterion has been worse than its best for
     * three in a row, 50 at most. */
    const char *components;
    /* Families, comma-separated, or "all" (default): every one; of families that are the same
     * for one feature, the first. */
    const char *covariances;
    const char *criterion; /* see gmix_criterion_names(); default "bic" */
    size_t folds;          /* of "cv": 2 .. N; default 10 */
} gmix_select_options;

/** Sets all options to their defaults. */
GMIX_API void gmix_select_options_init_sized(gmix_select_options *opts,
                                             size_t struct_size);

static inline void gmix_select_options_init(gmix_select_options *opts) {
    gmix_select_options_init_sized(opts, sizeof *opts);
}

/** The table behind it (see option_info.h); ends with an entry whose name is NULL. */
GMIX_API const gmix_option_info *gmix_select_option_table(void);

/**
 * Fits every model asked for and chooses one (docs/selection.md).
 *
 * A model is started by itself and from the solutions of models it contains, of simpler families
 * and, by splitting, of fewer components. So a richer model never scores below a simpler one:
 * where no sound solution does better than what the model contains, it is reported as singular.
 * (Not with a prior or with reg, where it is not the log-likelihood that is maximised.)
 * Singular models are left out of the choice. The model chosen is searched further, as far
 * as gmix_fit() would, before the choice is final.
 *
 * One to three rows (of ten or more for each) that lie apart, in some feature further from all others than three times
 * the range of these, as typos do, are left out: some group would have to take each in, and its other rows would be
 * chosen more components for not being as wide. The report has them as trimmed rows, with a warning; criteria
 * are those of the rest. Not with noise, labels, errors, bounds or truncation, bayes, criterion "cv", or trim >= 0 in
 * `fit`: there all rows count as they are.
 *
 * @param ctx      Context, or NULL for defaults. Small fits go one to a thread, large ones
 *                 use all. When it is cancelled, or time_limit is over, the choice is among
 *                 what is finished.
 * @param x        N x D table, as for gmix_fit().
 * @param fit      Options of all fits; NULL for defaults. n_components and covariance are not
 *                 looked at; no start that is given, nothing frozen, singular = "repair".
 * @param select   NULL for defaults.
 * @param model    [out] The model chosen. To be released by gmix_model_free().
 * @param report   [out] Of its fit, with all candidates; may be NULL. Release with
 *                 gmix_report_free().
 *
 * @return GMIX_OK; GMIX_ERR_OPTION: a list or a criterion that is none, or an option that
 *         has no place here; GMIX_ERR_SINGULAR: no model has a sound solution;
 *         GMIX_ERR_DATA: none is possible, or "cv" of rows with labels, or with folds that
 *         are no 2 .. N; GMIX_ERR_CANCELLED: before there was a model; and as gmix_fit().
 *
 * Cost: that of some tens of starts per model; "cv" as many times more as there are folds, and
 * once more.
 */
GMIX_API gmix_status gmix_select(gmix_ctx *ctx, const gmix_table *x,
                                 const gmix_fit_options *fit,
                                 const gmix_select_options *select, gmix_model **model,
                                 gmix_report *report);

#ifdef __cplusplus
}
#endif
#endif
