/* The member "fit" of a model file, read back into a report. */
#ifndef GMIX_FILES_REPORT_READ_H
#define GMIX_FILES_REPORT_READ_H

#include <gmix/files.h>

#include "files/json_in.h"

/* report is zeroed; the caller releases it, also after a failure. Members that are absent
 * stay zero; a real that is null becomes NaN. */
gmix_status gmix_i_report_from_json(gmix_ctx *ctx, const char *file, const json_t *fit,
                                    gmix_report *report);

/* Standard errors, where fit has some; sizes and family are already in the report
 * (errors_json.c). */
gmix_status gmix_i_errors_from_json(gmix_ctx *ctx, const char *file, const json_t *fit,
                                    gmix_report *report);

/* A confusion table, where fit has such a member (confusion_read.c). */
gmix_status gmix_i_confusion_from_json(gmix_ctx *ctx, const char *file, const json_t *fit,
                                       const char *member, gmix_confusion *out);

/* The candidates of a selection and what they were judged by, where fit has them
 * (candidates_read.c). */
gmix_status gmix_i_candidates_from_json(gmix_ctx *ctx, const char *file,
                                        const json_t *fit, gmix_report *report);

/* The static text in words (NULL-terminated) that the member `name`, called label in messages,
 * is equal to; *out is left alone where there is none. */
gmix_status gmix_i_json_get_word(gmix_ctx *ctx, const char *file, const char *label,
                                 const json_t *value, const char *const *words,
                                 const char **out);

#endif
