/* What a person should know about a fit: the warnings of its report. */
#ifndef GMIX_SEARCH_FINDINGS_H
#define GMIX_SEARCH_FINDINGS_H

#include "record/record.h"
#include "search/crew.h"

/* Adds the warnings; names spurious components and the rows behind them (one pass, if there are
 * any). */
gmix_status gmix_i_findings(gmix_i_crew *crew, const gmix_i_candidate *best,
                            gmix_report *report);

/* Adds a warning for every row that makes up most of a component's variance, and every component
 * that is one row (outliers.c). One pass. */
gmix_status gmix_i_report_outliers(gmix_i_crew *crew, const gmix_i_candidate *best,
                                   gmix_report *report);

/* What trimming left out of the solution; *fillers becomes what the missing features of kept
 * rows count in its log-likelihood (stats/trim.h). Nothing happens without trimming, but that
 * *fillers is 0. The report owns arrays. */
gmix_status gmix_i_report_trimming(gmix_i_crew *crew, const gmix_i_candidate *best,
                                   gmix_report *report, double *fillers);

/* Fails with GMIX_ERR_SINGULAR and a sentence that names the first spurious component. */
gmix_status gmix_i_refuse_spurious(gmix_i_crew *crew, const gmix_i_candidate *best);

/* What may help where no number of components has a sound solution: part of a sentence. */
const char *gmix_i_sound_advice(const gmix_i_family *family, size_t d);

/* The same where a component of a class is spurious: the class keeps its components. */
const char *gmix_i_class_advice(const gmix_i_family *family, size_t per_class);

/* A sentence on the first spurious component; "" if there is none. */
gmix_status gmix_i_first_fault(gmix_i_crew *crew, const gmix_i_candidate *best,
                               char *text, size_t size);

/* Warns where means cannot be held in the data's units, and makes the report that of the model. */
gmix_status gmix_i_say_what_is_held(gmix_ctx *ctx, const gmix_i_plan *plan,
                                    const gmix_model *model, const gmix_i_params *p,
                                    gmix_report *report);

/* Pairs of features that no row has together; components without scatter beyond the errors. */
gmix_status gmix_i_observed_findings(gmix_i_crew *crew, const gmix_i_candidate *best,
                                     gmix_report *report);

#endif
