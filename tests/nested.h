/*
 * The law of nested models: a model that contains another has no lower likelihood. Between families
 * by their three letters, where E is an I that is estimated, V an E for each component.
 */
#ifndef GMIX_TESTS_NESTED_H
#define GMIX_TESTS_NESTED_H

#include <string.h>

#include "check.h"

#include <gmix/gmix.h>

/* The letters of a family as mclust has them. */
static inline const char *nested_letters(const char *covariance) {
    const char *const alias = gmix_family_alias(covariance);
    return alias ? alias : covariance;
}

static inline size_t nested_freedom(char letter) {
    return letter == 'I' ? 0 : letter == 'E' ? 1 : 2;
}

static inline bool nested_contains(const gmix_candidate *rich,
                                   const gmix_candidate *simple, size_t n_features) {
    const char *const a = nested_letters(rich->covariance), *const b = nested_letters(
                                                                simple->covariance);
    bool all = rich != simple && simple->n_components <= rich->n_components;
    for (size_t i = 0; i < (n_features == 1 ? 1 : 3); i++) {
        all = all && nested_freedom(b[i]) <= nested_freedom(a[i]);
    }
    return all;
}

/* Every pair that was solved; returns how many there are. */
static inline size_t check_nested(const gmix_report *r) {
    size_t n_pairs = 0;
    for (size_t a = 0; a < r->n_candidates; a++) {
        for (size_t b = 0; b < r->n_candidates; b++) {
            const gmix_candidate *const rich = &r->candidates[a];
            const gmix_candidate *const simple = &r->candidates[b];
            if (rich->sound && simple->sound &&
                nested_contains(rich, simple, r->n_features)) {
                n_pairs++;
                if (!CHECK(rich->log_likelihood >= simple->log_likelihood)) {
                    printf("%s %zu %.12g, %s %zu %.12g\n", rich->covariance,
                           rich->n_components, rich->log_likelihood, simple->covariance,
                           simple->n_components, simple->log_likelihood);
                }
            }
        }
    }
    return n_pairs;
}

#endif
