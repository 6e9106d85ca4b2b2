/* What is said of the rows of a tile, taken from its evaluation. Outputs begin with its first row. */
#ifndef GMIX_INFER_TAKE_H
#define GMIX_INFER_TAKE_H

#include "infer/apply.h"

/* n: finite, 0 for a row without any cell. */
void gmix_i_take_densities(const gmix_model *model, const gmix_i_tile_result *r,
                           double *out);

/* n x K. */
void gmix_i_take_responsibilities(const gmix_model *model, const gmix_i_tile_result *r,
                                  double *out);

/* The first component of the largest responsibility, or -1 for noise, and how large it is. n each,
 * or NULL. */
void gmix_i_take_labels(const gmix_model *model, const gmix_i_tile_result *r,
                        int32_t *label, double *certainty);

/* The first class of the largest sum of responsibilities, -1 where noise has more than any. n. */
void gmix_i_take_classes(const gmix_model *model, const gmix_i_tile_result *r,
                         int32_t *out);

#endif
