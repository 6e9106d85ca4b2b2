/*
 * The volume of the convex hull of the rows: those with a weight and without missing cells.
 */
#ifndef GMIX_DATA_HULL_H
#define GMIX_DATA_HULL_H

#include "data/survey.h"

/* Hulls have so many facets beyond this (3e5 of 10^4 Gaussian rows with 7 features) that they
 * are out of reach. */
enum { GMIX_I_HULL_MOST_FEATURES = 6 };

/* *log_volume: its logarithm, in the data's units. Reads the rows once; memory grows with the
 * hull's corners, not with N. GMIX_ERR_OPTION for more features, or in a build without Qhull (one
 * feature needs none); GMIX_ERR_DATA if the rows have no volume. */
gmix_status gmix_i_hull_log_volume(gmix_ctx *ctx, const gmix_i_input *in,
                                   const gmix_i_survey *survey, double *log_volume);

/* The volume of the hull of n >= d + 1 points (n x d), 0 if they lie in a plane; and which of
 * them are its corners. Qhull's, or an error in a build without. */
gmix_status gmix_i_hull_of_points(gmix_ctx *ctx, size_t d, size_t n, double *points,
                                  double *volume, bool *is_corner);

#endif
