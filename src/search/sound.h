/*
 * Soundness: whether the components of a mixture rest on the data, or on a chance alignment of
 * few rows.
 *
 * The likelihood of a mixture with components of their own widths is unbounded (Day 1969), so a
 * search finds components that gain without describing anything. What tells them is evidence,
 * not width: let L fall by LOSS where component k is taken away and EM runs on (removal.c: in turn, with
 * what chance explains out of the way), and let its parameters cost
 *
 *     DESCRIPTION = 1/2 log N                                                      its weight
 *                 + sum_i 1/2 log (m / e_i)                                        its mean
 *                 + 1/2 p_v log (m / 2)                                            its variances
 *                 + sum_{i<j} 1/2 log (1 + m (e_i - e_j)^2 / e_i e_j)              its axes
 *                 + m/2 sum_i (log (m / 2) - digamma ((m - 1 - i) / 2))            small samples
 *
 * with m rows, and e_1 .. e_D <= 1 the eigenvalues of Sigma_k in the metric of what would take
 * its rows over: the moments of k and its nearest neighbour together. The whole table never
 * enters. These are the lengths of the parameters' codes at the precision that m rows give
 * (Rissanen 1983), each family with those of its own; m rows out of N that lie within a fraction
 * s of a plane gain m log (1/s), less what their labels cost, log C(N, m), which L pays by itself,
 * and describing the plane costs D log (1/s): the scan statistic's (m - D) log (1/s) against
 * log C(N, m). The last line is the bias of a maximised log-determinant; it diverges as m comes
 * down to D. EVIDENCE = LOSS - DESCRIPTION.
 *
 * Where cells are missing, m is by directions: the rows that tell of a width (incomplete.h). A direction that
 * no row tells of gains nothing, and costs nothing.
 *
 * That is a stronger demand than soundness: three broad halves of one Gaussian have no evidence,
 * but do no harm. Only components in DOUBT, from 0 to 1 as they rest on few rows or are narrow
 * where they lie, answer to it. Solutions are compared by one number without steps, the SCORE
 *
 *     L - sum_k doubt_k (loss_k - min (loss_k, 4 max (0, evidence_k))):
 *
 * a component in doubt that chance explains counts for nothing, one with evidence in full. It is
 * SPURIOUS if it loses more than half of what it gained.
 *
 * Rejected: an eigenvalue below a fraction of the variance of all rows (condemns every group in a
 * table that is wide); fewest spurious first, likelihood second (gives thousands of nats away for
 * a verdict); a penalty of DESCRIPTION for all (prefers other optima where nothing is in doubt).
 *
 * Faults that are no matter of chance: a component without rows; one held at the smallest
 * covariance allowed, or, with few rows, next to it (they are identical or lie in a plane, and the bound
 * sets the likelihood), or on one value of a feature whose steps are too fine to matter, within twice that bound, unless that
 * value is out of all proportion (zeros of a count: there the rows are alike in fact, not by chance);
 * and for an only covariance, or one that all share, an eigenvalue below 1e-9 of that of its features, or
 * fewer rows than it has unknowns. A prior on covariances bounds the posterior: then only a
 * component without rows is a fault.
 */
#ifndef GMIX_SEARCH_SOUND_H
#define GMIX_SEARCH_SOUND_H

#include "data/survey.h"
#include "family/family.h"
#include "search/local_widths.h"

typedef enum gmix_i_fault {
    GMIX_I_SOUND = 0,
    GMIX_I_NARROW,     /* in doubt for its width, and without evidence */
    GMIX_I_NARROW_ALL, /* an eigenvalue of the covariance that all share is next to 0 */
    GMIX_I_AT_FLOOR,   /* held at the smallest covariance allowed */
    GMIX_I_FEW,        /* in doubt for its few rows, and without evidence */
    GMIX_I_FEW_SEEN,   /* so of the rows whose cells tell of its width */
    GMIX_I_FEW_IN_ALL, /* too few rows for the covariance that all share */
    GMIX_I_EMPTY       /* no rows: weight 0 */
} gmix_i_fault;

/* The rows a component with a covariance of its own needs for it not to be singular. */
static inline double gmix_i_rows_needed(const gmix_i_family *family, size_t d) {
    return (double)gmix_i_family_span(family, d) + 1.5;
}

/* The rows that the one covariance of all K components needs. */
double gmix_i_shared_rows_needed(const gmix_i_family *family, size_t k, size_t d);

/* What is to be known of a component. */
typedef struct gmix_i_support {
    double doubt; /* 0 .. 1 */
    double
        description; /* nats; INFINITY where too few rows leave the covariance singular */
    double gain;     /* by its width alone, roughly: 1/2 m sum_i log (1 / e_i) */
    double loss;     /* without it; NaN: not known */
    double told;     /* rows that tell of its least known width */
    gmix_i_fault fault; /* the doubt's, until the loss is known */
} gmix_i_support;

/* Memory and units for judging. */
typedef struct gmix_i_judge {
    size_t d;
    bool
        has_prior; /* on covariances, or errors of measurement: components may be few and narrow */
    bool cov_given; /* covariances are frozen: no rows are needed for them */
    bool labelled;  /* components are those of classes: which rows are theirs is known */
    bool trims;     /* rows are left out: theirs is no spread to compare with */
    double n;       /* total weight, of the rows that are kept */
    bool rounded;   /* a floor is there because values were rounded: no fault */
    double *variance; /* D: of all rows, in the frame */
    double *step;     /* D: that values were rounded to, in the frame; 0: none */
    double *near;     /* D: see gmix_i_near_spread(), in the frame */
    double *atom; /* D: a value that is there far too often, in the frame; NaN: none */
    const double *floor; /* D: the smallest variances allowed, in the frame; NULL: none */
    double *least, *work;          /* cov_len; 6 D^2 + 3 D + 2 cov_len */
    gmix_i_incomplete *incomplete; /* NULL, or empty: all cells are there */
} gmix_i_judge;

/* incomplete: borrowed. */
gmix_status gmix_i_judge_new(gmix_ctx *ctx, const gmix_i_shape *shape,
                             const gmix_i_survey *survey, double trim,
                             const gmix_i_frame *frame, gmix_i_incomplete *incomplete,
                             gmix_i_judge *out);
void gmix_i_judge_free(gmix_ctx *ctx, gmix_i_judge *judge);

/* False if there are too few rows for k components of this family to be sound, whatever the
 * solution. */
bool gmix_i_judge_admits(const gmix_i_judge *judge, const gmix_i_family *family,
                         size_t k);

/* The rows of all components together: all that are kept but those of the noise. */
double gmix_i_component_rows(const gmix_i_judge *judge, const gmix_i_params *p);

/* True if all rows lie in a plane, as far as doubles tell: some combination of the features has
 * less than 1e-9 of their variances, or no more than rounding may have made. Cost: (K + D) D^2. */
bool gmix_i_rows_lie_flat(const gmix_i_judge *judge, const gmix_i_params *p);

/* What can be said of all components (K) without a pass over the data. at_floor: K. Cost:
 * K^2 D, and K D^3 for those whose weight or width leaves a question. */
void gmix_i_judge_all(const gmix_i_judge *judge, const gmix_i_params *p,
                      const bool *at_floor, gmix_i_support *support);

/* What the score takes off the log-likelihood for a component; where its loss is not known, the
 * most that can be. */
double gmix_i_support_penalty(const gmix_i_support *support);

/* What is at fault with each component (K): GMIX_I_SOUND where nothing is. Returns how many. */
size_t gmix_i_support_faults(const gmix_i_support *support, size_t k,
                             gmix_i_fault *faults);

/* True if, with its loss known, it counts for less than half. */
bool gmix_i_support_fails(const gmix_i_support *support);

#endif
