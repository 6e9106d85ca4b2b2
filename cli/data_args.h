/* Reading tables as the options say, and choosing a model's columns from them. */
#ifndef GMIX_CLI_DATA_ARGS_H
#define GMIX_CLI_DATA_ARGS_H

#include "outfile.h"
#include "session.h"

/* The options that describe a data file; part of a command's list. */
#define CLI_DATA_USES                                                                    \
    {OPT_GROUP, "The data"}, {OPT_COLUMNS, NULL}, {OPT_ROW_NAMES, NULL},                 \
        {OPT_DATES, NULL}, {OPT_WEIGHTS, NULL}, {OPT_NA, NULL}, {OPT_INPUT_LIMIT, NULL}, \
        {OPT_HEADER, NULL}, {OPT_NO_HEADER, NULL}, {OPT_DELIMITER, NULL},                \
        {OPT_DECIMAL, NULL}, {                                                           \
        OPT_THOUSANDS, NULL                                                              \
    }

/* Those of what is known of rows beside their values. */
#define CLI_OBSERVED_USES                                                               \
    {OPT_BINNED, NULL}, {OPT_BETWEEN, NULL}, {OPT_TRUNCATED, NULL}, {OPT_ERRORS, NULL}, \
    {                                                                                   \
        OPT_ERROR_COV, NULL                                                             \
    }

/* And those of how the work is done, for commands that may take long. */
#define CLI_WORK_USES                                                     \
    {OPT_GROUP, "The work"}, {OPT_THREADS, NULL}, {OPT_PROGRESS, NULL}, { \
        OPT_QUIET, NULL                                                   \
    }

/* Cell (i, j), whatever the layout. */
double cli_cell(const gmix_table *x, size_t i, size_t j);

/* A copy of an option's text, A,"B,C",D, cut into names. */
struct cli_list {
    char *text;
    const char **names;
    size_t n;
};

/* Nothing if the option is not given. 0, or an exit status after saying what is wrong. */
int cli_list_parse(const struct cli_args *args, enum cli_id id, struct cli_list *list);
void cli_list_free(struct cli_list *list);

/* The columns that --columns names, or all. 0, or an exit status after saying why not. */
int cli_data_read(struct cli_session *session, const struct cli_args *args,
                  const char *path, gmix_data **data);

/* The same with the columns of these names, if there are any. */
int cli_columns_read(struct cli_session *session, const struct cli_args *args,
                     const char *path, const char *const *names, size_t n,
                     gmix_data **data);

/* The labels alone of operand 0 or 1: --columns names the column in both files, or one for
 * each; without it a file has one column. */
int cli_labels_read(struct cli_session *session, const struct cli_args *args,
                    size_t operand, gmix_data **data);

/* The model's feature names, or x0, x1, ..., as cells of a line that is not ended. */
void cli_put_features(struct cli_out *out, const gmix_model *model);

/* Where the data's rows have names: these, as the first cell of a line. */
void cli_put_row_heading(struct cli_out *out, const struct cli_session *session);
void cli_put_row_name(struct cli_out *out, const struct cli_session *session, size_t i);

/* True for a row of which no cell is there. */
bool cli_row_is_empty(const gmix_table *table, size_t i);

/* The columns that a model has, picked as cli_apply_model() does. */
int cli_table_read(struct cli_session *session, const struct cli_args *args,
                   const char *path, const gmix_model *model, gmix_data **data);

/* What a command does with the rows of a table under a model. table is NULL where the command
 * can do without it and it is not given. */
typedef int cli_apply(struct cli_session *session, const struct cli_args *args,
                      const gmix_model *model, const gmix_table *table);

/*
 * Runs a command whose operands are MODEL and DATA: reads the model, the columns it wants
 * and applies one to the other. If both have names, the columns are picked by name: others
 * may be there, in any order. If not, and with --columns, they are taken as they come and
 * their number must be right.
 */
int cli_apply_model(const struct cli_args *args, cli_apply *apply);

#endif
