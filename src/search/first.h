/* The start that other programs begin from, for the search of a single fit. */
#ifndef GMIX_SEARCH_FIRST_H
#define GMIX_SEARCH_FIRST_H

#include "search/search.h"

typedef struct gmix_i_first {
    gmix_i_sample_tree tree;
    gmix_i_given given;
} gmix_i_first;

/* Makes the tree, if it is wanted, and has the plan and the workers know it. `out` must outlive
 * them. Cost: at most about 0.1 s. */
gmix_status gmix_i_first_make(gmix_i_crew *crew, gmix_i_plan *plan, gmix_i_first *out);
void gmix_i_first_free(gmix_ctx *ctx, gmix_i_plan *plan, gmix_i_first *first);

#endif
