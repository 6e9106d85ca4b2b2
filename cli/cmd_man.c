/* gmix __man [COMMAND], gmix __completion SHELL: pages and completions for the build. */
#include <string.h>

#include "command.h"
#include "complain.h"
#include "completion.h"
#include "manpage.h"

static int run_man(const struct cli_args *args) {
    const struct cli_command *command = NULL;
    if (args->n_operands > 0 && strcmp(args->operands[0], "gmix") != 0) {
        command = cli_command_wanted(args->operands[0]);
        if (!command) {
            return CLI_BAD_USAGE;
        }
    }
    return cli_manpage_print(command);
}

static int run_completion(const struct cli_args *args) {
    return cli_completion_print(args->operands[0]);
}

static const char *const text[] = {NULL};
static const struct cli_use uses[] = {{OPT_NONE, NULL}};
static const struct cli_example examples[] = {{NULL, NULL}};

const struct cli_command cmd_man = {
    .name = "__man",
    .synopsis = "[COMMAND]",
    .operands = "COMMAND",
    .free_operands = true,
    .summary = "print a man page",
    .text = text,
    .uses = uses,
    .examples = examples,
    .hidden = true,
    .run = run_man,
};

const struct cli_command cmd_completion = {
    .name = "__completion",
    .synopsis = "bash|zsh|fish",
    .operands = "SHELL",
    .summary = "print a completion script",
    .text = text,
    .uses = uses,
    .examples = examples,
    .hidden = true,
    .run = run_completion,
};
