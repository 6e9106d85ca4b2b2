/* Messages on standard error. See complain.h. */
#include "complain.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/edit_distance.h"
#include "progress_line.h"
#include "wording.h"

enum { MESSAGE_SIZE = 4096 };

const char *cli_program = "gmix";

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
    fprintf(stderr, "%s: %s\n", cli_program, text);
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
        fprintf(stderr, "Try '%s %s --help'.\n", cli_program, command);
    } else {
        fputs("Try 'gmix help'.\n", stderr);
    }
    return CLI_BAD_USAGE;
}

int cli_library_error(const gmix_ctx *ctx, gmix_status status, const char *about) {
    char text[MESSAGE_SIZE];
    const char *const said = gmix_ctx_message(ctx);
    cli_wording(said[0] ? said : gmix_status_text(status), text, sizeof text);
    if (about) {
        cli_complain("%s: %s", strcmp(about, "-") == 0 ? "standard input" : about, text);
    } else {
        cli_complain("%s", text);
    }
    return status == GMIX_ERR_OPTION ? CLI_BAD_USAGE : CLI_BAD_DATA;
}

/* Distance and cut-off are those of the library's own hints, so that a slip gets the same
 * one from either; options and commands are also known by their beginnings. */
const char *cli_did_you_mean(const char *prefix, const char *word,
                             const char *const *candidates, size_t n) {
    static char hint[128];
    const char *best = NULL;
    size_t best_distance = strlen(word) / 2 + 2;
    for (size_t i = 0; i < n; i++) {
        /* a beginning counts as near: "comp" for "components" */
        const size_t len = strlen(word);
        const bool begins = len > 1 && strncasecmp(word, candidates[i], len) == 0;
        const size_t distance = begins ? candidates[i][len] != '\0'
                                       : gmix_i_edit_distance(word, candidates[i]);
        const bool shares = distance < len || distance < strlen(candidates[i]);
        if (distance < best_distance && shares) {
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
