/*
 * Trees of merges by the classification likelihood. See gmix/hierarchy.h for the criteria
 * and the meaning of merges.
 */
#ifndef GMIX_INIT_TREE_H
#define GMIX_INIT_TREE_H

#include <gmix/hierarchy.h>

#include "base/base.h"

/* Clusters, each under the number of its first row; dead ones have been merged away. */
typedef struct gmix_i_clusters {
    size_t n, d, len; /* rows at first; features; of a packed matrix */
    size_t n_alive;
    double alpha;    /* trace of all scatter / (weight x D) */
    double *weight;  /* n */
    double *mean;    /* n x d */
    double *scatter; /* n x len, packed */
    double *trace;   /* n: of the scatter */
    size_t *rows;    /* n */
    size_t *alive;   /* n_alive cluster numbers, rising */
    double *work;    /* 2 len + d */
} gmix_i_clusters;

/* What is minimised. */
typedef struct gmix_i_criterion {
    const char *name;
    bool
        pooled; /* of the scatter of all clusters, so that every merge changes all costs */
    /* What a cluster adds to the criterion; matrix is NULL where it has no more rows than
     * dimensions. work: len. */
    double (*term)(const gmix_i_clusters *c, double weight, double trace,
                   const double *matrix, double *work);
} gmix_i_criterion;

gmix_status gmix_i_criterion_get(gmix_ctx *ctx, const char *name,
                                 const gmix_i_criterion **out);

/* The tree of n rows x (n x d, row-major) with weights w > 0. merges: (n - 1) x 2; costs:
 * n - 1, or NULL. */
gmix_status gmix_i_tree_build(gmix_ctx *ctx, size_t n, size_t d, const double *x,
                              const double *w, const gmix_i_criterion *criterion,
                              size_t *merges, double *costs);

/* Merges by the pooled scatter, from what is alive in c to one cluster (tree_pooled.c). */
gmix_status gmix_i_tree_pooled(gmix_ctx *ctx, gmix_i_clusters *c, double *pooled,
                               size_t *merges, double *costs);

/* Merges b into a, a < b. */
void gmix_i_clusters_merge(gmix_i_clusters *c, size_t a, size_t b);
/* f in: scatter of the union = sum of the scatters + f (m_a - m_b) (m_a - m_b)^T. */
static inline double gmix_i_clusters_factor(const gmix_i_clusters *c, size_t a,
                                            size_t b) {
    return c->weight[a] * c->weight[b] / (c->weight[a] + c->weight[b]);
}

/* Transforms the rows x (n x d) in place as gmix_tree_options says, to n x *d_out. */
gmix_status gmix_i_tree_transform(gmix_ctx *ctx, const char *name, size_t n, size_t d,
                                  const double *w, double *x, size_t *d_out);

#endif
