/*
 * Reads [+-] groups [decimal digits] [e [+-] digits] by writing it anew with a point and
 * nothing between digits, for gmix_i_number(): the digits are those of the text, so that a
 * number read is correctly rounded whatever its form.
 *
 * A minus may be the one of typography (U+2212) or an accountant's parentheses, (1,234).
 *
 * A mark counts only where it parts groups of three: the first group has one to three digits
 * and does not begin with a zero, every other three. So 0,435 and 1234,567 have no mark in
 * them, and 12,34 has a decimal comma or is no number.
 */
#include "files/number_form.h"

#include <string.h>

#include "text/number.h"

enum { TEXT_SIZE = 128 };

const struct gmix_i_number_form gmix_i_number_forms[GMIX_I_N_FORMS] = {
    {'.', '\0'}, {',', '\0'}, {'.', ','},  {',', '.'},
    {'.', ' '},  {',', ' '},  {'.', '\''}, {',', '\''},
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* How many bytes a mark has at p, 0 if there is none. Beside the ASCII ones: no-break,
 * narrow no-break and thin space, the right single quotation mark; in UTF-8 or Latin-1. */
static size_t mark_length(const char *p, const char *stop, char thousands) {
    static const struct {
        char thousands;
        const char *text;
    } others[] = {{' ', "\xc2\xa0"}, {' ', "\xe2\x80\xaf"},  {' ', "\xe2\x80\x89"},
                  {' ', "\xa0"},     {'\'', "\xe2\x80\x99"}, {'\'', "\x92"}};
    if (thousands && p < stop && *p == thousands) {
        return 1;
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const size_t n = strlen(others[i].text);
        if (others[i].thousands == thousands && n <= (size_t)(stop - p) &&
            memcmp(p, others[i].text, n) == 0) {
            return n;
        }
    }
    return 0;
}

/* Copies the digits before the decimal sign; NULL if the groups are none. */
static const char *copy_groups(const char *p, const char *stop, char thousands,
                               char **out) {
    const char *const first = p;
    while (p < stop && is_digit(*p)) {
        *(*out)++ = *p++;
    }
    size_t length = mark_length(p, stop, thousands);
    if (length > 0 && (p == first || p - first > 3 || *first == '0')) {
        return NULL;
    }
    while (length > 0) {
        p += length;
        for (int i = 0; i < 3; i++, p++) {
            if (p >= stop || !is_digit(*p)) {
                return NULL;
            }
            *(*out)++ = *p;
        }
        length = mark_length(p, stop, thousands);
    }
    return p < stop && is_digit(*p) ? NULL : p;
}

/* Goes past a sign that is no hyphen; what it leaves has to begin as a number without one. */
static bool take_minus(const char **start, const char **stop) {
    static const char minus[] = "\xe2\x88\x92";
    const char *const p = *start;
    const size_t n = (size_t)(*stop - p), length = sizeof minus - 1;
    if (n > length && memcmp(p, minus, length) == 0) {
        *start += length;
    } else if (n > 2 && *p == '(' && p[n - 1] == ')') {
        *start += 1;
        *stop -= 1;
    }
    return *start > p && (is_digit(**start) || **start == '.' || **start == ',');
}

static bool read_in_form(const char *start, const char *stop, unsigned form,
                         double *out) {
    const struct gmix_i_number_form f = gmix_i_number_forms[form];
    char text[TEXT_SIZE], *to = text;
    if (form == GMIX_I_FORM_PLAIN) {
        return start < stop && gmix_i_number(start, stop, out) == stop;
    }
    if (stop - start >= TEXT_SIZE) {
        return false;
    }
    const char *p = start;
    if (p < stop && (*p == '-' || *p == '+')) {
        *to++ = *p++;
    }
    p = copy_groups(p, stop, f.thousands, &to);
    if (!p) {
        return false;
    }
    if (p < stop && *p == f.decimal) {
        *to++ = '.';
        p++;
    } else if (p < stop && (*p == '.' || *p == ',')) {
        return false; /* the other sign */
    }
    memcpy(to, p, (size_t)(stop - p));
    to += stop - p;
    *to = '\0';
    return to > text && gmix_i_number(text, to, out) == to;
}

bool gmix_i_number_in_form(const char *start, const char *stop, unsigned form,
                           double *out) {
    const char *from = start, *to = stop;
    if (take_minus(&from, &to) && read_in_form(from, to, form, out)) {
        *out = -*out;
        return true;
    }
    return read_in_form(start, stop, form, out);
}

unsigned gmix_i_number_readings(const char *start, const char *stop,
                                double values[GMIX_I_N_FORMS]) {
    unsigned readings = 0;
    for (unsigned f = 0; f < GMIX_I_N_FORMS; f++) {
        readings |= (unsigned)gmix_i_number_in_form(start, stop, f, &values[f]) << f;
    }
    return readings;
}

unsigned gmix_i_forms_allowed(char decimal, char thousands) {
    unsigned allowed = 0;
    for (unsigned f = 0; f < GMIX_I_N_FORMS; f++) {
        const struct gmix_i_number_form form = gmix_i_number_forms[f];
        const bool sign = !decimal || form.decimal == decimal;
        const bool mark = !thousands || form.thousands == thousands ||
                          (thousands == '-' && !form.thousands);
        allowed |= (unsigned)(sign && mark) << f;
    }
    return allowed;
}
