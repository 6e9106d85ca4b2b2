/*
 * Solutions made of two (crossover of genetic algorithms: Pernkopf & Bouchaffra 2005; cut across space, where
 * components are neighbours, instead of across a list of them). What a chain visits and leaves again is kept while it is
 * among the best, its elite; each second move takes components of the chain's solution on one side of a random
 * plane, and those of one of the elite on the other. Where each has what the other lacks, some children have both.
 */
#ifndef GMIX_SEARCH_CROSSING_H
#define GMIX_SEARCH_CROSSING_H

#include "search/search.h"

/* The elite's places in a chain's pool: behind the solution that moves begin from, and their result. */
enum { GMIX_I_FIRST_ELITE = 2, GMIX_I_ELITE = 6 };

/* pool[1] joins the elite if it was gone through with, and differs from pool[0] and from all of the elite; the worst of
 * these leaves. What is in its place then is no solution. */
void gmix_i_elite_keep(gmix_i_chain *chain, const gmix_i_plan *plan);

/* A child of pool[0] and one of the elite, into worker->em.current; *made: false if there is none, or if it was not this
 * move's turn. number: of the move. Cost: K^2 D. */
gmix_status gmix_i_cross(gmix_i_chain *chain, gmix_i_worker *worker, size_t number,
                         bool *made);

#endif
