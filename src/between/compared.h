/* Two mixtures compared, by closed forms alone if nothing else is wanted. */
#ifndef GMIX_BETWEEN_COMPARED_H
#define GMIX_BETWEEN_COMPARED_H

#include <gmix/divergence.h>

#include "base/base.h"

/* As gmix_compare_models(); whole: false leaves out what is integrated or drawn. */
gmix_status gmix_i_compare_models(gmix_ctx *ctx, const gmix_model *p, const gmix_model *q,
                                  const gmix_divergence_options *opts, bool whole,
                                  gmix_divergences *out);

#endif
