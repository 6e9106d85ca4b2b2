/* Messages on standard error. See complain.h. */
#include "complain.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "progress_line.h"

enum { MESSAGE_SIZE = 4096 };

/* Names in files may hold anything: keep them from steering the terminal. */
static void make_visible(char *text) {
    for (char *c = text; *c; c++) {
        if ((unsigned char)*c < 32 || *c == 127) {
            *c = '?';
        }
    }
}

static void say(const char *format, va_list args) {
    char text[MESSAGE_SIZE];
    vsnprintf(text, sizeof text, format, args);
    make_visible(text);
    cli_progress_clear();
    fprintf(stderr, "gmix: %s\n", text);
}

int cli_complain(const char *format, ...) {
    va_list args;
    va_start(args, format);
    say(format, args);
    va_end(args);
    return CLI_BAD_DATA;
}

int cli_usage_error(const char *command, const char *format, ...) {
    va_list args;
    va_start(args, format);
    say(format, args);
    va_end(args);
    if (command) {
        fprintf(stderr, "Try 'gmix %s --help'.\n", command);
    } else {
        fputs("Try 'gmix help'.\n", stderr);
    }
    return CLI_BAD_USAGE;
}

int cli_library_error(const gmix_ctx *ctx, gmix_status status, const char *about) {
    const char *text = gmix_ctx_message(ctx);
    if (!text[0]) {
        text = gmix_status_text(status);
    }
    if (about) {
        cli_complain("%s: %s", strcmp(about, "-") == 0 ? "standard input" : about, text);
    } else {
        cli_complain("%s", text);
    }
    return status == GMIX_ERR_OPTION ? CLI_BAD_USAGE : CLI_BAD_DATA;
}

static size_t smallest(size_t a, size_t b, size_t c) {
    const size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Levenshtein distance, blind to case; words are cut at 63 bytes. */
static size_t edit_distance(const char *a, const char *b) {
    size_t row[64];
    const size_t n = strnlen(b, 63);
    for (size_t j = 0; j <= n; j++) {
        row[j] = j;
    }
    for (size_t i = 0; a[i] && i < 63; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < n; j++) {
            const size_t replace = diagonal + (strncasecmp(a + i, b + j, 1) != 0);
            diagonal = row[j + 1];
            row[j + 1] = smallest(row[j] + 1, diagonal + 1, replace);
        }
    }
    return row[n];
}

const char *cli_did_you_mean(const char *prefix, const char *word,
                             const char *const *candidates, size_t n) {
    static char hint[128];
    const char *best = NULL;
    size_t best_distance = strlen(word) / 3 + 2;
    for (size_t i = 0; i < n; i++) {
        /* a beginning counts as near: "comp" for "components" */
        const size_t len = strlen(word);
        const bool begins = len > 1 && strncasecmp(word, candidates[i], len) == 0;
        const size_t distance = begins ? 1 : edit_distance(word, candidates[i]);
        if (distance < best_distance) {
            best_distance = distance;
            best = candidates[i];
        }
    }
    if (!best) {
        return "";
    }
    snprintf(hint, sizeof hint, "; did you mean '%s%s'?", prefix, best);
    return hint;
}
