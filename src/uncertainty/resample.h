/*
 * Random row weights: how the bootstrap and its relatives draw replicates without copying a
 * row. A row of weight w stands for w rows.
 */
#ifndef GMIX_UNCERTAINTY_RESAMPLE_H
#define GMIX_UNCERTAINTY_RESAMPLE_H

#include <gmix/fit.h>

#include "base/rng.h"

/* The rows of a table that a fit uses. */
typedef struct gmix_i_base {
    size_t n;
    double total;
    double *weights; /* N: 0 where a row is left out */
    double *below;   /* N + 1: sums of the weights before each row */
} gmix_i_base;

/* Rows with missing cells are left out where the options say so. */
gmix_status gmix_i_base_new(gmix_ctx *ctx, const gmix_table *x,
                            const gmix_fit_options *opts, gmix_i_base *out);
void gmix_i_base_free(gmix_ctx *ctx, gmix_i_base *base);

/* How often each row is drawn when as many rows are drawn as there are (N, whole). */
gmix_status gmix_i_draw_counts(gmix_ctx *ctx, const gmix_i_base *base,
                               gmix_i_stream stream, double *out);

/* Gamma(w) weights, scaled to the same total: those of w exponential ones together. */
gmix_status gmix_i_draw_weights(gmix_ctx *ctx, const gmix_i_base *base,
                                gmix_i_stream stream, double *out);

#endif
