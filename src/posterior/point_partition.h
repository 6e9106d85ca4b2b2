/*
 * The partition nearest to sampled ones: of least mean variation of information
 *
 *   VI(a, b) = 1/n (sum_i f(n_i) + sum_j f(n_j) - 2 sum_ij f(n_ij)),  f(x) = x log x,
 *
 * n_i, n_j the sizes of groups of a and b, n_ij of what they share (Meila 2007). Found as Dahl, Johnson
 * & Mueller (2022, doi:10.1080/10618600.2022.2069779) do, from the best of the sampled ones: rows are
 * moved one by one while that helps.
 */
#ifndef GMIX_POSTERIOR_POINT_PARTITION_H
#define GMIX_POSTERIOR_POINT_PARTITION_H

#include "base/base.h"

/* What a row and a group are to the sampled partitions. */
typedef struct gmix_i_point_partition {
    size_t n_clusters;
    int32_t *labels;    /* N, given; largest cluster first */
    double *certainty;  /* N, given */
    double *together;   /* n_clusters^2; released by the caller */
    double expected_vi; /* nats */
} gmix_i_point_partition;

/* sampled: count partitions of n rows, labels 0, 1, ... of each without a gap. */
gmix_status gmix_i_point_partition_find(gmix_ctx *ctx, const uint16_t *const *sampled,
                                        size_t count, size_t n,
                                        gmix_i_point_partition *out);

/* The share of partitions in which two rows are together, N x N. */
gmix_status gmix_i_similarity(gmix_ctx *ctx, const uint16_t *const *sampled, size_t count,
                              size_t n, double *similarity);

#endif
