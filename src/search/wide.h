/*
 * Fits of laws with factors over more features than matrices are worth (em/wide_run.h): a search of its
 * own, whose memory is O(K D q).
 */
#ifndef GMIX_SEARCH_WIDE_H
#define GMIX_SEARCH_WIDE_H

#include "search/search.h"

/* True of a fit that can be made so: complete rows in memory of a law with factors, and nothing asked
 * for that looks at covariances as matrices. */
bool gmix_i_wide_suits(const gmix_i_plan *plan);

/*
 * From several k-means starts a few steps each, on some of the rows where there are many, and splits of
 * the best; which goes on, and then on all rows. found: the solution in pool[0], judged by its rows alone.
 * given: parameters in the plan's frame to begin at besides, on all rows: K weights, K x D means, K
 * blocks of factor_law.h; if that ends higher its run is GMIX_I_GIVEN_RUN. NULL: none.
 */
gmix_status gmix_i_wide_search(gmix_ctx *ctx, const gmix_i_plan *plan,
                               const double *given, gmix_i_chain *found);

/* The report on it. */
gmix_status gmix_i_wide_report(gmix_ctx *ctx, const gmix_i_plan *plan,
                               const gmix_i_chain *found, const gmix_model *model,
                               gmix_report *report);

#endif
