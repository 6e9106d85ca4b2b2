/* Rows that a search looks for neighbours among. */
#ifndef GMIX_SEARCH_NEIGHBOURS_H
#define GMIX_SEARCH_NEIGHBOURS_H

#include "base/rng.h"
#include "data/tile.h"
#include "family/family.h"

/* Rows kept at most, and words of a bit for each. */
enum { GMIX_I_MOST_NEIGHBOURS = 4096, GMIX_I_SEEN_WORDS = GMIX_I_MOST_NEIGHBOURS / 64 };

typedef struct gmix_i_neighbours {
    size_t n, d;
    bool ready, measured;    /* measured: log_density is of the mixture at hand */
    double total;            /* weight */
    double *x;               /* n x D, in the frame */
    double *w;               /* n */
    double *apart, *ordered; /* scratch: n */
    double *unit;            /* scratch: D */
    double *matrix;          /* scratch: 3 D^2 */
    double *log_density;     /* n: of the mixture */
    size_t *rank;            /* scratch: n */
    bool *seen; /* n: in a clump that was given out before, of this mixture */
} gmix_i_neighbours;

/* Some complete rows of a table; none of a stream. Cost: 4096 rows at most. */
gmix_status gmix_i_neighbours_new(gmix_ctx *ctx, const gmix_i_input *input,
                                  const gmix_i_frame *frame, gmix_i_neighbours *out);
void gmix_i_neighbours_free(gmix_ctx *ctx, gmix_i_neighbours *rows);

/* Mean (D), covariance (cov_len) and weight of a component that would gain by taking neighbouring rows
 * over from the mixture: the best of `tries` rows that were in none before. rows->measured has to be
 * false with another mixture. variance: D, of all rows; floor: D, of variances. scratch: D x D + D +
 * cov_len. False if there is none. Cost: for each try a pass over the rows kept. */
bool gmix_i_neighbours_place(gmix_i_neighbours *rows, const gmix_i_params *from,
                             const double *variance, const double *floor, size_t tries,
                             gmix_i_stream *stream, double *scratch, double *mean,
                             double *cov, double *weight);

/* Which rows were given out before, as bits; and the same again, of the mixture that they were measured with. */
void gmix_i_neighbours_save(const gmix_i_neighbours *rows,
                            uint64_t seen[GMIX_I_SEEN_WORDS]);
void gmix_i_neighbours_restore(gmix_i_neighbours *rows, const gmix_i_params *from,
                               const double *floor,
                               const uint64_t seen[GMIX_I_SEEN_WORDS]);

#endif
