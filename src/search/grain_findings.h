/* What a person should know of data whose values were rounded. */
#ifndef GMIX_SEARCH_GRAIN_FINDINGS_H
#define GMIX_SEARCH_GRAIN_FINDINGS_H

#include "search/crew.h"

/* Keeps the steps in the report; says which features are so coarse that a mixture sees their grid,
 * and which component rests on a single value. */
gmix_status gmix_i_grain_findings(gmix_i_crew *crew, const gmix_i_candidate *best,
                                  gmix_report *report);

#endif
