/* gmix plot: pictures of a model and its data. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "complain.h"
#include "data_args.h"
#include "picture.h"

static int draw(struct cli_session *session, const struct cli_args *args,
                const gmix_model *model, const gmix_table *table) {
    const gmix_report *const report = &session->report;
    return cli_picture_write(session, args, model, report->n_samples > 0 ? report : NULL,
                             table, args->values[OPT_OUTPUT]);
}

static int run(const struct cli_args *args) {
    const char *const path = args->values[OPT_OUTPUT];
    if (!path) {
        return cli_usage_error("plot", "say where to: gmix plot %s %s -o FILE.svg",
                               args->operands[0],
                               args->n_operands > 1 ? args->operands[1] : "DATA");
    }
    const int failed = cli_picture_check(args, path);
    return failed ? failed : cli_apply_model(args, draw);
}

static const char *const text[] = {
    "Draws a picture of MODEL and, where it is given, DATA into a file, whose name "
    "ends in .svg, .png or .pdf. What it shows depends on --kind: by default the "
    "distribution of one feature, a scatter plot of two, a matrix of them for up "
    "to five, and for more the plane that separates the components best.",
    "With many rows, densities are drawn in place of points, so that a million "
    "rows make a picture of less than a megabyte.",
    "PNG and PDF need the Cairo library on the machine.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_OUTPUT, "write the picture to FILE; - for SVG on standard output"},
    {OPT_GROUP, "The picture"},
    {OPT_KIND, NULL},
    {OPT_SHOW, NULL},
    {OPT_THEME, NULL},
    {OPT_CONTOURS, NULL},
    {OPT_UNCERTAINTY, NULL},
    {OPT_CRITERION, "for --kind selection: what is drawn (default: what the model was "
                    "chosen by, or bic)"},
    {OPT_TITLE, NULL},
    {OPT_SIZE, NULL},
    {OPT_SCALE, NULL},
    CLI_DATA_USES,
    CLI_OBSERVED_USES,
    {OPT_LABEL_COLUMN, "this column is the class of each row, where it is known, for "
                       "--kind confusion"},
    {OPT_GROUP, "The work"},
    {OPT_THREADS, NULL},
    {OPT_QUIET, "errors only, as without it"},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix plot model.json data.csv -o picture.svg", "what suits the number of features"},
    {"gmix plot model.json data.csv --show height,weight --theme dark -o picture.png",
     "two of the features, for a dark page"},
    {"gmix plot model.json --kind selection -o choice.pdf",
     "how the number of components was chosen"},
    {NULL, NULL},
};

const struct cli_command cmd_plot = {
    .name = "plot",
    .synopsis = "MODEL [DATA] -o FILE [OPTION]...",
    .operands = "MODEL DATA",
    .n_optional = 1,
    .summary = "draw a picture of a model and its data",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
