/* Options beside each other. See together.h. */
#include "together.h"

#include <stdlib.h>

#include "command.h"
#include "complain.h"

static const struct {
    enum cli_id one, other;
    const char *why;
} contradictions[] = {
    {OPT_HEADER, OPT_NO_HEADER, ""},
    {OPT_BETWEEN, OPT_COLUMNS, ": the columns of bounds are named"},
    {OPT_BETWEEN, OPT_BINNED, ": bins are bounds already"},
    {OPT_TRUNCATED, OPT_ERRORS, ""},
    {OPT_TRUNCATED, OPT_ERROR_COV, ""},
    {OPT_BINNED, OPT_COLUMNS, ": the columns of a histogram are named"},
    {OPT_BINNED, OPT_WEIGHTS, ": the counts are the weights"},
    {OPT_BINNED, OPT_ERRORS, ""},
    {OPT_BINNED, OPT_ERROR_COV, ""},
    {OPT_ERRORS, OPT_ERROR_COV, ": one has standard deviations, the other covariances"},
    {OPT_REG, OPT_REG_RELATIVE,
     ": one is in data units squared, the other a fraction of the features' variances"},
};

static const struct {
    enum cli_id option, needs;
    const char *what;
} needs[] = {
    {OPT_CV, OPT_LABEL_COLUMN, "classes: --labels COLUMN"},
    {OPT_PER_CLASS, OPT_LABEL_COLUMN, "classes: --labels COLUMN"},
    {OPT_EVERY, OPT_CHECKPOINT, "the file that is written: --checkpoint FILE"},
    {OPT_FORGET, OPT_ONLINE, "--online, which goes from row to row"},
};

static bool knows(const struct cli_args *args, enum cli_id id) {
    const struct cli_use *use = args->command->uses;
    while (use->id != id && use->id != OPT_NONE) {
        use++;
    }
    return use->id == id;
}

/* Complete runs are no search, whose extent then says nothing; the number 0 asks for one. */
static void note_search(const struct cli_args *args) {
    const char *const restarts = args->values[OPT_RESTARTS];
    const char *const search = args->values[OPT_SEARCH];
    if (restarts && search && strtod(restarts, NULL) > 0 && !args->values[OPT_QUIET]) {
        cli_complain(
            "note: --restarts %.40s makes complete runs and no search, so --search "
            "%.40s has no effect",
            restarts, search);
    }
}

int cli_together_check(const struct cli_args *args) {
    const char *const command = args->command->name;
    for (size_t i = 0; i < sizeof contradictions / sizeof *contradictions; i++) {
        const enum cli_id one = contradictions[i].one, other = contradictions[i].other;
        if (args->values[one] && args->values[other]) {
            return cli_usage_error(command, "--%s and --%s contradict each other%s",
                                   cli_option(one)->name, cli_option(other)->name,
                                   contradictions[i].why);
        }
    }
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        if (args->values[needs[i].option] && knows(args, needs[i].needs) &&
            !args->values[needs[i].needs]) {
            return cli_usage_error(command, "--%s needs %s",
                                   cli_option(needs[i].option)->name, needs[i].what);
        }
    }
    note_search(args);
    return CLI_OK;
}
