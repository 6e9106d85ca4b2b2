/* The list of commands. See command.h. */
#include "command.h"

#include <string.h>

#include "complain.h"

const struct cli_command *const cli_commands[] = {
    &cmd_fit,       &cmd_update,     &cmd_predict,
    &cmd_score,     &cmd_impute,     &cmd_denoise,
    &cmd_sample,    &cmd_show,       &cmd_rename,
    &cmd_anomalies, &cmd_clusters,   &cmd_project,
    &cmd_factors,   &cmd_regress,    &cmd_condition,
    &cmd_marginal,  &cmd_transform,  &cmd_product,
    &cmd_cdf,       &cmd_quantile,   &cmd_hdr,
    &cmd_modes,     &cmd_mahal,      &cmd_compare_models,
    &cmd_distances, &cmd_reduce,     &cmd_boundaries,
    &cmd_test_fit,  &cmd_evaluate,   &cmd_plot,
    &cmd_report,    &cmd_compare,    &cmd_test_k,
    &cmd_posterior, &cmd_begin,      &cmd_pass,
    &cmd_merge,     &cmd_bench,      &cmd_help,
    &cmd_man,       &cmd_completion, &cmd_fields,
    NULL,
};

const struct cli_example cli_exit_statuses[] = {
    {"0", "Done. This includes a fit that ended at a limit or by Ctrl-C with its best "
          "model so far written: its summary and its JSON say so."},
    {"1", "The data or the model is at fault, or something could not be read or written. "
          "Nothing was left half-written."},
    {"2", "The command line is at fault."},
    {NULL, NULL},
};

const struct cli_command *cli_command_find(const char *name) {
    for (const struct cli_command *const *c = cli_commands; *c; c++) {
        if (strcmp((*c)->name, name) == 0) {
            return *c;
        }
    }
    return NULL;
}

const struct cli_command *cli_command_wanted(const char *name) {
    const struct cli_command *const found = cli_command_find(name);
    if (!found) {
        const char *names[sizeof cli_commands / sizeof *cli_commands];
        size_t n = 0;
        for (const struct cli_command *const *c = cli_commands; *c; c++) {
            if (!(*c)->hidden) {
                names[n++] = (*c)->name;
            }
        }
        cli_usage_error(NULL, "there is no command '%s'%s", name,
                        cli_did_you_mean("gmix ", name, names, n));
    }
    return found;
}

size_t cli_command_n_operands(const struct cli_command *command) {
    size_t n = command->operands[0] != '\0';
    for (const char *c = command->operands; *c; c++) {
        n += *c == ' ';
    }
    return n;
}
