/* Patterns of file names. See file_list.h. */
#include "file_list.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "complain.h"

static int append(struct cli_files *files, const char *name) {
    char **const more = realloc(files->at, (files->n + 1) * sizeof *more);
    char *const copy = more ? strdup(name) : NULL;
    files->at = more ? more : files->at;
    if (!copy) {
        return cli_complain("out of memory");
    }
    files->at[files->n++] = copy;
    return CLI_OK;
}

static int append_matches(struct cli_files *files, const char *pattern) {
    glob_t found;
    if (glob(pattern, 0, NULL, &found) != 0) {
        return cli_complain("there is no file %s", pattern);
    }
    int failed = CLI_OK;
    for (size_t i = 0; i < found.gl_pathc && !failed; i++) {
        failed = append(files, found.gl_pathv[i]);
    }
    globfree(&found);
    return failed;
}

int cli_files_find(const struct cli_args *args, struct cli_files *files) {
    int failed = CLI_OK;
    for (size_t i = 0; i < args->n_operands && !failed; i++) {
        const char *const name = args->all[i];
        const bool is_pattern = strpbrk(name, "*?[") && access(name, F_OK) != 0;
        failed = is_pattern ? append_matches(files, name) : append(files, name);
    }
    return failed;
}

void cli_files_free(struct cli_files *files) {
    for (size_t i = 0; i < files->n; i++) {
        free(files->at[i]);
    }
    free(files->at);
    *files = (struct cli_files){0};
}
