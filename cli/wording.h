/*
 * The library speaks of fields of structs; on the command line they are options.
 */
#ifndef GMIX_CLI_WORDING_H
#define GMIX_CLI_WORDING_H

#include <stdbool.h>
#include <stddef.h>

#include <gmix/gmix.h>

/* Copies a sentence of the library, cut to size, with options in place of fields. Names of
 * files and columns that look like a field stay. */
void cli_wording(const char *text, char *out, size_t size);

/* A report whose warnings are in these terms; the rest is the original's, which must live. */
struct cli_worded {
    gmix_report report;
    char *lines;
};

/* False if there is no memory; else to be closed. */
bool cli_worded_open(struct cli_worded *worded, const gmix_report *report);
void cli_worded_close(struct cli_worded *worded);

/* gmix_model_to_text() with the report's warnings in these terms. report may be NULL. */
gmix_status cli_wording_summary(gmix_ctx *ctx, const gmix_model *model,
                                const gmix_report *report, char **text);

#endif
