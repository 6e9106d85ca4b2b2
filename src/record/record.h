/* Filling a gmix_report: its arrays grow through the allocator that `owner` points to. */
#ifndef GMIX_RECORD_RECORD_H
#define GMIX_RECORD_RECORD_H

#include <gmix/fit.h>

#include "base/base.h"

/* Makes the report able to own arrays; call it once on a zeroed report. */
gmix_status gmix_i_report_own(gmix_ctx *ctx, gmix_report *report);

/* Adds a sentence to the warnings. */
gmix_status gmix_i_report_warn(gmix_ctx *ctx, gmix_report *report, const char *format,
                               ...) __attribute__((format(printf, 3, 4)));

/* Adds a log-likelihood to the trace. */
gmix_status gmix_i_report_trace(gmix_ctx *ctx, gmix_report *report,
                                double log_likelihood);

/* Makes room for n candidates, zeroed but for their numbers, which are NaN. */
gmix_status gmix_i_report_candidates(gmix_ctx *ctx, gmix_report *report, size_t n);

/* Says why a candidate of the report is not "ok". */
gmix_status gmix_i_report_reason(gmix_ctx *ctx, gmix_candidate *candidate,
                                 const char *reason);

/* The words of gmix_candidate.status, and those of its start that are no start of a fit. */
extern const char *const gmix_i_candidate_statuses[], *const gmix_i_candidate_starts[];

/* Standard errors, all 0, that own their arrays (errors_report.c). */
gmix_status gmix_i_errors_new(gmix_ctx *ctx, size_t k, size_t d, size_t n_covariances,
                              gmix_standard_errors *out);

/* Adds a row to those that were trimmed. */
gmix_status gmix_i_report_trimmed(gmix_ctx *ctx, gmix_report *report, size_t row);

/* The step that feature j < n_features was rounded to. */
gmix_status gmix_i_report_step(gmix_ctx *ctx, gmix_report *report, size_t j, double step);

/* An empty confusion table that owns its arrays. names: n. */
gmix_status gmix_i_confusion_new(gmix_ctx *ctx, size_t n, const char *const *names,
                                 gmix_confusion *out);

#endif
