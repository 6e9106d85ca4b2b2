/**
 * Standard errors of a mixture's parameters: what gmix_standard_errors_estimate()
 * (uncertainty.h) gives, and a part of reports.
 */
#ifndef GMIX_STANDARD_ERRORS_H
#define GMIX_STANDARD_ERRORS_H

#include "context.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Standard errors, and intervals from lower to upper, of every parameter, in the data's units
 * and in the order of the model's. Release with gmix_standard_errors_free(). */
typedef struct gmix_standard_errors {
    const char *method;  /* see gmix_standard_error_methods(); NULL: nothing is known */
    double level;        /* of the intervals, e.g. 0.95 */
    size_t n_replicates; /* that they rest on; 0 for "information" */
    size_t n_left_out;   /* other replicates: without a solution to compare */
    size_t n_components, n_features;
    size_t n_covariances; /* length of the family's covariance layout */
    double *weights, *weights_lower, *weights_upper;             /* K */
    double *means, *means_lower, *means_upper;                   /* K x D */
    double *covariances, *covariances_lower, *covariances_upper; /* the family's layout */
    double noise, noise_lower, noise_upper; /* of the noise component's weight */
    void *owner;                            /* of the arrays; not for callers */
    void *reserved[4]; /* NULL: a part of reports, which cannot grow otherwise */
} gmix_standard_errors;

GMIX_API void gmix_standard_errors_free(gmix_standard_errors *errors);

#ifdef __cplusplus
}
#endif
#endif
