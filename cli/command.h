/*
 * Commands: what each is called, takes and does. To add one, write cmd_NAME.c with its
 * `const struct cli_command`, and give it a line in commands.c and in meson.build.
 */
#ifndef GMIX_CLI_COMMAND_H
#define GMIX_CLI_COMMAND_H

#include "options.h"

struct cli_example {
    const char *line; /* a command line that works as it stands */
    const char *what; /* what it does */
};

struct cli_command {
    const char *name;
    const char *synopsis;               /* operands and options as in "DATA -k K" */
    const char *operands;               /* "MODEL DATA": how many, and their names */
    const char *summary;                /* half a sentence, no full stop */
    const char *const *text;            /* paragraphs, NULL-terminated */
    const struct cli_use *uses;         /* its options */
    const struct cli_example *examples; /* the last one's line is NULL */
    bool hidden;                        /* not in help */
    size_t n_optional;                  /* operands at the end that may be left out */
    bool free_operands;                 /* any number of operands up to the limit */
    bool many_operands;                 /* any number of the last operand */
    bool in_place;                      /* the output may replace the operand */
    int (*run)(const struct cli_args *args); /* gives the exit status */
};

/* All commands, NULL-terminated, in the order of the help. */
extern const struct cli_command *const cli_commands[];

/* The command of that name, or NULL. */
const struct cli_command *cli_command_find(const char *name);

/* Finds a command or says what is wrong and names the nearest. */
const struct cli_command *cli_command_wanted(const char *name);

size_t cli_command_n_operands(const struct cli_command *command);

/* The exit statuses of every command, for help and man pages. */
extern const struct cli_example cli_exit_statuses[];

extern const struct cli_command cmd_fit, cmd_predict, cmd_score, cmd_impute, cmd_sample,
    cmd_show, cmd_anomalies, cmd_clusters, cmd_evaluate, cmd_project, cmd_plot,
    cmd_report, cmd_compare, cmd_test_k, cmd_bench, cmd_help, cmd_man, cmd_completion,
    cmd_fields, cmd_condition, cmd_marginal, cmd_transform, cmd_product, cmd_regress,
    cmd_quantile, cmd_cdf, cmd_hdr, cmd_modes, cmd_mahal, cmd_compare_models,
    cmd_distances, cmd_reduce, cmd_boundaries, cmd_rename, cmd_test_fit, cmd_begin,
    cmd_pass, cmd_merge, cmd_denoise, cmd_factors, cmd_update, cmd_posterior;

#endif
