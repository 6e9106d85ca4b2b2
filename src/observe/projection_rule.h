/*
 * Rows of which combinations of features were measured (data/projected.h) under a mixture: a rule of rows, which
 * takes the place of what the table's rows, that stand in for them, would count.
 */
#ifndef GMIX_OBSERVE_PROJECTION_RULE_H
#define GMIX_OBSERVE_PROJECTION_RULE_H

#include "family/family.h"

typedef struct gmix_i_projection_rule gmix_i_projection_rule;

/* Bytes of scratch that a thread needs. */
size_t gmix_i_projection_rule_work(const gmix_i_input *input);

gmix_status gmix_i_projection_rule_new(gmix_ctx *ctx, const gmix_i_shape *shape, size_t k,
                                       size_t d, const gmix_i_frame *frame,
                                       gmix_i_projection_rule **out);
void gmix_i_projection_rule_free(const gmix_allocator *from,
                                 gmix_i_projection_rule **rule);
gmix_status gmix_i_projection_rule_prepare(gmix_i_projection_rule *rule,
                                           const gmix_i_params *p, const double *centre);
/* The rows of the passes to come; none of them: the rule has nothing to say. */
void gmix_i_projection_rule_set(gmix_i_projection_rule *rule, const gmix_i_input *input);

/* As gmix_i_error_true_value(), of the tile's row i. */
void gmix_i_projection_true_value(const gmix_i_projection_rule *rule,
                                  const gmix_i_tile *tile, size_t i, size_t k,
                                  double *offset, double *cov, void *work);

/* Heeds the projections of the input, if it has some, in passes under q, which will own the rule. */
gmix_status gmix_i_prepared_heed_projections(gmix_ctx *ctx, const gmix_i_input *input,
                                             const gmix_i_frame *frame,
                                             gmix_i_prepared *q);

extern const gmix_i_row_rule_kind gmix_i_rule_projections;

#endif
