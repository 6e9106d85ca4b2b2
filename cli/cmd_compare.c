/* gmix compare-labels: how two labellings of the same rows agree. */
#include "command.h"
#include "complain.h"
#include "data_args.h"
#include "outfile.h"

/* Rows must be the same: so must be their number. */
static int compare(struct cli_session *session, const struct cli_args *args,
                   const gmix_table *a, const gmix_table *b, gmix_agreement *out) {
    if (a->n_rows != b->n_rows) {
        return cli_complain("%s has %zu rows, %s has %zu: labels of the same rows are "
                            "compared (is a first line a name in one of them? --header "
                            "and --no-header say so)",
                            args->operands[0], a->n_rows, args->operands[1], b->n_rows);
    }
    const gmix_status status =
        gmix_compare_labels(session->ctx, a->n_rows, a->labels, b->labels, out);
    return status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
}

static int print(struct cli_session *session, const struct cli_args *args,
                 const gmix_agreement *agreement, const gmix_table *a,
                 const gmix_table *b) {
    char *text = NULL;
    const gmix_status status =
        args->values[OPT_JSON]
            ? gmix_agreement_to_json(session->ctx, agreement, a->class_names,
                                     b->class_names, &text)
            : gmix_agreement_to_text(session->ctx, agreement, a->class_names,
                                     b->class_names, &text);
    return cli_text_put(session, args, status, text);
}

static int run(const struct cli_args *args) {
    struct cli_session session;
    gmix_data *a = NULL, *b = NULL;
    gmix_agreement agreement = {0};
    int failed = cli_session_open(&session, args);
    failed = failed ? failed : cli_labels_read(&session, args, 0, &a);
    failed = failed ? failed : cli_labels_read(&session, args, 1, &b);
    failed = failed ? failed
                    : compare(&session, args, gmix_data_table(a), gmix_data_table(b),
                              &agreement);
    failed = failed ? failed
                    : print(&session, args, &agreement, gmix_data_table(a),
                            gmix_data_table(b));
    gmix_agreement_free(&agreement);
    gmix_data_free(&a);
    gmix_data_free(&b);
    cli_session_close(&session);
    return failed;
}

static const char *const text[] = {
    "Compares two labellings of the same rows, for instance what predict printed "
    "with known classes. A and B hold a label a row, text or numbers; a label may "
    "be called anything, only which rows share one counts. Rows without a label "
    "(empty, -, ?, NA) in either are left out.",
    "Prints the adjusted Rand index (1: the same partition; 0: as by chance), the "
    "mutual information normalised by the mean of the entropies, the share of rows "
    "in error when the labels of A and B are matched one to one as well as "
    "possible, and the table of rows by label with matches on its diagonal.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_JSON, "print one JSON object instead"},
    {OPT_OUTPUT, NULL},
    {OPT_GROUP, "The data"},
    {OPT_COLUMNS,
     "the column of labels in A, and in B if it is another one, as NAME or "
     "NAME,NAME, or numbers from 0; needed where a file has several columns"},
    {OPT_HEADER, NULL},
    {OPT_NO_HEADER, NULL},
    {OPT_DELIMITER, NULL},
    {OPT_DECIMAL, NULL},
    {OPT_THOUSANDS, NULL},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix compare-labels labels.csv classes.csv", "what predict found, and the truth"},
    {"gmix compare-labels labels.csv iris.csv --columns component,Species",
     "labels among other columns"},
    {NULL, NULL},
};

const struct cli_command cmd_compare = {
    .name = "compare-labels",
    .synopsis = "A B [--columns NAME,NAME] [--json]",
    .operands = "A B",
    .summary = "say how two labellings of the same rows agree",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
