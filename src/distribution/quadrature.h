/* Integrals of smooth functions of one variable. */
#ifndef GMIX_DISTRIBUTION_QUADRATURE_H
#define GMIX_DISTRIBUTION_QUADRATURE_H

#include <stddef.h>

typedef double gmix_i_integrand(void *arg, double x);

/* The integral from a to b, halving intervals until the error of each, as estimated, is below
 * its share of `tolerance` or at the rounding of the whole. *error is added to. */
double gmix_i_integrate(gmix_i_integrand *f, void *arg, double a, double b,
                        double tolerance, double *error);

#endif
