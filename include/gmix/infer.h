/**
 * Using a fitted mixture. Models are not modified: any number of threads may share one.
 *
 * All calls here: x must be D wide (GMIX_ERR_SHAPE) without infinite cells
 * (GMIX_ERR_NONFINITE: the message names the first); a missing cell (NaN) is left out of
 * account: what is said of its row follows from the distribution of the row's other cells
 * (without any: log-density 0, responsibilities pi_k). Row weights as in gmix_fit (GMIX_ERR_DATA); NULLs are
 * GMIX_ERR_ARGUMENT; GMIX_ERR_NOMEM. Outputs are caller-owned and untouched unless the call
 * returns GMIX_OK; only GMIX_ERR_CANCELLED may leave some rows written.
 *
 * Cost: O(N K D^2) for families with full matrices, O(N K D) for diagonal ones. Scratch: a
 * block of rows x K per thread, independent of N.
 */
#ifndef GMIX_INFER_H
#define GMIX_INFER_H

#include "fit.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Log-density log p(x_n) of every row. out: N. Always finite:
 * one so far away that a double cannot hold its log-density gets -DBL_MAX. */
GMIX_API gmix_status gmix_log_density(gmix_ctx *ctx, const gmix_model *model,
                                      const gmix_table *x, double *out);

/**
 * Responsibilities: the probability that each row came from each component.
 *
 * @param resp  [out] N x K, row-major. Each row sums to 1 within 4 K ulp, less the
 *              responsibility of noise if the model has a noise component. Small ones
 *              are not cut: they are right down to the smallest double.
 * Source: Bishop (2006), eq. 9.13.
 */
GMIX_API gmix_status gmix_responsibilities(gmix_ctx *ctx, const gmix_model *model,
                                           const gmix_table *x, double *resp);

/** The component with the largest responsibility, the first one in a tie; -1 where noise has
 * it. out: N. */
GMIX_API gmix_status gmix_labels(gmix_ctx *ctx, const gmix_model *model,
                                 const gmix_table *x, int32_t *out);

/** How well a mixture describes a table. */
typedef struct gmix_criteria {
    double log_likelihood;      /* total, weighted */
    double mean_log_likelihood; /* per unit of weight */
    double aic, bic, icl;       /* as in gmix_report: lower is better */
    size_t n_parameters;
} gmix_criteria;

/** Log-likelihood of the rows, and the criteria built on it. The size lets a library serve programs
 * that were compiled with an older, smaller struct. */
GMIX_API gmix_status gmix_score_sized(gmix_ctx *ctx, const gmix_model *model,
                                      const gmix_table *x, gmix_criteria *out,
                                      size_t size);

static inline gmix_status gmix_score(gmix_ctx *ctx, const gmix_model *model,
                                     const gmix_table *x, gmix_criteria *out) {
    return gmix_score_sized(ctx, model, x, out, sizeof *out);
}

/**
 * Fills missing cells (NaN) by their mean given the row's other cells, sum_k r_k E_k[x_m |
 * x_o]; the others are copied as they are. A row without any gets the mean of the mixture.
 * What is more than a double holds is the largest there is.
 *
 * @param out  [out] N x D, row-major.
 * Source: Ghahramani & Jordan (1994), "Supervised learning from incomplete data via an EM
 * approach", NIPS 6.
 */
GMIX_API gmix_status gmix_impute(gmix_ctx *ctx, const gmix_model *model,
                                 const gmix_table *x, double *out);

/**
 * Fills missing cells by a draw from their distribution given the row's other cells:
 * component first, then the cells from its conditional Gaussian. Several draws are what
 * multiple imputation (Rubin 1987) analyses, one by one.
 *
 * @param seed  The same seed gives the same cells; row i does not depend on other rows.
 * @param draw  Which draw, 0 .. 2^32 - 1.
 * @param out   [out] N x D, row-major.
 */
GMIX_API gmix_status gmix_impute_draw(gmix_ctx *ctx, const gmix_model *model,
                                      const gmix_table *x, uint64_t seed, size_t draw,
                                      double *out);

/**
 * What rows with errors of measurement (gmix_table.errors) really are: the mean of every cell's true value
 * given what was measured of its row, and its standard deviation. Missing cells have those, too; one
 * that is exact is itself, with 0. Of a model of true values, as a fit of such rows finds it.
 *
 * @param mean, sd  [out] N x D each, row-major.
 * Source: Bovy, Hogg & Roweis (2011), eq. 16-18.
 */
GMIX_API gmix_status gmix_true_values(gmix_ctx *ctx, const gmix_model *model,
                                      const gmix_table *x, double *mean, double *sd);

/**
 * Draws rows: component first, then the row from its Gaussian, or from the box of the noise.
 *
 * @param n       Number of rows.
 * @param seed    The same seed gives the same rows; row i does not depend on n.
 * @param x       [out] n x D, row-major.
 * @param labels  [out] n component indices, -1 for noise; or NULL.
 */
GMIX_API gmix_status gmix_sample(gmix_ctx *ctx, const gmix_model *model, size_t n,
                                 uint64_t seed, double *x, int32_t *labels);

#ifdef __cplusplus
}
#endif
#endif
