/* What bounds of log-evidences say of the models of a choice. */
#ifndef GMIX_RECORD_EVIDENCE_SHARES_H
#define GMIX_RECORD_EVIDENCE_SHARES_H

#include <gmix/report.h>

#include "base/base.h"

/* Did log-evidences choose? Then candidates have probabilities. */
bool gmix_i_has_evidence(const gmix_report *report);

/* The posterior probability of so many components, summed over families: all candidates equally probable
 * beforehand, and their bounds taken for their log-evidences. NaN: none such has a bound. */
double gmix_i_evidence_share(const gmix_report *report, size_t n_components);

#endif
