/* Man pages. See manpage.h. */
#include "manpage.h"

#include <ctype.h>
#include <string.h>

#include "outfile.h"
#include "usage.h"

/* Text as roff takes it: no request at a line's beginning, dashes that can be copied. */
static void put_roff(struct cli_out *out, const char *text) {
    if (text[0] == '.' || text[0] == '\'') {
        cli_out_text(out, "\\&");
    }
    for (const char *c = text; *c; c++) {
        if (*c == '-') {
            cli_out_text(out, "\\-");
        } else if (*c == '\\') {
            cli_out_text(out, "\\e");
        } else if (*c == '\'') {
            cli_out_text(out, "\\(aq");
        } else {
            cli_out_bytes(out, c, 1);
        }
    }
}

static void put_line(struct cli_out *out, const char *before, const char *text) {
    cli_out_text(out, before);
    put_roff(out, text);
    cli_out_text(out, "\n");
}

static void put_option(struct cli_out *out, const struct cli_use *use) {
    const struct cli_option *const option = cli_option(use->id);
    char sentence[1024];
    cli_usage_sentence(use, sentence, sizeof sentence);
    cli_out_text(out, ".TP\n");
    if (option->letter) {
        cli_out_printf(out, "\\fB\\-%c\\fR, ", option->letter);
    }
    cli_out_text(out, "\\fB\\-\\-");
    put_roff(out, option->name);
    if (option->value) {
        cli_out_text(out, "\\fR \\fI");
        put_roff(out, option->value);
    }
    cli_out_text(out, "\\fR\n");
    put_line(out, "", sentence);
}

static void put_options(struct cli_out *out, const struct cli_use *uses) {
    cli_out_text(out, ".SH OPTIONS\n");
    for (const struct cli_use *use = uses; use->id != OPT_NONE; use++) {
        if (use->id == OPT_GROUP) {
            put_line(out, ".SS ", use->help);
        } else if (!cli_option(use->id)->hidden) {
            put_option(out, use);
        }
    }
    put_option(out, &(struct cli_use){OPT_HELP, NULL});
}

static void put_exit_statuses(struct cli_out *out) {
    cli_out_text(out, ".SH EXIT STATUS\n");
    for (const struct cli_example *e = cli_exit_statuses; e->line; e++) {
        cli_out_printf(out, ".TP\n.B %s\n", e->line);
        put_line(out, "", e->what);
    }
}

static void put_examples(struct cli_out *out, const struct cli_example *examples) {
    cli_out_text(out, ".SH EXAMPLES\n");
    for (const struct cli_example *e = examples; e->line; e++) {
        cli_out_text(out, ".TP\n");
        put_line(out, "\\fB", e->line);
        cli_out_text(out, "\\fR\n");
        put_line(out, "", e->what);
    }
}

static void put_see_also(struct cli_out *out, const struct cli_command *command) {
    cli_out_text(out, ".SH SEE ALSO\n");
    const char *separator = "";
    if (command) {
        cli_out_text(out, ".BR gmix (1)");
        separator = ",\n";
    }
    for (const struct cli_command *const *c = cli_commands; *c; c++) {
        if (!(*c)->hidden && *c != command && *c != &cmd_help) {
            cli_out_printf(out, "%s.BR gmix\\-%s (1)", separator, (*c)->name);
            separator = ",\n";
        }
    }
    cli_out_text(out, "\n");
}

static void put_command(struct cli_out *out, const struct cli_command *command) {
    cli_out_text(out, ".TH GMIX\\-");
    for (const char *c = command->name; *c; c++) {
        cli_out_printf(out, "%c", toupper((unsigned char)*c));
    }
    cli_out_printf(out,
                   " 1 \"\" \"gmix %s\" \"gmix manual\"\n.SH NAME\n"
                   "gmix\\-%s \\- ",
                   GMIX_VERSION, command->name);
    put_line(out, "", command->summary);
    cli_out_printf(out, ".SH SYNOPSIS\n.B gmix %s\n", command->name);
    put_line(out, "", command->synopsis);
    cli_out_text(out, ".SH DESCRIPTION\n");
    for (const char *const *p = command->text; *p; p++) {
        put_line(out, p == command->text ? "" : ".PP\n", *p);
    }
    put_options(out, command->uses);
    put_exit_statuses(out);
    put_examples(out, command->examples);
    put_see_also(out, command);
}

static const struct cli_example first_steps[] = {
    {"gmix fit data.csv -k 3 -o model.json", "fit three components, write the model"},
    {"gmix show model.json", "look at them"},
    {"gmix predict model.json data.csv", "which one each row belongs to"},
    {NULL, NULL},
};

static const struct cli_use own_uses[] = {
    {OPT_VERSION, NULL}, {OPT_VERBOSE, NULL}, {OPT_NONE, NULL}};

static void put_overview(struct cli_out *out) {
    cli_out_printf(out,
                   ".TH GMIX 1 \"\" \"gmix %s\" \"gmix manual\"\n.SH NAME\n"
                   "gmix \\- Gaussian mixture models\n"
                   ".SH SYNOPSIS\n.B gmix\n\\fICOMMAND\\fR ...\n.SH DESCRIPTION\n",
                   GMIX_VERSION);
    put_line(out, "",
             "gmix finds clusters in a table of numbers by fitting a mixture of Gaussian "
             "components, and uses the fitted model. A model is a JSON file.");
    cli_out_text(out, ".SH COMMANDS\n");
    for (const struct cli_command *const *c = cli_commands; *c; c++) {
        if (!(*c)->hidden) {
            cli_out_printf(out, ".TP\n.B %s\n", (*c)->name);
            put_line(out, "", (*c)->summary);
        }
    }
    put_options(out, own_uses);
    put_exit_statuses(out);
    put_line(
        out, ".SH SIGNALS\n",
        "Ctrl-C (SIGINT), SIGTERM or SIGHUP during a fit end it with the best model "
        "so far; a second one kills. Elsewhere the first one kills. Outputs to files "
        "appear only when complete. If the reader of standard output goes away, gmix "
        "ends with status 1 and says nothing.");
    put_examples(out, first_steps);
    put_see_also(out, NULL);
}

int cli_manpage_print(const struct cli_command *command) {
    static struct cli_out out;
    cli_out_open(&out, NULL);
    if (command) {
        put_command(&out, command);
    } else {
        put_overview(&out);
    }
    return cli_out_close(&out);
}
