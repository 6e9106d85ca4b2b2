/* What a person would type to get a result again. */
#ifndef GMIX_CLI_COMMAND_TEXT_H
#define GMIX_CLI_COMMAND_TEXT_H

#include "options.h"

/* "gmix fit data.csv -k 2": operands, then options in the order of the help, without those
 * that change nothing in the result (threads, other outputs, ...), words in quotes where a
 * shell needs them. free(); NULL: no memory. */
char *cli_command_text(const struct cli_args *args);

#endif
