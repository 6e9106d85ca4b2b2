/*
 * How wide a component is where it lies: the eigenvalues of its covariance in the metric of its neighbour
 * and itself together, and how many rows tell of each.
 */
#ifndef GMIX_SEARCH_LOCAL_WIDTHS_H
#define GMIX_SEARCH_LOCAL_WIDTHS_H

#include "search/incomplete.h"

/* D each, narrow ones first. */
typedef struct gmix_i_widths {
    double *e;    /* eigenvalues, at most 1 */
    double *rows; /* at most the component's */
} gmix_i_widths;

/* Those of component k, which has m rows; b: its neighbour (merging.h), or k. incomplete: NULL, or empty: all cells are there. scratch: 6 D^2 +
 * 2 cov_len. */
void gmix_i_local_widths(const gmix_i_params *p, size_t k, size_t b, double m,
                         gmix_i_incomplete *incomplete, double *scratch,
                         const gmix_i_widths *w);

/* True if none of them is below `least`, nor, where cells are missing, so small that it matters which rows tell
 * of it: by one factorisation, where the widths in numbers take many rotations. False means that they are to
 * be looked at; so it does for diagonal families, where they cost no more. */
bool gmix_i_is_wide(const gmix_i_params *p, size_t k, size_t b, double least,
                    const gmix_i_incomplete *incomplete, double *scratch);

/* Fewer rows than this cannot lie close to anything: a width that they tell of gains nothing. */
static const double GMIX_I_NO_ROW = 0.5;

/* The rows that tell of all variances together. */
double gmix_i_widths_mean_rows(const gmix_i_widths *w, size_t d);

/* The rows that tell of the direction that fewest tell of; of those that none does there is nothing to
 * be in doubt about. */
double gmix_i_widths_fewest_rows(const gmix_i_widths *w, size_t d, double m);

/* 0 at `none` and before, 1 at `full` and beyond. */
static inline double gmix_i_ramp(double x, double none, double full) {
    return fmin(1.0, fmax(0.0, (x - none) / (full - none)));
}

#endif
