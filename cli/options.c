/* The table of options, and the reading of command lines. See options.h; what their values
 * mean is in option_values.c. */
#include "options.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "complain.h"
#include "file_names.h"
#include "together.h"

const gmix_option_info *cli_option_field(const struct cli_option *option) {
    const gmix_option_info *info =
        option->table ? option->table() : gmix_fit_option_table();
    for (; option->field && info->name; info++) {
        if (strcmp(info->name, option->field) == 0) {
            return info;
        }
    }
    return NULL;
}

/* The library's starts but for those a command line has no way to give. */
static const char *const *init_names(void) {
    enum { MOST = 32 };
    static const char *names[MOST];
    size_t n = 0;
    for (const char *const *name = gmix_init_names(); *name && n + 1 < MOST; name++) {
        if (strcmp(*name, "labels") != 0 && strcmp(*name, "memberships") != 0) {
            names[n++] = *name;
        }
    }
    names[n] = NULL;
    return names;
}

const char *const *cli_option_choices(const struct cli_option *option) {
    const gmix_option_info *const info = cli_option_field(option);
    if (option->names) {
        return option->names();
    }
    if (option->choices || !info) {
        return option->choices;
    }
    return strcmp(info->name, "init") == 0 ? init_names() : info->choices;
}

const char *cli_use_help(const struct cli_use *use) {
    if (use->help) {
        return use->help;
    }
    const struct cli_option *const option = cli_option(use->id);
    const gmix_option_info *const info = cli_option_field(option);
    return option->help ? option->help : info ? info->help : "";
}

/* The options a command knows, --help among them: by letter or by name. */
static enum cli_id find_use(const struct cli_command *command, char letter,
                            const char *name, size_t length) {
    for (const struct cli_use *use = command->uses;; use++) {
        const enum cli_id id = use->id == OPT_NONE ? OPT_HELP : use->id;
        const struct cli_option *const option = cli_option(id);
        if (id != OPT_GROUP && (name ? strlen(option->name) == length &&
                                           strncmp(option->name, name, length) == 0
                                     : option->letter == letter)) {
            return id;
        }
        if (use->id == OPT_NONE) {
            return OPT_NONE;
        }
    }
}

/* Where help on a command's options is: those without a command are in the overview. */
static const char *help_topic(const struct cli_command *command) {
    return command->run == cmd_help.run ? NULL : command->name;
}

static int unknown_option(const struct cli_command *command, const char *name,
                          size_t length) {
    const char *names[OPT_COUNT];
    size_t n = 0;
    for (const struct cli_use *use = command->uses; use->id != OPT_NONE; use++) {
        if (use->id != OPT_GROUP && !cli_option(use->id)->hidden) {
            names[n++] = cli_option(use->id)->name;
        }
    }
    names[n++] = cli_option(OPT_HELP)->name;
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)(length < 63 ? length : 63), name);
    return cli_usage_error(help_topic(command), "unknown option '--%s'%s", word,
                           cli_did_you_mean("--", word, names, n));
}

/* Of numbers and words the last one counts; of lists the others would be lost without a word. */
static int refuse_second_list(const struct cli_command *command,
                              const struct cli_args *args, enum cli_id id) {
    const struct cli_option *const option = cli_option(id);
    if (option->value && args->values[id] && strstr(option->value, "...")) {
        return cli_usage_error(command->name,
                               "--%s is there twice: list all at once, --%s %s",
                               option->name, option->name, option->value);
    }
    return CLI_OK;
}

/* "--name", "--name=value" or "--name value"; *i moves on if the value is the next. */
static int parse_long(const struct cli_command *command, int argc, char **argv, int *i,
                      struct cli_args *args) {
    const char *const name = argv[*i] + 2;
    const size_t length = strcspn(name, "=");
    const enum cli_id id = find_use(command, 0, name, length);
    if (id == OPT_NONE) {
        return unknown_option(command, name, length);
    }
    const struct cli_option *const option = cli_option(id);
    if (refuse_second_list(command, args, id)) {
        return CLI_BAD_USAGE;
    }
    if (!option->value) {
        if (name[length] == '=') {
            return cli_usage_error(command->name, "--%s takes no value", option->name);
        }
        args->values[id] = "";
    } else if (name[length] == '=') {
        args->values[id] = name + length + 1;
    } else if (*i + 1 < argc) {
        args->values[id] = argv[++*i];
    } else {
        return cli_usage_error(command->name, "--%s needs a value: --%s %s", option->name,
                               option->name, option->value);
    }
    return CLI_OK;
}

/* "-q", "-qk3", "-k 3": flags may be grouped, a value ends the group. */
static int parse_short(const struct cli_command *command, int argc, char **argv, int *i,
                       struct cli_args *args) {
    for (const char *c = argv[*i] + 1; *c; c++) {
        const enum cli_id id = find_use(command, *c, NULL, 0);
        if (id == OPT_NONE) {
            return cli_usage_error(help_topic(command), "unknown option '-%c'", *c);
        }
        if (!cli_option(id)->value) {
            args->values[id] = "";
            continue;
        }
        if (c[1]) {
            args->values[id] = c + 1 + (c[1] == '=');
        } else if (*i + 1 < argc) {
            args->values[id] = argv[++*i];
        } else {
            return cli_usage_error(command->name, "-%c needs a value: -%c %s", *c, *c,
                                   cli_option(id)->value);
        }
        return CLI_OK;
    }
    return CLI_OK;
}

static bool is_stdin(const char *path) {
    return path && strcmp(path, "-") == 0;
}

static int check_operands(const struct cli_args *args) {
    const struct cli_command *const command = args->command;
    int n_stdin = is_stdin(args->values[OPT_INIT_MODEL]) +
                  is_stdin(args->values[OPT_TRAIN]) + is_stdin(args->values[OPT_NEW]);
    for (size_t i = 0; i < args->n_operands; i++) {
        n_stdin += is_stdin(args->all[i]);
    }
    if (n_stdin > 1) {
        return cli_usage_error(command->name, "only one file can be standard input (-)");
    }
    const size_t wanted = cli_command_n_operands(command);
    if (args->n_operands + command->n_optional < wanted && !command->free_operands) {
        return cli_usage_error(command->name, "say what to work on: %s %s %s",
                               cli_program, command->name, command->synopsis);
    }
    const int failed = cli_together_check(args);
    return failed ? failed : cli_file_names_check(args);
}

int cli_parse(const struct cli_command *command, int argc, char **argv,
              struct cli_args *args) {
    *args = (struct cli_args){.command = command};
    const size_t limit =
        command->many_operands ? SIZE_MAX : cli_command_n_operands(command);
    args->all = argv;
    bool options = true;
    for (int i = 0; i < argc && !args->values[OPT_HELP]; i++) {
        const char *const word = argv[i];
        int failed = CLI_OK;
        if (options && strcmp(word, "--") == 0) {
            options = false;
        } else if (options && word[0] == '-' && word[1] == '-') {
            failed = parse_long(command, argc, argv, &i, args);
        } else if (options && word[0] == '-' && word[1]) {
            failed = parse_short(command, argc, argv, &i, args);
        } else if (args->n_operands == limit) {
            failed = cli_usage_error(command->name, "'%s' is one too many: %s %s %s",
                                     word, cli_program, command->name, command->synopsis);
        } else {
            if (args->n_operands < CLI_MAX_OPERANDS) {
                args->operands[args->n_operands] = word;
            }
            argv[args->n_operands++] = argv[i]; /* a place that has been read */
        }
        if (failed) {
            return failed;
        }
    }
    return args->values[OPT_HELP] ? CLI_OK : check_operands(args);
}
