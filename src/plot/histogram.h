/* Histograms whose areas sum to 1; those of truncated samples to the share of the population that they show. */
#ifndef GMIX_PLOT_HISTOGRAM_H
#define GMIX_PLOT_HISTOGRAM_H

#include "plot/view.h"

typedef struct gmix_i_histogram {
    size_t n;         /* bins */
    double lo, width; /* of the first; of each */
    double *height;   /* n: densities */
    double highest;
} gmix_i_histogram;

/*
 * Bins of the width 2 IQR N^(-1/3) (Freedman & Diaconis 1981), or 3.5 sd N^(-1/3) (Scott 1979) where the quartiles are
 * the same, and no wider than Scott's for the rows of an average component of the view, of one direction: groups
 * far apart are not one bar each. At most `most`. weights: n, or NULL for equal ones. Without values there are no bins. Values on a
 * grid (counts, scales, one decimal) have whole numbers of steps for bins, whose edges lie half-way between values.
 */
gmix_status gmix_i_histogram_new(gmix_i_plot *plot, const double *values,
                                 const double *weights, size_t n, const gmix_i_view *view,
                                 size_t most, gmix_i_histogram *out);

#endif
