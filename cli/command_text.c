/* Command lines written out. See command_text.h. */
#include "command_text.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "complain.h"

/* The result is the same with the option or without it. A fit is what it is wherever it is
 * written to; what other commands write is their result. */
static bool is_aside(const struct cli_args *args, enum cli_id id) {
    static const enum cli_id aside[] = {OPT_THREADS, OPT_PROGRESS, OPT_QUIET, OPT_JSON,
                                        OPT_PLOT,    OPT_NO_PLOT,  OPT_REPORT};
    for (size_t i = 0; i < sizeof aside / sizeof *aside; i++) {
        if (id == aside[i]) {
            return true;
        }
    }
    return id == OPT_GROUP || (id == OPT_OUTPUT && args->command == &cmd_fit);
}

/* Is the word read by a shell as it stands? */
static bool is_plain(const char *word) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_./,:=+@%-";
    return word[0] && word[strspn(word, plain)] == '\0';
}

/* Appends a blank and the word at `to`; within quotes, a quote is '\''. Returns the end. */
static char *put_word(char *to, const char *word) {
    *to++ = ' ';
    if (is_plain(word)) {
        return stpcpy(to, word);
    }
    *to++ = '\'';
    for (const char *c = word; *c; c++) {
        if (*c == '\'') {
            to = stpcpy(to, "'\\'");
        }
        *to++ = *c;
    }
    return stpcpy(to, "'");
}

static char *put_option(char *to, enum cli_id id, const char *value) {
    const struct cli_option *const option = cli_option(id);
    if (option->letter) {
        const char name[] = {' ', '-', option->letter, '\0'};
        to = stpcpy(to, name);
    } else {
        to = stpcpy(stpcpy(to, " --"), option->name);
    }
    return option->value ? put_word(to, value) : to;
}

/* More than enough for the text. */
static size_t room_for(const struct cli_args *args) {
    size_t size = sizeof " " + strlen(cli_program) + strlen(args->command->name);
    for (size_t i = 0; i < args->n_operands; i++) {
        size += 4 * strlen(args->all[i]) + 4;
    }
    for (const struct cli_use *use = args->command->uses; use->id != OPT_NONE; use++) {
        const char *const value = use->id == OPT_GROUP ? NULL : args->values[use->id];
        size += value ? 4 * strlen(value) + strlen(cli_option(use->id)->name) + 8 : 0;
    }
    return size;
}

char *cli_command_text(const struct cli_args *args) {
    char *const text = malloc(room_for(args));
    if (!text) {
        return NULL;
    }
    char *at = stpcpy(stpcpy(stpcpy(text, cli_program), " "), args->command->name);
    for (size_t i = 0; i < args->n_operands; i++) {
        at = put_word(at, args->all[i]);
    }
    for (const struct cli_use *use = args->command->uses; use->id != OPT_NONE; use++) {
        if (!is_aside(args, use->id) && args->values[use->id]) {
            at = put_option(at, use->id, args->values[use->id]);
        }
    }
    return text;
}
