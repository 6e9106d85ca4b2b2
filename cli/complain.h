/*
 * Saying what went wrong: one line on standard error, and the exit status that goes with
 * it: 1 for data and models, 2 for the command line.
 */
#ifndef GMIX_CLI_COMPLAIN_H
#define GMIX_CLI_COMPLAIN_H

#include <stddef.h>

#include <gmix/gmix.h>

enum { CLI_OK = 0, CLI_BAD_DATA = 1, CLI_BAD_USAGE = 2 };

/* What the program is called: gmix, or another that is made of its parts. */
extern const char *cli_program;

/* "gmix: ..." on standard error; control characters are made visible. Gives CLI_BAD_DATA.
 */
int cli_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same, followed by where to find help on the command. Gives CLI_BAD_USAGE. */
int cli_usage_error(const char *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Passes on what the library says; `about` (a file name, or NULL) goes before it. */
int cli_library_error(const gmix_ctx *ctx, gmix_status status, const char *about);

/* A hint: "; did you mean 'x'?" in a static buffer, or "" if no candidate is near. */
const char *cli_did_you_mean(const char *prefix, const char *word,
                             const char *const *candidates, size_t n);

#endif
