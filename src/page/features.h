/* Which features tell the components apart, by the model alone. See facts.c. */
#ifndef GMIX_PAGE_FEATURES_H
#define GMIX_PAGE_FEATURES_H

#include "page/facts.h"

/* Fills sds, distance, spread, separation and order. */
gmix_status gmix_i_features_compare(gmix_ctx *ctx, const gmix_model *model,
                                    gmix_i_facts *facts);

#endif
