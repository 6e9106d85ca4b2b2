/* Divergences that are integrals, by quadrature or by draws. */
#ifndef GMIX_BETWEEN_INTEGRALS_H
#define GMIX_BETWEEN_INTEGRALS_H

#include <gmix/divergence.h>

#include "between/gaussians.h"

/* Of one feature. */
gmix_status gmix_i_divergences_exact(gmix_ctx *ctx, const gmix_model *p,
                                     const gmix_model *q, gmix_divergences *out);

/* Of several; p and q have the same features in one order. */
gmix_status gmix_i_divergences_drawn(gmix_ctx *ctx, const gmix_model *p,
                                     const gmix_model *q,
                                     const gmix_divergence_options *opts,
                                     gmix_divergences *out);

#endif
