/**
 * Model-based hierarchical clustering: from every row a cluster of its own, two are merged
 * at a time, so that the classification likelihood falls least (Banfield & Raftery 1993;
 * Fraley 1998, doi:10.1137/S1064827596311451). Where to cut is left open: one tree holds the
 * partition into K clusters for every K, and a start of EM for each (the start
 * "hierarchical" of gmix_fit()).
 */
#ifndef GMIX_HIERARCHY_H
#define GMIX_HIERARCHY_H

#include "option_info.h"
#include "table.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Options of a tree. Set by gmix_tree_options_init(); then change fields. */
typedef struct gmix_tree_options {
    size_t struct_size; /* set by _init */

    /* What is minimised, with W_k the scatter and n_k the weight of cluster k, W = sum_k W_k,
     * alpha = trace T / (n D), T the scatter of all rows (alpha keeps clusters of few rows
     * from being infinitely likely; all as in R's mclust):
     *   "VVV" (default)  sum_k n_k log(|W_k / n_k| + (trace W_k + alpha) / n_k)
     *   "VII"            sum_k n_k log((trace W_k + alpha) / n_k)
     *   "EEE"            |W|, once |W / n| is above alpha; before that |W / n| + trace W / n
     *   "EII"            trace W (Ward 1963) */
    const char *criterion;

    /* Of the features before: "svd" (default), principal components of the standardised
     * features, divided by the root of their singular values (Scrucca & Raftery 2015);
     * "std", standardised; "none". */
    const char *transform;
} gmix_tree_options;

/** Sets all options to their defaults. */
GMIX_API void gmix_tree_options_init_sized(gmix_tree_options *opts, size_t struct_size);

static inline void gmix_tree_options_init(gmix_tree_options *opts) {
    gmix_tree_options_init_sized(opts, sizeof *opts);
}

/** The table behind it (see option_info.h); ends with an entry whose name is NULL. */
GMIX_API const gmix_option_info *gmix_tree_option_table(void);

/**
 * Builds the tree.
 *
 * @param x       N x D table; finite; row weights count, and are > 0.
 * @param opts    NULL for defaults.
 * @param merges  [out] (N - 1) x 2: the clusters merged, first the earliest merge. A cluster
 *                is called by its first row, and merges[2 t] < merges[2 t + 1]; the merged
 *                cluster is called merges[2 t].
 * @param costs   [out] N - 1: by how much each merge raised the criterion (EEE: log |W|, or
 *                trace W while W is singular); may be NULL.
 *
 * @return GMIX_OK; GMIX_ERR_NONFINITE; GMIX_ERR_DATA for a constant column, a weight of 0
 *         or fewer than two rows; GMIX_ERR_OPTION; GMIX_ERR_ARGUMENT for NULLs;
 *         GMIX_ERR_CANCELLED; GMIX_ERR_NOMEM.
 *
 * Cost: O(N^2 D^2) and 4 N^2 bytes; EEE O(N^3 D). Meant for some thousand rows.
 */
GMIX_API gmix_status gmix_tree(gmix_ctx *ctx, const gmix_table *x,
                               const gmix_tree_options *opts, size_t *merges,
                               double *costs);

/**
 * Cuts the tree of n rows into k clusters.
 *
 * @param labels  [out] n: the cluster of each row, numbered from 0 by their first rows.
 * @return GMIX_OK; GMIX_ERR_ARGUMENT if k is not 1 .. n, or merges are not a tree.
 */
GMIX_API gmix_status gmix_tree_cut(gmix_ctx *ctx, size_t n, const size_t *merges,
                                   size_t k, int32_t *labels);

#ifdef __cplusplus
}
#endif
#endif
