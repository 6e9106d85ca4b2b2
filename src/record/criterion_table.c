/*
 * The criteria. With the log-likelihood log L of N rows (the sum of their weights) and p free
 * parameters: Schwarz 1978 (BIC); Biernacki, Celeux & Govaert 2000 (ICL); Akaike 1974 (AIC); Hurvich &
 * Tsai 1989 (AICc); Smyth 2000 (cross-validation).
 */
#include "record/criterion_table.h"

#include <gmix/model.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static double bic(const gmix_i_criterion_terms *t) {
    return -2.0 * t->log_likelihood + t->p * log(t->n);
}

static double icl(const gmix_i_criterion_terms *t) {
    return bic(t) - 2.0 * t->log_map;
}

static double aic(const gmix_i_criterion_terms *t) {
    return -2.0 * t->log_likelihood + 2.0 * t->p;
}

static double aicc(const gmix_i_criterion_terms *t) {
    const double p = t->p, n = t->n;
    return n > p + 1.0 ? aic(t) + 2.0 * p * (p + 1.0) / (n - p - 1.0) : (double)NAN;
}

static double cv(const gmix_i_criterion_terms *t) {
    return t->cv;
}

static double log_likelihood(const gmix_i_criterion_terms *t) {
    return t->log_likelihood;
}

/* X(place, name, as printed, formula, higher is better, value, member of a candidate) */
#define CRITERIA(X)                                                                   \
    X(GMIX_I_BIC, "bic", "BIC", "-2 log L + p log N", 0, bic, bic)                    \
    X(GMIX_I_ICL, "icl", "ICL", "BIC - 2 sum_n log max_k r_nk", 0, icl, icl)          \
    X(GMIX_I_AIC, "aic", "AIC", "-2 log L + 2 p", 0, aic, aic)                        \
    X(GMIX_I_AICC, "aicc", "AICc", "AIC + 2 p (p + 1) / (N - p - 1)", 0, aicc, aicc)  \
    X(GMIX_I_CV, "cv", "cross-validated log-likelihood",                              \
      "sum over folds of log L of their rows under the model fitted without them", 1, \
      cv, cv)                                                                         \
    X(GMIX_I_EVIDENCE, "evidence", "lower bound of log-evidence",                     \
      "variational bound of log p(rows), + log K! for the orders of components", 1,   \
      log_likelihood, log_likelihood)                                                 \
    X(GMIX_I_LIKELIHOOD, "none", "log-likelihood", "log L", 1, log_likelihood,        \
      log_likelihood)

#define INFO(place, n, said, is, up, value, member) \
    [place] = {.name = (n), .label = (said), .formula = (is), .higher_is_better = (up)},
static const gmix_criterion_info infos[GMIX_I_N_CRITERIA + 1] = {CRITERIA(INFO)};

#define NAME(place, n, said, is, up, value, member) [place] = (n),
const char *const gmix_i_criteria[GMIX_I_N_CRITERIA + 1] = {CRITERIA(NAME)};

#define VALUE(place, n, said, is, up, value, member) [place] = (value),
typedef double value_fn(const gmix_i_criterion_terms *t);
static value_fn *const values[GMIX_I_N_CRITERIA] = {CRITERIA(VALUE)};

#define PLACE(place, n, said, is, up, value, member) \
    [place] = offsetof(gmix_candidate, member),
static const size_t members[GMIX_I_N_CRITERIA] = {CRITERIA(PLACE)};

const gmix_criterion_info *gmix_criterion_table(void) {
    return infos;
}

const char *const *gmix_criterion_names(void) {
    return gmix_i_criteria;
}

double gmix_i_criterion_value(gmix_i_criterion_id which,
                              const gmix_i_criterion_terms *t) {
    return values[which](t);
}

gmix_i_criterion_id gmix_i_criterion_find(const char *name) {
    size_t found = GMIX_I_BIC;
    for (size_t c = 0; name && c < GMIX_I_N_CRITERIA; c++) {
        found = strcmp(name, infos[c].name) == 0 ? c : found;
    }
    return (gmix_i_criterion_id)found;
}

double gmix_i_criterion_of(gmix_i_criterion_id which, const gmix_candidate *candidate) {
    double value;
    memcpy(&value, (const char *)candidate + members[which], sizeof value);
    return value;
}

double gmix_i_criterion_cost(gmix_i_criterion_id which, double value) {
    return infos[which].higher_is_better ? -value : value;
}

void gmix_i_candidate_family(const gmix_report *report, const char *covariance,
                             char out[16]) {
    const bool has_factors = gmix_family_n_factors(covariance) > 0;
    const char *const alias = has_factors ? NULL : gmix_family_alias(covariance);
    snprintf(out, 16, "%.*s", report->n_features == 1 ? 1 : 15,
             alias ? alias : covariance);
}
