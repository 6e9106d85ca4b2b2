/*
 * The two halves of k-means on a sample: seeding and Lloyd's iterations. kmeans_points.h has the
 * same for the rows of a table where they lie, with bounds that save it most of the work where
 * there are many centres; the results are the same. Rejected: that alone. A sample is packed
 * once for all starts of a search, which takes starts of 150 rows from 0.042 to 0.030 ms, and
 * what the other saves a start is nothing with 64 centres (16384 rows, 16 features) and a
 * third of the time with 256.
 */
#ifndef GMIX_INIT_KMEANS_LLOYD_H
#define GMIX_INIT_KMEANS_LLOYD_H

#include "init/init.h"

/* K centres by greedy D^2 seeding, of which the first n_kept are there. */
gmix_status gmix_i_seed_centres(gmix_ctx *ctx, const gmix_i_sample *sample, size_t k,
                                size_t n_kept, gmix_i_stream *stream, double *centres);

enum { GMIX_I_MOST_LLOYD = 100 };

/* Moves the centres to a local minimum of the within-cluster sum of squares, or so many iterations towards it. */
gmix_status gmix_i_lloyd(gmix_ctx *ctx, const gmix_i_sample *sample, size_t k,
                         size_t most, double *centres);

#endif
