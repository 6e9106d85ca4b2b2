/*
 * k-means on all rows of a table, where they lie: what its two halves share. The centres and
 * tiles are in a frame that is centred and scaled by one power of two, so distances are those
 * of the data up to that power.
 */
#ifndef GMIX_INIT_KMEANS_POINTS_H
#define GMIX_INIT_KMEANS_POINTS_H

#include <gmix/kmeans.h>

#include "base/rng.h"
#include "data/survey.h"

typedef struct gmix_i_points {
    gmix_ctx *ctx;
    gmix_i_input input;
    gmix_i_survey survey;
    gmix_i_frame frame;
    const gmix_i_kernels *kernels;
    size_t n, d, k;
    double tol;      /* of the sum of squared moves, in the frame */
    double *centres; /* K x D */
    int32_t *label;  /* N; NULL until Lloyd's iterations */
} gmix_i_points;

/* Draws for a seeding: the caller's, or a stream's. */
typedef struct gmix_i_draws {
    const double *given; /* or NULL */
    gmix_i_stream stream;
} gmix_i_draws;

/* K centres by greedy D^2 seeding, and the rows they are (K). */
gmix_status gmix_i_points_seed(gmix_i_points *p, gmix_i_draws *draws, size_t *seeds);

/* Labels, and centres moved to a local minimum; *n_iter iterations of at most max_iter. */
gmix_status gmix_i_points_lloyd(gmix_i_points *p, size_t max_iter, size_t *n_iter);

/* Row i in the frame. out: D. */
void gmix_i_points_row(const gmix_i_points *p, size_t i, double *out);

/* Weight of row i. */
static inline double gmix_i_points_weight(const gmix_i_points *p, size_t i) {
    const double *const w = p->input.table->weights;
    return w ? w[i] : 1.0;
}

#endif
