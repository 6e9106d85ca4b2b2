/*
 * Completion of commands, options, and the words an option's value may be; files
 * elsewhere. See completion.h.
 */
#include "completion.h"

#include <string.h>

#include "command.h"
#include "complain.h"
#include "outfile.h"

/* --help ends every list of options. */
static const struct cli_use last_use = {OPT_HELP, NULL};

/* The next option of a command that is no heading and not hidden; NULL after the last. */
static const struct cli_use *next_use(const struct cli_command *command,
                                      const struct cli_use *use) {
    if (use == &last_use) {
        return NULL;
    }
    use = use ? use + 1 : command->uses;
    while (use->id != OPT_NONE && (use->id == OPT_GROUP || cli_option(use->id)->hidden)) {
        use++;
    }
    return use->id == OPT_NONE ? &last_use : use;
}

static const struct cli_command *const *
next_command(const struct cli_command *const *at) {
    at = at ? at + 1 : cli_commands;
    while (*at && (*at)->hidden) {
        at++;
    }
    return *at ? at : NULL;
}

#define EACH_COMMAND(c)                                                      \
    for (const struct cli_command *const *c = next_command(NULL); c != NULL; \
         c = next_command(c))
#define EACH_USE(use, command)                                               \
    for (const struct cli_use *use = next_use((command), NULL); use != NULL; \
         use = next_use((command), use))

static void put_words(struct cli_out *out, const char *const *words,
                      const char *separator) {
    bool first = true;
    for (const char *const *w = words; *w; w++) {
        if (!strchr(*w, ':')) { /* nobody asks for mfa:Q */
            cli_out_printf(out, "%s%s", first ? "" : separator, *w);
            first = false;
        }
    }
}

static void put_command_names(struct cli_out *out) {
    EACH_COMMAND(c) {
        cli_out_printf(out, "%s ", (*c)->name);
    }
}

/* Text inside single quotes, without what the shells treat specially in descriptions. */
static void put_quoted(struct cli_out *out, const char *text) {
    for (const char *c = text; *c; c++) {
        if (*c == '\'') {
            cli_out_text(out, "\u2019");
        } else if (*c == '[' || *c == ']' || *c == ':') {
            cli_out_printf(out, "\\%c", *c);
        } else {
            cli_out_bytes(out, c, 1);
        }
    }
}

/* case "$command$option" in ... for the values of options */
static void put_bash_values(struct cli_out *out) {
    cli_out_text(out, "    case \"$command $previous\" in\n");
    EACH_COMMAND(c) {
        EACH_USE(use, *c) {
            const struct cli_option *const option = cli_option(use->id);
            const char *const *const choices = cli_option_choices(option);
            if (!option->value || option->takes_file) {
                continue;
            }
            cli_out_text(out, "    ");
            if (option->letter) {
                cli_out_printf(out, "'%s -%c' | ", (*c)->name, option->letter);
            }
            cli_out_printf(out, "'%s --%s')\n        COMPREPLY=(", (*c)->name,
                           option->name);
            if (choices) {
                cli_out_text(out, "$(compgen -W '");
                put_words(out, choices, " ");
                cli_out_text(out, "' -- \"$word\")");
            }
            cli_out_text(out, ")\n        return ;;\n");
        }
    }
    cli_out_text(out, "    esac\n");
}

static void put_bash(struct cli_out *out) {
    cli_out_text(out, "# bash completion for gmix\n_gmix() {\n"
                      "    local word=${COMP_WORDS[COMP_CWORD]}\n"
                      "    local previous=${COMP_WORDS[COMP_CWORD-1]}\n"
                      "    local command=${COMP_WORDS[1]}\n"
                      "    COMPREPLY=()\n"
                      "    # bash takes --option=value apart at the =\n"
                      "    if [ \"$word\" = = ]; then\n"
                      "        word=\n"
                      "    elif [ \"$previous\" = = ]; then\n"
                      "        previous=${COMP_WORDS[COMP_CWORD-2]}\n"
                      "    fi\n"
                      "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                      "        COMPREPLY=($(compgen -W '");
    put_command_names(out);
    cli_out_text(out, "--help --version' -- \"$word\"))\n        return\n    fi\n");
    put_bash_values(out);
    cli_out_text(out, "    case $word in\n    -*) ;;\n    *)\n"
                      "        [ \"$command\" = help ] && COMPREPLY=($(compgen -W '");
    put_command_names(out);
    cli_out_text(out, "' -- \"$word\"))\n        return ;;\n    esac\n"
                      "    case $command in\n");
    EACH_COMMAND(c) {
        cli_out_printf(out, "    %s) COMPREPLY=($(compgen -W '", (*c)->name);
        EACH_USE(use, *c) {
            cli_out_printf(out, "--%s ", cli_option(use->id)->name);
        }
        cli_out_text(out, "' -- \"$word\")) ;;\n");
    }
    cli_out_text(out, "    esac\n}\ncomplete -o default -F _gmix gmix\n");
}

static void put_zsh_option(struct cli_out *out, const struct cli_use *use) {
    const struct cli_option *const option = cli_option(use->id);
    const char *const *const choices = cli_option_choices(option);
    if (option->letter) {
        cli_out_printf(out, "            '(-%c --%s)'{-%c%s,--%s%s}'[", option->letter,
                       option->name, option->letter, option->value ? "+" : "",
                       option->name, option->value ? "=" : "");
    } else {
        cli_out_printf(out, "            '--%s%s[", option->name,
                       option->value ? "=" : "");
    }
    put_quoted(out, cli_use_help(use));
    cli_out_text(out, "]");
    if (option->value) {
        cli_out_printf(out, ":%s:", option->value);
    }
    if (option->takes_file) {
        cli_out_text(out, "_files");
    } else if (choices) {
        cli_out_text(out, "(");
        put_words(out, choices, " ");
        cli_out_text(out, ")");
    }
    cli_out_text(out, "' \\\n");
}

static void put_zsh(struct cli_out *out) {
    cli_out_text(out,
                 "#compdef gmix\n_gmix() {\n    local -a commands\n    commands=(\n");
    EACH_COMMAND(c) {
        cli_out_printf(out, "        '%s:", (*c)->name);
        put_quoted(out, (*c)->summary);
        cli_out_text(out, "'\n");
    }
    cli_out_text(out, "    )\n    if (( CURRENT == 2 )); then\n"
                      "        _describe command commands\n        return\n    fi\n"
                      "    local command=${words[2]}\n    shift words\n"
                      "    (( CURRENT-- ))\n    case $command in\n");
    EACH_COMMAND(c) {
        cli_out_printf(out, "    %s)\n        _arguments -s \\\n", (*c)->name);
        EACH_USE(use, *c) {
            put_zsh_option(out, use);
        }
        const bool help = *c == &cmd_help;
        cli_out_text(out,
                     help ? "            '1:command:(" : "            '*:file:_files");
        if (help) {
            put_command_names(out);
        }
        cli_out_text(out, help ? ")' ;;\n" : "' ;;\n");
    }
    cli_out_text(out, "    esac\n}\nif [[ $funcstack[1] == _gmix ]]; then\n"
                      "    _gmix \"$@\"\nelse\n    compdef _gmix gmix\nfi\n");
}

static void put_fish_text(struct cli_out *out, const char *text) {
    for (const char *c = text; *c; c++) {
        if (*c == '\'' || *c == '\\') {
            cli_out_text(out, "\\");
        }
        cli_out_bytes(out, c, 1);
    }
}

static void put_fish(struct cli_out *out) {
    cli_out_text(out, "# fish completion for gmix\n");
    EACH_COMMAND(c) {
        cli_out_printf(out, "complete -c gmix -n __fish_use_subcommand -f -a %s -d '",
                       (*c)->name);
        put_fish_text(out, (*c)->summary);
        cli_out_text(out, "'\n");
    }
    EACH_COMMAND(c) {
        EACH_USE(use, *c) {
            const struct cli_option *const option = cli_option(use->id);
            const char *const *const choices = cli_option_choices(option);
            cli_out_printf(out,
                           "complete -c gmix -n '__fish_seen_subcommand_from %s' -l %s",
                           (*c)->name, option->name);
            if (option->letter) {
                cli_out_printf(out, " -s %c", option->letter);
            }
            cli_out_text(out, !option->value       ? ""
                              : option->takes_file ? " -r -F"
                                                   : " -x");
            if (choices) {
                cli_out_text(out, " -a '");
                put_words(out, choices, " ");
                cli_out_text(out, "'");
            }
            cli_out_text(out, " -d '");
            put_fish_text(out, cli_use_help(use));
            cli_out_text(out, "'\n");
        }
    }
    cli_out_text(out, "complete -c gmix -n '__fish_seen_subcommand_from help' -f -a '");
    put_command_names(out);
    cli_out_text(out, "'\n");
}

int cli_completion_print(const char *shell) {
    static const struct {
        const char *shell;
        void (*put)(struct cli_out *);
    } shells[] = {{"bash", put_bash}, {"zsh", put_zsh}, {"fish", put_fish}};
    static struct cli_out out;
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(shell, shells[i].shell) == 0) {
            cli_out_open(&out, NULL);
            shells[i].put(&out);
            return cli_out_close(&out);
        }
    }
    return cli_usage_error(NULL, "no completion for '%s': bash, zsh, fish", shell);
}
