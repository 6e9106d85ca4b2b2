/*
 * Cells of which bounds alone are known (bins of a histogram, values that were rounded, limits of detection),
 * for features that are uncorrelated within components: a cell from a to b has the probability
 *
 *     P_k = Phi((b - mu_k) / sd_k) - Phi((a - mu_k) / sd_k)
 *
 * in place of a density, and enters the statistics by the mean and the variance of the normal between the
 * bounds (Dempster, Laird & Rubin 1977, section 4.2; McLachlan & Jones 1988). A rule of rows.
 */
#ifndef GMIX_OBSERVE_BOUNDS_RULE_H
#define GMIX_OBSERVE_BOUNDS_RULE_H

#include "family/family.h"

typedef struct gmix_i_bounds_rule gmix_i_bounds_rule;

gmix_status gmix_i_bounds_rule_new(gmix_ctx *ctx, const gmix_i_shape *shape, size_t k,
                                   size_t d, gmix_i_bounds_rule **out);
void gmix_i_bounds_rule_free(const gmix_allocator *from, gmix_i_bounds_rule **rule);
void gmix_i_bounds_rule_prepare(gmix_i_bounds_rule *rule, const gmix_i_params *p,
                                const double *centre);

/* Heeds the bounds of the input, if it has some, in passes under q, which will own the rule. */
gmix_status gmix_i_prepared_heed_bounds(gmix_ctx *ctx, const gmix_i_input *input,
                                        gmix_i_prepared *q);

extern const gmix_i_row_rule_kind gmix_i_rule_bounds;

#endif
