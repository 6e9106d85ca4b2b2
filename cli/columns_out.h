/*
 * What a command says of rows, column by column: as CSV of its own behind the rows' names, or, with
 * --append, as new columns of the user's file (gmix/rewrite.h).
 */
#ifndef GMIX_CLI_COLUMNS_OUT_H
#define GMIX_CLI_COLUMNS_OUT_H

#include "outfile.h"
#include "session.h"

/* Options that say where columns go and how numbers look; part of a command's list. */
#define CLI_COLUMNS_USES                      \
    {OPT_APPEND, NULL}, {OPT_DIGITS, NULL}, { \
        OPT_EXACT, NULL                       \
    }

struct cli_columns {
    struct cli_out *out;
    const struct cli_session *session;
    gmix_rewriter *rewriter; /* NULL: CSV of its own */
    int digits;              /* 0: all */
    gmix_cell *cells;        /* of the row that is written next, n */
    char **names;            /* n */
    size_t n, capacity;
};

/* Reads --append, --digits and --exact. 0, or an exit status after saying what is wrong. */
int cli_columns_open(struct cli_columns *columns, const struct cli_session *session,
                     const struct cli_args *args, struct cli_out *out);

/* Adds a column before the heading is written. False without memory. */
bool cli_column_add(struct cli_columns *columns, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The heading; then row i from columns->cells. filled: see gmix_rewriter_row(). */
gmix_status cli_columns_heading(struct cli_columns *columns);
gmix_status cli_columns_row(struct cli_columns *columns, size_t i, const double *filled);

/* What is behind the last row. */
gmix_status cli_columns_end(struct cli_columns *columns);
void cli_columns_close(struct cli_columns *columns);

#endif
