/* What the values of options mean: choices, numbers, fields of the fit. See options.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "complain.h"

/* True if the choice is the text, or ends in :Q and the text begins as it does: the library
 * reads the number. */
static bool is_choice(const char *choice, const char *text) {
    const size_t length = strcspn(choice, ":");
    return strcmp(choice, text) == 0 ||
           (strcmp(choice + length, ":Q") == 0 && strncmp(choice, text, length) == 0 &&
            text[length] == ':');
}

/* A choice among those of the command line, which may be fewer than the library's. */
static int check_choice(const struct cli_args *args, enum cli_id id) {
    const char *const *const choices = cli_option_choices(cli_option(id));
    char list[256] = "";
    size_t n = 0, used = 0;
    for (; choices && choices[n]; n++) {
        if (is_choice(choices[n], args->values[id])) {
            return CLI_OK;
        }
        if (used < sizeof list) {
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
                                     n ? ", " : "", choices[n]);
        }
    }
    return n == 0
               ? CLI_OK
               : cli_usage_error(args->command->name, "--%s '%.40s' is not one of %s%s",
                                 cli_option(id)->name, args->values[id], list,
                                 cli_did_you_mean("", args->values[id], choices, n));
}

/* "1e6" as the library reads it, "1000000"; other text as it is. */
static const char *plain_whole(const char *text, char plain[32]) {
    char *end;
    const double value = strtod(text, &end);
    if (end == text || *end || !strpbrk(text, "eE") || !(value >= 0 && value <= 1e15) ||
        value != floor(value)) {
        return text;
    }
    snprintf(plain, 32, "%.0f", value);
    return plain;
}

/* Passes on what the library says against a value. */
static int option_refused(const struct cli_args *args, enum cli_id id,
                          const gmix_ctx *ctx) {
    const struct cli_option *const option = cli_option(id);
    const gmix_option_info *const info = cli_option_field(option);
    const char *text = gmix_ctx_message(ctx);
    const size_t length = strlen(option->field);
    char *end;
    if (strcmp(info->type, "size") == 0 && strtod(args->values[id], &end) > info->max &&
        *end == '\0') {
        return cli_usage_error(args->command->name,
                               "--%s takes at most %.0f, not '%.40s'", option->name,
                               info->max, args->values[id]);
    }
    if (strncmp(text, option->field, length) == 0) {
        return cli_usage_error(args->command->name, "--%s%s", option->name,
                               text + length);
    }
    return cli_usage_error(args->command->name, "--%s: %s", option->name, text);
}

int cli_option_set(const struct cli_args *args, enum cli_id id, gmix_ctx *ctx,
                   gmix_fit_options *opts) {
    const struct cli_option *const option = cli_option(id);
    const gmix_option_info *const info = cli_option_field(option);
    char plain[32];
    if (!info || option->table || !args->values[id]) {
        return CLI_OK;
    }
    const bool size = strcmp(info->type, "size") == 0;
    const char *const value =
        size ? plain_whole(args->values[id], plain) : args->values[id];
    if (check_choice(args, id)) {
        return CLI_BAD_USAGE;
    }
    return gmix_fit_option_set(ctx, opts, option->field, value) == GMIX_OK
               ? CLI_OK
               : option_refused(args, id, ctx);
}

int cli_parse_count(const struct cli_args *args, enum cli_id id, size_t min, size_t max,
                    size_t *out) {
    const char *const text = args->values[id];
    char *end;
    const double value = strtod(text, &end);
    if (end == text || *end || !(value >= (double)min && value <= (double)max) ||
        value != floor(value)) {
        return cli_usage_error(args->command->name,
                               "--%s: '%s' is not a whole number from %zu to %zu",
                               cli_option(id)->name, text, min, max);
    }
    *out = (size_t)value;
    return CLI_OK;
}
