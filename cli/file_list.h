/* Files that operands name, one by one or by patterns. */
#ifndef GMIX_CLI_FILE_LIST_H
#define GMIX_CLI_FILE_LIST_H

#include "options.h"

struct cli_files {
    char **at;
    size_t n;
};

/* An operand that is no file, and has * ? or [, stands for the files that it matches, by name;
 * 'run-*.h5:/group/name' for that data set of each. Of several files those
 * without rows, as programs that write parts leave them, are left out, with a note. To be freed in either case. 0,
 * or 1 after saying that there are none. */
int cli_files_find(const struct cli_args *args, bool quiet, struct cli_files *files);

/* Bytes of a file, and of the one that a data set of HDF5 is in; 0 if there is none. */
double cli_file_size(const char *path);

void cli_files_free(struct cli_files *files);

#endif
