/* Features of a model that options name. */
#ifndef GMIX_CLI_MODEL_FEATURES_H
#define GMIX_CLI_MODEL_FEATURES_H

#include "command.h"

/* Features that an option lists, with values behind "=" if `values` is given ("NA": NaN);
 * arrays for D entries are made, to be freed. */
int cli_features_parse(const struct cli_args *args, enum cli_id option,
                       const gmix_model *model, size_t *n, size_t **features,
                       double **values);

/* Numbers that an option lists, each within low .. high, exclusive. To be freed. */
int cli_numbers_parse(const struct cli_args *args, enum cli_id option, double low,
                      double high, size_t *n, double **numbers);

#endif
