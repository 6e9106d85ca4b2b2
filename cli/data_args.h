/* Reading tables as the options say, and choosing a model's columns from them. */
#ifndef GMIX_CLI_DATA_ARGS_H
#define GMIX_CLI_DATA_ARGS_H

#include "session.h"

/* The options that describe a data file; part of a command's list. */
#define CLI_DATA_USES                                                  \
    {OPT_GROUP, "The data"}, {OPT_COLUMNS, NULL}, {OPT_WEIGHTS, NULL}, \
        {OPT_HEADER, NULL}, {OPT_NO_HEADER, NULL}, {                   \
        OPT_DELIMITER, NULL                                            \
    }

/* The columns that --columns names, or all. 0, or an exit status after saying why not. */
int cli_data_read(struct cli_session *session, const struct cli_args *args,
                  const char *path, gmix_data **data);

/*
 * The columns a model wants. If both have names, they are picked by name: other columns
 * may be there, in any order. If not, and with --columns, they are taken as they come and
 * their number must be right.
 */
int cli_data_read_for(struct cli_session *session, const struct cli_args *args,
                      const char *path, const gmix_model *model, gmix_data **data);

#endif
