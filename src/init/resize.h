/*
 * Mixtures of more or fewer components from a given one: what the starts "split" and "merge"
 * begin with.
 */
#ifndef GMIX_INIT_RESIZE_H
#define GMIX_INIT_RESIZE_H

#include "base/base.h"
#include "base/rng.h"

/* Components as moments: weights (room), means (room x D), covariances (room x D x D). */
typedef struct gmix_i_parts {
    size_t k, d, room;
    double *weights, *means, *cov;
    double *scatter; /* room: for the choice of what to split */
    double *unit;    /* D: lengths in which features are compared */
    double *work;    /* 4 D, a packed matrix, two of D x D */
} gmix_i_parts;

gmix_status gmix_i_parts_new(gmix_ctx *ctx, size_t room, size_t d, gmix_i_parts *out);
void gmix_i_parts_free(gmix_ctx *ctx, gmix_i_parts *parts);

/* One component parts in two, which together have its moments. Number `choice` of the ways to
 * do that: first along the longest axis of every component, the one with the largest scatter
 * along it first; then again along directions from the stream. Cost: K D^3. */
void gmix_i_parts_split(gmix_i_parts *parts, size_t choice, gmix_i_stream *stream);

/* One component less. Number `choice` of the ways to do that: first every pair merged, the one
 * that loses least first (Runnalls 2007); then every component left out. Cost: K^2 D^3. */
gmix_status gmix_i_parts_merge(gmix_ctx *ctx, gmix_i_parts *parts, size_t choice);

#endif
