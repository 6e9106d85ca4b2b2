/* Temporary files of commands that were killed. */
#ifndef GMIX_CLI_LEFTOVERS_H
#define GMIX_CLI_LEFTOVERS_H

/* Makes a temporary file beside target and locks it for as long as its descriptor is open; before
 * that it removes those of the same target that nobody has locked. *name: to be freed. The
 * descriptor, or -1 with errno set. */
int cli_temporary_open(const char *target, char **name);

#endif
