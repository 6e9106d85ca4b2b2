/* Could values come from one group? The dip, and its p-value for the nearest smooth density of one mode. */
#ifndef GMIX_CLUSTERS_UNIMODAL_H
#define GMIX_CLUSTERS_UNIMODAL_H

#include <stddef.h>

/* The dip of n sorted values. work: 3 n; knots: 2 n. */
double gmix_i_dip(size_t n, const double *sorted, double *work, size_t *knots);

enum { GMIX_I_MOST_DIPPED = 4096 };

/* Room for values of one pair, and what is done with them. */
typedef struct gmix_i_dipper {
    double values[GMIX_I_MOST_DIPPED], draws[GMIX_I_MOST_DIPPED];
    double work[3 * GMIX_I_MOST_DIPPED];
    size_t knots[2 * GMIX_I_MOST_DIPPED];
} gmix_i_dipper;

/*
 * The share of samples from a density of one mode whose dip is as large as that of the first n values, in
 * any order; 1 for fewer than four, or all equal. The density is the values' kernel
 * estimate, as wide as it takes to have one mode (Tantrum, Murua & Stuetzle 2003). Where
 * the dip is so large that no density of one mode explains it, what bounds the share is given:
 * 2 exp(-2 n dip^2), since the dip is no farther than the density's own distribution function
 * (Massart 1990).
 */
double gmix_i_unimodal_p(size_t n, gmix_i_dipper *d);

#endif
