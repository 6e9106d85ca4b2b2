/* gmix report: a page about a model and its data. */
#include <unistd.h>

#include "command.h"
#include "complain.h"
#include "data_args.h"
#include "outfile.h"
#include "page_out.h"

static int report(struct cli_session *session, const struct cli_args *args,
                  const gmix_model *model, const gmix_table *table) {
    static struct cli_out out;
    if (!args->values[OPT_OUTPUT] && isatty(STDOUT_FILENO)) {
        return cli_usage_error("report",
                               "a page is no text to read in a terminal: name "
                               "its file with -o report.html, or -o - to see it");
    }
    const int failed = cli_out_open(&out, args->values[OPT_OUTPUT]);
    return failed ? failed
                  : cli_page_put(session, args, model, &session->report, table,
                                 args->operands[1], &out);
}

static int run(const struct cli_args *args) {
    const int failed = cli_page_check(args, args->values[OPT_OUTPUT]);
    return failed ? failed : cli_apply_model(args, report);
}

static const char *const text[] = {
    "Writes one HTML file (or, if its name ends in .pdf, a PDF on A4) to look at in a "
    "browser: how many groups there are, how "
    "sure that is and what tells them apart, in words; pictures whose points say "
    "what they are and whose components can be switched on and off; a card for "
    "every component; rows in doubt and far out; the models compared, warnings, "
    "and how to do it again.",
    "The file needs nothing but itself and asks for nothing over a network. The "
    "same MODEL and DATA give the same bytes.",
    "DATA are the rows that the model was fitted to, or others. With --labels the "
    "page also compares components with known classes.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_OUTPUT, "write the page to FILE (.html or .pdf); - for standard output"},
    {OPT_LABEL_COLUMN, "this column is the class of each row, where it is known, to "
                       "compare components with"},
    CLI_DATA_USES,
    CLI_OBSERVED_USES,
    {OPT_GROUP, "The work"},
    {OPT_THREADS, NULL},
    {OPT_QUIET, "errors only, as without it"},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix report model.json data.csv -o report.html", "a page to open in a browser"},
    {"gmix report model.json data.csv -o report.pdf", "the same to print or send"},
    {NULL, NULL},
};

const struct cli_command cmd_report = {
    .name = "report",
    .synopsis = "MODEL DATA -o FILE [OPTION]...",
    .operands = "MODEL DATA",
    .summary = "make a page of words, pictures and tables",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
