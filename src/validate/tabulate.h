/* Filling confusion tables. */
#ifndef GMIX_VALIDATE_TABULATE_H
#define GMIX_VALIDATE_TABULATE_H

#include <gmix/classes.h>

#include "record/record.h"

/* An empty table for the model's classes. */
gmix_status gmix_i_confusion_for(gmix_ctx *ctx, const gmix_model *model,
                                 gmix_confusion *out);

/* Adds the labelled rows of positive weight (weights: N, or NULL for ones), found to be of
 * classes found (N). */
gmix_status gmix_i_confusion_add(gmix_ctx *ctx, const gmix_model *model,
                                 const gmix_table *x, const double *weights,
                                 const int32_t *found, gmix_confusion *out);

/* Total and error rate. */
void gmix_i_confusion_sum_up(gmix_confusion *c);

#endif
