/* Files that are read as they are. */
#ifndef GMIX_CLI_INFILE_H
#define GMIX_CLI_INFILE_H

#include <stddef.h>

/* The whole file: bytes to be freed, or NULL with errno set. */
char *cli_file_bytes(const char *path, size_t *size);

#endif
