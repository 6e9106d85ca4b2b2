/* The tables of members. See fields.h; docs/cli-json.md says what each means. */
#include "record/fields.h"

#include <gmix/fit.h>
#include <gmix/uncertainty.h>

#include "record/prior_changes.h"
#include "record/record.h"

static bool has_prior(const void *record, const gmix_report *r) {
    (void)record;
    return r->log_posterior != r->log_likelihood;
}

static bool is_transformed(const void *record, const gmix_report *r) {
    (void)record;
    return r->log_jacobian != 0.0;
}

static bool is_trimmed(const void *record, const gmix_report *r) {
    (void)record;
    return r->trimmed_weight > 0.0;
}

static bool is_chosen(const void *record, const gmix_report *r) {
    (void)record;
    return r->n_candidates > 0;
}

static bool has_folds(const void *record, const gmix_report *r) {
    return is_chosen(record, r) && r->cv_folds > 0;
}

static bool has_noise(const void *record, const gmix_report *r) {
    (void)r;
    return ((const gmix_standard_errors *)record)->noise > 0.0;
}

static const char *const *prior_numbers(void) {
    return gmix_i_prior_numbers;
}

static const char *const *statuses(void) {
    return gmix_i_candidate_statuses;
}

static const char *const *candidate_starts(void) {
    return gmix_i_candidate_starts;
}

#define MEMBER(type, kind_, member) \
    .name = #member, .kind = GMIX_I_FIELD_##kind_, .offset = offsetof(type, member)
#define OF_REPORT(kind, member) \
    { MEMBER(gmix_report, kind, member) }
#define OF_REPORT_IF(kind, member, when) \
    { MEMBER(gmix_report, kind, member), .shown = (when) }
#define WORD_OF_REPORT(member, list) \
    { MEMBER(gmix_report, WORD, member), .words = (list) }
#define PART(is) \
    { .name = (is), .kind = GMIX_I_FIELD_PART }
#define OF_CANDIDATE(kind, member) \
    { MEMBER(gmix_candidate, kind, member) }

const gmix_i_field gmix_i_report_fields[] = {
    OF_REPORT(REAL, log_likelihood),
    OF_REPORT_IF(REAL, log_posterior, has_prior),
    OF_REPORT_IF(REAL, log_jacobian, is_transformed),
    OF_REPORT(COUNT, n_samples),
    OF_REPORT(REAL, total_weight),
    OF_REPORT(COUNT, n_missing_cells),
    OF_REPORT(COUNT, n_incomplete_rows),
    OF_REPORT(COUNT, n_dropped_rows),
    OF_REPORT_IF(REAL, trimmed_weight, is_trimmed),
    OF_REPORT_IF(REAL, trim_log_density, is_trimmed),
    OF_REPORT_IF(COUNT, n_trimmed_rows, is_trimmed),
    PART("trimmed_rows"),
    PART("resolution"),
    OF_REPORT(COUNT, n_features),
    OF_REPORT(COUNT, n_components),
    {MEMBER(gmix_report, WORD, covariance), .words = gmix_family_names,
     .word_for = gmix_family_name},
    OF_REPORT(REAL, bic),
    OF_REPORT(REAL, aic),
    OF_REPORT(REAL, icl),
    OF_REPORT(COUNT, n_parameters),
    WORD_OF_REPORT(init, gmix_init_names),
    PART("seed"),
    PART("command"),
    OF_REPORT(FLAG, sound),
    OF_REPORT(REAL, objective),
    OF_REPORT(REAL, chance_of_better),
    OF_REPORT(COUNT, n_starts),
    OF_REPORT(COUNT, n_runs),
    OF_REPORT(COUNT, n_hits),
    OF_REPORT(COUNT, best_run),
    OF_REPORT(COUNT, n_iterations),
    OF_REPORT(FLAG, converged),
    PART("stop"),
    OF_REPORT(REAL, remaining_gain),
    OF_REPORT(REAL, gradient_norm),
    OF_REPORT(REAL, em_rate),
    PART("classification"),
    PART("cross_validation"),
    {MEMBER(gmix_report, WORD, criterion), .shown = is_chosen,
     .words = gmix_criterion_names},
    OF_REPORT_IF(COUNT, cv_folds, has_folds),
    PART("candidates"),
    PART("standard_errors"),
    PART("prior_sensitivity"),
    PART("warnings"),
    OF_REPORT(REAL, seconds),
    PART("trace"),
};
const size_t gmix_i_n_report_fields =
    sizeof gmix_i_report_fields / sizeof *gmix_i_report_fields;

const gmix_i_field gmix_i_candidate_fields[] = {
    {.name = "components",
     .kind = GMIX_I_FIELD_COUNT,
     .offset = offsetof(gmix_candidate, n_components)},
    {MEMBER(gmix_candidate, WORD, covariance), .words = gmix_family_names,
     .word_for = gmix_family_name},
    {MEMBER(gmix_candidate, WORD, status), .words = statuses},
    PART("reason"),
    {MEMBER(gmix_candidate, WORD, start), .optional = true, .words = candidate_starts,
     .more_words = gmix_init_names},
    OF_CANDIDATE(COUNT, n_parameters),
    OF_CANDIDATE(REAL, log_likelihood),
    OF_CANDIDATE(REAL, bic),
    OF_CANDIDATE(REAL, icl),
    OF_CANDIDATE(REAL, aic),
    OF_CANDIDATE(REAL, aicc),
    {MEMBER(gmix_candidate, REAL, cv), .shown = has_folds},
};
const size_t gmix_i_n_candidate_fields =
    sizeof gmix_i_candidate_fields / sizeof *gmix_i_candidate_fields;

#define OF_ERRORS(kind, member) \
    { MEMBER(gmix_standard_errors, kind, member) }
#define NOISE_OF_ERRORS(member) \
    { MEMBER(gmix_standard_errors, REAL, member), .shown = has_noise }

const gmix_i_field gmix_i_errors_fields[] = {
    {MEMBER(gmix_standard_errors, WORD, method), .words = gmix_standard_error_methods},
    {MEMBER(gmix_standard_errors, REAL, level), .needed = true},
    OF_ERRORS(COUNT, n_replicates),
    OF_ERRORS(COUNT, n_left_out),
    NOISE_OF_ERRORS(noise),
    NOISE_OF_ERRORS(noise_lower),
    NOISE_OF_ERRORS(noise_upper),
};
const size_t gmix_i_n_errors_fields =
    sizeof gmix_i_errors_fields / sizeof *gmix_i_errors_fields;

#define OF_CHANGE(kind_, is, member)                  \
    {                                                 \
        .name = (is), .kind = GMIX_I_FIELD_##kind_,   \
        .offset = offsetof(gmix_prior_change, member) \
    }

const gmix_i_field gmix_i_prior_change_fields[] = {
    {MEMBER(gmix_prior_change, WORD, what), .words = prior_numbers},
    OF_CHANGE(REAL, "factor", factor),
    OF_CHANGE(REAL, "value", value),
    OF_CHANGE(REAL, "log_evidence", bound),
    OF_CHANGE(COUNT, "components", n_occupied),
    OF_CHANGE(REAL, "weights_change", weight),
    OF_CHANGE(REAL, "means_change", mean),
};
const size_t gmix_i_n_prior_change_fields =
    sizeof gmix_i_prior_change_fields / sizeof *gmix_i_prior_change_fields;
