/* The table of options, and the reading of command lines. See options.h; what their values
 * mean is in option_values.c. */
#include "options.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "complain.h"
#include "file_names.h"
#include "together.h"

static const char *const delimiters[] = {"comma", "semicolon", "tab",
                                         "pipe",  "space",     NULL};

static const struct cli_option table[OPT_COUNT] = {
    [OPT_COMPONENTS] = {.letter = 'k',
                        .name = "components",
                        .value = "K",
                        .field = "n_components",
                        .hides_default = true},
    [OPT_COVARIANCE] = {.letter = 'c',
                        .name = "covariance",
                        .value = "FAMILY",
                        .field = "covariance"},
    [OPT_INIT] = {.name = "init", .value = "START", .field = "init"},
    [OPT_INIT_MODEL] = {.name = "init-model",
                        .value = "FILE",
                        .takes_file = true,
                        .help = "start EM from this model; it also gives K and the "
                                "covariance family unless -k and -c do"},
    [OPT_RESTARTS] = {.name = "restarts", .value = "N", .field = "restarts"},
    [OPT_SEARCH] = {.name = "search", .value = "EXTENT", .field = "search"},
    [OPT_SINGULAR] = {.name = "singular", .value = "POLICY", .field = "singular"},
    [OPT_SEED] = {.name = "seed",
                  .value = "S",
                  .field = "seed",
                  .help =
                      "seed of everything random; the same seed gives the same result "
                      "(default 0)"},
    [OPT_STOP_RULE] = {.name = "stop-rule", .value = "RULE", .field = "stop_rule"},
    [OPT_TOL] = {.name = "tol", .value = "T", .field = "tol"},
    [OPT_MAX_ITER] = {.name = "max-iter", .value = "M", .field = "max_iter"},
    [OPT_REG] = {.name = "reg",
                 .value = "R",
                 .field = "reg",
                 .help =
                     "add R to the diagonal of every covariance, in data units squared; "
                     "--reg-relative is then off (default: not used)"},
    [OPT_EIGEN_RATIO] = {.name = "eigen-ratio",
                         .value = "C",
                         .field = "eigen_ratio",
                         .hides_default = true},
    [OPT_REG_RELATIVE] = {.name = "reg-relative", .value = "F", .field = "reg_relative"},
    [OPT_RESOLUTION] = {.name = "resolution", .value = "HOW", .field = "resolution"},
    [OPT_PRECISION] = {.name = "precision", .value = "P", .field = "precision"},
    [OPT_TIME_LIMIT] = {.name = "time-limit",
                        .value = "S",
                        .field = "time_limit",
                        .hides_default = true},
    [OPT_LABEL_COLUMN] =
        {.name = "labels",
         .value = "COLUMN",
         .help =
             "this column is the class of each row, text or numbers, where it is known "
             "(empty, -, ? or NA where not), and no feature; -k is then the number of "
             "classes x --per-class unless it is given"},
    [OPT_CV] = {.name = "cv",
                .value = "FOLDS",
                .help =
                    "with --labels: error rate by cross-validation, in that many folds"},
    [OPT_MISSING] = {.name = "missing", .value = "HOW", .field = "missing"},
    [OPT_PRIOR] = {.name = "prior", .value = "NAME", .field = "prior"},
    [OPT_PRIOR_SHRINKAGE] = {.name = "prior-shrinkage",
                             .value = "KAPPA",
                             .field = "prior_shrinkage",
                             .hides_default = true},
    [OPT_PRIOR_DOF] = {.name = "prior-dof",
                       .value = "NU",
                       .field = "prior_dof",
                       .hides_default = true},
    [OPT_PRIOR_SCALE] = {.name = "prior-scale",
                         .value = "F",
                         .field = "prior_scale",
                         .hides_default = true},
    [OPT_DIRICHLET] = {.name = "dirichlet", .value = "ALPHA", .field = "dirichlet"},
    [OPT_FREEZE] = {.name = "freeze",
                    .value = "WHAT",
                    .field = "freeze",
                    .hides_default = true},
    [OPT_NOISE] = {.name = "noise",
                   .value = "W",
                   .field = "noise",
                   .hides_default = true},
    [OPT_NOISE_VOLUME] = {.name = "noise-volume",
                          .value = "V",
                          .field = "noise_volume",
                          .help = "what noise is uniform over: box (default) or hull, "
                                  "around the data, or a volume in their units",
                          .hides_default = true},
    [OPT_TRIM] = {.name = "trim", .value = "F", .field = "trim", .hides_default = true},
    [OPT_PER_CLASS] = {.name = "per-class", .value = "N", .field = "per_class"},
    [OPT_NO_ACCELERATE] = {.name = "no-accelerate",
                           .help = "plain EM steps: the same optimum in more of them"},
    [OPT_SE] = {.name = "se",
                .value = "METHOD",
                .table = gmix_standard_error_option_table,
                .field = "method",
                .hides_default = true},
    [OPT_CRITERION] = {.name = "criterion",
                       .value = "NAME",
                       .table = gmix_select_option_table,
                       .field = "criterion"},
    [OPT_FOLDS] = {.name = "folds",
                   .value = "N",
                   .help = "folds of --criterion cv (default 10)"},
    [OPT_REPLICATES] = {.name = "replicates", .value = "B", .help = ""},
    [OPT_LEVEL] = {.name = "level", .value = "P", .help = ""},
    [OPT_ALL] = {.name = "all",
                 .help = "make every test, also after one that does not reject"},
    [OPT_COLUMNS] = {.name = "columns",
                     .value = "A,B,...",
                     .help = "columns to use, in this order: names, or numbers from 0; a "
                             "name with a comma goes in double quotes (default all)"},
    [OPT_HEADER] = {.name = "header",
                    .help = "the first line is column names (default: found out)"},
    [OPT_NO_HEADER] = {.name = "no-header", .help = "the first line is data"},
    [OPT_DELIMITER] = {.name = "delimiter",
                       .value = "CHAR",
                       .choices = delimiters,
                       .help = "between cells: one character, or comma, semicolon, tab, "
                               "pipe, space (default: found out)"},
    [OPT_DECIMAL] = {.name = "decimal",
                     .value = "CHAR",
                     .help =
                         "the decimal sign, . or , (default: found out, and asked for "
                         "where numbers can be read in two ways)"},
    [OPT_THOUSANDS] = {.name = "thousands",
                       .value = "CHAR",
                       .help = "what stands between groups of three digits: one of , . ' "
                               "or a blank, or none (default: found out)"},
    [OPT_WEIGHTS] = {.name = "weights",
                     .value = "COLUMN",
                     .help = "this column is the weight of each row, not a feature"},
    [OPT_INPUT_LIMIT] = {.name = "input-limit",
                         .value = "MB",
                         .help =
                             "refuse a stream, or a compressed file, that comes to more "
                             "megabytes (default: the machine's memory)"},
    [OPT_NA] = {.name = "na",
                .value = "WORD,...",
                .help =
                    "cells that say this are missing, as empty ones and NA always are; a "
                    "number, as in --na=-999, stands for its value"},
    [OPT_PROBA] = {.name = "proba",
                   .help = "add the probability of each component, p0, p1, ..."},
    [OPT_MEAN] = {.name = "mean", .help = "print one number, the mean log-density"},
    [OPT_DRAWS] = {.name = "draws",
                   .value = "M",
                   .help = "draw the cells from their distribution, M times over"},
    [OPT_ROWS] = {.letter = 'n',
                  .name = "rows",
                  .value = "N",
                  .help = "how many rows to draw; 1e6 is understood"},
    [OPT_FEATURES] = {.letter = 'd',
                      .name = "features",
                      .value = "D",
                      .help = "features D (default 16)"},
    [OPT_GIVEN] = {.name = "given",
                   .value = "A=X,...",
                   .help = "features that are known, by name or number from 0, and their "
                           "values; NA for one that is not known after all"},
    [OPT_TARGET] = {.name = "target",
                    .value = "A,...",
                    .help =
                        "features to predict, by name or number from 0; the others are "
                        "what they are predicted from"},
    [OPT_QUANTILES] = {.name = "quantiles",
                       .value = "P,...",
                       .help = "add these quantiles, as 0.05,0.5,0.95"},
    [OPT_HDR] = {.name = "hdr",
                 .value = "P",
                 .help = "add the smallest region of this probability (highest density)"},
    [OPT_FAR] = {.name = "far",
                 .value = "P",
                 .help = "call a row far from the model if rows of it are as far with a "
                         "probability below P (default 0.001)"},
    [OPT_AT] = {.name = "at", .value = "X,...", .help = ""},
    [OPT_FROM_ABOVE] = {.name = "from-above",
                        .help = "probabilities are those of being above"},
    [OPT_LOWER] = {.name = "lower",
                   .value = "A=X,...",
                   .help = "lower bounds, of features by name or number from 0"},
    [OPT_UPPER] = {.name = "upper", .value = "A=X,...", .help = "upper bounds"},
    [OPT_MASS] = {.name = "mass",
                  .value = "P,...",
                  .help = "probabilities of the regions, as 0.5,0.95"},
    [OPT_TOLERANCE] = {.name = "tolerance",
                       .value = "T",
                       .help = "standard error to stop at, in nats (default 0.001)"},
    [OPT_APPROXIMATIONS] = {.name = "approximations",
                            .help = "add approximations from the literature, by their "
                                    "names; they may be off by far"},
    [OPT_REFINE] = {.name = "refine",
                    .help =
                        "afterwards, give the components anew to those that are nearest "
                        "until nothing changes"},
    [OPT_NAMES] = {.name = "names",
                   .value = "A,B,...",
                   .help = "names of the new features (default: none)"},
    [OPT_LABELS] = {.name = "labels",
                    .help = "add the column component: where each row came from"},
    [OPT_JSON] = {.name = "json", .help = "print JSON instead of text"},
    [OPT_OUTPUT] = {.letter = 'o',
                    .name = "output",
                    .value = "FILE",
                    .takes_file = true,
                    .help = "write to FILE instead of standard output"},
    [OPT_KIND] = {.name = "kind",
                  .value = "KIND",
                  .names = gmix_plot_kinds,
                  .preset = "auto",
                  .help = "what to draw"},
    [OPT_SHOW] = {.name = "show",
                  .value = "A,B,...",
                  .help = "features to show, in this order: names, or numbers from 0"},
    [OPT_THEME] = {.name = "theme",
                   .value = "THEME",
                   .help = "light (default), dark, or auto: in SVG, what the viewer "
                           "prefers"},
    [OPT_CONTOURS] = {.name = "contours",
                      .help = "draw contours of the density, in scatter plots"},
    [OPT_UNCERTAINTY] = {.name = "uncertainty",
                         .help = "draw points the larger, the less sure their "
                                 "component"},
    [OPT_TITLE] = {.name = "title",
                   .value = "TEXT",
                   .help = "title of the picture; empty for none"},
    [OPT_SIZE] = {.name = "size",
                  .value = "WxH",
                  .help = "width and height in CSS pixels (default by kind, as 720x540)"},
    [OPT_SCALE] = {.name = "scale",
                   .value = "S",
                   .help = "pixels of a PNG for a CSS pixel (default 2)"},
    [OPT_PLOT] = {.name = "plot",
                  .value = "FILE",
                  .takes_file = true,
                  .help = "also draw a picture to FILE (.svg, .png or .pdf), as 'gmix "
                          "plot' does"},
    [OPT_NO_PLOT] = {.name = "no-plot",
                     .help = "no small picture after the summary on a terminal"},
    [OPT_REPORT] = {.name = "report",
                    .value = "FILE",
                    .takes_file = true,
                    .help = "also write a page about the fit to FILE (HTML), as 'gmix "
                            "report' does"},
    [OPT_STREAM] = {.name = "stream",
                    .help =
                        "fit as a stream, with sums that do not depend on how rows are "
                        "divided: the bits of a fit in parts (docs/engine.md)"},
    [OPT_CHECKPOINT] = {.name = "checkpoint",
                        .value = "FILE",
                        .takes_file = true,
                        .help =
                            "fit as with --stream, keep the state in this file, and go "
                            "on from it if it is there, with the options it was begun "
                            "with"},
    [OPT_EVERY] = {.name = "every",
                   .value = "S",
                   .help = "seconds between two times that --checkpoint writes (default "
                           "60; 0: after every pass)"},
    [OPT_THREADS] = {.name = "threads",
                     .value = "T",
                     .help = "threads to use; the result does not depend on it (default: "
                             "one per core)"},
    [OPT_PROGRESS] = {.name = "progress",
                      .help = "show progress even if standard error is no terminal"},
    [OPT_QUIET] = {.letter = 'q',
                   .name = "quiet",
                   .help = "no progress, no summary, no warnings: errors only"},
    [OPT_VERSION] = {.letter = 'V', .name = "version", .help = "print the version"},
    [OPT_VERBOSE] = {.letter = 'v',
                     .name = "verbose",
                     .help = "with --version: CPU level, threads, file formats"},
    [OPT_HELP] = {.letter = 'h', .name = "help", .help = "print this help"},
};

const struct cli_option *cli_option(enum cli_id id) {
    return &table[id];
}

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
        const struct cli_option *const option = &table[id];
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
        if (use->id != OPT_GROUP && !table[use->id].hidden) {
            names[n++] = table[use->id].name;
        }
    }
    names[n++] = table[OPT_HELP].name;
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)(length < 63 ? length : 63), name);
    return cli_usage_error(help_topic(command), "unknown option '--%s'%s", word,
                           cli_did_you_mean("--", word, names, n));
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
    const struct cli_option *const option = &table[id];
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
        if (!table[id].value) {
            args->values[id] = "";
            continue;
        }
        if (c[1]) {
            args->values[id] = c + 1 + (c[1] == '=');
        } else if (*i + 1 < argc) {
            args->values[id] = argv[++*i];
        } else {
            return cli_usage_error(command->name, "-%c needs a value: -%c %s", *c, *c,
                                   table[id].value);
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
    int n_stdin = is_stdin(args->values[OPT_INIT_MODEL]);
    for (size_t i = 0; i < args->n_operands; i++) {
        n_stdin += is_stdin(args->operands[i]);
    }
    if (n_stdin > 1) {
        return cli_usage_error(command->name, "only one file can be standard input (-)");
    }
    const size_t wanted = cli_command_n_operands(command);
    if (args->n_operands + command->n_optional < wanted && !command->free_operands) {
        return cli_usage_error(command->name, "say what to work on: gmix %s %s",
                               command->name, command->synopsis);
    }
    const int failed = cli_together_check(args);
    return failed ? failed : cli_file_names_check(args);
}

int cli_parse(const struct cli_command *command, int argc, char **argv,
              struct cli_args *args) {
    *args = (struct cli_args){.command = command};
    const size_t limit = cli_command_n_operands(command);
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
            failed = cli_usage_error(command->name, "'%s' is one too many: gmix %s %s",
                                     word, command->name, command->synopsis);
        } else {
            args->operands[args->n_operands++] = word;
        }
        if (failed) {
            return failed;
        }
    }
    return args->values[OPT_HELP] ? CLI_OK : check_operands(args);
}
