/* The file names of a command line: none is empty, and the output is no input. */
#ifndef GMIX_CLI_FILE_NAMES_H
#define GMIX_CLI_FILE_NAMES_H

#include "options.h"

/* 0, or 2 after saying what is wrong. Nothing is read or written. */
int cli_file_names_check(const struct cli_args *args);

#endif
