/* A posterior as text, for summaries. */
#ifndef GMIX_REPORT_POSTERIOR_TEXT_H
#define GMIX_REPORT_POSTERIOR_TEXT_H

#include <gmix/bayes.h>
#include <gmix/report.h>

#include "text/text_buffer.h"

/* The bound, and the prior in words. */
void gmix_i_text_evidence(struct gmix_i_text *text, const gmix_model *model,
                          const gmix_report *report);

/* Credible intervals; nothing for a model without a posterior. */
gmix_status gmix_i_text_credible(struct gmix_i_text *text, const gmix_model *model);

/* What hangs on the prior; nothing if that was not asked for. */
void gmix_i_text_prior_changes(struct gmix_i_text *text, const gmix_report *report);

#endif
