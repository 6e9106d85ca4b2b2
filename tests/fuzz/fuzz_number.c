/* Any bytes as a number: what strtod gives in the C locale, to the bit. */
#include <stdlib.h>
#include <string.h>

#include "target.h"
#include "text/number.h"

/* Length of the decimal number at text, by the grammar alone. */
static size_t decimal_length(const char *text) {
    const char *p = text + (*text == '-' || *text == '+');
    const size_t whole = strspn(p, "0123456789");
    size_t fraction = 0;
    p += whole;
    if (*p == '.') {
        fraction = strspn(p + 1, "0123456789");
        p += 1 + fraction;
    }
    if (whole + fraction == 0) {
        return 0;
    }
    if (*p == 'e' || *p == 'E') {
        const size_t sign = p[1] == '-' || p[1] == '+';
        const size_t digits = strspn(p + 1 + sign, "0123456789");
        p += digits > 0 ? 1 + sign + digits : 0;
    }
    return (size_t)(p - text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    char *const text = malloc(n + 1);
    target_require(text != NULL, "no memory");
    if (n > 0) {
        memcpy(text, bytes, n);
    }
    text[n] = '\0';
    double found = 0.0;
    const size_t length = decimal_length(text);
    const char *const stop = gmix_i_number(text, text + n, &found);
    target_require(stop ? stop == text + length : length == 0, "the length differs");
    if (stop) {
        text[length] = '\0'; /* "0x1" is hexadecimal to strtod only */
        const double expected = strtod(text, NULL);
        target_require(memcmp(&found, &expected, sizeof found) == 0, "the value differs");
        char back[GMIX_I_NUMBER_SIZE];
        if (found - found == 0.0) {
            (void)gmix_i_number_text(found, back);
            const double again = strtod(back, NULL);
            target_require(memcmp(&found, &again, sizeof found) == 0,
                           "the text of the number is another number");
        }
    }
    free(text);
    return 0;
}
