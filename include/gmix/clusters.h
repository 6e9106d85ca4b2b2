/**
 * From components to clusters: which components of a mixture belong together, because what they
 * describe is one group that is not Gaussian.
 *
 * Clusters of components are merged two at a time, those first that a criterion says belong together
 * most. Criteria disagree for good reasons (Hennig 2010 advises to look at several), so a hierarchy by
 * one of them shows what every other says of each merge, and how many clusters each would leave:
 *
 *   entropy        the entropy of the memberships, -sum_nk r_nk log r_nk, falls most (Baudry,
 *                  Raftery, Celeux, Lo & Gottardo 2010, doi:10.1198/jcgs.2010.08111). The number: the
 *                  elbow of entropy against clusters, by two straight lines of least squares
 *   bhattacharyya  exp of minus the Bhattacharyya distance of the two, as Gaussians; merged above 0.1
 *   demp           the larger probability that a row of one is assigned to the other, of these two
 *                  (directly estimated misclassification; Hennig 2010, doi:10.1007/s11634-010-0058-3); above 0.025
 *   ridge          the lowest density between the two modes of the pair over the lower one, 1 if it has one
 *                  mode: along the ridgeline, on which all critical points lie (Ray & Lindsay 2005), as Gaussians; above 0.2
 *   dip            the p-value of the hypothesis that the rows of both come from one mode, in
 *                  the direction that tells the two apart: of the dip (Hartigan & Hartigan 1985), by 199
 *                  draws from the nearest density of one mode (Tantrum, Murua & Stuetzle 2003); above 0.05
 *   modes          whether components of the two climb to one mode of the whole mixture
 */
#ifndef GMIX_CLUSTERS_H
#define GMIX_CLUSTERS_H

#include "infer.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Names of the criteria, NULL-terminated; static. */
GMIX_API const char *const *gmix_cluster_criteria(void);

/** How components are put together. Set by gmix_cluster_options_init(). */
typedef struct gmix_cluster_options {
    size_t struct_size;    /* set by _init */
    const char *criterion; /* of the hierarchy; default "entropy" */
    size_t n_clusters;     /* 1 .. K; 0 (default): what the criterion says */
    /* N x K memberships to go by, row-major; NULL (default): the model's responsibilities. */
    const double *memberships;
    /* Bootstrap replicates that show how stable the clusters are: 0 (default) .. 1e7. */
    size_t replicates;
    uint64_t seed; /* default 0 */
} gmix_cluster_options;

GMIX_API void gmix_cluster_options_init_sized(gmix_cluster_options *opts,
                                              size_t struct_size);

static inline void gmix_cluster_options_init(gmix_cluster_options *opts) {
    gmix_cluster_options_init_sized(opts, sizeof *opts);
}

enum { GMIX_N_CLUSTER_CRITERIA = 6 };

/** One merge. In arrays: it will not grow. */
typedef struct gmix_cluster_merge {
    size_t first,
        second;     /* the two clusters, each by its first component; first < second */
    double weight;  /* of the merged one: its share of the memberships */
    double entropy; /* before the merge, of all clusters there were */
    /* What each criterion says of the two, in the order of gmix_cluster_criteria(): the higher, the more they
     * belong together. That of entropy is by how much it falls. */
    double value[GMIX_N_CLUSTER_CRITERIA];
} gmix_cluster_merge;

/** What belongs together. Release with gmix_clusters_free(). */
typedef struct gmix_clusters {
    size_t struct_size; /* sizeof(gmix_clusters); 0: that of version 0.2 */
    size_t n_components, n_clusters;
    int32_t *cluster;           /* K: of every component, numbered by their first ones */
    gmix_cluster_merge *merges; /* K - 1, down to one cluster */
    /* Clusters that each criterion would leave, in a hierarchy of its own. */
    size_t suggested[GMIX_N_CLUSTER_CRITERIA];
    /* Mean adjusted Rand index between these clusters of the rows and those of replicates; NaN
     * without. And for every pair of components, how often one cluster held both: K x K, or NULL. */
    double stability;
    double *together;
    size_t n_replicates; /* that were done */
    void *owner;         /* of the arrays; not for callers */
} gmix_clusters;

/**
 * Merges the components of a mixture into clusters.
 *
 * @param model  K components in D dimensions; noise is no cluster and takes no part.
 * @param x      N x D: the rows it was fitted to, of at least one cell each. Row weights count.
 * @param opts   NULL for defaults.
 * @param out    [out] Zeroed or as gmix_clusters_free() left it.
 *
 * A merged cluster is a Gaussian of the moments of its rows, by their memberships (of its components, where
 * cells are missing). In replicates rows are drawn with replacement, EM goes on from the model, and the
 * same criterion merges to as many clusters.
 *
 * @return GMIX_OK; GMIX_ERR_SHAPE; GMIX_ERR_NONFINITE; GMIX_ERR_OPTION; GMIX_ERR_ARGUMENT also for
 *         memberships that are negative or not finite; GMIX_ERR_NOMEM; GMIX_ERR_CANCELLED.
 * Cost: O(N K^2 + K^3 D^2) and N K numbers; a fit from the model for every replicate.
 */
GMIX_API gmix_status gmix_clusters_find(gmix_ctx *ctx, const gmix_model *model,
                                        const gmix_table *x,
                                        const gmix_cluster_options *opts,
                                        gmix_clusters *out);
GMIX_API void gmix_clusters_free(gmix_clusters *clusters);

/**
 * The same mixture with clusters as the classes of its components (classes.h): files keep
 * them, and predictions, reports and pictures speak of them.
 *
 * @param cluster  K, each 0 .. n - 1, none of these left out.
 * @param names    n names, all different, or NULL for "cluster 0", "cluster 1", ...
 * @return GMIX_OK; GMIX_ERR_MODEL; GMIX_ERR_ARGUMENT; GMIX_ERR_NOMEM.
 */
GMIX_API gmix_status gmix_model_with_clusters(gmix_ctx *ctx, const gmix_model *model,
                                              size_t n, const int32_t *cluster,
                                              const char *const *names, gmix_model **out);

/**
 * The dip of values: the largest distance of their distribution function from the nearest one of a single
 * mode, 1 / (2 n) .. 1/4 (Hartigan & Hartigan 1985).
 *
 * @param values  n >= 1, finite, in any order.
 * @return GMIX_OK; GMIX_ERR_NONFINITE; GMIX_ERR_ARGUMENT; GMIX_ERR_NOMEM.
 */
GMIX_API gmix_status gmix_dip(gmix_ctx *ctx, size_t n, const double *values, double *dip);

#ifdef __cplusplus
}
#endif
#endif
