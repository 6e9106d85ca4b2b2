/*
 * How well chains have mixed: rank-normalised split R-hat and bulk effective sample size. Vehtari,
 * Gelman, Simpson, Carpenter & Buerkner (2021), doi:10.1214/20-BA1221.
 */
#ifndef GMIX_POSTERIOR_MIXING_H
#define GMIX_POSTERIOR_MIXING_H

#include "base/base.h"

/* x: n_chains x n, chain after chain. NaNs of chains of fewer than 8 draws; a number that never
 * changes has R-hat 1. */
gmix_status gmix_i_mixing(gmix_ctx *ctx, const double *x, size_t n_chains, size_t n,
                          double *r_hat, double *ess);

#endif
