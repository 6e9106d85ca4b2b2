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

/* The input at path may be read, and the output does not replace it. */
static int check_input(const struct cli_args *args, const char *path, bool is_model) {
    const char *const output = args->values[OPT_OUTPUT];
    struct stat in, out;
    if (!path[0]) {
        return cli_usage_error(args->command->name, "an empty file name");
    }
    if (!output || strcmp(output, "-") == 0 || !is_file(output, &out) ||
        !is_file(path, &in) || in.st_dev != out.st_dev || in.st_ino != out.st_ino) {
        return CLI_OK;
    }
    const bool other = strcmp(output, path) != 0;
    return cli_usage_error(
        args->command->name, "the output%s%s is the same file as the %s: %s",
        other ? " " : "", other ? output : "", is_model ? "model" : "data",
        strcmp(path, "-") == 0 ? "standard input" : path);
}

int cli_file_names_check(const struct cli_args *args) {
    const char *const output = args->values[OPT_OUTPUT];
    const char *const start = args->values[OPT_INIT_MODEL];
    if (args->command->free_operands) {
        return CLI_OK;
    }
    if (output && !output[0]) {
        return cli_usage_error(args->command->name, "-o: an empty file name");
    }
    int failed = start ? check_input(args, start, true) : CLI_OK;
    for (size_t i = 0; i < args->n_operands && !failed; i++) {
        const bool is_model = i == 0 && strncmp(args->command->operands, "MODEL", 5) == 0;
        failed = check_input(args, args->operands[i], is_model);
    }
    return failed;
}
