/*
 * What single rows see of components, for derivatives (row_scores.h). Of a row x of the frame were measured
 * w = R x + e, e ~ N(0, S); under a component with the mean mu and the covariance Sigma let
 *
 *     T = R Sigma R^T + S,   A = R^T T^-1 R (D x D),   b = R^T T^-1 (w - R mu).
 *
 * For complete rows R is the identity, for incomplete ones what is left of it (so A is the inverse of the observed
 * block, 0 elsewhere), for projections a matrix of the row's own; S is that of the errors of measurement, or 0.
 */
#ifndef GMIX_UNCERTAINTY_ROW_VIEW_H
#define GMIX_UNCERTAINTY_ROW_VIEW_H

#include "data/pass.h"
#include "model/mixture.h"

/* Rows of an input, without errors and projections in its table but beside it, under a model. */
typedef struct gmix_i_row_viewer {
    const gmix_model *model;
    const gmix_i_input *input;
    gmix_i_rows cells;
} gmix_i_row_viewer;

/* One row, in somebody's memory. */
typedef struct gmix_i_row_view {
    size_t row, o;       /* o: numbers measured */
    bool plain;          /* complete and exact: A is the same for all such rows */
    const double *error; /* of the data's units; NULL: exact */
    double *x;           /* D: in the frame, NaN where missing; of projections nothing */
    size_t *seen;        /* o features, rising */
    double *work;
} gmix_i_row_view;

/* Doubles of memory that a view wants. */
size_t gmix_i_row_view_work(const gmix_i_input *input);

gmix_i_row_view gmix_i_row_view_of(const gmix_i_row_viewer *viewer, size_t row,
                                   double *work);

/* A of rows that are plain, under component k. work: as of a view. False if Sigma is not positive definite. */
bool gmix_i_row_view_plain(const gmix_i_row_viewer *viewer, size_t k, double *a,
                           double *work);

/* A and b (D) under component k; of plain rows b alone, by the A that is given. */
void gmix_i_row_view_look(const gmix_i_row_viewer *viewer, const gmix_i_row_view *view,
                          size_t k, double *a, double *b);

#endif
