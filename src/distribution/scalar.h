/*
 * A mixture of one feature, in whatever units: Gaussians, or Student's t of any degrees of freedom, and,
 * with noise, a uniform density over an interval. Borrowed arrays, no allocation: rows of a regression have one each.
 *
 * The noise is taken for what it is inside its interval and for 0 outside, so that the whole is a
 * distribution.
 */
#ifndef GMIX_DISTRIBUTION_SCALAR_H
#define GMIX_DISTRIBUTION_SCALAR_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct gmix_i_scalar {
    size_t k;
    const double *w, *mu, *sd; /* K each; weights and the noise's sum to 1 */
    const double *height;      /* K: gmix_i_scalar_height() */
    const double *df;          /* K: degrees of freedom, of scales sd; NULL: Gaussians */
    double noise, lower, upper;
} gmix_i_scalar;

/* log Phi(z), relative accuracy 1e-13 of Phi; z with log Phi(z) = log_p < 0. */
double gmix_i_log_phi(double z);
double gmix_i_phi_inverse(double log_p);

/* log(w / sd), for t with what its constant has beside that of a Gaussian; df infinite: one. */
double gmix_i_scalar_height(double w, double sd, double df);

/* log f(x). */
double gmix_i_scalar_log_density(const gmix_i_scalar *s, double x);

/* log P(X <= x), or log P(X > x). */
double gmix_i_scalar_log_tail(const gmix_i_scalar *s, double x, bool upper);

/* P(a < X <= b). */
double gmix_i_scalar_between(const gmix_i_scalar *s, double a, double b);

/* x with log P(X <= x) = log_p, or log P(X > x) = log_p. */
double gmix_i_scalar_quantile(const gmix_i_scalar *s, double log_p, bool upper);

/* The weighted log-density of component k, z scales from its mean, but for the constant 1/2 log 2 pi. */
double gmix_i_scalar_share(const gmix_i_scalar *s, size_t k, double z);

/* How many scales from its mean component k has all but e^-40 of its probability on either side. */
double gmix_i_scalar_reach(const gmix_i_scalar *s, size_t k);

/* Slope of the components' log-density, and its second derivative; their sign is right
 * also where the density underflows. */
double gmix_i_scalar_slope(const gmix_i_scalar *s, double x, double *curvature);

#endif
