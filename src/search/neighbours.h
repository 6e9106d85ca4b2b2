/* Rows that a search looks for neighbours among. */
#ifndef GMIX_SEARCH_NEIGHBOURS_H
#define GMIX_SEARCH_NEIGHBOURS_H

#include "base/rng.h"
#include "data/tile.h"
#include "family/family.h"

typedef struct gmix_i_neighbours {
    size_t n, d;
    bool ready;
    double total;            /* weight */
    double *x;               /* n x D, in the frame */
    double *w;               /* n */
    double *apart, *ordered; /* scratch: n */
    double *unit;            /* scratch: D */
} gmix_i_neighbours;

/* Some complete rows of a table; none of a stream. Cost: 4096 rows at most. */
gmix_status gmix_i_neighbours_new(gmix_ctx *ctx, const gmix_i_input *input,
                                  const gmix_i_frame *frame, gmix_i_neighbours *out);
void gmix_i_neighbours_free(gmix_ctx *ctx, gmix_i_neighbours *rows);

/* Mean (D), covariance (cov_len) and weight of a component that would take neighbouring rows over
 * from the mixture. variance: D, of all rows. scratch: D x D. False if there are too few rows.
 * Cost: a pass over those kept for each of seven tries. */
bool gmix_i_neighbours_place(gmix_i_neighbours *rows, const gmix_i_params *from,
                             const double *variance, gmix_i_stream *stream,
                             double *scratch, double *mean, double *cov, double *weight);

#endif
