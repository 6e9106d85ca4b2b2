/* A pattern is tried as a name first, so that no name loses its meaning to another one's
 * signs. See column_patterns.h. */
#include "files/column_patterns.h"

#include <string.h>

enum { DIGITS_MAX = 9 };

size_t gmix_i_columns_find(const char *wanted, size_t length, const char *const *names,
                           size_t n) {
    size_t number = 0, digits = 0;
    for (size_t j = 0; names && j < n; j++) {
        if (strlen(names[j]) == length && memcmp(names[j], wanted, length) == 0) {
            return j;
        }
    }
    while (digits < length && wanted[digits] >= '0' && wanted[digits] <= '9') {
        number = 10 * number + (size_t)(wanted[digits++] - '0');
        if (digits > DIGITS_MAX) {
            return GMIX_I_NO_COLUMN;
        }
    }
    return digits > 0 && digits == length && number < n ? number : GMIX_I_NO_COLUMN;
}

/* * stands for any text, ? for one character: without recursion, from the last * on. */
static bool glob(const char *pattern, const char *text) {
    const char *star = NULL, *from = NULL;
    while (*text) {
        if (*pattern == '*') {
            star = pattern++;
            from = text;
        } else if (*pattern == *text || *pattern == '?') {
            pattern++;
            do {
                text++;
            } while (((unsigned char)*text & 0xC0) == 0x80 && pattern[-1] == '?');
        } else if (star) {
            pattern = star + 1;
            text = ++from;
        } else {
            return false;
        }
    }
    while (*pattern == '*') {
        pattern++;
    }
    return *pattern == '\0';
}

static bool match_glob(const char *pattern, const char *const *names, size_t n,
                       bool *set) {
    bool any = false;
    if (!names || !strpbrk(pattern, "*?")) {
        return false;
    }
    for (size_t j = 0; j < n; j++) {
        const bool hit = glob(pattern, names[j]);
        set[j] = set[j] || hit;
        any = any || hit;
    }
    return any;
}

static bool fill(size_t first, size_t last, size_t n, bool *set) {
    for (size_t j = first; j <= last && j < n; j++) {
        set[j] = true;
    }
    return first <= last;
}

/* FROM..TO by names or numbers, FROM-TO by numbers. */
static bool match_range(const char *pattern, const char *const *names, size_t n,
                        bool *set) {
    const char *const dots = strstr(pattern, "..");
    const size_t digits = strspn(pattern, "0123456789");
    if (dots) {
        const size_t length = (size_t)(dots - pattern);
        const size_t first = length ? gmix_i_columns_find(pattern, length, names, n) : 0;
        const size_t last =
            dots[2] ? gmix_i_columns_find(dots + 2, strlen(dots + 2), names, n) : n - 1;
        return length + strlen(dots + 2) > 0 && first != GMIX_I_NO_COLUMN &&
               last != GMIX_I_NO_COLUMN && fill(first, last, n, set);
    }
    if (digits == 0 || pattern[digits] != '-') {
        return false;
    }
    const char *const end = pattern + digits + 1;
    const size_t first = gmix_i_columns_find(pattern, digits, NULL, n);
    const size_t last = gmix_i_columns_find(end, strlen(end), NULL, n);
    return first != GMIX_I_NO_COLUMN && last != GMIX_I_NO_COLUMN &&
           fill(first, last, n, set);
}

bool gmix_i_columns_match(const char *pattern, const char *const *names, size_t n,
                          const unsigned char *kinds, bool *set) {
    const size_t j = gmix_i_columns_find(pattern, strlen(pattern), names, n);
    const bool all = strcmp(pattern, "all") == 0;
    if (j != GMIX_I_NO_COLUMN) {
        set[j] = true;
        return true;
    }
    if (all || strcmp(pattern, "numeric") == 0) {
        for (size_t i = 0; i < n; i++) {
            set[i] = set[i] || all || !kinds || kinds[i] == GMIX_I_KIND_NUMBERS;
        }
        return true;
    }
    return match_range(pattern, names, n, set) || match_glob(pattern, names, n, set);
}
