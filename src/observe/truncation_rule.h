/*
 * A sample of one feature that is truncated: of rows beyond a and b nothing is known, not even their number.
 * Those within have the density
 *
 *     p(x | a < X < b) = sum_k pi_k N(x | mu_k, sd_k^2) / P,   P = sum_k pi_k P_k,
 *     P_k = Phi((b - mu_k) / sd_k) - Phi((a - mu_k) / sd_k),
 *
 * and the parameters are those of the whole population. A row that was seen stands for pi_k (1 - P_k) / P rows
 * of component k that were not, which enter its statistics by their moments beyond the bounds (McLachlan &
 * Jones 1988, doi:10.2307/2531869, section 3). A rule of rows.
 */
#ifndef GMIX_OBSERVE_TRUNCATION_RULE_H
#define GMIX_OBSERVE_TRUNCATION_RULE_H

#include "family/family.h"

typedef struct gmix_i_truncation_rule gmix_i_truncation_rule;

gmix_status gmix_i_truncation_rule_new(gmix_ctx *ctx, const gmix_i_shape *shape, size_t k,
                                       gmix_i_truncation_rule **out);
/* Two bounds in the data's units, or NULL: the sample is whole. To be prepared after that. */
void gmix_i_truncation_rule_set(gmix_i_truncation_rule *rule, const gmix_i_frame *frame,
                                const double *bounds);
void gmix_i_truncation_rule_free(const gmix_allocator *from,
                                 gmix_i_truncation_rule **rule);

/* GMIX_ERR_SINGULAR if the mixture has next to nothing between the bounds. */
gmix_status gmix_i_truncation_rule_prepare(gmix_i_truncation_rule *rule,
                                           const gmix_i_params *p, const double *centre);

/* P_k; bounds in the data's units. */
double gmix_i_share_between(const gmix_i_shape *shape, const gmix_i_params *p, size_t k,
                            const gmix_i_frame *frame, const double *bounds);

/* Heeds the truncation of the input, if there is one, in passes under q, which will own the rule. */
gmix_status gmix_i_prepared_heed_truncation(gmix_ctx *ctx, const gmix_i_input *input,
                                            const gmix_i_frame *frame,
                                            gmix_i_prepared *q);

extern const gmix_i_row_rule_kind gmix_i_rule_truncation;

#endif
