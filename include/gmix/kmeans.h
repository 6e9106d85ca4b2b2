/**
 * k-means: K centres that make the sum of squared distances of rows to their nearest centre
 * small. Seeding by greedy k-means++ (Arthur & Vassilvitskii 2007), then Lloyd's iterations
 * with bounds after Hamerly (2010, doi:10.1137/1.9781611972801.12), which change no result, on
 * all rows and on the features as they are: no rescaling. It follows scikit-learn's rules for drawing, empty
 * clusters and stopping, so that the same draws lead to the same clusters.
 *
 * gmix_fit() has a start of its own, "kmeans++", on standardised features and on some of the
 * rows where there are many; this is for those who want k-means itself.
 */
#ifndef GMIX_KMEANS_H
#define GMIX_KMEANS_H

#include "option_info.h"
#include "table.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Options of k-means. Set by gmix_kmeans_options_init(); then change fields. */
typedef struct gmix_kmeans_options {
    size_t struct_size;    /* set by _init */
    size_t n_clusters;     /* K: 1 .. N; default 1 */
    const double *centres; /* K x D, to start from. NULL (default): seeded */
    uint64_t seed;         /* of the seeding; default 0 */
    /* Uniform numbers in [0, 1) that the seeding uses in order, gmix_kmeans_n_draws() of them.
     * NULL (default): those of `seed`. */
    const double *draws;
    size_t max_iter; /* 0 ..; default 300. 0: the seeds, and the rows next to them */
    double tol; /* stop when the squared moves of all centres sum to this fraction of the
                   features' mean variance: 0 ..; default 1e-4 */
} gmix_kmeans_options;

/** Sets all options to their defaults. The size lets a library serve programs that were
 * compiled with an older, smaller struct. */
GMIX_API void gmix_kmeans_options_init_sized(gmix_kmeans_options *opts,
                                             size_t struct_size);

static inline void gmix_kmeans_options_init(gmix_kmeans_options *opts) {
    gmix_kmeans_options_init_sized(opts, sizeof *opts);
}

/** The table behind it (see option_info.h); ends with an entry whose name is NULL. */
GMIX_API const gmix_option_info *gmix_kmeans_option_table(void);

/** How many draws a seeding of k centres uses: 1 + (k - 1)(2 + floor(log k)); 0 for k = 0. */
GMIX_API size_t gmix_kmeans_n_draws(size_t k);

/**
 * Clusters the rows of a table.
 *
 * @param x        N x D table, finite. Row weights count.
 * @param opts     NULL for defaults.
 * @param centres  [out] K x D.
 * @param labels   [out] N: the nearest centre of each row, 0 .. K - 1; or NULL.
 * @param seeds    [out] K row numbers that the seeding chose; or NULL. Untouched if
 *                 opts->centres is given.
 * @param n_iter   [out] Lloyd's iterations; or NULL.
 *
 * @return GMIX_OK; GMIX_ERR_NONFINITE for a cell that is NaN or infinite; GMIX_ERR_DATA for
 *         bad weights or fewer rows than clusters; GMIX_ERR_ARGUMENT for NULLs or centres that
 *         are not finite; GMIX_ERR_OPTION; GMIX_ERR_CANCELLED; GMIX_ERR_NOMEM.
 *
 * Cost: seeding O(N K D log K); an iteration O(N K D) at first, less once rows have settled.
 * Memory: 16 N bytes, and at most 32 MB for the seeding. Deterministic for any number of threads.
 */
GMIX_API gmix_status gmix_kmeans(gmix_ctx *ctx, const gmix_table *x,
                                 const gmix_kmeans_options *opts, double *centres,
                                 int32_t *labels, size_t *seeds, size_t *n_iter);

#ifdef __cplusplus
}
#endif
#endif
