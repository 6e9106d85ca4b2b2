/*
 * Soundness: whether a mixture rests on its data, or its likelihood on a singularity.
 *
 * The likelihood of a mixture with components of their own widths is unbounded (Day 1969):
 * a component on few or nearly identical rows gains without describing anything. A
 * component is SPURIOUS if it has fewer than D + 1.5 rows, or if its covariance, with every
 * feature scaled to unit variance, has an eigenvalue below 1e-3; where all rows together
 * have one below 1e-3 the components are measured against that of all rows instead. A covariance
 * that all components share may be narrow, because they may lie far apart, but for an eigenvalue
 * below 1e-9: in some direction the rows of each component are then the same. It must rest on
 * D + K + 0.5 rows, 1 + K + 0.5 where only variances are estimated, and so must that of an only
 * component, which is not measured. A prior on covariances bounds the posterior:
 * then only a component without rows is a fault.
 */
#ifndef GMIX_SEARCH_SOUND_H
#define GMIX_SEARCH_SOUND_H

#include "data/survey.h"
#include "family/family.h"

typedef enum gmix_i_fault {
    GMIX_I_SOUND = 0,
    GMIX_I_NARROW,     /* an eigenvalue below the limit */
    GMIX_I_NARROW_ALL, /* an eigenvalue of the covariance that all share is next to 0 */
    GMIX_I_FEW,        /* fewer than D + 1.5 rows */
    GMIX_I_FEW_IN_ALL, /* too few rows for the covariance that all share */
    GMIX_I_EMPTY       /* no rows: weight 0 */
} gmix_i_fault;

/* The rows a component needs to be sound. */
static inline double gmix_i_rows_needed(size_t d) {
    return (double)d + 1.5;
}

/* The rows that the one covariance of all K components needs. */
double gmix_i_shared_rows_needed(const gmix_i_family *family, size_t k, size_t d);

/* Memory and units for judging. */
typedef struct gmix_i_judge {
    size_t d;
    bool has_prior;       /* on covariances: components may be few and narrow */
    bool cov_given;       /* covariances are frozen: no rows are needed for them */
    bool trims;           /* rows are left out: theirs is no spread to compare with */
    double n;             /* total weight, of the rows that are kept */
    double rows_needed;   /* by a component */
    double *variance;     /* D: of all rows, in the frame */
    double *step;         /* D: that values were rounded to, in the frame; 0: none */
    double *least, *work; /* cov_len; D^2 + cov_len */
} gmix_i_judge;

gmix_status gmix_i_judge_new(gmix_ctx *ctx, const gmix_i_shape *shape,
                             const gmix_i_survey *survey, const gmix_i_frame *frame,
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

/* Judges all components; faults (K) may be NULL. Returns how many are not sound. Cost:
 * K D^3 / 6. */
size_t gmix_i_judge_all(const gmix_i_judge *judge, const gmix_i_params *p,
                        gmix_i_fault *faults);

#endif
