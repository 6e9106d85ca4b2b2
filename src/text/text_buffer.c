/* Text that grows. See text_buffer.h. */
#include "text/text_buffer.h"

#include <stdio.h>
#include <string.h>

static bool reserve(struct gmix_i_text *text, size_t more) {
    if (text->status == GMIX_OK) {
        text->status = gmix_i_grow(text->ctx, "text", &text->bytes, &text->capacity,
                                   text->used + more + 1, 1);
    }
    return text->status == GMIX_OK;
}

void gmix_i_text_add(struct gmix_i_text *text, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    if (length > 0 && reserve(text, (size_t)length)) {
        vsnprintf(text->bytes + text->used, (size_t)length + 1, format, again);
        text->used += (size_t)length;
    }
    va_end(again);
    va_end(args);
}

void gmix_i_text_bytes(struct gmix_i_text *text, const char *bytes, size_t n) {
    if (reserve(text, n)) {
        memcpy(text->bytes + text->used, bytes, n);
        text->used += n;
    }
}

void gmix_i_text_blanks(struct gmix_i_text *text, size_t n) {
    if (reserve(text, n)) {
        memset(text->bytes + text->used, ' ', n);
        text->used += n;
    }
}

void gmix_i_text_pad(struct gmix_i_text *text, size_t width, size_t used) {
    gmix_i_text_blanks(text, width > used ? width - used : 0);
}

void gmix_i_text_wrapped(struct gmix_i_text *text, size_t indent, size_t width,
                         const char *sentence) {
    size_t column = indent;
    for (const char *word = sentence; *word;) {
        const size_t length = strcspn(word, " ");
        if (column > indent && column + 1 + length > width) {
            gmix_i_text_add(text, "\n");
            gmix_i_text_blanks(text, indent);
            column = indent;
        } else if (word != sentence) {
            gmix_i_text_add(text, " ");
            column++;
        }
        gmix_i_text_add(text, "%.*s", (int)length, word);
        column += length;
        word += length;
        word += strspn(word, " ");
    }
    gmix_i_text_add(text, "\n");
}

gmix_status gmix_i_text_take(struct gmix_i_text *text, char **out) {
    if (text->status != GMIX_OK) {
        return text->status;
    }
    return gmix_i_text_new(text->ctx, text->bytes ? text->bytes : "", text->used, out);
}

void gmix_i_text_drop(struct gmix_i_text *text) {
    gmix_i_free(text->ctx, text->bytes);
    text->bytes = NULL;
    text->used = text->capacity = 0;
}

size_t gmix_i_text_width(const char *utf8) {
    size_t n = 0;
    for (const char *c = utf8; *c; c++) {
        n += ((unsigned char)*c & 0xC0) != 0x80;
    }
    return n;
}
