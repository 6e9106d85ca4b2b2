/*
 * Where results go: standard output or a file that appears only when it is complete.
 *
 * A file is written under a temporary name beside its final one and renamed when closed;
 * a symbolic link is followed, and what is no regular file (a device, a pipe) is written
 * directly. Errors are remembered, so that only closing needs to be checked; long loops
 * look at `error` to end early. A reader that closes a pipe ends the program quietly with
 * status 1: no message, since the reader chose to stop.
 */
#ifndef GMIX_CLI_OUTFILE_H
#define GMIX_CLI_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>

struct cli_out {
    int fd;
    int error;        /* errno of the first failed write; 0: none */
    const char *name; /* as given, or "standard output" */
    char *target;     /* final name; NULL if written directly */
    char *temporary;  /* its name until then */
    size_t used;
    char buffer[1 << 16];
};

/* Keeps the descriptors of closed standard streams from being given to files: writing to
 * them goes on failing. */
void cli_out_guard(void);

/* path NULL or "-": standard output. 0, or 1 after saying what is wrong. */
int cli_out_open(struct cli_out *out, const char *path);

/* Standard error as an output, for what must not mix with results. */
void cli_out_stderr(struct cli_out *out);

void cli_out_bytes(struct cli_out *out, const char *bytes, size_t length);
void cli_out_text(struct cli_out *out, const char *text);
void cli_out_printf(struct cli_out *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A number that reads back to the same bits. */
void cli_out_number(struct cli_out *out, double value);

/* A CSV cell, quoted where RFC 4180 asks for it. */
void cli_out_cell(struct cli_out *out, const char *text);

/* Completes the output. 0, or 1 after saying what is wrong; nothing is left then. */
int cli_out_close(struct cli_out *out);

/* Gives it up: what was written to a temporary file is gone. Harmless after closing. */
void cli_out_abandon(struct cli_out *out);

/* Closes what is complete, with what that says; abandons what is not: CLI_OK. */
int cli_out_end(struct cli_out *out, bool complete);

/* Text of a heap or library string to path in one go. */
int cli_out_write(const char *path, const char *text);

#endif
