/*
 * Shortest text of a double among 15, 16 and 17 significant digits.
 *
 * A double is x = m 2^-s with m < 2^53. P digits of it are w = round(m 10^p 2^-s), where
 * p = P - 1 - floor(log10 x), and w reads back as x if it lies within half a unit of m:
 * |w 2^s - m 10^p| < 10^p / 2, or a quarter where the doubles below are twice as dense.
 * For 1e-4 <= x < 1e14 all of this fits 128 bits exactly, which is some ten times faster
 * than printf and strtod; those do the rest, and the result is theirs bit for bit.
 */
#include "shortest.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

static wide power_of_ten(int p) {
    static const uint64_t small[] = {
        1,        10,        100,        1000,        10000,        100000,       1000000,
        10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000};
    return p <= 12 ? small[p] : (wide)small[12] * small[p - 12];
}

/* The digits of m 2^-s rounded to a multiple of 10^-p, and whether they suffice. */
static uint64_t round_digits(uint64_t m, int s, int p, bool *exact) {
    const wide ten = power_of_ten(p);
    const wide value = m * ten;
    const wide unit = (wide)1 << s;
    wide w = value >> s;
    const wide rest = value - (w << s);
    w += rest > unit / 2 || (rest == unit / 2 && (w & 1));
    const wide back = w << s;
    const bool below = back < value;
    const wide off = below ? value - back : back - value;
    *exact = (below && m == (uint64_t)1 << 52 ? 4 : 2) * off < ten;
    return (uint64_t)w;
}

static size_t put_fixed(uint64_t w, int n_digits, int exponent, char *text) {
    char digits[24];
    for (int i = n_digits - 1; i >= 0; i--, w /= 10) {
        digits[i] = (char)('0' + w % 10);
    }
    while (n_digits > 1 && n_digits > exponent + 1 && digits[n_digits - 1] == '0') {
        n_digits--;
    }
    char *out = text;
    if (exponent < 0) {
        out = stpcpy(out, "0.");
        for (int i = -1; i > exponent; i--) {
            *out++ = '0';
        }
    }
    for (int i = 0; i < n_digits; i++) {
        if (i > 0 && i == exponent + 1) {
            *out++ = '.';
        }
        *out++ = digits[i];
    }
    *out = '\0';
    return (size_t)(out - text);
}

/* floor(log10 x) for 1e-4 <= x < 1e14; the rounding of log10() must not play a part. */
static int decimal_exponent(double x) {
    static const double powers[] = {1e-3, 1e-2, 1e-1, 1e0, 1e1,  1e2,  1e3,  1e4, 1e5,
                                    1e6,  1e7,  1e8,  1e9, 1e10, 1e11, 1e12, 1e13};
    int i = 0;
    while (i < 17 && x >= powers[i]) {
        i++;
    }
    return i - 4;
}

static size_t put_exact(double x, char *text) {
    int exponent2;
    const uint64_t m = (uint64_t)ldexp(frexp(x, &exponent2), 53);
    const int s = 53 - exponent2;
    const int first = decimal_exponent(x);
    for (int n_digits = 15;; n_digits++) {
        int exponent = first;
        bool exact;
        uint64_t w = round_digits(m, s, n_digits - 1 - exponent, &exact);
        const bool above = w >= (uint64_t)power_of_ten(n_digits);
        const bool below = w < (uint64_t)power_of_ten(n_digits - 1);
        if (above || below) { /* rounded up to 10^P; or just below a power of ten */
            exponent += above ? 1 : -1;
            w = round_digits(m, s, n_digits - 1 - exponent, &exact);
        }
        if (exact || n_digits == 17) {
            return put_fixed(w, n_digits, exponent, text);
        }
    }
}

static size_t put_any(double value, char *text) {
    for (int n_digits = 15;; n_digits++) {
        const int length = snprintf(text, CLI_NUMBER_SIZE, "%.*g", n_digits, value);
        if (n_digits == 17 || strtod(text, NULL) == value || isnan(value)) {
            return (size_t)length;
        }
    }
}

size_t cli_number_text(double value, char text[CLI_NUMBER_SIZE]) {
    const double x = fabs(value);
    if (!(x >= 1e-4 && x < 1e14)) {
        return put_any(value, text);
    }
    text[0] = '-';
    const size_t sign = value < 0;
    return sign + put_exact(x, text + sign);
}
