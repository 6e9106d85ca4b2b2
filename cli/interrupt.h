/*
 * Ctrl-C and its like (SIGINT, SIGTERM, SIGHUP).
 *
 * While a fit runs, the first one asks it to end with the best model so far and the
 * second one kills. At all other times the first one kills. A kill removes the temporary
 * files of outputs, and so does the end of a command whose mapped input became shorter (SIGBUS). A
 * closed pipe and a limit of file sizes are errors of
 * the write (SIGPIPE and SIGXFSZ are ignored).
 */
#ifndef GMIX_CLI_INTERRUPT_H
#define GMIX_CLI_INTERRUPT_H

#include <stdbool.h>

void cli_interrupt_install(void);

/* Between true and false, the first signal only asks. */
void cli_interrupt_asks(bool asks);

/* The signal that came while asking was on; 0: none. */
int cli_interrupt_came(void);

/* A command has at most so many outputs open at a time. */
enum { CLI_TEMPORARIES = 4 };

/* A file to remove when killed, until it is spared. The text must stay valid so long. */
void cli_interrupt_removes(const char *path);
void cli_interrupt_spares(const char *path);

#endif
