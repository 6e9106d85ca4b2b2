/*
 * The volume of the convex hull of the rows: those with a weight and without missing cells.
 */
#ifndef GMIX_DATA_HULL_H
#define GMIX_DATA_HULL_H

#include <gmix/fit.h>

#include "data/survey.h"

/* Hulls have so many facets beyond this (3e5 of 10^4 Gaussian rows with 7 features) that they
 * are out of reach. */
enum { GMIX_I_HULL_MOST_FEATURES = 6 };

/* *log_volume: its logarithm, in the data's units. Reads the rows once; memory grows with the
 * hull's corners, not with N. GMIX_ERR_OPTION for more features, or if `hull` is NULL (one
 * feature needs none); GMIX_ERR_DATA if the rows have no volume. */
gmix_status gmix_i_hull_log_volume(gmix_ctx *ctx, const gmix_i_input *in,
                                   const gmix_i_survey *survey, gmix_hull_fn *hull,
                                   double *log_volume);

#endif
