/*
 * A Heywood case: the maximum of the likelihood has no variance left to a feature beside its factors,
 * so its uniqueness is held at the floor. Nothing is wrong with the fit; but as many factors, for
 * as few rows, say more of the rows than of where they come from.
 */
#include "search/factor_findings.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "family/factor_law.h"
#include "record/record.h"

static const double ON_FLOOR = 1.0 + 1e-6;

/* The share of feature j's variance that it is left at least. */
static double least_share(const gmix_i_crew *crew, size_t j) {
    const gmix_i_worker *const w = &crew->workers[0];
    return fmax(w->em.bounds.uniqueness[j], w->em.bounds.floor[j]) / w->judge.variance[j];
}

/* Of component k, whether feature j is left no more. */
static bool is_held(const gmix_i_crew *crew, const gmix_i_params *p, size_t k, size_t j) {
    const size_t d = p->d, q = p->family->n_factors;
    const double psi = p->factors[(k * (q + 1) + q) * d + j];
    return psi <= ON_FLOOR * least_share(crew, j) * crew->workers[0].judge.variance[j];
}

static void name_feature(const gmix_i_input *in, size_t j, char *text, size_t size) {
    if (in->names) {
        snprintf(text, size, "'%.60s'", in->names[j]);
    } else {
        snprintf(text, size, "%zu", j);
    }
}

gmix_status gmix_i_factor_findings(gmix_i_crew *crew, const gmix_i_candidate *best,
                                   gmix_report *report) {
    const gmix_i_params *const p = &best->params;
    const gmix_i_family *const law = p->family;
    const bool shared = !strchr(law->form, 'V');
    size_t n = 0, k_first = 0, j_first = 0;
    const bool of_features = law->n_factors > 0 && law->form[1] != 'I';
    for (size_t k = 0; of_features && k < (shared ? 1 : p->k); k++) {
        for (size_t j = 0; !best->at_floor[k] && j < p->d; j++) {
            if (p->weights[k] > 0.0 && is_held(crew, p, k, j) && n++ == 0) {
                k_first = k;
                j_first = j;
            }
        }
    }
    if (n == 0) {
        return GMIX_OK;
    }
    char feature[96], where[64] = "", more[48] = "";
    name_feature(crew->plan->input, j_first, feature, sizeof feature);
    if (!shared) {
        snprintf(where, sizeof where, " in component %zu", k_first);
    }
    if (n > 1) {
        snprintf(more, sizeof more, ", and so in %zu other case%s", n - 1,
                 n == 2 ? "" : "s");
    }
    return gmix_i_report_warn(
        crew->ctx, report,
        "the factors explain feature %s completely%s%s (Heywood): its uniqueness is held "
        "at "
        "%.3g of its variance; fewer factors, or more rows, would leave it some",
        feature, where, more, least_share(crew, j_first));
}
