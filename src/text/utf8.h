/* UTF-8, byte by byte. */
#ifndef GMIX_TEXT_UTF8_H
#define GMIX_TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length of the UTF-8 sequence at s (RFC 3629), or 0 if there is none. */
static inline size_t gmix_i_utf8_length(const unsigned char *s) {
    if (s[0] < 0x80) {
        return 1;
    }
    const size_t n = s[0] >= 0xC2 && s[0] < 0xE0   ? 2
                     : s[0] >= 0xE0 && s[0] < 0xF0 ? 3
                     : s[0] >= 0xF0 && s[0] < 0xF5 ? 4
                                                   : 0;
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xC0) != 0x80) { /* stops at the final zero too */
            return 0;
        }
    }
    const bool overlong = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xF0 && s[1] < 0x90);
    const bool surrogate = s[0] == 0xED && s[1] >= 0xA0;
    const bool beyond = s[0] == 0xF4 && s[1] >= 0x90;
    return overlong || surrogate || beyond ? 0 : n;
}

/* The character that a sequence of this length is. */
static inline uint32_t gmix_i_utf8_decode(const unsigned char *s, size_t n) {
    static const unsigned char first[5] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t code = s[0] & first[n];
    for (size_t i = 1; i < n; i++) {
        code = code << 6 | (s[i] & 0x3F);
    }
    return code;
}

#endif
