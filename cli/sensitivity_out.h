/* --sensitivity: how much of a posterior hangs on its prior. */
#ifndef GMIX_CLI_SENSITIVITY_OUT_H
#define GMIX_CLI_SENSITIVITY_OUT_H

#include "session.h"

/* 0 unless it is asked for where there is no posterior. */
int cli_sensitivity_check(const struct cli_args *args);

/* Adds it to the report, if it is asked for. */
int cli_sensitivity_add(struct cli_session *session, const struct cli_args *args,
                        const gmix_table *table, const gmix_fit_options *opts,
                        const gmix_model *model, gmix_report *report);

#endif
