/* Solutions of Bayesian fits: without the components that hold no rows, as models with posteriors, and
 * what reports say of them. See gmix/bayes.h. */
#ifndef GMIX_SEARCH_POSTERIOR_FOUND_H
#define GMIX_SEARCH_POSTERIOR_FOUND_H

#include "search/search.h"

/* The model of a solution, with its posterior if the fit is Bayesian. Components of a process are in the order
 * of their sticks. */
gmix_status gmix_i_model_of_solution(gmix_ctx *ctx, const gmix_i_plan *plan,
                                     const gmix_i_candidate *solution,
                                     gmix_model **model);

/* What the report of a Bayesian fit says in place of a likelihood's. */
gmix_status gmix_i_report_posterior(gmix_ctx *ctx, const gmix_i_plan *plan,
                                    const gmix_model *model, gmix_report *report);

/* Of it, what needs no rows: the bound; the log-likelihood and criteria are unknown. */
void gmix_i_report_bound(const gmix_model *model, gmix_report *report);

/* How many components of a solution hold half a row or more; all of them where none are to be removed. */
size_t gmix_i_occupied(const gmix_i_plan *plan, const gmix_i_params *p);

/* The start of a fit with fewer components, *left of them: those of p that hold rows, or, of a process, with the two
 * merged that promise the most. left: 0 if none are to go. out: is freed, and made anew. */
gmix_status gmix_i_fewer(gmix_ctx *ctx, const gmix_i_plan *plan, const gmix_i_params *p,
                         gmix_i_params *out, size_t *left);

/* Those in out, of as many, whose rows are theirs. hyper: of the plan of out. */
void gmix_i_keep_occupied(const gmix_i_hyper *from_hyper, const gmix_i_params *from,
                          const gmix_i_hyper *hyper, gmix_i_params *out);

#endif
