/* Help texts from the tables. See usage.h. */
#include "usage.h"

#include <stdio.h>
#include <string.h>

#include "complain.h"
#include "outfile.h"

enum { WIDTH = 80, OPTION_INDENT = 26 };

/* Text in lines of WIDTH, the following ones indented; the first starts at `column`. */
static void put_wrapped(struct cli_out *out, size_t column, size_t indent,
                        const char *text) {
    for (const char *word = text; *word;) {
        const size_t length = strcspn(word, " ");
        if (column > indent && column + length + (column > indent) > WIDTH) {
            cli_out_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (word != text) {
            cli_out_text(out, " ");
            column++;
        }
        cli_out_bytes(out, word, length);
        column += length;
        word += length;
        word += strspn(word, " ");
    }
    cli_out_text(out, "\n");
}

/* "-k, --components K" */
static void usage_spelling(const struct cli_option *option, char *text, size_t size) {
    char letter[8] = "    ";
    if (option->letter) {
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    }
    snprintf(text, size, "%s--%s%s%s", letter, option->name, option->value ? " " : "",
             option->value ? option->value : "");
}

void cli_usage_sentence(const struct cli_use *use, char *text, size_t size) {
    const struct cli_option *const option = cli_option(use->id);
    const gmix_option_info *const info = cli_option_field(option);
    size_t n = (size_t)snprintf(text, size, "%s", cli_use_help(use));
    const bool listed = info || (option->names && !use->help);
    const char *const *const choices = listed ? cli_option_choices(option) : NULL;
    for (const char *const *c = choices; c && *c; c++) {
        n += (size_t)snprintf(text + n, size - n, "%s%s", c == choices ? ": " : ", ", *c);
    }
    const char *const preset = info ? info->value : option->preset;
    const bool own = info ? !option->help && !option->hides_default : true;
    if (preset && own && !use->help) {
        snprintf(text + n, size - n, " (default %s)", preset);
    }
}

static void put_option(struct cli_out *out, const struct cli_use *use) {
    char spelling[80], sentence[1024];
    usage_spelling(cli_option(use->id), spelling, sizeof spelling);
    cli_usage_sentence(use, sentence, sizeof sentence);
    const size_t length = strlen(spelling) + 2;
    cli_out_printf(out, "  %s", spelling);
    if (length + 2 > OPTION_INDENT) {
        cli_out_printf(out, "\n%*s", OPTION_INDENT, "");
    } else {
        cli_out_printf(out, "%*s", (int)(OPTION_INDENT - length), "");
    }
    put_wrapped(out, OPTION_INDENT, OPTION_INDENT, sentence);
}

static void put_command(struct cli_out *out, const struct cli_command *command) {
    cli_out_printf(out, "%s %s: %s\n\nUsage: %s %s %s\n", cli_program, command->name,
                   command->summary, cli_program, command->name, command->synopsis);
    for (const char *const *p = command->text; *p; p++) {
        cli_out_text(out, "\n");
        put_wrapped(out, 0, 0, *p);
    }
    if (command->examples[0].line) {
        cli_out_text(out, "\nExamples:\n");
    }
    for (const struct cli_example *e = command->examples; e->line; e++) {
        cli_out_printf(out, "  %s\n      ", e->line);
        put_wrapped(out, 6, 6, e->what);
    }
    if (command->uses[0].id != OPT_GROUP) {
        cli_out_text(out, "\nOptions:\n");
    }
    for (const struct cli_use *use = command->uses; use->id != OPT_NONE; use++) {
        if (use->id == OPT_GROUP) {
            cli_out_printf(out, "\n%s:\n", use->help);
        } else if (!cli_option(use->id)->hidden) {
            put_option(out, use);
        }
    }
    put_option(out, &(struct cli_use){OPT_HELP, NULL});
}

static void put_overview(struct cli_out *out) {
    cli_out_text(
        out, "gmix finds clusters in a table of numbers by fitting a Gaussian mixture,\n"
             "and uses the fitted model: gmix COMMAND ...\n\nCommands:\n");
    for (const struct cli_command *const *c = cli_commands; *c; c++) {
        if (!(*c)->hidden) {
            cli_out_printf(out, "  %-14s %s\n", (*c)->name, (*c)->summary);
        }
    }
    cli_out_text(
        out, "\nFrom a table to an answer:\n"
             "  gmix fit data.csv -k 3 -o model.json     fit three components\n"
             "  gmix show model.json                     look at them\n"
             "  gmix predict model.json data.csv         which one each row belongs to\n"
             "\n'gmix COMMAND --help' explains a command and all its options,\n"
             "'gmix --version --verbose' tells what this build can do.\n");
}

int cli_usage_print(const struct cli_command *command) {
    struct cli_out out;
    cli_out_open(&out, NULL);
    if (command) {
        put_command(&out, command);
    } else {
        put_overview(&out);
    }
    return cli_out_close(&out);
}
