/*
 * The ways to standard errors. Inside, a model's parameters stand in one row: K weights, the
 * noise component's, K x D means, the covariance layout.
 */
#ifndef GMIX_UNCERTAINTY_ERRORS_H
#define GMIX_UNCERTAINTY_ERRORS_H

#include <gmix/uncertainty.h>

#include "model/mixture.h"
#include "record/record.h"

/* What is to be done; everything has been checked. */
typedef struct gmix_i_errors_task {
    gmix_ctx *ctx;
    const gmix_table *x;
    const gmix_i_input *input; /* the same, with bounds and truncation beside the rows */
    const gmix_fit_options *opts;
    const gmix_model *model;
    gmix_standard_error_options how;
} gmix_i_errors_task;

static inline size_t gmix_i_errors_len(const gmix_model *m) {
    return m->k + 1 + m->k * m->d + gmix_i_family_layout_len(m->family, m->k, m->d);
}

/* Where parameter `at` of such a row goes: its error, lower and upper end. */
void gmix_i_errors_place(gmix_standard_errors *errors, size_t at, double *to[3]);

/* Each sets the members of `out` but for method and level. */
gmix_status gmix_i_errors_replicated(const gmix_i_errors_task *task, bool weighted,
                                     gmix_standard_errors *out);
gmix_status gmix_i_errors_informed(const gmix_i_errors_task *task,
                                   gmix_standard_errors *out);

#endif
