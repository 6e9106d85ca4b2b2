/*
 * Incomplete rows, as the judge looks at them.
 *
 * How many rows tell of a component's widths: a row of which component k has the share r tells of its
 * width along v what the observed cells say of v'x,
 *
 *     R^2 = c_o' Sigma_oo^-1 c_o / v' Sigma v,    c = Sigma v,
 *
 * so that sum_n r_nk R^2_n rows do: of a narrow direction only those whose cells along it were all seen.
 * Without this a component of a hundred rows may be singular on the five of them that are complete.
 */
#ifndef GMIX_SEARCH_INCOMPLETE_H
#define GMIX_SEARCH_INCOMPLETE_H

#include "data/survey.h"
#include "family/family.h"

/* Incomplete rows of a table: all, or some that stand for all. */
typedef struct gmix_i_incomplete {
    size_t n, d;
    double *x, *w;          /* n x D, in the frame, NaN where missing; n */
    double *r;              /* n x K: w times the responsibilities, of the last mixture */
    bool shared;            /* r is that of the mixture at hand */
    double *matrix, *block; /* D x D; D (D + 1) / 2: scratch */
    double *cells;          /* 2 D: scratch */
    size_t *order;          /* D */
} gmix_i_incomplete;

/* out->n is 0 for a stream, a table without incomplete rows, or one of too many features. */
gmix_status gmix_i_incomplete_new(gmix_ctx *ctx, const gmix_i_input *input,
                                  const gmix_i_survey *survey, const gmix_i_frame *frame,
                                  size_t k, gmix_i_incomplete *out);
void gmix_i_incomplete_free(gmix_ctx *ctx, gmix_i_incomplete *rows);

/* unseen[i] (D): the rows of component k, incomplete ones alone, that do not tell of its width along v_i.
 * axes: D x D, row i is Sigma v_i, with variances e[i] = v_i' Sigma v_i; NULL: v_i is feature i.
 * Cost: n D^3 / 2 where axes are given, and n K D^3 / 6 for a mixture's first component. */
void gmix_i_unseen_rows(gmix_i_incomplete *rows, const gmix_i_params *p, size_t k,
                        const double *axes, const double *e, double *unseen);

#endif
