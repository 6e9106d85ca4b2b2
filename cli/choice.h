/* Whether a command line of gmix fit asks for a choice among models, and the choice. */
#ifndef GMIX_CLI_CHOICE_H
#define GMIX_CLI_CHOICE_H

#include <stdbool.h>

#include "options.h"
#include "session.h"

/* True for a range or list of components, auto, several families, or a criterion. */
bool cli_choice_wanted(const struct cli_args *args);

/* What is to be chosen from; it points into the command line. 0, or 2 after saying why not. */
struct cli_choice {
    gmix_select_options opts;
    char components[32];
};
int cli_choice_options(const struct cli_args *args, const gmix_fit_options *fit,
                       struct cli_choice *choice);

/* What the library says against it, in the words of the command line: the exit status. */
int cli_choice_failed(const gmix_ctx *ctx, gmix_status status, const char *path);

/* Chooses; says what is wrong where it fails. fit: n_components, where -k is not given, and
 * everything else but family and -k; it becomes that of the model chosen. */
int cli_choice_run(struct cli_session *session, const struct cli_args *args,
                   const gmix_table *table, gmix_fit_options *fit, gmix_model **model,
                   gmix_report *report);

#endif
