/* --names and --order: components with names, and in an order that means something. */
#ifndef GMIX_CLI_COMPONENT_ARGS_H
#define GMIX_CLI_COMPONENT_ARGS_H

#include "session.h"

/* Are there as many names as components? 0, or 2 after saying so. */
int cli_arrange_check(const struct cli_args *args, size_t n_components);

/* Puts another model into *model, and moves its report along. 0, or an exit status. */
int cli_arrange(struct cli_session *session, const struct cli_args *args,
                gmix_model **model, gmix_report *report);

#endif
