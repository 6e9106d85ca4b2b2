/*
 * Errors that all rows share. With S_0 a part of every S_n, rows are drawn from components with the
 * covariances U_k = V_k + S_0 and seen through errors S_n - S_0: a mixture as any other, in which U_k - S_0
 * is positive semidefinite, and that is what a family's floor keeps to. So EM works on U:
 *
 *   - a V_k that is best singular is reached in a few steps. EM on V comes ever closer to it, ever
 *     slower, and meanwhile its directions stop moving: their steps shrink with V's smallest eigenvalue;
 *   - rows whose errors are no larger are rows without errors, with the fast kernels. Where all errors are
 *     alike, the fit is that of the plain mixture with U_k >= S_0.
 *
 * For families that have a covariance V if they have V + S_0: those of free variances, and with
 * the smallest of all variances for those of one variance. Not where something is said of V besides:
 * a prior, a ridge, a bound on eigenvalues, a start; nor where plain steps are asked for.
 */
#ifndef GMIX_EM_SHARED_ERRORS_H
#define GMIX_EM_SHARED_ERRORS_H

#include "em/em.h"

/* The variance of feature j, in the data's units, that components' covariances contain. */
double gmix_i_shared_error(const gmix_i_input *input, const gmix_i_family *family,
                           const gmix_fit_options *opts, size_t j);

/* Sets em->rows, errors, shared. */
gmix_status gmix_i_em_share_errors(gmix_i_em *em, const gmix_i_input *input);

/* Covariances of true values get what em->shared has of errors. */
gmix_status gmix_i_em_contain_errors(const gmix_i_em *em, const gmix_i_frame *frame,
                                     gmix_i_params *params);

/* The model of such parameters: without the errors. */
gmix_status gmix_i_model_without_errors(gmix_ctx *ctx, const gmix_i_input *input,
                                        const gmix_fit_options *opts,
                                        const gmix_i_params *params,
                                        const gmix_i_frame *frame, gmix_model **model);

#endif
