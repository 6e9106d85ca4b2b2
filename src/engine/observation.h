/*
 * How the rows of a data set were observed, where cells are not all there is: with errors of measurement, or as
 * cells between bounds; and whether the sample is truncated. Parts find out in the first job, later ones say it.
 * What two parts have found joins, in any order, to what is so of both.
 */
#ifndef GMIX_ENGINE_OBSERVATION_H
#define GMIX_ENGINE_OBSERVATION_H

#include "base/wire.h"
#include "data/measured.h"

typedef enum gmix_i_observed {
    GMIX_I_OBSERVED_CELLS,
    GMIX_I_OBSERVED_ERRORS,
    GMIX_I_OBSERVED_BOUNDS
} gmix_i_observed;

typedef struct gmix_i_observation {
    gmix_i_observed kind;
    size_t d,
        len; /* len: numbers of a row beside its cells: its errors; lower bounds, then upper ones */
    bool any;             /* there are rows */
    bool exact;           /* of a row that counts, something is known exactly */
    bool mixed;           /* kinds or truncations differ */
    double truncation[2]; /* infinite: the sample is whole */
    double *
        least; /* D: variances of errors that every row has; INFINITY: no cell is there */
    double share; /* of those, what every covariance has in any direction */
} gmix_i_observation;

gmix_status gmix_i_observation_new(gmix_ctx *ctx, size_t d, gmix_i_observation *out);
void gmix_i_observation_free(const gmix_allocator *from, gmix_i_observation *o);

/* Both ways; `least` is made when it is read. */
void gmix_i_observation_wire(gmix_i_wire *w, gmix_i_observation *o);
void gmix_i_observation_join(gmix_i_observation *all, const gmix_i_observation *more);

/* What a block of so many rows has beside its cells is no more than memory can be asked for. */
static inline bool gmix_i_observation_fits(const gmix_i_observation *o, size_t rows) {
    return rows > 0 && o->len <= ((size_t)1 << 25) / rows;
}

static inline bool gmix_i_observation_is_truncated(const gmix_i_observation *o) {
    return isfinite(o->truncation[0]) || isfinite(o->truncation[1]);
}

/* Adds rows, checked, to what is known. units: variances that shares are of, or NULL: no shares are wanted. */
gmix_status gmix_i_observation_add(gmix_ctx *ctx, const gmix_i_measurements *rows,
                                   const double *units, gmix_i_observation *o);

/* GMIX_ERR_DATA if rows are not of the kind that was found at first. */
gmix_status gmix_i_observation_check(gmix_ctx *ctx, const gmix_i_observation *o,
                                     const gmix_i_measurements *rows);

/* Writes what row i has beside its cells: len numbers; upper: where upper bounds go. */
void gmix_i_observation_put(const gmix_i_observation *o, const gmix_i_measurements *rows,
                            size_t i, double *to, double *upper);

#endif
