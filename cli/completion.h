/* Completion scripts from the tables of commands and options. */
#ifndef GMIX_CLI_COMPLETION_H
#define GMIX_CLI_COMPLETION_H

/* For "bash", "zsh" or "fish", on standard output. 2 for any other shell. */
int cli_completion_print(const char *shell);

#endif
