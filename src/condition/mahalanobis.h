/* Distances of the rows of tiles from components, with what they take kept from pass to pass. */
#ifndef GMIX_CONDITION_MAHALANOBIS_H
#define GMIX_CONDITION_MAHALANOBIS_H

#include "condition/conditioner.h"
#include "infer/apply.h"

typedef struct gmix_i_measurer {
    size_t n_threads;
    size_t *features; /* D: all */
    gmix_i_conditioner complete;
    gmix_i_conditioner *own; /* per thread */
    double *scratch;         /* per thread: D x D + 2 D */
    bool *singular; /* per thread: so was a covariance for the features of a row */
} gmix_i_measurer;

/* Fails with GMIX_ERR_SINGULAR if a component has no distances. A measurer that was zeroed, or made
 * for fewer threads, is made anew. */
gmix_status gmix_i_measurer_ready(gmix_ctx *ctx, const gmix_model *model,
                                  size_t n_threads, gmix_i_measurer *m);
void gmix_i_measurer_free(gmix_ctx *ctx, gmix_i_measurer *m);

/* The rows of a tile, which are rows first, first + 1, ... of a table. out: n x K. */
void gmix_i_measure(gmix_i_measurer *m, const gmix_model *model,
                    const gmix_i_tile_result *from, const gmix_table *table, size_t first,
                    double *out);

/* After a pass: what went wrong in it. */
gmix_status gmix_i_measured(gmix_ctx *ctx, const gmix_i_measurer *m);

#endif
