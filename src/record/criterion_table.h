/* Criteria by which models are compared: what each is, in one table (gmix_criterion_table()). */
#ifndef GMIX_RECORD_CRITERION_TABLE_H
#define GMIX_RECORD_CRITERION_TABLE_H

#include <gmix/report.h>

#include "base/base.h"

/* The order of the table. */
typedef enum gmix_i_criterion_id {
    GMIX_I_BIC,
    GMIX_I_ICL,
    GMIX_I_AIC,
    GMIX_I_AICC,
    GMIX_I_CV,
    GMIX_I_EVIDENCE,
    GMIX_I_LIKELIHOOD,
    GMIX_I_N_CRITERIA
} gmix_i_criterion_id;

/* What criteria are made of. */
typedef struct gmix_i_criterion_terms {
    double log_likelihood; /* of N rows, under a mixture with p free parameters */
    double log_map;        /* sum_n w_n log max_k r_nk */
    double cv;             /* cross-validated log-likelihood */
    double p, n;
} gmix_i_criterion_terms;

double gmix_i_criterion_value(gmix_i_criterion_id which, const gmix_i_criterion_terms *t);

/* That of a name; BIC for NULL and for names that are none. */
gmix_i_criterion_id gmix_i_criterion_find(const char *name);

/* Its value for a candidate; and as it is compared: lower is better. */
double gmix_i_criterion_of(gmix_i_criterion_id which, const gmix_candidate *candidate);
double gmix_i_criterion_cost(gmix_i_criterion_id which, double value);

/* gmix_criterion_names(), for tables. */
extern const char *const gmix_i_criteria[];

/* The family of a candidate by mclust's name, as in the printed table: "VVV" for "full"; of one
 * feature E or V. Laws with factors, which mclust has not, by their own: "mfa:2". */
void gmix_i_candidate_family(const gmix_report *report, const char *covariance,
                             char out[16]);

#endif
