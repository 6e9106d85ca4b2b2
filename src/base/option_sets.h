/*
 * Structs of options: a table with a row for each field stands behind defaults, checks, values
 * given as text, and whatever interfaces are built on it (help, man pages, other languages).
 *
 * Structs grow at their end. Of one that a program hands in, as much is read as its struct_size
 * says, and the rest is default. first_size is that of the first version that promised to go on
 * reading it: it never changes.
 */
#ifndef GMIX_BASE_OPTION_SETS_H
#define GMIX_BASE_OPTION_SETS_H

#include <gmix/option_info.h>

#include "base/base.h"

typedef struct gmix_i_option_set {
    const char *name; /* of the struct: "gmix_fit_options" */
    size_t size, first_size;
    const gmix_option_info
        *table; /* ends with an entry whose name is NULL; may be NULL */
} gmix_i_option_set;

#define GMIX_I_OPTION_SET(type, last, rows) \
    { #type, sizeof(type), GMIX_I_SIZE_TO(type, last), (rows) }

/* A row, and the end of a table. Fields that are no text, number or name have none: they are 0. */
#define GMIX_I_OPTION(type, field, kind, value, min, max, choices, help)                 \
    {                                                                                    \
#field, (kind), (value), (min), (max), (choices), (help), offsetof(type, field), \
        {                                                                                \
            NULL, NULL                                                                   \
        }                                                                                \
    }
#define GMIX_I_OPTIONS_END                       \
    {                                            \
        NULL, NULL, NULL, 0, 0, NULL, NULL, 0, { \
            NULL, NULL                           \
        }                                        \
    }

/* Defaults into a caller's struct of which it knows struct_size bytes. */
void gmix_i_options_init(const gmix_i_option_set *set, void *opts, size_t struct_size);

/* A checked copy of what is given, or the defaults for NULL: set->size bytes at *whole.
 * GMIX_ERR_ARGUMENT if the size is none that this library has had; GMIX_ERR_OPTION if a value is
 * out of its range. */
gmix_status gmix_i_options_read(gmix_ctx *ctx, const gmix_i_option_set *set,
                                const void *given, void *whole);

/* Sets one option from text; dashes may stand for underscores. */
gmix_status gmix_i_options_set(gmix_ctx *ctx, const gmix_i_option_set *set, void *opts,
                               const char *name, const char *text);

/* An option as text that reads back to the same bits: names and texts are those of opts, numbers are
 * written into `number`. */
const char *gmix_i_option_text(const void *opts, const gmix_option_info *o,
                               char number[32]);

/* A number as text, from `text` right up to `until`, with a point whatever the locale. */
bool gmix_i_real_from_text(const char *text, double *value, const char *until);

#endif
