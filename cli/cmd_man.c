/*
 * Hidden commands: gmix __man [COMMAND] and __completion SHELL print what the build
 * installs; __fields tells which option sets which of the library's (for the tests).
 */
#include <string.h>

#include "command.h"
#include "complain.h"
#include "completion.h"
#include "manpage.h"
#include "outfile.h"

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

/* "max_iter --max-iter", one a line; "none" for an option that was forgotten. */
static int run_fields(const struct cli_args *args) {
    (void)args;
    static struct cli_out out;
    cli_out_open(&out, NULL);
    for (const gmix_option_info *info = gmix_fit_option_table(); info->name; info++) {
        const char *name = "none";
        for (const struct cli_use *use = cmd_fit.uses; use->id != OPT_NONE; use++) {
            const char *const field =
                use->id == OPT_GROUP ? NULL : cli_option(use->id)->field;
            if (field && strcmp(field, info->name) == 0) {
                name = cli_option(use->id)->name;
            }
        }
        cli_out_printf(&out, "%s --%s\n", info->name, name);
    }
    return cli_out_close(&out);
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

const struct cli_command cmd_fields = {
    .name = "__fields",
    .synopsis = "",
    .operands = "",
    .summary = "tell which option sets which field",
    .text = text,
    .uses = uses,
    .examples = examples,
    .hidden = true,
    .run = run_fields,
};
