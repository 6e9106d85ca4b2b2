/* Draws from a stream, one after the other; and slice sampling. */
#ifndef GMIX_POSTERIOR_RANDOM_DRAWS_H
#define GMIX_POSTERIOR_RANDOM_DRAWS_H

#include "base/rng.h"

double gmix_i_draw_normal(gmix_i_stream *stream);

/* Gamma with this shape > 0 and rate 1 (Marsaglia & Tsang 2000; doi:10.1145/358407.358414). */
double gmix_i_draw_gamma(gmix_i_stream *stream, double shape);

/* An index below n by these log-weights, of which one is finite; they are overwritten. */
size_t gmix_i_draw_index(gmix_i_stream *stream, double *log_weights, size_t n);

/* One step from x that leaves exp(log_density) invariant (Neal 2003, stepping out from intervals of
 * this width, then shrinkage; doi:10.1214/aos/1056562461). */
typedef double gmix_i_log_density_fn(void *arg, double x);
double gmix_i_draw_slice(gmix_i_stream *stream, gmix_i_log_density_fn *log_density,
                         void *arg, double x, double width);

#endif
