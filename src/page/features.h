/* Which features tell the components apart, by the model alone. See facts.c. */
#ifndef GMIX_PAGE_FEATURES_H
#define GMIX_PAGE_FEATURES_H

#include "page/facts.h"

/* Fills sds, distance, spread, separation and order. */
void gmix_i_features_compare(const gmix_model *model, gmix_i_facts *facts);

#endif
