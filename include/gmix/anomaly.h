/**
 * Anomalies: rows that do not come from where the others come from, how sure that is, and which
 * of their cells say so.
 *
 * A detector is made from rows. It scores a row by how far out the row lies in a mixture,
 *
 *     score(x) = -log sum_k pi_k P(chi^2_o > 2 (l_k - log p(x)))  with
 *     l_k = log pi_k - log |2 pi Sigma_k| / 2,
 *
 * in the o features that the row has: a bound of -log P(p(X) <= p(x)), the probability that a row
 * of the mixture is as unlikely as this one. It is exact for one component, and unlike a density
 * it means the same whichever cells are missing.
 *
 * What a score means for these data, models being what they are, is found by rows that the
 * mixture has not seen (cross-conformal prediction; Vovk 2015, doi:10.1007/s10472-013-9368-4):
 * the rows are dealt to folds, each fold is scored by a fit without it, and the p-value of a row is the share
 * of such held-out scores that are at least as high as the row's under the same fits. For rows like those
 * of the training, P(p <= alpha) is near alpha also where there are few of them for the parameters (four components with
 * fewer than two rows for each parameter: .07 for .05); a quantile of the training rows' own scores is passed
 * by up to 92 % of normal rows there.
 *
 * All calls: NULLs are GMIX_ERR_ARGUMENT; GMIX_ERR_NOMEM; GMIX_ERR_CANCELLED. Outputs are untouched
 * unless the call returns GMIX_OK.
 */
#ifndef GMIX_ANOMALY_H
#define GMIX_ANOMALY_H

#include "fit.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gmix_detector gmix_detector;

/** How a detector is made. Set by gmix_detector_options_init(). */
typedef struct gmix_detector_options {
    size_t struct_size; /* set by _init */

    /* K of the mixture: 1 ..; 0 (default): by BIC, from 1 until it has been worse three times in a
     * row, at most max_components. */
    size_t n_components;
    size_t max_components; /* 1 .. 100; default 20 */

    /* 1: the rows are all normal, and new ones will be compared with them. 0 (default): there
     * may be anomalies among them. Then, where K is not given,
     *   - the fit leaves out `trim` of the rows;
     *   - no component may have less than the share `smallest` of the rows: anomalies that lie
     *     together must not become a component of their own, and so normal; nor may one with less than 0.3 of
     *     them rest on a single value of a feature that has few;
     *   - the score is the mean of that in the mixture and in a single Gaussian of all rows: what is
     *     far from the whole stays suspicious though a component reaches there;
     * and, whatever K, rows beyond what the others lead to expect do not calibrate the p-values, and one
     * that alone makes a variance 1.4 times as large is in none of the fits without a fold. */
    int clean;
    double trim; /* 0 .. 0.5; negative (default -1): 0.05 where K is chosen and rows are
                        not clean, else 0 */
    double smallest; /* 0 .. 0.5; default 0.05 */

    size_t folds; /* 2 .. 1000; default 20. Fewer where there are fewer rows */
} gmix_detector_options;

GMIX_API void gmix_detector_options_init_sized(gmix_detector_options *opts,
                                               size_t struct_size);

static inline void gmix_detector_options_init(gmix_detector_options *opts) {
    gmix_detector_options_init_sized(opts, sizeof *opts);
}

/** The table behind it (see option_info.h); ends with an entry whose name is NULL. */
GMIX_API const gmix_option_info *gmix_detector_option_table(void);

/**
 * Makes a detector from the rows of a table.
 *
 * @param x     N x D, N >= 4; cells may be missing. Without row weights (GMIX_ERR_DATA).
 * @param fit   Options of its fits: family, floors, seed, ...; NULL for defaults. n_components, trim,
 *              starts and `missing` ("em") are the detector's own; `search` is "quick" and
 *              `resolution` "off" where they have their defaults, since a score needs no more; and `prior` is
 *              "mclust" where K > 1 full components are given and there are fewer than two rows for a parameter.
 * @param opts  NULL for defaults.
 * @param out   [out] Released by gmix_detector_free().
 *
 * @return GMIX_OK; what gmix_fit() returns, of the fit to all rows or to all but a fold.
 * The result does not depend on the number of threads. Cost: a search for every K tried, and an EM run from
 * its solution for every fold; up to three where rows are out of all proportion.
 */
GMIX_API gmix_status gmix_detector_fit(gmix_ctx *ctx, const gmix_table *x,
                                       const gmix_fit_options *fit,
                                       const gmix_detector_options *opts,
                                       gmix_detector **out);
GMIX_API void gmix_detector_free(gmix_detector **detector);

/** The mixture of all rows, owned by the detector. */
GMIX_API const gmix_model *gmix_detector_model(const gmix_detector *detector);

/** Rows that it was made from, and those of them that calibrate: no p-value that rests on
 * counting alone is below 1 / (1 + these). */
GMIX_API size_t gmix_detector_n_rows(const gmix_detector *detector);
GMIX_API size_t gmix_detector_n_calibrating(const gmix_detector *detector);

/**
 * The rows that the detector was made from.
 *
 * @param score  [out] N: under the fits to all rows; may be NULL.
 * @param p      [out] N: by the fits without the row; may be NULL. A row beyond all that calibrate has
 *               what the highest tenth of their scores leads to expect, at most 1 / (1 + their number): an
 *               exponential tail, made heavier by what its mean and the fits are uncertain. Beyond the
 *               data, p is an extrapolation.
 */
GMIX_API gmix_status gmix_detector_training(gmix_ctx *ctx, const gmix_detector *detector,
                                            double *score, double *p);

/** The same of other rows, N x D; GMIX_ERR_SHAPE, GMIX_ERR_NONFINITE. Their p-values go by all
 * folds' fits. Cost: a pass for every fold. */
GMIX_API gmix_status gmix_detector_apply(gmix_ctx *ctx, const gmix_detector *detector,
                                         const gmix_table *x, double *score, double *p);

/**
 * Adjusts n p-values for their number, so that of the rows whose adjusted p-value is at most
 * q, a share of at most q is expected to be normal (false discovery rate).
 *
 * @param p         n, each 0 .. 1 (GMIX_ERR_DATA).
 * @param adjusted  [out] n; may be p itself.
 * Source: Benjamini & Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x; with conformal
 * p-values, Bates et al. (2023), doi:10.1214/22-AOS2244.
 */
GMIX_API gmix_status gmix_adjust_p_values(gmix_ctx *ctx, size_t n, const double *p,
                                          double *adjusted);

/**
 * Which cells are to blame: for every cell, what the row's other cells lead to expect.
 *
 * @param x         N x D, D >= 1.
 * @param expected  [out] N x D: E[x_j | the others], in the data's units; may be NULL.
 * @param sd        [out] N x D: its standard deviation; may be NULL.
 * @param surprise  [out] N x D: -log p(x_j | the others) - log(2 pi e sd^2) / 2, how much more unlikely
 *                  the cell is than one usually is; 0 for a missing cell; may be NULL. With one
 *                  component it is (z^2 - 1) / 2, z the distance from `expected` in units of `sd`.
 *
 * @return GMIX_OK; GMIX_ERR_SHAPE; GMIX_ERR_NONFINITE; GMIX_ERR_SINGULAR.
 * Cost: D times that of gmix_regress() with one target.
 */
GMIX_API gmix_status gmix_cell_reasons(gmix_ctx *ctx, const gmix_model *model,
                                       const gmix_table *x, double *expected, double *sd,
                                       double *surprise);

/**
 * The cells to blame, one after the other: the most surprising one is taken for missing, and the
 * others are judged anew by what is left of the row, until none is surprising. So a wrong cell does not
 * make its neighbours look wrong.
 *
 * @param most      Cells of a row at most, 1 .. D.
 * @param least     Surprise that a cell needs, in nats: 2 is two to three standard deviations.
 * @param which     [out] N x most: features, the most surprising first; SIZE_MAX where there are fewer.
 * @param expected  [out] N x most: what the cells that are not to blame lead to expect.
 * @param sd        [out] N x most.
 * Returns and costs as gmix_cell_reasons(), most + 1 times.
 */
GMIX_API gmix_status gmix_blame_cells(gmix_ctx *ctx, const gmix_model *model,
                                      const gmix_table *x, size_t most, double least,
                                      size_t *which, double *expected, double *sd);

/**
 * Shapley values of the surprise of a row: what features contribute on average over all orders in
 * which they could become known, with v(S) = -log p(x_S) - mean of the same over rows drawn
 * from the model. They sum to v of all features.
 *
 * @param x    N x D, D <= 12 (GMIX_ERR_SHAPE). Missing cells have 0.
 * @param out  [out] N x D, nats.
 * Exact: all 2^D marginals are evaluated. Source: Shapley (1953); Strumbelj & Kononenko (2014),
 * doi:10.1007/s10115-013-0679-x.
 */
GMIX_API gmix_status gmix_shapley_values(gmix_ctx *ctx, const gmix_model *model,
                                         const gmix_table *x, double *out);

#ifdef __cplusplus
}
#endif
#endif
