/*
 * Clusters of components on their way to one: memberships, moments and what criteria say of
 * pairs. A cluster is called by its first component; those that were merged into another are gone.
 */
#ifndef GMIX_CLUSTERS_MERGING_STATE_H
#define GMIX_CLUSTERS_MERGING_STATE_H

#include <gmix/clusters.h>

#include "clusters/unimodal.h"
#include "model/mixture.h"

typedef struct gmix_i_merging {
    size_t n, k, d;
    const gmix_model *model;
    const double *rows;    /* N x D in the frame; NaN where cells are missing */
    bool whole;            /* none is */
    const double *weights; /* N, or NULL */
    double *z;             /* K x N: memberships, times the rows' weights */
    double total;          /* the rows' weight */
    double *share;         /* K: their sums over all rows' weight */
    double *means;         /* K x D, in the frame */
    double *cov;           /* K x D x D */
    int32_t *assigned;     /* N: the cluster with the largest membership */
    size_t *mode;          /* K: that the component climbs to */
    bool *there;           /* K */
    size_t *parent;        /* K: the cluster that the component is in */
    double *work;          /* 4 D x D + 3 D */
    gmix_i_dipper *dipper;
} gmix_i_merging;

/* Memory for a model and its rows, and the beginning of a hierarchy: every component by itself.
 * memberships: N x K. `mode` is the caller's to fill in. */
gmix_status gmix_i_merging_new(gmix_ctx *ctx, const gmix_model *model,
                               const gmix_table *x, gmix_i_merging *m);
void gmix_i_merging_reset(gmix_i_merging *m, const double *memberships);
void gmix_i_merging_free(gmix_ctx *ctx, gmix_i_merging *m);

/* A criterion: how much clusters i and j belong together, and below what they do not. */
typedef struct gmix_i_cluster_criterion {
    const char *name;
    double cutoff; /* NaN: by the elbow of the entropy */
    double (*value)(const gmix_i_merging *m, size_t i, size_t j);
} gmix_i_cluster_criterion;

extern const gmix_i_cluster_criterion gmix_i_cluster_criteria[GMIX_N_CLUSTER_CRITERIA];

/* The lowest density along the ridgeline of two Gaussians over the second highest mode there; 1
 * where there is one mode. work: 4 D x D + 3 D. NaN for a covariance that is not
 * positive definite. */
double gmix_i_ridge_ratio(size_t d, const double w[2], const double *mean1,
                          const double *cov1, const double *mean2, const double *cov2,
                          double *work);

/* exp of minus the Bhattacharyya distance. work: as above. */
double gmix_i_bhattacharyya(size_t d, const double *mean1, const double *cov1,
                            const double *mean2, const double *cov2, double *work);

/* The direction that tells two Gaussians of this common covariance apart, S^-1 (mu_2 - mu_1), or
 * mu_2 - mu_1 where S is not positive definite. work: D x D. */
void gmix_i_discriminant(size_t d, const double *mean1, const double *mean2,
                         const double *cov, double *work, double *direction);

/* Puts cluster j into cluster i < j. */
void gmix_i_merge_two(gmix_i_merging *m, size_t i, size_t j);

/* -sum w z log z of a cluster, over rows. */
double gmix_i_entropy_of(const gmix_i_merging *m, size_t i);

/* The elbow of entropies, entropy[c - 1] of c clusters: two lines of least squares that share a
 * point. */
size_t gmix_i_elbow(size_t k, const double *entropy);

#endif
