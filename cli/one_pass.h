/* Online fits on the command line: of one pass, and gone on with. */
#ifndef GMIX_CLI_ONE_PASS_H
#define GMIX_CLI_ONE_PASS_H

#include "outfile.h"
#include "session.h"

/* 0, or 2 after saying which option is not for a fit of one pass. */
int cli_one_pass_check(const struct cli_args *args);

/* gmix fit --online: the rows of `first` and of the operands behind it, once. The model has its state. 0, or an
 * exit status after saying what is wrong. */
int cli_one_pass_fit(struct cli_session *session, const struct cli_args *args,
                     const gmix_table *first, const gmix_fit_options *opts,
                     gmix_model **model);

/* --forget, or -1. 0, or 2 after saying why not. */
int cli_forget(const struct cli_args *args, double *forget);

/* A line: how many rows, and how they were foretold. */
void cli_one_pass_say(struct cli_out *out, const gmix_model *model);

#endif
