/*
 * gmix: Gaussian mixtures from the command line.
 *
 * main finds the command, reads its options and runs it. What a command is called, takes
 * and prints as help is in its cmd_*.c; see command.h.
 */
#include <string.h>

#include "command.h"
#include "complain.h"
#include "interrupt.h"
#include "outfile.h"
#include "usage.h"

static int print_version(bool verbose) {
    gmix_build_info info;
    gmix_build_info_get(&info);
    struct cli_out out;
    cli_out_open(&out, NULL);
    cli_out_printf(&out, "gmix %s\n", info.version);
    if (verbose) {
        cli_out_printf(&out, "CPU level   %s\n", info.cpu_level);
        cli_out_printf(&out, "threading   %s\n", info.threading);
        cli_out_printf(&out, "threads     %d\n", info.n_threads);
        cli_out_printf(&out, "formats     %s\n", gmix_data_formats());
    }
    return cli_out_close(&out);
}

static const struct cli_use no_uses[] = {
    {OPT_VERSION, NULL}, {OPT_VERBOSE, NULL}, {OPT_NONE, NULL}};

/* Options without a command, as if they were those of `gmix help`. */
static int run_bare(int argc, char **argv) {
    struct cli_command bare = cmd_help;
    bare.uses = no_uses;
    struct cli_args args;
    const int failed = cli_parse(&bare, argc, argv, &args);
    if (failed) {
        return failed;
    }
    if (args.values[OPT_VERSION] || args.values[OPT_VERBOSE]) {
        return print_version(args.values[OPT_VERBOSE] != NULL);
    }
    return cli_usage_print(NULL);
}

int main(int argc, char **argv) {
    cli_out_guard();
    cli_interrupt_install();
    if (argc < 2 || (argv[1][0] == '-' && argv[1][1])) {
        return run_bare(argc - 1, argv + 1);
    }
    const struct cli_command *const command = cli_command_wanted(argv[1]);
    if (!command) {
        return CLI_BAD_USAGE;
    }
    struct cli_args args;
    const int failed = cli_parse(command, argc - 2, argv + 2, &args);
    if (failed) {
        return failed;
    }
    return args.values[OPT_HELP] ? cli_usage_print(command) : command->run(&args);
}
