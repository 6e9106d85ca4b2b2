/* Outputs that are complete or absent. See outfile.h. */
#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "complain.h"
#include "interrupt.h"
#include "leftovers.h"
#include "shortest.h"
#include "text/follow_links.h"

static int cannot(const char *what, const char *name, int error) {
    return cli_complain("cannot %s %s: %s", what, name, strerror(error));
}

/* mkstemp makes files for the owner alone: give it the rights any new file gets, or
 * those of the file it will replace. */
static void set_rights(int fd, const struct stat *old) {
    const mode_t mask = umask(0);
    umask(mask);
    (void)!fchmod(fd, old ? old->st_mode & 07777 : 0666 & ~mask);
}

static int open_temporary(struct cli_out *out, const char *path, const struct stat *old) {
    char *const target = gmix_i_follow_links(path);
    if (!target) {
        return cannot("write", path, errno);
    }
    char *temporary;
    out->fd = cli_temporary_open(target, &temporary);
    if (out->fd < 0) {
        const int error = errno;
        free(target);
        return cannot("write", path, error);
    }
    out->target = target;
    out->temporary = temporary;
    set_rights(out->fd, old);
    cli_interrupt_removes(out->temporary);
    return CLI_OK;
}

void cli_out_guard(void) {
    for (int fd = open("/dev/null", O_RDONLY); fd >= 0;
         fd = open("/dev/null", O_RDONLY)) {
        if (fd > STDERR_FILENO) {
            close(fd);
            return;
        }
    }
}

static bool means_stdout(const char *path) {
    return !path || strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0;
}

int cli_out_open(struct cli_out *out, const char *path) {
    out->error = 0;
    out->used = 0;
    out->target = out->temporary = NULL;
    out->fd = STDOUT_FILENO;
    out->name = "standard output";
    if (means_stdout(path)) {
        return CLI_OK;
    }
    out->fd = -1;
    out->name = path;
    struct stat info;
    const bool exists = stat(path, &info) == 0;
    if (exists && S_ISDIR(info.st_mode)) {
        return cannot("write", path, EISDIR);
    }
    if (exists && !S_ISREG(info.st_mode)) {
        out->fd = open(path, O_WRONLY | O_CLOEXEC);
        return out->fd < 0 ? cannot("write", path, errno) : CLI_OK;
    }
    if (exists && access(path, W_OK) != 0) {
        return cannot("write", path, errno);
    }
    return open_temporary(out, path, exists ? &info : NULL);
}

void cli_out_stderr(struct cli_out *out) {
    cli_out_open(out, NULL);
    out->fd = STDERR_FILENO;
    out->name = "standard error";
}

static void flush(struct cli_out *out) {
    size_t done = 0;
    while (done < out->used && !out->error) {
        const ssize_t n = write(out->fd, out->buffer + done, out->used - done);
        if (n >= 0) {
            done += (size_t)n;
        } else if (errno != EINTR) {
            out->error = errno;
        }
    }
    out->used = 0;
}

void cli_out_bytes(struct cli_out *out, const char *bytes, size_t length) {
    while (length > 0) {
        if (out->used == sizeof out->buffer) {
            flush(out);
        }
        const size_t room = sizeof out->buffer - out->used;
        const size_t n = length < room ? length : room;
        memcpy(out->buffer + out->used, bytes, n);
        out->used += n;
        bytes += n;
        length -= n;
    }
}

void cli_out_text(struct cli_out *out, const char *text) {
    cli_out_bytes(out, text, strlen(text));
}

void cli_out_printf(struct cli_out *out, const char *format, ...) {
    char text[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    cli_out_text(out, text);
}

void cli_out_number(struct cli_out *out, double value) {
    char text[CLI_NUMBER_SIZE];
    cli_out_bytes(out, text, cli_number_text(value, text));
}

void cli_out_cell(struct cli_out *out, const char *text) {
    if (!strpbrk(text, ",;\t| \"\r\n") && text[0]) {
        cli_out_text(out, text);
        return;
    }
    cli_out_text(out, "\"");
    for (const char *c = text; *c; c++) {
        cli_out_bytes(out, c, 1);
        if (*c == '"') {
            cli_out_text(out, "\"");
        }
    }
    cli_out_text(out, "\"");
}

void cli_out_abandon(struct cli_out *out) {
    if (out->fd > STDERR_FILENO) {
        close(out->fd);
    }
    out->fd = -1;
    if (out->temporary) {
        unlink(out->temporary);
        cli_interrupt_spares(out->temporary);
    }
    free(out->temporary);
    free(out->target);
    out->temporary = out->target = NULL;
}

/* The disk may refuse only now: the rename comes after it has said yes. */
static void settle_file(struct cli_out *out) {
    if (!out->error && out->temporary && fsync(out->fd) != 0 && errno != EINVAL) {
        out->error = errno;
    }
    if (out->fd > STDERR_FILENO && close(out->fd) != 0 && !out->error) {
        out->error = errno;
    }
    out->fd = -1;
    if (!out->error && out->temporary) {
        if (rename(out->temporary, out->target) != 0) {
            out->error = errno;
        } else {
            cli_interrupt_spares(out->temporary);
            free(out->temporary);
            out->temporary = NULL;
        }
    }
}

int cli_out_close(struct cli_out *out) {
    flush(out);
    settle_file(out);
    const int error = out->error;
    cli_out_abandon(out);
    if (error == 0) {
        return CLI_OK;
    }
    return error == EPIPE ? CLI_BAD_DATA : cannot("write to", out->name, error);
}

int cli_out_write(const char *path, const char *text) {
    struct cli_out out;
    if (cli_out_open(&out, path)) {
        return CLI_BAD_DATA;
    }
    cli_out_text(&out, text);
    return cli_out_close(&out);
}

int cli_out_end(struct cli_out *out, bool complete) {
    if (complete) {
        return cli_out_close(out);
    }
    cli_out_abandon(out);
    return CLI_OK;
}
