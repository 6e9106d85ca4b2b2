/*
 * Structs of options, by their tables. See option_sets.h.
 */
#include "base/option_sets.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static gmix_status fail_choice(gmix_ctx *ctx, const gmix_option_info *o,
                               const char *text) {
    const char *const *const choices = o->choices;
    char list[256] = "";
    size_t n = 0;
    for (; choices[n]; n++) {
        const size_t used = strlen(list);
        strncat(list, n ? ", " : "", sizeof list - used - 1);
        strncat(list, choices[n], sizeof list - strlen(list) - 1);
    }
    const char *const near = gmix_i_nearest(text, choices, n);
    return gmix_i_fail(ctx, GMIX_ERR_OPTION, "%s '%.40s' is not one of %s%s%s%s", o->name,
                       text, list, near ? "; did you mean '" : "", near ? near : "",
                       near ? "'?" : "");
}

/* True if the choice is the text, or ends in :Q where the text has a number. */
static bool is_choice(const char *choice, const char *text) {
    const size_t length = strcspn(choice, ":");
    if (strcmp(choice + length, ":Q") != 0) {
        return strcmp(choice, text) == 0;
    }
    return strncmp(choice, text, length) == 0 && text[length] == ':' &&
           isdigit((unsigned char)text[length + 1]) &&
           text[length + 1 + strspn(text + length + 1, "0123456789")] == '\0';
}

static gmix_status set_name(gmix_ctx *ctx, const gmix_option_info *o, const char *text,
                            void *field) {
    const char *const *const choices = o->choices;
    for (size_t i = 0; choices[i]; i++) {
        if (strcmp(choices[i], text) == 0) {
            memcpy(field, &choices[i], sizeof choices[i]);
            return GMIX_OK;
        }
        if (is_choice(choices[i], text)) {
            memcpy(field, &text, sizeof text);
            return GMIX_OK;
        }
    }
    return fail_choice(ctx, o, text);
}

bool gmix_i_real_from_text(const char *text, double *value, const char *until) {
    char *end = NULL;
    const locale_t plain =
        newlocale(LC_ALL_MASK, "C", (locale_t)0); /* a point is a point */
    *value = plain ? strtod_l(text, &end, plain) : strtod(text, &end);
    if (plain) {
        freelocale(plain);
    }
    return end != text && end == until;
}

/* Says which end of the range a number is beyond; both ends where they are near. */
static gmix_status fail_range(gmix_ctx *ctx, const gmix_option_info *o,
                              const char *text) {
    const bool seed = strcmp(o->type, "seed") == 0;
    const char *const kind = strcmp(o->type, "real") == 0 ? "number" : "whole number";
    double value = 0.0;
    const bool number = gmix_i_real_from_text(text, &value, text + strlen(text));
    if (seed && number && value > 0.0) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "%s takes a whole number of at most 18446744073709551615, not "
                           "'%.40s'",
                           o->name, text);
    }
    if (o->max >= 1e9) {
        const bool above = number && value > o->max;
        return gmix_i_fail(ctx, GMIX_ERR_OPTION, "%s takes a %s of at %s %g, not '%.40s'",
                           o->name, kind, above ? "most" : "least",
                           above ? o->max : o->min, text);
    }
    return gmix_i_fail(ctx, GMIX_ERR_OPTION, "%s takes a %s from %g to %g, not '%.40s'",
                       o->name, kind, o->min, o->max, text);
}

static gmix_status set_whole(gmix_ctx *ctx, const gmix_option_info *o, const char *text,
                             void *field) {
    char *end;
    errno = 0;
    const bool negative =
        o->min < 0 && text[0] == '-'; /* of a flag that may be unknown */
    const unsigned long long value = strtoull(text + negative, &end, 10);
    const bool number =
        isdigit((unsigned char)text[negative]) && *end == '\0' && errno == 0;
    const double signed_value = negative ? -(double)value : (double)value;
    if (!number || signed_value < o->min || signed_value > o->max) {
        return fail_range(ctx, o, text);
    }
    if (strcmp(o->type, "seed") == 0) {
        const uint64_t seed = value;
        memcpy(field, &seed, sizeof seed);
    } else if (strcmp(o->type, "flag") == 0) {
        const int flag = (int)signed_value;
        memcpy(field, &flag, sizeof flag);
    } else {
        const size_t size = (size_t)value;
        memcpy(field, &size, sizeof size);
    }
    return GMIX_OK;
}

static gmix_status set_real(gmix_ctx *ctx, const gmix_option_info *o, const char *text,
                            void *field) {
    double value = 0.0;
    if (!gmix_i_real_from_text(text, &value, text + strlen(text)) || !(value >= o->min) ||
        !(value <= o->max)) {
        return fail_range(ctx, o, text);
    }
    memcpy(field, &value, sizeof value);
    return GMIX_OK;
}

static gmix_status set_field(gmix_ctx *ctx, const gmix_option_info *o, void *opts,
                             const char *text) {
    void *const field = (char *)opts + o->offset;
    switch (o->type[0]) {
    case 'n':
        return set_name(ctx, o, text, field);
    case 'r':
        return set_real(ctx, o, text, field);
    case 't':
        memcpy(field, &text, sizeof text);
        return GMIX_OK;
    default:
        return set_whole(ctx, o, text, field);
    }
}

/* True if `text` is `name`, with dashes for underscores or not. */
static bool same_name(const char *name, const char *text) {
    while (*name && (*name == *text || (*name == '_' && *text == '-'))) {
        name++;
        text++;
    }
    return *name == '\0' && *text == '\0';
}

gmix_status gmix_i_options_set(gmix_ctx *ctx, const gmix_i_option_set *set, void *opts,
                               const char *name, const char *text) {
    enum { MOST = 64 };
    const char *names[MOST];
    size_t n = 0;
    for (const gmix_option_info *o = set->table; o && o->name; o++) {
        if (same_name(o->name, name)) {
            return set_field(ctx, o, opts, text);
        }
        if (n < MOST) {
            names[n++] = o->name;
        }
    }
    const char *const near = gmix_i_nearest(name, names, n);
    return gmix_i_fail(ctx, GMIX_ERR_OPTION, "there is no option '%.40s'%s%s%s", name,
                       near ? "; did you mean '" : "", near ? near : "",
                       near ? "'?" : "");
}

static void set_defaults(const gmix_i_option_set *set, void *whole) {
    gmix_ctx quiet;
    gmix_i_ctx_default(&quiet);
    memset(whole, 0, set->size);
    memcpy(whole, &set->size,
           sizeof set->size); /* struct_size comes first in all of them */
    for (const gmix_option_info *o = set->table; o && o->name; o++) {
        if (o->value) {
            set_field(&quiet, o, whole, o->value);
        }
    }
}

void gmix_i_options_init(const gmix_i_option_set *set, void *opts, size_t struct_size) {
    enum { MOST_SIZE = 1024 };
    _Alignas(max_align_t) char whole[MOST_SIZE];
    set_defaults(set, whole);
    gmix_i_options_give(opts, struct_size, whole, set->size);
}

static gmix_status check_text(gmix_ctx *ctx, const gmix_option_info *o,
                              const void *field) {
    const char *text;
    memcpy(&text, field, sizeof text);
    if (!text) {
        return o->value ? gmix_i_fail(ctx, GMIX_ERR_OPTION, "%s is NULL", o->name)
                        : GMIX_OK;
    }
    return o->type[0] == 't' ? GMIX_OK : set_name(ctx, o, text, &(const char *){NULL});
}

static gmix_status check_field(gmix_ctx *ctx, const gmix_option_info *o,
                               const void *whole) {
    const void *const field = (const char *)whole + o->offset;
    double value = 0.0;
    if (o->type[0] == 'n' || o->type[0] == 't') {
        return check_text(ctx, o, field);
    }
    if (o->type[0] == 'r') {
        memcpy(&value, field, sizeof value);
    } else if (strcmp(o->type, "size") == 0) {
        size_t size;
        memcpy(&size, field, sizeof size);
        value = (double)size;
    } else if (strcmp(o->type, "flag") == 0) {
        int flag;
        memcpy(&flag, field, sizeof flag);
        value = flag;
    }
    /* where -1 is off, so is any negative number */
    const bool off = o->type[0] == 'r' && o->min == -1.0 && value < 0.0;
    const bool seed = strcmp(o->type, "seed") == 0;
    if (!off && !seed && (!(value >= o->min) || !(value <= o->max))) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION, "%s is %g: it ranges from %g to %g",
                           o->name, value, o->min, o->max);
    }
    return GMIX_OK;
}

gmix_status gmix_i_options_read(gmix_ctx *ctx, const gmix_i_option_set *set,
                                const void *given, void *whole) {
    set_defaults(set, whole);
    if (given && !gmix_i_options_take(given, set->first_size, whole, set->size)) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "%s was not set by %s_init(), or is of a newer gmix than this "
                           "library",
                           set->name, set->name);
    }
    gmix_status status = GMIX_OK;
    for (const gmix_option_info *o = set->table; status == GMIX_OK && o && o->name; o++) {
        status = check_field(ctx, o, whole);
    }
    return status;
}

const char *gmix_i_option_text(const void *opts, const gmix_option_info *o,
                               char number[32]) {
    const void *const field = (const char *)opts + o->offset;
    const char *text = number;
    if (o->type[0] == 'n' || o->type[0] == 't') {
        memcpy(&text, field, sizeof text);
    } else if (o->type[0] == 'r') { /* -1 stands for any number below 0 */
        const double value = fmax(*(const double *)field, o->min);
        snprintf(number, 32, "%.15g", value);
        if (strtod(number, NULL) != value) {
            snprintf(number, 32, "%.17g", value);
        }
        char *const comma = strchr(number, ',');
        if (comma) { /* of the caller's locale */
            *comma = '.';
        }
    } else if (o->type[0] == 'f') {
        snprintf(number, 32, "%d", *(const int *)field);
    } else if (strcmp(o->type, "seed") == 0) {
        snprintf(number, 32, "%llu", (unsigned long long)*(const uint64_t *)field);
    } else {
        snprintf(number, 32, "%zu", *(const size_t *)field);
    }
    return text;
}
