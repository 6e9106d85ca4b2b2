/* --sensitivity: how much of a posterior hangs on its prior. */
#ifndef GMIX_CLI_SENSITIVITY_OUT_H
#define GMIX_CLI_SENSITIVITY_OUT_H

#include "outfile.h"
#include "session.h"

/* 0 unless it is asked for where there is no posterior. */
int cli_sensitivity_check(const struct cli_args *args);

/* Prints the table, if it is asked for. */
int cli_sensitivity_put(struct cli_session *session, const struct cli_args *args,
                        const gmix_fit_options *opts, const gmix_model *model,
                        const gmix_table *table, struct cli_out *out);

#endif
