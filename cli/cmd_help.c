/* gmix help [COMMAND]. */
#include "command.h"
#include "complain.h"
#include "usage.h"

static int run(const struct cli_args *args) {
    if (args->n_operands == 0) {
        return cli_usage_print(NULL);
    }
    const struct cli_command *const command = cli_command_wanted(args->operands[0]);
    return command ? cli_usage_print(command) : CLI_BAD_USAGE;
}

static const char *const text[] = {
    "Without a command it lists all commands; 'gmix COMMAND --help' prints the same.",
    NULL,
};
static const struct cli_use uses[] = {{OPT_NONE, NULL}};
static const struct cli_example examples[] = {
    {"gmix help fit", "explain fitting and all its options"},
    {NULL, NULL},
};

const struct cli_command cmd_help = {
    .name = "help",
    .synopsis = "[COMMAND]",
    .operands = "COMMAND",
    .free_operands = true,
    .summary = "explain a command",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
