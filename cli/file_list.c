/* Patterns of file names. See file_list.h. */
#include "file_list.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* Of FILE:/GROUP/NAME what is of the file: its length. */
static size_t file_part(const char *path) {
    const char *const within = strstr(path, ":/");
    return within ? (size_t)(within - path) : strlen(path);
}

double cli_file_size(const char *path) {
    struct stat info;
    char *const file = strdup(path);
    bool found = file && stat(file, &info) == 0;
    if (file && !found) {
        file[file_part(path)] = '\0';
        found = stat(file, &info) == 0;
    }
    free(file);
    return found ? (double)info.st_size : 0.0;
}

/* name, the data set behind it and all. */
static int append_with(struct cli_files *files, const char *name, const char *within) {
    const size_t n = strlen(name), m = strlen(within);
    char *const whole = malloc(n + m + 1);
    if (!whole) {
        return cli_complain("out of memory");
    }
    snprintf(whole, n + m + 1, "%s%s", name, within);
    const int failed = append(files, whole);
    free(whole);
    return failed;
}

/* A pattern of files; as 'run-*.h5:/group/name', of files with such a data set. */
static int append_matches(struct cli_files *files, const char *pattern) {
    glob_t found;
    const size_t n = file_part(pattern);
    char *const of_files = strdup(pattern);
    if (!of_files) {
        return cli_complain("out of memory");
    }
    of_files[n] = '\0';
    const bool any = glob(of_files, 0, NULL, &found) == 0;
    free(of_files);
    if (!any) {
        return cli_complain("there is no file %.*s", (int)n, pattern);
    }
    int failed = CLI_OK;
    for (size_t i = 0; i < found.gl_pathc && !failed; i++) {
        failed = append_with(files, found.gl_pathv[i], pattern + n);
    }
    globfree(&found);
    return failed;
}

/* True of a file that reads as a table without rows. Large ones have some. */
static bool has_no_rows(const char *path) {
    enum { LARGE = 1 << 20 };
    struct stat info;
    gmix_data *data = NULL;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > LARGE) {
        return false;
    }
    const gmix_status status = gmix_data_read(NULL, path, NULL, &data);
    gmix_data_free(&data);
    return status == GMIX_ERR_DATA;
}

/* Of several files those that have rows; of none, all: whoever reads them says why that will not do. */
static void drop_empty(bool quiet, struct cli_files *files) {
    size_t n = 0;
    bool *const empty = calloc(files->n + 1, sizeof *empty);
    for (size_t i = 0; empty && i < files->n; i++) {
        empty[i] = has_no_rows(files->at[i]);
        n += !empty[i];
    }
    for (size_t i = 0, to = 0, all = files->n; n > 0 && i < all; i++) {
        if (empty[i] && !quiet) {
            cli_complain("note: %s has no rows", files->at[i]);
        }
        if (empty[i]) {
            free(files->at[i]);
            files->n--;
        } else {
            files->at[to++] = files->at[i];
        }
    }
    free(empty);
}

/* A file that two patterns match: its rows count twice, which may be a slip. */
static void note_twice(const struct cli_files *files) {
    struct stat *const info = calloc(files->n + 1, sizeof *info);
    for (size_t i = 0; info && i < files->n; i++) {
        bool twice = false;
        if (stat(files->at[i], &info[i]) != 0) {
            continue;
        }
        for (size_t j = 0; j < i && !twice; j++) {
            twice = info[j].st_ino == info[i].st_ino && info[j].st_dev == info[i].st_dev;
        }
        if (twice) {
            cli_complain("note: %s is there twice", files->at[i]);
        }
    }
    free(info);
}

int cli_files_find(const struct cli_args *args, bool quiet, struct cli_files *files) {
    int failed = CLI_OK;
    for (size_t i = 0; i < args->n_operands && !failed; i++) {
        const char *const name = args->all[i];
        const bool is_pattern = strpbrk(name, "*?[") && access(name, F_OK) != 0;
        failed = is_pattern ? append_matches(files, name) : append(files, name);
    }
    if (!failed && files->n > 1) {
        drop_empty(quiet, files);
        if (!quiet) {
            note_twice(files);
        }
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
