/*
 * EM runs of laws with factors over many features, where nothing is D x D: densities and statistics
 * are those of woodbury.h, and the M-step takes one step of parameter-expanded EM for the factors
 * (factor_step.c) about the new means, so that the log-likelihood does not fall. Memory O(K D q).
 */
#ifndef GMIX_EM_WIDE_RUN_H
#define GMIX_EM_WIDE_RUN_H

#include "em/em.h"
#include "family/factor_problem.h"
#include "family/woodbury.h"

/* K of each: weights, means (D), blocks of factor_law.h; one allocation behind weights. */
typedef struct gmix_i_wide_params {
    double *weights, *means, *blocks;
} gmix_i_wide_params;

typedef struct gmix_i_wide_run {
    gmix_ctx *ctx;
    const gmix_i_input *input;
    const gmix_i_frame *frame;
    const gmix_i_survey *survey; /* of the input */
    const gmix_fit_options *opts;
    const int32_t *class_of; /* K, or NULL */
    const gmix_i_kernels *kernels;
    size_t k, d, q, params_len;
    gmix_i_cut cut;
    gmix_i_scratches scratches;
    gmix_i_woodbury made; /* of current, or what starts put there */
    double *slots;        /* n_slots x len */
    size_t len;
    double *work; /* a tile's, for each thread */
    size_t work_len;
    gmix_i_factor_problem problem; /* its n, c, theta, variance are found by the M-step */
    double *memory;                /* of problem */
    double *n;                     /* K: problem.n */
    bool *at_floor; /* K, where a diagonal family says so: no matter here */
    gmix_i_wide_params current, accepted, before; /* before: accepted one step earlier */
    double *plain; /* blocks of the step from accepted, where current is extrapolated */
    double *trace;
    size_t n_trace, trace_capacity, n_iter;
    double log_likelihood, log_map, remaining_gain; /* of accepted */
    gmix_stop stop;
    size_t run, n_runs; /* for progress */
    double began;
} gmix_i_wide_run;

gmix_status gmix_i_wide_run_new(gmix_ctx *ctx, const gmix_i_input *input,
                                const gmix_i_frame *frame, const gmix_i_survey *survey,
                                const gmix_i_family *law, const gmix_fit_options *opts,
                                const int32_t *class_of, gmix_i_wide_run *out);
void gmix_i_wide_run_free(gmix_i_wide_run *r);

/*
 * Into current: rows go to the nearest of K centres (K x D, in the frame; NULL: labelled ones to their
 * class, others to all), and factors are what a few random directions show of the scatter there,
 *
 *     Lambda Lambda^T = S O^T (O S O^T)^-1 O S,   O: q x D, of random signs
 *
 * (Nystrom's approximation; Halko, Martinsson & Tropp 2011, 5.5). Cost: a pass.
 */
gmix_status gmix_i_wide_start(gmix_i_wide_run *r, const double *centres, uint64_t seed,
                              size_t run);

/*
 * EM from current, `limit` steps at most; ends as gmix_i_em_run() does. Every second step is
 * extrapolated in loadings and uniquenesses from it and the one before, and taken back if that
 * lowered the log-likelihood: uniquenesses that go to their floor creep there.
 */
gmix_status gmix_i_wide_em(gmix_i_wide_run *r, size_t limit, double tol);

/* The parts of both (wide_step.c): a pass with `made`, all sums at *total; how statistics become
 * parameters, `sketched` by those random directions. */
gmix_status gmix_i_wide_pass(gmix_i_wide_run *r, double **total);
void gmix_i_wide_update(gmix_i_wide_run *r, double *total, bool sketched);

#endif
