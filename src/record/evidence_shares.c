/* p(K | rows) = sum over families exp(bound) / sum over all of exp(bound). See evidence_shares.h. */
#include "record/evidence_shares.h"

#include <math.h>

#include "record/criterion_table.h"

bool gmix_i_has_evidence(const gmix_report *report) {
    return report->n_candidates > 1 &&
           gmix_i_criterion_find(report->criterion) == GMIX_I_EVIDENCE;
}

double gmix_i_evidence_share(const gmix_report *report, size_t n_components) {
    double most = -INFINITY, sum = 0.0, own = 0.0;
    bool has_one = false;
    for (size_t c = 0; c < report->n_candidates; c++) {
        const double bound = report->candidates[c].log_likelihood;
        most = isfinite(bound) ? fmax(most, bound) : most;
    }
    for (size_t c = 0; c < report->n_candidates && isfinite(most); c++) {
        const gmix_candidate *const one = &report->candidates[c];
        if (isfinite(one->log_likelihood)) {
            const double share = exp(one->log_likelihood - most);
            sum += share;
            own += one->n_components == n_components ? share : 0.0;
            has_one = has_one || one->n_components == n_components;
        }
    }
    return has_one ? own / sum : (double)NAN;
}
