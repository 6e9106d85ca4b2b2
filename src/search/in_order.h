/*
 * Searches on rows and columns in an order of their own (data/ordered.h): what they find is that of the
 * values, not of how the table was sorted. What is said of it is said of the data as they are.
 */
#ifndef GMIX_SEARCH_IN_ORDER_H
#define GMIX_SEARCH_IN_ORDER_H

#include "data/ordered.h"
#include "search/crew.h"

/* True if options and rows know of no column but by its values; of laws with factors the rule for signs does. */
bool gmix_i_orders(const gmix_i_input *input, const gmix_fit_options *opts,
                   const gmix_i_family *family);

/* True where time would be over before rows that are put in order, and surveyed again, are searched. A journal speaks of
 * rows in one order, whatever the time. */
bool gmix_i_has_no_time_to_order(const gmix_ctx *ctx, const gmix_i_plan *plan);

/* A solution of `from`, whose column j is column columns[j] of the data, as one of `to`, the same plan on these. */
gmix_status gmix_i_bring_back(gmix_ctx *ctx, const gmix_i_plan *from,
                              const size_t *columns, const gmix_i_plan *to,
                              gmix_i_candidate *c);

/* Sets the log-likelihood of a solution brought back, and its trace, to what the worker's rows make of it: where
 * covariances are next to singular, the order of columns tells in more than the last digits. Cost: a pass. One that
 * is cut short changes nothing. */
gmix_status gmix_i_set_level(gmix_i_worker *worker, gmix_i_candidate *c);

#endif
