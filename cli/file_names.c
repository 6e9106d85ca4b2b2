/*
 * File names that cannot be meant. See file_names.h.
 *
 * An output replaces what was there, so it must not be a file that the command reads,
 * whatever the two are called: files are compared, not names. Devices and pipes may be
 * both.
 */
#include "file_names.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "complain.h"

static bool is_file(const char *path, struct stat *info) {
    const int failed =
        strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, info) : stat(path, info);
    return failed == 0 && S_ISREG(info->st_mode);
}

static bool same_file(const char *a, const char *b) {
    struct stat one, other;
    return is_file(a, &one) && is_file(b, &other) && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

/* The output of option `id` does not replace the input at path. */
static int check_pair(const struct cli_args *args, enum cli_id id, const char *path,
                      bool is_model) {
    const char *const output = args->values[id];
    if (!output || strcmp(output, "-") == 0 || !same_file(output, path)) {
        return CLI_OK;
    }
    const bool other = strcmp(output, path) != 0;
    return cli_usage_error(
        args->command->name, "the output%s%s is the same file as the %s: %s",
        other ? " " : "", other ? output : "", is_model ? "model" : "data",
        strcmp(path, "-") == 0 ? "standard input" : path);
}

/* Options that name a file to be written. */
static const enum cli_id outputs[] = {OPT_OUTPUT, OPT_REPORT, OPT_PLOT, OPT_MODEL_OUT};

enum { N_OUTPUTS = sizeof outputs / sizeof *outputs };

/* The input at path may be read, and no output replaces it. */
static int check_input(const struct cli_args *args, const char *path, bool is_model) {
    if (!path[0]) {
        return cli_usage_error(args->command->name, "an empty file name");
    }
    int failed = CLI_OK;
    for (size_t i = 0; i < N_OUTPUTS && !failed && !args->command->in_place; i++) {
        failed = check_pair(args, outputs[i], path, is_model);
    }
    return failed;
}

/* Outputs have names, and no two are one file. */
static int check_outputs(const struct cli_args *args) {
    for (size_t i = 0; i < N_OUTPUTS; i++) {
        const char *const one = args->values[outputs[i]];
        const struct cli_option *const option = cli_option(outputs[i]);
        if (one && !one[0]) {
            return option->letter
                       ? cli_usage_error(args->command->name, "-%c: an empty file name",
                                         option->letter)
                       : cli_usage_error(args->command->name, "--%s: an empty file name",
                                         option->name);
        }
        for (size_t j = 0; one && j < i; j++) {
            const char *const other = args->values[outputs[j]];
            if (other && (strcmp(one, other) == 0 || same_file(one, other))) {
                return cli_usage_error(args->command->name,
                                       "two outputs are the same file: %s", one);
            }
        }
    }
    return CLI_OK;
}

int cli_file_names_check(const struct cli_args *args) {
    const char *const start = args->values[OPT_INIT_MODEL];
    if (args->command->free_operands) {
        return CLI_OK;
    }
    int failed = check_outputs(args);
    static const enum cli_id inputs[] = {OPT_TRAIN, OPT_NEW};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs && !failed; i++) {
        const char *const path = args->values[inputs[i]];
        failed = path ? check_input(args, path, false) : CLI_OK;
    }
    if (!failed && start) {
        failed = check_input(args, start, true);
    }
    for (size_t i = 0; i < args->n_operands && !failed; i++) {
        const bool is_model = (i == 0 || args->command->many_operands) &&
                              strncmp(args->command->operands, "MODEL", 5) == 0;
        failed = check_input(args, args->all[i], is_model);
    }
    return failed;
}
