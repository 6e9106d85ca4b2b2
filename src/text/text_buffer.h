/*
 * Text that grows. The first failure (out of memory) is remembered and turns the later
 * calls into nothing, so that only gmix_i_text_take() needs to be checked.
 */
#ifndef GMIX_TEXT_TEXT_BUFFER_H
#define GMIX_TEXT_TEXT_BUFFER_H

#include "base/base.h"

struct gmix_i_text {
    gmix_ctx *ctx; /* set by the caller; the rest starts as zero */
    char *bytes;
    size_t used, capacity;
    gmix_status status;
};

void gmix_i_text_add(struct gmix_i_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void gmix_i_text_bytes(struct gmix_i_text *text, const char *bytes, size_t n);
void gmix_i_text_blanks(struct gmix_i_text *text, size_t n);

/* Blanks from `used` to `width`; none where that is full. Widths are of numbers that anyone may
 * have written: subtract them nowhere else. */
void gmix_i_text_pad(struct gmix_i_text *text, size_t width, size_t used);

/* A sentence broken into lines; it begins at column indent, as the later lines do. */
void gmix_i_text_wrapped(struct gmix_i_text *text, size_t indent, size_t width,
                         const char *sentence);

/* Hands the text to a caller of the library, or fails as an earlier call did. */
gmix_status gmix_i_text_take(struct gmix_i_text *text, char **out);
void gmix_i_text_drop(struct gmix_i_text *text);

/* Characters of UTF-8 text, which is the columns it takes in most scripts. */
size_t gmix_i_text_width(const char *utf8);

#endif
