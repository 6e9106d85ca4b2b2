/* What a fit must know of its data and options before it begins. */
#ifndef GMIX_EM_SETUP_H
#define GMIX_EM_SETUP_H

#include <gmix/fit.h>

#include "data/survey.h"
#include "family/family.h"

/* Surveys the data and makes them ready for passes, whatever is missing: input points to the
 * patterns if there are incomplete rows to use. shape, opts->n_components: of the largest model
 * that will be fitted. */
gmix_status gmix_i_setup_survey(gmix_ctx *ctx, const gmix_fit_options *opts,
                                const gmix_i_shape *shape, gmix_i_input *input,
                                gmix_i_survey *survey, gmix_i_patterns *patterns);

/* What the options say of the steps that features were rounded to, or the rows of the input show. */
gmix_status gmix_i_setup_resolution(gmix_ctx *ctx, const gmix_fit_options *opts,
                                    const gmix_i_input *input, gmix_i_survey *survey);

/* K components need K rows; GMIX_ERR_DATA if there are fewer. They need distinct ones, K x D in
 * *rows, unless a given start makes do with a ridge: then rows is NULL. */
gmix_status gmix_i_setup_distinct(gmix_ctx *ctx, const gmix_i_input *input,
                                  const gmix_i_survey *survey, size_t k, double **rows);

/* Adds to the message of a fit of D features that had no memory for full matrices what to do. */
void gmix_i_setup_hint(gmix_ctx *ctx, gmix_status status, const gmix_i_family *family,
                       size_t d);

/* GMIX_ERR_OPTION if the family cannot keep to the bound on the ratio of eigenvalues that is
 * asked for. */
gmix_status gmix_i_setup_ratio(gmix_ctx *ctx, const gmix_fit_options *opts,
                               const gmix_i_family *family);

#endif
