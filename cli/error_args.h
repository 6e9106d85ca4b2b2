/* Standard errors as the options --se, --replicates and --level ask for. */
#ifndef GMIX_CLI_ERROR_ARGS_H
#define GMIX_CLI_ERROR_ARGS_H

#include "session.h"

/* Checks the options. 0, or 2 after saying what is wrong. */
int cli_errors_check(const struct cli_args *args);

/* Adds standard errors of a fit to its report, if they are asked for. 0, or an exit status
 * after saying why there are none; one that was interrupted goes without. */
int cli_errors_add(struct cli_session *session, const struct cli_args *args,
                   const gmix_table *table, const gmix_fit_options *opts,
                   const gmix_model *model, gmix_report *report);

/* --level, a number between 0 and 1; *level stays if it is not given. */
int cli_level(const struct cli_args *args, double *level);

#endif
