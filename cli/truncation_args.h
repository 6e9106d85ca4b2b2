/* --truncated LOW,HIGH: the bounds of a truncated sample. */
#ifndef GMIX_CLI_TRUNCATION_ARGS_H
#define GMIX_CLI_TRUNCATION_ARGS_H

#include "options.h"

/* Lets opts point to the bounds, if the option is there. */
int cli_truncation_parse(const struct cli_args *args, double bounds[2],
                         gmix_read_options *opts);

#endif
