/*
 * Extreme deconvolution (Bovy, Hogg & Roweis 2011, doi:10.1214/10-AOAS439): components are those of the
 * true values, rows are seen through errors of measurement,
 *
 *     p(x_n) = sum_k pi_k N(x_n | mu_k, V_k + S_n),
 *
 * and a row enters the statistics by the mean and the covariance of its true value under each
 * component, as an incomplete row does by those of its missing cells: the family's M-step stays as it
 * is. A rule of rows (family/row_rule.h): rows without errors are left to the others.
 */
#ifndef GMIX_OBSERVE_ERROR_RULE_H
#define GMIX_OBSERVE_ERROR_RULE_H

#include "family/family.h"
#include "observe/error_rows.h"

typedef struct gmix_i_error_rule gmix_i_error_rule;

/* Bytes of scratch that a thread needs for tiles of so many rows, if the input has errors; else 0. */
size_t gmix_i_error_work(const gmix_i_input *input, size_t rows);

/* The larger of this and what incomplete rows want. */
size_t gmix_i_observe_work(const gmix_i_input *input, const gmix_i_shape *shape,
                           size_t rows);

/* Heeds the errors of the input, if it has some, in passes under q, which will own the rule. */
gmix_status gmix_i_prepared_heed_errors(gmix_ctx *ctx, const gmix_i_input *input,
                                        gmix_i_prepared *q);

/* The rule by itself: to be prepared for parameters, added to rules and released by its owner. */
gmix_status gmix_i_error_rule_new(gmix_ctx *ctx, const gmix_i_shape *shape, size_t k,
                                  size_t d, gmix_i_error_rule **out);
void gmix_i_error_rule_free(const gmix_allocator *from, gmix_i_error_rule **rule);
gmix_status gmix_i_error_rule_prepare(gmix_i_error_rule *rule, const gmix_i_params *p,
                                      const double *centre);

/* The true value of the tile's index-th row with errors under component k: its mean less that of the
 * component (D) and its covariance (packed lower). */
void gmix_i_error_true_value(const gmix_i_error_rule *rule, const gmix_i_tile *tile,
                             size_t index, size_t k, double *offset, double *cov,
                             void *work);

/* For rules of rows that are seen otherwise: a component as loops want it; and what they added up for it (see
 * error_rows.h) as statistics about the centre. work: D^2 + D. */
gmix_i_error_component gmix_i_error_rule_component(const gmix_i_error_rule *rule,
                                                   size_t k);
void gmix_i_error_rule_add(const gmix_i_error_rule *rule, size_t k, const double *sums,
                           double *work, double *stats);

extern const gmix_i_row_rule_kind gmix_i_rule_errors;

#endif
