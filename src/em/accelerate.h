/*
 * Acceleration of EM by limited-memory BFGS, preconditioned by EM itself (Jamshidian &
 * Jennrich 1997; Nocedal 1980). EM is a fixed-point map G, and its residual
 *
 *     f(x) = G(x) - x = I_c^-1 gradient          (I_c: complete-data information)
 *
 * is the gradient in a metric that makes the problem well-conditioned where components do not
 * overlap. From the last few steps dx and the changes df they brought, the two-loop recursion
 * gives the step to the top of the parabola they describe: no pass beyond EM's own. Points
 * are log-weights, means and the shape's unconstrained coordinates of covariances; the metric
 * is the diagonal of I_c. The family then maps the new covariances to its own kind.
 *
 * Far from its top the parabola promises too much, and with thousands of parameters it does so
 * step after step. So the step has a reach, in units of EM's own: none at first, short of what
 * failed after a rejection, doubled by every success.
 *
 * Measured on 288 fits to 1e-6 nats per row (6 data sets x 4 families x K = 2, 3, 4, 6):
 * plain EM takes 60 700 steps, Anderson acceleration (rejected: it is also drawn to saddles)
 * 23 700, this 11 600 without a reach. With it passes fell by a sixth, rejected ones to half; on
 * D = 16, K = 32 passes fell from 321 to 119, and on D = 64, where every second one had been
 * rejected, one in seven is.
 */
#ifndef GMIX_EM_ACCELERATE_H
#define GMIX_EM_ACCELERATE_H

#include "stats/statistics.h"

/*
 * A point: the logarithms of K weights and of D positive numbers for every covariance, then K
 * means and what else the covariances have (cov_len - D); each of the two parts filled up with
 * zeros to a multiple of 8. A covariance that all components share is there once.
 */
typedef struct gmix_i_point {
    double *x;        /* dim */
    double *positive; /* n_logs: exp of the first part; weights up to a factor */
} gmix_i_point;

typedef struct gmix_i_accelerator {
    size_t k, d, n_cov;      /* n_cov: covariances in a point */
    size_t dim, n_logs;      /* numbers in a point, and in its first part */
    size_t most, used, next; /* steps remembered: room, in use, the next to overwrite */
    bool free;               /* the family has any covariances of its number */
    bool has_old;
    bool tried;           /* the last point was an extrapolation, and was not rejected */
    bool kept;            /* whose covariances the family left as they were */
    double *memory;       /* of all that follows */
    gmix_i_point at, old; /* the point, and the one before */
    gmix_i_point step, far;      /* the point of the EM step, and the extrapolated one */
    double *f, *f_old;           /* dim: the residual, and the one before */
    double *metric;              /* dim */
    double *dx, *df;             /* most x dim */
    double *rho, *alpha;         /* most */
    double *curvature, *squared; /* most: of the steps, -dx . df and dx . dx */
    double *stats;               /* K x (1 + D + cov_len): for the family */
    double *work;                /* cov_len */
    double largest, share; /* weights are share exp(log-weight - largest) in `far` */
    double own;            /* the residual's squared length */
    double top;            /* gain at the top of the parabola, mean per row */
    double length;         /* of the extrapolation, in EM steps */
    double reach;          /* the longest that is tried; INFINITY until one is rejected */
} gmix_i_accelerator;

gmix_status gmix_i_accelerator_new(gmix_ctx *ctx, const gmix_i_family *family, size_t k,
                                   size_t d, gmix_i_accelerator *out);
void gmix_i_accelerator_free(gmix_ctx *ctx, gmix_i_accelerator *a);

/* Forgets all points: for a new run. */
void gmix_i_accelerator_reset(gmix_i_accelerator *a);

/* Drops the older half of the steps and shortens the reach: for when an extrapolation was
 * rejected. */
void gmix_i_accelerator_doubt(gmix_i_accelerator *a);

/* Extrapolates from `at` and its EM step `step` into *out; false if there is nothing to
 * extrapolate from or the result is not usable. */
bool gmix_i_accelerate(gmix_i_accelerator *a, const gmix_i_params *at,
                       const gmix_i_params *step, const gmix_i_constraints *constraints,
                       gmix_i_params *out);

/* What is left to be gained where the log-likelihood is a parabola whose top is at the
 * extrapolated point, or at the EM step: half the gradient times the step. Mean per row. */
double gmix_i_promise(const gmix_i_accelerator *a, bool extrapolated);

/* The largest factor by which EM has been seen to shrink its residual along one of the steps
 * remembered; NaN without any. Near 1: a ridge; above: a saddle is being left. */
double gmix_i_em_rate(const gmix_i_accelerator *a);

#endif
