/* The two halves of k-means: seeding and Lloyd's iterations. */
#ifndef GMIX_INIT_KMEANS_LLOYD_H
#define GMIX_INIT_KMEANS_LLOYD_H

#include "init/init.h"

/* K centres by greedy D^2 seeding. */
gmix_status gmix_i_seed_centres(gmix_ctx *ctx, const gmix_i_sample *sample, size_t k,
                                gmix_i_stream *stream, double *centres);

/* Moves the centres to a local minimum of the within-cluster sum of squares. */
gmix_status gmix_i_lloyd(gmix_ctx *ctx, const gmix_i_sample *sample, size_t k,
                         double *centres);

#endif
