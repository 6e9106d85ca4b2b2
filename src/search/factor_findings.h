/* What a person should know of a solution's factors. */
#ifndef GMIX_SEARCH_FACTOR_FINDINGS_H
#define GMIX_SEARCH_FACTOR_FINDINGS_H

#include "search/crew.h"

/* Says which features the factors explain completely (Heywood cases). */
gmix_status gmix_i_factor_findings(gmix_i_crew *crew, const gmix_i_candidate *best,
                                   gmix_report *report);

#endif
