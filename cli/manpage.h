/* Man pages from the tables of commands and options. */
#ifndef GMIX_CLI_MANPAGE_H
#define GMIX_CLI_MANPAGE_H

#include "command.h"

/* The page of a command, or of gmix itself for NULL, as roff on standard output. */
int cli_manpage_print(const struct cli_command *command);

#endif
