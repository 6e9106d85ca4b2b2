/*
 * How finely each feature was recorded: the step h of the grid that its values lie on.
 */
#ifndef GMIX_DATA_RESOLUTION_H
#define GMIX_DATA_RESOLUTION_H

#include "data/survey.h"

enum { GMIX_I_GRAIN_ROWS = 4096 }; /* looked at, drawn from all of the data */

/* A value and what weighs on it. */
typedef struct gmix_i_weighted {
    double x, w;
} gmix_i_weighted;

/*
 * The step of n > 0 values in any order, and a value that is out of proportion. Values come
 * back sorted and merged; gaps: n of working memory.
 */
gmix_i_grain gmix_i_grain_of(size_t n, gmix_i_weighted *at, gmix_i_weighted *gaps);

/* The least variance of a component in a feature of standard deviation sd and steps h. */
double gmix_i_rounded_variance(double h, double sd);

/* A feature's standard deviation, or the width of what most rows lie within where that is less: far rows and far
 * groups say nothing of how wide a group is. */
static inline double gmix_i_near_spread(const gmix_i_grain *grain, double sd) {
    return grain->local > 0.0 && grain->local < sd ? grain->local : sd;
}

/* True if a step, whose least variance that is, decides what a component may look like, beside that spread. */
static inline bool gmix_i_is_visible(double least, double spread) {
    return least > 1e-4 * spread * spread;
}

/* Those of all features, from a sample of the rows, into survey->grain. Cost: a pass that
 * reads the rows of the sample alone, if it is a table. */
gmix_status gmix_i_resolution_find(gmix_ctx *ctx, const gmix_i_input *in,
                                   gmix_i_survey *survey);

#endif
