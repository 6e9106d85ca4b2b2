/**
 * Classes: fits in which the class of some rows is known, and what comes of them.
 *
 * A table may carry labels (gmix_table.labels). gmix_fit() then gives every class
 * per_class components of its own; a labelled row belongs to those of its class alone, an
 * unlabelled one to any, and components beyond n_classes x per_class are new classes
 * ("new1", "new2", ...) that only unlabelled rows reach. With no label it is the plain fit;
 * with some it is semi-supervised EM; with all of them it is discriminant analysis: one
 * component per class gives EDDA (Bensmail & Celeux 1996; family "tied" is linear, "full"
 * quadratic discriminant analysis), several give mixture discriminant analysis (Hastie &
 * Tibshirani 1996; mclust's MclustDA with equal numbers).
 *
 * The fit starts from the classes: k-means++ within each where it has several components,
 * whatever `init` says, unless that is "model" or "labels". The log-likelihood of a labelled
 * row is that of the row and its class, log sum_{k in c} pi_k N(x | mu_k, Sigma_k).
 */
#ifndef GMIX_CLASSES_H
#define GMIX_CLASSES_H

#include "infer.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Class posteriors: the probability that each row is of each class, the sum of the
 * responsibilities of its components. Labels of the table are ignored.
 *
 * @param model  A model with classes: C = gmix_model_n_classes() > 0.
 * @param x      N x D table, as for gmix_responsibilities().
 * @param out    [out] N x C, row-major, caller-owned. Rows sum to 1, less the probability
 *               of noise if the model has a noise component.
 * @return GMIX_OK; GMIX_ERR_ARGUMENT also if the model has no classes; else as
 *         gmix_responsibilities(), whose cost it has.
 */
GMIX_API gmix_status gmix_class_posteriors(gmix_ctx *ctx, const gmix_model *model,
                                           const gmix_table *x, double *out);

/** The class with the largest posterior, the first one in a tie; -1 where noise is likelier
 * than any. out: N. Errors and cost as above. */
GMIX_API gmix_status gmix_class_labels(gmix_ctx *ctx, const gmix_model *model,
                                       const gmix_table *x, int32_t *out);

/**
 * How the labelled rows of a table are classified by a model.
 *
 * @param x    A table with labels. Where both the table and the model have class names, they
 *             are matched by name, else by number.
 * @param out  [out] The confusion table, weighted as the rows are; release with
 *             gmix_confusion_free().
 * @return GMIX_OK; GMIX_ERR_DATA if no row has a label, or one is of a class that the model
 *         lacks; else as gmix_class_labels(), whose cost it has.
 */
GMIX_API gmix_status gmix_class_confusion(gmix_ctx *ctx, const gmix_model *model,
                                          const gmix_table *x, gmix_confusion *out);

/**
 * Cross-validation of a classifier: the labelled rows are dealt into folds, each fold is
 * classified by a fit of all rows outside it, and one confusion table sums them up. Folds are
 * stratified (every class is spread evenly over them) and a function of opts->seed;
 * unlabelled rows are part of every fit.
 *
 * @param x        N x D table with labels; two rows or more of every class.
 * @param opts     As for gmix_fit().
 * @param n_folds  2 .. the number of labelled rows.
 * @param out      [out] As above, with its `folds` set.
 * @return GMIX_OK; GMIX_ERR_DATA for a class of one row, or no labels; GMIX_ERR_ARGUMENT for
 *         n_folds out of range; GMIX_ERR_CANCELLED; whatever gmix_fit() returns.
 *
 * Cost: n_folds fits, and 16 N bytes.
 * Source: Stone (1974); Breiman et al. (1984), section 8.5, for stratified folds.
 */
GMIX_API gmix_status gmix_cross_validate(gmix_ctx *ctx, const gmix_table *x,
                                         const gmix_fit_options *opts, size_t n_folds,
                                         gmix_confusion *out);

#ifdef __cplusplus
}
#endif
#endif
