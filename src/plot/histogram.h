/* Histograms whose areas sum to 1; those of truncated samples to the share of the population that they show. */
#ifndef GMIX_PLOT_HISTOGRAM_H
#define GMIX_PLOT_HISTOGRAM_H

#include "plot/plot_kind.h"

typedef struct gmix_i_histogram {
    size_t n;         /* bins */
    double lo, width; /* of the first; of each */
    double *height;   /* n: densities */
    double highest;
} gmix_i_histogram;

/*
 * Bins of the width 2 IQR N^(-1/3) (Freedman & Diaconis 1981), or 3.5 sd N^(-1/3) (Scott
 * 1979) where the quartiles are the same; at most `most`. weights: n, or NULL for equal ones.
 * Without values there are no bins.
 */
gmix_status gmix_i_histogram_new(gmix_i_plot *plot, const double *values,
                                 const double *weights, size_t n, size_t most,
                                 gmix_i_histogram *out);

#endif
