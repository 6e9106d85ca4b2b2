/* --help: what the commands and their options do, for a terminal 80 wide. */
#ifndef GMIX_CLI_USAGE_H
#define GMIX_CLI_USAGE_H

#include "command.h"

/* Help on a command, or the overview for NULL, on standard output. Exit status. */
int cli_usage_print(const struct cli_command *command);

/* What an option does, with its choices and default. */
void cli_usage_sentence(const struct cli_use *use, char *text, size_t size);

#endif
