/* Binomial random numbers of any size. See binomial.c. */
#ifndef GMIX_UNCERTAINTY_BINOMIAL_H
#define GMIX_UNCERTAINTY_BINOMIAL_H

#include "base/rng.h"

/* How many of n trials, whole and >= 0, succeed, each with probability p. */
double gmix_i_next_binomial(gmix_i_stream *s, double n, double p);

#endif
