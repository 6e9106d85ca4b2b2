/**
 * Where a mixture's density is highest: regions of a given probability, modes and the saddles
 * between them, and which mode a row belongs to.
 *
 * Components are not modes: two of them may make one mode together, and in several dimensions
 * K components can have more than K modes. A noise component changes no mode; it raises the
 * density within its box.
 *
 * All calls: NULLs are GMIX_ERR_ARGUMENT; GMIX_ERR_NOMEM; outputs are untouched unless the call
 * returns GMIX_OK.
 */
#ifndef GMIX_REGIONS_H
#define GMIX_REGIONS_H

#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The smallest region of a probability, { x : p(x) > level }. */
typedef struct gmix_region {
    double mass;         /* the probability */
    double level;        /* its logarithm is what log-densities are compared with */
    double level_error;  /* standard error; 0 where it is exact, in one dimension */
    double volume;       /* length, area, ...: in the features' units */
    double volume_error; /* standard error; 0 in one dimension */
    size_t n_intervals;  /* in one dimension; else 0 */
    double *intervals;   /* n_intervals x 2, rising */
    void *owner;         /* of the array; not for callers */
} gmix_region;

/**
 * The highest-density region of a mixture.
 *
 * In one dimension it is exact: intervals between roots of p(x) = level. In several the
 * level is a quantile of p(X) for X from the model, of which n_draws are drawn (quantiles of
 * the densities of the rows that a model was fitted to are something else, off by 30 % where
 * rows are few). A row is inside where its log-density is above log(level).
 *
 * @param mass     0 .. 1, exclusive.
 * @param n_draws  For several dimensions: 1000 .. 1e8; 0 for 200 000.
 * @param seed     Of the draws.
 * @param out      [out] To be released by gmix_region_free().
 * @return GMIX_OK; GMIX_ERR_OPTION; GMIX_ERR_CANCELLED; GMIX_ERR_MODEL, in one dimension, where components
 *         are so far apart that doubles do not tell the ends of an interval around one of them apart.
 * Source: Hyndman (1996), "Computing and graphing highest density regions", Am. Stat. 50.
 */
GMIX_API gmix_status gmix_region_find(gmix_ctx *ctx, const gmix_model *model, double mass,
                                      size_t n_draws, uint64_t seed, gmix_region *out);
GMIX_API void gmix_region_free(gmix_region *region);

/** Modes of a mixture, highest first, and saddles between them. */
typedef struct gmix_modes {
    size_t n, d;
    double *at;          /* n x D: where they are */
    double *log_density; /* n */

    size_t n_saddles;
    double *saddles;        /* n_saddles x D: one direction up, all others down */
    double *saddle_density; /* n_saddles: log p there, highest first */
    size_t *joins; /* n_saddles x 2: the modes that one comes to on its two sides */

    void *owner; /* of the arrays; not for callers */
} gmix_modes;

/**
 * Finds modes and saddles: every one returned is a point where the gradient is 0 to rounding
 * and the Hessian has the signs that it should have. Ascents start from all means, from the
 * maxima along the ridgelines of pairs of components, from the middles of three (of up to 12
 * components), and from both sides of every saddle; saddles
 * from the minima along the ridgelines, by the sign of the slope at 65 places and at others nearer and nearer to
 * every root, so that modes about to join are told apart. All critical points lie on the surface that the ridgelines
 * of all components span; with two components that is one line, and nothing is missed but two roots
 * between neighbours of these places. With more, a mode that no pair leads to could be.
 *
 * @param out  [out] To be released by gmix_modes_free(). One mode at least; none (n = 0) where the noise has all
 *             the weight: its density is flat.
 * @return GMIX_OK; GMIX_ERR_CANCELLED.
 *
 * Cost: O(K^2 D^2) evaluations of the density for pairs; beyond 40 components, of each with
 * its 8 nearest only.
 * Source: Ray & Lindsay (2005), "The topography of multivariate normal mixtures", Ann. Stat. 33;
 * Carreira-Perpinan (2000), "Mode-finding for mixtures of Gaussian distributions", IEEE PAMI 22.
 */
GMIX_API gmix_status gmix_modes_find(gmix_ctx *ctx, const gmix_model *model,
                                     gmix_modes *out);
GMIX_API void gmix_modes_free(gmix_modes *modes);

/**
 * The mode that each row ascends to, by mean-shift: its basin.
 *
 * @param modes  Of the same model.
 * @param x      N x D table.
 * @param out    [out] N: 0 .. n - 1; -1 for a row with missing cells, or one that ascends to
 *               none of them.
 * @return GMIX_OK; GMIX_ERR_SHAPE; GMIX_ERR_NONFINITE for infinite cells; GMIX_ERR_CANCELLED.
 */
GMIX_API gmix_status gmix_mode_labels(gmix_ctx *ctx, const gmix_model *model,
                                      const gmix_modes *modes, const gmix_table *x,
                                      int32_t *out);

#ifdef __cplusplus
}
#endif
#endif
