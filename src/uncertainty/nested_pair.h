/*
 * Two fits of one table, with K components and with K + 1, the second of which is never
 * below the first: a mixture of K + 1 of which two are the same is one of K.
 */
#ifndef GMIX_UNCERTAINTY_NESTED_PAIR_H
#define GMIX_UNCERTAINTY_NESTED_PAIR_H

#include <gmix/fit.h>

#include "base/base.h"

typedef struct gmix_i_fitted {
    gmix_model *model;
    double log_likelihood;
    bool sound; /* see gmix_report */
} gmix_i_fitted;

/* Fits k components. strict: a solution that is not sound is GMIX_ERR_SINGULAR. A fit that did
 * not come to its end is GMIX_ERR_CANCELLED. */
gmix_status gmix_i_fit_k(gmix_ctx *ctx, const gmix_table *x, const gmix_fit_options *opts,
                         size_t k, bool strict, gmix_i_fitted *out);

/* One component more than `fewer` has: by the options and, unless they say how many runs there
 * are, from every split of a component of its. If `fewer` is
 * sound, sound solutions come first, then the likelihood. */
gmix_status gmix_i_fit_one_more(gmix_ctx *ctx, const gmix_table *x,
                                const gmix_fit_options *opts, const gmix_i_fitted *fewer,
                                bool strict, gmix_i_fitted *out);

#endif
