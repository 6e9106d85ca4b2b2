/*
 * Rules: what the options ask of every E-step and M-step of a fit beyond the data: a prior,
 * frozen parameters, a noise component. Made once; runs and starts only point to them.
 */
#ifndef GMIX_INIT_RULES_H
#define GMIX_INIT_RULES_H

#include "data/survey.h"
#include "model/mixture.h"
#include "stats/statistics.h"

typedef struct gmix_i_rules {
    gmix_i_prior prior;
    gmix_i_hyper hyper; /* of a variational fit */
    gmix_i_frozen frozen;
    bool has_prior, has_frozen;
    double noise; /* weight of the noise component at the start; 0: none */
    gmix_i_noise_box box;
    double log_det; /* of the frame */
} gmix_i_rules;

struct gmix_i_start_task;

/* From a task's input, options, survey and frame; reads the data once if there is a prior. */
gmix_status gmix_i_rules_new(gmix_ctx *ctx, const struct gmix_i_start_task *task,
                             const gmix_i_family *family, gmix_i_rules *out);
void gmix_i_rules_free(gmix_ctx *ctx, gmix_i_rules *rules);

/* Parameters that are not free because they are frozen. */
size_t gmix_i_rules_n_frozen(const gmix_i_rules *rules, const gmix_i_family *family,
                             size_t d);

/* Hangs prior and frozen parameters on the constraints of an M-step. */
void gmix_i_rules_bind(const gmix_i_rules *rules, gmix_i_constraints *constraints);

/* var(data) in the frame from the moments of all rows, [n | s | S] about its origin; only its diagonal
 * if there are too few rows for more. variances: D, to work with. */
void gmix_i_variance_of(const gmix_i_shape *shape, const gmix_i_survey *survey,
                        const double *moments, double *variances, double *out);

/* The same of a given task's rows; missing cells are taken as the starts take them. out: cov_len. */
gmix_status gmix_i_data_variance(gmix_ctx *ctx, const struct gmix_i_start_task *given,
                                 const gmix_i_family *family, double *out);

/* The parts of gmix_i_rules_new(). */
gmix_status gmix_i_bayes_prior_new(gmix_ctx *ctx, const struct gmix_i_start_task *task,
                                   const gmix_i_family *family, gmix_i_rules *out);
gmix_status gmix_i_prior_new(gmix_ctx *ctx, const struct gmix_i_start_task *task,
                             const gmix_i_family *family, gmix_i_rules *out);
gmix_status gmix_i_frozen_new(gmix_ctx *ctx, const struct gmix_i_start_task *task,
                              const gmix_i_family *family, gmix_i_rules *out);

#endif
