/* What hangs on the prior, as a part of a report: docs/cli-json.md. */
#ifndef GMIX_FILES_SENSITIVITY_JSON_H
#define GMIX_FILES_SENSITIVITY_JSON_H

#include <gmix/report.h>

#include "files/json_in.h"
#include "files/json_out.h"

void gmix_i_json_prior_changes(struct gmix_i_json *json, const gmix_report *report);

/* Into the report, which stays as it is where the file has none. */
gmix_status gmix_i_prior_changes_from_json(gmix_ctx *ctx, const char *file,
                                           const json_t *fit, gmix_report *report);

#endif
